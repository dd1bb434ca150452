"""Runs of nouns in a question, and whether they tell one thing from others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.stopwords import is_about_table, says_something
from index.tokens import Token, tokenize


def noun_phrases(text: str) -> Iterable[list[Token]]:
    """Runs of nouns that nothing parts."""
    run: list[Token] = []
    for token in tokenize(text):
        noun = token.pos.startswith(("名詞-普通名詞", "名詞-固有名詞", "接頭辞", "接尾辞-名詞的"))
        if run and (not noun or text[run[-1].end : token.start] not in ("", "・", "-", "&")):
            yield run
            run = []
        if noun:
            run.append(token)
    if run:
        yield run


def joined_ends(text: str, position: int) -> list[int]:
    """Where the nouns end that ``text`` joins to a word that ends at ``position``."""
    if position == len(text) or not text[position].isalnum():
        return []
    for phrase in noun_phrases(text):
        if phrase[0].start < position < phrase[-1].end:
            return [token.end for token in phrase if token.start >= position]
    return []


def is_noun_phrase(text: str) -> bool:
    """Whether ``text`` is a run of nouns and nothing else."""
    phrases = list(noun_phrases(text))
    return len(phrases) == 1 and "".join(t.surface for t in phrases[0]) == text


def is_telling(phrase: Sequence[Token]) -> bool:
    """Whether a phrase tells one partner from others: 開発建設部 does, 会社 and 地域 don't."""
    content = [t for t in phrase if says_something(t) and not is_about_table(t)]
    proper = any(token.pos.endswith("固有名詞") for token in content)
    return proper or len(content) > 1 or any(len(t.surface) > 3 for t in content)
