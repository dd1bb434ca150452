"""How a table is printed: its columns, their widths, and why a line ends inside a cell.

The layout is data (``index/data/agreement_columns.toml``): widths were measured on the published
table, patterns say how the cells of a column read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

_AGREEMENTS_FILE = Path(__file__).parents[1] / "data" / "agreement_columns.toml"

# Japanese typesetting begins no line with the first of these and ends none with the others.
_NOT_FIRST = frozenset("）)」』】，。、・ー々！？：；％ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_NOT_LAST = frozenset("（(「『【")


class Break(Enum):
    """Why a line ends inside a cell."""

    WRAP = "the line is full"
    ITEM = "a new item or paragraph begins"
    UNEXPLAINED = "neither"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its width in kanji, and how its cells read (patterns to search for).

    Every cell matches ``required``; most match ``ends`` and none matches ``refuses``. ``items`` may
    stand in its cells, and ``free`` text may hold spaces and blank lines. Where a line ends before
    it is full and the text so far matches ``paragraph_end``, a new paragraph begins. In a column of
    names, a name has one ``single``, and ``joiner`` stands between two names in running text.
    """

    name: str
    width: float
    items: bool
    free: bool
    required: re.Pattern[str]
    ends: re.Pattern[str]
    refuses: re.Pattern[str]
    paragraph_end: re.Pattern[str]
    single: re.Pattern[str] | None
    joiner: re.Pattern[str]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The header above the rows, the columns in order, the typeface, and what begins an item.

    A row's first column is the department (``columns[0].ends``), its last the date
    (``columns[-1].required``).
    """

    header: str
    columns: tuple[Column, ...]
    glyphs: tuple[tuple[re.Pattern[str], float], ...]
    tolerance: float
    item: re.Pattern[str]
    heading: re.Pattern[str]


@cache
def agreement_layout() -> Layout:
    """The layout of the agreement table."""
    data = tomllib.loads(_AGREEMENTS_FILE.read_text(encoding="utf-8"))
    return Layout(
        header=data["header"],
        columns=tuple(_column(values, data["paragraph_end"]) for values in data["column"]),
        glyphs=tuple((re.compile(glyph["chars"]), glyph["width"]) for glyph in data["glyphs"]),
        tolerance=data["tolerance"],
        item=re.compile(data["item"]),
        heading=re.compile(data["heading"]),
    )


def _column(values: Mapping[str, Any], paragraph_end: str) -> Column:
    anything, nothing = "", "(?!)"
    return Column(
        name=values["name"],
        width=values["width"],
        items=values.get("items", False),
        free=values.get("free", False),
        required=re.compile(values.get("required", anything)),
        ends=re.compile(values.get("ends", anything)),
        refuses=re.compile(values.get("refuses", nothing)),
        paragraph_end=re.compile(values.get("paragraph_end", paragraph_end)),
        single=re.compile(values["single"]) if "single" in values else None,
        joiner=re.compile(values.get("joiner", nothing)),
    )


@cache
def _glyph_width(char: str, layout: Layout) -> float:
    return next((width for chars, width in layout.glyphs if chars.match(char)), 1.0)


def text_width(text: str, layout: Layout) -> float:
    """How wide ``text`` is printed, in kanji."""
    return sum(_glyph_width(char, layout) for char in text)


def head(text: str) -> str:
    """The shortest beginning of ``text`` that may stand alone at the end of a line."""
    end = 1
    while end < len(text) and (text[end] in _NOT_FIRST or text[end - 1] in _NOT_LAST):
        end += 1
    return text[:end]


def is_full(width: float, following: str, column: Column, layout: Layout) -> bool:
    """Whether a line ``width`` wide has no room for the head of the text that follows."""
    needed = width + text_width(head(following), layout)
    return needed > column.width - layout.tolerance


def why_broken(
    paragraph: str, width: float, following: str, column: Column, layout: Layout
) -> Break:
    """Why a line ``width`` wide, the last of ``paragraph``, ends before ``following``."""
    if layout.item.match(following):
        return Break.ITEM
    if is_full(width, following, column, layout):
        return Break.WRAP
    if column.paragraph_end.search(paragraph) or layout.heading.match(following):
        return Break.ITEM
    return Break.UNEXPLAINED
