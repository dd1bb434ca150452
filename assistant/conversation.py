"""Follow-ups: 「そのうち令和のものは？」「担当課は？」「3番目は？」「じゃあ土木部は？」

A follow-up refines or replaces what was asked before; a new topic drops it. Each way of doing so
is a move of its own: it reads the new question in the light of the state, and gives the full
question (:mod:`assistant.refining`), an answer at once (:mod:`assistant.replies`), or None if it
isn't meant. The first move that is meant counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant import refining, replies
from assistant.conversation_state import State
from assistant.desk import Desk
from assistant.question import Question
from assistant.replies import POLITE
from assistant.results import Answer

_LEAD = re.compile(
    rf"^(?:(?:ちなみに|それから|それと|えーと|えっと)[、,]?|(?:あと|ということは|{POLITE})[、,。!.])\s*"
)
Move = Callable[[Desk, Question, State], Question | Answer | None]
MOVES: tuple[Move, ...] = (
    replies.thanks,
    replies.other_party,
    refining.neighbour,
    replies.date_again,
    replies.rest_of_wider,
    replies.other_one,
    replies.more_of_it,
    refining.like_it,
    refining.by_age,
    replies.published_again,
    refining.against_before,
    refining.rank_again,
    refining.at_place,
    refining.narrower,
    refining.the_rest,
    refining.total,
    refining.that_value,
    refining.share_of_it,
    refining.partner_instead,
    replies.among_them,
    refining.topic_instead,
    refining.instead,
    replies.column_of_them,
    refining.same_document,
)
_NEW = re.compile(r"^(?:ところで|話は変わ|別件|次の質問|さて)")


def without_lead(turn: str) -> str:
    """``turn`` without the words that only lead over to it: 「ちなみに、…」"""
    rest = _LEAD.sub("", turn)
    return rest if len(rest) > 1 else turn


def follow(desk: Desk, asked: Question, before: State) -> Question | Answer:
    """Read ``asked`` in the light of ``before``: the full question, or its answer at once."""
    if _NEW.match(asked.text) or asked.numbers:
        return asked
    for move in MOVES:
        meant = move(desk, asked, before)
        if meant is not None:
            return meant
    return asked
