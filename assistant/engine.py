"""The assistant as one object: an opened index with everything that questions are asked of it.

Opened once per process and shared by threads; the command line and the page both use it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from threadpoolctl import ThreadpoolController

from assistant.answers import Answerer
from assistant.operation import logs
from assistant.question import clean
from assistant.results import Answer, Hit
from assistant.retrieval import Retriever
from assistant.searching.reranking import Reranker
from assistant.searching.similarity import Comparer
from assistant.understanding.kana_names import has_doubtful_run
from assistant.understanding.names import NamedPartner
from index.errors import RequestError
from index.normalization import without_space
from index.opened import OpenIndex, open_index
from index.records import Agreement

LONGEST_NAME = 40
"""So many characters a party's name may have in a search for nothing else."""
_MORE = re.compile("[一-龠々ァ-ヺー][のはがをにで、。?]")
MAX_TURNS = 100
"""Each question is answered in the light of all before it, so each costs as much as all of them."""


@dataclass(frozen=True)
class Assistant:
    """Everything that can be asked of an opened index."""

    index: OpenIndex
    reranker: Reranker | None = None

    @cached_property
    def retriever(self) -> Retriever:
        """Finds records for questions."""
        return Retriever(self.index, reranker=self.reranker)

    @cached_property
    def comparer(self) -> Comparer:
        """Finds agreements like a given one."""
        return Comparer(self.index)

    @cached_property
    def answerer(self) -> Answerer:
        """Answers questions."""
        return Answerer(self.index, self.retriever, self.comparer)

    @cached_property
    def agreements(self) -> dict[int, Agreement]:
        """All agreements by number, in order."""
        return {
            record.no: record
            for record in self.index.records.values()
            if isinstance(record, Agreement)
        }

    def agreement(self, no: int) -> Agreement:
        """The agreement with number ``no``.

        Raises:
            RequestError: if there is none.
        """
        try:
            return self.agreements[no]
        except KeyError:
            last = max(self.agreements, default=0)
            raise RequestError(
                f"No.{no} の協定はありません（一覧は No.1~No.{last}）。番号を確かめてください。"
            ) from None

    def search(self, question: str, limit: int = 10) -> list[Hit]:
        """The records that answer ``question`` best, best first; a party's, if it is only a name.

        Raises:
            RequestError: if the question is empty or too long.
        """
        text = clean(question)
        if has_doubtful_run(text):
            text = self.answerer.in_kanji(text)
        named = self._named_alone(text)
        if named is None:
            return self.retriever.search(text, limit)
        # All that there are, since the party's rows may be found last or, in kana, not at all.
        hits = self.retriever.search(text, len(self.index.passages))
        by_record = {hit.record.id: hit for hit in hits}
        rows = [self.agreements[no] for no in named.numbers]
        theirs = [by_record.get(row.id, Hit(row, 0.0, ())) for row in rows]
        reason = f"相手方：{named.name}"
        first = [
            replace(hit, score=1.0, found_by=(reason, *hit.found_by))
            for hit in sorted(theirs, key=lambda hit: -hit.score)
        ]
        return [*first, *(hit for hit in hits if hit.record not in rows)][:limit]

    def _named_alone(self, text: str) -> NamedPartner | None:
        """The party with agreements whose name ``text`` is, if it is nothing else."""
        # Most searches name more than that, and needn't wait for all names to be read.
        if len(text) > LONGEST_NAME or _MORE.search(text):
            return None
        partners = self.answerer.read(text).partners
        whole = len(partners) == 1 and partners[0].name == without_space(text)
        return partners[0] if whole and partners[0].numbers else None

    def similar(self, no: int, limit: int = 10) -> list[Hit]:
        """The agreements most like number ``no``, best first, with what they share.

        Raises:
            RequestError: if there is no such agreement.
        """
        return self.comparer.similar(self.agreement(no), limit)

    def partners_of_kind(self, kind: str) -> tuple[int, ...]:
        """Numbers of the agreements with a partner of ``kind``, named as in questions (大学)."""
        read = self.answerer.read(f"{kind}との協定")
        return tuple(no for partner in read.partners for no in partner.numbers)

    def ask(self, turns: Sequence[str], dropped: Sequence[Collection[str]] = ()) -> list[Answer]:
        """Answer each of a conversation's questions in the light of those before it.

        ``dropped`` names, for each question, the filters that are taken off; see
        :meth:`assistant.answers.Answerer.converse`.

        Raises:
            RequestError: if there are more than :data:`MAX_TURNS` of them.
        """
        if len(turns) > MAX_TURNS:
            raise RequestError(
                f"会話が長くなりすぎました（{len(turns):,}問、上限{MAX_TURNS}問）。"
                "新しい会話を始めてください。"
            )
        return self.answerer.converse(turns, dropped)

    def serve(self, turns: Sequence[str], dropped: Sequence[Collection[str]] = ()) -> list[Answer]:
        """What :meth:`ask` gives, for somebody who asked: it is recorded that they did."""
        began = time.perf_counter()
        answers = self.ask(turns, dropped)
        if answers:
            logs.event(
                "question answered",
                kind=answers[-1].kind,
                turns=len(answers),
                generation=self.index.generation,
                duration_ms=logs.milliseconds(began),
                question=turns[-1],
                answer=answers[-1].text,
            )
        return answers


def open_assistant(
    home: Path, seeds: Path | None = None, *, reranker: str | None = None
) -> Assistant:
    """Open the index in ``home``; see :func:`index.opened.open_index` for what may go wrong.

    ``reranker`` is the name or folder of a CrossEncoder that reads the best hits again.
    """
    # The matrices are small: waking OpenBLAS's threads costs ten times what they compute.
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)
    began = time.perf_counter()
    index = open_index(home, seeds)
    logs.event(
        "index opened",
        generation=index.generation,
        records=len(index.records),
        duration_ms=logs.milliseconds(began),
    )
    return Assistant(index, Reranker(reranker) if reranker else None)
