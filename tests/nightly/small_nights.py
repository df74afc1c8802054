"""A folder of small messy exports, the nights that are made of it, and a process that runs them until it is killed."""

import json
import random
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from disturbing import before_each_step, die_before, in_a_child

from qa_checker import exports
from qa_checker.nightly import Options, night, run
from qa_checker.rulebook import load

HEADER = "会话ID,消息ID,客服,顾客,角色,发送时间,消息内容\n"
ADDRESS = "13812345678 浙江省杭州市西湖区文三路478号"
CUSTOMER = ["在吗", "这个什么时候发货", "我拍下了", f"地址写错了 {ADDRESS}", "你们太差了", "谢谢"]
AGENT = ["您好亲，欢迎光临", "今天就发货的哦", "跟您核对一下收货地址对吗", "不知道"]
AGENT += ["好的，感谢您的光临，祝您生活愉快", f"加我微信 13900001111，地址 {ADDRESS} 对吗"]


def write_export(path: Path, seed: int, sessions: int = 8) -> None:
    """Some sessions of a few customers, their rows mixed, two of them bad and one repeated."""
    chance = random.Random(seed)
    rows = []
    for session in range(sessions):
        for number in range(chance.randrange(2, 9)):
            role, said = chance.choice([("顾客", CUSTOMER), ("客服", AGENT)])
            at = f"2026-11-16 {9 + session % 8:02}:{number * 5:02}:{chance.randrange(60):02}"
            rows.append(f"S{session},{number},小禾,顾客{session % 5},{role},{at},{chance.choice(said)}\n")
    rows += [rows[0], "S1,x,小禾,甲,顾客,昨天,在吗 13912345678\n", "S1,y\n"]
    chance.shuffle(rows)
    path.write_text(HEADER + "".join(rows), "utf-8")


def folder_of_exports(folder: Path) -> Path:
    """Two exports."""
    folder.mkdir()
    write_export(folder / "一店.csv", 1)
    write_export(folder / "二店.csv", 2)
    return folder


def small_pieces() -> None:
    """Let this process read and judge little at a time, so that even small nights use the disk."""
    night.SHARD = 30
    night.Scratch = lambda folder: exports.Scratch(folder, in_memory=0)


def content(archive: Path) -> dict[str, Any]:
    """Everything in an archive but the lock, the time of publishing, and the seal that covers it."""
    files: dict[str, Any] = {}
    for path in sorted(archive.rglob("*")):
        files[str(path.relative_to(archive))] = path.read_bytes() if path.is_file() else None
        if path.name == "manifest.json":
            manifest = json.loads(path.read_bytes())
            del manifest["published_at"], manifest["seconds"], manifest["seal"]
            files[str(path.relative_to(archive))] = manifest
    files.pop(".lock", None)
    return files


def main(command: str, exports_folder: Path, root: Path, *arguments: str) -> None:
    """Score the exports into copies of `root/before`, each killed in another place, or again into those named."""
    book = load()
    small_pieces()

    def score(name: str, die: Callable[[], None] = lambda: None) -> Path:
        archive = root / name
        if not archive.exists():
            shutil.copytree(root / "before", archive)
        die()
        run([exports_folder], archive, book, Options(workers=1))
        return archive

    def note_steps() -> None:
        names: list[str] = []
        before_each_step(lambda step, name: names.append(name))
        (score("undisturbed") / "../steps.json").write_text(json.dumps(names))

    if command == "again":
        for name in arguments:
            in_a_child(lambda name=name: score(name))
        return
    seed, kills = map(int, arguments)
    chance = random.Random(seed)
    begun = time.monotonic()
    in_a_child(note_steps)
    takes = time.monotonic() - begun
    if command == "die-at-steps":
        steps = json.loads((root / "steps.json").read_text())
        moves = [step for step, name in enumerate(steps) if name in ("rename", "replace")]
        decisive = [step + after for step in moves for after in (0, 1)]
        for fatal in {*chance.sample(decisive, min(kills, len(decisive))), *chance.sample(range(len(steps)), kills)}:
            in_a_child(lambda fatal=fatal: score(f"killed-before-{fatal}", lambda: die_before(fatal)))
    else:
        for number in range(kills):
            in_a_child(lambda number=number: score(f"killed-{number}"), kill_after=chance.uniform(0, takes))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
