"""似た協定をさがす: agreements like a given one, and what they share with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from assistant.contrast import Likeness, Part, contrast
from assistant.engine import Assistant
from assistant.pages.cards import agreement_line, agreement_rows, record_title
from assistant.pages.finding import find, search_form
from assistant.pages.layout import heading, write
from assistant.pages.markup import (
    Html,
    address_of,
    element,
    fold,
    link,
    notice,
    record_address,
)
from assistant.pages.serving import opened
from assistant.results import Hit
from index.errors import RequestError
from index.records import Agreement

SHOWN = 10
LONGEST_NUMBER = 9
MARKS: Mapping[Likeness, str] = {"same": "＝ 同じ", "alike": "≒ 近い", "different": "≠ 違う"}


def show() -> None:
    """Draw the screen."""
    assistant = opened()
    heading(
        "似た協定をさがす",
        "もとになる協定を選ぶか、さがしたい内容を文章で書くと、近い協定を、その理由とともに近い順に示します。",
    )
    asked = search_form(
        "協定の番号・相手方・名称、または内容の説明", "例：No.94、停電のときの電気", "さがす"
    )
    if not asked:
        return
    try:
        found = find(assistant, asked)
    except RequestError as error:
        write(notice(str(error)))
        return
    if len(found.agreements) == 1:
        other = _other(assistant, found.agreements[0])
        if other is None:
            _show_similar(assistant, found.agreements[0])
        else:
            _show_beside(found.agreements[0], other)
    elif found.agreements:
        write(element("h2", f"どの協定ですか（{len(found.agreements)}件）"))
        write(_choice(found.agreements))
    else:
        _show_described(assistant, asked)


def _show_similar(assistant: Assistant, agreement: Agreement) -> None:
    family = assistant.comparer.family(agreement.no)
    copies = [assistant.agreement(no) for no in family if no != agreement.no]
    document = assistant.index.documents[agreement.document]
    write(
        element("h2", f"もとの協定：{record_title(agreement)}"),
        fold("この協定の内容", agreement_rows(agreement, document), css="citation"),
    )
    if copies:
        write(
            fold(
                f"ほぼ同じ文面の協定（{len(copies)}件）",
                _list(copies),
                css="citation",
            )
        )
    hits = assistant.similar(agreement.no, SHOWN + len(copies))
    others = [hit for hit in hits if _agreement(hit).no not in family][:SHOWN]
    if not others:
        write(notice("似た協定は見つかりませんでした。"))
        return
    write(
        element("h2", "似た協定（近い順）"),
        element("ol", *(_hit(assistant, agreement, hit) for hit in others), css="hits"),
    )


def _show_described(assistant: Assistant, asked: str) -> None:
    """Agreements for a description in the visitor's own words."""
    hits = [hit for hit in assistant.search(asked, SHOWN * 3) if isinstance(hit.record, Agreement)]
    if not hits:
        write(notice("近い協定は見つかりませんでした。別の言葉か、協定の番号で試してください。"))
        return
    cards = []
    for hit in hits[:SHOWN]:
        agreement = _agreement(hit)
        reasons = element("ul", *(element("li", text) for text in hit.found_by), css="shared")
        like = link(address_of("similar", q=f"No.{agreement.no}"), "この協定に似たものをさがす")
        parts = [
            agreement_line(agreement),
            element("p", "見つけた手がかり", css="caption"),
            reasons,
        ]
        cards.append(element("li", *parts, element("p", like, css="links"), css="card"))
    write(
        element("h2", "説明に近い協定（近い順）"),
        notice("その名前の協定はないため、文章の内容からさがしました。"),
        element("ol", *cards, css="hits"),
    )


def _other(assistant: Assistant, agreement: Agreement) -> Agreement | None:
    """The agreement that the address wants beside this one, if there is such a one."""
    number = st.query_params.get("with", "")
    # Python reads no number of thousands of digits.
    is_number = number.isdecimal() and len(number) <= LONGEST_NUMBER
    other = assistant.agreements.get(int(number)) if is_number else None
    return None if other is agreement else other


def _show_beside(left: Agreement, right: Agreement) -> None:
    """Two agreements side by side."""
    heads = [
        element("th", link(record_address(one.id), record_title(one)), scope="col")
        for one in (left, right)
    ]
    rows = [
        element(
            "tr",
            element("th", column.name, element("span", MARKS[column.likeness]), scope="row"),
            *(element("td", *map(_part, side)) for side in (column.left, column.right)),
        )
        for column in contrast(left, right)
    ]
    write(
        element("h2", "2つの協定を並べる"),
        element(
            "table",
            element("caption", "同じ・ほぼ同じ・違うところを、文ごとに印で示します。"),
            element("thead", element("tr", element("th", "項目", scope="col"), *heads)),
            element("tbody", *rows),
            css="beside-table",
        ),
        element(
            "p",
            link(address_of("similar", q=f"No.{left.no}"), f"No.{left.no} に似た協定へ戻る"),
            css="links",
        ),
    )


def _part(part: Part) -> Html:
    return element(
        "p", element("span", MARKS[part.likeness], css="mark"), part.text, css=part.likeness
    )


def _hit(assistant: Assistant, base: Agreement, hit: Hit) -> Html:
    agreement = _agreement(hit)
    family = assistant.comparer.family(agreement.no)
    copies = [assistant.agreement(no) for no in family if no != agreement.no]
    shared = element("ul", *(element("li", text) for text in hit.shared), css="shared")
    document = assistant.index.documents[agreement.document]
    parts = [agreement_line(agreement), element("p", "共通点", css="caption"), shared]
    beside = address_of("similar", q=f"No.{base.no}", **{"with": agreement.no})
    parts.append(fold("内容を見る", agreement_rows(agreement, document)))
    parts.append(element("p", link(beside, f"No.{base.no} と並べて比べる"), css="links"))
    if copies:
        parts.append(fold(f"これとほぼ同じ文面の協定（{len(copies)}件）", _list(copies)))
    return element("li", *parts, css="card")


def _agreement(hit: Hit) -> Agreement:
    if not isinstance(hit.record, Agreement):
        raise TypeError(f"not an agreement: {hit.record.id}")
    return hit.record


def _choice(agreements: Iterable[Agreement]) -> Html:
    links = (
        link(address_of("similar", q=f"No.{agreement.no}"), record_title(agreement))
        for agreement in agreements
    )
    return element("ul", *(element("li", one) for one in links), css="choice")


def _list(agreements: Iterable[Agreement]) -> Html:
    return element("ul", *(element("li", agreement_line(one)) for one in agreements), css="choice")
