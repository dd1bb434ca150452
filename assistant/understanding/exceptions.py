"""What is said of a mention after it: that it is left out, set aside, or counts as well.

「…と付くものを除くと」 and 「…の名前がないもの」 leave rows out, 「…ではなく」 and 「…に限らず」
make no condition at all. Patterns are matched on normalized text without white space, where the
mention ends.
"""

from __future__ import annotations

import re

from assistant.understanding.party_context import CONNECTOR

_CLOSED = r"[」』\"')]{0,2}"
_THING = r"語|文字|言葉|もの|協定|相手方?|締結先|分|件数?|数|課|部局|部|会社|企業|団体|時代|年度?"
# 「…と付くもの」「…が入っている協定」: that rows hold it, on the way to what is done with them.
_HELD = (
    r"(?:(?:[がをもはとに]|という語?が|(?:の|という)(?:語|文字|言葉|名前|表記|記載)が)?"
    r"(?:名称|名前|相手方?)?に?(?:入(?:る|った|っている)|含(?:む|んだ|んでいる|まれる|まれている)"
    r"|(?:付|つ)(?:く|いた|いている)|ある|載っている|書かれている|になっている|となっている))?"
)
_GLUE = rf"{_CLOSED}{_HELD}(?:という|といった|とある|との?|の)?(?:{_THING})?"
# 「除雪」「抜き出す」 leave nothing out.
_TAKEN_OUT = (
    r"以外(?!も)|[をはも]?(?:除(?!雪|雷|去|染|草)|のぞ[いく]|抜(?:き(?!出|だ)|い(?!出|だし)|く)"
    r"|外し|外す|対象外)|を(?:差し)?引(?:く|い[てた])"
)
# An attribute, not the end of a question: 「…ではないですか」 asks.
_IS_NOT = r"(?:では|じゃ|で)(?:ない|ありません)(?!で(?:す|しょう)|の?か|[?。]|$)"
_NOT_HELD = (
    r"(?:の(?:どちら|いずれ|両方)も?)?[がをもはにとで]?(?:(?:名称|名前|相手方?|目的|内容)には?)?(?:入(?:ら|って?い?)|含(?:ま|め|み|んで?い?|まれて?い?)|付(?:か|いて?い?)"
    r"|つ(?:か|いて?い?)|数え|カウントし|入れ|終わら|始まら)(?:ない|ず|ません|なく)"
)
_NAMING = r"(?:という|との|の)?(?:名前|名称|名|記載|記述|表記|語|言葉|文字列?|文言|字)"
_ABSENT = r"(?:ない|無い|ありません|見当たらない|見られない|出てこない|載っていない|書かれていない)"
_NOT_THERE = (
    rf"{_CLOSED}(?:{_NAMING}[がはもの]{_ABSENT}"
    rf"|[がはも]{_ABSENT}(?=もの|協定|覚書|行|やつ|ほう|方|、))"
)
_NEGATED = re.compile(
    rf"{_GLUE}(?:{_TAKEN_OUT}|[をはも]?別(?:として|にして|に)|の?(?:ほか|他)に(?=どこ|誰|どの|どんな|何)"
    rf"|{_IS_NOT}|でも(?:ない|ありません)|(?:に|と)(?:なって|され|されて|して)い?(?:ない|ません|ず)|{_NOT_HELD})"
    rf"|{_NOT_THERE}"
)
# 「災害に関するもの以外」, 「除雪は除いて」; a topic is also left out by 「関係ない」.
_TOPIC_LEFT_OUT = re.compile(
    r"[所者会館品金券等系的]?(?:に(?:関(?:する|連する|係する)|ついての)|関係の?|関連の?)?"
    rf"(?:{_GLUE}(?:{_TAKEN_OUT}|{_IS_NOT}|{_NOT_HELD})|(?:に|とは?)(?:関係|関連)(?:し|が|の|は)?ない|{_NOT_THERE})"
)
_SET_ASIDE = re.compile(
    rf"{_CLOSED}の?(?:件数|協定数|数|方|ほう)?(?:の?(?:協定|もの))?(?:では|じゃ|で)なく(?!い)"
    rf"|{_CLOSED}(?:だけ|のみ)?に(?:は)?(?:(?:限ら|限定せ|限定し|こだわら)(?:ず|ない|なく)|(?:関わら|かかわら|拘わら)ず|関係なく)"
    rf"|{_CLOSED}(?:か(?:どうか)?|かは)?[はをも]?(?:問わ|問い)(?:ず|ない|ま)"
)
_COUNTS_TOO = re.compile(
    r"(?:の(?:もの|協定|相手方?|行|場合))?"
    r"(?:も(?:全て|すべて|全部)?(?:含|込み|入れ|数え|カウント|加え|足し|対象|拾|挙げ|忘れず)"
    r"|(?:含め|含む|含ん|込み|入れて)|でも(?!な))"
)

# 「大学(高専は除く)との協定」: the exception parts a name from what is said of it.
_BRACKETED = re.compile(
    rf"\(([^()]{{1,40}}?(?:(?:では|じゃ|で)なく(?:て)?|以外|{_TAKEN_OUT})(?:く|いて|き|す|して)?)\)"
)


def exceptions_first(text: str) -> str:
    """``text`` with exceptions in brackets at its head: 「高専は除く、大学との協定」."""
    found = _BRACKETED.findall(text)
    return "".join(f"{said}、" for said in found) + _BRACKETED.sub("", text) if found else text


def left_out_with(gap: str) -> bool:
    """Whether words between two mentions let what leaves out the second leave out the first."""
    return gap in ("も", "にも", "でも") or bool(CONNECTOR.fullmatch(gap))


def is_negated(text: str, end: int) -> bool:
    """Whether rows that meet the condition said up to ``end`` are to be left out."""
    return bool(_NEGATED.match(text, end))


def is_topic_left_out(text: str, end: int) -> bool:
    """Whether the words of a topic that end there are said to be left out."""
    return bool(_TOPIC_LEFT_OUT.match(text, end))


def is_set_aside(text: str, end: int) -> bool:
    """Whether what is said up to ``end`` is named only to say that it isn't asked for."""
    return bool(_SET_ASIDE.match(text, end))


def counts_too(text: str, end: int) -> bool:
    """Whether what is said up to ``end`` is to count as well: 「連名のものも数えて」."""
    return bool(_COUNTS_TOO.match(text, end))
