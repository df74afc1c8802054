"""Standard input as a file, so that whatever comes through a pipe is recognised and read like any export."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..exports import Refused
from ..exports.files.paths import PIPED, sha256_of

STANDARD_INPUT = Path("-")


@contextmanager
def as_files(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Put a file in the place of `-`; it is gone afterwards. Raises Refused where nothing came."""
    if STANDARD_INPUT not in paths:
        yield list(paths)
        return
    with tempfile.TemporaryDirectory(prefix=PIPED) as folder:
        arriving = Path(folder) / "arriving"
        with arriving.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        if not arriving.stat().st_size:
            raise Refused("empty_file", "标准输入", "是空的，没有会话可看", "请检查管道前面的命令")
        # No suffix: what it holds decides how it is read. The digest: another night's pipe is another batch.
        piped = arriving.rename(arriving.with_name(f"标准输入-{sha256_of(arriving)[:8]}"))
        yield [piped if path == STANDARD_INPUT else path for path in paths]
