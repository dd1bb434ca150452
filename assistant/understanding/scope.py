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
from assistant.understanding.exceptions import (
    counts_too,
    is_negated,
    is_set_aside,
    left_out_with,
)

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
    "purpose_is": "purpose",
    "purpose_blank": "purpose",
    "content": "content",
    "content_is": "content",
    "content_blank": "content",
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


def scoped(
    text: str,
    conditions: Sequence[Condition],
    departments: Mapping[str, frozenset[str]],
    without_rows: Sequence[tuple[int, int]] = (),
) -> Scoped:
    """Settle how ``conditions`` belong together.

    Args:
        text: the question, normalized and without white space.
        conditions: what was found in it, with places.
        departments: the departments that have a section of a name.
        without_rows: the places of partners that no row has. They are no conditions, but what is
            said of one (…とB以外) is said of those named in a row with it.
    """
    silent = [Condition("partner", ([],), "", False, *place) for place in without_rows]
    ordered = sorted([*conditions, *silent], key=lambda c: (c.start, c.end))
    ordered = _without(text, ordered, [_is_dropped(text, c) for c in ordered])
    references = [c for c in ordered if _is_reference(text, c)]
    kept = _negated(text, [c for c in ordered if not _is_reference(text, c)])
    kept = [c for c in kept if c.label]
    references = [c for c in references if c.label]
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
    if is_set_aside(text, condition.end):
        return True
    return condition.name in _OPTIONAL and counts_too(text, condition.end)


def _without(
    text: str, conditions: Sequence[Condition], dropped: Sequence[bool]
) -> list[Condition]:
    spread = _spread(text, conditions, dropped)
    return [c for c, mark in zip(conditions, spread, strict=True) if not mark]


def _is_reference(text: str, condition: Condition) -> bool:
    if not _is_comparable(condition):
        return False
    return bool(_AFTER.match(text, condition.end) or _SAME.match(text, condition.end))


def _negated(text: str, conditions: Sequence[Condition]) -> list[Condition]:
    marks = [c.negated or is_negated(text, c.end) for c in conditions]
    spread = _spread(text, conditions, marks)
    return [replace(c, negated=mark) for c, mark in zip(conditions, spread, strict=True)]


def _spread(text: str, conditions: Sequence[Condition], marks: Sequence[bool]) -> list[bool]:
    """``marks``, also on what stands before a marked one in a row: 「AやBは除いて」."""
    found = list(marks)
    for position in range(len(conditions) - 1, 0, -1):
        before, after = conditions[position - 1], conditions[position]
        same = FAMILIES.get(before.name) == FAMILIES.get(after.name)
        if found[position] and same and left_out_with(text[before.end : after.start]):
            found[position - 1] = True
    return found


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
