"""Understand a question: what it wants done, of which agreements, and about what.

Only what the question says is taken from it, and everything is plain data. Each condition knows
where the question says it; what no condition explains is the topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.aggregates import Condition
from assistant.understanding import framing
from assistant.understanding.exceptions import exceptions_first
from assistant.understanding.half_years import in_months
from assistant.understanding.intents import (
    STRONG_LIST,
    Column,
    Group,
    Intent,
    column_of,
    further_columns,
    group_of,
    intent_of,
    is_english,
)
from assistant.understanding.kana_names import kana_names
from assistant.understanding.kana_words import kana_words
from assistant.understanding.named_conditions import (
    add,
    add_types,
    base,
    inside,
    is_bare_era,
    partner_condition,
    period_condition,
)
from assistant.understanding.named_numbers import numbers_left_out, numbers_named, overlaps
from assistant.understanding.names import NamedPartner, PartnerNames
from assistant.understanding.noted_names import notes_aside
from assistant.understanding.party_context import with_role
from assistant.understanding.party_words import without_filler
from assistant.understanding.period_points import every_year
from assistant.understanding.periods import Period, find_periods
from assistant.understanding.preambles import reasons, without_preamble
from assistant.understanding.row_conditions import Places, alone, months, parties, same_as
from assistant.understanding.scope import scoped
from assistant.understanding.stated_figures import stated_figures
from assistant.understanding.text_conditions import (
    around,
    text_conditions,
    title_phrases,
)
from assistant.understanding.topic_rows import TopicRows
from assistant.understanding.topic_words import masked_text, topic_of
from index.errors import RequestError
from index.normalization import normalized, without_space
from index.opened import OpenIndex
from index.records import Agreement
from index.tokens import Token

MAX_LENGTH = 500
_ROWS = frozenset({"count", "list", "share", "rank", "difference", "extreme", "trend"})
_CONCLUDES = re.compile(r"協定|覚書|結[んば]|締結|合意書")
# Each is one party; of a kind there may be several.
_SINGLE = frozenset({"name", "place", "part"})
# What questions about rows speak of; 「1から100まで足すといくつ？」 speaks of none of it.
_SUBJECT = re.compile(
    r"^(?:全部|全て|すべて|合計|合わせて)|協定|覚書|締結|結[んば]|件|部局|課|相手|年度|一覧|多|少な|古|新し|どこ|どれ"
    r"|agreement|[a-z]{4}"
)
_SELF = re.compile(
    r"(?:no\.?\d{1,4}|\d{1,4}番)(?:の協定)?(?:自身|自体)?(?:も含め|も含む|を含め|以外|を除|は除|の?ほか)"
)
_ARRANGED = re.compile(r"別|ごと|順")


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks.

    Attributes:
        text: the question, cleaned, without what is said around it.
        intent: what it wants done.
        column: the column of the table it asks for, if any.
        also: the columns it asks for beside that one.
        aside: words of remarks around it, which no row has to hold.
        group: what it wants agreements ranked by, if anything.
        numbers: the agreement numbers it names, as written; they need not exist.
        conditions: what the agreements must be like.
        partners: the partners it names, also those without any agreement.
        periods: the periods it names.
        topic: the tokens that neither a condition nor the talk of counting explains.
        english: whether it is asked in English.
        document: key of the document that a conversation is about, if it is one beside the table.
        references: what others are compared with: the department in 「環境部の次に多い」.
        wants_next: whether the one after the reference is asked for, not one as large.
        base: the conditions of the whole of which a share is asked for.
        passage: id of the passage beside the table that it goes on asking about, if it does.
        leaning: the earlier questions about that passage, the last first.
    """

    text: str
    intent: Intent
    column: Column | None
    group: Group | None
    numbers: tuple[str, ...]
    conditions: tuple[Condition, ...]
    partners: tuple[NamedPartner, ...]
    periods: tuple[Period, ...]
    topic: tuple[Token, ...]
    english: bool
    document: str | None = None
    references: tuple[Condition, ...] = ()
    wants_next: bool = False
    base: tuple[Condition, ...] = ()
    also: tuple[Column, ...] = ()
    aside: tuple[str, ...] = ()
    passage: str | None = None
    leaning: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns that it asks for."""
        if self.column is None:
            return ()
        named = (self.column, *self.also)
        # Who the partners are is told with how many.
        return tuple(one for one in named if one != "partner" or "count" not in named)


def clean(question: str) -> str:
    """``question`` normalized, on one line, without what can't be seen.

    Raises:
        RequestError: if nothing is left, or it is too long.
    """
    if len(question) > MAX_LENGTH * 4:
        raise RequestError(_too_long(len(question)))
    text = " ".join(normalized(question).split())
    if len(text) > MAX_LENGTH:
        raise RequestError(_too_long(len(text)))
    if not any(char.isalnum() for char in text):
        raise RequestError(
            "質問を入力してください。例：「停電に備える協定は？」「No.94の相手方は？」"
        )
    if len(text) < 2 or len(set(text)) == 1:
        raise RequestError(
            f"「{text[:10]}」だけでは何を知りたいか分かりません。もう少し詳しく入力してください。"
        )
    return text


class Reader:
    """Reads questions, knowing the departments, sections and partners there are.

    Args:
        index: the opened index.
        as_of: the day that 最近, 今年 and the like count from.
    """

    def __init__(self, index: OpenIndex, as_of: date) -> None:
        self._as_of = as_of
        self._agreements = {r.no: r for r in index.records.values() if isinstance(r, Agreement)}
        rows = list(self._agreements.values())
        self._places = Places(rows, {index.documents[a.document].municipality for a in rows})
        self.names = PartnerNames(index, self._places.names)
        self._table_words = kana_words(self._places.names)
        self._titles = [without_space(agreement.title) for agreement in rows]
        self._told = [without_space("\n".join((a.title, a.purpose, a.content))) for a in rows]
        self._values = {
            column: frozenset(without_space(getattr(agreement, column)) for agreement in rows)
            for column in ("title", "purpose", "content")
        }
        tables = {agreement.document for agreement in rows}
        self._beside = [
            name for key, doc in index.documents.items() if key not in tables for name in doc.called
        ]
        self._topics = TopicRows(index)

    @cached_property
    def _party_names(self) -> Callable[[str], str]:
        return kana_names(self.names.written())

    def in_kanji(self, question: str) -> str:
        """``question`` with names and the table's own words as written, if typed in hiragana."""
        return self._table_words(self._party_names(question))

    def read(self, question: str) -> Question:
        """Understand ``question``, as :func:`clean` gives it."""
        if is_english(question):
            return self._read(question, question)
        typed = without_space(question)
        text = in_months(without_filler(self.in_kanji(typed)))
        plain, noted = self._without_notes(text)
        bare = without_preamble(plain)
        if bare != plain:
            asked = self._read(bare, bare, (*noted, *framing.words(reasons(plain))))
            # Some put all that they want to know into the clause that says why.
            if selects(asked) or asked.topic:
                return asked
        return self._read(question if plain == typed else plain, plain, noted)

    def _without_notes(self, text: str) -> tuple[str, tuple[str, ...]]:
        """``text`` without notes that narrow nothing, and what those behind names add."""
        plain = exceptions_first(framing.without_notes(text))
        plain, noted = notes_aside(plain, self.names, self._is_condition)
        return plain, tuple(noted)

    def _is_condition(self, note: str) -> bool:
        """Whether a note says when, by which number or which department."""
        if find_periods(note, self._as_of) or numbers_named(note, []):
            return True
        return bool(self._places.find(note))

    def _read(self, question: str, text: str, aside: tuple[str, ...] = ()) -> Question:
        taken: list[tuple[int, int]] = []
        conditions: list[Condition] = []
        apart: list[Condition] = []
        for itself, condition in same_as(text, self._agreements):
            conditions.append(condition)
            apart += [itself] if itself else []
            taken.append((condition.start, condition.end))
            taken += [match.span() for match in _SELF.finditer(text)]
        apart += numbers_left_out(text, taken)
        numbers = numbers_named(text, taken)
        periods = [
            p for p in find_periods(text, self._as_of) if not overlaps(taken, p.start, p.end)
        ]
        if any(is_bare_era(period) for period in periods):
            # Companies have eras in their names, too.
            named = [(p.start, p.end) for p in self.names.find(text, []) if p.numbers]
            periods = [p for p in periods if not (is_bare_era(p) and inside(named, p))]
        conditions += [period_condition(period) for period in periods]
        taken += [(period.start, period.end) for period in periods]
        if _CONCLUDES.search(text):
            add(conditions, taken, months(every_year(text, taken)))
        on_rows = intent_of(text) in _ROWS
        wordings = text_conditions(text, self.names.containing, self._values, on_rows=on_rows)
        found = len(conditions)
        add(conditions, taken, wordings)
        taken += [around(text, condition) for condition in conditions[found:]]
        if on_rows:
            add(conditions, taken, title_phrases(text, self._titles))
        partners = self._places_and_partners(text, conditions, taken)
        add(conditions, taken, parties(text))
        if not (numbers or partners):
            # Of a row that is named otherwise, a figure is something said, not what finds it.
            add(conditions, taken, stated_figures(text, self._told))
        add_types(conditions, taken, text)
        without_rows = [(p.start, p.end) for p in partners if not p.numbers]
        settled = scoped(text, conditions, self._places.departments, without_rows)
        masked = masked_text(text, taken)
        intent = "rank" if settled.references else intent_of(masked)
        outside = self._outside(text, taken, intent)
        shorter = self._without_remarks(text, outside, taken, aside)
        if shorter is not None:
            return shorter
        topic, passed = topic_of(text, taken, outside)
        if not (taken or topic) and intent in _ROWS | {"list"} and not _SUBJECT.search(text):
            intent = "lookup"
        topic, left_out = self._topics.without_left_out(text, topic)
        selecting = (*settled.conditions, *apart, *left_out)
        if not selecting and self._is_whole_list(text, intent, topic):
            selecting = self._topics.naming(topic)
        return Question(
            text=question,
            intent=intent,
            column=column_of(masked),
            group=group_of(masked),
            numbers=tuple(numbers),
            conditions=selecting,
            partners=tuple(partners),
            periods=tuple(periods),
            topic=topic,
            english=is_english(question),
            references=settled.references,
            wants_next=settled.wants_next,
            base=base(masked, selecting) if intent == "share" else (),
            also=further_columns(masked),
            aside=(*aside, *passed),
        )

    def _outside(
        self, text: str, taken: Sequence[tuple[int, int]], intent: str
    ) -> list[framing.Remark]:
        """The remarks that aren't part of what a question asks for."""
        found = [
            remark
            for remark in framing.remarks(text, taken)
            if remark.kind != "name" or not self._may_be_topic(text, remark)
        ]
        if not taken and intent not in _ROWS:
            # What somebody tells of themselves may help to find what they need.
            return [remark for remark in found if remark.kind == "occasion"]
        if intent in _ROWS - {"list"} or STRONG_LIST.search(text):
            return found
        return [r for r in found if r.kind != "story" or not self._may_be_topic(text, r)]

    def _may_be_topic(self, text: str, remark: framing.Remark) -> bool:
        """Whether any agreement names anything of a situation that is told."""
        said, _ = topic_of(text[remark.start : remark.end], (), ())
        nouns = [token for token in said if token.pos.startswith("名詞")]
        return any(self._topics.naming([noun]) for noun in nouns)

    def _without_remarks(
        self,
        text: str,
        outside: Sequence[framing.Remark],
        taken: Sequence[tuple[int, int]],
        aside: tuple[str, ...],
    ) -> Question | None:
        """The question without its remarks that ask for nothing; None if it has none.

        A situation that is told is no remark where there is nothing else to go by.
        """
        silent = [
            remark
            for remark in outside
            if not overlaps(taken, remark.start, remark.end)
            and not _wishes(text[remark.start : remark.end])
        ]
        topics = [r for r in silent if r.kind == "story" and self._may_be_topic(text, r)]
        plain = [remark for remark in silent if remark.kind != "story"]
        for left in filter(None, (silent, plain)):
            words = [w for r in left for w in framing.words(text[r.start : r.end])]
            bare = framing.without(text, left)
            asked = self._read(bare, bare, (*aside, *words))
            if left == plain or selects(asked) or (asked.topic and not topics):
                return asked
        return None

    def _places_and_partners(
        self, text: str, conditions: list[Condition], taken: list[tuple[int, int]]
    ) -> list[NamedPartner]:
        """Add what places and partners ask for; of names in one another, the longer counts."""
        places = [c for c in self._places.find(text) if not overlaps(taken, c.start, c.end)]
        partners = self.names.find(text, taken)
        partners = [
            p for p in partners if not any(c.start <= p.start and p.end <= c.end for c in places)
        ]
        within = [(p.start, p.end) for p in partners]
        places = [c for c in places if not overlaps(within, c.start, c.end)]
        conditions += places
        conditions += [partner_condition(partner) for partner in partners if partner.numbers]
        conditions += alone(text, [(p.start, p.end) for p in partners if p.kind in _SINGLE])
        taken += [(c.start, c.end) for c in places]
        taken += [with_role(text, partner.start, partner.end) for partner in partners]
        return partners

    def _is_whole_list(self, text: str, intent: Intent, topic: Sequence[Token]) -> bool:
        """Whether all rows that name a topic are wanted, rather than the best for it."""
        if intent != "list" or not topic or not STRONG_LIST.search(text):
            return False
        return "協定" in text and not any(name in text for name in self._beside)


def selects(asked: Question) -> bool:
    """Whether a question says which agreements it means by anything but a topic."""
    return bool(asked.conditions or asked.numbers or asked.partners)


def _wishes(remark: str) -> bool:
    """Whether a remark says what is wanted: which columns, in which order."""
    return bool(intent_of(remark) != "lookup" or column_of(remark) or _ARRANGED.search(remark))


def _too_long(length: int) -> str:
    return (
        f"質問が長すぎます（{length:,}字、上限{MAX_LENGTH}字）。"
        "知りたいことを1つの文にして入力してください。"
    )
