"""What the tables of a survey summary say differently of the same figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from index.parsing import survey_tables as tables
from index.records import Doubt, SourceSpan, SurveyFact

_Values = Mapping[str, float]


def find_contradictions(facts: Sequence[SurveyFact]) -> list[Doubt]:
    """Compare the tables of one document with each other; a doubt for each contradiction.

    ``facts`` must hold every table that :mod:`index.parsing.survey_tables` requires. A
    doubt's lines are those of one of the tables compared.
    """
    values: dict[str, dict[str, float]] = {}
    spans: dict[str, SourceSpan] = {}
    for fact in facts:
        values.setdefault(fact.table, {})[fact.label] = fact.value
        span = spans.setdefault(fact.table, fact.span)
        spans[fact.table] = SourceSpan(
            span.document,
            min(span.first_line, fact.span.first_line),
            max(span.last_line, fact.span.last_line),
        )
    contradictions = (
        *_in_results(values),
        *_in_departments(values),
        *_in_years(values),
        *_in_cross_table(values),
    )
    return [
        Doubt(spans[table], f"{text}。原本を確かめてください。") for table, text in contradictions
    ]


def _in_results(values: Mapping[str, _Values]) -> Iterator[tuple[str, str]]:
    whole, *parts = values[tables.CONCERNED].values()
    if parts and whole != sum(parts):
        yield tables.CONCERNED, f"部局数{whole:g}が、内訳の和{sum(parts):g}と合いません"
    departments = len(values[tables.DEPARTMENTS])
    if departments not in parts:
        yield tables.CONCERNED, f"部局別の表の部局数{departments}が、該当部局数にありません"


def _in_departments(values: Mapping[str, _Values]) -> Iterator[tuple[str, str]]:
    total = values[tables.AGREEMENTS][tables.TOTAL]
    departments = values[tables.DEPARTMENTS]
    yield from _sum_differs(tables.DEPARTMENTS, departments, total)
    if values[tables.SUMMARY] != departments:
        yield tables.SUMMARY, "部局ごとの協定数が、部局別の表と合いません"
    for label, share in values[tables.SHARES].items():
        exact = 100 * departments[label] / total if total else 0.0
        # Rounded to one decimal; the rest is the error of binary fractions.
        if abs(share - exact) > 0.05 + 1e-9:
            yield tables.SHARES, f"{label}の割合{share}%が、件数から求めた{exact:.2f}%と合いません"
    for column in dict.fromkeys(label.split(" ")[1] for label in values[tables.ACTIVITY]):
        answers = {k: v for k, v in values[tables.ACTIVITY].items() if k.split(" ")[1] == column}
        yield from _sum_differs(tables.ACTIVITY, answers, total, column)


def _in_years(values: Mapping[str, _Values]) -> Iterator[tuple[str, str]]:
    for table in (tables.YEARS, tables.DISASTER_YEARS):
        years = {label: n for label, n in values[table].items() if label != tables.TOTAL}
        # The printed total may leave out the first row, which stands for many years.
        single = sum(n for label, n in years.items() if "～" not in label.partition("（")[0])
        printed = values[table][tables.TOTAL]
        if printed not in (single, sum(years.values())):
            yield table, f"合計{printed:g}が、年度ごとの数の和{single:g}と合いません"
        if table == tables.YEARS:
            yield from _sum_differs(table, years, values[tables.AGREEMENTS][tables.TOTAL])


def _in_cross_table(values: Mapping[str, _Values]) -> Iterator[tuple[str, str]]:
    agreements: dict[str, float] = {}
    totals: dict[str, float] = {}
    for label, value in values[tables.CROSS].items():
        row, _, column = label.partition(" ")
        if row == tables.GRAND_TOTAL:
            totals[column] = value
        elif column == tables.AGREEMENTS:
            agreements[row] = value
    if agreements != values[tables.DEPARTMENTS]:
        yield tables.CROSS, "部局ごとの協定数が、部局別の表と合いません"
    if totals != values[tables.FIELDS]:
        yield tables.CROSS, "分野ごとの総計が、分野別の表と合いません"


def _sum_differs(
    table: str, parts: _Values, total: float, column: str = ""
) -> Iterator[tuple[str, str]]:
    if sum(parts.values()) != total:
        name = column or table
        yield table, f"{name}の和{sum(parts.values()):g}が、協定数{total:g}と合いません"
