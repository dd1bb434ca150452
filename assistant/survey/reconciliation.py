"""The survey's published figures beside the rows counted: equal or not, and why not.

Rows can be counted for departments, years and days. They can't for fields, plans and results:
those the departments reported, several fields to an agreement, and no row says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Citation
from assistant.survey.cells import Cell, Key, Survey, survey_of
from assistant.survey.reading import read
from assistant.survey.wording import amount, amount_of, cite_fact, noun
from assistant.wording import figure
from index.eras import era_date, fiscal_year, parse_year
from index.opened import OpenIndex
from index.records import Agreement, SurveyFact

_FIELDS = "分野は部局が協定ごとに複数付けたもので、一覧の行からは数え直せません"
_REPORTED = "部局の回答で、一覧の行からは数えられません"


@dataclass(frozen=True)
class Reconciled:
    """A published figure and what counting the rows gives; None where rows can't tell."""

    fact: SurveyFact
    counted: float | None
    note: str

    @property
    def equal(self) -> bool | None:
        """Whether both agree; None if they can't be compared."""
        return None if self.counted is None else self.counted == self.fact.value


def reconcile(index: OpenIndex) -> list[Reconciled]:
    """Every published figure of the survey, in document order, with the rows counted beside it."""
    agreements = [record for record in index.records.values() if isinstance(record, Agreement)]
    facts = tuple(record for record in index.records.values() if isinstance(record, SurveyFact))
    survey = survey_of(facts)
    cells = {cell.fact: cell for cell in survey.cells}
    return [
        _reconciled(survey, cells[fact], agreements)
        if fact in cells
        else Reconciled(fact, None, "何の数か読み取れません")
        for fact in facts
    ]


def report(rows: Sequence[Reconciled]) -> str:
    """The reconciliation for reading: a table for each of the survey's, and a summary first."""
    equal = sum(row.equal is True for row in rows)
    unequal = [row for row in rows if row.equal is False]
    apart = sum(row.equal is None for row in rows)
    lines = [
        f"公表値 {len(rows)} 個のうち、一覧の行を数えて一致 {equal} 個、"
        f"不一致 {len(unequal)} 個、行からは数えられないもの {apart} 個",
    ]
    for table in dict.fromkeys(row.fact.table for row in rows):
        lines += ["", f"【{table}】", *_table([row for row in rows if row.fact.table == table])]
    return "\n".join(lines)


def counted_note(desk: Desk, cell: Cell) -> str:
    """What counting rows gives for a published figure, as a sentence; empty if they can't tell."""
    counted = _reconciled(survey_of(desk.facts), cell, list(desk.agreements.values()))
    if counted.counted is None or cell.is_total or cell.key.measure == "departments":
        return ""
    value = _figure(counted.counted, cell.fact.unit)
    value += "" if cell.fact.unit == "%" else f" {cell.fact.unit}"
    if counted.equal:
        return f"一覧の行を数えても {value}で、一致しています。"
    return f"一覧の行を数えると {value}で、公表値とは違います。"


def beside(desk: Desk, asked: Question, counted: int) -> tuple[list[Citation], list[str]]:
    """What the survey publishes for the rows that ``asked`` counts, and how both compare.

    Args:
        desk: the desk.
        asked: the question, answered by counting.
        counted: how many rows were counted.

    Returns:
        Citations of the figures, and sentences; both empty where nothing is published.
    """
    survey = survey_of(desk.facts)
    if not survey.cells or asked.references:
        return [], []
    as_of = desk.index.documents[desk.facts[0].document].as_of
    reading = read(survey, asked, as_of, lenient=True)
    if reading is None or reading.loose or reading.open == "field" or len(reading.keys) > 1:
        return _all_of_several(desk, survey, asked, counted)
    key = reading.keys[0]
    timed = any(c.name in ("concluded", "month", "month_day") for c in asked.conditions)
    if timed and key.years is None and key.since is None:
        # The survey has no figure for this stretch of time: the total is none for it.
        return [], []
    if key.measure == "share":
        key = Key(department=key.department)
    cell = survey.by_key.get(key)
    cells = [cell] if cell else survey.covering(key)
    if not cells or key.measure != "agreements" or key.activity is not None:
        return [], []
    return [cite_fact(desk, cell.fact) for cell in cells], [_sentence(survey, cells, key, counted)]


