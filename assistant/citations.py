"""Citations that are checked when they are made, and their formats.

A quote is given only if it stands, character for character once white space and markup are
removed, at the lines it names. :func:`verify` re-reads those lines; nothing is taken on trust.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from assistant.results import Citation, number_of
from index.errors import CitationError
from index.records import (
    Agreement,
    CompactRole,
    Record,
    SourceDocument,
    SourceSpan,
    SurveyFact,
)

# What the flattening of a document left in its text: tags, table rules and bars, bold marks.
_MARKUP = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,9}(?:\s[^<>\n]{0,80})?>|\*\*|--+|\|")
_LIST_MARK = re.compile(r"^\s*(?:- )?[・●○◯▶►]?", re.MULTILINE)
_WHITE = re.compile(r"\s+")
FORMATS = ("text", "markdown", "json", "csl-json")


def bare(text: str) -> str:
    """``text`` without markup, list marks and white space: what two printings must agree in."""
    return _WHITE.sub("", _LIST_MARK.sub("", _MARKUP.sub("", text)))


def source_lines(document: SourceDocument, span: SourceSpan) -> str:
    """The document's lines of ``span``, as they stand."""
    return "\n".join(_lines(document.text)[span.first_line - 1 : span.last_line])


@lru_cache(maxsize=64)
def _lines(text: str) -> tuple[str, ...]:
    """A document's lines, cut once: each citation re-reads some of them."""
    return tuple(text.split("\n"))


def verify(document: SourceDocument, span: SourceSpan, quote: str) -> bool:
    """Whether ``quote`` stands at ``span`` of ``document``, white space and markup aside."""
    wanted = bare(quote)
    return bool(wanted) and wanted in bare(source_lines(document, span))


def cite(documents: Mapping[str, SourceDocument], record: Record, quote: str) -> Citation:
    """Cite ``quote`` from ``record``.

    Raises:
        CitationError: if the quote doesn't stand at the record's lines.
    """
    document = documents[record.span.document]
    if not verify(document, record.span, quote):
        raise CitationError(
            f"引用が原文（{document.file} {record.span.first_line}~{record.span.last_line}行）と"
            "一致しないため、表示しません。「renkei index」を実行してから試してください。"
        )
    return Citation(
        record=record.id,
        no=number_of(record),
        label=label(record, document),
        quote=quote,
        span=record.span,
        file=document.file,
    )


def label(record: Record, document: SourceDocument) -> str:
    """How staff would name the record: document, number or heading."""
    if isinstance(record, Agreement):
        return f"{document.title} No.{record.no}「{record.title}」"
    if isinstance(record, CompactRole):
        return f"{document.title}「{record.initiative}」{_party(record)}の役割"
    if isinstance(record, SurveyFact):
        return f"{document.title} {record.table}「{record.label}」"
    return f"{document.title} {' > '.join(record.heading)}"


def record_quote(record: Record) -> str:
    """What to quote of a record when nothing narrower is asked for."""
    if isinstance(record, Agreement):
        return record.title
    if isinstance(record, SurveyFact):
        return f"{record.value:g}"
    return record.text


def format_citations(
    records: Sequence[Record], documents: Mapping[str, SourceDocument], style: str
) -> str:
    """Citations of whole agreements, ready to paste, in one of :data:`FORMATS`.

    Raises:
        CitationError: if a record's title doesn't stand at its lines.
    """
    agreements = [record for record in records if isinstance(record, Agreement)]
    citations = [cite(documents, record, record.title) for record in agreements]
    pairs = list(zip(agreements, citations, strict=True))
    if style in ("json", "csl-json"):
        make: Callable[[Agreement, Citation, SourceDocument], dict[str, Any]]
        make = _as_json if style == "json" else _as_csl
        values = [make(a, c, documents[a.document]) for a, c in pairs]
        return json.dumps(values, ensure_ascii=False, indent=2)
    render = _as_text if style == "text" else _as_markdown
    return "\n\n".join(render(a, c, documents[a.document]) for a, c in pairs)


def _party(role: CompactRole) -> str:
    return role.party if role.party == role.party_name else f"{role.party}（{role.party_name}）"


def _as_text(agreement: Agreement, citation: Citation, document: SourceDocument) -> str:
    return (
        f"「{agreement.title}」（相手方：{_one_line(agreement.partner)}、"
        f"{agreement.concluded_text}締結、{agreement.department}{agreement.section}所管）。"
        f"{document.municipality}「{document.title}」No.{agreement.no}"
        f"（{document.as_of.year}年{document.as_of.month}月{document.as_of.day}日現在、"
        f"{citation.file} {citation.span.first_line}~{citation.span.last_line}行）。"
    )


def _as_markdown(agreement: Agreement, citation: Citation, document: SourceDocument) -> str:
    rows = (
        ("番号", f"No.{agreement.no}"),
        ("部局・担当課", f"{agreement.department} {agreement.section}"),
        ("相手方", "、".join(agreement.partners)),
        ("目的", agreement.purpose),
        ("内容", agreement.content),
        ("締結年月日", agreement.concluded_text),
        ("出典", f"{document.title}（{document.as_of.isoformat()} 現在）"),
        (
            "原文",
            f"{citation.file} {citation.span.first_line}~{citation.span.last_line}行（原文一致）",
        ),
    )
    body = "\n".join(f"- {name}: {escape_markdown(_one_line(value))}" for name, value in rows)
    return f"**{escape_markdown(_one_line(agreement.title))}**\n\n{body}"


def _as_json(agreement: Agreement, citation: Citation, document: SourceDocument) -> dict[str, Any]:
    return {
        "record": agreement.id,
        "no": agreement.no,
        "title": agreement.title,
        "partners": list(agreement.partners),
        "department": agreement.department,
        "section": agreement.section,
        "concluded": agreement.concluded.isoformat(),
        "quote": citation.quote,
        "source": {
            "title": document.title,
            "as_of": document.as_of.isoformat(),
            "document": citation.file,
            "first_line": citation.span.first_line,
            "last_line": citation.span.last_line,
        },
    }


def _as_csl(agreement: Agreement, citation: Citation, document: SourceDocument) -> dict[str, Any]:
    parts = [agreement.concluded.year, agreement.concluded.month, agreement.concluded.day]
    return {
        "id": agreement.id,
        "type": "treaty",
        "title": _one_line(agreement.title),
        "author": [{"literal": name} for name in (document.municipality, *agreement.partners)],
        "issued": {"date-parts": [parts]},
        "container-title": document.title,
        "number": str(agreement.no),
        "section": f"{agreement.department} {agreement.section}",
        "locator": f"{citation.file} {citation.span.first_line}-{citation.span.last_line}",
        "language": "ja",
    }


def escape_markdown(text: str) -> str:
    """``text`` with every character that Markdown would act on escaped."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&=])", r"\\\1", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
