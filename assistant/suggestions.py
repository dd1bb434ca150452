"""Questions to begin with, drawn from what the documents can answer.

Every one of them is asked before it is offered, so that no suggestion leads to a no.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from assistant.engine import Assistant
from index.eras import fiscal_year, fiscal_year_name
from index.records import CompactRole, SurveyFact

REFUSALS = frozenset({"not_found", "out_of_scope", "invalid_question"})
WITHHELD = "非公表"
FIELDS = "分野別"
LONGEST = 40


def suggestions(assistant: Assistant) -> tuple[str, ...]:
    """Questions that ``assistant`` answers with citations, each of another sort."""
    return tuple(
        question for question in _candidates(assistant) if _is_answered(assistant, question)
    )


@cache
def everyday_questions() -> tuple[str, ...]:
    """Questions as citizens put them, from ``assistant/data/suggestions.toml``."""
    path = files("assistant").joinpath("data/suggestions.toml")
    return tuple(tomllib.loads(path.read_text(encoding="utf-8"))["everyday"])


def _candidates(assistant: Assistant) -> Iterator[str]:
    yield from everyday_questions()
    rows = list(assistant.agreements.values())
    if rows:
        (section, _), *_ = Counter(row.section for row in rows).most_common(1)
        yield f"{section}の協定は何件？"
        partners = Counter(p for row in rows for p in row.partners if WITHHELD not in p)
        yield f"{partners.most_common(1)[0][0]}との協定は？"
        newest = max(rows, key=lambda row: row.concluded)
        yield f"{fiscal_year_name(fiscal_year(newest.concluded))}に結んだ協定の一覧"
        yield f"No.{newest.no}の相手方は？"
    records = assistant.index.records.values()
    fields = [r for r in records if isinstance(r, SurveyFact) and r.table == FIELDS]
    if fields:
        most = max(fields, key=lambda fact: fact.value)
        yield f"{most.label}の分野の協定は何件？"
    roles = [r for r in records if isinstance(r, CompactRole) and len(r.initiative) <= LONGEST // 2]
    if roles:
        role = roles[0]
        yield f"{role.initiative}で{role.party_name}は何をする？"


def _is_answered(assistant: Assistant, question: str) -> bool:
    if len(question) > LONGEST:
        return False
    (answer,) = assistant.ask([question])
    return answer.kind not in REFUSALS and bool(answer.citations)
