"""The layout of a survey summary: which lines are headings, running text and rows of tables.

Lines come in the PDF's reading order, so a table's heading may stand among those of others, and a
column's name is wrapped. Two things are certain: a row's figures stand at the end of its line, and
text directly above a row, with no heading or caption between them, heads the row's table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import ParseError
from index.records import LeftOut, SourceDocument, SourceSpan

# Without zeros in front, which no number would keep.
_FIGURE = re.compile(r"0|[1-9][0-9]{0,5}")
_SHARE = re.compile(r"((?:0|[1-9][0-9]{0,2})\.[0-9])[%％]")
# Chapters are numbered with full-width digits, rows of a list with ASCII ones.
_CHAPTER = re.compile(r"([０-９]{1,2}) (\S.*)")
_ITEM = re.compile(r"[（(][0-9０-９]{1,2}[)）]\S.*")
_NUMBERED = re.compile(r"[①-⑳]\S.*")
_FIGURE_IN_TEXT = re.compile(r"(.+?)[ ：]([0-9]{1,6}) ?(件|部局)")
_ASCII_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
# A cross table of more columns than these would fill no page.
_MOST_NAMES = 200
_CAPTION = re.compile(r"[◯○]\S+|[（(][降昇]順[)）]|【.*】")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that isn't blank: its number, counted from 1, and its text."""

    number: int
    text: str

    @property
    def squeezed(self) -> str:
        """The text without any white space."""
        return "".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its label and figures as printed on lines ``first`` to ``last``.

    ``rank`` is the number before the label in a list in descending order, ``share`` the percentage
    at the row's end.
    """

    rank: int | None
    label: str
    figures: tuple[int, ...]
    share: float | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one heading; ``header`` is that heading's lines as one, without white space."""

    header: str
    header_line: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TextFigure:
    """A figure in running text: ``該当なし： 7 部局`` → 該当なし, 7, 部局."""

    label: str
    value: int
    unit: str


@dataclass(frozen=True, slots=True)
class Text:
    """Running text under ``chapter`` and ``heading`` (either may be empty), as printed.

    A numbered result (①…) is its own heading and the first of its ``lines``.
    """

    chapter: str
    heading: str
    lines: tuple[Line, ...]

    @property
    def numbered(self) -> bool:
        """Whether this is a numbered result (①…)."""
        return bool(_NUMBERED.fullmatch(self.heading))


def read_layout(document: SourceDocument) -> tuple[list[Text], list[Table], list[LeftOut]]:
    """Split a survey summary into running text and tables, each in document order.

    Chapter headings, captions (◯集計結果, （降順）, 【…】) and the document's own title end what
    stands above them and are part of neither. What of them heads no text is left out, and so are
    the numbers of chapters and of a list's rows.

    Raises:
        ParseError: if a row stands under no heading, or a line among rows is none.
    """
    reader = _Reader(document)
    for number, raw in enumerate(document.lines, 1):
        if text := " ".join(raw.split()):
            reader.read(Line(number, text))
    reader.end_block()
    reader.end_headings()
    tables = [Table(head, line, tuple(rows)) for head, line, rows in reader.tables]
    return reader.texts, tables, reader.left_out


def read_figure(line: Line) -> TextFigure | None:
    """The figure that running text begins with, if its line begins with a labelled one."""
    match = _FIGURE_IN_TEXT.match(line.text.translate(_ASCII_DIGITS))
    if match is None:
        return None
    label = "".join(match.group(1).split()).removesuffix("：")
    return TextFigure(label, int(match.group(2)), match.group(3))


def split_names(joined: str, names: Sequence[str]) -> list[str] | None:
    """Cut ``joined`` into distinct ``names``; None unless there is exactly one way to.

    Wrapped column headings run into each other; the names are known from elsewhere.
    """
    if len(names) > _MOST_NAMES or len(joined) > sum(map(len, names)):
        return None
    # Ways to reach each offset, at most two kept: enough to know that there is only one.
    ways: list[list[list[str]]] = [[] for _ in range(len(joined) + 1)]
    ways[0] = [[]]
    for offset in range(len(joined)):
        for way in ways[offset]:
            for name in names:
                end = offset + len(name)
                if name and joined.startswith(name, offset) and len(ways[end]) < 2:
                    ways[end].append([*way, name])
    found = ways[-1]
    return found[0] if len(found) == 1 and len(set(found[0])) == len(found[0]) else None


