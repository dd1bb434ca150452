"""Orders of departments, parties, years …: places, tops, bounds, gaps and means, with the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.aggregates import WITHHELD, Condition
from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Tally
from assistant.table import comparing
from assistant.table.counting import listed, said, select
from assistant.table.groups import (
    COUNTERS,
    GROUP_NAMES,
    Groups,
    group_of_condition,
    groups_of,
    table_lines,
    tabled,
    with_published,
)
from assistant.table.phrases import name_of
from assistant.understanding.group_counts import group_counted
from assistant.understanding.intents import Group, wants_fewest
from assistant.understanding.rankings import Ranking, ranking_of
from assistant.understanding.scope import placed
from assistant.wording import percent, share
from index.normalization import without_space
from index.records import Agreement

SHOWN = 5
_EACH = re.compile(r"別|ごと|毎に?|それぞれ|各(?:部局|課|会社|団体|相手)")
_WITHOUT = re.compile(
    r"協定[がはのをも](?:1件も|一件も|1つも|一つも)?(?:無|な[いか]|(?:結|締結|持)[^。、]{0,4}(?:いな|てな))"
)


def rank(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """Departments, partners, years … by how many of the ``found`` agreements they have."""
    named = comparing.compared(asked)
    if len(named) > 1 and asked.group in (None, group_of_condition(named[0])):
        compared = comparing.difference(desk, asked)
        if compared is not None:
            return compared
    by: Group = (
        asked.group or group_of_condition(next(iter(asked.references), None)) or "department"
    )
    if _WITHOUT.search(without_space(asked.text)):
        text = (
            f"協定のない{GROUP_NAMES[by]}は分かりません。"
            f"一覧に出てくるのは、協定のある{GROUP_NAMES[by]}だけです。"
        )
        return Answer("not_found", text, interpretation=meaning)
    itself = [c for c in asked.conditions if c.name == by and not c.negated]
    if itself and not asked.references:
        # Of a department alone none is the one with most agreements.
        answer = _standing(desk, asked, itself)
        if answer is not None:
            return replace(answer, number=len(answer.nos), unit="件")
    ranking = ranking_of(asked.text, reference=bool(asked.references), wants_next=asked.wants_next)
    groups = groups_of(desk, by, found)
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
        return _order(desk, asked, by, groups, meaning, counted=ranking.how_many)
    return _place(desk, asked, by, groups, ranking, meaning)


def standing(desk: Desk, asked: Question) -> Answer | None:
    """At which place those stand that the question names: 「経済部は何番目に多い」."""
    return _standing(desk, asked, placed(without_space(asked.text), asked.conditions))


def _standing(desk: Desk, asked: Question, named: Sequence[Condition]) -> Answer | None:
    by = group_of_condition(next(iter(named), None))
    if by is None:
        return None
    others = tuple(c for c in asked.conditions if c not in named)
    among = replace(asked, conditions=others)
    found, meaning = select(desk, among)
    groups = groups_of(desk, by, found)
    fewest = wants_fewest(without_space(asked.text))
    order = "少ない" if fewest else "多い"
    whose = f"{said(desk, among)}では、" if others or asked.topic else ""
    lines: list[str] = []
    told: list[tuple[tuple[str, list[int]], int]] = []
    tallies = [_tally(by, groups)]
    for condition in named:
        own = set(desk.table.select((replace(condition, group=""),)))
        group = next((g for g in groups if own >= set(g[1]) and own & set(g[1])), None)
        if group is None:
            continue
        size = len(group[1])
        before = [n for _, n in groups if (len(n) < size if fewest else len(n) > size)]
        same = [g for g in groups if len(g[1]) == size]
        tied = f"（同じ件数が {len(same)} {COUNTERS[by]}）" if len(same) > 1 else ""
        tallies.append(_tally(by, same))
        lines.append(
            f"{whose}{group[0]}は {size} 件で、協定のある {len(groups)} {COUNTERS[by]}のうち "
            f"{len(before) + 1} 番目に{order}数です{tied}。"
        )
        told.append((group, len(before) + 1))
        tallies.append(Tally(len(before) + 1, "番目", (), (), group[0]))
    if not told:
        return None
    groups = sorted(groups, key=lambda group: len(group[1]) * (1 if fewest else -1))
    shown = groups[: max(SHOWN, *(place for _, place in told))]
    shown += [group for group, _ in told if group not in shown]
    meaning = f"{meaning}、集計＝{GROUP_NAMES[by]}別"
    rows = [group for group, _ in told]
    answer = _answer(desk, asked, [*lines, *table_lines(shown)], rows, meaning, told[0][1], "番目")
    answer = replace(_with_names(desk, answer, shown), tallies=tuple(tallies))
    return with_published(desk, None if others else asked, by, tabled(answer, by, shown))


def grouped(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer | None:
    """How many of them each department, section or party has, or how many of these there are."""
    text = without_space(asked.text)
    counted = group_counted(text)
    by = counted or asked.group
    if by is None or not (counted or _EACH.search(text)):
        return None
    groups = groups_of(desk, by, found)
    meaning = f"{meaning}、集計＝{GROUP_NAMES[by]}別"
    return _order(desk, asked, by, groups, meaning, counted=counted is not None)


def _place(
    desk: Desk, asked: Question, by: Group, groups: Groups, ranking: Ranking, meaning: str
) -> Answer:
    place = ranking.places[0]
    if place > len(groups):
        text = f"{GROUP_NAMES[by]}は {len(groups)} しかなく、{place} 番目はありません。"
        return Answer("not_found", text, interpretation=meaning, tallies=(_tally(by, groups),))
    size = len(groups[place - 1][1])
    leaders = [group for group in groups if len(group[1]) == size]
    order = "少ない" if ranking.fewest else "多い"
    which = f"最も{order}" if place == 1 else f"{place} 番目に{order}"
    tied = f"（{len(leaders)} {COUNTERS[by]}が同数）" if len(leaders) > 1 else ""
    head = f"{which}{GROUP_NAMES[by]}は、{_names(leaders)}の {size} 件です{tied}。"
    shown = groups[: max(SHOWN, place + len(leaders))]
    answer = _answer(desk, asked, [head, *table_lines(shown)], leaders, meaning, size)
    answer = _with_names(desk, answer, shown)
    return with_published(desk, asked, by, tabled(answer, by, shown))


def _tally(by: Group, groups: Groups) -> Tally:
    """How many groups there are, and the agreements in them."""
    counted = tuple(dict.fromkeys(no for _, numbers in groups for no in numbers))
    return Tally(len(groups), COUNTERS[by], counted, (), GROUP_NAMES[by])


def _with_names(desk: Desk, answer: Answer, groups: Groups) -> Answer:
    """The answer with a row of each of ``groups`` that it only names, as a proof of the name."""
    beside = [desk.agreements[numbers[0]] for _, numbers in groups if numbers[0] not in answer.nos]
    return replace(answer, related=tuple(desk.cite(row, row.title) for row in beside))


def _beside(
    desk: Desk, asked: Question, by: Group, groups: Groups, ranking: Ranking, meaning: str
) -> Answer | None:
    """The groups with as many agreements as a named one, or those that come after it."""
    if not asked.references:
        return _shared(desk, asked, by, groups, meaning)
    reference = asked.references[0]
    tally = desk.table.tally((*asked.conditions, reference))
    size = len(tally.counted)
    name = name_of(reference)
    others = [group for group in groups if not _is_named(group[0], name)]
    if ranking.wish == "next":
        sizes = [len(numbers) for _, numbers in others]
        beyond = [n for n in sizes if (n >= size if ranking.fewest else n <= size)]
        if not beyond:
            text = f"{name}（{size} 件）の次の{GROUP_NAMES[by]}はありません。"
            return Answer("not_found", text, interpretation=meaning, tallies=(tally,))
        wanted = beyond[0]
        which = f"{name}（{size} 件）の次に{'少ない' if ranking.fewest else '多い'}"
    else:
        wanted, which = size, f"{name}と同じ件数の"
    leaders = [group for group in others if len(group[1]) == wanted]
    if not leaders:
        text = f"{name}（{size} 件）と同じ件数の{GROUP_NAMES[by]}は、ほかにありません。"
        return Answer("not_found", text, number=0, interpretation=meaning, tallies=(tally,))
    lines = [f"{which}{GROUP_NAMES[by]}は、{_names(leaders)}の {wanted} 件です。"]
    shown = [(name, [0] * size), *leaders]
    answer = _answer(desk, asked, [*lines, *table_lines(shown)], leaders, meaning, wanted)
    return tabled(answer, by, shown)


def _shared(desk: Desk, asked: Question, by: Group, groups: Groups, meaning: str) -> Answer | None:
    """Groups that have as many agreements as another, none being named."""
    sizes = [len(numbers) for _, numbers in groups]
    leaders = [group for group in groups if sizes.count(len(group[1])) > 1]
    if not leaders:
        return None
    lines = [f"件数が同じ{GROUP_NAMES[by]}は次のとおりです。"]
    for size in dict.fromkeys(len(numbers) for _, numbers in leaders):
        lines.append(f"・{size} 件：{_names([g for g in leaders if len(g[1]) == size])}")
    answer = _answer(desk, asked, lines, leaders, meaning, len(leaders), COUNTERS[by])
    return tabled(answer, by, leaders)


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
        f"{order}順に {len(chosen)} {COUNTERS[by]}は{_names(chosen)}で、"
        f"合わせて {total} 件です（全 {whole} 件の {share(total, whole)}）。"
    )
    lines = [head, *table_lines(chosen)]
    if tied:
        lines.append(f"{_names(tied)}も同じ {last} 件です。")
    answer = tabled(_answer(desk, asked, lines, chosen, meaning, total), by, chosen)
    answer = with_published(desk, asked, by, _with_names(desk, answer, tied))
    if asked.intent == "share" or _only_share(asked.text):
        return replace(answer, number=percent(total, whole), unit="%")
    return answer


def _between(
    desk: Desk, asked: Question, by: Group, groups: Groups, ranking: Ranking, meaning: str
) -> Answer:
    chosen = [g for g in groups if ranking.low <= len(g[1]) <= ranking.high]
    bounds = f"{ranking.low} 件"
    if ranking.low != ranking.high:
        most = f"{ranking.high} 件以下"
        bounds = f"{bounds}以上" if ranking.high >= 10_000 else most
    if not chosen:
        text = f"協定が{bounds}の{GROUP_NAMES[by]}はありません。"
        return Answer("not_found", text, number=0, unit=COUNTERS[by], interpretation=meaning)
    head = f"協定が {bounds}の{GROUP_NAMES[by]}は、{len(chosen)} {COUNTERS[by]}です。"
    if len(chosen) <= SHOWN:
        head = (
            f"協定が {bounds}の{GROUP_NAMES[by]}は、{_names(chosen)}の "
            f"{len(chosen)} {COUNTERS[by]}です。"
        )
    exact = ranking.low == ranking.high and not ranking.how_many
    number, unit = (ranking.low, "件") if exact else (len(chosen), COUNTERS[by])
    answer = _answer(desk, asked, [head, *table_lines(chosen)], chosen, meaning, number, unit)
    return with_published(desk, asked, by, tabled(answer, by, chosen))


def _order(
    desk: Desk, asked: Question, by: Group, groups: Groups, meaning: str, *, counted: bool = False
) -> Answer:
    head = f"{GROUP_NAMES[by]}別の件数は次のとおりです（{len(groups)} {COUNTERS[by]}）。"
    if counted:
        whose = f"{said(desk, asked)}の" if asked.conditions or asked.topic else "協定の"
        own = "" if by == "party" else "ある"
        head = (
            f"{whose}{own}{GROUP_NAMES[by]}は {len(groups)} {COUNTERS[by]}です。"
            "件数は次のとおりです。"
        )
    secret = _kept_secret(desk, asked) if by == "party" else []
    lines = [head, *table_lines(groups)]
    if secret:
        numbers = "、".join(f"No.{row.no}" for row in secret)
        lines.append(f"相手方が非公表の{numbers}は数えていません。")
    answer = _answer(desk, asked, lines, groups, meaning, len(groups), COUNTERS[by])
    answer = replace(answer, related=tuple(desk.cite(row, row.partner) for row in secret))
    return with_published(desk, asked, by, tabled(answer, by, groups))


def _kept_secret(desk: Desk, asked: Question) -> list[Agreement]:
    """The agreements asked about whose partners nobody is told, and so nobody can count."""
    found, _ = select(desk, asked)
    return [row for row in found if WITHHELD in row.partner]


def _gap(desk: Desk, by: Group, groups: Groups, ranking: Ranking, meaning: str) -> Answer:
    first, second = (place - 1 if place > 0 else -1 for place in ranking.places[:2])
    if max(first, second) >= len(groups):
        text = f"{GROUP_NAMES[by]}は {len(groups)} しかありません。"
        return Answer("not_found", text, tallies=(_tally(by, groups),))
    chosen = [groups[first], groups[second]]
    gap = abs(len(chosen[0][1]) - len(chosen[1][1]))
    lines = [f"{chosen[0][0]}と{chosen[1][0]}の差は {gap} 件です。", *table_lines(chosen)]
    rows = [desk.agreements[no] for _, numbers in chosen for no in numbers]
    answer = replace(listed(desk, "comparison", lines, rows, meaning), number=gap)
    return tabled(answer, by, chosen)


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
        f"{said(desk, asked)}は、1{COUNTERS[by]}あたり平均 {mean:g} 件です"
        f"（{len(found)} 件÷協定のある {len(groups)} {COUNTERS[by]}）。"
    )
    answer = _answer(desk, asked, [head, *table_lines(groups)], groups, meaning, mean)
    return tabled(answer, by, groups)


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


def _names(groups: Groups) -> str:
    return "、".join(name for name, _ in groups)


def _is_named(group: str, name: str) -> bool:
    plain = without_space(name)
    return without_space(group) == plain or without_space(group).endswith(plain)


def _only_share(text: str) -> bool:
    asks = any(word in text for word in ("%", "パーセント", "割合", "占め"))
    return asks and not any(word in text for word in ("何件", "件数", "合計"))
