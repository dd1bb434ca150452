"""Follow-ups that change the question in force, each a move of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.aggregates import Condition
from assistant.conversation_state import State
from assistant.desk import Desk
from assistant.intents import wants_oldest
from assistant.question import Question
from assistant.replies import SHORT, is_short, of
from assistant.results import Answer
from assistant.scope import FAMILIES
from index.eras import fiscal_year, fiscal_year_name
from index.records import Agreement

_REFINES = re.compile(
    r"^(?:そのうち|その中で|その中の|このうち|うち|中でも|それらのうち|この中で|さらに|その内|そこから)"
)
_REPLACES = re.compile(
    r"^(?:じゃあ?|では|それでは|なら|同じく|一方|いや|いえ|違って|やっぱり|やはり)"
)
_KTH = re.compile(r"((?<!\d)\d{1,18}|[一二三四五六七八九十])(?:番目|件目|つ目|位)")
_NEXT = re.compile(r"(?:その)?(次|前|後)の(?:番号|協定|もの)")
_REST = re.compile(
    r"^(?:それ|これら?|それら|その(?:部局|課|会社|年度))?以外(?:は|の(?:もの|協定)?は?|に)"
)
_OLDER = re.compile(
    r"(?:古|新し|早)い(?:もの|協定|ほう|方|の)|(?:先|最初|最後|後)に(?:結|締)|どちらが(?:先|古|新)"
)
_END = re.compile(r"^(?:その)?(?:一番|いちばん)?(最初|最後|先頭|末尾)の(?!締結|協定は)")
_TOTAL = re.compile(
    r"^(?:それ(?:ら)?は?|これ(?:ら)?は?|今の|その)?(?:全部で|合計で?|合わせて|計|何件|件数)"
)
_POINTS = re.compile(r"^(?:それ|その|この|これ|あれ|上の|さっき|先ほど|前の)")
_THAT = re.compile(r"(?:その|この|同じ)(部局|担当課|所管課|課|部|年度|年|会社|相手方?|団体)")
_SHARE = re.compile(r"割合|何%|何パーセント|何割|比率|シェア|percent|share")
_AGAINST = re.compile(r"どちら|どっち|差|違い|何件(?:多|少|増|減)|何倍")
_BARE = re.compile(
    r"(.{1,16}?)(?:に関する|についての|に関わる)?(?:との)?(?:もの|の|協定|と)?(?:は|だと)[?]?"
)
_PARTNERS = ("会社", "相手", "相手方", "団体")
_KANJI = {char: number for number, char in enumerate("一二三四五六七八九十", 1)}


def neighbour(desk: Desk, asked: Question, before: State) -> Question | None:
    """「その次の番号の協定は？」"""
    del desk
    if before.focus is None or not _NEXT.search(asked.text):
        return None
    step = -1 if "前の" in asked.text else 1
    return replace(asked, numbers=(str(before.focus + step),), topic=(), conditions=())


def like_it(desk: Desk, asked: Question, before: State) -> Question | None:
    """「似た協定は？」: like the one that is talked about."""
    del desk
    if asked.intent != "similar" or asked.conditions or not is_short(asked) or not before.nos:
        return None
    base = before.focus if before.focus is not None else before.nos[0]
    return replace(asked, numbers=(str(base),))


def by_age(desk: Desk, asked: Question, before: State) -> Question | None:
    """「古いほうは？」「一番新しいのは？」 of those that were answered with."""
    del desk
    orders = asked.intent == "extreme" or _OLDER.search(asked.text)
    if not orders or asked.conditions or len(before.nos) < 2 or asked.topic:
        return None
    return replace(_refined(asked, before), intent="extreme")


def against_before(desk: Desk, asked: Question, before: State) -> Question | None:
    """「どちらが多い？」「差は？」 between the last two questions."""
    del desk
    if not _AGAINST.search(asked.text) or asked.conditions or before.previous is None:
        return None
    earlier, later = before.previous.conditions, before.asked.conditions
    sides = [c for c in (*earlier, *later) if c not in earlier or c not in later]
    if len(sides) != 2 or len({FAMILIES.get(side.name, side.name) for side in sides}) != 1:
        return None
    common = [c for c in earlier if c in later]
    compared = tuple(replace(side, group="比べる") for side in sides)
    return replace(asked, conditions=(*common, *compared), intent="difference", topic=())


def rank_again(desk: Desk, asked: Question, before: State) -> Question | None:
    """「一番多いのはどこ？」 after a count or another place of the ranking."""
    del desk
    if asked.intent != "rank" or asked.conditions or asked.topic or len(asked.text) > SHORT:
        return None
    group = asked.group or before.asked.group or "department"
    kept = tuple(c for c in before.asked.conditions if c.name not in (group, "number"))
    return replace(asked, conditions=kept, group=group)


def at_place(desk: Desk, asked: Question, before: State) -> Question | Answer | None:
    """「3番目は？」「最後のは？」"""
    if not is_short(asked) or asked.conditions:
        return None
    match = _KTH.search(asked.text)
    if match:
        return _kth(desk, asked, before, _KANJI.get(match[1]) or int(match[1]))
    end = _END.match(asked.text)
    if end and before.nos:
        return of(desk, asked, [before.nos[0 if end[1] in ("最初", "先頭") else -1]])
    return None


def narrower(desk: Desk, asked: Question, before: State) -> Question | None:
    """「そのうち令和のものは？」"""
    del desk
    return _refined(asked, before) if _REFINES.match(asked.text) and before.nos else None


def the_rest(desk: Desk, asked: Question, before: State) -> Question | None:
    """「それ以外は？」: all agreements but those that were answered with."""
    del desk
    if not _REST.match(asked.text) or asked.conditions or not before.nos:
        return None
    others = Condition("number", (list(before.nos),), "前の結果のうち", negated=True)
    wanted = before.asked.intent if asked.intent == "lookup" else asked.intent
    intent = wanted if wanted in ("count", "list", "share") else "list"
    return replace(asked, conditions=(others,), intent=intent, topic=(), column=None)


def total(desk: Desk, asked: Question, before: State) -> Question | None:
    """「全部で何件？」 after a list."""
    del desk
    if not _TOTAL.match(asked.text) or asked.conditions or asked.topic or not before.nos:
        return None
    if asked.intent not in ("count", "list") or before.answer.kind in ("comparison", "fact"):
        return None
    return replace(_refined(asked, before), intent="count")


def that_value(desk: Desk, asked: Question, before: State) -> Question | None:
    """「その部局の割合は？」: what all that was answered with have in common."""
    match = _THAT.search(asked.text)
    if match is None or not before.nos or (before.answer.kind == "attribute" and asked.column):
        return None
    found = [desk.agreements[no] for no in before.nos]
    asked_for = [c for c in before.asked.conditions if c.name == "partner"]
    if match[1] in _PARTNERS and len(asked_for) == 1:
        shared: Condition | None = asked_for[0]
    else:
        shared = _shared(desk, match[1], found)
    if shared is None:
        return None
    intent = asked.intent if asked.intent != "lookup" else "list"
    column = None if asked.column in ("department", "partner") else asked.column
    conditions = (*asked.conditions, shared)
    return replace(asked, conditions=conditions, intent=intent, column=column, topic=())


def share_of_it(desk: Desk, asked: Question, before: State) -> Question | None:
    """「割合は？」 after a count."""
    del desk
    if not _SHARE.search(asked.text) or asked.conditions or asked.topic or asked.partners:
        return None
    if before.answer.kind not in ("count", "list") or not before.asked.conditions:
        return None
    return replace(before.asked, intent="share", text=asked.text, column=None)


def partner_instead(desk: Desk, asked: Question, before: State) -> Question | None:
    """「保険会社は？」 after agreements with another partner or kind of partner."""
    match = _BARE.fullmatch(asked.text)
    with_partner = any(c.label.startswith("相手方＝") for c in before.asked.conditions)
    if match is None or not with_partner or asked.conditions:
        return None
    again = desk.reader.read(f"{match[1]}との協定")
    if not any(condition.label.startswith("相手方＝") for condition in again.conditions):
        return None
    return _replaced(replace(again, intent="lookup", topic=()), before)


def topic_instead(desk: Desk, asked: Question, before: State) -> Question | None:
    """「水道に関するものは？」 after counting or listing by another word."""
    del desk
    if before.asked.intent not in ("count", "list") or not before.asked.topic:
        return None
    if not _BARE.fullmatch(asked.text) or not asked.topic or asked.conditions:
        return None
    kept = tuple(c for c in before.asked.conditions if not c.label.startswith("記載＝"))
    return replace(asked, conditions=kept, intent=before.asked.intent, column=None)


def instead(desk: Desk, asked: Question, before: State) -> Question | None:
    """「では別の部局なら？」: the question before with other conditions."""
    del desk
    if _REPLACES.match(asked.text) or (_is_bare(asked) and asked.conditions):
        return _replaced(asked, before)
    return None


def same_document(desk: Desk, asked: Question, before: State) -> Question | None:
    """「その協約の…」 stays with the document that was answered from."""
    del desk
    if not before.document or asked.conditions:
        return None
    points = _POINTS.match(asked.text) or not asked.topic
    if points or (len(asked.text) <= SHORT and not asked.partners):
        return replace(asked, document=before.document)
    return None


def _is_bare(asked: Question) -> bool:
    return not asked.topic and asked.intent in ("lookup", "list", "count") and len(asked.text) <= 20


def _refined(asked: Question, before: State) -> Question:
    numbers = Condition("number", (list(before.nos),), "前の結果のうち")
    intent = asked.intent if asked.intent != "lookup" else "list"
    return replace(asked, conditions=(numbers, *asked.conditions), intent=intent)


def _replaced(asked: Question, before: State) -> Question:
    """The earlier question with the conditions replaced that the new one gives anew."""
    given = {condition.name for condition in asked.conditions}
    if given & {"department", "section"}:
        given |= {"department", "section"}
    kept = tuple(condition for condition in before.asked.conditions if condition.name not in given)
    intent = asked.intent if asked.intent != "lookup" else before.asked.intent
    return replace(
        asked,
        conditions=(*kept, *asked.conditions),
        intent=intent,
        column=asked.column or before.asked.column,
        group=asked.group or before.asked.group,
        topic=asked.topic or before.asked.topic,
        periods=asked.periods or before.asked.periods,
    )


def _kth(desk: Desk, asked: Question, before: State, place: int) -> Question | Answer:
    ordered = before.asked.intent == "extreme"
    if ordered and len(before.nos) == 1:
        order = "古い" if wants_oldest(before.asked.text) else "新しい"
        return replace(before.asked, text=f"{place}番目に{order}もの")
    if not ordered and (before.answer.kind == "comparison" or before.asked.intent == "rank"):
        again = f"{place}番目に多い {before.asked.text}"
        return replace(before.asked, text=again, intent="rank")
    if 1 <= place <= len(before.nos):
        return of(desk, asked, [before.nos[place - 1]])
    return Answer(
        "not_found",
        f"前の結果に {place} 番目の協定はありません。",
        interpretation="前の結果の順番",
    )


def _shared(desk: Desk, what: str, found: Sequence[Agreement]) -> Condition | None:
    """The condition that all of ``found`` meet in one column; None if they differ in it."""
    if what in ("部局", "部"):
        departments = {agreement.department for agreement in found}
        if len(departments) == 1:
            (name,) = departments
            return Condition("department", (name,), f"部局＝{name}")
    elif what.endswith("課"):
        sections = {agreement.section for agreement in found}
        if len(sections) == 1:
            (name,) = sections
            return Condition("section", (name,), f"担当課＝{name}")
    elif what == "年度":
        years = {fiscal_year(agreement.concluded) for agreement in found}
        if len(years) == 1:
            (year,) = years
            name = fiscal_year_name(year)
            return Condition("concluded", _fiscal_span(year), f"締結年度＝{name}")
    elif what in _PARTNERS:
        names = set.intersection(*({*agreement.partners} for agreement in found))
        if names:
            own = [a.no for a in desk.agreements.values() if not names.isdisjoint(a.partners)]
            return Condition("partner", (own,), f"相手方＝{'、'.join(sorted(names))}")
    return None


def _fiscal_span(year: int) -> tuple[date, date]:
    return date(year, 4, 1), date(year + 1, 3, 31)
