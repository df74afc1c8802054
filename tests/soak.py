"""A long soak: nights killed again and again, at any step or time, until the time is up (python -m tests.soak)."""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "nightly")]

from disturbing import ENVIRONMENT
from small_nights import content, folder_of_exports

from qa_checker.archive.verify import verify

DRIVER = Path(__file__).parent / "nightly" / "small_nights.py"


def soak(minutes: float, seed: int) -> int:
    """Kill nights, let each run again, and compare; returns how many were killed. Raises AssertionError."""
    chance = random.Random(seed)
    until = time.monotonic() + minutes * 60
    killed = 0
    while time.monotonic() < until:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "runs"
            (root / "before").mkdir(parents=True)
            exports = folder_of_exports(Path(folder) / "exports")
            command = chance.choice(["die-at-steps", "die-at-times"])
            drive(command, exports, root, chance.randrange(10**6), 20)
            names = sorted(path.name for path in root.glob("killed-*"))
            for name in names:
                assert verify(root / name) == [], (command, name)
            drive("again", exports, root, *names)
            expected = content(root / "undisturbed")
            for name in names:
                assert content(root / name) == expected, (command, name)
            killed += len(names)
        print(f"{killed} nights killed and made good", flush=True)
    return killed


def drive(*arguments: object) -> None:
    """Let a process of its own score and die."""
    subprocess.run([sys.executable, str(DRIVER), *map(str, arguments)], env=ENVIRONMENT, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    soak(options.minutes, options.seed)
