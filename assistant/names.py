"""The partners' names as people say them: parts of names, nicknames, groups and kinds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from index.normalization import without_space
from index.opened import OpenIndex
from index.records import Agreement
from index.thesaurus import RELATED, SAME
from index.tokens import tokenize

_LEGAL_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|相互会社|一般社団法人|公益社団法人|社団法人|一般財団法人"
    r"|公益財団法人|社会福祉法人|医療法人|学校法人|国立大学法人|公立大学法人|地方独立行政法人"
    r"|独立行政法人|国立研究開発法人|特定非営利活動法人|認定npo法人|npo法人"
    r"|\((?:株|有|公社|一社|公財|一財)\)"
)
_BRACKETED = re.compile(r"\([^()]{0,60}\)")
_BRANCH = re.compile(
    r"(?:北海道|旭川|札幌|道北|東日本|北|中央|上川)*"
    r"(?:支店|支社|支部|本部|営業部|事業部|事業所|事業本部|工場|統括支社|統括部|エリア統括部)$"
)
_NAME_CONCEPTS = ("name:", "group:", "kind:")
# Words of their own that a question also uses for other things: partners only as a whole name.
_WHOLE_ONLY = frozenset({"北海道", "札幌市"})
_NO_NAMES = frozenset({"旭川", "旭川市", "市町村", "協会", "組合", "大学", "町内会", "支社"})
_AFTER_WHOLE = re.compile(r"(?:と|が|の(?:協定|覚書|連携)|、|。|や|・|および|及び|\)|$)")


@dataclass(frozen=True, slots=True)
class NamedPartner:
    """A partner that a question names.

    Attributes:
        name: as the question says it.
        numbers: the agreements with that partner; empty for one that is known but has none.
        start: where the question names it (in the text without white space).
        end: end of that (excluded).
        kind: ``name``, ``group`` or ``kind``.
    """

    name: str
    numbers: tuple[int, ...]
    start: int
    end: int
    kind: str = "name"


class PartnerNames:
    """Finds partners in questions.

    Args:
        index: the opened index.
    """

    def __init__(self, index: OpenIndex) -> None:
        self._table = index.thesaurus
        self._by_core: dict[str, set[int]] = defaultdict(set)
        self._by_concept: dict[int, set[int]] = defaultdict(set)
        self.cells: dict[int, str] = {}
        for passage, terms in zip(index.passages, index.terms, strict=True):
            record = index.records[passage.record]
            if not isinstance(record, Agreement):
                continue
            self.cells[record.no] = without_space(record.partner)
            for party in record.partners:
                for core in cores(party):
                    self._by_core[core].add(record.no)
            for mention in self._table.find(terms["partner"]):
                if mention.phrase.relation != RELATED and self._is_name(mention.concept):
                    self._by_concept[mention.concept].add(record.no)
        # A name also counts where a longer name holds it: 三井住友 in 三井住友海上火災保険.
        for core, numbers in self._by_core.items():
            if core not in _WHOLE_ONLY:
                numbers.update(no for no, cell in self.cells.items() if core in cell)

    def find(self, text: str) -> list[NamedPartner]:
        """The partners named in ``text`` (normalized, without white space), longest names first."""
        found = [*self._by_names(text), *self._by_concepts(text)]
        found.sort(key=lambda partner: (partner.start - partner.end, partner.start))
        kept: list[NamedPartner] = []
        for partner in found:
            if not any(partner.start < k.end and k.start < partner.end for k in kept):
                kept.append(partner)
        return sorted(kept, key=lambda partner: partner.start)

    def containing(self, part: str) -> tuple[int, ...]:
        """Numbers of the agreements whose partner cell holds ``part``."""
        wanted = without_space(part)
        return tuple(no for no, cell in self.cells.items() if wanted in cell)

    def _by_names(self, text: str) -> Iterable[NamedPartner]:
        for core, numbers in self._by_core.items():
            start = text.find(core)
            end = start + len(core)
            if start < 0 or (core in _WHOLE_ONLY and not _AFTER_WHOLE.match(text, end)):
                continue
            yield NamedPartner(core, tuple(sorted(numbers)), start, end)

    def _by_concepts(self, text: str) -> Iterable[NamedPartner]:
        tokens = tokenize(text)
        for mention in self._table.find([token.term for token in tokens]):
            if mention.phrase.relation != SAME or not self._is_name(mention.concept):
                continue
            kind = self._table.concepts[mention.concept].id.split(":")[0]
            numbers = self._by_concept.get(mention.concept, set())
            start, end = tokens[mention.start].start, tokens[mention.end - 1].end
            yield NamedPartner(text[start:end], tuple(sorted(numbers)), start, end, kind)

    def _is_name(self, concept: int) -> bool:
        return self._table.concepts[concept].id.startswith(_NAME_CONCEPTS)


def cores(party: str) -> set[str]:
    """The ways a party's name is said: without legal form, brackets, branch and city."""
    plain = _BRACKETED.sub("", without_space(party))
    whole = _LEGAL_FORMS.sub("", plain)
    said = {plain, whole, _BRANCH.sub("", whole)}
    return {name for name in said if len(name) > 1 and name not in _NO_NAMES}
