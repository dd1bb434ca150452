"""The words that a question may mean, by how they sound and by how they are spelled.

Known are the terms of the passages and of the thesaurus, the partners' names, and the compounds
that the agreements' titles are made of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from assistant.understanding.names import cores
from assistant.understanding.readings import cut
from index.normalization import normalized
from index.opened import OpenIndex
from index.records import Agreement
from index.stopwords import question_words
from index.thesaurus import SAME
from index.tokens import Token

LONGEST_READING = 12
LONGEST_NAME = 24
SHORTEST_NAME = 4
_HEAD = 3
_KANJI = re.compile("[一-龠々]")
_KANA = re.compile("[ぁ-ゖァ-ヺー]+")
_KANA_RUN = re.compile("[ぁ-ゖァ-ヺー]{3,}")
_KATAKANA = re.compile("[ァ-ヺー]+")
_COMPOUND = re.compile("[一-龠々ァ-ヺー]{4,16}")
_WRITTEN = re.compile("[一-龠々ァ-ヺーぁ-ゖ]{3,10}")
# Verbs and adjectives for the most part, which the analyser reads well in kana, too.
_INFLECTED_ENDS = frozenset("うくぐすつぬぶむるい")
_NOUNS = ("名詞", "接尾辞", "形状詞")
_UNVOICED = str.maketrans(
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポァィゥェォッャュョヮヴヲ",
    "カキクケコサシスセソタシステトハヒフヘホハヒフヘホアイウエオツヤユヨワウオ",
)
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_ROWS = {"ア": "アカサタナハマヤラワ", "イ": "イキシチニヒミリ", "ウ": "ウクスツヌフムユル"}
_ROWS |= {"エ": "エケセテネヘメレ", "オ": "オコソトノホモヨロ"}
# How a long vowel is spelled in kana words: こうずい, せんせい.
_LENGTHENED = {
    kana: {"エ": "イ", "オ": "ウ"}.get(vowel, vowel) for vowel, row in _ROWS.items() for kana in row
}


class Lexicon:
    """The words of an opened index and of its thesaurus; safe to share by threads.

    Questions of well-spelled words need only :attr:`known`; the rest is made at its first use.

    Args:
        index: the opened index.
        compounds: whether compounds have readings, too (はつでんき): that takes half a second.
    """

    def __init__(self, index: OpenIndex, *, compounds: bool = False) -> None:
        self._index = index
        self._compounds = compounds
        phrases = {t for c in index.contents.concepts for p in c.phrases for t in p.terms}
        self._terms = phrases.union(index.vocabulary.terms)
        self.known: frozenset[str] = frozenset(self._terms).union(*question_words().values())

    def held(self, term: str) -> int:
        """How many passages hold ``term``."""
        return self._index.vocabulary.frequency(term)

    @cached_property
    def names(self) -> frozenset[str]:
        """The partners' names as they are said, those of the thesaurus, and compounds of titles."""
        return frozenset(_names(self._index))

    @cached_property
    def readings(self) -> Mapping[str, tuple[str, ...]]:
        """Readings, as :func:`spoken` gives them, to the nouns read so, most frequent first."""
        readings: dict[str, list[str]] = defaultdict(list)
        compounds = self.names | _said(self._index) if self._compounds else ()
        for word, reading in (
            *_read(self._terms),
            *((name, name) for name in self.names),
            *_read_compounds(compounds),
        ):
            if _KANA.fullmatch(reading) and word not in readings[spoken(reading)]:
                readings[spoken(reading)].append(word)
        return {
            reading: tuple(sorted(found, key=lambda word: (-self.held(word), word)))
            for reading, found in readings.items()
            if found
        }

    @cached_property
    def heads(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The first kana of readings to those readings, each as (indistinct, reading).

        Keys are as :func:`indistinct` gives them.
        """
        heads: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for reading in self.readings:
            if len(reading) <= LONGEST_READING:
                blurred = indistinct(reading)
                heads[blurred[:_HEAD]].append((blurred, reading))
        return {head: tuple(found) for head, found in heads.items()}

    @cached_property
    def halves(self) -> Mapping[tuple[int, str], tuple[str, ...]]:
        """Names, compounds and katakana words by their first and by their last part.

        Keys are those of :func:`half_keys`. One wrong character leaves one part as it is.
        """
        words = set(self.names)
        for term in self._terms:
            if len(term) >= SHORTEST_NAME and _KATAKANA.fullmatch(term):
                # The dictionary's lemmas end in ー where many write none.
                words.update((term, term.removesuffix("ー")))
        halves: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in words:
            for key in half_keys(word, len(word)):
                halves[key].append(word)
        return {key: tuple(found) for key, found in halves.items()}

    def writes(self, kana: str) -> bool:
        """Whether the passages themselves write something so, or as a part of longer kana."""
        return kana in self._kana

    @cached_property
    def _kana(self) -> str:
        passages = self._index.passages
        return "\n".join({run for p in passages for run in _KANA_RUN.findall(p.text)})


def spoken(kana: str) -> str:
    """Kana as katakana, ー replaced by the vowel it stands for."""
    text = kana.translate(_TO_KATAKANA)
    if "ー" not in text:
        return text
    out = ""
    for char in text:
        out += _LENGTHENED.get(out[-1:].translate(_UNVOICED), "ー") if char == "ー" else char
    return out


def indistinct(reading: str) -> str:
    """A reading without voicing marks and small kana, which are often mistaken; as long as it."""
    return reading.translate(_UNVOICED)


def half_keys(text: str, length: int) -> tuple[tuple[int, str], tuple[int, str]]:
    """The keys in :attr:`Lexicon.halves` of words of ``length`` that begin or end like ``text``."""
    # What is between both parts is wide enough for two swapped neighbours.
    size = (length - 1) // 2
    return (length, text[:size]), (-length, text[-size:])


def _read(terms: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Terms that are nouns, each with its katakana reading of three kana or more."""
    kanji: list[str] = []
    for term in terms:
        if _KATAKANA.fullmatch(term):
            if len(term) >= _HEAD:
                yield term, term
        elif len(term) > 1 and term[-1] not in _INFLECTED_ENDS and _KANJI.search(term):
            kanji.append(term)
    for term, tokens, _ in cut(kanji):
        reading = _reading(tokens, len(term))
        if len(reading) >= _HEAD:
            yield term, reading


def _read_compounds(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Compounds of several nouns (自動販売機), each with its katakana reading."""
    compounds = sorted(word for word in words if _WRITTEN.fullmatch(word) and _KANJI.search(word))
    for word, tokens, _ in cut(compounds):
        reading = _reading(tokens, len(word)) if len(tokens) > 1 else ""
        if len(reading) > _HEAD:
            yield word, reading


def _said(index: OpenIndex) -> frozenset[str]:
    """What the thesaurus has citizens and offices say."""
    concepts = index.contents.concepts
    return frozenset(phrase.text for concept in concepts for phrase in concept.phrases)


def _reading(tokens: Sequence[Token], length: int) -> str:
    """The reading of a noun cut into ``tokens``; empty if it isn't known, or is no noun."""
    whole = sum(token.end - token.start for token in tokens) == length
    if not whole or not tokens[-1].pos.startswith(_NOUNS):
        return ""
    readings = [token.reading for token in tokens]
    return "".join(readings) if all(readings) else ""


def _names(index: OpenIndex) -> Iterator[str]:
    for record in index.records.values():
        if isinstance(record, Agreement):
            yield from _COMPOUND.findall(normalized(record.title))
            for party in record.partners:
                yield from (name for name in cores(party) if _is_long(name))
    for concept in index.contents.concepts:
        if concept.id.startswith("name:"):
            said = (p.text.lower() for p in concept.phrases if p.relation == SAME)
            yield from (name for name in said if _is_long(name))


def _is_long(name: str) -> bool:
    return SHORTEST_NAME <= len(name) <= LONGEST_NAME and not name.isascii()
