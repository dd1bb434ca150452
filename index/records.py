"""The vocabulary shared by all stages: frozen records, each with its place in a document.

Record ids are readable and stable, never list positions: ``asahikawa-agreements/94``,
``biei-compact/小児二次救急医療の連携/乙``. The part before the first slash is the document's key in
``seeds/sources.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A source text as published, with what ``seeds/sources.toml`` declares of it.

    ``as_of`` is the date whose state the document describes; ``kind`` names its shape and so the
    parser that reads it; ``file`` is the name in ``seeds/``; ``text`` is unedited; ``called`` holds
    the words by which people refer to it.
    """

    key: str
    title: str
    municipality: str
    kind: str
    as_of: date
    file: str
    sha256: str
    text: str
    called: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The text's lines without their line ends; line ``n`` of a span is ``lines[n - 1]``."""
        return self.text.split("\n")


@dataclass(frozen=True, slots=True)
class SourceSpan:
    """Lines of a document, both ends included, counted from 1. ``document`` is its key."""

    document: str
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """One row of an agreement table.

    ``partner`` is the cell as printed, ``partners`` its parties without list marks;
    ``concluded_text`` is the date as printed (``H16.5.14``). Cell texts are the printed ones with
    the line breaks that wrapping made taken out; a break that begins a new item stays as ``\\n``.
    """

    document: str
    no: int
    department: str
    section: str
    title: str
    partner: str
    partners: tuple[str, ...]
    purpose: str
    content: str
    concluded: date
    concluded_text: str
    span: SourceSpan

    @property
    def id(self) -> str:
        """``<document key>/<number>``."""
        return f"{self.document}/{self.no}"


@dataclass(frozen=True, slots=True)
class CompactRole:
    """What one party does in one initiative (取組) of a compact.

    ``party`` is named as the document names it (甲, 乙, 岩見沢市), ``party_name`` is the
    municipality behind it (旭川市, 美瑛町, 岩見沢市). ``field`` is the path of headings above the
    initiative, joined by ``" > "``.
    """

    compact: str
    field: str
    initiative: str
    party: str
    party_name: str
    text: str
    span: SourceSpan

    @property
    def id(self) -> str:
        """``<document key>/<initiative>/<party as printed>``."""
        return f"{self.compact}/{self.initiative}/{self.party}"


@dataclass(frozen=True, slots=True)
class SurveyFact:
    """One figure of a published table: ``table`` and ``label`` name its cell (``unit``: 件, %)."""

    document: str
    table: str
    label: str
    value: float
    unit: str
    span: SourceSpan

    @property
    def id(self) -> str:
        """``<document key>/<table>/<label>``."""
        return f"{self.document}/{self.table}/{self.label}"


@dataclass(frozen=True, slots=True)
class Section:
    """A passage of running text under its path of headings (articles, slides, notes)."""

    document: str
    heading: tuple[str, ...]
    text: str
    span: SourceSpan

    @property
    def id(self) -> str:
        """``<document key>/<heading>/…``."""
        return "/".join((self.document, *(part.replace("/", "／") for part in self.heading)))


Record = Agreement | CompactRole | SurveyFact | Section

RECORD_KINDS: Mapping[str, type[Record]] = {
    "agreement": Agreement,
    "role": CompactRole,
    "fact": SurveyFact,
    "section": Section,
}
_KIND_OF = {cls: kind for kind, cls in RECORD_KINDS.items()}


def kind_of(record: Record) -> str:
    """The record's kind: ``agreement``, ``role``, ``fact`` or ``section``."""
    return _KIND_OF[type(record)]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Lines that a parser read, but isn't sure of; ``reason`` is a Japanese sentence."""

    span: SourceSpan
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Characters of a line that no record says and that head none: ``text``, in their order.

    ``reason`` says in Japanese what they are (箇条書きの印, 表の罫線). Every other character that
    isn't white space is in a record, or in a heading that names records.
    """

    span: SourceSpan
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser made of one document: its records in document order, its doubts, the rest."""

    records: tuple[Record, ...]
    doubts: tuple[Doubt, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """The searchable text of one record. ``fields`` maps a field's name to its text, in order."""

    id: str
    record: str
    kind: str
    fields: tuple[tuple[str, str], ...]
    span: SourceSpan

    @property
    def text(self) -> str:
        """All fields, a line each."""
        return "\n".join(text for _, text in self.fields if text)


def record_to_json(record: Record) -> dict[str, Any]:
    """A record as plain JSON values, tagged with its kind; :func:`record_from_json` undoes it."""
    values = asdict(record)
    for name, value in values.items():
        if isinstance(value, date):
            values[name] = value.isoformat()
    return {"kind": kind_of(record), **values}


def record_from_json(values: Mapping[str, Any]) -> Record:
    """Undo :func:`record_to_json`.

    Raises:
        KeyError, TypeError, ValueError: if the values are not those of a record.
    """
    fields = dict(values)
    cls = RECORD_KINDS[fields.pop("kind")]
    fields["span"] = SourceSpan(**fields["span"])
    for name in ("partners", "heading"):
        if name in fields:
            fields[name] = tuple(fields[name])
    if "concluded" in fields:
        fields["concluded"] = date.fromisoformat(fields["concluded"])
    return cls(**fields)
