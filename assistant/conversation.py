"""Follow-ups: 「そのうち令和のものは？」「担当課は？」「3番目は？」「じゃあ土木部は？」

A follow-up refines or replaces what was asked before; a new topic drops it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant import documents, lookups
from assistant.aggregates import Condition
from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer
from assistant.wording import full_date, number_and_title
from index.eras import fiscal_year, fiscal_year_name
from index.records import Agreement, CompactRole

_REFINES = re.compile(r"^(?:そのうち|その中で|その中の|このうち|うち|中でも|それらのうち)")
_REPLACES = re.compile(r"^(?:じゃあ|じゃ|では|それでは|なら|同じく|一方)")
_NEW = re.compile(r"^(?:ところで|話は変わ|別件|次の質問|さて)")
_MORE = re.compile(r"もっと(?:詳し|くわし)|詳しく|くわしく|詳細")
_KTH = re.compile(r"(\d{1,3}|[一二三四五六七八九十])(?:番目|件目|つ目|位)")
_NEXT = re.compile(r"(?:その)?(次|前|後)の(?:番号|協定|もの)")
_OTHER = re.compile(r"もう(?:一方|1つ|一つ|1件|一件)|残り(?:の1件|の1つ|は|の)|他方|ほかの1件")
_WHICH = re.compile(r"どっち|どちら|どれ(?:です|で|か|$|\?)")
_WESTERN = re.compile(r"西暦")
_FISCAL = re.compile(r"何年度")
_POINTS = re.compile(r"^(?:それ|その|この|これ|あれ|上の|さっき|先ほど|前の)")
_ONLY_ONE = re.compile(r"のもの|の(?:は|を|に|が)|もの")
# A question this short leans on what was said before.
SHORT = 20
_KANJI = {char: number for number, char in enumerate("一二三四五六七八九十", 1)}


@dataclass(frozen=True)
class State:
    """What a conversation has come to.

    Attributes:
        asked: the question in force, refinements included.
        answer: the last answer.
        nos: the agreements that were answered with, in that order.
        focus: the one agreement that is being talked about, if it is one.
        role: the last role answered with, if any.
        document: key of the document beside the table that was last answered from, if any.
    """

    asked: Question
    answer: Answer
    nos: tuple[int, ...]
    focus: int | None
    role: str | None = None
    document: str | None = None


def remember(asked: Question, answer: Answer, before: State | None) -> State:
    """The state after ``answer``; a no keeps what was talked about before it."""
    nos = answer.nos or (before.nos if before else ())
    if len(answer.nos) == 1:
        focus: int | None = answer.nos[0]
    elif answer.nos:
        focus = answer.nos[0] if answer.kind in ("lookup", "attribute") else None
    else:
        focus = before.focus if before else None
    listed = before.nos if before and len(answer.nos) == 1 and answer.nos[0] in before.nos else nos
    role = next(
        (c.record for c in answer.citations if c.no is None and answer.kind == "role"), None
    )
    beside = next((c.span.document for c in answer.citations if c.no is None), None)
    return State(asked, answer, listed, focus, role, beside)


def follow(desk: Desk, asked: Question, before: State) -> Question | Answer:
    """Read ``asked`` in the light of ``before``: the full question, or its answer at once."""
    text = asked.text
    if _NEW.match(text) or asked.numbers:
        return asked
    if before.role:
        turned = _other_party(desk, asked, before)
        if turned is not None:
            return turned
    if _NEXT.search(text) and before.focus is not None:
        step = -1 if "前の" in text else 1
        return replace(asked, numbers=(str(before.focus + step),), topic=(), conditions=())
    if before.focus is not None and _WESTERN.search(text):
        return _dated(desk, before.focus)
    if before.focus is not None and _FISCAL.search(text) and _is_short(asked):
        return _fiscal(desk, before.focus)
    if _OTHER.search(text) and len(before.nos) > 1 and before.focus is not None:
        rest = [no for no in before.nos if no != before.focus]
        return _of(desk, asked, rest)
    match = _KTH.search(text)
    if match and _is_short(asked):
        return _kth(desk, asked, before, _KANJI.get(match[1]) or int(match[1]))
    if _REFINES.match(text):
        return _refined(asked, before)
    if (_WHICH.search(text) or _ONLY_ONE.search(text)) and len(before.nos) > 1 and asked.topic:
        chosen = _among(desk, asked, before.nos)
        if chosen and (asked.column or _WHICH.search(text) or _MORE.search(text)):
            return _of(desk, asked, chosen[:1])
    if _REPLACES.match(text) or (_is_bare(asked) and asked.conditions):
        return _replaced(asked, before)
    if before.focus is not None and not asked.conditions and _is_short(asked):
        column = asked.column or ("content" if _MORE.search(text) else None)
        if column:
            return _of(desk, replace(asked, column=column), [before.focus])
    if asked.column and not asked.topic and not asked.conditions and before.nos:
        return _of(desk, asked, before.nos[: lookups.CITED])
    if before.document and not asked.conditions and (_POINTS.match(text) or not asked.topic):
        return _with_document(asked, before)
    if before.document and len(asked.text) <= SHORT and not asked.partners:
        return _with_document(asked, before)
    return asked


def _is_short(asked: Question) -> bool:
    return len(asked.topic) <= 2


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
    if before.answer.kind == "comparison" or before.asked.intent == "rank":
        again = f"{place}番目に多い {before.asked.text}"
        return replace(before.asked, text=again, intent="rank")
    if 1 <= place <= len(before.nos):
        return _of(desk, asked, [before.nos[place - 1]])
    return Answer(
        "not_found",
        f"前の結果は {len(before.nos)} 件なので、{place} 番目はありません。",
        interpretation="前の結果の順番",
    )


def _of(desk: Desk, asked: Question, nos: Sequence[int]) -> Answer:
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


def _other_party(desk: Desk, asked: Question, before: State) -> Answer | None:
    """The same initiative's role of another party: 「乙のほうは？」「ほかの町の役割は？」"""
    last = desk.index.records[str(before.role)]
    if not isinstance(last, CompactRole) or not _is_short(asked):
        return None
    parties = documents.named_parties(desk, asked.text)
    same = [
        role
        for role in desk.roles
        if (role.compact, role.initiative) == (last.compact, last.initiative)
    ]
    if re.search(r"以外|ほか|他の|残り|もう一方", asked.text):
        chosen = [role for role in same if role.text != last.text]
    else:
        chosen = [role for role in same if role.party in parties or role.party_name in parties]
    if not chosen:
        return None
    who = tuple(role.party for role in chosen)
    hits = desk.retriever.search(last.initiative, 60, kinds=("role",))
    wanted = [hit for hit in hits if hit.record.id in {role.id for role in chosen}]
    return documents.role(desk, asked, wanted, who)


def _with_document(asked: Question, before: State) -> Question:
    """「その協約の…」 stays with the document that was answered from."""
    return replace(asked, document=before.document)
