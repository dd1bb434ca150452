"""Read the source documents that ``seeds/sources.toml`` declares, and check that they are those.

A document that is missing, unreadable or not the declared one is an error that says which and what
to do; nothing is read half.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from index.errors import SeedError
from index.records import SourceDocument

SOURCES_FILE = "sources.toml"
MAX_BYTES = 20_000_000
_TEXT_KEYS = ("key", "title", "municipality", "kind", "file", "sha256")
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "UTF-8（BOM付き）",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
# EUC-JP first: its bytes nearly always pass for Shift_JIS (half-width kana), not the reverse.
_OTHER_ENCODINGS = {"euc_jp": "EUC-JP", "cp932": "Shift_JIS"}
_ISO_2022_JP_ESCAPE = b"\x1b$"


def read_sources(folder: Path) -> list[SourceDocument]:
    """All documents declared in ``folder/sources.toml``, in its order, each checked.

    Raises:
        SeedError: if the declaration or a document is missing, wrong or changed.
    """
    declared = _read_declaration(folder / SOURCES_FILE)
    documents = [_read_document(folder, entry, n) for n, entry in enumerate(declared, 1)]
    for names, what in (
        ([document.key for document in documents], "key"),
        ([document.file for document in documents], "file"),
    ):
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise SeedError(
                f"{folder / SOURCES_FILE}: {what} が重複しています（{'、'.join(sorted(twice))}）。"
                "1つの文書につき1つの [[source]] にしてください。"
            )
    return documents


def _read_declaration(path: Path) -> list[Mapping[str, Any]]:
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SeedError(
            f"{path} がありません。文書フォルダーの場所を --seeds で指定してください。"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SeedError(f"{path} を読めません（{error}）。記述を直してください。") from error
    sources = declared.get("source")
    if not isinstance(sources, list) or not sources:
        raise SeedError(f"{path} に [[source]] がありません。文書を1つ以上記述してください。")
    if not all(isinstance(source, dict) for source in sources):
        raise SeedError(f"{path} の source は [[source]] の形で記述してください。")
    return sources


def _read_document(folder: Path, entry: Mapping[str, Any], number: int) -> SourceDocument:
    where = f"{folder / SOURCES_FILE} の {number} 番目の [[source]]"
    texts = {name: entry.get(name) for name in _TEXT_KEYS}
    wrong = [name for name, value in texts.items() if not isinstance(value, str) or not value]
    as_of = entry.get("as_of")
    # A date and time is a date to isinstance, but not one that can be read back as a date.
    if not isinstance(as_of, date) or isinstance(as_of, datetime):
        wrong.append("as_of")
    called = entry.get("called", [])
    if not isinstance(called, list) or not all(isinstance(name, str) for name in called):
        wrong.append("called")
    if wrong:
        raise SeedError(f"{where}: {'、'.join(wrong)} がないか、正しい値ではありません。")
    file = str(texts["file"])
    if Path(file).name != file or file.startswith("."):
        raise SeedError(f"{where}: file「{file}」はフォルダーのないファイル名にしてください。")
    if "/" in str(texts["key"]):
        raise SeedError(
            f"{where}: key「{texts['key']}」に「/」は使えません（記録の番号の区切りです）。"
        )
    content = _read_bytes(folder / file)
    digest = hashlib.sha256(content).hexdigest()
    texts["sha256"] = str(texts["sha256"]).lower()
    if digest != texts["sha256"]:
        raise SeedError(
            f"文書「{file}」の内容が {SOURCES_FILE} の記録と違います（sha256 = {digest}）。"
            "元のファイルに戻してください。意図した変更なら、この sha256 と as_of を"
            f" {SOURCES_FILE} に書き、「renkei index」を実行してください。"
        )
    return SourceDocument(
        text=_decode(content, file),
        as_of=as_of,  # type: ignore[arg-type]  # checked above
        called=tuple(called),
        **{name: str(value) for name, value in texts.items()},
    )


def _read_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SeedError(
                f"文書「{path.name}」が大きすぎます（{size:,} バイト、上限 {MAX_BYTES:,}）。"
                "正しいファイルか確かめてください。"
            )
        return path.read_bytes()
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


def _decode(content: bytes, file: str) -> str:
    name = next((n for mark, n in _BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    if name is None and _ISO_2022_JP_ESCAPE in content:
        name = "ISO-2022-JP"
    if name is None:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            name = _guess_encoding(content) or f"{line}行に UTF-8 でない文字"
        else:
            if "\0" in text:
                line = text.count("\n", 0, text.index("\0")) + 1
                raise SeedError(
                    f"文書「{file}」の {line} 行に NUL 文字があります。"
                    "テキストファイルか確かめてください。"
                )
            return text.replace("\r\n", "\n")
    raise SeedError(
        f"文書「{file}」の文字コードが UTF-8（BOMなし）ではありません（{name}）。"
        "UTF-8（BOMなし）で保存し直し、sha256 を書き換えてください。"
    )


def _guess_encoding(content: bytes) -> str | None:
    """The encoding of a whole file that isn't UTF-8; None if it is UTF-8 with a few bad bytes."""
    forced = content.decode("utf-8", "replace")
    if forced.count("\ufffd") * 20 < len(forced):
        return None
    for codec, name in _OTHER_ENCODINGS.items():
        try:
            content.decode(codec)
        except UnicodeDecodeError:
            continue
        return name
    return None
