"""What partners, periods and kinds of agreement that a question names ask of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.aggregates import Condition
from assistant.understanding.named_numbers import overlaps
from assistant.understanding.names import NamedPartner
from assistant.understanding.periods import Period
from assistant.understanding.text_conditions import bare_types

_BASE = re.compile(r"のうち|の中で|の中の|に占め|に対する")
_ALL_OF_IT = re.compile(r"(?:全体|全協定|すべて|全て|全部|(?<!\d)\d+件)[^、。]{0,4}$")
_WHAT_SHARE = re.compile(r"(?:の協定)?(?:全体)?の(?:うちの?)?(?:何%|何パーセント|何割)")


def add(
    conditions: list[Condition], taken: list[tuple[int, int]], found: Iterable[Condition]
) -> None:
    """Take over what is found outside of the places already taken."""
    for condition in found:
        if not overlaps(taken, condition.start, condition.end):
            conditions.append(condition)
            taken.append((condition.start, condition.end))


def add_types(conditions: list[Condition], taken: list[tuple[int, int]], text: str) -> None:
    """Take over the kinds of agreement (覚書) that are said outside of the places taken."""
    for start, end, condition in bare_types(text):
        if not overlaps(taken, start, end):
            taken.append((start, end))
            conditions += [condition] if condition else []


def is_bare_era(period: Period) -> bool:
    """Whether a period is but an era's name."""
    return period.end - period.start == len("昭和")


def inside(spans: Sequence[tuple[int, int]], period: Period) -> bool:
    """Whether a period is said within a longer name."""
    return any(
        start <= period.start and period.end <= end and end - start > period.end - period.start
        for start, end in spans
    )


def period_condition(period: Period) -> Condition:
    """That a row was concluded within ``period``."""
    what = "締結年度" if "年度" in period.name else "締結日"
    return Condition(
        "concluded",
        (period.first, period.last),
        f"{what}＝{period.name}",
        False,
        period.start,
        period.end,
    )


def partner_condition(partner: NamedPartner) -> Condition:
    """That a row is one of the agreements of ``partner``."""
    return Condition(
        "partner",
        (list(partner.numbers),),
        f"相手方＝{partner.name}",
        False,
        partner.start,
        partner.end,
    )


def base(text: str, conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """The conditions of the whole: those before 「のうち」, or right before 「の何%」."""
    match = _BASE.search(text)
    if match is not None and not _ALL_OF_IT.search(text, 0, match.start()):
        return tuple(c for c in conditions if 0 < c.end <= match.start())
    return tuple(c for c in conditions if c.end and _WHAT_SHARE.match(text, c.end))
