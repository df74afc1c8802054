"""Names that are safe as folders on every system."""

import hashlib
import re
import unicodedata

from qa_checker.archive.manifest import RULEBOOKS
from qa_checker.rulebook import EDITIONS

_UNSAFE = re.compile(r"[^\w.-]")  # \w keeps Chinese letters
_RESERVED = re.compile(
    rf"{RULEBOOKS}|{EDITIONS}|(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE
)  # Windows's names
_LONGEST = 180  # bytes: file systems allow 255 for a name


def safe_batch_name(name: str) -> str:
    """Return the name itself where it is safe, or one close to it that no other name is turned into."""
    name = unicodedata.normalize("NFC", name)
    safe = _UNSAFE.sub("_", name).strip(".-")
    safe = safe.encode()[:_LONGEST].decode(errors="ignore")
    if safe == name and safe and not _RESERVED.fullmatch(safe):
        return name
    told_apart = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"batch-{safe}"[: _LONGEST // 3 - 9].rstrip(".-") + f"-{told_apart}"
