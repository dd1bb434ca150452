"""出典を引く: an agreement's citation, ready to paste, with the lines it stands on."""

from __future__ import annotations

from urllib.parse import urljoin

import streamlit as st

from assistant.citations import format_citations
from assistant.engine import Assistant
from assistant.pages.cards import agreement_line, record_title
from assistant.pages.finding import find, search_form
from assistant.pages.layout import heading, write
from assistant.pages.markup import element, fold, notice, record_address
from assistant.pages.serving import opened
from assistant.pages.source import source_view
from index.errors import RequestError
from index.records import Agreement

FORMATS = {"文章": "text", "Markdown": "markdown", "CSL-JSON（文献管理ソフト用）": "csl-json"}
SHOWN = 10


def show() -> None:
    """Draw the screen."""
    assistant = opened()
    heading(
        "出典を引く",
        "協定の出典を、起案や記事にそのまま貼り付けられる形で示します。",
    )
    asked = search_form("協定の番号・相手方・名称", "例：No.94、109　または　ヤフー", "引く")
    if not asked:
        return
    try:
        found = find(assistant, asked)
    except RequestError as error:
        write(notice(str(error)))
        return
    agreements = found.agreements
    if not agreements:
        write(notice("その名前の協定は見つかりませんでした。番号や、名前の一部で試してください。"))
        agreements = found.near
        if agreements:
            write(element("h2", "近い内容の協定"))
    if not agreements:
        return
    style = st.radio("形式", list(FORMATS), horizontal=True)
    for agreement in agreements[:SHOWN]:
        _show_citation(assistant, agreement, FORMATS[style])
    rest = agreements[SHOWN:]
    if rest:
        lines = (element("li", agreement_line(agreement)) for agreement in rest)
        write(fold(f"残りの{len(rest)}件", element("ul", *lines, css="choice"), css="citation"))


def permanent(record: str) -> str:
    """A record's full address, as others can open it."""
    return urljoin(st.context.url or "", record_address(record))


def _show_citation(assistant: Assistant, agreement: Agreement, style: str) -> None:
    documents = assistant.index.documents
    write(element("h2", record_title(agreement)))
    st.code(format_citations([agreement], documents, style), language=None, wrap_lines=True)
    write(element("p", "固定リンク", css="caption"))
    st.code(permanent(agreement.id), language=None, wrap_lines=True)
    document = documents[agreement.document]
    write(
        fold(
            "原文の行を見る",
            source_view(document, agreement.span, agreement.title, whole=True),
            css="citation",
        )
    )
