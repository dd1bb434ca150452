"""Follow-ups that are answered at once from what was answered before, each a move of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant import lookups, published, roles
from assistant.conversation_state import State
from assistant.desk import Desk
from assistant.question import Question
from assistant.relevance import covers
from assistant.results import Answer, number_of
from assistant.wording import full_date, number_and_title
from index.eras import fiscal_year, fiscal_year_name
from index.records import Agreement, CompactRole

POLITE = (
    r"(?:どうも)?(?:ありがとう(?:ございます|ございました)?|助かりました|了解(?:です|しました)?"
    r"|わかりました|分かりました|なるほど|そうですか|thank(?: you|s))"
)
_THANKS = re.compile(rf"^{POLITE}[。!.]*$")
_MORE = re.compile(r"もっと(?:詳し|くわし)|詳しく|くわしく|詳細")
_OTHER = re.compile(r"もう(?:一方|片方|1つ|一つ|1件|一件)|残り(?:の1件|の1つ|は|の)|他方|ほかの1件")
_WHICH = re.compile(r"どっち|どちら|どれ(?:です|で|か|$|\?)")
_WESTERN = re.compile(r"西暦")
_FISCAL = re.compile(r"何年度")
_MORE_OF_IT = re.compile(
    r"^(?:ほか|他|その他|それ以外)(?:に|の)?(?:協定|もの)?(?:は|も|が)?(?:ある|あり|ない)?"
)
_ONLY_ONE = re.compile(r"のもの|の(?:は|を|に|が)|もの")
SHORT = 20


def thanks(desk: Desk, asked: Question, before: State) -> Answer | None:
    """A polite word that asks nothing."""
    del desk, before
    if not _THANKS.match(asked.text):
        return None
    text = "どういたしまして。ほかにも知りたいことがあれば、続けて質問してください。"
    return Answer("out_of_scope", text)


def other_party(desk: Desk, asked: Question, before: State) -> Answer | None:
    """The same initiative's role of another party: 「乙のほうは？」「ほかの町の役割は？」"""
    if not before.role or not is_short(asked):
        return None
    last = desk.index.records[before.role]
    if not isinstance(last, CompactRole):
        return None
    parties = roles.named_parties(desk, asked.text)
    same = [
        role
        for role in desk.roles
        if (role.compact, role.initiative) == (last.compact, last.initiative)
    ]
    if re.search(r"以外|ほか|他の|残り|もう一方", asked.text):
        chosen = [role for role in same if role.text != last.text]
    else:
        chosen = [role for role in same if role.party in parties or role.party_name in parties]
    return roles.of_roles(desk, asked, chosen) if chosen else None


def date_again(desk: Desk, asked: Question, before: State) -> Answer | None:
    """The date of the one that is talked about, counted in another way."""
    if before.focus is None:
        return None
    if _WESTERN.search(asked.text):
        return _dated(desk, before.focus)
    if _FISCAL.search(asked.text) and is_short(asked):
        return _fiscal(desk, before.focus)
    return None


def rest_of_wider(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「残りは？」 after some of a list were chosen: the others of that list."""
    if not _OTHER.search(asked.text) or not set(before.nos) < set(before.wider):
        return None
    return of(desk, asked, [no for no in before.wider if no not in before.nos])


def other_one(desk: Desk, asked: Question, before: State) -> Answer | None:
    """The other one, or all others, of those that were answered with."""
    if not _OTHER.search(asked.text) or not before.nos:
        return None
    if len(before.nos) == 1:
        only = desk.agreements[before.nos[0]]
        return Answer(
            "not_found",
            f"前の結果に、No.{only.no} のほかの協定はありません。",
            related=(desk.cite(only, only.title),),
            interpretation="前の結果のほか",
        )
    focus = before.focus if before.focus is not None else before.nos[0]
    return of(desk, asked, [no for no in before.nos if no != focus])


def more_of_it(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「ほかには？」: the next agreements for the same topic."""
    if not _MORE_OF_IT.match(asked.text) or before.answer.kind != "lookup":
        return None
    hits = lookups.within(desk, before.asked)
    rest = [hit for hit in hits if number_of(hit.record) not in before.nos]
    if not rest or not covers(before.asked.text, rest):
        text = "ほかに近い協定は見つかりませんでした。言い方を変えて質問してください。"
        return Answer("not_found", text, interpretation="前の質問の続き")
    return lookups.by_topic(desk, before.asked, rest)


def published_again(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「子育ては？」 after a figure of the survey: the same table's figure for that."""
    if before.answer.nos or len(asked.text) > SHORT * 2:
        return None
    return published.follow(desk, asked, before.answer)


def among_them(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「猫に関するのはどっち？」"""
    text = asked.text
    if not (_WHICH.search(text) or _ONLY_ONE.search(text)):
        return None
    if len(before.nos) < 2 or not asked.topic:
        return None
    chosen = _among(desk, asked, before.nos)
    if chosen and (asked.column or _WHICH.search(text) or _MORE.search(text)):
        return of(desk, asked, chosen[:1])
    return None


def column_of_them(desk: Desk, asked: Question, before: State) -> Answer | None:
    """A column of the one that is talked about, or of those answered with."""
    if asked.conditions:
        return None
    if before.focus is not None and is_short(asked):
        column = asked.column or ("content" if _MORE.search(asked.text) else None)
        if column:
            return of(desk, replace(asked, column=column), [before.focus])
    if asked.column and not asked.topic and before.nos:
        return of(desk, asked, before.nos[: lookups.CITED])
    return None


def of(desk: Desk, asked: Question, nos: Sequence[int]) -> Answer:
    """The column that ``asked`` wants of the agreements ``nos``, or all of them."""
    found = [desk.agreements[no] for no in nos]
    return lookups.about(desk, found, asked, "番号＝" + "、".join(f"No.{no}" for no in nos))


def _among(desk: Desk, asked: Question, nos: Sequence[int]) -> list[int]:
    """Those of ``nos`` that the topic leads to, best first."""
    topic = " ".join(token.surface for token in asked.topic)
    hits = desk.retriever.search(topic, len(desk.index.passages), kinds=("agreement",))
    order = [hit.record.no for hit in hits if isinstance(hit.record, Agreement)]
    return [no for no in order if no in nos]


def _dated(desk: Desk, no: int) -> Answer:
    agreement = desk.agreements[no]
    day = agreement.concluded
    return Answer(
        "attribute",
        f"{number_and_title(agreement)}の締結日は、西暦では{day.year}年{day.month}月{day.day}日です"
        f"（{agreement.concluded_text}）。",
        nos=(no,),
        citations=(desk.cite(agreement, agreement.concluded_text),),
        interpretation=f"番号＝No.{no}、項目＝締結日（西暦）",
    )


def _fiscal(desk: Desk, no: int) -> Answer:
    agreement = desk.agreements[no]
    year = fiscal_year(agreement.concluded)
    return Answer(
        "attribute",
        f"{number_and_title(agreement)}は{full_date(agreement)}の締結で、"
        f"{fiscal_year_name(year)}（{year}年度）です。",
        nos=(no,),
        citations=(desk.cite(agreement, agreement.concluded_text),),
        interpretation=f"番号＝No.{no}、項目＝締結年度",
    )


def is_short(asked: Question) -> bool:
    """Whether a question has too little of a topic of its own to stand alone."""
    return len(asked.topic) <= 2
