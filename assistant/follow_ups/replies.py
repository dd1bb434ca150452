"""Follow-ups that are answered at once from what was answered before, each a move of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from assistant.desk import Desk
from assistant.follow_ups.conversation_state import State, history
from assistant.follow_ups.rewording import GREETING, POLITE
from assistant.question import Question
from assistant.refusing import refusals
from assistant.results import Answer, number_of
from assistant.searching.relevance import covers
from assistant.survey import published
from assistant.table import lookups
from assistant.understanding.intents import Column
from assistant.wording import full_date, number_and_title
from index.eras import fiscal_year, fiscal_year_name
from index.normalization import without_space
from index.records import Agreement

_THANKS = re.compile(rf"^(?:{POLITE}[、。!.]{{0,2}}){{1,3}}$")
_GREETINGS = re.compile(rf"^(?:(?:{GREETING}|{POLITE})[、。!.]{{0,2}}){{1,3}}$")
_MORE = re.compile(r"もっと(?:詳し|くわし)|詳しく|くわしく|詳細")
_WHERE_TO_ASK = re.compile(
    r"(?:どこ|誰|だれ)に(?:聞|訊|問い?合わせ|尋ね|相談|電話)|担当はどこ|どこの担当"
    r"|担当(?:して(?:い)?る)?(?:部署|ところ|のところ)|どの部署"
)
_SAME = re.compile(r"同じ(日|年|部|課|担当|相手|会社|団体|内容|名)")
_SAME_COLUMNS: dict[str, Column] = {
    "日": "concluded",
    "年": "concluded",
    "部": "department",
    "課": "department",
    "担": "department",
    "相": "partner",
    "会": "partner",
    "団": "partner",
    "内": "content",
    "名": "title",
}
_CONCLUDED_IN = re.compile(
    r"(?:締結|結んだ|契約した?)(?:した)?(?:年|月|日|時期|時)|何年(?:の|前|$|[?])"
)
_UNLIKE = re.compile(r"(?:違い|差|相違点?)は(?:何|なに|どこ|$|[?])|(?:何|どう|どこ)が?違")
_WHY = re.compile(
    r"(?:なぜ|どうして|何のために|なんのために|何で|なんで)[^、。]{0,6}(?:結|締)"
    r"|(?:何|なん)の(?:ため|目的)"
)
# What it is for, by a word that only the content may tell.
_FOR_WHAT = re.compile(
    r"(?:何|なん|どんな|どういう|どの)の?[^、。?何]{1,10}?"
    r"(?:のため|に備え|を想定|に対(?:し|する)|が対象|を対象)"
)
_WHO_ELSE = re.compile(
    r"(?:誰|だれ|どなた|どこ|どんな(?:ところ|人|団体|会社|企業))(?:が|も|と)?(?:ほかに|他に)?"
    r"(?:入|含まれ|参加|参画|加わ|関わ|名を連ね|いる|います|一緒)"
    r"|(?:ほか|他)の?(?:に)?(?:メンバー|参加者|参加団体|構成団体|当事者|相手方?|会社|団体|企業|締結者)"
    r"(?:は|も|を|が|と|って)"
    r"|^(?:メンバー|参加者|参加団体|構成団体|顔ぶれ|当事者)(?:は|を|って)"
)
_OTHER = re.compile(r"もう(?:一方|片方|1つ|一つ|1件|一件)|残り(?:の1件|の1つ|は|の)|他方|ほかの1件")
_EACH = re.compile(r"それぞれ|全部|全て|すべて|みんな|各(?:協定|々)|それら|これら|ほかのも")
_WHICH = re.compile(r"どっち|どちら|どれ(?:です|で|か|$|\?)")
_WESTERN = re.compile(r"西暦")
_FISCAL = re.compile(r"何年度")
_OTHERS = re.compile(r"(?:では|じゃあ?)?、?(?:ほか|他)の?(?:もの|協定|やつ|ほう)?は[?]?")
_MORE_OF_IT = re.compile(
    r"^(?:ほか|他|その他|それ以外)(?:に|の)?(?:協定|もの)?(?:は|も|が)?(?:ある|あり|ない)?"
)
_ONLY_ONE = re.compile(r"のもの|の(?:は|を|に|が)|もの")
SHORT = 20


def small_talk(asked: Question) -> Answer | None:
    """A polite word that asks nothing."""
    text = without_space(asked.text)
    if _THANKS.match(text):
        said = "どういたしまして。ほかにも知りたいことがあれば、続けて質問してください。"
    elif _GREETINGS.match(text):
        said = "ご利用ありがとうございます。協定について知りたいことを質問してください。"
    else:
        return None
    return Answer("out_of_scope", said)


def who_else(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「ほかに誰が入ってる？」: all partners of the one that is talked about."""
    if before.focus is None or asked.conditions or asked.partners or not is_short(asked):
        return None
    if not _WHO_ELSE.search(without_space(asked.text)):
        return None
    return of(desk, replace(asked, column="partner", also=()), [before.focus])


def date_again(desk: Desk, asked: Question, before: State) -> Answer | None:
    """The date of the one that is talked about, counted in another way."""
    nos = before.nos if before.focus is None else (before.focus,)
    if not nos or len(nos) > lookups.CITED or asked.conditions or asked.intent != "lookup":
        return None
    if _WESTERN.search(asked.text):
        return _dated(desk, nos)
    return _fiscal(desk, nos) if _FISCAL.search(asked.text) and is_short(asked) else None


