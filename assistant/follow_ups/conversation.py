"""Follow-ups: 「そのうち令和のものは？」「担当課は？」「3番目は？」「じゃあ土木部は？」

A follow-up refines or replaces what was asked before; a new topic drops it. Each way of doing so
is a move of its own: it reads the new question in the light of the state, and gives the full
question or an answer at once, or None if it isn't meant. The first move that is meant counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.desk import Desk
from assistant.follow_ups import (
    beside,
    inside,
    limits,
    odd_one,
    pointing,
    refining,
    regrouping,
    replies,
    sharing,
)
from assistant.follow_ups.conversation_state import State, history
from assistant.question import Question
from assistant.results import Answer
from index.normalization import without_space

Move = Callable[[Desk, Question, State], Question | Answer | None]
MOVES: tuple[Move, ...] = (
    beside.other_party,
    beside.other_initiatives,
    beside.other_initiative,
    beside.other_document,
    beside.of_document,
    beside.same_passage,
    odd_one.odd_one,
    replies.who_else,
    pointing.named_one,
    pointing.neighbour,
    replies.date_again,
    replies.published_again,
    beside.passage_beside,
    limits.lifted,
    limits.counted_by,
    limits.since_then,
    limits.month_beside,
    limits.added,
    refining.year_beside,
    pointing.next_of_it,
    refining.narrower,
    pointing.first_few,
    refining.the_rest,
    limits.all_but,
    replies.rest_of_wider,
    replies.other_one,
    replies.more_of_it,
    pointing.like_it,
    sharing.same_as_it,
    pointing.whether,
    regrouping.against_before,
    regrouping.by_age,
    regrouping.rank_again,
    regrouping.broken_down,
    pointing.at_place,
    refining.of_all,
    limits.place_instead,
    regrouping.total,
    regrouping.as_list,
    regrouping.share_of_it,
    beside.partner_of_it,
    beside.agreements_on_it,
    sharing.that_value,
    refining.partner_instead,
    pointing.likest_one,
    pointing.any_of_them,
    replies.among_them,
    refining.topic_instead,
    refining.instead,
    refining.named_document,
    pointing.about_it,
    inside.inside_it,
    replies.column_of_them,
    regrouping.counted_again,
    refining.same_document,
)
_NEW = re.compile(r"^(?:ところで|話は変わ|別件|次の質問|さて)")
# 「最初の一覧に戻って、…」, 「環境部の結果に戻して」
_BACK = re.compile(
    r"^(?:(?P<first>最初|はじめ|初め)|さっき|先ほど|前|1つ前|一つ前|元)?(?:の)?(?P<name>[^、。]{0,16}?)の?"
    r"(?:一覧|結果|リスト|条件|質問|ところ|話)?(?:に|へ|まで)?(?:戻って|もどって|戻ると|戻して|もどして|戻り)"
    r"(?:ください|ほしい|ます)?[、。]?(?P<rest>.*)$"
)


def follow(desk: Desk, asked: Question, before: State) -> Question | Answer:
    """Read ``asked`` in the light of ``before``: the full question, or its answer at once."""
    if _NEW.match(asked.text):
        return asked
    number = pointing.number_instead(desk, asked, before)
    if number is not None:
        return number
    if asked.numbers:
        return pointing.all_but_number(desk, asked, before) or asked
    back = _BACK.match(without_space(asked.text))
    if back is not None:
        earlier = _earlier(before, back["name"], first=back["first"] is not None)
        if earlier is None and back["name"] and back["rest"]:
            # 「1件目に戻って、目的は？」
            return follow(desk, desk.reader.read(f"{back['name']}の{back['rest']}"), before)
        if earlier is None:
            return asked
        rest = back["rest"].strip("?。、")
        return follow(desk, desk.reader.read(back["rest"]), earlier) if rest else earlier.asked
    for move in MOVES:
        meant = move(desk, asked, before)
        if meant is not None:
            return meant
    return asked


def _earlier(state: State, name: str, *, first: bool) -> State | None:
    """The earlier state that is meant: the first, the last with other rows, or one by a name."""
    past = [s for s in history(state.earlier) if s.answer.nos and s.answer.nos != state.answer.nos]
    if name:
        past = [s for s in past if any(name in c.label for c in s.asked.conditions)]
    return past[-1 if first else 0] if past else None
