"""Citizens' words and administrative ones: concepts, and where questions and passages name them.

A concept lists phrases that mean it, kinds of it, and what is only related. Phrases are cut into
the same terms as all text, so inflected and differently written forms meet; the same table finds
concepts in questions and in passages. The data is ``index/data/thesaurus/*.toml`` (concepts by
domain) and ``index/data/names.toml`` (organisations, their groups and kinds).
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from index.normalization import normalized
from index.stopwords import question_words
from index.tokens import Token, surfaces_and_terms

_KATAKANA = re.compile(r"[ァ-ヺー]{4,}")
SAME, NARROWER, RELATED = "same", "narrower", "related"
_LISTS = (
    ("words", SAME),
    ("official", SAME),
    ("english", SAME),
    ("narrower", NARROWER),
    ("related", RELATED),
)
PROPER = "name:"
"""How the ids of concepts begin that are one organisation each."""
_KANA = re.compile("[ぁ-ゖ]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way of naming a concept: its terms, the text it was written as, and what it is to it."""

    terms: tuple[str, ...]
    text: str
    relation: str


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept's id, the text that stands for it, and all its phrases."""

    id: str
    name: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of a concept found in a sequence of terms, at ``start`` (``end`` excluded)."""

    concept: int
    phrase: Phrase
    start: int
    end: int


class PhraseTable:
    """Finds the phrases of many concepts in a sequence of terms.

    Args:
        concepts: a mention's ``concept`` is a position in this sequence.
    """

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.concepts = tuple(concepts)
        self._phrases: dict[tuple[str, ...], list[tuple[int, Phrase]]] = defaultdict(list)
        lengths: dict[str, set[int]] = defaultdict(set)
        for number, concept in enumerate(self.concepts):
            for phrase in concept.phrases:
                self._phrases[phrase.terms].append((number, phrase))
                lengths[phrase.terms[0]].add(len(phrase.terms))
        self._lengths = {first: tuple(sorted(known)) for first, known in lengths.items()}

    def find(self, sequence: Sequence[str]) -> list[Mention]:
        """All mentions in ``sequence``, by start."""
        return [
            Mention(concept, phrase, start, start + length)
            for start, term in enumerate(sequence)
            for length in self._lengths.get(term, ())
            for concept, phrase in self._phrases.get(tuple(sequence[start : start + length]), ())
            if start + length <= len(sequence)
        ]


def read_concepts() -> list[Concept]:
    """All concepts of the data files, names, groups and kinds among them."""
    data = files("index").joinpath("data")
    concepts = []
    for file in sorted(data.joinpath("thesaurus").iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".toml"):
            continue
        for entry in _read(file).get("concept", ()):
            listed = [(text, relation) for key, relation in _LISTS for text in entry.get(key, ())]
            concepts.append(_concept(entry["id"], listed))
    concepts.extend(_name_concepts(_read(data.joinpath("names.toml"))))
    return [concept for concept in concepts if concept.phrases]


def _name_concepts(names: Mapping[str, Any]) -> Iterable[Concept]:
    members: dict[str, list[str]] = defaultdict(list)
    for entry in names.get("name", ()):
        own = (entry["name"], *entry.get("aliases", ()), *entry.get("english", ()))
        # A name of one character (道 for 北海道) is a word of its own in most sentences.
        listed = [(text, SAME) for text in own if len(text) > 1 and not _is_lost(text)]
        yield _concept(f"name:{entry['name']}", listed)
        for kind in (entry.get("kind", ""), *entry.get("further_kinds", ())):
            members[kind].append(entry["name"])
    for entry in names.get("group", ()):
        own = (entry["name"], *entry.get("aliases", ()), *entry.get("english", ()))
        listed = [(text, SAME) for text in own]
        listed += [(text, NARROWER) for text in entry["members"]]
        yield _concept(f"group:{entry['name']}", listed)
    below: dict[str, list[str]] = defaultdict(list)
    for entry in names.get("kind", ()):
        below[entry.get("broader", "")].append(entry["name"])
    for entry in names.get("kind", ()):
        own = (entry["name"], *entry.get("aliases", ()), *entry.get("english", ()))
        listed = [(text, SAME) for text in own]
        kinds = [entry["name"]]
        for kind in kinds:
            kinds.extend(name for name in below.get(kind, ()) if name not in kinds)
            listed += [(text, NARROWER) for text in members.get(kind, ())]
        yield _concept(f"kind:{entry['name']}", listed)


def lost_aliases() -> dict[str, str]:
    """Nicknames that can't be found by their words, normalized, to the names that can."""
    names = _read(files("index").joinpath("data/names.toml"))["name"]
    return {
        normalized(alias): entry["name"]
        for entry in names
        for alias in entry.get("aliases", ())
        if len(alias) > 1 and (_is_lost(alias) or _is_torn(alias)) and not _is_lost(entry["name"])
    }


def _is_lost(name: str) -> bool:
    """Whether the analyser loses most of a name: FMりべーる isn't every FM."""
    found = sum(len(surface) for surface, _ in surfaces_and_terms(name))
    return 2 * found < len("".join(name.split()))


def _is_torn(name: str) -> bool:
    """Whether the analyser cuts up a word in katakana: what it takes the pieces for changes with
    the words around them."""
    return bool(_KATAKANA.fullmatch(name)) and len(surfaces_and_terms(name)) > 1


def _concept(concept_id: str, listed: Iterable[tuple[str, str]]) -> Concept:
    phrases: dict[tuple[str, ...], Phrase] = {}
    name = ""
    for text, relation in listed:
        name = name or text
        cut = _cut(text)
        if cut and cut not in phrases:
            phrases[cut] = Phrase(cut, text, relation)
    return Concept(concept_id, name, tuple(phrases.values()))


def matched(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that phrases are matched on: all, but English function words in English text."""
    if not all(token.surface.isascii() for token in tokens):
        return list(tokens)
    return [token for token in tokens if token.surface not in question_words()["english"]]


def as_written(concept: Concept, mention: Mention, tokens: Sequence[Token], text: str) -> bool:
    """Whether a proper name stands in one piece: 「東京の大学」 is not 東京大学.

    Other concepts may be said with particles between: 新聞の販売店 is a 新聞販売店.
    """
    if not concept.id.startswith(PROPER):
        return True
    between = (text[a.end : b.start] for a, b in pairwise(tokens[mention.start : mention.end]))
    return all(gap in mention.phrase.text for gap in between if _KANA.search(gap))


def _cut(text: str) -> tuple[str, ...]:
    """The terms of a phrase that it is matched by, chosen as :func:`matched` does."""
    pairs = surfaces_and_terms(text)
    if all(surface.isascii() for surface, _ in pairs):
        words = question_words()["english"]
        pairs = [pair for pair in pairs if pair[0] not in words] or pairs
    return tuple(term for _, term in pairs)


def _read(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
