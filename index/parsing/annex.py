"""Read an annex (別表): initiatives (取組) with named cells under a ladder of headings.

The headings count up on three rungs, ``1`` > ``(1)`` > ``ア``. Below them stand tab-separated rows
whose columns differ from document to document, so :func:`read_annex` is told how to read one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.parsing.articles import Line, failure, readable, span_of
from index.records import Section, SourceDocument, SourceSpan

ROLE_SUFFIX = "の役割"
_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_RUNGS = (
    re.compile(r"(\d{1,2})\s"),
    re.compile(r"[（(](\d{1,2})[)）]"),
    re.compile(rf"([{_KANA}])\s"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """An annex line read: a name opens an initiative, a key opens a cell, text alone continues."""

    name: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A named cell of an initiative, whole."""

    key: str
    text: str
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Initiative:
    """A 取組 of an annex: the headings above it, outermost first, its name and its cells."""

    path: tuple[str, ...]
    name: str
    cells: tuple[Cell, ...]
    span: SourceSpan

    @property
    def field(self) -> str:
        """The headings above it in one line."""
        return " > ".join(self.path)


@dataclass(slots=True)
class _Rows:
    path: tuple[str, ...]
    name: str
    opened: Line
    rows: list[tuple[Line, Row]]


def read_annex(
    document: SourceDocument, lines: Sequence[Line], read_row: Callable[[Line], Row | None]
) -> tuple[Initiative, ...]:
    """Group an annex's lines into initiatives under their headings.

    Args:
        document: where the lines are from.
        lines: the lines below the annex's title.
        read_row: reads a line that is no heading; ``None`` for a line that only separates.

    Raises:
        ParseError: if headings don't count up or hold nothing, if a cell stands before any
            initiative, and if an initiative or one of its cells comes twice or is empty.
    """
    path: tuple[str, ...] = ()
    bare: Line | None = None
    rows: _Rows | None = None
    found: list[_Rows] = []
    for line in lines:
        deeper = None if "\t" in line.raw else _step(document, path, line)
        if deeper is not None:
            if bare is not None and len(deeper) <= len(path):
                raise failure(document, f"「{bare.text}」の下に取組がありません", bare.number)
            path, bare, rows = deeper, line, None
            continue
        row = read_row(line)
        if row is None:
            continue
        if row.name:
            if not path:
                raise failure(
                    document, f"「{row.name}」の上に分野の見出しがありません", line.number
                )
            rows, bare = _Rows(path, row.name, line, []), None
            found.append(rows)
        if rows is None:
            raise failure(document, "どの取組の欄か分からない行です", line.number)
        rows.rows.append((line, row))
    if bare is not None or not found:
        last = bare.number if bare else len(document.lines)
        raise failure(document, "別表の終わりに取組がありません", last)
    _check_names(document, found)
    return tuple(_initiative(document, rows) for rows in found)


def cell_section(
    document: SourceDocument, annex_title: str, initiative: Initiative, cell: Cell
) -> Section:
    """A cell as running text, under the annex's title, the headings and the initiative."""
    heading = (annex_title, *initiative.path, initiative.name, cell.key)
    return Section(document.key, heading, cell.text, cell.span)


def check_cells(
    document: SourceDocument,
    initiative: Initiative,
    required: Sequence[str],
    optional: Sequence[str] = (),
) -> None:
    """Make sure that an initiative has every required cell and none that isn't known.

    Raises:
        ParseError: otherwise, naming the cell's lines, or the initiative's for a missing one.
    """
    known = (*required, *optional)
    for cell in initiative.cells:
        if cell.key not in known:
            message = f"「{cell.key}」という欄は読めません（読める欄は{'、'.join(known)}）"
            raise failure(document, message, cell.span.first_line, cell.span.last_line)
    keys = [cell.key for cell in initiative.cells]
    missing = [key for key in required if key not in keys]
    if missing:
        message = f"取組「{initiative.name}」に{'、'.join(missing)}の欄がありません"
        raise failure(document, message, initiative.span.first_line, initiative.span.last_line)


def _rung(text: str) -> tuple[int, int] | None:
    """Level (0 outermost) and ordinal of a heading of the annex, ``None`` for other lines."""
    for level, pattern in enumerate(_RUNGS):
        if match := pattern.match(text):
            mark = match.group(1)
            return level, _KANA.index(mark) + 1 if mark in _KANA else int(mark)
    return None


def _step(document: SourceDocument, path: tuple[str, ...], line: Line) -> tuple[str, ...] | None:
    """The path of headings from this line on, ``None`` if the line is no heading."""
    rung = _rung(line.text)
    if rung is None:
        return None
    level, ordinal = rung
    before = _rung(path[level]) if level < len(path) else (level, 0)
    if level > len(path) or before is None or ordinal != before[1] + 1:
        raise failure(document, f"見出し「{line.text}」の番号が続いていません", line.number)
    return (*path[:level], line.text)


def _check_names(document: SourceDocument, found: Sequence[_Rows]) -> None:
    first: dict[str, int] = {}
    for rows in found:
        if rows.name in first:
            message = f"取組「{rows.name}」は{first[rows.name]}行にもあります"
            raise failure(document, message, rows.opened.number)
        first[rows.name] = rows.opened.number


def _initiative(document: SourceDocument, rows: _Rows) -> Initiative:
    cells: dict[str, tuple[list[Line], list[str]]] = {}
    key = ""
    for line, row in rows.rows:
        if row.key in cells:
            raise failure(
                document, f"取組「{rows.name}」の「{row.key}」が重複しています", line.number
            )
        key = row.key or key
        if row.text:
            if not key:
                raise failure(document, "どの欄の続きか分からない行です", line.number)
            pieces = cells.setdefault(key, ([], []))
            pieces[0].append(line)
            pieces[1].append(row.text)
    lines = [line for line, _ in rows.rows]
    for key, (places, texts) in cells.items():
        if not readable(texts):
            first, last = places[0].number, places[-1].number
            raise failure(document, f"取組「{rows.name}」の「{key}」が空です", first, last)
    return Initiative(
        path=rows.path,
        name=rows.name,
        cells=tuple(
            Cell(key, readable(texts), span_of(document, places))
            for key, (places, texts) in cells.items()
        ),
        span=span_of(document, lines),
    )
