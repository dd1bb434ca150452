"""Reads requirements.lock: a pinned version, its marker and the hashes of every file it may be.

Only the standard library: this runs before anything is installed.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"

_PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?![0-9a-f])")


class LockError(Exception):
    """The lock can't be read or doesn't hold what is asked of it; the message says what to do."""


@dataclass(frozen=True)
class Pin:
    """One package of the lock.

    ``text`` is the entry as it stands in the file, ``marker`` the environments it is for ("" for
    all), ``hashes`` the SHA-256 digests, hexadecimal, of the files that pip may take.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    text: str


def normalized(name: str) -> str:
    """Spell a package's name as PEP 503 does: ``ast_serialize`` is ``ast-serialize``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(path: Path = LOCK) -> list[Pin]:
    """Every pin of the lock, in its order; a package may stand twice, for different markers.

    Raises LockError for an entry without an exact version or without a hash.
    """
    return [_pin(entry) for entry in _entries(path.read_text(encoding="utf-8"))]


def pins_of(names: set[str], pins: list[Pin]) -> list[Pin]:
    """The pins of these packages; LockError where one is missing."""
    wanted = {normalized(name) for name in names}
    found = [pin for pin in pins if pin.name in wanted]
    if missing := wanted - {pin.name for pin in found}:
        raise LockError(
            f"requirements.lock に {'、'.join(sorted(missing))} がありません。"
            "make lock で作り直してください"
        )
    return found


def _entries(text: str) -> list[str]:
    """The requirement entries: a line that begins at the margin, with its continuations."""
    entries: list[str] = []
    for line in text.split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace() and entries:
            entries[-1] += "\n" + line
        else:
            entries.append(line)
    return entries


def _pin(entry: str) -> Pin:
    first = entry.split("\n")[0]
    match = _PIN.match(first)
    hashes = tuple(_HASH.findall(entry))
    if match is None or not hashes:
        raise LockError(
            f"requirements.lock の「{first}」に、版かハッシュがありません。"
            "make lock で作り直してください"
        )
    marker = first.removesuffix("\\").partition(";")[2].strip()
    return Pin(normalized(match["name"]), match["version"], marker, hashes, entry)
