"""What the tests of the index share: small corpora, and the two shortest real documents."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from index import build, word_vectors

SEEDS = Path(__file__).parents[1] / "seeds"
COMPACT = "002_30e23754f75a5f13.txt"
AGREEMENT = "004_a78267131826a9f1.txt"

DECLARED = {
    COMPACT: {
        "key": "biei-compact",
        "title": "連携協約",
        "municipality": "旭川市・美瑛町",
        "kind": "compact-table",
        "as_of": "2022-01-12",
    },
    AGREEMENT: {
        "key": "minamisorachi-agreement",
        "title": "協定書",
        "municipality": "岩見沢市",
        "kind": "agreement-text",
        "as_of": "2020-10-09",
    },
}


def nothing(*_: object) -> None:
    """Takes a build's progress and does nothing with it."""


def declare(folder: Path, **changes: Mapping[str, str]) -> None:
    """Write a ``sources.toml`` for the known files in ``folder``, with their present digests.

    ``changes`` maps a document's key, its hyphens replaced by underscores, to other values.
    """
    entries = []
    for file, declared in DECLARED.items():
        if (folder / file).exists():
            digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
            values = {**declared, "file": file, "sha256": digest}
            values.update(changes.get(declared["key"].replace("-", "_"), {}))
            as_of = values.pop("as_of")
            lines = [f'{name} = "{value}"' for name, value in values.items()]
            entries.append("\n".join(["[[source]]", *lines, f"as_of = {as_of}", ""]))
    (folder / "sources.toml").write_text("\n".join(entries), encoding="utf-8")


def small_corpus(folder: Path) -> Path:
    """The two shortest agreements with their declaration, written into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in DECLARED:
        (folder / file).write_bytes((SEEDS / file).read_bytes())
    declare(folder)
    return folder


def write_small_table(folder: Path) -> None:
    """Write word vectors of five words, as :func:`index.word_vectors.extract` writes all."""
    words = sorted(("医療", "救急", "図書館", "防災", "観光"), key=word_vectors.word_hash)
    keys = np.array([word_vectors.word_hash(word) for word in words], dtype=np.uint64)
    arrays = (keys, np.arange(5, dtype=np.int32), np.eye(5, dtype=np.float16))
    for name, array in zip(word_vectors.FILES, arrays, strict=True):
        np.save(folder / name, array)


def leave_out_what_takes_time() -> None:
    """In a process of its own: builds without concepts, without most words, without the disk."""
    build.read_concepts = list
    word_vectors.extract = write_small_table
    os.fsync = nothing


def offline_environment() -> dict[str, str]:
    """This process's environment for a Python that imports project and tests, and no network."""
    folders = (Path(__file__).parents[1], Path(__file__).parent)
    path = os.pathsep.join(map(str, folders))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "HF_HUB_OFFLINE": "1"}
