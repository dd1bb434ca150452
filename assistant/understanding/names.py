"""The partners' names as people say them: whole names, parts of them, nicknames, groups, kinds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from assistant.aggregates import WITHHELD
from assistant.understanding.mentions import (
    PLACED,
    NamedPartner,
    longest,
    narrowed,
    overlaps,
    parties_meant,
)
from assistant.understanding.name_spelling import at_word, fold, folded, holds
from assistant.understanding.noun_phrases import is_telling, joined_ends, noun_phrases
from assistant.understanding.party_words import (
    LEGAL_FORM,
    cores,
    is_municipality,
    legal_forms,
    municipal_words,
)
from assistant.understanding.row_texts import RowTexts
from assistant.understanding.said_names import (
    PLACE_NAMES,
    SHORTEST,
    Party,
    concept_numbers,
    said_names,
)
from assistant.understanding.strangers import (
    Beside,
    follows_name,
    formed_names,
    longer_name,
    looks_like_name,
    well_known,
)
from index.normalization import normalized, without_space
from index.opened import OpenIndex
from index.records import Agreement
from index.stopwords import is_about_table
from index.thesaurus import PROPER, SAME, Mention, as_written, lost_aliases
from index.tokens import Token, tokenize

__all__ = ["NamedPartner", "PartnerNames", "cores"]

_ORGANISATIONS = (PROPER, "group:", "kind:")
# Kinds that tell where a party is: they narrow the kind named after them (海外の大学).
_PLACED = frozenset({"kind:海外の機関"})
_PREFECTURE_SAID = re.compile(
    r"(?<![一-龠])(?:北海道庁|道庁|道\(北海道\)|北海道\(道\)|道(?=と[のは結締]))"
)
# A name doesn't go on beyond these.
_PARTED = re.compile(r"[()「」『』、。,]")
_FORM_BEFORE = re.compile(rf"(?:{LEGAL_FORM.pattern})$")
_SHORT_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_LONG_KATAKANA = re.compile(r"[ァ-ヺー]{5,}")


class PartnerNames:
    """Finds partners in questions.

    Args:
        index: the opened index.
        places: what the city's departments, sections and facilities are called.
    """

    def __init__(self, index: OpenIndex, places: Iterable[str] = ()) -> None:
        self.beside = Beside(places)
        self._table = index.thesaurus
        self.cells: dict[int, str] = {}
        self._parties: list[Party] = []
        self._own: set[str] = set()
        rows = [record for record in index.records.values() if isinstance(record, Agreement)]
        for record in rows:
            self._own.add(index.documents[record.document].municipality)
            self.cells[record.no] = without_space(record.partner)
            if WITHHELD not in record.partner:
                self._parties += [
                    Party(
                        record.no,
                        without_space(party),
                        fold(without_space(party)),
                        frozenset(cores(party)),
                        is_municipality(party),
                    )
                    for party in record.partners
                ]
        self._own |= {name.removesuffix("市") for name in self._own}
        self._rows = RowTexts(index)
        self._concepts = {
            number: concept
            for number, concept in enumerate(self._table.concepts)
            if concept.id.startswith(_ORGANISATIONS)
        }
        self._by_core = said_names(self._parties, self._own, self._concepts.values())
        self._by_concept = concept_numbers(self._parties, self._concepts)
        self._towns = {
            said
            for concept in self._concepts.values()
            if is_municipality(concept.name)
            for said in (concept.name, concept.name[:-1])
        }
        self._called = lost_aliases()
        # The longest first: FMりべーる before りべーる.
        nicknames = sorted(self._called, key=len, reverse=True)
        self._nicknames = re.compile("|".join(map(re.escape, nicknames)))

    def written(self) -> Iterator[str]:
        """All names as they are written: the parties' own, then those of the thesaurus."""
        for party in self._parties:
            yield from sorted(party.cores)
        for concept in self._concepts.values():
            yield from (phrase.text for phrase in concept.phrases if phrase.relation == SAME)

    @cached_property
    def _letters(self) -> dict[str, tuple[tuple[int, ...], str]]:
        """Names to be found by their letters, folded → their agreements, and their kind."""
        letters: dict[str, tuple[tuple[int, ...], str]] = {}
        for name, always in well_known().items():
            held = {party.no for party in self._parties if holds(party.folded, name)}
            letters[name] = tuple(sorted(held)), "name" if always else "common"
        for number, concept in self._concepts.items():
            for phrase in concept.phrases:
                said = normalized(phrase.text)
                own = concept.id.startswith("name:") and phrase.relation == SAME
                if own and _SHORT_KATAKANA.fullmatch(said):
                    word = any(t.surface == said and _is_common(t) for t in tokenize(said))
                    kind = "common" if word else "name"
                    letters[fold(said)] = self._by_concept[number], kind
        return letters

    def find(self, text: str, taken: Sequence[tuple[int, int]] = ()) -> list[NamedPartner]:
        """The partners named in ``text``, in order.

        Args:
            text: normalized, without white space.
            taken: places that something else has claimed.
        """
        found = [
            *self._by_names(text),
            *self._by_concepts(text),
            *self._by_forms(text),
            *self._by_municipality(text),
            *self._by_nicknames(text),
            *self._by_letters(text),
        ]
        free = [p for p in found if not overlaps(taken, p) and not self._is_only_told(p)]
        kept = self._not_begun(text, longest(self._strangers(text, free)))
        kept = [partner for partner in kept if not self._only_says_where(text, partner, kept)]
        meant = [
            self._whole(text, p) for p in parties_meant(text, narrowed(text, kept), self.beside)
        ]
        meant += self._by_context(text, [*taken, *((p.start, p.end) for p in meant)])
        return sorted(meant, key=lambda partner: partner.start)

    def _is_only_told(self, partner: NamedPartner) -> bool:
        """Whether a known name is nobody's partner, but stands in a row: a topic, not a party."""
        return not partner.numbers and self._rows.as_words(partner.name)

    def _not_begun(self, text: str, found: Sequence[NamedPartner]) -> list[NamedPartner]:
        """``found`` without names that only begin a longer word of other agreements."""
        return [
            partner
            for partner in found
            if partner.kind not in ("name", "common")
            or not self._rows.goes_on(
                text, partner.start, joined_ends(text, partner.end), partner.numbers
            )
        ]

    def _only_says_where(
        self, text: str, partner: NamedPartner, found: Sequence[NamedPartner]
    ) -> bool:
        """Whether a town only tells where those are that are meant: 「札幌の大学」."""
        if partner.name not in self._towns or text[partner.end : partner.end + 1] != "の":
            return False
        return any(p.kind == "kind" and p.start == partner.end + 1 for p in found)

    def _strangers(self, text: str, found: Sequence[NamedPartner]) -> list[NamedPartner]:
        """``found``, with the names of strangers in place of the words in them."""
        named = [p for p in found if p.kind in ("name", "group", "place") and p.numbers]
        strangers = []
        for start, end, name in formed_names(text):
            if not any(p.start < end and start < p.end for p in named) and not self._is_party(name):
                strangers.append(NamedPartner(text[start:end], (), start, end, "unknown"))
        kinds = [p for p in found if p.kind == "kind"]
        phrases = list(noun_phrases(text)) if kinds else []
        for partner in kinds:
            begins = follows_name(text, partner.start, phrases)
            if begins is None or not self.beside.spoken_of(text, partner.start, partner.end):
                continue
            name = text[begins : partner.end]
            covered = any(p.start <= begins and partner.end <= p.end for p in named)
            if not covered and not self._is_party(name):
                strangers.append(NamedPartner(name, (), begins, partner.end, "unknown"))
        return [*found, *strangers]

    def _is_party(self, name: str) -> bool:
        """Whether some party's name, or what rows tell, holds ``name``."""
        plain = fold(name)
        return self._rows.in_rows(name) or any(plain in party.folded for party in self._parties)

    def is_documented(self, name: str) -> bool:
        """Whether any of the documents holds ``name``, in whatever spelling."""
        return self._rows.in_documents(name)

    def containing(self, part: str) -> tuple[int, ...]:
        """Numbers of the agreements whose partner cell holds ``part``."""
        wanted = without_space(part)
        return tuple(no for no, cell in self.cells.items() if wanted in cell)

    def _by_nicknames(self, text: str) -> Iterable[NamedPartner]:
        """Partners by nicknames that the analyser doesn't know: FMりべーる."""
        for match in self._nicknames.finditer(text):
            if not (at_word(text, match.start()) and at_word(text, match.end())):
                continue
            numbers = set(self._by_core.get(fold(self._called[match[0]]), ()))
            said = fold(match[0])
            numbers.update(party.no for party in self._parties if said in party.folded)
            yield NamedPartner(match[0], tuple(sorted(numbers)), *match.span(), "name")

    def _by_letters(self, text: str) -> Iterable[NamedPartner]:
        """Names that the analyser may cut: companies that everybody knows, nicknames in katakana.

        It reads アークス in one question as one word, and as two in the next.
        """
        plain = folded(text)
        for name, (numbers, kind) in self._letters.items():
            found = plain.text.find(name)
            if found < 0:
                continue
            start, end = plain.source(found, found + len(name))
            if at_word(text, start) and at_word(text, end):
                yield NamedPartner(text[start:end], numbers, start, end, kind)

    def _by_names(self, text: str) -> Iterable[NamedPartner]:
        plain = folded(text)
        for name, numbers in self._by_core.items():
            found = plain.text.find(name)
            while found >= 0:
                start, end = plain.source(found, found + len(name))
                whole = at_word(text, start) and at_word(text, end)
                if whole or len(name) > 4:
                    kind = "place" if name in PLACE_NAMES else "name"
                    yield NamedPartner(text[start:end], numbers, start, end, kind)
                found = plain.text.find(name, found + len(name))
        for match in _PREFECTURE_SAID.finditer(text):
            yield NamedPartner("北海道", self._by_core.get("北海道", ()), *match.span(), "place")

    def _by_concepts(self, text: str) -> Iterable[NamedPartner]:
        tokens = tokenize(text)
        spans: dict[tuple[int, int], list[Mention]] = defaultdict(list)
        for mention in self._table.find([token.term for token in tokens]):
            concept = self._concepts.get(mention.concept)
            named = concept is not None and mention.phrase.relation == SAME
            if concept and named and as_written(concept, mention, tokens, text):
                span = tokens[mention.start].start, tokens[mention.end - 1].end
                spans[span].append(mention)
        for (start, end), mentions in spans.items():
            name = text[start:end]
            if name in self._own or _PARTED.search(name):
                continue
            numbers = sorted({no for m in mentions for no in self._by_concept[m.concept]})
            kinds = {self._concepts[m.concept].id.split(":")[0] for m in mentions}
            placed = any(self._concepts[m.concept].id in _PLACED for m in mentions)
            kind = "kind" if kinds == {"kind"} else "group" if "group" in kinds else "name"
            if all(is_about_table(t) for t in tokens[mentions[0].start : mentions[0].end]):
                continue
            if not numbers and not any(_is_written(name, m) for m in mentions):
                continue
            first = tokens[mentions[0].start]
            if name in PLACE_NAMES:
                kind = "place"
            elif kind != "kind" and mentions[0].end - mentions[0].start == 1 and _is_common(first):
                kind = "common"
            elif placed:
                kind = PLACED
            yield NamedPartner(name, tuple(numbers), start, end, kind)

    def _by_forms(self, text: str) -> Iterable[NamedPartner]:
        for name, printed, start, end in legal_forms(text):
            if text[start:end] == "一社":  # One company, unless it stands in brackets.
                continue
            numbers = tuple(no for no, cell in self.cells.items() if printed.search(cell))
            yield NamedPartner(name, numbers, start, end, "legal")

    def _by_municipality(self, text: str) -> Iterable[NamedPartner]:
        for said, what, start, end in municipal_words(text):
            numbers = {
                party.no
                for party in self._parties
                if party.municipality and party.municipality in what and party.name not in self._own
            }
            yield NamedPartner(said, tuple(sorted(numbers)), start, end, "municipality")

    def _by_context(self, text: str, taken: Sequence[tuple[int, int]]) -> list[NamedPartner]:
        """Noun phrases that are spoken of as a party: a part of a name, or nobody known."""
        found = []
        for phrase in noun_phrases(text):
            start, end = phrase[0].start, phrase[-1].end
            if any(first < end and start < last for first, last in taken):
                continue
            if not self.beside.spoken_of(text, start, end) or end == len(text):
                continue
            partner = self._part(text, phrase) or self._nobody(text, phrase)
            if partner is not None:
                found.append(partner)
        return found

    def _part(self, text: str, phrase: Sequence[Token]) -> NamedPartner | None:
        """A phrase, leading words about the table aside, that some partner's name holds."""
        for first, token in enumerate(phrase):
            start, end = token.start, phrase[-1].end
            said = text[start:end]
            if len(said) <= SHORTEST or is_municipality(said) or not is_telling(phrase[first:]):
                return None
            plain = fold(said)
            numbers = {
                party.no
                for party in self._parties
                if party.name not in self._own
                and (
                    holds(party.folded, plain)
                    or any(core.startswith(said) for core in party.cores)
                    or _abbreviates(plain, party.folded)
                )
            }
            if numbers:
                return NamedPartner(said, tuple(sorted(numbers)), start, end, "part")
            if not (is_about_table(token) or token.surface in self._own):
                return None
        return None

    def _nobody(self, text: str, phrase: Sequence[Token]) -> NamedPartner | None:
        """Somebody by a name whom no agreement names, neither as a partner nor otherwise."""
        start, end = phrase[0].start, phrase[-1].end
        said = text[start:end]
        known = self._rows.terms
        if not looks_like_name(text, phrase, self._own, known, self.beside):
            return None
        if self._rows.in_rows(said):
            return None
        return NamedPartner(said, (), start, end, "unknown")

    def _whole(self, text: str, partner: NamedPartner) -> NamedPartner:
        """``partner`` with the legal form beside it, or the stranger whose name begins like it."""
        longer = longer_name(text, partner.start, partner.end) if partner.numbers else None
        if longer is not None and partner.kind != "legal":
            name = text[slice(*longer)]
            if not self._is_party(name):
                return NamedPartner(name, (), *longer, "unknown")
        before = _FORM_BEFORE.search(text, max(partner.start - 12, 0), partner.start)
        after = LEGAL_FORM.match(text, partner.end)
        return replace(
            partner,
            start=before.start() if before else partner.start,
            end=after.end() if after else partner.end,
        )


def _abbreviates(said: str, party: str) -> bool:
    """Whether ``said`` is how a katakana word of a party's name begins: コメ of コメリ."""
    if not _SHORT_KATAKANA.fullmatch(said):
        return False
    return any(match.group().startswith(said) for match in _LONG_KATAKANA.finditer(party))


def _is_written(name: str, mention: Mention) -> bool:
    """Whether the name of somebody who is no partner is said to the letter: コマ isn't セコマ."""
    return len(fold(name)) == len(fold(without_space(mention.phrase.text)))


def _is_common(token: Token) -> bool:
    """Whether a token is an everyday word, and a name only by the way (キリン, ライナー)."""
    return token.pos == "名詞-普通名詞" and token.reading != ""
