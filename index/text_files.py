"""Bytes of a file that may be anything, and the text in them if it is text in UTF-8.

Nothing here waits or fills the memory: what is no regular file isn't opened, what is too long isn't
read to its end. A text is refused where its lines couldn't be counted or shown reliably.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from index.errors import SeedError

MAX_LINE = 20_000
"""The longest line in characters; the longest of the documents has a few hundred."""

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "UTF-8（BOM付き）",
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
# EUC-JP first: its bytes nearly always pass for Shift_JIS (half-width kana), not the reverse.
_OTHER_ENCODINGS = {"euc_jp": "EUC-JP", "cp932": "Shift_JIS"}
_ISO_2022_JP_ESCAPE = b"\x1b$"
# ASCII, kana, kanji and full-width forms: nearly all that a Japanese document consists of.
_JAPANESE = re.compile(r"[\n\r -~\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_MOSTLY = 0.9
# Neither Excel nor Word can hold the first of these, and a terminal would act on some. The others
# can't be seen, and part a name from the same name without them: its rows weren't counted.
_UNSEEN = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff"
    "\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    Raises:
        SeedError: if it is longer, or grows longer while it is read.
        OSError: if it is no regular file or can't be read.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        # A pipe or a device would be waited for, or read without an end.
        raise OSError(None, "通常のファイルではありません")
    content = b""
    if status.st_size <= limit:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    size = max(status.st_size, len(content))
    if size > limit:
        raise SeedError(
            f"文書「{path.name}」が大きすぎます（{size:,} バイト、上限 {limit:,}）。"
            "正しいファイルか確かめてください。"
        )
    return content


def decode(content: bytes, file: str) -> str:
    """The text of a document, its line ends as ``\\n``.

    Raises:
        SeedError: if it isn't UTF-8 without a byte order mark, or has a NUL or another character
            that can't be seen, a line end of its own making or a line of excessive length; names
            the line.
    """
    if fault := encoding_fault(content):
        raise SeedError(
            f"文書「{file}」の文字コードが UTF-8（BOMなし）ではありません（{fault}）。"
            "UTF-8（BOMなし）で保存し直し、sha256 を書き換えてください。"
        )
    text = content.decode("utf-8").replace("\r\n", "\n")
    for char, what in (
        ("\0", "NUL 文字があります。テキストファイルか確かめてください。"),
        (
            "\r",
            "LF のない改行コード CR があります。改行を LF にして保存し直し、"
            "sha256 を書き換えてください。",
        ),
    ):
        if char in text:
            line = text.count("\n", 0, text.index(char)) + 1
            raise SeedError(f"文書「{file}」の {line} 行に {what}")
    if unseen := _UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        raise SeedError(
            f"文書「{file}」の {line} 行に、目に見えない文字（U+{ord(unseen[0]):04X}）があります。"
            "取り除いて保存し直し、sha256 を書き換えてください。"
        )
    for line, length in enumerate(map(len, lines_of(text)), 1):
        if length > MAX_LINE:
            raise SeedError(
                f"文書「{file}」の {line} 行が長すぎます（{length:,} 文字、上限 {MAX_LINE:,}）。"
                "改行が失われていないか、元のファイルと見比べてください。"
            )
    return text


def lines_of(text: str) -> list[str]:
    """The lines as spans count them: only ``\\n`` ends one."""
    return text.split("\n")


def encoding_fault(content: bytes) -> str | None:
    """Which other encoding a document has, or the first line that isn't UTF-8; None if all is."""
    name = next((n for mark, n in _BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    if name is None and _ISO_2022_JP_ESCAPE in content:
        name = "ISO-2022-JP"
    if name is None:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            name = _guess_encoding(content) or f"{line}行に UTF-8 でない文字"
    return name


def _guess_encoding(content: bytes) -> str | None:
    """The encoding of a whole file that isn't UTF-8; None if it is UTF-8 with a few bad bytes."""
    for codec in ("utf-16-le", "utf-16-be"):
        wide = content.decode(codec, "replace")
        if len(_JAPANESE.findall(wide)) > _MOSTLY * len(wide):
            return "UTF-16"
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
