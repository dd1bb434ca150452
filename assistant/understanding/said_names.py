"""The names by which parties are known: their own, and those of the thesaurus."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.understanding.name_spelling import at_word, fold, holds
from assistant.understanding.party_words import LEGAL_FORM, is_municipality, without_place
from index.normalization import without_space
from index.thesaurus import SAME, Concept

# Names that other things are called after, too: partners only where a party is spoken of.
PLACE_NAMES = frozenset({"北海道", "札幌市", "旭川空港"})
# What a body's part is called: 北海道開発局 + 旭川開発建設部.
_PART = re.compile(
    r"(?:部|局|所|室|課|センター|部会|ブロック|支部.{0,6}|館|病院|学部|研究科|研究室)$"
)
# How many characters a name has at least to be found inside other words.
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Party:
    """A party of an agreement, and how its name is said; ``folded`` is in one spelling."""

    no: int
    name: str
    folded: str
    cores: frozenset[str]
    municipality: str | None


def said_names(
    parties: Sequence[Party], own: Collection[str], concepts: Iterable[Concept]
) -> dict[str, tuple[int, ...]]:
    """What people may say, folded → the agreements with a party of that name.

    Args:
        parties: all parties.
        own: what the municipality itself is called.
        concepts: names, groups and kinds of the thesaurus.
    """
    said: dict[str, set[int]] = defaultdict(set)
    general = {p.text for c in concepts if c.id.startswith("kind:") for p in c.phrases}
    for party in parties:
        for core in party.cores:
            said[fold(core)].add(party.no)
            short = without_place(core)
            if len(short) > 2 and short not in general:
                said[fold(short)].add(party.no)
    # Most names stand in no other party's: one look at all of them at once tells.
    every = "\n".join({party.folded for party in parties})
    for name in tuple(said):
        if len(name) > SHORTEST + 1 and name not in PLACE_NAMES and every.count(name) > 1:
            said[name] |= {p.no for p in parties if _is_part(p.folded, name)}
    for name in own:
        said.pop(name, None)
    return {name: tuple(sorted(numbers)) for name, numbers in said.items()}


def concept_numbers(
    parties: Sequence[Party], concepts: Mapping[int, Concept]
) -> dict[int, tuple[int, ...]]:
    """The agreements of each name, group and kind, by the concept's number.

    A name's are those with a party called so, or else with one whose name begins so. A group's
    and a kind's are those of its members, a kind's also those whose name ends in its word.
    """
    exact: dict[str, set[int]] = defaultdict(set)
    for party in parties:
        for core in party.cores:
            exact[fold(core)].add(party.no)
    named: dict[str, set[int]] = {}
    numbers: dict[int, tuple[int, ...]] = {}
    for number, concept in concepts.items():
        own = [without_space(p.text) for p in concept.phrases if p.relation == SAME]
        found = {no for said in own for no in exact.get(fold(said), ())}
        if concept.id.startswith("name:"):
            named[concept.name] = found or _holding(parties, own)
        numbers[number] = tuple(sorted(named.get(concept.name, found)))
    for number, concept in concepts.items():
        if concept.id.startswith("name:"):
            continue
        members = [p.text for p in concept.phrases if p.relation != SAME]
        found = {no for name in members for no in named.get(name, ())}
        if concept.id.startswith("kind:"):
            words = [p.text for p in concept.phrases if p.relation == SAME]
            found |= _ending(parties, [without_space(word) for word in words])
        numbers[number] = tuple(sorted({*numbers[number], *found}))
    return numbers


def _holding(parties: Sequence[Party], names: Iterable[str]) -> set[int]:
    """The agreements with a party whose name holds one of ``names`` as words of its own."""
    found = set()
    every = "\n".join({party.name for party in parties})
    for name in names:
        if name in every and len(name) > SHORTEST + 1 and not is_municipality(name):
            found |= {party.no for party in parties if holds(party.name, name)}
    return found


def _ending(parties: Sequence[Party], words: Iterable[str]) -> set[int]:
    found = set()
    every = "\n".join({core for party in parties for core in party.cores}) + "\n"
    for word in words:
        if f"{word}\n" not in every:
            continue
        found |= {
            party.no
            for party in parties
            for core in party.cores
            if core.endswith(word) and at_word(core, len(core) - len(word))
        }
    return found


def _is_part(party: str, name: str) -> bool:
    """Whether a party is a part of the body called ``name``."""
    start = party.find(name)
    end = start + len(name)
    if start < 0 or not party[end:] or LEGAL_FORM.match(party, end):
        return False
    begins = not start or LEGAL_FORM.fullmatch(party[:start])
    return bool(begins and _PART.search(party[end:]) and at_word(party, end))
