"""Counts, lists, shares, ranks and comparisons: results of queries over the rows, with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.aggregates import Condition, describe
from assistant.desk import Desk
from assistant.intents import Group, kth_of, wants_fewest, wants_oldest
from assistant.question import Question
from assistant.results import Answer, Citation
from assistant.wording import (
    column_quote,
    column_sentence,
    full_date,
    summaries,
)
from index.eras import fiscal_year_name
from index.records import Agreement

GROUP_NAMES: dict[Group, str] = {
    "department": "部局",
    "section": "担当課",
    "party": "相手方",
    "fiscal_year": "年度",
    "year": "年",
    "month": "月",
    "era": "元号",
}
RANKED = 5


def select(desk: Desk, asked: Question) -> tuple[list[Agreement], str]:
    """The agreements a question is about, and in words which those are."""
    numbers = desk.table.select(asked.conditions)
    meaning = describe(asked.conditions)
    if asked.topic:
        about = set(desk.about(asked.topic))
        numbers = [number for number in numbers if number in about]
        words = "、".join(dict.fromkeys(token.surface for token in asked.topic))
        meaning = "、".join(filter(None, (meaning, f"記載＝{words}")))
    return [desk.agreements[number] for number in numbers], meaning or "すべての協定"


def count(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """How many there are, with all of them, and other readings of the period if it has any."""
    total = len(desk.agreements)
    lines = [f"{meaning}の協定は {len(found)} 件です（全 {total} 件中）。"]
    if asked.intent == "share" or _asks_share(asked.text):
        lines[0] += f"全体の {share(len(found), total)} です（{len(found)}÷{total}）。"
    lines += _other_readings(desk, asked)
    lines += summaries(found)
    return _listed(desk, "count", lines, found, meaning)


def share_of(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """Which share of all agreements they are."""
    total = len(desk.agreements)
    percent = len(found) * 100 / total
    text = (
        f"{meaning}の協定は全体の {share(len(found), total)} です"
        f"（{len(found)} 件÷全 {total} 件）。"
    )
    answer = _listed(desk, "comparison", [text, *summaries(found)], found, meaning)
    return replace(answer, number=round(percent, 1), unit="%")


def listing(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """All of them."""
    lines = [f"{meaning}の協定は次の {len(found)} 件です。", *_other_readings(desk, asked)]
    if asked.column and asked.column != "title":
        lines += [f"・{column_sentence(agreement, asked.column)}" for agreement in found]
    else:
        lines += summaries(found)
    return _listed(desk, "list", lines, found, meaning)


def extreme(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """The oldest or newest of them, or the k-th."""
    oldest = wants_oldest(asked.text)
    ordered = sorted(found, key=lambda agreement: (agreement.concluded, agreement.no))
    days = sorted({agreement.concluded for agreement in ordered}, reverse=not oldest)
    place = kth_of(asked.text)
    if place > len(days):
        return Answer(
            "not_found",
            f"{meaning}の協定は締結日が {len(days)} 通りしかなく、{place} 番目はありません。",
            interpretation=meaning,
        )
    chosen = [agreement for agreement in ordered if agreement.concluded == days[place - 1]]
    what = ("最も古い" if oldest else "最も新しい") if place == 1 else f"{place}番目に"
    what = what if place == 1 else what + ("古い" if oldest else "新しい")
    lines = [f"{meaning}のうち{what}のは、{full_date(chosen[0])}締結の次の協定です。"]
    lines += summaries(chosen)
    citations = tuple(desk.cite(agreement, agreement.concluded_text) for agreement in chosen)
    return Answer(
        "comparison",
        "\n".join(lines),
        nos=tuple(agreement.no for agreement in chosen),
        citations=citations,
        interpretation=f"{meaning}、順序＝締結日",
    )


def rank(desk: Desk, asked: Question, conditions: Sequence[Condition], meaning: str) -> Answer:
    """Departments, partners or years by how many agreements they have."""
    by: Group = asked.group or "department"
    groups = desk.table.group(by, conditions)
    if not groups:
        return Answer("not_found", f"{meaning}の協定はありません。", interpretation=meaning)
    if wants_fewest(asked.text):
        groups = sorted(groups, key=lambda group: (len(group[1]), str(group[0])))
    sizes = list(dict.fromkeys(len(numbers) for _, numbers in groups))
    place = kth_of(asked.text)
    if place > len(sizes):
        return Answer("not_found", f"{place} 番目はありません。", interpretation=meaning)
    size = sizes[place - 1]
    leaders = [(name, numbers) for name, numbers in groups if len(numbers) == size]
    names = "、".join(_group_name(by, name) for name, _ in leaders)
    most = "少ない" if wants_fewest(asked.text) else "多い"
    order = f"最も{most}" if place == 1 else f"{place}番目に{most}"
    same = f"（同数で{len(leaders)}）" if len(leaders) > 1 else ""
    lines = [f"{meaning}で{order}{GROUP_NAMES[by]}は、{names}の {size} 件{same}です。"]
    shown = groups[: max(RANKED, place + len(leaders))]
    lines += [f"・{_group_name(by, name)}：{len(numbers)} 件" for name, numbers in shown]
    found = [desk.agreements[no] for _, numbers in leaders for no in numbers]
    answer = _listed(desk, "comparison", lines, found, f"{meaning}、集計＝{GROUP_NAMES[by]}別")
    return replace(answer, number=size)


def trend(desk: Desk, asked: Question, conditions: Sequence[Condition], meaning: str) -> Answer:
    """How many were concluded in each year."""
    by: Group = "year" if asked.group == "year" else "fiscal_year"
    groups = sorted(desk.table.group(by, conditions), key=lambda group: str(group[0]))
    found = [desk.agreements[no] for _, numbers in groups for no in numbers]
    lines = [f"{meaning}の締結件数を{GROUP_NAMES[by]}別に示します（計 {len(found)} 件）。"]
    lines += [f"・{_group_name(by, name)}：{len(numbers)} 件" for name, numbers in groups]
    return _listed(desk, "comparison", lines, found, f"{meaning}、集計＝{GROUP_NAMES[by]}別")


def difference(desk: Desk, asked: Question) -> Answer | None:
    """Which of two groups has more, and by how many; None if the question names no two."""
    pair = _compared(asked)
    if pair is None:
        return None
    others = tuple(c for c in asked.conditions if c.name != pair[0].name)
    sides = [(side, desk.table.select((*others, side))) for side in pair]
    sides.sort(key=lambda side: -len(side[1]))
    (more, many), (less, few) = sides
    gap = len(many) - len(few)
    if gap:
        head = f"{more.label}のほうが {gap} 件多くなっています。"
    else:
        head = f"{more.label}と{less.label}は同じ件数です（差は 0 件）。"
    lines = [head, *(f"・{side.label}：{len(numbers)} 件" for side, numbers in sides)]
    found = [desk.agreements[no] for no in sorted({*many, *few})]
    meaning = f"{pair[0].label}と{pair[1].label}の比較"
    if others:
        meaning = f"{describe(others)}、{meaning}"
    return replace(_listed(desk, "comparison", lines, found, meaning), number=gap)


def share(part: int, whole: int) -> str:
    """``28.0%``: a share rounded half up to one decimal."""
    return f"{int(part * 1000 / whole + 0.5) / 10:.1f}%" if whole else "0%"


def _compared(asked: Question) -> tuple[Condition, Condition] | None:
    for name in ("concluded", "department", "section", "partner", "title"):
        same = [condition for condition in asked.conditions if condition.name == name]
        if len(same) == 2:
            return same[0], same[1]
    return None


def _asks_share(text: str) -> bool:
    return any(word in text for word in ("%", "パーセント", "割合", "占め"))


def _other_readings(desk: Desk, asked: Question) -> list[str]:
    lines = []
    for period in asked.periods:
        rest = tuple(c for c in asked.conditions if c.name != "concluded")
        for other in period.others:
            condition = Condition("concluded", (other.first, other.last), other.name)
            lines.append(f"（{other.name}なら {len(desk.table.select((*rest, condition)))} 件）")
    return lines


def _group_name(by: Group, name: str | int) -> str:
    if by == "fiscal_year":
        return fiscal_year_name(int(name))
    return f"{name}{'年' if by == 'year' else '月' if by == 'month' else ''}"


def _listed(
    desk: Desk, kind: str, lines: Sequence[str], found: Sequence[Agreement], meaning: str
) -> Answer:
    citations: tuple[Citation, ...] = tuple(
        desk.cite(agreement, column_quote(agreement, None)) for agreement in found
    )
    return Answer(
        kind,  # type: ignore[arg-type]  # one of the kinds above
        "\n".join(lines),
        number=len(found),
        unit="件",
        nos=tuple(agreement.no for agreement in found),
        citations=citations,
        interpretation=meaning,
    )
