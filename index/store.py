"""A built index on disk: generations in folders of their own, one of them current.

A build writes a new generation beside the old one and then replaces the file ``CURRENT``, which
names the generation in use, in one step. Whoever reads sees the old index or the new one, never a
mixture. ``CURRENT`` holds the digest of the generation's manifest and the manifest the size and
digest of every other file, so no changed byte goes unnoticed. Nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock

from index.errors import IndexDamagedError, IndexMissingError, RenkeiError
from index.records import (
    Doubt,
    LeftOut,
    Passage,
    Record,
    SourceDocument,
    SourceSpan,
    record_from_json,
    record_to_json,
)
from index.thesaurus import Concept, Phrase
from index.vocabulary import PassageTerms, Vocabulary

FORMAT = 1
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
_DOCUMENTS = "documents.json"
_RECORDS = "records.json"
_PASSAGES = "passages.json"
_VOCABULARY = "vocabulary.json"
_CONCEPTS = "concepts.json"
_GENERATION = "generation-"
_LONGEST_POINTER = 1_000
_REBUILD = "「renkei index」を実行して作り直してください。"


@dataclass(frozen=True)
class Manifest:
    """What an index was built from and what it consists of.

    Attributes:
        format: version of the layout on disk.
        sources: each document's key and the digest of all that is declared of it, in order.
        rules: fingerprint of the code that makes passages and tokens of documents.
        model: the embedding model's name as it was asked for, and ``backend`` what runs it.
        embedder: the embedder's fingerprint.
        libraries: versions of the libraries whose files the index holds.
        counts: number of records by kind.
        doubts: what the parsers weren't sure of.
        files: size and sha256 of every other file, by its path in the generation's folder.
        left_out: what the parsers read that no record says.
    """

    format: int
    sources: Mapping[str, str]
    rules: str
    model: str
    backend: str
    embedder: str
    libraries: Mapping[str, str]
    counts: Mapping[str, int]
    doubts: tuple[Doubt, ...]
    files: Mapping[str, tuple[int, str]]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class Contents:
    """The part of a generation that is plain data."""

    documents: tuple[SourceDocument, ...]
    records: tuple[Record, ...]
    passages: tuple[Passage, ...]
    terms: tuple[PassageTerms, ...]
    vocabulary: Vocabulary
    concepts: tuple[Concept, ...]


def current_generation(home: Path) -> Path:
    """The folder of the index in use.

    Raises:
        IndexMissingError: if nothing has been built.
        IndexDamagedError: if the pointer names no folder, or one with another manifest.
    """
    try:
        name, digest = _read_pointer(home)
    except FileNotFoundError:
        raise IndexMissingError(
            f"索引がまだありません（{home}）。「renkei index」を実行してください。"
        ) from None
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"索引の {CURRENT} を読めません。{_REBUILD}") from error
    generation = home / name
    named = name.startswith(_GENERATION) and Path(name).name == name
    try:
        if not named or not (generation / MANIFEST).is_file():
            raise IndexDamagedError(f"索引の本体「{name[:80]}」がありません。{_REBUILD}")
        whole = _digest(generation / MANIFEST) == digest
    # A name may be too long for the system, a folder closed to us.
    except OSError as error:
        raise IndexDamagedError(f"索引の {MANIFEST} を読めません。{_REBUILD}") from error
    if not whole:
        raise IndexDamagedError(f"索引の {MANIFEST} が壊れています。{_REBUILD}")
    return generation


def read_manifest(generation: Path) -> Manifest:
    """Read a generation's manifest.

    Raises:
        IndexDamagedError: if it is missing, malformed or of another format.
    """
    try:
        values = json.loads((generation / MANIFEST).read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise IndexDamagedError(
                f"索引の形式（{values['format']}）がこの版（{FORMAT}）と違います。{_REBUILD}"
            )
        values["doubts"] = tuple(
            Doubt(SourceSpan(**doubt["span"]), doubt["reason"]) for doubt in values["doubts"]
        )
        values["left_out"] = tuple(
            LeftOut(SourceSpan(**left["span"]), left["text"], left["reason"])
            for left in values.get("left_out", ())
        )
        values["files"] = {
            name: (int(size), str(digest)) for name, (size, digest) in values["files"].items()
        }
        return Manifest(**values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"索引の {MANIFEST} を読めません。{_REBUILD}") from error


def verify_files(generation: Path, manifest: Manifest) -> None:
    """Compare every file with the manifest.

    Raises:
        IndexDamagedError: at the first file that is missing or isn't the one written.
    """
    for name, (size, digest) in manifest.files.items():
        try:
            if (generation / name).stat().st_size != size or _digest(generation / name) != digest:
                raise IndexDamagedError(f"索引のファイル {name} が壊れています。{_REBUILD}")
        except OSError as error:
            raise IndexDamagedError(f"索引のファイル {name} を読めません。{_REBUILD}") from error


def write_contents(folder: Path, contents: Contents) -> None:
    """Write the plain data of a generation."""
    _write_json(
        folder / _DOCUMENTS,
        [{**asdict(item), "as_of": item.as_of.isoformat()} for item in contents.documents],
    )
    _write_json(folder / _RECORDS, [record_to_json(record) for record in contents.records])
    _write_json(
        folder / _PASSAGES,
        [
            {"passage": passage, "terms": terms}
            for passage, terms in zip(contents.passages, contents.terms, strict=True)
        ],
    )
    _write_json(folder / _VOCABULARY, asdict(contents.vocabulary))
    _write_json(folder / _CONCEPTS, contents.concepts)


def read_contents(generation: Path) -> Contents:
    """Read what :func:`write_contents` wrote.

    Raises:
        IndexDamagedError: if it can't be read.
    """
    try:
        passages, terms = [], []
        for entry in _read_json(generation / _PASSAGES):
            values = entry["passage"]
            values["fields"] = tuple((name, text) for name, text in values["fields"])
            values["span"] = SourceSpan(**values["span"])
            passages.append(Passage(**values))
            terms.append(entry["terms"])
        vocabulary = _read_json(generation / _VOCABULARY)
        return Contents(
            documents=tuple(
                SourceDocument(
                    **{
                        **values,
                        "as_of": date.fromisoformat(values["as_of"]),
                        "called": tuple(values["called"]),
                    }
                )
                for values in _read_json(generation / _DOCUMENTS)
            ),
            records=tuple(record_from_json(values) for values in _read_json(generation / _RECORDS)),
            passages=tuple(passages),
            terms=tuple(terms),
            vocabulary=Vocabulary(
                tuple(vocabulary["terms"]),
                tuple(vocabulary["document_frequency"]),
                vocabulary["passages"],
            ),
            concepts=tuple(
                Concept(
                    values["id"],
                    values["name"],
                    tuple(
                        Phrase(tuple(phrase["terms"]), phrase["text"], phrase["relation"])
                        for phrase in values["phrases"]
                    ),
                )
                for values in _read_json(generation / _CONCEPTS)
            ),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"索引のデータを読めません（{error}）。{_REBUILD}") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest; the last file of a generation."""
    _write_json(folder / MANIFEST, asdict(manifest))


