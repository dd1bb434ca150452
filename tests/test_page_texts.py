"""Texts on the page: never markup, and quotes marked where they stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import Reader

from assistant.citations import bare
from assistant.engine import Assistant
from assistant.pages.cards import figure
from assistant.pages.markup import element, escaped, link, record_address
from assistant.pages.source import locate, source_view
from assistant.places import PROJECT
from index.records import SourceSpan

# Markup and escaping


@given(st.text(alphabet=st.sampled_from("<>&\"'=/ abcimgonerror;#x0\\`$:[]()")))
def test_no_text_becomes_an_element_or_an_attribute(text: str) -> None:
    made = Reader(element("p", text, element("b", text), title=text))
    assert made.elements == [("p", {"title": text}), ("b", {})]
    assert made.text() == text + text


def test_marks_that_turn_the_direction_of_text_or_cannot_be_seen_are_left_out() -> None:
    assert escaped("a\u202eb\u2066c\x00d\x9be\n\tf\ud800") == "abcde\n\tf\ufffd"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//example.com", "https://example.com/", "../x", "", "a/b"]
)
def test_a_link_that_leads_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        link(address, "押す")


def test_a_record_address_survives_any_id() -> None:
    address = record_address("biei-compact/小児二次救急医療の連携/乙&x=1")
    assert address == (
        "agreement?id=biei-compact/"
        "%E5%B0%8F%E5%85%90%E4%BA%8C%E6%AC%A1%E6%95%91%E6%80%A5%E5%8C%BB%E7%99%82"
        "%E3%81%AE%E9%80%A3%E6%90%BA/%E4%B9%99%26x%3D1"
    )


@pytest.mark.parametrize(
    ("number", "shown"), [(92.0, "92"), (1234.0, "1,234"), (27.96, "27.96"), (-3.5, "-3.5")]
)
def test_figures_are_written_plainly(number: float, shown: str) -> None:
    assert figure(number) == shown


# Quotes in their documents


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("協定の 相手\n　方は", "相手方", "相手\n　方"),
        ("約**25**件", "約25件", "約**25**件"),
        ("<p>物資</p>の供給", "物資の供給", "物資</p>の供給"),
        ("125 と 25 件", "25", "25"),
        ("125", "25", "25"),
        ("協定", "協約", None),
        ("協定", " ", None),
    ],
)
def test_a_quote_is_found_with_white_space_and_markup_aside(
    text: str, quote: str, found: str | None
) -> None:
    place = locate(text, quote)
    assert (place and text[slice(*place)]) == found


def test_a_figure_by_itself_is_preferred_to_one_within_another() -> None:
    assert locate("125 と 25 件", "25") == (6, 8)


@given(st.lists(st.sampled_from(["協定", " ", "\n", "**", "<p>", "--", "25", "の"]), max_size=12))
def test_what_is_located_is_the_quote(pieces: list[str]) -> None:
    text = "".join(pieces)
    for start in range(len(pieces)):
        quote = "".join(pieces[start : start + 3])
        place = locate(text, quote)
        if place is not None:
            assert bare(text[slice(*place)]) == bare(quote)
        else:
            assert not bare(quote) or bare(quote) not in bare(text)


def test_only_the_quote_is_marked_and_lines_keep_their_numbers(assistant: Assistant) -> None:
    document = assistant.index.documents["asahikawa-agreements"]
    lines = (PROJECT / "seeds" / document.file).read_text(encoding="utf-8").split("\n")
    record = assistant.agreement(94)
    view = Reader(source_view(document, record.span, record.title, whole=True))
    (listed,) = [attributes for tag, attributes in view.elements if tag == "ol"]
    first = int(listed["start"] or "0")
    assert (first, record.span.first_line) == (1228, 1230)
    assert view.text("mark") == "災害時等における給電車による電力供給に関する協定"
    shown = re.sub(r"\s", "", view.text("li") + view.text("mark"))
    assert sorted(shown) == sorted(re.sub(r"\s", "", "".join(lines[1227:1244])))
    assert "✓ 原文一致" in view.text("strong")


def test_a_quote_that_does_not_stand_there_is_said_not_to(assistant: Assistant) -> None:
    document = assistant.index.documents["asahikawa-agreements"]
    view = Reader(source_view(document, SourceSpan(document.key, 1, 3), "猫", whole=True))
    assert "✕ 原文と一致しません" in view.text("strong")
    assert view.text("mark") == ""


def test_every_agreement_title_is_marked_in_its_lines(assistant: Assistant) -> None:
    for agreement in assistant.agreements.values():
        document = assistant.index.documents[agreement.document]
        view = Reader(source_view(document, agreement.span, agreement.title, whole=False))
        assert bare(view.text("mark")) == bare(agreement.title), agreement.id
