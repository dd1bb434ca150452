"""A topic as a condition: which agreements name it, and what of it is to be left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from assistant.aggregates import Condition
from assistant.understanding.scope import is_left_out
from index.opened import OpenIndex
from index.records import Agreement
from index.thesaurus import SAME
from index.tokens import Token

_JOINS = re.compile(r"[のやと・、]?")


class TopicRows:
    """Which agreements name which terms and concepts."""

    def __init__(self, index: OpenIndex) -> None:
        self._table = index.thesaurus
        self._terms: dict[str, set[int]] = defaultdict(set)
        self._concepts: dict[int, set[int]] = defaultdict(set)
        for passage, fields in zip(index.passages, index.terms, strict=True):
            record = index.records[passage.record]
            if not isinstance(record, Agreement):
                continue
            for terms in fields.values():
                for term in terms:
                    self._terms[term].add(record.no)
                for mention in self._table.find(terms):
                    if mention.phrase.relation == SAME:
                        self._concepts[mention.concept].add(record.no)

    def without_left_out(
        self, text: str, topic: tuple[Token, ...]
    ) -> tuple[tuple[Token, ...], tuple[Condition, ...]]:
        """``topic`` without what is to be left out, and the conditions that leave it out."""
        kept: list[Token] = []
        conditions: list[Condition] = []
        for run in _runs(text, topic):
            start, end = run[0].start, run[-1].end
            if is_left_out(text, end):
                label = f"記載＝{text[start:end]}"
                conditions += [
                    replace(named, label=label, negated=True, start=start, end=end)
                    for named in self.naming(run)
                ]
            else:
                kept += run
        return tuple(kept), tuple(conditions)

    def naming(self, topic: Sequence[Token]) -> tuple[Condition, ...]:
        """The condition to name all of ``topic``; none if no agreement does."""
        met = [set(self._terms.get(token.term, ())) for token in topic]
        for mention in self._table.find([token.term for token in topic]):
            if mention.phrase.relation == SAME:
                for position in range(mention.start, mention.end):
                    met[position] |= self._concepts.get(mention.concept, set())
        numbers = sorted(set.intersection(*met))
        if not numbers:
            return ()
        words = "、".join(dict.fromkeys(token.surface for token in topic))
        return (Condition("number", (numbers,), f"記載＝{words}"),)


def _runs(text: str, topic: Sequence[Token]) -> list[list[Token]]:
    """Tokens that stand side by side, or joined by の and the like, belong together."""
    runs: list[list[Token]] = []
    for token in topic:
        if runs and _JOINS.fullmatch(text[runs[-1][-1].end : token.start]):
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs
