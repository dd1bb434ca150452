"""Which terms the passages hold, in which field, and how rare each one is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.records import Passage
from index.tokens import terms

PassageTerms = Mapping[str, Sequence[str]]
"""A passage's terms by field, in order, repeats kept."""


def passage_terms(passage: Passage) -> dict[str, list[str]]:
    """Tokenize each field of ``passage``."""
    return {name: terms(text) for name, text in passage.fields}


@dataclass(frozen=True)
class Vocabulary:
    """All terms of a corpus, sorted, each with the number of passages that hold it."""

    terms: tuple[str, ...]
    document_frequency: tuple[int, ...]
    passages: int

    @cached_property
    def ids(self) -> dict[str, int]:
        """A term's position in :attr:`terms`."""
        return {term: position for position, term in enumerate(self.terms)}

    def frequency(self, term: str) -> int:
        """How many passages hold ``term``; 0 for one that none holds."""
        position = self.ids.get(term)
        return 0 if position is None else self.document_frequency[position]

    def rarity(self, term: str) -> float:
        """Inverse document frequency as BM25 has it: ``ln(1 + (N - n + 0.5) / (n + 0.5))``."""
        held = self.frequency(term)
        return math.log(1 + (self.passages - held + 0.5) / (held + 0.5))


def make_vocabulary(tokenized: Sequence[PassageTerms]) -> Vocabulary:
    """Count terms over the passages' terms (each passage counts once per term)."""
    held: Counter[str] = Counter()
    for fields in tokenized:
        held.update({term for field in fields.values() for term in field})
    ordered = sorted(held)
    return Vocabulary(tuple(ordered), tuple(held[term] for term in ordered), len(tokenized))
