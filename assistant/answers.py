"""Answers with their proof: a question is read, sent to who can answer it, and never guessed at.

An answer's text names nothing that isn't in a record it cites or the result of a query over
records, and a question that nothing answers gets a no with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.aggregates import filters, taken_off
from assistant.desk import Desk
from assistant.english import in_english
from assistant.follow_ups import conversation, replies
from assistant.follow_ups.conversation_state import State, remember
from assistant.follow_ups.rewording import reworded, without_lead
from assistant.proof import Prover
from assistant.question import Question, clean
from assistant.refusing import (
    articles,
    claimed_counts,
    compact_premises,
    missing_columns,
    outsiders,
    premises,
    refusals,
)
from assistant.results import Answer, Hit, with_aside
from assistant.retrieval import Retriever
from assistant.routing import (
    COVERED,
    HALF,
    NAMED,
    beats,
    best,
    counts_rows,
    covered,
    of_department,
    rows_meant,
    table_only,
    telling,
    text_beats,
)
from assistant.searching.relevance import asks_elsewhere, covers
from assistant.searching.similarity import Comparer
from assistant.survey import published
from assistant.table import comparing, counting, lookups, orders, stated_orders
from assistant.texts import documents, passages, roles
from assistant.understanding.intents import is_english
from index.errors import CitationError, RequestError
from index.opened import OpenIndex
from index.records import Agreement, CompactRole

# From this score on the best hit is meant even if it doesn't name every word of the question.
CERTAIN = 0.45
_HITS = 30
_SEARCHES = 8
# Figures are found by what they mean (assistant/survey/published.py), not by words they share.
_TEXTS = ("agreement", "role", "section")
_LISTED = frozenset({"list", "lookup"})
_COUNTED = frozenset({"count", "list", "share", "extreme", "rank", "trend", "difference", "exists"})
_SHARE = re.compile(r"何(?:%|パーセント|割)|割合|占め")
_HELP = (
    "協定の一覧・調査結果・連携協約・南空知の協定・予算資料から、根拠の行を示して答えます。\n"
    "例：「No.94の相手方は？」「防災課の協定は何件？」「令和5年度に結んだ協定の一覧」"
    "「停電に備える協定は？」「手話の講習で美瑛町の役割は？」"
)


class Answerer:
    """Answers questions over an opened index; safe to share by threads.

    Args:
        index: the opened index.
        retriever: finds records by topic.
        comparer: finds similar agreements.
    """

    def __init__(self, index: OpenIndex, retriever: Retriever, comparer: Comparer) -> None:
        self._desk = Desk(index, retriever, comparer)
        self._prover = Prover(index)
        # One question is searched for by several that might answer it.
        self._search = lru_cache(maxsize=_SEARCHES)(retriever.search)

    def converse(
        self, turns: Sequence[str], dropped: Sequence[Collection[str]] = ()
    ) -> list[Answer]:
        """Answer each question of a conversation in the light of those before it.

        Args:
            turns: the questions in order.
            dropped: for each question, the :attr:`Answer.filters` that are taken off; what isn't
                in force is ignored, and questions beyond the end keep all of theirs.
        """
        answers: list[Answer] = []
        before: State | None = None
        for number, turn in enumerate(turns):
            off = frozenset(dropped[number]) if number < len(dropped) else frozenset()
            answer, before = self._turn(turn, before, off)
            answers.append(self._in_language_of(turn, answer, before))
        return answers

    def _in_language_of(self, turn: str, answer: Answer, state: State | None) -> Answer:
        """The answer in English if that is asked for and all of it is proven there, too."""
        if not is_english(turn):
            return answer
        english = in_english(self._desk, answer)
        asked = (state.asked,) if state else ()
        return english if self._prover.proven(english, turn, asked) is english else answer

    def answer(self, question: str) -> Answer:
        """Answer one question."""
        return self.converse([question])[0]

    def _turn(
        self, turn: str, before: State | None, off: frozenset[str]
    ) -> tuple[Answer, State | None]:
        try:
            text = clean(turn)
            read = self.read(reworded(text) if before else without_lead(text))
        except RequestError as error:
            return Answer("invalid_question", str(error)), before
        try:
            answer, asked, at_once = self._replied(read, before, off)
        except CitationError as error:
            return Answer("not_found", str(error)), before
        leaned_on = (before.asked,) if before else ()
        answer = self._prover.proven(answer, text, (asked, read, *leaned_on))
        return answer, remember(asked, answer, before, at_once=at_once)

    def read(self, text: str) -> Question:
        """Understand a cleaned question, in Japanese or English."""
        return self._desk.read(text)

    def in_kanji(self, text: str) -> str:
        """``text``, as :func:`clean` gives it, with known names as written if typed in hiragana."""
        return self._desk.reader.in_kanji(text)

    def _replied(
        self, asked: Question, before: State | None, off: frozenset[str]
    ) -> tuple[Answer, Question, bool]:
        """The answer; the question that it answers, with what it takes from before it; and
        whether it was read off what came before."""
        small = replies.small_talk(asked)
        if small is not None:
            return small, before.asked if before else asked, True
        if before is not None:
            followed = conversation.follow(self._desk, asked, before)
            if isinstance(followed, Answer):
                return self._read_off(asked, followed, before, off)
            asked = followed
        asked = replace(asked, conditions=taken_off(asked.conditions, off))
        answer = with_aside(self._answer(asked), asked.aside)
        # Of a numbered agreement nothing is selected, and none of another document's figures.
        selects = not asked.numbers and (answer.nos or answer.kind == "not_found")
        return replace(answer, filters=filters(asked.conditions) if selects else ()), asked, False

    def _read_off(
        self, asked: Question, answer: Answer, before: State, off: frozenset[str]
    ) -> tuple[Answer, Question, bool]:
        """An answer read off the rows before it; if it is on all of them, it has their filters."""
        left = replace(before.asked, conditions=taken_off(before.asked.conditions, off))
        if not answer.nos and answer.table is not None:
            # An order of published figures: the next place is one of it.
            return answer, asked, True
        if len(answer.nos) < 2 or set(answer.nos) != set(before.nos):
            return answer, replace(before.asked, column=asked.column or before.asked.column), True
        if left.conditions != before.asked.conditions:
            again = remember(left, self._answer(left), before.earlier)
            return self._replied(asked, again, frozenset())
        shown = filters(left.conditions)
        return replace(answer, filters=shown), replace(left, column=asked.column), True

    def _answer(self, asked: Question) -> Answer:
        desk = self._desk
        if asked.intent == "help":
            return Answer("out_of_scope", _HELP)
        if asked.passage:
            return passages.of_passage(desk, asked)
        asked = claimed_counts.without(missing_columns.without(asked))
        if asked.numbers:
            return self._by_number(asked)
        secret = refusals.asked_of_withheld(desk, asked)
        if secret is not None:
            return secret
        nobody = self._outsider(asked)
        if nobody is not None:
            return nobody
        stated = stated_orders.most_stated(desk, asked)
        if stated is not None:
            return stated
        if asked.intent != "exists":
            beside = self._beside_the_table(asked)
            if beside is not None:
                return beside
        other = outsiders.other_city(desk, asked, self._hits(asked)[:3])
        if other is not None:
            return other
        unknown = [partner for partner in asked.partners if not partner.numbers]
        if unknown and len(unknown) == len(asked.partners):
            return outsiders.no_such_partner(desk, unknown[0], self._hits(asked))
        if asked.conditions or (asked.intent in _COUNTED and asked.intent != "list"):
            return self._selected(asked)
        return self._by_topic(asked)

    def _outsider(self, asked: Question) -> Answer | None:
        """The no to a question about a department or a partner that no document knows."""
        desk = self._desk
        nobody = outsiders.no_such_department(desk, asked) or claimed_counts.false_total(
            desk, asked
        )
        if nobody is None and not documents.named_documents(desk, asked.text):
            nobody = missing_columns.never_told(desk, asked, only_of_all=True)
            nobody = nobody or outsiders.other_city(desk, asked, self._hits(asked)[:3])
        if nobody is None and not all(p.numbers for p in asked.partners):
            nobody = outsiders.stranger(desk, asked, self._hits(asked))
        return nobody

    def _by_number(self, asked: Question) -> Answer:
        desk = self._desk
        asked, note = refusals.existing_numbers(desk, asked)
        wrong = refusals.no_such_number(desk, asked)
        if wrong is not None:
            return wrong
        found = [desk.agreements[int(number)] for number in dict.fromkeys(asked.numbers)]
        told = self._told(asked, found)
        if told is None and asked.intent == "extreme" and len(found) > 1:
            meaning = "番号＝" + "、".join(f"No.{agreement.no}" for agreement in found)
            return counting.extreme(desk, asked, found, meaning)
        answer = told or lookups.by_number(desk, asked)
        return replace(answer, text=f"{note}\n{answer.text}") if note else answer

    def _told(
        self, asked: Question, found: Sequence[Agreement], *, sure: bool = True
    ) -> Answer | None:
        """Answers that concern given agreements: a secret partner, a column there isn't …

        ``sure`` says whether the question names the agreements, rather than their topic.
        """
        desk = self._desk
        return (
            refusals.secret_partner(desk, asked, found)
            or premises.checked(desk, asked, found, numbered=bool(asked.numbers))
            or refusals.unlisted_members(desk, asked, found)
            or missing_columns.missing_column(desk, asked, found, sure=sure)
            or premises.false_figure(desk, asked, found)
        )

    def _beside_the_table(self, asked: Question) -> Answer | None:
        """An answer from the other documents, if the question points there."""
        desk = self._desk
        keys = {document.key for document in documents.named_documents(desk, asked.text)}
        if asked.document and not keys:
            keys = {asked.document}
        figure = published.answer(desk, asked)
        if figure is not None:
            return figure
        wrong = documents.swapped_parties(desk, asked, keys)
        wrong = wrong or compact_premises.false_of_compact(desk, asked, keys)
        if wrong is not None:
            return wrong
        keys |= set(documents.shared_compacts(desk, asked.text))
        told = articles.told(desk, asked, keys)
        if told is not None:
            return told
        whose = roles.parties_in(desk, asked.text, keys)
        if roles.asks_of_party(desk, asked.text, whose.names) and not of_department(asked):
            # Who is asked for, or left out, says nothing of what they do.
            bare = replace(asked, text=roles.without_parties(desk, asked.text))
            hits = self._hits_in(bare, keys, ("role",))
            whole = not hits or roles.asks_for_all(asked.text)
            answer = roles.role(desk, asked, hits, whose) if whole or covered(hits) else None
            if answer is not None:
                return answer
        for key in keys:
            answer = documents.about_document(desk, asked, key)
            if answer is not None:
                return answer
        if keys and asked.topic:
            hits = self._hits_in(asked, keys, ("section", "role"))
            table = self._table_hits(asked, keys)
            if covered(hits, NAMED) and not (rows_meant(asked) or beats(table, hits)):
                return passages.text_answer(desk, asked, hits)
        if not keys and asked.topic and not table_only(asked) and not counts_rows(asked):
            hits = telling(self._hits(asked))
            if covers(asked.text, hits) and not isinstance(hits[0].record, Agreement):
                return self._mixed(asked, hits)
        return None

    def _text(self, asked: Question, hits: Sequence[Hit]) -> Answer:
        desk = self._desk
        beside = [hit for hit in hits if not isinstance(hit.record, Agreement)]
        if roles.asks_role(asked.text) and isinstance(beside[0].record, CompactRole):
            whose = roles.parties_in(desk, asked.text)
            answer = roles.role(desk, asked, beside, whose)
            if answer is not None:
                return answer
        return passages.text_answer(desk, asked, beside)

    def _mixed(self, asked: Question, hits: Sequence[Hit]) -> Answer:
        """What another document says, and the agreements that are nearly as near to it."""
        answer = self._text(asked, hits)
        return answer if answer.kind == "not_found" else lookups.with_rows(self._desk, answer, hits)

    def _selected(self, asked: Question) -> Answer:
        desk = self._desk
        compared = comparing.difference(desk, asked) if asked.intent == "difference" else None
        compared = compared or orders.standing(desk, asked)
        if compared is not None:
            return compared
        found, meaning = counting.select(desk, asked)
        told = None if found else self._beside_rows(asked)
        if told is not None:
            return told
        if not found and asked.topic and asked.conditions:
            return self._within(asked, meaning)
        if not found:
            return refusals.nothing_selected(desk, asked, meaning)
        false = claimed_counts.false_count(desk, asked, found, meaning)
        if false is not None:
            return false
        told = self._told(asked, found) if len(found) <= lookups.CITED else None
        if told is None and len(found) > lookups.CITED and asked.intent in _LISTED:
            told = missing_columns.never_told(desk, asked)
        if told is not None:
            return told
        counted = self._counted(asked, found, meaning)
        if counted is not None:
            return counted
        if asked.intent == "similar" and len(found) == 1:
            return lookups.similar(desk, found[0], meaning)
        if asked.column and len(found) <= lookups.CITED:
            return lookups.about(desk, found, asked, meaning)
        return counting.listing(desk, asked, found, meaning)

    def _counted(self, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer | None:
        """What is counted, ordered or compared over ``found``; None if nothing of it is asked."""
        desk = self._desk
        if asked.intent == "difference" and asked.group:
            return orders.rank(desk, asked, found, meaning)
        counts = asked.intent == "count" or "内訳" in asked.text
        grouped = orders.grouped(desk, asked, found, meaning) if counts else None
        if grouped is not None:
            return grouped
        if asked.intent in ("count", "exists", "difference"):
            return counting.count(desk, asked, found, meaning)
        if asked.intent == "share":
            return comparing.share_of(desk, asked, found, meaning)
        if asked.intent == "extreme":
            return counting.extreme(desk, asked, found, meaning)
        if asked.intent == "rank" and asked.conditions and _SHARE.search(asked.text):
            return comparing.share_of(desk, asked, found, meaning)
        if asked.intent == "rank":
            most = counting.by_parties(desk, asked, found, meaning)
            return most or orders.rank(desk, asked, found, meaning)
        if asked.intent == "trend":
            return comparing.trend(desk, asked, found, meaning)
        return None

    def _within(self, asked: Question, meaning: str) -> Answer:
        """Rows that meet the conditions, the best for the topic first, if any is near it."""
        desk = self._desk
        figure = missing_columns.of_partners(desk, asked)
        if figure is not None:
            return figure
        hits = lookups.within(desk, asked)
        detail = missing_columns.detail(desk, asked, best(hits[:1]))
        if detail is not None:
            return detail
        if asked.intent not in _COUNTED and text_beats(asked, self._hits(asked), hits):
            return self._mixed(asked, self._hits(asked))
        enough = CERTAIN if asked.intent == "list" else COVERED
        if asked.intent in _COUNTED - {"list"} or not hits or hits[0].score < enough:
            return refusals.nothing_selected(desk, asked, meaning)
        if asks_elsewhere(asked.text, hits[0]):
            return refusals.not_covered(desk, asked, hits)
        told = self._told(asked, best(hits), sure=bool(asked.partners))
        return told or lookups.by_topic(desk, asked, hits)

    def _beside_rows(self, asked: Question) -> Answer | None:
        """What another document tells, in every word that is asked, of what no row is about."""
        hits = [] if counts_rows(asked) else self._hits(asked)[:1]
        if not hits or isinstance(hits[0].record, Agreement):
            return None
        told = passages.tells_all(asked, hits[0].record)
        return passages.text_answer(self._desk, asked, hits) if told else None

    def _by_topic(self, asked: Question) -> Answer:
        desk = self._desk
        hits = telling(self._hits(asked))
        if not asked.topic or not covers(asked.text, hits):
            return refusals.not_covered(desk, asked, hits)
        if not isinstance(hits[0].record, Agreement):
            return self._mixed(asked, hits)
        agreements = [hit for hit in hits if isinstance(hit.record, Agreement)]
        told = self._told(asked, best(agreements), sure=False)
        figure = passages.holding_figure(desk, asked, hits) if told is not None else []
        figure = [hit for hit in figure if hit.share >= HALF]
        if figure:
            return self._mixed(asked, figure)
        return told or lookups.by_topic(desk, asked, agreements)

    def _hits(self, asked: Question, kinds: Sequence[str] = _TEXTS) -> list[Hit]:
        hits = self._search(asked.text, _HITS, kinds=tuple(kinds))
        return [hit for hit in hits if hit.record.id not in self._desk.contents]

    def _hits_in(self, asked: Question, keys: Collection[str], kinds: Sequence[str]) -> list[Hit]:
        """Hits of some documents; words that name the documents themselves don't count."""
        text = documents.without_names(self._desk, asked.text, keys)
        retriever = self._desk.retriever
        hits = retriever.search(text, len(self._desk.index.passages), kinds=kinds)
        return [hit for hit in hits if not keys or hit.record.span.document in keys]

    def _table_hits(self, asked: Question, keys: Collection[str]) -> list[Hit]:
        """The table's hits for the same words, to compare with."""
        text = documents.without_names(self._desk, asked.text, keys)
        return self._desk.retriever.search(text, 1, kinds=("agreement",))
