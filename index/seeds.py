"""Read the source documents that ``seeds/sources.toml`` declares, and check that they are those.

A document that is missing, unreadable or not the declared one is an error that says which and what
to do; nothing is read half.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from index.errors import SeedError
from index.records import SourceDocument
from index.text_files import decode, encoding_fault, lines_of, read_limited

SOURCES_FILE = "sources.toml"
# Nine times the longest document; what is longer is no document but a mistake.
MAX_BYTES = 2_000_000
_TEXT_KEYS = ("key", "title", "municipality", "kind", "file", "sha256")


def read_sources(folder: Path, before: Iterable[SourceDocument] = ()) -> list[SourceDocument]:
    """All documents declared in ``folder/sources.toml``, in its order, each checked.

    ``before`` are documents as they were read earlier: of one that isn't the declared one any more,
    the error then names the first line that differs.

    Raises:
        SeedError: if the declaration or a document is missing, wrong or changed.
    """
    declared = _read_declaration(folder / SOURCES_FILE)
    entries = [_read_entry(folder, entry, n) for n, entry in enumerate(declared, 1)]
    _check_twice(folder, entries)
    known = {document.sha256: document for document in before}
    return [_read_document(folder, entry, entries, known) for entry in entries]


def _check_twice(folder: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    for what in ("key", "file"):
        names = [entry[what] for entry in entries]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise SeedError(
                f"{folder / SOURCES_FILE}: {what} が重複しています（{'、'.join(sorted(twice))}）。"
                "1つの文書につき1つの [[source]] にしてください。"
            )


def _read_declaration(path: Path) -> list[Mapping[str, Any]]:
    try:
        declared = tomllib.loads(read_limited(path, MAX_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        raise SeedError(
            f"{path} がありません。文書フォルダーの場所を --seeds で指定してください。"
        ) from None
    except RecursionError:
        raise SeedError(
            f"{path} を読めません（入れ子が深すぎます）。記述を直してください。"
        ) from None
    except OSError as error:
        raise SeedError(
            f"{path} を読めません（{error.strerror}）。"
            "文書フォルダーの場所（--seeds）と、読み取りの権限を確かめてください。"
        ) from error
    # A number of too many digits is a ValueError, as wrong syntax and encoding are.
    except ValueError as error:
        raise SeedError(f"{path} を読めません（{error}）。記述を直してください。") from error
    sources = declared.get("source")
    if not isinstance(sources, list) or not sources:
        raise SeedError(f"{path} に [[source]] がありません。文書を1つ以上記述してください。")
    if not all(isinstance(source, dict) for source in sources):
        raise SeedError(f"{path} の source は [[source]] の形で記述してください。")
    return sources


def _read_entry(folder: Path, entry: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    where = f"{folder / SOURCES_FILE} の {number} 番目の [[source]]"
    texts = {name: entry.get(name) for name in _TEXT_KEYS}
    wrong = [
        name for name, value in texts.items() if not isinstance(value, str) or not value.strip()
    ]
    as_of = entry.get("as_of")
    # A date and time is a date to isinstance, but not one that can be read back as a date.
    if not isinstance(as_of, date) or isinstance(as_of, datetime):
        wrong.append("as_of")
    called = entry.get("called", [])
    # An empty name would stand in every question.
    if not isinstance(called, list) or not all(isinstance(n, str) and n.strip() for n in called):
        wrong.append("called")
    if wrong:
        raise SeedError(
            f"{where}: {'、'.join(wrong)} がないか、正しい値ではありません。記述を直してください。"
        )
    file = str(texts["file"])
    if Path(file).name != file or file.startswith(".") or not file.isprintable():
        raise SeedError(f"{where}: file「{file}」はフォルダーのないファイル名にしてください。")
    if "/" in str(texts["key"]):
        raise SeedError(
            f"{where}: key「{texts['key']}」に「/」は使えません（記録の番号の区切りです）。"
        )
    digest = str(texts["sha256"]).lower()
    return {**texts, "sha256": digest, "as_of": as_of, "called": tuple(called)}


def _read_document(
    folder: Path,
    entry: Mapping[str, Any],
    entries: Sequence[Mapping[str, Any]],
    known: Mapping[str, SourceDocument],
) -> SourceDocument:
    file = entry["file"]
    content = _read_bytes(folder / file)
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry["sha256"]:
        others = [other["file"] for other in entries if other["sha256"] == digest]
        if others:
            raise SeedError(
                f"文書「{file}」の内容は「{others[0]}」のものです。"
                "ファイルが入れ替わっていないか確かめ、元のファイルに戻してください。"
            )
        hint = _difference(content, file, known.get(entry["sha256"]))
        raise SeedError(
            f"文書「{file}」の内容が {SOURCES_FILE} の記録と違います（sha256 = {digest}）。{hint}"
            "元のファイルに戻してください。意図した変更なら、この sha256 と as_of を"
            f" {SOURCES_FILE} に書き、「renkei index」を実行してください。"
        )
    return SourceDocument(text=decode(content, file), **entry)


def _difference(content: bytes, file: str, before: SourceDocument | None) -> str:
    """What can be said of how a document differs from the declared one, as a sentence or none."""
    if fault := encoding_fault(content):
        return f"文字コードは UTF-8（BOMなし）ではないようです（{fault}）。"
    if before is None:
        return ""
    try:
        present = lines_of(decode(content, file))
    except SeedError as error:
        return str(error)
    pairs = enumerate(zip(present, before.lines, strict=False), 1)
    shorter = min(len(present), len(before.lines))
    line = next((n for n, (now, then) in pairs if now != then), shorter + 1)
    return f"最初に違うのは {line} 行です。"


def _read_bytes(path: Path) -> bytes:
    try:
        return read_limited(path, MAX_BYTES)
    except FileNotFoundError:
        raise SeedError(
            f"文書「{path.name}」が {path.parent} にありません。"
            f"元の場所に戻すか、{SOURCES_FILE} から該当の [[source]] を除いてください。"
        ) from None
    except OSError as error:
        raise SeedError(
            f"文書「{path.name}」を読めません（{error.strerror}）。"
            "通常のファイルか、読み取りの権限があるか確かめてください。"
        ) from error
