"""Comparisons: ranks, shares, differences, trends and means, each with the table it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.aggregates import Condition, describe
from assistant.counting import listed, percent, said, share
from assistant.desk import Desk
from assistant.intents import Group
from assistant.phrases import in_words, name_of
from assistant.question import Question
from assistant.rankings import Ranking, ranking_of
from assistant.reconciliation import beside, beside_rank
from assistant.results import Answer, Breakdown
from assistant.scope import FAMILIES
from assistant.wording import summaries
from index.eras import era_date, fiscal_year_name
from index.normalization import without_space
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
_COUNTERS: dict[Group, str] = {
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
SHOWN = 5
_EACH = re.compile(r"別|ごと|毎に?|それぞれ|各(?:部局|課|会社|団体|相手)")
_WITHOUT = re.compile(
    r"協定[がはのをも](?:1件も|一件も|1つも|一つも)?(?:無|な[いか]|(?:結|締結|持)[^。、]{0,4}(?:いな|てな))"
)

Groups = list[tuple[str, list[int]]]


def rank(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """Departments, partners, years … by how many of the ``found`` agreements they have."""
    named = _compared(asked)
    if len(named) > 1 and asked.group in (None, _group_of(named[0])):
        compared = difference(desk, asked)
        if compared is not None:
            return compared
    by: Group = asked.group or _group_of(next(iter(asked.references), None)) or "department"
    if _WITHOUT.search(without_space(asked.text)):
        text = (
            f"協定のない{GROUP_NAMES[by]}は分かりません。"
            f"一覧に出てくるのは、協定のある{GROUP_NAMES[by]}だけです。"
        )
        return Answer("not_found", text, interpretation=meaning)
    ranking = ranking_of(asked.text, reference=bool(asked.references), wants_next=asked.wants_next)
    groups = _groups(desk, by, found)
    if not groups:
        return Answer("not_found", f"{said(desk, asked)}はありません。", interpretation=meaning)
    if ranking.fewest:
        groups.sort(key=lambda group: len(group[1]))
    meaning = f"{meaning}、集計＝{GROUP_NAMES[by]}別"
    if ranking.wish == "mean":
        return _mean(desk, asked, by, groups, found, meaning)
    if ranking.wish == "gap":
        return _gap(desk, by, groups, ranking, meaning)
    if ranking.wish in ("same", "next"):
        answer = _beside(desk, asked, by, groups, ranking, meaning)
        return answer or _order(desk, asked, by, groups, meaning)
    if ranking.wish == "top":
        return _top(desk, asked, by, groups, ranking, meaning)
    if ranking.wish == "between":
        return _between(desk, asked, by, groups, ranking, meaning)
    if ranking.wish == "order":
        return _order(desk, asked, by, groups, meaning)
    return _place(desk, asked, by, groups, ranking, meaning)


def difference(desk: Desk, asked: Question) -> Answer | None:
    """Which of several groups has more, and by how many; None if the question names no two."""
    sides = _compared(asked)
    if len(sides) < 2:
        return None
    family = FAMILIES.get(sides[0].name)
    others = tuple(c for c in asked.conditions if FAMILIES.get(c.name) != family)
    about = set(desk.about(asked.topic)) if asked.topic else None
    counted = []
    for side in sides:
        numbers = desk.table.select((*others, replace(side, group="")))
        counted.append((side, [no for no in numbers if about is None or no in about]))
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
    by = _group_of(sides[0]) or "department"
    groups = [(name_of(side), numbers) for side, numbers in counted]
    return _with_published(desk, asked if not others else None, by, _tabled(answer, by, groups))


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


def grouped(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer | None:
    """How many of them each department, section or party has, if that is asked for."""
    by = asked.group
    if by is None or not _EACH.search(without_space(asked.text)):
        return None
    meaning = f"{meaning}、集計＝{GROUP_NAMES[by]}別"
    return _order(desk, asked, by, _groups(desk, by, found), meaning)


def trend(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """How many were concluded in each year."""
    by: Group = "year" if asked.group == "year" else "fiscal_year"
    groups = sorted(desk.table.group(by, (_only(found),)), key=lambda group: str(group[0]))
    lines = [
        f"{said(desk, asked)}の締結件数を{GROUP_NAMES[by]}別に示します（計 {len(found)} 件）。"
    ]
    named = [(_name(desk, by, value, nos), nos) for value, nos in groups]
    lines += _table(named)
    meaning = f"{meaning}、集計＝{GROUP_NAMES[by]}別"
    answer = _tabled(listed(desk, "comparison", lines, found, meaning), by, named)
    return _with_published(desk, asked, by, answer)


def _compared(asked: Question) -> list[Condition]:
    """The conditions of one kind that a question compares; the ends of a stretch of time, too."""
    for family in ("place", "partner", "concluded", "title", "month"):
        same = [
            c
            for c in (*asked.references, *asked.conditions)
            if FAMILIES.get(c.name) == family and not c.negated
        ]
        if len(same) > 1:
            return same
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


def _groups(desk: Desk, by: Group, found: Sequence[Agreement]) -> Groups:
    found_groups = desk.table.group(by, (_only(found),))
    return [(_name(desk, by, value, numbers), numbers) for value, numbers in found_groups]


def _only(found: Sequence[Agreement]) -> Condition:
    return Condition("number", ([agreement.no for agreement in found],), "")


def _place(
    desk: Desk, asked: Question, by: Group, groups: Groups, ranking: Ranking, meaning: str
) -> Answer:
    place = ranking.places[0]
    if place > len(groups):
        text = f"{GROUP_NAMES[by]}は {len(groups)} しかなく、{place} 番目はありません。"
        return Answer("not_found", text, interpretation=meaning)
    size = len(groups[place - 1][1])
    leaders = [group for group in groups if len(group[1]) == size]
    order = "少ない" if ranking.fewest else "多い"
    which = f"最も{order}" if place == 1 else f"{place} 番目に{order}"
    tied = f"（{len(leaders)} {_COUNTERS[by]}が同数）" if len(leaders) > 1 else ""
    head = f"{which}{GROUP_NAMES[by]}は、{_names(leaders)}の {size} 件です{tied}。"
    shown = groups[: max(SHOWN, place + len(leaders))]
    answer = _answer(desk, asked, [head, *_table(shown)], leaders, meaning, size)
    return _with_published(desk, asked, by, _tabled(answer, by, shown))


def _beside(
    desk: Desk, asked: Question, by: Group, groups: Groups, ranking: Ranking, meaning: str
) -> Answer | None:
    """The groups with as many agreements as a named one, or those that come after it."""
    if not asked.references:
        return _shared(desk, asked, by, groups, meaning)
    reference = asked.references[0]
    size = len(desk.table.select((*asked.conditions, reference)))
    name = name_of(reference)
    others = [group for group in groups if not _is_named(group[0], name)]
    if ranking.wish == "next":
        sizes = [len(numbers) for _, numbers in others]
        beyond = [n for n in sizes if (n >= size if ranking.fewest else n <= size)]
        if not beyond:
            text = f"{name}（{size} 件）の次の{GROUP_NAMES[by]}はありません。"
            return Answer("not_found", text, interpretation=meaning)
        wanted = beyond[0]
        which = f"{name}（{size} 件）の次に{'少ない' if ranking.fewest else '多い'}"
    else:
        wanted, which = size, f"{name}と同じ件数の"
    leaders = [group for group in others if len(group[1]) == wanted]
    if not leaders:
        text = f"{name}（{size} 件）と同じ件数の{GROUP_NAMES[by]}は、ほかにありません。"
        return Answer("not_found", text, number=0, interpretation=meaning)
    lines = [f"{which}{GROUP_NAMES[by]}は、{_names(leaders)}の {wanted} 件です。"]
    shown = [(name, [0] * size), *leaders]
    answer = _answer(desk, asked, [*lines, *_table(shown)], leaders, meaning, wanted)
    return _tabled(answer, by, shown)


def _shared(desk: Desk, asked: Question, by: Group, groups: Groups, meaning: str) -> Answer | None:
    """Groups that have as many agreements as another, none being named."""
    sizes = [len(numbers) for _, numbers in groups]
    leaders = [group for group in groups if sizes.count(len(group[1])) > 1]
    if not leaders:
        return None
    lines = [f"件数が同じ{GROUP_NAMES[by]}は次のとおりです。"]
    for size in dict.fromkeys(len(numbers) for _, numbers in leaders):
        lines.append(f"・{size} 件：{_names([g for g in leaders if len(g[1]) == size])}")
    answer = _answer(desk, asked, lines, leaders, meaning, len(leaders), _COUNTERS[by])
    return _tabled(answer, by, leaders)


def _top(
    desk: Desk, asked: Question, by: Group, groups: Groups, ranking: Ranking, meaning: str
) -> Answer:
    chosen = groups[: ranking.first]
    last = len(chosen[-1][1])
    tied = [group for group in groups[ranking.first :] if len(group[1]) == last]
    total = len({no for _, numbers in chosen for no in numbers})
    whole = len(desk.agreements)
    order = "少ない" if ranking.fewest else "多い"
    head = (
        f"{order}順に {len(chosen)} {_COUNTERS[by]}は{_names(chosen)}で、"
        f"合わせて {total} 件です（全 {whole} 件の {share(total, whole)}）。"
    )
    lines = [head, *_table(chosen)]
    if tied:
        lines.append(f"{_names(tied)}も同じ {last} 件です。")
    answer = _tabled(_answer(desk, asked, lines, chosen, meaning, total), by, chosen)
    answer = _with_published(desk, asked, by, answer)
    if asked.intent == "share" or _only_share(asked.text):
        return replace(answer, number=percent(total, whole), unit="%")
    return answer


def _between(
    desk: Desk, asked: Question, by: Group, groups: Groups, ranking: Ranking, meaning: str
) -> Answer:
    chosen = [g for g in groups if ranking.low <= len(g[1]) <= ranking.high]
    bounds = f"{ranking.low} 件"
    if ranking.high >= 10_000:
        bounds += "以上"
    elif ranking.low != ranking.high:
        bounds = f"{ranking.high} 件以下"
    if not chosen:
        text = f"協定が{bounds}の{GROUP_NAMES[by]}はありません。"
        return Answer("not_found", text, number=0, unit=_COUNTERS[by], interpretation=meaning)
    head = f"協定が {bounds}の{GROUP_NAMES[by]}は、{len(chosen)} {_COUNTERS[by]}です。"
    if len(chosen) <= SHOWN:
        head = (
            f"協定が {bounds}の{GROUP_NAMES[by]}は、{_names(chosen)}の "
            f"{len(chosen)} {_COUNTERS[by]}です。"
        )
    exact = ranking.low == ranking.high and not ranking.how_many
    number, unit = (ranking.low, "件") if exact else (len(chosen), _COUNTERS[by])
    answer = _answer(desk, asked, [head, *_table(chosen)], chosen, meaning, number, unit)
    return _with_published(desk, asked, by, _tabled(answer, by, chosen))


def _order(desk: Desk, asked: Question, by: Group, groups: Groups, meaning: str) -> Answer:
    head = f"{GROUP_NAMES[by]}別の件数は次のとおりです（{len(groups)} {_COUNTERS[by]}）。"
    lines = [head, *_table(groups)]
    answer = _answer(desk, asked, lines, groups, meaning, len(groups), _COUNTERS[by])
    return _with_published(desk, asked, by, _tabled(answer, by, groups))


def _gap(desk: Desk, by: Group, groups: Groups, ranking: Ranking, meaning: str) -> Answer:
    first, second = (place - 1 if place > 0 else -1 for place in ranking.places[:2])
    if max(first, second) >= len(groups):
        return Answer("not_found", f"{GROUP_NAMES[by]}は {len(groups)} しかありません。")
    chosen = [groups[first], groups[second]]
    gap = abs(len(chosen[0][1]) - len(chosen[1][1]))
    lines = [f"{chosen[0][0]}と{chosen[1][0]}の差は {gap} 件です。", *_table(chosen)]
    rows = [desk.agreements[no] for _, numbers in chosen for no in numbers]
    answer = replace(listed(desk, "comparison", lines, rows, meaning), number=gap)
    return _tabled(answer, by, chosen)


def _mean(
    desk: Desk,
    asked: Question,
    by: Group,
    groups: Groups,
    found: Sequence[Agreement],
    meaning: str,
) -> Answer:
    mean = int(len(found) * 10 / len(groups) + 0.5) / 10
    head = (
        f"{said(desk, asked)}は、1{_COUNTERS[by]}あたり平均 {mean:g} 件です"
        f"（{len(found)} 件÷協定のある {len(groups)} {_COUNTERS[by]}）。"
    )
    answer = _answer(desk, asked, [head, *_table(groups)], groups, meaning, mean)
    return _tabled(answer, by, groups)


def _answer(
    desk: Desk,
    asked: Question,
    lines: Sequence[str],
    groups: Groups,
    meaning: str,
    number: float,
    unit: str = "件",
) -> Answer:
    rows = [desk.agreements[no] for no in dict.fromkeys(n for _, ns in groups for n in ns)]
    answer = listed(desk, "comparison", lines, rows, meaning)
    return replace(answer, number=number, unit=unit)


def _tabled(answer: Answer, by: Group, groups: Groups) -> Answer:
    """The answer with the groups it rests on as its table."""
    rows = tuple((name, float(len(numbers))) for name, numbers in groups)
    heading = "締結年度" if by == "fiscal_year" else GROUP_NAMES[by]
    return replace(answer, table=Breakdown(heading, rows, "件"))


def _with_published(desk: Desk, asked: Question | None, by: Group, answer: Answer) -> Answer:
    """The answer with what the survey publishes for the same groups, if it counts all rows.

    ``asked`` is None where conditions leave out rows that the published figures count.
    """
    if asked is None or asked.topic or answer.table is None:
        return answer
    if any(_group_of(condition) != by for condition in asked.conditions):
        return answer
    counted = [(name, int(count)) for name, count in answer.table.rows]
    citations, note = beside_rank(desk, by, counted)
    if not note:
        return answer
    text = f"{answer.text}\n{note}"
    return replace(answer, text=text, citations=(*answer.citations, *citations))


def _names(groups: Groups) -> str:
    return "、".join(name for name, _ in groups)


def _table(groups: Groups) -> list[str]:
    return [f"・{name}：{len(numbers)} 件" for name, numbers in groups]


def _name(desk: Desk, by: Group, value: str | int | date, numbers: Sequence[int]) -> str:
    """A group's value as people write it."""
    if by == "title":
        return "".join(desk.agreements[numbers[0]].title.split("\n"))
    if isinstance(value, date):
        return era_date(value)
    if by == "fiscal_year":
        return fiscal_year_name(int(value))
    return f"{value}{'年' if by == 'year' else '月' if by == 'month' else ''}"


def _is_named(group: str, name: str) -> bool:
    plain = without_space(name)
    return without_space(group) == plain or without_space(group).endswith(plain)


def _group_of(condition: Condition | None) -> Group | None:
    """What a condition's column groups agreements by."""
    if condition is None:
        return None
    if condition.name in ("department", "section"):
        return "section" if condition.name == "section" else "department"
    if condition.name == "concluded":
        return "fiscal_year" if condition.label.startswith("締結年度") else "year"
    return "party" if condition.name == "partner" else None


def _only_share(text: str) -> bool:
    asks = any(word in text for word in ("%", "パーセント", "割合", "占め"))
    return asks and not any(word in text for word in ("何件", "件数", "合計"))