class _Reader:
    def __init__(self, document: SourceDocument) -> None:
        self.document = document
        self.title = "".join(document.title.split())
        self.texts: list[Text] = []
        self.tables: list[tuple[str, int, list[Row]]] = []
        self.chapter = ""
        self.heading = ""
        self.pending: list[Line] = []  # Text of which the next line tells what it is.
        self.in_table = False
        self.left_out: list[LeftOut] = []
        self.unused: list[Line] = []  # Headings that have headed no text so far.

    def read(self, line: Line) -> None:
        row = _read_row(line)
        if row:
            self._add_row(row)
        elif match := _CHAPTER.fullmatch(line.text):
            self.end_block()
            self.end_headings()
            self.leave_out(line.number, match.group(1), "章の番号")
            self.chapter, self.heading = match.group(2), ""
            self.unused.append(Line(line.number, match.group(2)))
        elif _ITEM.fullmatch(line.text):
            self.end_block()
            self._end_heading()
            self.heading = line.squeezed
            self.unused.append(line)
        elif _NUMBERED.fullmatch(line.text):
            self.end_block()
            self._end_heading()
            figure = read_figure(line)
            self.heading = figure.label if figure else line.squeezed
            self.pending = [line]
        elif _CAPTION.fullmatch(line.text) or line.squeezed == self.title:
            self.end_block()
            self.leave_out(line.number, line.squeezed, "表題や表の見出し")
        else:
            self.pending.append(line)

    def end_block(self) -> None:
        if self.pending:
            self._check_below_table()
            self.texts.append(Text(self.chapter, self.heading, tuple(self.pending)))
            self.unused = []
        self.pending = []
        self.in_table = False

    def end_headings(self) -> None:
        """Leave out the headings, chapter and item, that have headed nothing."""
        for line in self.unused:
            self.leave_out(line.number, line.squeezed, "下に文章のない見出し")
        self.unused = []

    def _end_heading(self) -> None:
        """The same for an item's heading, if there is one; its chapter goes on."""
        if self.heading and self.unused:
            line = self.unused.pop()
            self.leave_out(line.number, line.squeezed, "下に文章のない見出し")

    def leave_out(self, number: int, text: str, reason: str) -> None:
        """Report characters of a line that become part of no record."""
        span = SourceSpan(self.document.key, number, number)
        self.left_out.append(LeftOut(span, text, reason))

    def _check_below_table(self) -> None:
        """Below a table's rows, only notes and sentences are text; else a row lost its figures."""
        for line in self.pending if self.in_table else ():
            if not line.text.startswith("※") and not line.text.endswith("。"):
                raise ParseError(
                    f"「{line.text}」の行に数値がありません。原本と見比べて、補ってください。",
                    file=self.document.file,
                    first_line=line.number,
                )

    def _add_row(self, row: Row) -> None:
        pending = self.pending
        if not row.label and pending and self.in_table:
            # The row's label was too long for its column and stands above its figures.
            label = "".join(line.squeezed for line in pending)
            row = Row(None, label, row.figures, row.share, pending[0].number, row.last)
        elif pending:
            header = "".join(line.squeezed for line in pending)
            self.tables.append((header, pending[0].number, []))
        elif not self.in_table:
            raise ParseError(
                "表の見出しがない行です。原本と見比べて、見出しの行を補ってください。",
                file=self.document.file,
                first_line=row.first,
            )
        if row.rank is not None:
            self.leave_out(row.last, str(row.rank), "順位の番号")
        self.pending = []
        self.in_table = True
        self.tables[-1][2].append(row)


def _read_row(line: Line) -> Row | None:
    *cells, last = line.text.split(" ")
    share = _SHARE.fullmatch(last)
    if not share:
        cells.append(last)
    figures: list[int] = []
    while cells and _FIGURE.fullmatch(cells[-1]):
        figures.insert(0, int(cells.pop()))
    if not figures and not share:
        return None
    rank = int(cells.pop(0)) if len(cells) > 1 and _FIGURE.fullmatch(cells[0]) else None
    return Row(
        rank,
        "".join(cells),
        tuple(figures),
        float(share.group(1)) if share else None,
        line.number,
        line.number,
    )
