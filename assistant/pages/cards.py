"""How records, citations, answers and hits look."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.citations import record_quote, verify
from assistant.engine import Assistant
from assistant.pages.markup import (
    Html,
    address_of,
    element,
    escaped,
    fold,
    joined,
    link,
    record_address,
    terms,
)
from assistant.pages.source import source_view
from assistant.results import Answer, AnswerKind, Breakdown, Citation
from index.eras import era_date
from index.records import Agreement, CompactRole, Record, SourceDocument, SurveyFact

KIND_NAMES: Mapping[AnswerKind, str] = {
    "lookup": "該当する協定",
    "list": "一覧",
    "count": "件数",
    "comparison": "比較",
    "attribute": "協定の項目",
    "fact": "資料の記載",
    "role": "役割",
    "not_found": "見つかりませんでした",
    "out_of_scope": "お答えできない質問です",
    "invalid_question": "質問を確かめてください",
}
# An answer's further lines and citations are folded, then only linked: a long list stays quick.
LINES = 12
FULL = 10
FOLDED = 40
TITLE_QUOTE = 60
BARS = 20
_NUMBER = re.compile(r"No\.(\d{1,6})(?!\d)")


def agreement_rows(agreement: Agreement, document: SourceDocument) -> Html:
    """An agreement's columns."""
    return terms(
        (
            ("相手方", _items(agreement.partners)),
            ("締結年月日", f"{era_date(agreement.concluded)}（{agreement.concluded_text}）"),
            ("部局・担当課", f"{agreement.department} {agreement.section}"),
            ("目的", _text(agreement.purpose)),
            ("内容", _text(agreement.content)),
            ("出典", f"{document.title}（{era_date(document.as_of)}現在）"),
        )
    )


def record_rows(record: Record, document: SourceDocument) -> Html:
    """Any record's contents."""
    if isinstance(record, Agreement):
        return agreement_rows(record, document)
    origin = ("出典", f"{document.title}（{era_date(document.as_of)}現在）")
    if isinstance(record, CompactRole):
        party = record.party
        if record.party != record.party_name:
            party += f"（{record.party_name}）"
        return terms(
            (
                ("取組", record.initiative),
                ("分野", record.field),
                ("役割を担うもの", party),
                ("役割", _text(record.text)),
                origin,
            )
        )
    if isinstance(record, SurveyFact):
        value = f"{figure(record.value)}{record.unit}"
        return terms((("表", record.table), ("項目", record.label), ("値", value), origin))
    return terms((("見出し", " > ".join(record.heading)), ("記載", _text(record.text)), origin))


def record_title(record: Record) -> str:
    """A record's name within its document."""
    if isinstance(record, Agreement):
        return f"No.{record.no}「{_line(record.title)}」"
    if isinstance(record, CompactRole):
        return f"{record.initiative}（{record.party_name}の役割）"
    if isinstance(record, SurveyFact):
        return f"{record.table} {record.label}"
    return " > ".join(record.heading)


def record_links(record: Record, *, itself: bool = True) -> Html:
    """Where a reader may go from a record: to ``itself``, and to what belongs to it."""
    links = [link(record_address(record.id), "この記録のページ（固定リンク）")] if itself else []
    if isinstance(record, Agreement):
        links.append(link(address_of("similar", q=f"No.{record.no}"), "似た協定をさがす"))
        links.append(link(address_of("cite", q=f"No.{record.no}"), "出典を引く"))
    return element("p", joined(links, " ｜ "), css="links") if links else Html("")


def record_card(assistant: Assistant, record: Record) -> Html:
    """A record with all its lines in the document."""
    document = assistant.index.documents[record.span.document]
    quote = record_quote(record)
    # A text that was put together from several places has no quote of its own.
    found = quote if verify(document, record.span, quote) else None
    return element(
        "article",
        record_rows(record, document),
        source_view(document, record.span, found, whole=True),
        css="card",
    )


def citation_card(assistant: Assistant, number: int, citation: Citation) -> Html:
    """A numbered citation that opens to the record and the lines around the quote."""
    document = assistant.index.documents[citation.span.document]
    record = assistant.index.records[citation.record]
    quote = _line(citation.quote)
    short = quote if len(quote) <= TITLE_QUOTE else f"{quote[:TITLE_QUOTE]}…"
    summary = joined(
        [
            element("span", f"[{number}]", css="number"),
            " ",
            element("span", record_title(record), css="name"),
            element("span", f"「{short}」", css="quote"),
        ]
    )
    return fold(
        summary,
        source_view(document, citation.span, citation.quote, whole=False),
        record_rows(record, document),
        record_links(record),
        css="citation",
    )


