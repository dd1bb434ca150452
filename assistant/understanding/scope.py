"""How the conditions of a question belong together: negated, dropped, alternatives, references.

「環境部か経済部」 are alternatives, 「環境総務課や経済総務課は除く」 must both not hold,
「環境部の件数ではなく…」 is no condition at all, and in 「防災課の次に多い課」 the section is what
others are compared with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.aggregates import Condition
from assistant.understanding.party_context import connected

_GLUE = (
    r"[」』\"')]{0,2}(?:という|といった|とある|との?|の)?"
    r"(?:語|文字|言葉|もの|協定|相手方?|締結先|分|件数?|数|課|部局|部|会社|企業|団体|時代|年度?)?"
)
_NEGATED = re.compile(
    rf"{_GLUE}(?:以外|[をはも]?(?:除|のぞ|抜(?:き(?!出|だ)|い(?!出|だし)|く)|外し|外す|対象外)"
    r"|[をはも]?別(?:として|にして|に)|の?(?:ほか|他)に(?=どこ|誰|どの|どんな|何)"
    r"|(?:では|じゃ|で)(?:ない|ありません)|でも(?:ない|ありません)"
    r"|(?:に|と)(?:なって|され|されて|して)い?(?:ない|ません|ず)"
    r"|[がをもはにと]?(?:相手方?に)?(?:入(?:ら|って?い?)|含(?:ま|め|み|んで?い?|まれて?い?)|付(?:か|いて?い?)"
    r"|つ(?:か|いて?い?)|数え|カウントし|入れ)(?:ない|ず|ません|なく))"
)
# 「災害に関するもの以外」, 「除雪は除いて」; a topic is also left out by 「関係ない」.
_LEFT_OUT = re.compile(
    rf"[所者会館品金券等系的]?(?:に(?:関(?:する|連する|係する)|ついての)|関係の?|関連の?)?(?:{_GLUE}(?:以外(?!も)|[をはも]?(?:除(?!雪|雷|去|染|草)|のぞ[いく]"
    r"|抜(?:き(?!出|だ)|い(?!出|だし)|く)|外し|外す))|(?:に|とは?)(?:関係|関連)(?:し|が|の|は)?ない)"
)
_DISCARDED = re.compile(r"の?(?:件数|協定数|数|方|ほう)?(?:ではなく|じゃなく|でなく)(?!い)")
_INCLUDED = re.compile(r"(?:の(?:もの|協定|相手方?))?も?(?:含め|含む|含ん|込み|入れて)")
_AFTER = re.compile(r"の(?:協定)?(?:の)?次(?:に|の|で|は|点)|に(?:次いで|次ぐ|続く|続いて)")
_EQUAL = r"(?:全く|ちょうど|まったく)?(?:同じ|同数|等し|並[んぶ]|一緒)"
_SAME = re.compile(
    rf"と(?:は)?(?:(?:協定)?の?(?:締結)?(?:件数|数)[がもの]?{_EQUAL}"
    r"|(?:全く|ちょうど)?(?:同数|同じ(?:だけ|協定)?の?(?:件数|数)|並んで|並ぶ))"
)
# 「環境部は何番目に多い」: the place of what is named is asked for; rows by age have none.
_PLACE_OF = re.compile(r"(?:何|なん)(?:番目|番め|位)(?!に?(?:古|新し|早|遅))|順位は")
_PLACED = re.compile(
    r"(?:さん)?(?:との|の)?(?:協定)?の?(?:締結)?(?:件数|数|順位)?(?:は|って|が|なら|だと)"
)
_BOTH = re.compile(
    r"両方|双方|どちらも|いずれも|(?:と|とも|ともに)連名|ともに(?:入|含|参加)|とも(?:に)?(?:入|含|参加|相手)|かつ|同時に"
)
_APART = re.compile(r"のうち|の中[のでか]|うち、")
_EITHER = re.compile(r"か|または|又は|もしくは|や|、|,|・|/|いずれか|どれか|どちらか")
# Only these may be named for saying that they count, too.
_OPTIONAL = frozenset({"withheld", "parties", "title"})
FAMILIES: Mapping[str, str] = {
    "department": "place",
    "section": "place",
    "partner": "partner",
    "concluded": "concluded",
    "month": "month",
    "month_day": "month",
    "title": "title",
    "title_is": "title",
    "title_starts": "title",
    "title_ends": "title",
    "purpose": "purpose",
    "content": "content",
    "text": "text",
}


# A condition by its column and its place in the question.
_Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Scoped:
    """The conditions that select, and those that others are compared with."""

    conditions: tuple[Condition, ...]
    references: tuple[Condition, ...]
    wants_next: bool


def is_left_out(text: str, end: int) -> bool:
    """Whether the words of a topic that end there are said to be left out."""
    return bool(_LEFT_OUT.match(text, end))


def scoped(
    text: str, conditions: Sequence[Condition], departments: Mapping[str, frozenset[str]]
) -> Scoped:
    """Settle how ``conditions`` belong together.

    Args:
        text: the question, normalized and without white space.
        conditions: what was found in it, with places.
        departments: the departments that have a section of a name.
    """
    ordered = sorted(conditions, key=lambda condition: (condition.start, condition.end))
    ordered = [c for c in ordered if not _is_dropped(text, c)]
    references = [c for c in ordered if _is_reference(text, c)]
    kept = _negated(text, [c for c in ordered if not _is_reference(text, c)])
    grouped = _grouped(text, kept, departments)
    after = any(_AFTER.match(text, c.end) for c in references)
    return Scoped(tuple(grouped), tuple(references), after)


def placed(text: str, conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Those whose place among their like ``text`` asks for: 「経済部は上から何番目」."""
    if not _PLACE_OF.search(text):
        return ()
    named = [c for c in conditions if not c.negated and _is_comparable(c)]
    said = [c for c in named if _PLACED.match(text, c.end)] or named
    if not said:
        return ()
    last = said[-1]
    beside = [c for c in named if c.name == last.name and c.group and c.group == last.group]
    return tuple(beside) or (last,)


