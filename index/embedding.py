"""Text to vectors: the one protocol, and the embedded default that needs no network and no torch.

The default averages word vectors, each weighted by how rare its word is, takes off what all
passages have in common, and scales to length 1. Any sentence-transformers model can stand in its
place (:mod:`index.transformer`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index import word_vectors
from index.tokens import dictionary_version, terms
from index.vocabulary import Vocabulary
from index.word_vectors import WordVectors

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""

WORDS = "words"
"""The name of the embedded default."""


class Embedder(Protocol):
    """Turns passages and questions into vectors of length 1, comparable by inner product."""

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text would get another vector."""
        ...

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of passages, shape (texts, dimension)."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (texts, dimension)."""
        ...


class WordEmbedder:
    """The embedded default: rarity-weighted mean of word vectors, common part removed.

    Args:
        words: the word vectors.
        vocabulary: says how rare a term is among the passages.
        common: (dimension,) the passages' mean vector, taken off every vector; zeros before
            :meth:`fitted` has measured it.
    """

    def __init__(
        self, words: WordVectors, vocabulary: Vocabulary, common: Vectors | None = None
    ) -> None:
        self._words = words
        self._vocabulary = vocabulary
        self.common: Vectors = (
            np.zeros(words.dimension, dtype=np.float32) if common is None else common
        )
        self._measured: dict[str, Vectors] = {}

    def fitted(self, texts: Sequence[str]) -> WordEmbedder:
        """The same embedder with the common part measured on ``texts``."""
        common = self._raw(texts).mean(axis=0) if texts else None
        return WordEmbedder(self._words, self._vocabulary, common)

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self._words.dimension

    @property
    def fingerprint(self) -> str:
        """Package and dictionary versions, and what was measured on the corpus."""
        measured = f"{hash_text(self.common.tobytes())} {self._vocabulary.passages}"
        return f"{WORDS}: {word_vectors.fingerprint()}, {dictionary_version()}, {measured}"

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of passages, shape (texts, dimension); zeros where no word is known."""
        if progress:
            progress(0, len(texts))
        vectors = self.embed_questions(texts)
        if progress:
            progress(len(texts), len(texts))
        return vectors

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (texts, dimension); zeros where no word is known."""
        if self._measured and all(text in self._measured for text in texts):
            raw = np.array([self._measured[text] for text in texts], dtype=np.float32)
            raw = raw.reshape(len(texts), self.dimension)
        else:
            raw = self._raw(texts)
        known = raw.any(axis=1, keepdims=True)
        return unit_length(np.where(known, raw - self.common, 0).astype(np.float32))

    def _raw(self, texts: Sequence[str]) -> Vectors:
        """Rarity-weighted means of the texts' word vectors, each of length 1 (or 0)."""
        counted = [Counter(terms(text)) for text in texts]
        weighted = {term: self._weighted(term) for term in set().union(*counted)}
        means = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, counts in enumerate(counted):
            for term, count in counts.items():
                means[row] += count * weighted[term]
        return unit_length(means)

    def _weighted(self, term: str) -> Vectors:
        vector = self._words.vector(term)
        if vector is None:
            return np.zeros(self.dimension, dtype=np.float32)
        return self._vocabulary.rarity(term) * vector


def unit_length(vectors: Vectors) -> Vectors:
    """``vectors``, shape (n, dimension), scaled to length 1; zero vectors stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return scaled


def hash_text(content: bytes) -> str:
    """A short name for ``content``: 16 hexadecimal digits of its BLAKE2b digest."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()
