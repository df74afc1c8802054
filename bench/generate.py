"""Writes a large invented export: `python -m bench.generate --messages 1000000 OUT.csv|OUT.jsonl|OUT.parquet`.

The demo's conversations, played with several seeds, are the stock. Every session is one of them with its own ids and
times; words of its own (order numbers, sizes, names, small talk) go into its texts, so that as many texts repeat as in
real chats: about 45 % of the agents' at 10⁵ messages, more at volume. Rows lie in order of time, sessions interleaved.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

SEED = 7
STOCK_SEEDS = (20261116, 1, 2)
SHOPS, AGENTS_A_SHOP = 40, 25
FIRST_DAY = np.datetime64("2026-09-01", "ms")
FRESH = 0.5  # share of messages that carry words of their own

_TAILS = (
    "，订单尾号{number}", "，尺码{size}的", "，我姓{name}", "，电话尾号{number}", "，大概{hour}点", "，一共{number}元",
    "，要{size}的", "，{name}女士", "，编号{number}", "，{hour}点以后",
)  # fmt: skip
_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"


def stock() -> list[list[tuple[str, str, float]]]:
    """The demo's conversations as (role, text, seconds since the start)."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
    import generate as demo  # type: ignore[import-not-found]

    chats = []
    for seed in STOCK_SEEDS:
        play = demo.Demo()
        play.rng = Random(seed)
        for night in play.play():
            for chat in night.chats:
                start = chat.messages[0].sent_at
                chats.append([(line.role, line.text, (line.sent_at - start).total_seconds()) for line in chat.messages])
    return chats


def export(messages: int, seed: int = SEED, longest: int | None = None) -> pa.Table:
    """About so many rows (whole sessions) under the canonical names; of each session no more than `longest`."""
    rng = Random(seed)
    chats = [chat[:longest] for chat in stock()]
    columns: dict[str, list[object]] = {
        name: [] for name in ("session_id", "message_id", "shop", "agent_id", "customer_id", "role", "sent_at", "text")
    }
    days = max(1, messages // 200_000)
    session = 0
    while len(columns["text"]) < messages:
        chat = rng.choice(chats)
        shop, agent = rng.randrange(SHOPS), rng.randrange(AGENTS_A_SHOP)
        start = rng.randrange(days) * 86_400_000 + rng.randrange(8 * 3600, 23 * 3600) * 1000
        customer = f"买家{rng.randrange(messages // 8 + 1):07d}"
        for seq, (role, text, offset) in enumerate(chat):
            columns["session_id"].append(f"S{session:08d}")
            columns["message_id"].append(f"S{session:08d}-{seq}")
            columns["shop"].append(f"店铺{shop:02d}")
            columns["agent_id"].append(f"店铺{shop:02d}:客服{agent:02d}" if role == "agent" else None)
            columns["customer_id"].append(customer)
            columns["role"].append(role)
            columns["sent_at"].append(start + int(offset * 1000))
            columns["text"].append(_own_words(text, rng) if role in ("agent", "customer") else text)
        session += 1
    table = pa.table(columns)
    sent_at = pa.array(np.asarray(columns["sent_at"], "timedelta64[ms]") + FIRST_DAY)
    table = table.set_column(table.schema.get_field_index("sent_at"), "sent_at", sent_at)
    return table.take(pa.array(np.argsort(np.asarray(columns["sent_at"]), kind="stable")))


def _own_words(text: str, rng: Random) -> str:
    if rng.random() > FRESH or len(text) < 4:
        return text
    words = {
        "number": f"{rng.randrange(10_000):04d}",
        "size": rng.choice(("S", "M", "L", "XL", "36", "37", "38", "39", "40")),
        "name": rng.choice(_NAMES),
        "hour": rng.randrange(8, 22),
    }
    return text + rng.choice(_TAILS).format(**words)


def write(table: pa.Table, path: Path) -> None:
    """Write by the suffix: .csv, .jsonl or .parquet."""
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(table, path)
        return
    position = table.schema.get_field_index("sent_at")
    spelt = pa.compute.strftime(table["sent_at"].cast(pa.timestamp("s")), "%Y-%m-%d %H:%M:%S")
    table = table.set_column(position, "sent_at", spelt)
    if path.suffix == ".csv":
        pyarrow.csv.write_csv(table, path)
    else:
        table.to_pandas().to_json(path, orient="records", lines=True, force_ascii=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("out", type=Path)
    told = parser.parse_args()
    began = datetime.now()
    write(export(told.messages, told.seed), told.out)
    print(f"{told.out}: {told.out.stat().st_size / 1e6:.0f} MB in {(datetime.now() - began).total_seconds():.0f} s")
