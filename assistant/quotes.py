"""The shortest passage of a record that carries the answer."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from assistant.citations import record_quote
from index.records import Agreement, Record
from index.thesaurus import PhraseTable
from index.tokens import terms
from index.vocabulary import Vocabulary

_SENTENCE = re.compile(r"[^。\n]+。?")
_MARK = re.compile(r"^[\s　]*(?:- )?[・●○◯▶►]?")


def best_quote(
    record: Record, wanted: Collection[str], vocabulary: Vocabulary, table: PhraseTable
) -> str:
    """The sentence or list item of ``record`` that meets most of ``wanted``.

    Args:
        record: what to quote from.
        wanted: the question's terms.
        vocabulary: says how rare a term is.
        table: the thesaurus; a sentence also meets a term by naming its concept.

    Returns:
        Text as it stands in the record; a sentence that comes first wins a tie.
    """
    asked = set(wanted)
    concepts = {mention.concept for mention in table.find(list(wanted))}
    best, best_score = record_quote(record), 0.0
    for piece in _pieces(record):
        cut = _terms(piece)
        score = sum(vocabulary.rarity(term) for term in asked.intersection(cut))
        score += sum(2.0 for m in table.find(cut) if m.concept in concepts)
        if score > best_score:
            best, best_score = piece, score
    return best


@lru_cache(maxsize=4_096)
def _terms(piece: str) -> tuple[str, ...]:
    """The terms of a piece of a record, of which there are few: cut once."""
    return tuple(terms(piece))


def _pieces(record: Record) -> list[str]:
    if isinstance(record, Agreement):
        columns = (record.title, record.content, record.purpose, record.partner)
        return [piece for text in columns for piece in sentences(text)]
    return sentences(record_quote(record))


def sentences(text: str) -> list[str]:
    """The sentences and lines of ``text``, in order, without their list marks."""
    found = (_MARK.sub("", match.group()).strip() for match in _SENTENCE.finditer(text))
    return [sentence for sentence in found if sentence]
