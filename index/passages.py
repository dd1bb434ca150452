"""Records to passages: one per agreement, per party's role in a compact, per section and figure.

A passage keeps its record's fields apart, because a word in a title weighs more than the same word
in a list of duties; the weights belong to retrieval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from index.records import (
    Agreement,
    CompactRole,
    Passage,
    Record,
    Section,
    SourceDocument,
    SurveyFact,
    kind_of,
)

FIELDS = ("title", "partner", "purpose", "content", "department")


def make_passages(
    records: Iterable[Record], documents: Mapping[str, SourceDocument]
) -> list[Passage]:
    """One passage per record, in the records' order; its id is the record's.

    Every passage has fields out of :data:`FIELDS`; what no agreement column names is put where a
    reader would look for it: an initiative's name in ``title``, a party in ``partner``, the
    initiative's aim in ``purpose``.
    """
    records = list(records)
    aims: dict[tuple[str, str], str] = {}
    for section in records:
        if isinstance(section, Section) and len(section.heading) > 1:
            about = (section.document, section.heading[-2])
            aims[about] = "\n".join(filter(None, (aims.get(about), section.text)))
    return [
        Passage(
            id=record.id,
            record=record.id,
            kind=kind_of(record),
            fields=_fields(record, documents, aims),
            span=record.span,
        )
        for record in records
    ]


def _fields(
    record: Record,
    documents: Mapping[str, SourceDocument],
    aims: Mapping[tuple[str, str], str],
) -> tuple[tuple[str, str], ...]:
    if isinstance(record, Agreement):
        return (
            ("title", record.title),
            ("partner", record.partner),
            ("purpose", record.purpose),
            ("content", record.content),
            ("department", f"{record.department} {record.section}"),
        )
    if isinstance(record, CompactRole):
        return (
            ("title", record.initiative),
            ("partner", f"{record.party} {record.party_name}"),
            ("purpose", aims.get((record.compact, record.initiative), "")),
            ("content", record.text),
            ("department", f"{documents[record.compact].title} {record.field}"),
        )
    if isinstance(record, SurveyFact):
        return (
            ("title", f"{record.table} {record.label}"),
            ("content", f"{record.value:g}{record.unit}"),
            ("department", documents[record.document].title),
        )
    return (
        ("title", " ".join(record.heading[-2:])),
        ("content", record.text),
        ("department", f"{documents[record.document].title} {' '.join(record.heading[:-2])}"),
    )
