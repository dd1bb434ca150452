"""Follow-ups on what the one row that is talked about says: 「どこで行う？」「どうやって？」

A question that only asks where, who, what or how of words that the row itself holds is answered
with the sentence that shares them, before anything else is searched for.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.desk import Desk
from assistant.follow_ups.conversation_state import State
from assistant.follow_ups.replies import is_short, of
from assistant.question import Question
from assistant.quotes import best_quote, sentences
from assistant.refusing import missing_columns
from assistant.results import Answer
from assistant.wording import number_and_title, one_line
from index.normalization import without_space
from index.records import Agreement
from index.tokens import terms

_ASKS = re.compile(
    r"どこ(?!と)|誰|だれ|どなた|何[をがに]|なに[をがに]|どう(?:やって|いう|する|し[てた])"
    r"|どのよう|どんな|どの(?!協定|部|課|会社)"
)
# Nothing but the way it is done is asked for.
_HOW = re.compile(
    r"(?:それ|これ)?(?:は|を)?(?:どうやって|どのように|どんな(?:ふう|風|方法|形)(?:に|で)|どういう(?:ふう|風|形)(?:に|で)"
    r"|具体的には?(?:何を|どう))(?:行|する|し|進め|実施|やる|取り組|連携|協力)?[ぁ-ん]{0,6}[?]?"
)
_WHERE = re.compile(r"どこ(?:で|に|を|が|の|か|まで|へ|[?]|$)|どの(?:場所|施設|会場|区域|地区)")
_PLACE = re.compile(
    r"場所|会場|区域|地内|市内|管内|町内|地区|構内|園内|館内|店内|店舗|施設|公園|校|センター|会館|において"
)
# A longer question stands for itself.
_LONGEST = 26


def inside_it(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「研究はどこで？」 of the one that is talked about, if its words stand in the row."""
    text = without_space(asked.text)
    if before.focus is None or before.document or not _leans(asked, text):
        return None
    row = desk.agreements[before.focus]
    if not asked.topic:
        how = replace(asked, column="content", also=())
        return of(desk, how, [row.no]) if _HOW.fullmatch(text) else None
    if row.no not in desk.about(asked.topic):
        return None
    sentence = _telling(desk, asked, row, text)
    if sentence is None:
        return None
    cited = desk.cite_whole(row, sentence)
    lines = [f"{number_and_title(row)}に「{one_line(cited.quote)}」とあります。"]
    lines.append(f"相手方は{'、'.join(row.partners)}です。")
    return Answer(
        "attribute",
        "\n".join(lines),
        nos=(row.no,),
        citations=(cited, desk.cite(row, row.partner)),
        interpretation=f"番号＝No.{row.no}、話題＝{'、'.join(t.surface for t in asked.topic)}",
    )


def _leans(asked: Question, text: str) -> bool:
    """Whether a question is about the content of something said before, and of no other row."""
    if asked.numbers or asked.conditions or asked.partners or asked.intent != "lookup":
        return False
    if asked.column not in (None, "content") or missing_columns.wanted(asked.text) is not None:
        return False
    short = is_short(asked) and len(text) <= _LONGEST
    return short and "協定" not in text and bool(_ASKS.search(text))


def _telling(desk: Desk, asked: Question, row: Agreement, text: str) -> str | None:
    """The sentence of a row that shares most with the question; where, only one with a place."""
    words = [token.term for token in asked.topic]
    if _WHERE.search(text):
        told = (*sentences(row.content), *sentences(row.purpose))
        placed = [one for one in told if _PLACE.search(one) and set(words) & set(terms(one))]
        return max(placed, key=lambda one: len(set(words) & set(terms(one))), default=None)
    index = desk.index
    columns = ("content", "purpose")
    best = best_quote(row, words, index.vocabulary, index.thesaurus, columns=columns)
    return best if best in (*sentences(row.content), *sentences(row.purpose)) else None
