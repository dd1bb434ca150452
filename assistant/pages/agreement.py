"""協定: one record behind its permanent address, ``agreement?id=asahikawa-agreements/94``."""

from __future__ import annotations

import streamlit as st

from assistant.engine import Assistant
from assistant.pages.cards import record_card, record_links, record_title
from assistant.pages.cite import permanent
from assistant.pages.layout import heading, write
from assistant.pages.markup import Html, address_of, element, joined, link, notice, record_address
from assistant.pages.serving import opened
from index.records import Agreement


def show() -> None:
    """Draw the screen."""
    assistant = opened()
    wanted = st.query_params.get("id", "")
    record = assistant.index.records.get(wanted)
    if record is None:
        heading("協定", "協定を1件ずつ、原文の行とともに示します。")
        if wanted:
            write(notice(f"「{wanted[:100]}」という記録はありません。番号を確かめてください。"))
        write(element("p", link(address_of("cite"), "番号・相手方・名称でさがす"), css="links"))
        return
    document = assistant.index.documents[record.span.document]
    heading(record_title(record), document.title)
    write(record_links(record, itself=False), record_card(assistant, record))
    write(element("p", "固定リンク（コピーして、メールや資料に貼れます）", css="caption"))
    st.code(permanent(record.id), language=None, wrap_lines=True)
    if isinstance(record, Agreement):
        write(_neighbours(assistant, record))


def _neighbours(assistant: Assistant, agreement: Agreement) -> Html:
    """Links to the agreements before and after this one."""
    numbers = list(assistant.agreements)
    at = numbers.index(agreement.no)
    beside = []
    if at > 0:
        before = assistant.agreement(numbers[at - 1])
        beside.append(link(record_address(before.id), f"← 前：{record_title(before)}"))
    if at + 1 < len(numbers):
        after = assistant.agreement(numbers[at + 1])
        beside.append(link(record_address(after.id), f"次：{record_title(after)} →"))
    return element("nav", joined(beside), css="neighbours", aria_label="前後の協定")