def beside_rank(desk: Desk, by: str, rows: Sequence[tuple[str, int]]) -> tuple[list[Citation], str]:
    """The published figures for departments or fiscal years that were counted and ranked.

    Args:
        desk: the desk.
        by: ``department`` or ``fiscal_year``; nothing is published for other groups.
        rows: the groups' names (環境部, 令和5年度) and the rows counted for each.
    """
    survey = survey_of(desk.facts)
    if by not in ("department", "fiscal_year"):
        return [], ""
    keys = [_key_of(by, value) for value, _ in rows]
    found = [
        (survey.by_key.get(key) if key else None, value, counted)
        for key, (value, counted) in zip(keys, rows, strict=True)
    ]
    published = [(cell, value, counted) for cell, value, counted in found if cell is not None]
    if not published:
        return [], ""
    citations = [cite_fact(desk, cell.fact) for cell, _, _ in published]
    table = published[0][0].fact.table
    unlike = [
        f"{value}は公表値 {amount_of(cell)}"
        for cell, value, counted in published
        if cell.fact.value != counted
    ]
    if unlike:
        return citations, f"調査の公表値（{table}）とは違うものがあります：{'、'.join(unlike)}。"
    partly = "" if len(published) == len(found) else "公表されているものは、"
    return citations, f"{partly}調査の公表値（{table}）と一致しています。"


def _key_of(by: str, value: str) -> Key | None:
    """The key of the figure for a department or fiscal year; None for a stretch of years."""
    if by == "department":
        return Key(department=value)
    try:
        year = parse_year(value.split("（")[0])
    except ValueError:
        return None
    return Key(years=(year, year))


def _all_of_several(
    desk: Desk, survey: Survey, asked: Question, counted: int
) -> tuple[list[Citation], list[str]]:
    """The sum over several departments, which no row belongs to twice."""
    departments = [c for c in asked.conditions if c.name == "department" and not c.negated]
    if asked.topic or len(departments) < 2 or len(departments) != len(asked.conditions):
        return [], []
    names = dict.fromkeys(str(condition.values[0]) for condition in departments)
    cells = [survey.by_key.get(Key(department=name)) for name in names]
    found = [cell for cell in cells if cell is not None]
    if len(found) < len(cells):
        return [], []
    total = int(sum(cell.fact.value for cell in found))
    parts = "＋".join(figure(cell.fact.value) for cell in found)
    alike = "で、一致しています" if total == counted else "で、一覧の行数とは違います"
    sentence = f"調査の公表値（{found[0].fact.table}）は {parts}＝{total} 件{alike}。"
    return [cite_fact(desk, cell.fact) for cell in found], [sentence]


def _sentence(survey: Survey, cells: Sequence[Cell], key: Key, counted: int) -> str:
    value = sum(cell.fact.value for cell in cells)
    table = cells[0].fact.table
    if key.field is not None:
        return (
            f"調査では、{noun(survey, key)}は {amount(value, cells[0].fact.unit)}と"
            f"公表されています（{_FIELDS}）。"
        )
    if value == counted:
        return f"調査の公表値（{table}）も {figure(value)} 件で、一致しています。"
    return f"調査の公表値（{table}）は {figure(value)} 件で、一覧の行数とは違います。"


def _reconciled(survey: Survey, cell: Cell, agreements: Sequence[Agreement]) -> Reconciled:
    fact, key = cell.fact, cell.key
    if key.measure == "departments":
        return _departments(survey, cell, agreements)
    if key.measure == "share":
        part, whole = _count(Key(department=key.department), agreements), len(agreements)
        share = (part * 2000 + whole) // (2 * whole) / 10 if whole else 0.0
        return Reconciled(fact, share, f"{part}÷{whole}、小数点以下第2位を四捨五入")
    if key.measure == "fields" or key.field is not None:
        return Reconciled(fact, None, _field_note(survey, cell))
    if key.activity is not None:
        return Reconciled(fact, None, _activity_note(survey, cell))
    if cell.is_total:
        return _total(survey, cell, agreements)
    return Reconciled(fact, _count(key, agreements), f"{_counted_as(key)}行数")


def _count(key: Key, agreements: Sequence[Agreement]) -> int:
    """How many rows a key without a field, plan or result counts."""
    first, last = key.years or (0, 9999)
    return sum(
        (key.department is None or agreement.department == key.department)
        and first <= fiscal_year(agreement.concluded) <= last
        and (key.since is None or agreement.concluded >= key.since)
        for agreement in agreements
    )


