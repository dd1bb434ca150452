"""似た協定をさがす: agreements like a given one, and what they share with it."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.engine import Assistant
from assistant.pages.cards import agreement_line, agreement_rows, record_title
from assistant.pages.finding import find, search_form
from assistant.pages.layout import heading, write
from assistant.pages.markup import Html, address_of, element, fold, link, notice
from assistant.pages.serving import ready
from assistant.results import Hit
from index.errors import RequestError
from index.records import Agreement

SHOWN = 10


def show() -> None:
    """Draw the screen."""
    assistant = ready()
    heading(
        "似た協定をさがす",
        "もとになる協定を選ぶと、約束している内容の近い協定を、共通点とともに近い順に示します。",
    )
    asked = search_form("協定の番号・相手方・名称", "例：No.94", "さがす")
    if not asked:
        return
    try:
        found = find(assistant, asked)
    except RequestError as error:
        write(notice(str(error)))
        return
    if len(found.agreements) == 1:
        _show_similar(assistant, found.agreements[0])
    elif found.agreements:
        write(element("h2", f"どの協定ですか（{len(found.agreements)}件）"))
        write(_choice(found.agreements))
    else:
        write(notice("その名前の協定は見つかりませんでした。番号や、名前の一部で試してください。"))
        if found.near:
            write(element("h2", "もしかすると"), _choice(found.near))


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
        element("ol", *(_hit(assistant, hit) for hit in others), css="hits"),
    )


def _hit(assistant: Assistant, hit: Hit) -> Html:
    agreement = _agreement(hit)
    family = assistant.comparer.family(agreement.no)
    copies = [assistant.agreement(no) for no in family if no != agreement.no]
    shared = element("ul", *(element("li", text) for text in hit.shared), css="shared")
    document = assistant.index.documents[agreement.document]
    parts = [agreement_line(agreement), element("p", "共通点", css="caption"), shared]
    parts.append(fold("内容を見る", agreement_rows(agreement, document)))
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
