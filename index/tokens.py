"""Japanese text to tokens with offsets. The only importer of fugashi.

A Tagger isn't safe to share between threads, a token's features change under a later parse, and a
dropped Tagger leaks memory. So there is one Tagger per process, behind a lock, and features become
plain values before the lock is released.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import fugashi
import snowballstemmer

from index.normalization import normalize, normalized
from index.spelling import are_one_word, canonical, respell, respelled

_LOCK = threading.Lock()
_FUNCTION_WORDS = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白"})
_SPACES = re.compile("  +")
# Entries seen so far by their raw features, filled and read behind the lock.
_ENTRIES: dict[str, _Entry] = {}
_MAX_ENTRIES = 50_000


@dataclass(frozen=True, slots=True)
class Token:
    """A morpheme of the source text.

    ``term`` is what is indexed and matched; ``surface`` the normalized spelling; ``reading`` its
    katakana reading, empty where the dictionary has none; ``pos`` the two first levels of its part
    of speech; ``start`` and ``end`` bound it in the source text (end excluded).
    """

    term: str
    surface: str
    reading: str
    pos: str
    start: int
    end: int


@cache
def _tagger() -> fugashi.Tagger:
    return fugashi.Tagger()


def dictionary_version() -> str:
    """The versions that decide how text is cut: of analyser, dictionary and English stemmer."""
    names = ("fugashi", "unidic-lite", "snowballstemmer")
    return ", ".join(f"{name} {version(name)}" for name in names)


def tokenize(text: str) -> list[Token]:
    """All content tokens of ``text``, in order, without particles, auxiliaries and symbols."""
    normal = respelled(normalize(text))
    tokens: list[Token] = []
    position = 0
    for surface, entry in _morphemes(normal.text):
        start = normal.text.index(surface, position)
        position = start + len(surface)
        if entry.content:
            source_start, source_end = normal.source_range(start, position)
            term = entry.term or canonical(_stem(surface), entry.reading, entry.pos)
            tokens.append(Token(term, surface, entry.reading, entry.pos, source_start, source_end))
    return tokens


def terms(text: str) -> list[str]:
    """The terms of :func:`tokenize`, in order, repeats kept."""
    return [term for _, term in surfaces_and_terms(text)]


def surfaces_and_terms(text: str) -> list[tuple[str, str]]:
    """Surface and term of each token of :func:`tokenize`, in order; faster, without offsets."""
    return [
        (surface, entry.term or canonical(_stem(surface), entry.reading, entry.pos))
        for surface, entry in _morphemes(respell(normalized(text)))
        if entry.content
    ]


SHORTEST_STEM = 3


@cache
def _stemmer() -> Any:  # noqa: ANN401 - the library has no types
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=16_384)
def _stem(surface: str) -> str:
    """English words without their inflection; everything else as it is."""
    if not (surface.isascii() and surface.isalpha()):
        return surface
    with _LOCK:
        stem = str(_stemmer().stemWord(surface))
    # What an ending seems to be cut off from is no word: AED, AES, ING.
    return stem if len(stem) >= SHORTEST_STEM else surface


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the dictionary says of a morpheme; ``term`` is empty where its surface is the term."""

    content: bool
    term: str
    reading: str
    pos: str


def _morphemes(text: str) -> list[tuple[str, _Entry]]:
    # MeCab counts the bytes of white space before a morpheme in 16 bits, and loses what follows.
    spaced = _SPACES.sub(" ", text)
    with _LOCK:
        found = [(node.surface, _entry(node)) for node in _tagger()(spaced)]
    apart = [
        position
        for position, (one, other) in enumerate(pairwise(found))
        if are_one_word(one[0], other[0])
    ]
    for position in reversed(apart):
        word = found[position][0] + found[position + 1][0]
        found[position : position + 2] = [(word, _entry_alone(word))]
    return found


@cache
def _entry_alone(word: str) -> _Entry:
    with _LOCK:
        return _entry(_tagger()(word)[0])


def _entry(node: fugashi.UnidicNode) -> _Entry:
    # Reading a node's features costs more than parsing it, and the same entries recur.
    raw = node.feature_raw
    entry = _ENTRIES.get(raw)
    if entry is None:
        feature = node.feature
        lemma = "" if feature.pos2 == "固有名詞" else (feature.lemma or "")
        reading = feature.kana or ""
        pos = f"{feature.pos1}-{feature.pos2}"
        entry = _Entry(
            content=feature.pos1 not in _FUNCTION_WORDS,
            term=canonical(lemma.split("-")[0].lower(), reading, pos) if lemma else "",
            reading=reading,
            pos=pos,
        )
        if len(_ENTRIES) >= _MAX_ENTRIES:
            _ENTRIES.clear()
        _ENTRIES[raw] = entry
    return entry