def _counted_as(key: Key) -> str:
    if key.department:
        return f"部局が{key.department}の"
    if key.years:
        first, last = key.years
        return f"締結が{first}年度" + (f"から{last}年度まで" if last != first else "") + "の"
    return f"締結日が{era_date(key.since)}以降の" if key.since else "一覧の"


def _departments(survey: Survey, cell: Cell, agreements: Sequence[Agreement]) -> Reconciled:
    if cell.key.present:
        counted = len({agreement.department for agreement in agreements})
        return Reconciled(cell.fact, counted, "一覧に行のある部局の数")
    if cell.key.present is None:
        return Reconciled(cell.fact, None, "行のない部局は一覧に出てこないため、数えられません")
    whole = survey.by_key.get(Key("departments"))
    present = survey.by_key.get(Key("departments", present=True))
    note = "行のない部局は一覧に出てこないため、数えられません"
    if whole and present:
        note += f"（公表の全庁{figure(whole.fact.value)}－該当あり{figure(present.fact.value)}）"
    return Reconciled(cell.fact, None, note)


def _field_note(survey: Survey, cell: Cell) -> str:
    """Why a field isn't counted, and which other published figures bear it out."""
    key, note = cell.key, _FIELDS
    if cell.is_total:
        return f"{note}。公表の合計は{_left_out(survey, cell)}を含みません"
    if key.measure == "fields" or key.department or key.years:
        return note
    rows = survey.along(key, "years")
    value = cell.fact.value
    if rows and sum(row.fact.value for row in rows) == value:
        note += f"。{rows[0].fact.table}の各行を足した {figure(value)} と一致"
    twins = [c for c in survey.cells if c.key == key and c.fact is not cell.fact]
    if any(twin.fact.value == value for twin in twins):
        note += f"。{twins[0].fact.table}の「{twins[0].fact.label}」と一致"
    return note


def _activity_note(survey: Survey, cell: Cell) -> str:
    states = [other.fact.value for other in survey.cells if other.key.activity == cell.key.activity]
    parts = "＋".join(map(figure, states))
    if sum(states) == survey.total.fact.value:
        return f"{_REPORTED}。あり・なしの {parts}＝{figure(sum(states))} は協定数と一致"
    return _REPORTED


def _total(survey: Survey, cell: Cell, agreements: Sequence[Agreement]) -> Reconciled:
    """The printed total of the years, which may leave out the row that stands for many."""
    whole, part = len(agreements), _count(cell.key, agreements)
    if whole == cell.fact.value:
        return Reconciled(cell.fact, whole, "一覧の行数")
    first = cell.key.years[0] if cell.key.years else 0
    note = f"公表の合計は{_left_out(survey, cell)}を含みません。{first}年度以降の行数は{part}です"
    return Reconciled(cell.fact, whole, note)


def _left_out(survey: Survey, total: Cell) -> str:
    """The rows before those that a printed total adds up."""
    return "、".join(
        f"{cell.fact.label}の{amount_of(cell)}"
        for cell in survey.along(total.key, "years")
        if total.key.years and cell.key.years and cell.key.years[1] < total.key.years[0]
    )


def _table(rows: Sequence[Reconciled]) -> list[str]:
    """A table's figures; why they can't be counted is said once for all that share it."""
    wide = max(_width(row.fact.label) for row in rows)
    uncounted = [row for row in rows if row.counted is None]
    reasons = {row.note.split("。")[0] for row in uncounted}
    shared = reasons.pop() if len(uncounted) > 1 and len(reasons) == 1 else ""
    lines = []
    for row in rows:
        label = row.fact.label + " " * (wide - _width(row.fact.label))
        unit = "" if row.fact.unit == "%" else row.fact.unit
        line = f"  {label}  公表 {_figure(row.fact.value, row.fact.unit):>6}{unit}"
        if row.counted is not None:
            line += f"  行 {_figure(row.counted, row.fact.unit):>6}  "
            line += "一致" if row.equal else f"不一致（{row.note}）"
        elif note := row.note.removeprefix(shared).strip("。"):
            line += f"  （{note}）"
        lines.append(line)
    return [*lines, f"  ※ {shared}。"] if shared else lines


def _figure(value: float, unit: str) -> str:
    return f"{value:.1f}%" if unit == "%" else figure(value)


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: Japanese characters take two."""
    return sum(1 if char.isascii() else 2 for char in text)