def _is_comparable(condition: Condition) -> bool:
    return FAMILIES.get(condition.name) in ("place", "partner", "concluded")


def _is_dropped(text: str, condition: Condition) -> bool:
    if _DISCARDED.match(text, condition.end):
        return True
    return condition.name in _OPTIONAL and bool(_INCLUDED.match(text, condition.end))


def _is_reference(text: str, condition: Condition) -> bool:
    if not _is_comparable(condition):
        return False
    return bool(_AFTER.match(text, condition.end) or _SAME.match(text, condition.end))


def _negated(text: str, conditions: Sequence[Condition]) -> list[Condition]:
    marks = [
        condition.negated or bool(_NEGATED.match(text, condition.end)) for condition in conditions
    ]
    for position in range(len(conditions) - 1, 0, -1):
        before, after = conditions[position - 1], conditions[position]
        same = FAMILIES.get(before.name) == FAMILIES.get(after.name)
        if marks[position] and same and connected(text, before.end, after.start):
            marks[position - 1] = True
    return [replace(c, negated=mark) for c, mark in zip(conditions, marks, strict=True)]


def _grouped(
    text: str, conditions: Sequence[Condition], departments: Mapping[str, frozenset[str]]
) -> list[Condition]:
    families: dict[str, list[Condition]] = {}
    for condition in conditions:
        family = FAMILIES.get(condition.name, "")
        if family and not condition.negated:
            families.setdefault(family, []).append(condition)
    groups: dict[_Place, str] = {}
    for family, members in families.items():
        if family == "place":
            groups |= _places(members, departments)
        elif family == "concluded":
            groups |= _periods(members)
        elif family == "title":
            groups |= _titles(text, members)
        elif not _BOTH.search(text, members[0].start):
            groups |= _runs(text, members, family)
    return [replace(c, group=groups.get(_place(c), "")) for c in conditions]


def _place(condition: Condition) -> _Place:
    return condition.name, condition.start, condition.end


def _runs(text: str, members: Sequence[Condition], family: str) -> dict[_Place, str]:
    """Alternatives, but for what 「Aのうち、B」 sets apart."""
    groups: dict[_Place, str] = {}
    number = 0
    for position, member in enumerate(members):
        if position and _APART.search(text, members[position - 1].end, member.start):
            number += 1
        groups[_place(member)] = f"{family}{number}"
    return groups


def _places(
    members: Sequence[Condition], departments: Mapping[str, frozenset[str]]
) -> dict[_Place, str]:
    """Departments are alternatives, and so are sections; but a section narrows its department."""
    named = {str(c.values[0]) for c in members if c.name == "department"}
    sections = [c for c in members if c.name == "section"]
    within = all(named & departments.get(str(c.values[0]), frozenset()) for c in sections)
    if named and sections and not within:
        return dict.fromkeys(map(_place, members), "place")
    return {_place(member): member.name for member in members}


def _periods(members: Sequence[Condition]) -> dict[_Place, str]:
    """Periods apart from each other are alternatives; of those that overlap, all hold."""
    spans = sorted(tuple(map(str, member.values)) for member in members)
    apart = all(one[1] < other[0] for one, other in pairwise(spans))
    return dict.fromkeys(map(_place, members), "concluded") if apart else {}


def _titles(text: str, members: Sequence[Condition]) -> dict[_Place, str]:
    if _BOTH.search(text):
        return {}
    gaps = [text[one.end : other.start] for one, other in pairwise(members)]
    rest = text[members[-1].end : members[-1].end + 16]
    either = any(_EITHER.search(gap) for gap in gaps) or bool(
        re.search("いずれか|どれか|どちらか", rest)
    )
    return dict.fromkeys(map(_place, members), "title") if either else {}
