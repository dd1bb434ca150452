"""Which way a question goes: to the table's rows, or to another document.

Plain questions about a question and what was found for it; the routes stand in
:mod:`assistant.answers`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.question import Question
from assistant.results import Hit
from index.records import Agreement

# Below this score the best hit shares too little with the question to be its answer.
COVERED = 0.25
# Where the question names the document, less is enough: articles are short and formal.
NAMED = 0.15
# How much better the table's best hit must be to win over a document that the question names.
CLEARLY = 1.6
# From this share of the best hit's score on another one is as good an answer.
AS_GOOD = 0.97
# What meets less of a question shares a general word with it, and tells of something else.
A_THIRD = 0.33
# A figure of another document answers what no row does if its passage meets this much.
HALF = 0.5
_HOW_MANY = re.compile(r"(?:協定|覚書)[^。]{0,12}(?:何件|何本|いくつ|件数|数は)")
_AGREEMENTS_WITH = re.compile(r"との(?:連携|包括|災害)?(?:協定|覚書)|相手方|と(?:結|締結)")
_CONCLUDED = re.compile(
    r"(?:結[んばぶび]|締結[しさすを予]|交わ[しさす]).{0,20}(?:協定|覚書)"
    r"|(?:協定|覚書).{0,10}(?:結[んばぶび]|締結[しさす]|交わ[しさす])"
)


def best(hits: Sequence[Hit]) -> list[Agreement]:
    """The best of agreements found for a topic, and those as good as it."""
    floor = hits[0].score * AS_GOOD if hits else 0.0
    near = [hit.record for hit in hits if hit.score >= floor]
    return [record for record in near if isinstance(record, Agreement)]


def covered(hits: Sequence[Hit], least: float = COVERED) -> bool:
    """Whether the best hit shares enough with the question to be its answer."""
    return bool(hits) and hits[0].score >= least


def telling(hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` without what stands beside the table and meets little of the question."""
    return [h for h in hits if isinstance(h.record, Agreement) or h.share >= A_THIRD]


def beats(table: Sequence[Hit], beside: Sequence[Hit]) -> bool:
    """Whether the table has a clearly better answer than the other documents."""
    return bool(table) and table[0].score > beside[0].score * CLEARLY


def text_beats(asked: Question, hits: Sequence[Hit], rows: Sequence[Hit]) -> bool:
    """Whether another document says clearly more than the rows of the partner that is named."""
    if rows_meant(asked) or not all(c.name == "partner" for c in asked.conditions):
        return False
    beside = hits[0] if hits and rows else None
    return (
        beside is not None
        and not isinstance(beside.record, Agreement)
        and beside.score > rows[0].score * CLEARLY
    )


def table_only(asked: Question) -> bool:
    """Whether conditions speak of rows of the table and nothing else."""
    if asked.conditions and _CONCLUDED.search(asked.text):
        return True
    return asked.intent == "similar" or any(
        condition.name != "concluded" for condition in asked.conditions
    )


def counts_rows(asked: Question) -> bool:
    """Whether a number of agreements is asked for: no figure of another document is one."""
    return asked.intent in ("count", "difference") and bool(_HOW_MANY.search(asked.text))


def of_department(asked: Question) -> bool:
    """Whether rows of a department are meant: the city itself is a party of the compacts, too."""
    return any(condition.name in ("department", "section") for condition in asked.conditions)


def rows_meant(asked: Question) -> bool:
    """Whether a question that names another document is about rows of the table all the same."""
    if any(word in asked.text for word in ("公表", "分野", "協約")):
        return False
    on_rows = any(c.name not in ("concluded", "partner") for c in asked.conditions)
    return on_rows or (bool(asked.partners) and bool(_AGREEMENTS_WITH.search(asked.text)))
