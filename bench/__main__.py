"""Prints the tables that the READMEs quote: `python -m bench [--messages 1000000] [--repeats 3] [NAME …]`.

Ratios are of CPU seconds, children included, where both sides are one process: a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import size, start, yardsticks
from bench.table import Setup, printed

MEASURES = {
    "yardsticks": yardsticks.on_generated,
    "corpora": yardsticks.on_corpora,
    "size": size.exponents,
    "start": start.waits,
}


def main() -> None:
    """Measure what was asked for and print the table, in English and in Chinese."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="、".join(MEASURES))
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--corpora",
        type=Path,
        default=yardsticks.CORPORA,
        help="folder of *.jsonl.gz with real chats; left out if absent",
    )
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        setup = Setup(Path(folder), told.messages, told.repeats, told.corpora)
        printed(line for name in told.names or MEASURES for line in MEASURES[name](setup))


if __name__ == "__main__":
    main()
