"""The shortest passage of a record that carries the answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from math import fsum

from assistant.citations import record_quote
from index.records import Agreement, Record
from index.thesaurus import PhraseTable
from index.tokens import terms
from index.vocabulary import Vocabulary

COLUMNS = ("title", "content", "purpose", "partner")
_SENTENCE = re.compile(r"[^。\n]+。?")
_MARK = re.compile(r"^[\s　]*(?:- )?[・●○◯▶►]?")


def best_quote(
    record: Record,
    wanted: Collection[str],
    vocabulary: Vocabulary,
    table: PhraseTable,
    *,
    columns: Sequence[str] = COLUMNS,
) -> str:
    """The sentence or list item of ``record`` that meets most of ``wanted``.

    Args:
        record: what to quote from.
        wanted: the question's terms.
        vocabulary: says how rare a term is.
        table: the thesaurus; a sentence also meets a term by naming its concept.
        columns: the columns of an agreement to quote from.

    Returns:
        Text as it stands in the record; a sentence that comes first wins a tie.
    """
    asked = set(wanted)
    concepts = {mention.concept for mention in table.find(list(wanted))}
    best, best_score = record_quote(record), 0.0
    for piece in _pieces(record, columns):
        cut = _terms(piece)
        # The exact sum, which doesn't hang on the order of a set.
        score = fsum(vocabulary.rarity(term) for term in asked.intersection(cut))
        score += sum(2.0 for m in table.find(cut) if m.concept in concepts)
        if score > best_score:
            best, best_score = piece, score
    return best


@lru_cache(maxsize=4_096)
def _terms(piece: str) -> tuple[str, ...]:
    """The terms of a piece of a record, of which there are few: cut once."""
    return tuple(terms(piece))


def _pieces(record: Record, columns: Sequence[str]) -> list[str]:
    if isinstance(record, Agreement):
        return [piece for column in columns for piece in sentences(getattr(record, column))]
    return sentences(record_quote(record))


# How lists are marked, from the outermost mark in: 【…】, (1), ①, ・.
_LEVELS = (
    re.compile(r"[【〔\[■◆○●〇]"),
    re.compile(
        r"第?[(（]?(?:[0-9０-９]{1,2}|[⑴-⒇]|[一二三四五六七八九十])(?:[)）．.、 　]|(?<=[⑴-⒇]))"
    ),
    re.compile(r"[①-⑳㈠-㈩]|[(（]?[ア-ンa-z][)）．. 　]"),
    re.compile(r"[・‐―\-ー]"),
)
# 「次に掲げる施設」: what is meant stands in the list after it.
_ANNOUNCES = re.compile(
    r"次に掲げる|次の(?:各号|とおり|通り|事項|業務|内容|施設|もの)|以下の|下記の"
)


def heading_of(text: str, quote: str) -> str:
    """The line of a list that its item ``quote`` stands under; empty if there is none."""
    lines = [line.strip() for line in text.split("\n")]
    at = next((n for n, line in enumerate(lines) if quote.strip() in line), None)
    level = _level(lines[at]) if at is not None else None
    if at is None or not level:
        return ""
    above = (
        line for line in reversed(lines[:at]) if (own := _level(line)) is not None and own < level
    )
    return next(above, "")


def with_items(text: str, quote: str) -> str:
    """``quote`` with the list that it announces, as ``text`` goes on; else ``quote``."""
    start = text.find(quote)
    if start < 0 or not _ANNOUNCES.search(quote):
        return quote
    end = start + len(quote)
    marked = [_level(line.strip()) is not None for line in text[end:].split("\n")]
    # The list begins on the line after the passage.
    if not any(marked[1:2]):
        return quote
    last = next((n for n, is_item in enumerate(marked[1:], 1) if not is_item), len(marked))
    return text[start : end + len("\n".join(text[end:].split("\n")[:last]))]


def _level(line: str) -> int | None:
    return next((n for n, mark in enumerate(_LEVELS) if mark.match(line)), None)


def sentences(text: str) -> list[str]:
    """The sentences and lines of ``text``, in order, without their list marks."""
    found = (_MARK.sub("", match.group()).strip() for match in _SENTENCE.finditer(text))
    return [sentence for sentence in found if sentence]
