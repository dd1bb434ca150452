"""A topic as a condition: which agreements name it, and what of it is to be left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.aggregates import Condition
from assistant.understanding.exceptions import is_set_aside, is_topic_left_out
from index.opened import OpenIndex
from index.records import Agreement
from index.thesaurus import SAME
from index.tokens import Token

_JOINS = re.compile(r"の?")
# Words in a row are left out each by itself.
_ROW = re.compile(r"[^ぁ-ん、。]{0,3}(?:[やと・、,/]|および|及び|または|又は|と?か)")


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
        runs = _runs(text, topic)
        out = [is_topic_left_out(text, run[-1].end) for run in runs]
        aside = [is_set_aside(text, run[-1].end) for run in runs]
        for position in range(len(runs) - 1, 0, -1):
            gap = text[runs[position - 1][-1].end : runs[position][0].start]
            if _ROW.fullmatch(gap):
                out[position - 1] |= out[position]
                aside[position - 1] |= aside[position]
        kept: list[Token] = []
        conditions: list[Condition] = []
        for run, is_out, is_aside in zip(runs, out, aside, strict=True):
            if is_out:
                conditions += self._left_out(text, run)
            elif not is_aside:
                kept += run
        return tuple(kept), tuple(conditions)

    def _left_out(self, text: str, run: Sequence[Token]) -> Iterator[Condition]:
        start, end = run[0].start, run[-1].end
        for named in self.naming(run):
            label = f"記載＝{text[start:end]}"
            yield replace(named, label=label, negated=True, start=start, end=end)

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
