"""Words that carry a question but say nothing about its topic, and words about the table itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from index.tokens import Token

_EMPTY_PARTS = (
    "代名詞",
    "副詞",
    "感動詞",
    "連体詞",
    "接続詞",
    "接頭辞",
    "接尾辞",
    "動詞-非自立可能",
    "名詞-助動詞語幹",
    "形状詞-助動詞語幹",
)


def says_something(token: Token) -> bool:
    """Whether a token tells a topic, rather than that something is asked."""
    if token.pos.startswith(_EMPTY_PARTS):
        return False
    words = question_words()
    if token.surface.isascii():
        return token.surface not in words["english"]
    return token.term not in words["asking"]


def is_about_table(token: Token) -> bool:
    """Whether a token speaks of the table (件, 部局, 締結) rather than of what is agreed."""
    table = question_words()["table"]
    return token.term in table or token.surface in table


@cache
def question_words() -> Mapping[str, frozenset[str]]:
    """Such words by kind, as the analyser cuts them; from ``index/data/question_words.toml``."""
    path = files("index").joinpath("data/question_words.toml")
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    return {kind: frozenset(listed) for kind, listed in words.items()}
