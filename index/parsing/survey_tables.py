"""The figures of a survey summary as facts, table by table.

The tables of this shape, by their columns' names::

    部局 協定数                      概要（部局別）, a list in descending order
    部局 協定数 割合                 部局別, 部局別構成比
    分野 協定数                      分野別
    締結年度 年度別協定数 うち災害…  年度別, 年度別災害
    令和n年度… (one or more)         取組実績・予定
    the names in 分野別              部局×分野; its cells only where they are certain

Numbered results in running text (①該当部局数, ②協定数 …) are tables of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.eras import parse_year
from index.errors import ParseError
from index.parsing.crosstab import certain_cells
from index.parsing.survey_layout import Row, Table, Text, TextFigure, read_figure, split_names
from index.records import Doubt, LeftOut, SourceDocument, SourceSpan, SurveyFact

SUMMARY, DEPARTMENTS, SHARES, FIELDS = "概要（部局別）", "部局別", "部局別構成比", "分野別"
YEARS, DISASTER_YEARS, ACTIVITY, CROSS = "年度別", "年度別災害", "取組実績・予定", "部局×分野"
CONCERNED, AGREEMENTS = "該当部局数", "協定数"
FIELD_COUNT, TOTAL, GRAND_TOTAL = "該当分野数", "合計", "総計"

_LISTS = {
    "部局協定数": (SUMMARY,),
    "部局協定数割合": (DEPARTMENTS, SHARES),
    "分野協定数": (FIELDS,),
}
_YEAR_COLUMNS = "締結年度年度別協定数うち災害にかかわるもの"
# The cross table's own columns are named below it, and so above the table that follows.
_CROSS_COLUMNS = ("協定の目的，内容に該当する分野", "部局", AGREEMENTS, FIELD_COUNT)
_ACTIVITY_COLUMN = re.compile(r"令和[0-9元]{1,2}年度[^令]+")
_YEAR_LABEL = re.compile(r"([MTSHR][0-9]{1,2})(?:～([MTSHR][0-9]{1,2}))?(?:（[0-9.～]+）)?")


@dataclass(frozen=True, slots=True)
class _Context:
    document: SourceDocument
    fields: tuple[str, ...]

    def fact(self, table: str, label: str, value: float, unit: str, row: Row) -> SurveyFact:
        span = SourceSpan(self.document.key, row.first, row.last)
        return SurveyFact(self.document.key, table, label, float(value), unit, span)

    def error(self, message: str, first: int, last: int | None = None) -> ParseError:
        return ParseError(
            f"{message}原本と見比べて、行を直してください。",
            file=self.document.file,
            first_line=first,
            last_line=last,
        )


def read_results(document: SourceDocument, texts: Iterable[Text]) -> list[SurveyFact]:
    """The figures of the numbered results, on the result's line or on those below it.

    A result with figures below it is a table of its own. The first with its figure on its line
    names a table, whose 合計 it is, for all results counted in the same unit.

    Raises:
        ParseError: if a result has no figure, or 該当部局数 or 協定数 is missing.
    """
    context = _Context(document, ())
    totals: dict[str, str] = {}
    facts = []
    for text in texts:
        if not text.numbered:
            continue
        name = text.heading[1:]
        found = [(line, figure) for line in text.lines if (figure := read_figure(line))]
        if not found:
            first, last = text.lines[0].number, text.lines[-1].number
            raise context.error(f"「{text.heading}」の数が読めません。", first, last)
        for line, figure in found:
            table, label = _name_result(line is text.lines[0], name, figure, totals)
            span = SourceSpan(document.key, line.number, line.number)
            value = float(figure.value)
            facts.append(SurveyFact(document.key, table, label, value, figure.unit, span))
    if not any(fact.table == CONCERNED for fact in facts):
        raise context.error(f"調査結果に「{CONCERNED}」がありません。", 1, len(document.lines))
    if not any((fact.table, fact.label) == (AGREEMENTS, TOTAL) for fact in facts):
        raise context.error(f"調査結果に「{AGREEMENTS}」がありません。", 1, len(document.lines))
    return facts


def _name_result(
    own: bool, name: str, figure: TextFigure, totals: dict[str, str]
) -> tuple[str, str]:
    if not own:
        return name, figure.label
    table = totals.setdefault(figure.unit, name)
    return table, TOTAL if table == name else name


def read_tables(
    document: SourceDocument, tables: Sequence[Table]
) -> tuple[list[SurveyFact], list[Doubt], list[LeftOut]]:
    """Every figure of the tables; see the module's docstring for what they are named.

    Figures of a cross table whose column isn't certain are left out.

    A cross table whose rows can't make up its totals is a doubt.

    Raises:
        ParseError: if a table is unknown or missing, or a row or figure of it is.
    """
    fields = tuple(
        row.label for table in tables if _LISTS.get(table.header) == (FIELDS,) for row in table.rows
    )
    context = _Context(document, fields)
    read = [part for table in tables for part in _read_table(context, table)]
    facts = [part for part in read if isinstance(part, SurveyFact)]
    found = {fact.table for fact in facts}
    for name in (SUMMARY, DEPARTMENTS, FIELDS, YEARS, ACTIVITY, CROSS):
        if name not in found:
            raise context.error(f"「{name}」の表がありません。", 1, len(document.lines))
    doubts = [part for part in read if isinstance(part, Doubt)]
    return facts, doubts, [part for part in read if isinstance(part, LeftOut)]


def _read_table(context: _Context, table: Table) -> Iterator[SurveyFact | Doubt | LeftOut]:
    last = table.rows[-1].last
    if any(not row.label for row in table.rows):
        raise context.error("名前のない行が表にあります。", table.header_line, last)
    if names := _LISTS.get(table.header):
        return _read_list(context, table, names)
    if table.header.endswith(_YEAR_COLUMNS):
        others = table.header.removesuffix(_YEAR_COLUMNS)
        if not others or split_names(others, _CROSS_COLUMNS):
            return _read_years(context, table)
    columns = _ACTIVITY_COLUMN.findall(table.header)
    if columns and "".join(columns) == table.header:
        return _read_activity(context, table, columns)
    if order := split_names(table.header, context.fields):
        return _read_cross(context, table, order)
    raise context.error("この表の見出しは読めません。", table.header_line, last)


def _read_list(context: _Context, table: Table, names: tuple[str, ...]) -> Iterator[SurveyFact]:
    for number, row in enumerate(table.rows, 1):
        if len(row.figures) != 1 or (row.share is not None) != (SHARES in names):
            raise context.error("表の列の数と、行の数値の数が合いません。", row.first)
        if row.rank is not None and row.rank != number:
            raise context.error(f"表の{number}番目の行の番号が{row.rank}です。", row.first)
        yield context.fact(names[0], row.label, row.figures[0], "件", row)
        if row.share is not None:
            yield context.fact(SHARES, row.label, row.share, "%", row)


def _read_years(context: _Context, table: Table) -> Iterator[SurveyFact]:
    *years, total = table.rows
    if total.label != TOTAL:
        raise context.error("年度別の表の最後に合計がありません。", total.first, total.last)
    expected = None
    for row in years:
        first, last = _year_range(context, row)
        if expected not in (None, first):
            raise context.error(f"「{row.label}」が前の行の年度から続いていません。", row.first)
        expected = last + 1
    for row in table.rows:
        _check_width(context, row, 2)
        yield context.fact(YEARS, row.label, row.figures[0], "件", row)
        yield context.fact(DISASTER_YEARS, row.label, row.figures[1], "件", row)


def _year_range(context: _Context, row: Row) -> tuple[int, int]:
    match = _YEAR_LABEL.fullmatch(row.label)
    if match is None:
        raise context.error(f"「{row.label}」は年度として読めません。", row.first, row.last)
    try:
        return parse_year(match.group(1)), parse_year(match.group(2) or match.group(1))
    except ValueError as error:
        raise context.error(str(error), row.first, row.last) from None


def _read_activity(context: _Context, table: Table, columns: Sequence[str]) -> Iterator[SurveyFact]:
    for row in table.rows:
        _check_width(context, row, len(columns))
        for column, value in zip(columns, row.figures, strict=True):
            yield context.fact(ACTIVITY, f"{row.label} {column}", value, "件", row)


def _read_cross(
    context: _Context, table: Table, order: Sequence[str]
) -> Iterator[SurveyFact | Doubt | LeftOut]:
    *rows, total = table.rows
    if total.label != GRAND_TOTAL:
        raise context.error(f"「{CROSS}」の表の最後に{GRAND_TOTAL}がありません。", total.first)
    _check_width(context, total, len(order))
    for row in rows:
        if len(row.figures) < 2 or row.figures[-1] != len(row.figures) - 2:
            message = f"「{row.label}」の数値の数が{FIELD_COUNT}と合いません。"
            raise context.error(message, row.first)
        if row.figures[-1] > len(order):
            message = f"「{row.label}」の数値が分野より多くあります。"
            raise context.error(message, row.first)
    cells = certain_cells([row.figures[1:-1] for row in rows], total.figures)
    if cells is None:
        span = SourceSpan(context.document.key, rows[0].first if rows else total.first, total.last)
        reason = f"各行の数値をどう並べても{GRAND_TOTAL}になりません。原本を確かめてください。"
        yield Doubt(span, reason)
    for number, row in enumerate(rows):
        yield context.fact(CROSS, f"{row.label} {AGREEMENTS}", row.figures[0], "件", row)
        # Without a table that fits the totals, only a row with a figure in every column is sure.
        full = row.figures[1:-1] if row.figures[-1] == len(order) else ()
        placed = []
        for field, value in zip(order, cells[number] if cells else full, strict=False):
            if value:
                placed.append(value)
                yield context.fact(CROSS, f"{row.label} {field}", value, "件", row)
        yield from _unplaced(context, row, placed)
        yield context.fact(CROSS, f"{row.label} {FIELD_COUNT}", row.figures[-1], "分野", row)
    for field, value in zip(order, total.figures, strict=True):
        yield context.fact(CROSS, f"{GRAND_TOTAL} {field}", value, "件", total)


def _unplaced(context: _Context, row: Row, placed: Sequence[int]) -> Iterator[LeftOut]:
    """A row's figures without those in certain cells, which come in the same order."""
    certain = iter(placed)
    wanted = next(certain, None)
    rest = []
    for figure in row.figures[1:-1]:
        if figure == wanted:
            wanted = next(certain, None)
        else:
            rest.append(str(figure))
    if rest:
        span = SourceSpan(context.document.key, row.last, row.last)
        yield LeftOut(span, " ".join(rest), "どの分野の数か決められない数値")


def _check_width(context: _Context, row: Row, width: int) -> None:
    if len(row.figures) != width or row.share is not None:
        raise context.error("表の列の数と、行の数値の数が合いません。", row.first, row.last)
