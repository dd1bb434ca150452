"""How the survey's figures are put into words."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.desk import Desk
from assistant.results import Answer, Citation
from assistant.survey.cells import Cell, Dimension, Key, Survey
from assistant.wording import figure
from index.eras import era_date, fiscal_year_name
from index.records import SurveyFact

DIMENSION_NAMES: dict[Dimension, str] = {
    "department": "部局",
    "field": "分野",
    "years": "締結年度",
}
COUNTERS: dict[Dimension, str] = {"department": "部局", "field": "分野", "years": "年度"}


def amount(value: float, unit: str) -> str:
    """``12.8%``, ``136 件``."""
    return f"{value:.1f}%" if unit == "%" else f"{figure(value)} {unit}"


def amount_of(cell: Cell) -> str:
    """A cell's figure with its unit."""
    return amount(cell.fact.value, cell.fact.unit)


def noun(survey: Survey, key: Key) -> str:
    """What a key counts, as a noun phrase: 「環境」の分野に該当する協定."""
    if key.measure == "departments":
        if key.present is None:
            return "全庁の部局"
        return f"該当する協定の{'ある' if key.present else 'ない'}部局"
    whose = f"{key.department}の" if key.department else ""
    if key.measure == "share":
        return f"{whose}構成比"
    if key.measure == "fields":
        return f"{whose}協定が該当する分野"
    if key.activity is not None:
        return _of_activity(survey, key)
    if key.since:
        return f"{era_date(key.since)}以降に結ばれた協定"
    when = f"{years_name(survey, key)}に結ばれた" if key.years else ""
    if key.field is None:
        return f"{when}{whose}協定"
    if key.years:
        return f"{when}{whose}協定のうち災害にかかわるもの"
    if key.department:
        return f"{whose}協定のうち「{key.field}」の分野に該当するもの"
    return f"「{key.field}」の分野に該当する協定"


def value_name(survey: Survey, key: Key, dimension: Dimension) -> str:
    """One value of a dimension, as rows of a table are headed."""
    if dimension == "years":
        return years_name(survey, key)
    return str(getattr(key, dimension))


def years_name(survey: Survey, key: Key) -> str:
    """The years of a key: 令和5年度, 昭和48年度から平成25年度まで; up to when, if not whole."""
    if key.years is None:
        return ""
    first, last = key.years
    if first != last:
        spans = [cell.key.years for cell in survey.cells if cell.key.years]
        first, last = max(first, min(spans)[0]), min(last, max(end for _, end in spans))
        return f"{fiscal_year_name(first)}から{fiscal_year_name(last)}まで"
    label = next(
        (c.fact.label for c in survey.cells if c.key.years == key.years and not c.is_total), ""
    )
    within = label.partition("（")[2].removesuffix("）")
    return fiscal_year_name(first) + (f"（{within}）" if within else "")


def short_name(survey: Survey, key: Key, other: Key) -> str:
    """What tells a key from another one: the department, field, year or state alone."""
    if key.activity != other.activity and key.activity is not None:
        state = "" if key.present else "なし"
        return f"{fiscal_year_name(key.activity)}の{_activity(survey, key)}{state}"
    if key.present != other.present:
        return "あり" if key.present else "なし"
    parts = []
    if key.department != other.department:
        parts.append(key.department or "全部局")
    if key.field != other.field:
        parts.append(f"「{key.field}」" if key.field else "全分野")
    if key.years != other.years:
        parts.append(years_name(survey, key))
    return "の".join(parts) or noun(survey, key)


def where(cell: Cell) -> str:
    """The table and label that a figure is printed under."""
    return f"{cell.fact.table}「{cell.fact.label}」"


def subject(survey: Survey, key: Key) -> str:
    """What is more or less in an order of figures."""
    if key.measure == "share":
        return "構成比"
    if key.measure == "fields":
        return "該当する分野の数"
    return noun(survey, key)


def note_on_years(survey: Survey, cell: Cell) -> tuple[str, list[Cell]]:
    """How a figure and the printed total of the years belong together, and the cells named."""
    key = cell.key
    if key.department or not (cell.is_total or (key.field and key.years is None)):
        return "", []
    total = next((c for c in survey.cells if c.is_total and c.key.field == key.field), None)
    if total is None or total.key.years is None:
        return "", []
    first = total.key.years[0]
    rest = [c for c in survey.along(key, "years") if c.key.years and c.key.years[1] < first]
    if not rest:
        return "", []
    labels = "、".join(f"{c.fact.label}の {amount_of(c)}" for c in rest)
    if cell.is_total:
        return f"この合計には、{labels}が入っていません。", rest
    return f"年度別の表の合計 {amount_of(total)}には、{labels}が入っていません。", [total, *rest]


def _activity(survey: Survey, key: Key) -> str:
    column = survey.activities.get(key.activity or 0, "")
    return "予定・実績" if "予定" in column else "実績"


def _of_activity(survey: Survey, key: Key) -> str:
    year = fiscal_year_name(key.activity or 0)
    if _activity(survey, key) == "実績":
        return f"{year}に事業の実績が{'ある' if key.present else 'ない'}協定"
    if key.present:
        return f"{year}に事業の予定または実績がある協定"
    return f"{year}に事業の予定も実績もない協定"


def cite_fact(desk: Desk, fact: SurveyFact) -> Citation:
    """A citation of a published figure by its printed line."""
    lines = desk.index.documents[fact.document].lines
    printed = "\n".join(lines[fact.span.first_line - 1 : fact.span.last_line]).strip()
    return desk.cite(fact, printed)


def answer_of(
    desk: Desk, lines: Sequence[str], number: float | None, unit: str, cells: Sequence[Cell]
) -> Answer:
    """An answer that rests on published figures and cites each of them.

    Args:
        desk: the desk.
        lines: what it says, a line each.
        number: the figure asked for, if it is one.
        unit: its unit.
        cells: the figures, the one asked for first.
    """
    facts = dict.fromkeys(cell.fact for cell in cells)
    citations: dict[tuple[str, int], Citation] = {}
    for fact in facts:
        # Two figures of one printed line need it quoted once.
        citations.setdefault((fact.document, fact.span.first_line), cite_fact(desk, fact))
    return Answer(
        "fact",
        "\n".join(lines),
        number=number,
        unit=unit if number is not None else None,
        citations=tuple(citations.values()),
        interpretation="調査の公表値＝" + "、".join(where(cell) for cell in cells[:3]),
    )
