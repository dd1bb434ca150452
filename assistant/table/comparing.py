"""Differences, shares and trends, each with the table it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.aggregates import Condition, describe
from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Breakdown
from assistant.survey.reconciliation import beside
from assistant.table.counting import listed, restricting, said
from assistant.table.groups import (
    GROUP_NAMES,
    group_of_condition,
    only,
    table_lines,
    tabled,
    value_name,
    with_published,
)
from assistant.table.phrases import in_words, name_of
from assistant.understanding.intents import Group
from assistant.understanding.scope import FAMILIES
from assistant.wording import percent, share, summaries
from index.records import Agreement


def difference(desk: Desk, asked: Question) -> Answer | None:
    """Which of several groups has more, and by how many; None if no two are named or have any."""
    sides = compared(asked)
    if len(sides) < 2:
        return None
    family = FAMILIES.get(sides[0].name)
    likes = {(side.name, side.group) for side in sides}
    others = tuple(
        c
        for c in asked.conditions
        if FAMILIES.get(c.name) != family or ((c.name, c.group) not in likes and not c.negated)
    )
    topic = restricting(desk, asked.topic)
    about = set(desk.about(topic)) if topic else None
    counted = []
    for side in sides:
        numbers = desk.table.select((*others, replace(side, group="")))
        counted.append((side, [no for no in numbers if about is None or no in about]))
    if not any(numbers for _, numbers in counted):
        return None  # Nothing to compare: what isn't there is told as for any question.
    counted.sort(key=lambda pair: -len(pair[1]))
    (more, many), (less, few) = counted[0], counted[1]
    number, unit, head = _judged(asked.text, name_of(more), len(many), name_of(less), len(few))
    if len(counted) > 2:
        leaders = [name_of(side) for side, numbers in counted if len(numbers) == len(many)]
        number, unit = len(many), "件"
        head = f"最も多いのは{'、'.join(leaders)}の {len(many)} 件です。"
    lines = [head, *(f"・{name_of(side)}：{len(numbers)} 件" for side, numbers in counted)]
    rows = [desk.agreements[no] for no in sorted({no for _, ns in counted for no in ns})]
    meaning = "と".join(side.label for side, _ in counted) + "の比較"
    if others:
        meaning = f"{describe(others)}、{meaning}"
    answer = listed(desk, "comparison", lines, rows, meaning)
    answer = replace(answer, number=number, unit=unit)
    by = group_of_condition(sides[0]) or "department"
    groups = [(name_of(side), numbers) for side, numbers in counted]
    return with_published(desk, asked if not others else None, by, tabled(answer, by, groups))


def share_of(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """Which share of all agreements, or of those that the question names first, they are."""
    whole, of = len(desk.agreements), "全協定"
    if asked.base:
        base = [desk.agreements[no] for no in desk.table.select(asked.base)]
        rest = tuple(c for c in asked.conditions if c not in asked.base)
        if rest or asked.topic:
            whole, of = len(base), in_words(asked.base)
            asked = replace(asked, conditions=rest)
    part = f"{said(desk, asked)}は {len(found)} 件"
    head = f"{part}で、{of} {whole} 件の {share(len(found), whole)} です。"
    facts, notes = beside(desk, asked, len(found)) if of == "全協定" else ([], [])
    answer = listed(desk, "comparison", [head, *notes, *summaries(found)], found, meaning)
    table = Breakdown("件数", ((said(desk, asked), len(found)), (of, whole)), "件")
    return replace(
        answer,
        number=percent(len(found), whole),
        unit="%",
        citations=(*answer.citations, *facts),
        table=table,
    )


def trend(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """How many were concluded in each year."""
    by: Group = "year" if asked.group == "year" else "fiscal_year"
    groups = sorted(desk.table.group(by, (only(found),)), key=lambda group: str(group[0]))
    lines = [
        f"{said(desk, asked)}の締結件数を{GROUP_NAMES[by]}別に示します（計 {len(found)} 件）。"
    ]
    named = [(value_name(desk, by, value, nos), nos) for value, nos in groups]
    lines += table_lines(named)
    meaning = f"{meaning}、集計＝{GROUP_NAMES[by]}別"
    answer = tabled(listed(desk, "comparison", lines, found, meaning), by, named)
    return with_published(desk, asked, by, answer)


def compared(asked: Question) -> list[Condition]:
    """The conditions of one kind that a question compares; the ends of a stretch of time, too."""
    for family in ("place", "partner", "concluded", "title", "month"):
        same = [
            c
            for c in (*asked.references, *asked.conditions)
            if FAMILIES.get(c.name) == family and not c.negated
        ]
        if len(same) > 1:
            # 「環境部の中で、環境総務課と環境指導課」: only those that are named together.
            together = [c for c in same if sum(c.group == other.group for other in same) > 1]
            return together or same
        if family == "concluded" and len(same) == 1:
            ends = next((period.ends for period in asked.periods if period.ends), ())
            return [
                replace(same[0], values=(end.first, end.last), label=f"締結日＝{end.name}")
                for end in ends
            ]
        others = [c for c in asked.conditions if FAMILIES.get(c.name) == family and c.negated]
        if len(same) == 1 and others:
            return [same[0], others[0]]
    return []


def _judged(text: str, more: str, many: int, less: str, few: int) -> tuple[float, str, str]:
    if "倍" in text and few:
        times = int(many * 10 / few + 0.5) / 10
        return times, "倍", f"{more}（{many} 件）は{less}（{few} 件）の {times:g} 倍です。"
    gap = many - few
    if not gap:
        return 0, "件", f"{more}と{less}は同じ {many} 件です（差は 0 件）。"
    return gap, "件", f"{more}のほうが {gap} 件多くなっています（{many} 件と {few} 件）。"
