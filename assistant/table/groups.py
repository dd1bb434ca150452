"""Groups of agreements by department, party, year …: their names, tables and published figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.aggregates import Condition
from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Breakdown
from assistant.survey.reconciliation import beside_rank
from assistant.understanding.intents import Group
from index.eras import era_date, fiscal_year_name
from index.records import Agreement

GROUP_NAMES: dict[Group, str] = {
    "department": "部局",
    "section": "課",
    "party": "相手方",
    "fiscal_year": "年度",
    "year": "年",
    "month": "月",
    "day": "日",
    "era": "元号",
    "title": "名称",
}
COUNTERS: dict[Group, str] = {
    "department": "部局",
    "section": "課",
    "party": "者",
    "fiscal_year": "年度",
    "year": "年",
    "month": "か月",
    "day": "日",
    "era": "元号",
    "title": "種類",
}
Groups = list[tuple[str, list[int]]]


def groups_of(desk: Desk, by: Group, found: Sequence[Agreement]) -> Groups:
    """The found agreements by their department, party, year …, the most first."""
    found_groups = desk.table.group(by, (only(found),))
    return [(value_name(desk, by, value, numbers), numbers) for value, numbers in found_groups]


def only(found: Sequence[Agreement]) -> Condition:
    """The condition to be one of the found agreements."""
    return Condition("number", ([agreement.no for agreement in found],), "")


def table_lines(groups: Groups) -> list[str]:
    """A line for each group with how many agreements it has."""
    return [f"・{name}：{len(numbers)} 件" for name, numbers in groups]


def value_name(desk: Desk, by: Group, value: str | int | date, numbers: Sequence[int]) -> str:
    """A group's value as people write it."""
    if by == "title":
        return "".join(desk.agreements[numbers[0]].title.split("\n"))
    if isinstance(value, date):
        return era_date(value)
    if by == "fiscal_year":
        return fiscal_year_name(int(value))
    return f"{value}{'年' if by == 'year' else '月' if by == 'month' else ''}"


def group_of_condition(condition: Condition | None) -> Group | None:
    """What a condition's column groups agreements by."""
    if condition is None:
        return None
    if condition.name in ("department", "section"):
        return "section" if condition.name == "section" else "department"
    if condition.name == "concluded":
        return "fiscal_year" if condition.label.startswith("締結年度") else "year"
    return "party" if condition.name == "partner" else None


def tabled(answer: Answer, by: Group, groups: Groups) -> Answer:
    """The answer with the groups it rests on as its table."""
    rows = tuple((name, float(len(numbers))) for name, numbers in groups)
    heading = "締結年度" if by == "fiscal_year" else GROUP_NAMES[by]
    return replace(answer, table=Breakdown(heading, rows, "件"))


def with_published(desk: Desk, asked: Question | None, by: Group, answer: Answer) -> Answer:
    """The answer with what the survey publishes for the same groups, if it counts all rows.

    ``asked`` is None where conditions leave out rows that the published figures count.
    """
    if asked is None or asked.topic or answer.table is None:
        return answer
    if any(group_of_condition(condition) != by for condition in asked.conditions):
        return answer
    counted = [(name, int(count)) for name, count in answer.table.rows]
    citations, note = beside_rank(desk, by, counted)
    if not note:
        return answer
    text = f"{answer.text}\n{note}"
    return replace(answer, text=text, citations=(*answer.citations, *citations))
