"""What tests of hostile documents share: ways to damage them, and how a build refuses one."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from index_fixtures import SEEDS, nothing, write_small_table

from index import build, store, word_vectors
from index.build import build_index
from index.errors import RenkeiError, SeedError
from index.seeds import read_sources

FILES = {document.key: document.file for document in read_sources(SEEDS)}
TABLE, SURVEY, COMPACT, SLIDES, AGREEMENT = FILES
every_document = pytest.mark.parametrize("key", FILES)
JAPANESE = re.compile("[ぁ-ん]")
WHAT_TO_DO = re.compile("(?:ください|してください)。")


def make_quick(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(build, "read_concepts", list)
    patch.setattr(word_vectors, "extract", write_small_table)
    patch.setattr(store.os, "fsync", nothing)


def redeclare(folder: Path) -> None:
    """Declare the documents as they are now, as one does who means the change."""
    declaration = folder / "sources.toml"
    text = declaration.read_text(encoding="utf-8")
    for file in FILES.values():
        old = hashlib.sha256((SEEDS / file).read_bytes()).hexdigest()
        text = text.replace(old, hashlib.sha256((folder / file).read_bytes()).hexdigest())
    declaration.write_text(text, encoding="utf-8")


def digests(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file()
    }


def refusal(
    folder: Path, home: Path, error: type[RenkeiError] = SeedError, seconds: float = 10.0
) -> str:
    """The message of a build that is refused in time and changes nothing."""
    before = digests(home)
    caught: list[BaseException] = []

    def attempt() -> None:
        try:
            build_index(folder, home, report=nothing)
        except BaseException as raised:  # noqa: BLE001 - whatever it is, it is looked at below
            caught.append(raised)

    # In a thread, as waiting for a pipe would never end.
    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), "still at it"
    assert [type(raised) for raised in caught] == [error], caught
    message = str(caught[0])
    assert JAPANESE.search(message)
    assert WHAT_TO_DO.search(message), message
    assert digests(home) == before
    return message


def rewrite(folder: Path, key: str, change: Callable[[bytes], bytes]) -> None:
    path = folder / FILES[key]
    path.write_bytes(change(path.read_bytes()))


def middle(folder: Path, key: str) -> int:
    """The number of a line in the middle of a document that isn't blank."""
    lines = (folder / FILES[key]).read_text(encoding="utf-8").split("\n")
    return next(n for n in range(len(lines) // 2, len(lines)) if lines[n - 1].strip())


def in_line(number: int, added: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        lines = content.split(b"\n")
        lines[number - 1] += added
        return b"\n".join(lines)

    return change
