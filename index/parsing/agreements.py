"""Read a table of agreements (連携協定の一覧) whose cells have run together in its text.

Rows begin with their number and end with a date; :mod:`index.parsing.columns` finds the cells
between. Rows that the layout alone doesn't settle are cut a second time with what the settled rows
have taught: the cells that stand in each column.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TypeGuard

from index.eras import parse_date
from index.errors import ParseError
from index.parsing.columns import CLEAR_MARGIN, Cut, Gap, Word, best_cut, cell_text, split_words
from index.parsing.parties import split_parties
from index.parsing.table_layout import Layout, agreement_layout
from index.records import Agreement, Doubt, Parsed, SourceDocument, SourceSpan

_DAMAGE_FILE = Path(__file__).parents[1] / "data" / "agreement_damage.toml"

_NUMBER = re.compile(r" *([0-9]{1,4})(?: +|$)")
_COMPARE = "原本と見比べてください。"

# A clear cut is settled where it leaves little to explain away (in points).
_SETTLED_COST = 8.0
# Below this margin, even knowing the other rows, a person should look.
_DOUBTED_MARGIN = 1.0

# The longest row has 35 words; the search for its cells grows with the cube of their number.
_MOST_WORDS = 80

_Line = tuple[int, str]  # number from 1, text


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    words: tuple[Word, ...]
    span: SourceSpan


def parse(document: SourceDocument) -> Parsed:
    """Read every row of an agreement table.

    Returns:
        the :class:`Agreement` records in the order of the table and of their numbers, and doubts:
        rows whose cells could nearly as well be others or whose date is later than the table, and
        cells known to be printed damaged.

    Raises:
        ParseError: if the table has no header, a number is missing, repeated or out of order, or a
            row can't be cut into its columns or has no possible date.
    """
    layout = agreement_layout()
    rows = _rows(document, layout)
    first_cuts = [best_cut(row.words, layout, {}) for row in rows]
    known = _known_cells((cut for cut in first_cuts if _is_settled(cut)), layout)
    records, doubts = [], []
    for row, first_cut in zip(rows, first_cuts, strict=True):
        cut = first_cut if _is_settled(first_cut) else _cut_again(row, layout, known)
        if cut is None:
            message = f"番号{row.number}の行を欄に分けられません。欄の抜けや日付の誤りがないか"
            raise _error(document, row.span, f"{message}、{_COMPARE}")
        records.append(_agreement(document, row, cut, layout))
        if cut.margin < _DOUBTED_MARGIN:
            reason = f"番号{row.number}の行は欄の分かれ目がはっきりしません。{_COMPARE}"
            doubts.append(Doubt(row.span, reason))
        if records[-1].concluded > document.as_of:
            reason = f"番号{row.number}の締結年月日が、一覧の時点（{document.as_of}）より後です。"
            doubts.append(Doubt(row.span, f"{reason}{_COMPARE}"))
    return Parsed(tuple(records), (*doubts, *_damaged(records)))


def _error(document: SourceDocument, span: SourceSpan, message: str) -> ParseError:
    return ParseError(
        message, file=document.file, first_line=span.first_line, last_line=span.last_line
    )


def _at(document: SourceDocument, line: int) -> SourceSpan:
    return SourceSpan(document.key, line, line)


def _rows(document: SourceDocument, layout: Layout) -> list[_Row]:
    lines = _lines_below_header(document, layout)
    starts = _row_starts(document, lines, layout)
    rows = []
    for number, (start, end) in enumerate(pairwise([*starts, len(lines)]), 1):
        for line, text in lines[start : end - 1]:
            if _ends_with_date(text, layout):
                message = f"番号{number}の行の途中に日付があります。次の行の番号が抜けていないか"
                raise _error(document, _at(document, line), f"{message}、{_COMPARE}")
        first_line, text = lines[start]
        unnumbered = _NUMBER.sub(lambda match: " " * len(match[0]), text, count=1)
        words = split_words([(first_line, unnumbered), *lines[start + 1 : end]])
        row = _Row(number, words, SourceSpan(document.key, first_line, lines[end - 1][0]))
        if len(words) > _MOST_WORDS:
            message = f"番号{number}の行が長すぎます（{len(words)}語、上限{_MOST_WORDS}語）。"
            message += f"次の行の番号や日付が抜けていないか、{_COMPARE}"
            raise _error(document, row.span, message)
        rows.append(row)
    return rows


def _lines_below_header(document: SourceDocument, layout: Layout) -> list[_Line]:
    """The table's lines without the blank ones and the header, which begins each page."""
    lines = [line for line in enumerate(document.lines, 1) if line[1].strip()]
    header = layout.header.split()
    if not lines or lines[0][1].split() != header:
        message = f"表が見出し「{layout.header}」で始まっていません。文書の種別が合っているか"
        raise _error(document, _at(document, lines[0][0] if lines else 1), f"{message}、{_COMPARE}")
    below = [line for line in lines if line[1].split() != header]
    if not below:
        message = f"表の見出しの下に行がありません。文書が途中で切れていないか、{_COMPARE}"
        raise _error(document, _at(document, lines[0][0]), message)
    return below


