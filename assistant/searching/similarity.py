"""Agreements like a given one, by substance: what is promised and why, not who promises it.

Names of parties, ordinals and the boilerplate that most agreements share say nothing about
likeness; rare terms, shared concepts and near words do.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from assistant.results import Hit
from assistant.searching.matching import CharacterPairs, ConceptLinks, Floats, TermMatcher
from index.normalization import without_space
from index.opened import OpenIndex
from index.records import Agreement

# What is agreed stands in these; a partner's name in a title is taken out below.
SUBSTANCE: Mapping[str, float] = {"title": 0.9, "purpose": 1.0, "content": 1.0}
# The title says in a few words what the content spells out: its terms weigh most.
TERM_WEIGHTS: Mapping[str, float] = {"title": 2.0, "purpose": 1.0, "content": 0.8}
SHARES: Mapping[str, float] = {"terms": 0.4, "late": 0.15, "pairs": 0.2, "concepts": 0.25}
SAME_SECTION = 0.03
# Two agreements whose purpose and content share this much of their character pairs are copies.
COPY = 0.9
MAX_SHARED_TERMS = 6
# Rarer than this a shared term says something: about one passage in eight holds it.
TELLING = 2.0
_ITEM = re.compile(
    r"^[\s　]*(?:[（(][0-9０-９一-九]{1,2}[）)]|[⑴-⒇①-⑳・■○※]|[ア-ン]　|[0-9０-９]{1,2}　)"
)


class Comparer:
    """Compares agreements of an opened index; safe to share by threads.

    Args:
        index: the opened index.
    """

    def __init__(self, index: OpenIndex) -> None:
        self._index = index
        self._agreements = [
            record for record in index.records.values() if isinstance(record, Agreement)
        ]
        rows = {passage.record: row for row, passage in enumerate(index.passages)}
        self._terms = [self._substance(rows[agreement.id]) for agreement in self._agreements]
        self._position = {agreement.no: n for n, agreement in enumerate(self._agreements)}

    def similar(self, agreement: Agreement, limit: int = 10) -> list[Hit]:
        """The ``limit`` agreements most like ``agreement``, best first, itself left out.

        ``shared`` of each hit says what both have in common. Copies of ``agreement`` come first;
        of any other family of copies only the best stands among the hits proper, and its copies
        follow after them.
        """
        at = self._position[agreement.no]
        scores = self._scores(at)
        order = [int(n) for n in np.argsort(-scores, kind="stable") if n != at]
        own = self.families[at]
        seen: set[int] = set()
        first: list[int] = []
        copies: list[int] = []
        for position in order:
            family = self.families[position]
            (copies if family in seen and family != own else first).append(position)
            seen.add(family)
        return [
            Hit(
                record=self._agreements[position],
                score=float(min(scores[position], 1.0)),
                found_by=self._found_by(at, position),
                shared=self._shared(at, position),
            )
            for position in [*first, *copies][:limit]
            if scores[position] > 0
        ]

    @cached_property
    def families(self) -> tuple[int, ...]:
        """For each agreement the position of the first one it is a copy of (itself if none)."""
        grams = [
            frozenset(_grams(f"{agreement.purpose}{agreement.content}"))
            for agreement in self._agreements
        ]
        heads: list[int] = []
        for position, own in enumerate(grams):
            head = next(
                (
                    earlier
                    for earlier in dict.fromkeys(heads)
                    if len(own & grams[earlier]) >= COPY * max(len(own | grams[earlier]), 1)
                ),
                position,
            )
            heads.append(head)
        return tuple(heads)

    def family(self, no: int) -> tuple[int, ...]:
        """Numbers of all agreements that are copies of number ``no``, itself included."""
        head = self.families[self._position[no]]
        return tuple(
            agreement.no
            for agreement, family in zip(self._agreements, self.families, strict=True)
            if family == head
        )

    @cached_property
    def _matcher(self) -> TermMatcher:
        return TermMatcher(self._index.vocabulary, self._terms, self._index.words, SUBSTANCE)

    @cached_property
    def _links(self) -> ConceptLinks:
        return ConceptLinks(self._index.thesaurus, self._terms)

    @cached_property
    def _pairs(self) -> CharacterPairs:
        return CharacterPairs([_substance_text(agreement) for agreement in self._agreements])

    @cached_property
    def _bags(self) -> list[dict[str, float]]:
        """Each agreement's terms, weighted by field, rarity and (damped) count, of length 1."""
        bags = []
        for fields in self._terms:
            bag: dict[str, float] = defaultdict(float)
            for name, terms in fields.items():
                for term, count in Counter(terms).items():
                    rarity = self._index.vocabulary.rarity(term)
                    bag[term] += TERM_WEIGHTS[name] * rarity * (1 + math.log(count))
            length = sum(weight * weight for weight in bag.values()) ** 0.5
            bags.append({term: weight / length for term, weight in bag.items()} if length else {})
        return bags

    def _substance(self, row: int) -> dict[str, list[str]]:
        """A passage's terms without those of its partner's name."""
        fields = self._index.terms[row]
        partner = set(fields["partner"])
        return {name: [term for term in fields[name] if term not in partner] for name in SUBSTANCE}

    def _scores(self, at: int) -> Floats:
        own = self._bags[at]
        parts = {
            "terms": np.array(
                [
                    sum(weight * bag.get(term, 0.0) for term, weight in own.items())
                    for bag in self._bags
                ],
                dtype=np.float32,
            ),
            "late": self._late(own),
            "pairs": self._pairs.overlap(_substance_text(self._agreements[at])),
            "concepts": self._concepts(at),
        }
        total: Floats = np.sum([share * parts[name] for name, share in SHARES.items()], axis=0)
        section = self._agreements[at].section
        same = [SAME_SECTION * (other.section == section) for other in self._agreements]
        return total + np.array(same, dtype=np.float32)

    def _late(self, own: Mapping[str, float]) -> Floats:
        if not own:
            return np.zeros(len(self._agreements), dtype=np.float32)
        weights = np.fromiter(own.values(), np.float32, len(own))
        best = self._matcher.best(self._matcher.similarities(list(own)))
        met: Floats = (weights @ best) / weights.sum()
        return met

    def _concepts(self, at: int) -> Floats:
        total, whole = np.zeros(len(self._agreements), dtype=np.float32), 0.0
        for concept in self._named(at):
            rarity = self._links.rarity(concept)
            whole += rarity
            total += rarity * self._links.strengths(concept)
        return total / whole if whole else total

    def _named(self, at: int) -> set[int]:
        return {
            mention.concept
            for terms in self._terms[at].values()
            for mention in self._index.thesaurus.find(terms)
            if mention.phrase.relation == "same"
        }

    def _found_by(self, at: int, position: int) -> tuple[str, ...]:
        return ("同じ文面",) if self.families[at] == self.families[position] else ("内容の近さ",)

    def _shared(self, at: int, position: int) -> tuple[str, ...]:
        one, other = self._agreements[at], self._agreements[position]
        shared = []
        if self.families[at] == self.families[position]:
            shared.append("ほぼ同じ文面")
        duties = sorted(set(duties_of(one)) & set(duties_of(other)))
        if duties:
            shared.append(f"同じ事項：{'、'.join(duties[:MAX_SHARED_TERMS])}")
        bag = self._bags[position]
        common = {
            term: weight * bag[term]
            for term, weight in self._bags[at].items()
            if term in bag and self._index.vocabulary.rarity(term) >= TELLING
        }
        strongest = sorted(common, key=lambda term: -common[term])[:MAX_SHARED_TERMS]
        if strongest:
            shared.append(f"共通する語：{'、'.join(strongest)}")
        partners = [name for name in one.partners if name in other.partners]
        if partners:
            shared.append(f"同じ相手方：{'、'.join(partners)}")
        if one.section == other.section:
            shared.append(f"同じ担当課：{one.section}")
        return tuple(shared)


def duties_of(agreement: Agreement) -> list[str]:
    """The listed items (（１）…, ・…) of an agreement's content, without their marks."""
    return [
        _ITEM.sub("", line).strip(" 　。")
        for line in agreement.content.split("\n")
        if _ITEM.match(line)
    ]


def _substance_text(agreement: Agreement) -> str:
    text = f"{agreement.title}\n{agreement.purpose}\n{agreement.content}"
    for name in agreement.partners:
        text = text.replace(name, "")
    return text


def _grams(text: str) -> Sequence[str]:
    plain = without_space(text)
    return [plain[start : start + 3] for start in range(len(plain) - 2)]