def list_files(folder: Path) -> dict[str, tuple[int, str]]:
    """Size and sha256 of every file below ``folder``, by relative path; lock files left out."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, _digest(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".lock")
    }


@contextmanager
def building(home: Path) -> Iterator[Path]:
    """Hold the build lock and lend an empty folder; what killed builds left behind is removed.

    The folder is a generation from the start, since Windows renames none that holds an open file.
    It goes again unless :func:`publish` has made it the current one.

    Raises:
        RenkeiError: if the folder can't be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / "build.lock"):
            for left in home.glob(f"{_GENERATION}*"):
                if _is_unfinished(left):
                    shutil.rmtree(left, ignore_errors=True)
            folder = home / f"{_GENERATION}{time.time_ns():x}"
            folder.mkdir()
            try:
                yield folder
            finally:
                if _current_name(home) != folder.name:
                    shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise RenkeiError(
            f"索引を書き込めません（{home}: {error.strerror or error}）。"
            "空き容量と書き込み権限を確かめてください。以前の索引は元のままです。"
        ) from error


def publish(home: Path, folder: Path) -> None:
    """Make the finished ``folder`` the current generation; older ones but one are removed."""
    for path in folder.rglob("*"):
        if path.is_file():
            _sync(path)
    # Their names have to last as well, before the pointer says so.
    for path in (folder, *(p for p in folder.rglob("*") if p.is_dir()), home):
        _sync_folder(path)
    before = _current_name(home)
    pointer = home / f"{CURRENT}.new"
    pointer.write_text(f"{folder.name} {_digest(folder / MANIFEST)}\n", encoding="ascii")
    _sync(pointer)
    pointer.replace(home / CURRENT)
    _sync_folder(home)
    for old in home.glob(f"{_GENERATION}*"):
        if old.name not in (folder.name, before):
            # A reader on Windows may still have it mapped; the next build tries again.
            shutil.rmtree(old, ignore_errors=True)


def _sync_folder(path: Path) -> None:
    """Make the names in a folder last, where folders can be synced: not on Windows."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_unfinished(generation: Path) -> bool:
    """Whether a build was killed before it ended; not known of a folder that is closed to us."""
    try:
        (generation / MANIFEST).lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _read_pointer(home: Path) -> tuple[str, str]:
    """Name and manifest digest of the current generation; ValueError if they don't stand there."""
    pointer = home / CURRENT
    # A pipe would be waited for; a file without an end would fill the memory.
    if not pointer.is_file() and pointer.exists():
        raise ValueError("no regular file")
    with pointer.open(encoding="ascii") as file:
        name, digest = file.read(_LONGEST_POINTER).split()
    return name, digest


def _current_name(home: Path) -> str:
    """Name of the current generation, empty if there is none or it can't be told."""
    try:
        return _read_pointer(home)[0]
    except (OSError, ValueError):
        return ""


def _write_json(path: Path, values: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    written = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_by_field)
    path.write_text(written, encoding="utf-8")


def _by_field(value: object) -> dict[str, Any]:
    # asdict copies deeply, which takes longer than writing.
    if not is_dataclass(value):
        raise TypeError(f"no JSON for {type(value).__name__}")
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _read_json(path: Path) -> Any:  # noqa: ANN401 - whatever JSON can hold
    return json.loads(path.read_text(encoding="utf-8"))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
