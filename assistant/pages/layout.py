"""What every screen has: its style, its heading, and how parts get onto it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import streamlit as st

from assistant.engine import Assistant
from assistant.pages.markup import Html, element
from index.eras import era_date

NAME = "連携協定アシスタント"
_STYLE = Path(__file__).with_name("style.css")
# Streamlit declares every page as English: screen readers would read Japanese with an English
# voice, and browsers choose Chinese glyphs. Nothing from outside enters this script.
_LANGUAGE = "<script>document.documentElement.lang = 'ja'</script>"


def write(*parts: Html) -> None:
    """Put ``parts`` onto the screen, below what is there."""
    st.html(element("div", *parts, css="renkei", lang="ja"))


def prepare() -> None:
    """Set the style and the language of the page."""
    st.set_page_config(page_title=NAME, layout="centered")
    st.html(_STYLE)
    st.html(_LANGUAGE, unsafe_allow_javascript=True)


def banner(assistant: Assistant) -> None:
    """Say what this is, of what and as of when."""
    documents = assistant.index.documents
    rows = Counter(agreement.document for agreement in assistant.agreements.values())
    held = [
        f"{documents[key].title}（{count:,}件、{era_date(documents[key].as_of)}現在）"
        for key, count in rows.items()
    ]
    others = len(documents) - len(rows)
    if others:
        held.append(f"ほか{others}つの文書" if held else f"{others}つの文書")
    write(
        element(
            "header",
            element("p", NAME, css="site"),
            element("p", f"{'、'.join(held)}を調べ、根拠となる原文の行を示して答えます。"),
            css="banner",
        )
    )


def heading(title: str, explanation: str) -> None:
    """A screen's heading, also for its window, and what can be done there."""
    st.set_page_config(page_title=f"{title}｜{NAME}")
    write(element("h1", title), element("p", explanation, css="lead"))


def show_from(selector: str, step: int) -> None:
    """Scroll so that the last element of ``selector`` begins on the screen, once for each ``step``.

    Args:
        selector: a CSS selector, written in the program: it becomes part of a script.
        step: a number that changes when there is something new to show.
    """
    st.html(
        f"<script data-step='{step:d}'>"
        f"[...document.querySelectorAll('{selector}')].at(-1)?.scrollIntoView()"
        "</script>",
        unsafe_allow_javascript=True,
    )
