"""Japanese text to tokens with offsets. The only importer of fugashi.

A Tagger isn't safe to share between threads, a token's features change under a later parse, and a
dropped Tagger leaks memory. So there is one Tagger per process, behind a lock, and features become
plain values before the lock is released.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import fugashi

from index.normalization import normalize

_LOCK = threading.Lock()
_FUNCTION_WORDS = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白"})
_SPACES = re.compile("  +")


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
    """The versions that decide how text is cut: of the analyser and of its dictionary."""
    return f"fugashi {version('fugashi')}, unidic-lite {version('unidic-lite')}"


def tokenize(text: str) -> list[Token]:
    """All content tokens of ``text``, in order, without particles, auxiliaries and symbols."""
    normal = normalize(text)
    # MeCab counts the bytes of white space before a morpheme in 16 bits, and loses what follows.
    spaced = _SPACES.sub(" ", normal.text)
    with _LOCK:
        morphemes = [_plain(node) for node in _tagger()(spaced)]
    tokens: list[Token] = []
    position = 0
    for surface, pos1, pos2, lemma, reading in morphemes:
        start = normal.text.index(surface, position)
        position = start + len(surface)
        if pos1 in _FUNCTION_WORDS:
            continue
        term = surface if pos2 == "固有名詞" or not lemma else lemma.split("-")[0]
        source_start, source_end = normal.source_range(start, position)
        tokens.append(
            Token(term.lower(), surface, reading, f"{pos1}-{pos2}", source_start, source_end)
        )
    return tokens


def terms(text: str) -> list[str]:
    """The terms of :func:`tokenize`, in order, repeats kept."""
    return [token.term for token in tokenize(text)]


def _plain(node: fugashi.UnidicNode) -> tuple[str, str, str, str | None, str]:
    feature = node.feature
    return (
        node.surface,
        feature.pos1,
        feature.pos2,
        feature.lemma,
        feature.kana or "",
    )
