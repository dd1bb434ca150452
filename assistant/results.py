"""What the assistant gives back: hits, citations, tallies, answers, and their JSON shapes.

The JSON shapes are a stable contract that scripts depend on; ``README.md`` shows them by example.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from index.records import Agreement, Record, SourceSpan, kind_of

AnswerKind = Literal[
    "lookup",
    "list",
    "count",
    "comparison",
    "attribute",
    "fact",
    "role",
    "not_found",
    "out_of_scope",
    "invalid_question",
]


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found for a question; ``found_by`` gives the reasons, strongest first.

    ``score`` lies between 0 and 1 and only orders the hits of one search; ``shared`` is filled by
    the search for similar agreements: what both have in common. ``evidence`` is how much of the
    question the record meets, in units of rarity, ``share`` the same as a part of all of it, and
    ``met`` how many of its words; these can be compared between searches.
    """

    record: Record
    score: float
    found_by: tuple[str, ...]
    shared: tuple[str, ...] = ()
    evidence: float = 0.0
    met: int = 0
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that stands at the lines it names (checked when it was made).

    ``file`` is the document's name in ``seeds/``; ``no`` is the agreement's number, None where the
    record is no agreement.
    """

    record: str
    no: int | None
    label: str
    quote: str
    span: SourceSpan
    file: str


@dataclass(frozen=True, slots=True)
class Tally:
    """A number that was counted, the numbers of the rows it counted, and what was counted.

    ``left_out`` names rows that a reader might expect to be counted, each with the reason why not.
    """

    number: float
    unit: str
    counted: tuple[int, ...]
    left_out: tuple[tuple[int, str], ...]
    description: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The small table that an answer rests on: what its rows stand for, and their figures.

    ``heading`` says what the labels are (部局, 締結年度 …); the rows stand in the table's order.
    """

    heading: str
    rows: tuple[tuple[str, float], ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its proof. ``related`` holds near misses, never part of the answer itself.

    ``filters`` are the conditions in force, each as words that a reader may take off; ``table`` is
    what a comparison rests on; ``tallies`` are counts that the text names beside these. All are for
    the page and the proof, and stand outside of the JSON contract.
    """

    kind: AnswerKind
    text: str
    number: float | None = None
    unit: str | None = None
    nos: tuple[int, ...] = ()
    citations: tuple[Citation, ...] = ()
    related: tuple[Citation, ...] = ()
    interpretation: str = ""
    filters: tuple[str, ...] = ()
    table: Breakdown | None = None
    tallies: tuple[Tally, ...] = ()


def tally_of(nos: Iterable[int], description: str) -> Tally:
    """The number of the agreements ``nos``, and what was counted in words."""
    counted = tuple(nos)
    return Tally(len(counted), "件", counted, (), description)


def with_aside(answer: Answer, aside: Sequence[str]) -> Answer:
    """The answer with the words of the question that were taken for no condition."""
    if not (aside and answer.interpretation):
        return answer
    words = "」「".join(dict.fromkeys(aside))
    meaning = f"{answer.interpretation}（「{words}」は条件にしていません）"
    return replace(answer, interpretation=meaning)


def number_of(record: Record) -> int | None:
    """The agreement's number, or None if the record is no agreement."""
    return record.no if isinstance(record, Agreement) else None


def hit_to_json(hit: Hit, *, with_shared: bool = False) -> dict[str, Any]:
    """``{"record","no","kind","score","found_by"}``, and ``"shared"`` if asked for."""
    values: dict[str, Any] = {
        "record": hit.record.id,
        "no": number_of(hit.record),
        "kind": kind_of(hit.record),
        "score": round(hit.score, 4),
        "found_by": list(hit.found_by),
    }
    if with_shared:
        values["shared"] = list(hit.shared)
    return values


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """``{"record","no","document","first_line","last_line","quote"}``."""
    return {
        "record": citation.record,
        "no": citation.no,
        "document": citation.file,
        "first_line": citation.span.first_line,
        "last_line": citation.span.last_line,
        "quote": citation.quote,
    }


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The ``answer`` object of the contract; whole numbers are given without a decimal point."""
    number = answer.number
    return {
        "kind": answer.kind,
        "text": answer.text,
        "number": int(number) if number is not None and number == int(number) else number,
        "unit": answer.unit,
        "nos": list(answer.nos),
        "citations": [citation_to_json(citation) for citation in answer.citations],
        "related": [citation_to_json(citation) for citation in answer.related],
        "interpretation": answer.interpretation,
    }
