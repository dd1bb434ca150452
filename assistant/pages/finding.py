"""Agreements by number, partner or title, as people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import streamlit as st

from assistant.engine import Assistant
from assistant.question import clean
from index.normalization import without_space
from index.records import Agreement

_NUMBER = re.compile(r"(?:no\.?|№|番号)? ?(\d{1,9}) ?番?")
_BETWEEN = re.compile(r"[、,，]")
NEAR = 5


@dataclass(frozen=True)
class Found:
    """Agreements that were asked for; ``near`` when none is so named, but some are close."""

    agreements: tuple[Agreement, ...]
    near: tuple[Agreement, ...] = ()


def find(assistant: Assistant, text: str) -> Found:
    """The agreements that ``text`` names: numbers, or part of a partner's name or of a title.

    Raises:
        RequestError: if the text is empty or too long, or a number doesn't exist.
    """
    asked = clean(text)
    numbers = [_NUMBER.fullmatch(part.strip()) for part in _BETWEEN.split(asked)]
    if all(numbers):
        wanted = dict.fromkeys(int(match[1]) for match in numbers if match)
        return Found(tuple(assistant.agreement(no) for no in wanted))
    plain = without_space(asked)
    named = tuple(
        agreement
        for agreement in assistant.agreements.values()
        if plain in without_space(agreement.title) or plain in without_space(agreement.partner)
    )
    if named:
        return Found(named)
    hits = (hit.record for hit in assistant.search(asked, NEAR * 2))
    return Found((), tuple(record for record in hits if isinstance(record, Agreement))[:NEAR])


def search_form(label: str, example: str, button: str) -> str:
    """A field with a button, the same as ``?q=`` of the address; gives what is asked for."""
    linked = st.query_params.get("q", "")
    # A new address (link, Back) brings a new field: it shows what the address asks for.
    with st.form(f"search-{linked[:50]}", border=False):
        text = st.text_input(label, value=linked, placeholder=example, key=f"q-{linked}")
        if st.form_submit_button(button, type="primary") and text != linked:
            st.query_params["q"] = text
    return text