def citation_list(assistant: Assistant, citations: Sequence[Citation], name: str) -> Html:
    """Citations under a heading: the first in full, more of them folded, the rest linked."""
    if not citations:
        return Html("")
    cards = [citation_card(assistant, n, c) for n, c in enumerate(citations[:FOLDED], 1)]
    parts = [element("h3", f"{name}（{len(citations)}件）"), *cards[:FULL]]
    if len(citations) > FULL:
        links = [
            element("li", link(record_address(citation.record), citation.label))
            for citation in citations[FOLDED:]
        ]
        linked = [element("ol", *links, start=FOLDED + 1)] if links else []
        rest = f"残りの{len(citations) - FULL}件を開く"
        parts.append(fold(rest, *cards[FULL:], *linked, css="more"))
    return element("section", *parts, css="citations")


def answer_card(assistant: Assistant, answer: Answer) -> Html:
    """An answer with its kind, its citations and how the question was read."""
    parts = [element("p", KIND_NAMES[answer.kind], css=f"kind {answer.kind}")]
    if answer.number is not None:
        unit = element("span", answer.unit or "", css="unit")
        parts.append(element("p", figure(answer.number), unit, css="figure"))
    lines = [
        element("p", linked(assistant, line), css="text item" if line.startswith("・") else "text")
        for line in answer.text.split("\n")
        if not _in_table(answer, line)
    ]
    parts.extend(lines[:LINES])
    if len(lines) > LINES:
        parts.append(fold(f"続きの{len(lines) - LINES}行を開く", *lines[LINES:], css="more"))
    if answer.table and len(answer.table.rows) > 1:
        parts.append(breakdown(answer.table))
    if answer.interpretation:
        name = element("strong", "読み取り方：")
        parts.append(element("p", name, answer.interpretation, css="interpretation"))
    parts.append(citation_list(assistant, answer.citations, "根拠"))
    parts.append(citation_list(assistant, answer.related, "関連（答えそのものではありません）"))
    return element("article", *parts, css="answer")


def _in_table(answer: Answer, line: str) -> bool:
    """Whether a line only repeats a row of the table that is drawn below the text."""
    if answer.table is None or len(answer.table.rows) < 2 or not line.startswith("・"):
        return False
    return any(line.startswith(f"・{label}：") for label, _ in answer.table.rows)


def linked(assistant: Assistant, line: str) -> Html:
    """``line`` with every number of an agreement as a link to its page."""
    parts: list[str] = []
    end = 0
    for match in _NUMBER.finditer(line):
        agreement = assistant.agreements.get(int(match[1]))
        if agreement is not None:
            address = link(record_address(agreement.id), match.group())
            parts += [line[end : match.start()], address]
            end = match.end()
    return joined([*parts, line[end:]])


def breakdown(table: Breakdown) -> Html:
    """A table whose figures are also drawn as bars, so that it can be read and looked at."""
    most = max((value for _, value in table.rows), default=0.0)
    rows = [
        element(
            "tr",
            element("th", label, scope="row"),
            element("td", f"{figure(value)}{table.unit}"),
            element("td", _bar(value / most if most > 0 else 0.0), aria_hidden="true"),
        )
        for label, value in table.rows
    ]
    head = element(
        "tr",
        element("th", table.heading, scope="col"),
        element("th", "値", scope="col"),
        element("td", aria_hidden="true"),
    )
    shown = [element("table", element("thead", head), element("tbody", *rows[:BARS]))]
    if len(rows) > BARS:
        rest = element("table", element("tbody", *rows[BARS:]))
        shown.append(fold(f"続きの{len(rows) - BARS}行を開く", rest, css="more"))
    return element("div", *shown, css="breakdown")


def _bar(share: float) -> Html:
    return element("span", css="bar", style=f"width: {max(share, 0) * 100:.1f}%")


def agreement_line(agreement: Agreement) -> Html:
    """An agreement in a list: a link with partner, date and section."""
    who = "、".join(agreement.partners)
    return joined(
        [
            link(record_address(agreement.id), record_title(agreement)),
            element(
                "span",
                f"{who}・{era_date(agreement.concluded)}締結・{agreement.section}",
                css="who",
            ),
        ]
    )


def figure(number: float) -> str:
    """``92``, ``1,234``, ``27.96``."""
    return f"{int(number):,}" if number == int(number) else f"{number:,.10g}"


def _items(names: Sequence[str]) -> Html:
    if len(names) == 1:
        return escaped(names[0])
    return element("ul", *(element("li", name) for name in names))


def _text(text: str) -> Html:
    return element("div", text, css="text") if text else Html("")


def _line(text: str) -> str:
    return " ".join(text.split())