def _row_starts(document: SourceDocument, lines: Sequence[_Line], layout: Layout) -> list[int]:
    """Where rows begin: at a number below a date, or at the next number before a department.

    Raises:
        ParseError: where the numbers don't run 1, 2, 3, …
    """
    starts: list[int] = []
    for at, (line, text) in enumerate(lines):
        expected = len(starts) + 1
        match = _NUMBER.match(text)
        # Printed as 02 it would be a number of another table; none begins with a zero.
        found = 0 if match is None else -1 if match[1].startswith("0") else int(match[1])
        below_date = at == 0 or _ends_with_date(lines[at - 1][1], layout)
        # A list in a cell may number departments, too, but not from here on.
        again = found >= len(starts) and _names_department(lines, at, layout)
        if found == expected and (below_date or again):
            starts.append(at)
        elif at == 0 or (found and (below_date or again)):
            message = f"番号{expected}の行があるはずのところに「{text.strip()[:20]}」があります。"
            message += f"番号に抜け、重なり、入れ替わりがないか、{_COMPARE}"
            raise _error(document, _at(document, line), message)
    return starts


def _ends_with_date(text: str, layout: Layout) -> bool:
    return bool(layout.columns[-1].required.search(text.split()[-1]))


def _names_department(lines: Sequence[_Line], at: int, layout: Layout) -> bool:
    """Whether a department follows the number at ``at``; its name may wrap below the number."""
    department = layout.columns[0].ends
    name, *more = _NUMBER.sub("", lines[at][1], count=1).split() or [""]
    if more:
        return bool(department.search(name))
    for _, below in lines[at + 1 : at + 3]:
        name += below.strip()
        if department.search(name):
            return True
    return False


def _is_settled(cut: Cut | None) -> TypeGuard[Cut]:
    return cut is not None and cut.margin >= CLEAR_MARGIN and cut.cost <= _SETTLED_COST


def _known_cells(cuts: Iterable[Cut], layout: Layout) -> dict[str, set[str]]:
    """The cells of each column in the settled rows."""
    known: dict[str, set[str]] = {column.name: set() for column in layout.columns}
    for cut in cuts:
        for column, words in zip(layout.columns, cut.cells, strict=True):
            known[column.name].add("".join(word.text for word in words))
    return known


def _cut_again(row: _Row, layout: Layout, known: Mapping[str, Collection[str]]) -> Cut | None:
    """Cut a row with what other rows have taught.

    A department that fills its column touches the section beside it; only a department known from
    another row tells the two apart.
    """
    if not row.words:
        return None
    first, *others = row.words
    departments = (name for name in known[layout.columns[0].name] if first.text.startswith(name))
    size = len(max(departments, key=len, default=first.text))
    if size < len(first.text):
        others = [replace(first, text=first.text[size:], space="", gap=Gap.NOTHING), *others]
    return best_cut([replace(first, text=first.text[:size]), *others], layout, known)


def _agreement(document: SourceDocument, row: _Row, cut: Cut, layout: Layout) -> Agreement:
    cells = {
        column.name: cell_text(words, column, layout)
        for column, words in zip(layout.columns, cut.cells, strict=True)
    }
    concluded_text = cells.pop("date")
    try:
        concluded = parse_date(concluded_text)
    except ValueError as error:
        raise _error(document, row.span, f"番号{row.number}の締結年月日: {error}") from error
    return Agreement(
        document=document.key,
        no=row.number,
        **cells,
        partners=split_parties(cells["partner"]),
        concluded=concluded,
        concluded_text=concluded_text,
        span=row.span,
    )


def _damaged(records: Iterable[Agreement]) -> Iterator[Doubt]:
    """The cells that the document itself prints damaged (``index/data/agreement_damage.toml``)."""
    damages = tomllib.loads(_DAMAGE_FILE.read_text(encoding="utf-8"))["damage"]
    for record in records:
        for damage in damages:
            here = (damage["document"], damage["no"]) == (record.document, record.no)
            if here and getattr(record, damage["column"]) == damage["printed"]:
                yield Doubt(record.span, f"番号{record.no}の行: {damage['reason']}")
