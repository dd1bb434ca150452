"""How well a question's terms are met in each passage: the scores that BM25 and vectors can't give.

Late interaction: every term of the question looks for its best match in the passage, be it the
same term, a phrase of the same concept, or a similar word. Character pairs: what is shared below
the level of words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.normalization import without_space
from index.thesaurus import NARROWER, RELATED, SAME, Mention, PhraseTable
from index.vocabulary import PassageTerms, Vocabulary
from index.word_vectors import WordVectors

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

RELATION_WEIGHT: Mapping[str, float] = {SAME: 1.0, NARROWER: 0.7, RELATED: 0.4}
# A question that names a kind of something asks less for the thing in general.
TRIGGER_WEIGHT: Mapping[str, float] = {SAME: 1.0, NARROWER: 0.35, RELATED: 0.2}
# Below this cosine two words of the embedded table are as good as unrelated.
SIMILAR = 0.4


class TermMatcher:
    """Best match of each question term in every passage.

    Args:
        vocabulary: the passages' terms.
        passages: each passage's terms by field.
        words: word vectors.
        field_weights: how much a match in a field counts, at most 1 for the best field.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        passages: Sequence[PassageTerms],
        words: WordVectors,
        field_weights: Mapping[str, float],
    ) -> None:
        self._ids = vocabulary.ids
        self._words = words
        self._vectors = self.vectors_of(vocabulary.terms)
        ids: list[int] = []
        weights: list[float] = []
        starts: list[int] = []
        for fields in passages:
            best: dict[int, float] = {}
            for name, terms in fields.items():
                for term in terms:
                    number = self._ids[term]
                    best[number] = max(best.get(number, 0.0), field_weights[name])
            starts.append(len(ids))
            ids.extend(best or {0: 0.0})
            weights.extend(best.values() if best else (0.0,))
        self._flat_ids = np.array(ids, dtype=np.int64)
        self._flat_weights = np.array(weights, dtype=np.float32)
        self._starts = np.array(starts, dtype=np.int64)

    def vectors_of(self, terms: Sequence[str]) -> Floats:
        """Word vectors of ``terms``, shape (terms, dimension); zeros for unknown words."""
        vectors = np.zeros((len(terms), self._words.dimension), dtype=np.float32)
        for number, term in enumerate(terms):
            row = self._words.row(term)
            if row is not None:
                vectors[number] = self._words.vectors[row]
        return vectors

    def similarities(self, terms: Sequence[str]) -> Floats:
        """How similar each of ``terms`` is to each of the vocabulary, in 0…1.

        1 for the same term; for others the square of the cosine of their word vectors, where that
        is above :data:`SIMILAR`. Shape (terms, vocabulary).
        """
        cosines = self.vectors_of(terms) @ self._vectors.T
        similar: Floats = np.where(cosines > SIMILAR, cosines * cosines, 0).astype(np.float32)
        for number, term in enumerate(terms):
            same = self._ids.get(term)
            if same is not None:
                similar[number, same] = 1.0
        return similar

    def best(self, similarities: Floats) -> Floats:
        """Each term's best match in each passage, field weights applied.

        Args:
            similarities: shape (terms, vocabulary), as :meth:`similarities` gives them.

        Returns:
            Shape (terms, passages), in 0…1 if the field weights are.
        """
        spread = similarities[:, self._flat_ids] * self._flat_weights
        best: Floats = np.maximum.reduceat(spread, self._starts, axis=1)
        return best


class ConceptLinks:
    """Which passages name which concepts, and how closely.

    Args:
        table: the thesaurus.
        passages: each passage's terms by field.
    """

    def __init__(self, table: PhraseTable, passages: Sequence[PassageTerms]) -> None:
        found: dict[int, dict[int, float]] = defaultdict(dict)
        self._phrases: dict[tuple[int, int], str] = {}
        for row, fields in enumerate(passages):
            for terms in fields.values():
                for mention in table.find(terms):
                    links = found[mention.concept]
                    strength = RELATION_WEIGHT[mention.phrase.relation]
                    if strength > links.get(row, 0.0):
                        links[row] = strength
                        self._phrases[mention.concept, row] = mention.phrase.text
        self._links = {
            concept: (
                np.fromiter(links.keys(), np.int64, len(links)),
                np.fromiter(links.values(), np.float32, len(links)),
            )
            for concept, links in found.items()
        }
        self._passages = len(passages)

    def strengths(self, concept: int) -> Floats:
        """How closely each passage names ``concept``, shape (passages,), in 0…1."""
        strengths = np.zeros(self._passages, dtype=np.float32)
        if concept in self._links:
            rows, values = self._links[concept]
            strengths[rows] = values
        return strengths

    def phrase(self, concept: int, row: int) -> str | None:
        """The phrase by which passage ``row`` names ``concept`` most closely, if it does."""
        return self._phrases.get((concept, row))

    def rarity(self, concept: int) -> float:
        """Inverse document frequency of a concept; 0 for one that no passage names."""
        if concept not in self._links:
            return 0.0
        held = len(self._links[concept][0])
        return float(np.log1p((self._passages - held + 0.5) / (held + 0.5)))


class CharacterPairs:
    """Shared character pairs of a question and each passage, weighted by rarity.

    Args:
        texts: the passages' texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        holders: dict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(texts):
            for pair in pairs(text):
                holders[pair].append(row)
        self._holders = {pair: np.array(rows, dtype=np.int64) for pair, rows in holders.items()}
        self._passages = len(texts)

    def overlap(self, question: str) -> Floats:
        """The share of the question's pairs, by rarity, that each passage holds, in 0…1."""
        scores = np.zeros(self._passages, dtype=np.float32)
        whole = 0.0
        for pair in pairs(question):
            rows = self._holders.get(pair)
            held = 0 if rows is None else len(rows)
            rarity = float(np.log1p((self._passages - held + 0.5) / (held + 0.5)))
            whole += rarity
            if rows is not None:
                scores[rows] += rarity
        return scores / whole if whole else scores


def pairs(text: str) -> Counter[str]:
    """The character pairs of ``text`` that hold no punctuation and aren't all hiragana."""
    plain = without_space(text)
    return Counter(
        first + second
        for first, second in pairwise(plain)
        if first.isalnum() and second.isalnum() and not (_hiragana(first) and _hiragana(second))
    )


def trigger_strength(mention: Mention) -> float:
    """How surely a question that holds ``mention`` asks for its concept."""
    return TRIGGER_WEIGHT[mention.phrase.relation]


def _hiragana(char: str) -> bool:
    return "ぁ" <= char <= "ゟ"
