"""What every answer is made with: the opened index and the tools over it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.aggregates import Table
from assistant.citations import cite, record_quote, source_lines, verify
from assistant.question import Question, Reader, clean, selects
from assistant.quotes import best_quote, sentences, with_items
from assistant.results import Citation
from assistant.retrieval import Retriever
from assistant.searching.similarity import Comparer
from assistant.understanding.english_questions import in_japanese
from assistant.understanding.intents import is_english
from index.normalization import without_space
from index.opened import OpenIndex
from index.records import Agreement, CompactRole, Record, Section, SourceDocument, SurveyFact
from index.tokens import Token, terms

# A column of more characters isn't quoted as a whole.
LONGEST = 300

# A list of so few headings may be text.
_CONTENTS = 4


@dataclass(frozen=True)
class Desk:
    """The opened index, the retriever and the comparer, shared by threads."""

    index: OpenIndex
    retriever: Retriever
    comparer: Comparer

    @cached_property
    def agreements(self) -> dict[int, Agreement]:
        """All agreements by number, in order."""
        return {r.no: r for r in self.index.records.values() if isinstance(r, Agreement)}

    @cached_property
    def roles(self) -> tuple[CompactRole, ...]:
        """All roles, in document order."""
        return tuple(r for r in self.index.records.values() if isinstance(r, CompactRole))

    @cached_property
    def facts(self) -> tuple[SurveyFact, ...]:
        """All published figures, in document order."""
        return tuple(r for r in self.index.records.values() if isinstance(r, SurveyFact))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections of running text, in document order."""
        return tuple(r for r in self.index.records.values() if isinstance(r, Section))

    @cached_property
    def contents(self) -> frozenset[str]:
        """Ids of the sections that are tables of contents: half of their lines are headings."""
        heads = {(s.document, without_space(h)) for s in self.sections for h in s.heading}
        found = []
        for section in self.sections:
            lines = [without_space(line) for line in section.text.split("\n") if line.strip()]
            headings = sum((section.document, line) in heads for line in lines)
            if len(lines) >= _CONTENTS and 2 * headings >= len(lines):
                found.append(section.id)
        return frozenset(found)

    @cached_property
    def printed(self) -> dict[str, str]:
        """Each document's lines as they are printed, by its key."""
        return {key: "\n".join(doc.lines) for key, doc in self.index.documents.items()}

    @cached_property
    def table(self) -> Table:
        """The agreements, for counting."""
        return Table(list(self.agreements.values()))

    @cached_property
    def source(self) -> SourceDocument:
        """The document that the agreements come from; any, where there are none."""
        keys = [agreement.document for agreement in self.agreements.values()]
        return self.index.documents[next(iter([*keys, *self.index.documents]))]

    @cached_property
    def reader(self) -> Reader:
        """Understands questions."""
        return Reader(self.index, self.source.as_of)

    def read(self, text: str) -> Question:
        """Understand a cleaned question, in Japanese or English."""
        japanese = in_japanese(text) if is_english(text) else None
        if japanese is not None:
            return replace(self.reader.read(clean(japanese)), english=True)
        asked = self.reader.read(text)
        # Words in kana may be none that the reader knows: だんぼーる.
        unread = not (asked.topic or selects(asked))
        meant = self.retriever.probe(text).text if unread else text
        return asked if meant == text else self.reader.read(meant)

    def cite(self, record: Record, quote: str) -> Citation:
        """A checked citation; see :func:`assistant.citations.cite`."""
        return cite(self.index.documents, record, quote)

    def cite_best(self, record: Record, wanted: Collection[str]) -> Citation:
        """Cite the sentence of ``record`` that meets most of the ``wanted`` terms."""
        index = self.index
        best = best_quote(record, wanted, index.vocabulary, index.thesaurus)
        return self._cite_first(record, (best, record_quote(record)))

    def cite_detail(self, agreement: Agreement, wanted: Sequence[str]) -> Citation:
        """Cite what a row says beyond its title: of what ``wanted`` asks for, or else in all."""
        index = self.index
        named = set(terms(agreement.title))
        further = [term for term in wanted if term not in named]
        best = best_quote(
            agreement,
            further,
            index.vocabulary,
            index.thesaurus,
            columns=("content", "purpose"),
        )
        told = agreement.content if best == agreement.title else best
        if len(told) > LONGEST:
            told = sentences(told)[0]
        whole = with_items(agreement.content, told)
        return self._cite_first(agreement, (whole, told, agreement.title))

    def cite_whole(self, record: Record, text: str) -> Citation:
        """Cite ``text`` as one passage, or its first sentence where the print interrupts it."""
        return self._cite_first(record, (text,))

    def _cite_first(self, record: Record, quotes: Sequence[str]) -> Citation:
        """Cite the first of ``quotes`` that stands in the document, or else a sentence of one."""
        document = self.index.documents[record.span.document]
        pieces = [piece for quote in quotes for piece in sentences(quote)]
        for quote in (*quotes, *pieces):
            if verify(document, record.span, quote):
                return self.cite(record, quote)
        # A figure may be printed in other digits than it is read as: its line stands for it.
        return self.cite(record, source_lines(document, record.span).strip())

    def about(self, tokens: Sequence[Token]) -> list[int]:
        """Numbers of the agreements that name every one of ``tokens``, or its concept."""
        if not tokens:
            return list(self.agreements)
        met = self.retriever.meets_all(tokens)
        return [no for no, agreement in self.agreements.items() if agreement.id in met]
