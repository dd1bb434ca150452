"""What words a question may mean: known terms, their readings, and the partners' names.

Questions of well-spelled words need only the terms; everything else is made at its first use.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from assistant.names import cores
from index.normalization import normalized
from index.opened import OpenIndex
from index.records import Agreement
from index.stopwords import question_words
from index.thesaurus import SAME
from index.tokens import Token, tokenize

MAX_NAME = 24
_COMPOUND = re.compile("[一-龠々ァ-ヺー]{4,16}")
_SPOKEN = re.compile("[ァ-ヺー]+")
_KANJI = re.compile("[一-龠々]")
_INFLECTED_END = frozenset("うくぐすつぬぶむるい")
"""Words that end so are verbs and adjectives for the most part, which the analyser reads well."""
_LOOSE = str.maketrans(
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポァィゥェォッャュョヮ",
    "カキクケコサシスセソタシステトハヒフヘホハヒフヘホアイウエオツヤユヨワ",
)


class Lexicon:
    """The words of an opened index and of its thesaurus; safe to share by threads.

    Args:
        index: the opened index.
    """

    def __init__(self, index: OpenIndex) -> None:
        self._index = index
        vocabulary = index.vocabulary
        phrases = {t for c in index.contents.concepts for p in c.phrases for t in p.terms}
        self._terms = {*vocabulary.terms, *phrases}
        self.known: frozenset[str] = frozenset(self._terms).union(*question_words().values())

    def held(self, term: str) -> int:
        """How many passages hold ``term``."""
        return self._index.vocabulary.frequency(term)

    @cached_property
    def readings(self) -> Mapping[str, tuple[str, ...]]:
        """Katakana reading to the words read so, the most frequent first."""
        readings: dict[str, list[str]] = defaultdict(list)
        for term, reading in _read(sorted(self._terms, key=lambda t: (-self.held(t), t))):
            readings[reading].append(term)
        return {reading: tuple(found) for reading, found in readings.items()}

    @cached_property
    def _loose(self) -> Mapping[str, str]:
        loose: dict[str, set[str]] = defaultdict(set)
        for reading in self.readings:
            if len(reading) > 3:
                loose[reading.translate(_LOOSE)].add(reading)
        return {key: min(found) for key, found in loose.items() if len(found) == 1}

    def loosely(self, spoken: str) -> str | None:
        """The one reading that is ``spoken`` but for voicing marks and small kana, if any."""
        return self._loose.get(spoken.translate(_LOOSE))

    @cached_property
    def _names(self) -> tuple[dict[str, str], dict[str, str]]:
        agreements = [r for r in self._index.records.values() if isinstance(r, Agreement)]
        return _names(self._index, agreements)

    @property
    def names(self) -> Mapping[str, str]:
        """Names and compounds by their readings."""
        return self._names[0]

    @property
    def endings(self) -> Mapping[str, str]:
        """Reading of what only ends a compound (避難所, 救急車) to its spelling."""
        return self._names[1]

    @cached_property
    def near(self) -> Mapping[str, tuple[str, ...]]:
        """What is left of a name or katakana word without one character, to all such."""
        spoken = [reading for reading in self.readings if 4 <= len(reading) <= MAX_NAME]
        return _deletions([*self.names.values(), *spoken])


def shorter(word: str) -> Iterator[str]:
    """``word`` with each of its characters taken out in turn."""
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _read(terms: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Terms that are nouns, each with its katakana reading of three kana or more."""
    kanji: list[str] = []
    for term in terms:
        if _SPOKEN.fullmatch(term):
            if 3 <= len(term) <= MAX_NAME:
                yield term, term
        elif _KANJI.search(term) and term[-1] not in _INFLECTED_END:
            kanji.append(term)
    for term, tokens in _tokenized(kanji):
        reading = "".join(token.reading for token in tokens)
        if (
            len(reading) > 2
            and all(token.reading for token in tokens)
            and tokens[-1].pos.startswith(("名詞", "接尾辞", "形状詞"))
            and sum(len(token.surface) for token in tokens) == len(term)
        ):
            yield term, reading


def _tokenized(texts: Sequence[str]) -> Iterator[tuple[str, list[Token]]]:
    """Each text with its tokens; parsed together, because a parse costs more than a word."""
    for first in range(0, len(texts), 200):
        block = texts[first : first + 200]
        tokens = iter([*tokenize("。".join(block)), None])
        token = next(tokens)
        end = -1
        for text in block:
            start, end = end + 1, end + 1 + len(text)
            own: list[Token] = []
            while token is not None and token.end <= end:
                if token.start >= start:
                    own.append(token)
                token = next(tokens)
            if own:
                yield text, own


def _names(
    index: OpenIndex, agreements: Sequence[Agreement]
) -> tuple[dict[str, str], dict[str, str]]:
    """Names and compounds by their readings; what only ends compounds, by its reading."""
    said = {name for a in agreements for party in a.partners for name in cores(party)}
    for concept in index.contents.concepts:
        if concept.id.startswith("name:"):
            said.update(normalized(p.text) for p in concept.phrases if p.relation == SAME)
    said = {name for name in said if 4 <= len(name) <= MAX_NAME and not name.isascii()}
    said.update(c for a in agreements for c in _COMPOUND.findall(normalized(a.title)))
    names: dict[str, str] = {}
    endings: dict[str, str] = {}
    for name, tokens in _tokenized(sorted(said)):
        reading = "".join(token.reading or token.surface for token in tokens)
        names.setdefault(reading, name)
        for token in tokens:
            if token.pos.startswith("接尾辞") and len(token.reading) == 2:
                endings.setdefault(token.reading, token.term)
    return names, endings


def _deletions(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    near: dict[str, list[str]] = defaultdict(list)
    for word in dict.fromkeys(words):
        if 4 <= len(word) <= MAX_NAME:
            for key in {word, *shorter(word)}:
                near[key].append(word)
    return {key: tuple(found) for key, found in near.items()}