def rest_of_wider(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「残りは？」 after some of a list were chosen: the others of that list."""
    if not _OTHER.search(asked.text) or not set(before.nos) < set(before.wider):
        return None
    return of(desk, asked, [no for no in before.wider if no not in before.nos])


def other_one(desk: Desk, asked: Question, before: State) -> Answer | None:
    """The other one, or all others, of those that were answered with."""
    if not before.nos:
        return None
    bare = _OTHERS.fullmatch(asked.text) and before.focus is not None
    if not _OTHER.search(asked.text) and (not bare or _searched(before)):
        return None
    if len(before.nos) == 1:
        only = desk.agreements[before.nos[0]]
        return Answer(
            "not_found",
            f"前の結果に、No.{only.no} のほかの協定はありません。",
            related=(desk.cite(only, only.title),),
            interpretation="前の結果のほか",
        )
    if before.focus is None and len(before.nos) > 2:
        # None of them was picked: nothing says which are left.
        return None
    focus = before.focus if before.focus is not None else before.nos[0]
    return of(desk, asked, [no for no in before.nos if no != focus])


def more_of_it(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「ほかには？」: the next agreements for the same topic."""
    if not _MORE_OF_IT.match(asked.text):
        return None
    found = _searched(before)
    if found is None:
        return None
    hits = lookups.within(desk, found.asked)
    rest = [hit for hit in hits if number_of(hit.record) not in found.nos]
    if not rest or not covers(found.asked.text, rest):
        text = "ほかに近い協定は見つかりませんでした。言い方を変えて質問してください。"
        return Answer("not_found", text, interpretation="前の質問の続き")
    return lookups.by_topic(desk, found.asked, rest)


def _searched(before: State) -> State | None:
    """The state after the search whose rows are still talked about, if they are of one.

    A column of one of them may have been asked for in between.
    """
    same = takewhile(lambda state: set(state.nos) == set(before.nos), history(before))
    found = (state for state in same if state.answer.kind == "lookup" and state.asked.topic)
    return next((state for state in found if not state.asked.numbers), None)


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
    """A column of the one that is talked about, or of all those answered with."""
    # With an own topic it stands for itself: 「猫の協定の締結日は？」
    if asked.conditions or not before.nos or (asked.topic and "協定" in asked.text):
        return None
    if before.focus is not None and is_short(asked) and _FOR_WHAT.search(asked.text):
        both = replace(asked, column="purpose", also=("content",))
        return of(desk, both, [before.focus])
    column = asked.column or _column_meant(asked.text)
    if column is None:
        return None
    asked = replace(asked, column=column)
    of_each = _EACH.search(asked.text) or _told_of_each(before)
    if before.focus is not None and is_short(asked) and not of_each:
        return of(desk, asked, [before.focus])
    return None if asked.topic else of(desk, asked, before.nos)


def _told_of_each(before: State) -> bool:
    """Whether a column was told of several rows: none is talked about more than the others."""
    lines = before.answer.text.split("\n")
    return before.answer.kind == "attribute" and (
        sum(line.startswith("No.") for line in lines) == len(before.nos) > 1
    )


def of(desk: Desk, asked: Question, nos: Sequence[int]) -> Answer:
    """The column that ``asked`` wants of the agreements ``nos``, or all of them."""
    found = [desk.agreements[no] for no in nos]
    secret = refusals.secret_partner(desk, asked, found)
    meaning = "番号＝" + "、".join(f"No.{no}" for no in nos)
    return secret or lookups.about(desk, found, asked, meaning)


def _column_meant(text: str) -> Column | None:
    if _MORE.search(text):
        return "content"
    if _WHERE_TO_ASK.search(text):
        return "department"
    if _CONCLUDED_IN.search(text):
        return "concluded"
    same = _SAME.search(text)
    if same is not None:
        return _SAME_COLUMNS[same[1][0]]
    if _UNLIKE.search(text):
        return "content"
    return "purpose" if _WHY.search(text) else None


def _among(desk: Desk, asked: Question, nos: Sequence[int]) -> list[int]:
    """Those of ``nos`` that the topic leads to, best first."""
    topic = " ".join(token.surface for token in asked.topic)
    hits = desk.retriever.search(topic, len(desk.index.passages), kinds=("agreement",))
    order = [hit.record.no for hit in hits if isinstance(hit.record, Agreement)]
    return [no for no in order if no in nos]


def _dated(desk: Desk, nos: Sequence[int]) -> Answer:
    lines = []
    for agreement in (desk.agreements[no] for no in nos):
        day = agreement.concluded
        lines.append(
            f"{number_and_title(agreement)}の締結日は、西暦では{day.year}年{day.month}月{day.day}日です"
            f"（{agreement.concluded_text}）。"
        )
    return _of_dates(desk, nos, lines, "締結日（西暦）")


def _fiscal(desk: Desk, nos: Sequence[int]) -> Answer:
    lines = []
    for agreement in (desk.agreements[no] for no in nos):
        year = fiscal_year(agreement.concluded)
        lines.append(
            f"{number_and_title(agreement)}は{full_date(agreement)}の締結で、"
            f"{fiscal_year_name(year)}（{year}年度）です。"
        )
    return _of_dates(desk, nos, lines, "締結年度")


def _of_dates(desk: Desk, nos: Sequence[int], lines: Sequence[str], what: str) -> Answer:
    found = [desk.agreements[no] for no in nos]
    return Answer(
        "attribute",
        "\n".join(lines),
        nos=tuple(nos),
        citations=tuple(desk.cite(row, row.concluded_text) for row in found),
        interpretation=f"番号＝{'、'.join(f'No.{no}' for no in nos)}、項目＝{what}",
    )


def is_short(asked: Question) -> bool:
    """Whether a question has too little of a topic of its own to stand alone."""
    return len(asked.topic) <= 2
