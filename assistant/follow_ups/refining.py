"""Follow-ups that change which agreements are meant, each a move of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from assistant.aggregates import Condition, alternatives
from assistant.desk import Desk
from assistant.follow_ups.conversation_state import BEFORE, State, history, in_force
from assistant.follow_ups.replies import SHORT
from assistant.question import Question
from assistant.results import Answer
from assistant.table.counting import restricting, select
from assistant.texts import documents
from assistant.understanding.scope import FAMILIES
from index.eras import fiscal_year, fiscal_year_name
from index.normalization import without_space

_REFINES = re.compile(
    r"^(?:(?:その|この|あの|今の|上の|前の|さっきの|それらの|これらの)(?:うち|中|内)"
    r"|(?:その|この|今の|上の|前の|さっきの)(?:一覧|結果|リスト|\d{1,3}件|協定)の?(?:うち|中|内|から|で)"
    r"|(?:それ|これ)らの?(?:うち|中|内|から)"
    r"|うち(?=[、\d令平昭]|[^\s]{2})|中でも|さらに|加えて|そこから|なかでも|そのなか)"
    r"(?:で(?:も)?|の|に(?:は)?|から)?、?"
)
_ONLY = re.compile(
    r"(?:だけ|のみ|限定)(?:は|だと|なら|を|で|に|の|$|[?])|に(?:限|絞|しぼ)|絞[りるっ]"
)
_REPLACES = re.compile(
    r"^(?:じゃあ?|では|それでは|なら|同じく|一方|いや|いえ|違|ちが|間違|まちが|訂正|やっぱり|やはり"
    r"|すみません|失礼|ごめん)"
)
_REST = re.compile(
    r"^(?:それ|これら?|それら|その(?:部局|課|会社|年度|協定)|残り)?以外(?:は|の(?:もの|協定)?は?|に|だと|$)"
)
_POINTS = re.compile(r"^(?:それ|その|この|これ|あれ|上の|さっき|先ほど|前の)")
_MONTH_OF = re.compile(r"(\d{1,2}月)(?:の(?:もの|分|やつ)?|分)(?=[はをがで?だ]|$)")
_YEAR_BESIDE = re.compile(
    r"(?:その|この)?(?:1つ|一つ|1|一)?(?P<way>前々|翌々|前|次|翌|後)の?(?P<unit>年度|年)(?![月代])"
)
# 「その次は？」: of the year in force, where no row of a list is talked about.
_BESIDE = re.compile(
    r"(?:その|この|じゃあ?|では)?、?(?:また)?(?P<way>前|次)の?(?P<unit>)(?:は|だと|なら)[?]?"
)
_WHOLE = re.compile(
    r"^(?:では|じゃあ)?、?(?:市|旭川市|一覧)?(?:の協定)?(?:全体|全庁|全部局|(?:全部|全て|すべて)の部局)"
    r"(?:では|で(?=[何は?]|$)|だと|なら|は(?=[?何]|$))"
)
_ALL_PLACES = re.compile(r"全庁|部局")
_BARE = re.compile(
    r"(?P<name>.{1,16}?)(?:に関する|についての|に関わる|関係|関連)?(?:との)?(?:もの|の|協定|と)?"
    r"(?P<how>以外|だけ|のみ)?(?:の(?:もの|協定))?(?:は|だと|なら|では|$)[?]?"
)
_NAMED_REST = re.compile(
    r"^(?:では|じゃあ?)?、?(?P<name>[^、。]{1,16}?)以外(?:は|の(?:もの|協定)?は?|だと|なら|で|$)"
)
KEPT = frozenset({"count", "list", "share"})


def narrower(desk: Desk, asked: Question, before: State) -> Question | None:
    """「そのうち令和のものは？」, 「土木部だけだと？」"""
    text = without_space(asked.text)
    if not before.nos:
        return None
    lead = _REFINES.match(text)
    limits = lead or _ONLY.search(text)
    if limits and not asked.conditions and _MONTH_OF.search(text):
        asked = desk.reader.read(_MONTH_OF.sub(r"\1に締結したもの", text))
    if lead:
        if not asked.conditions and asked.intent in ("lookup", "list", "count"):
            named = _with_partner(desk, text[lead.end() :])
            if named is not None:
                asked = replace(asked, conditions=named.conditions, topic=())
        # What isn't understood leaves nothing out.
        empty = not (asked.conditions or asked.topic or asked.column)
        return None if empty and asked.intent == "lookup" else refined(desk, asked, before)
    if not _ONLY.search(text) or "協定" in text or not (asked.conditions or asked.topic):
        return None
    narrowed = refined(desk, asked, before)
    return narrowed if select(desk, narrowed)[0] else replaced(asked, before)


def the_rest(desk: Desk, asked: Question, before: State) -> Question | Answer | None:
    """「それ以外は？」: the others of those that they were chosen from, or else of all."""
    if not before.nos or not (_REST.match(asked.text) or _names_topic(asked, before)):
        return None
    if not _REST.match(asked.text):
        asked = replace(asked, conditions=(), topic=())
    nos = before.answer.nos or before.nos
    others = Condition("number", (list(nos),), BEFORE, negated=True)
    wanted = before.asked.intent if asked.intent == "lookup" else asked.intent
    if asked.conditions:
        conditions = (*asked.conditions, others)
    else:
        whole = [s for s in history(before.earlier) if set(nos) < set(s.nos)]
        narrowed = bool(whole) and set(nos) < {*before.nos, *before.wider}
        if not narrowed and _left_nothing_out(before):
            text = f"{BEFORE}のほかに、元の一覧の協定は残っていません。"
            return Answer("not_found", text, interpretation=f"{BEFORE}のほか")
        conditions = (*(in_force(desk, whole[0]) if narrowed else ()), others)
    return replace(
        asked,
        conditions=conditions,
        intent=wanted if wanted in KEPT else "list",
        topic=(),
        column=None,
    )


def year_beside(desk: Desk, asked: Question, before: State) -> Question | None:
    """「前の年度は？」: the year before or after the one in force."""
    match = _YEAR_BESIDE.search(asked.text)
    ordered = before.asked.intent in ("rank", "extreme")
    if match is None and before.focus is None and not ordered:
        match = _BESIDE.fullmatch(without_space(asked.text))
    if match is None:
        return None
    fiscal = match["unit"] != "年"
    year = _year_in_force(desk, before, fiscal=fiscal)
    if year is None:
        # 「その前の年は？」 after a fiscal year means the one before that.
        fiscal = not fiscal
        year = _year_in_force(desk, before, fiscal=fiscal)
    if year is None:
        return None
    year += (-1 if match["way"][0] == "前" else 1) * len(match["way"])
    name = fiscal_year_name(year) if fiscal else f"{year}年"
    text = f"{asked.text[: match.start()]}{name}{asked.text[match.end() :]}"
    return replaced(desk.reader.read(text), before)


def of_all(desk: Desk, asked: Question, before: State) -> Question | None:
    """「全体では？」: the same of all agreements."""
    text = without_space(asked.text)
    if not _WHOLE.match(text) or asked.conditions or not before.nos:
        return None
    of_places = tuple(c for c in before.asked.conditions if FAMILIES.get(c.name) != "place")
    if _ALL_PLACES.search(text) and len(of_places) < len(before.asked.conditions):
        # Of every department, but still what else was asked for.
        words = restricting(desk, before.asked.topic)
        noted = "記載＝" + "、".join(dict.fromkeys(token.surface for token in words))
        topic = (Condition("number", (desk.about(words),), noted),) if words else ()
        return replace(
            before.asked,
            text=asked.text,
            intent=before.asked.intent if before.asked.intent in KEPT else "list",
            conditions=(*of_places, *topic),
            topic=(),
            column=None,
        )
    kept = before.asked.intent if asked.intent == "lookup" else asked.intent
    intent = kept if kept in ("count", "rank", "trend", "extreme") else "count"
    column = asked.column if intent == "count" else before.asked.column
    group = asked.group or before.asked.group
    return replace(
        before.asked, intent=intent, conditions=(), topic=(), periods=(), column=column, group=group
    )


def partner_instead(desk: Desk, asked: Question, before: State) -> Question | None:
    """「保険会社は？」: instead of another partner, or of those that were answered with."""
    if asked.conditions or not before.asked.conditions or asked.intent not in KEPT | {"lookup"}:
        return None
    again = _with_partner(desk, asked.text)
    if again is None:
        return None
    return replaced(replace(again, intent="lookup", topic=(), column=None), before)


def topic_instead(desk: Desk, asked: Question, before: State) -> Question | None:
    """「水道に関するものは？」 after counting or listing by another word."""
    del desk
    noted = [c for c in before.asked.conditions if c.label.startswith("記載＝")]
    if before.asked.intent not in ("count", "list") or not (before.asked.topic or noted):
        return None
    if not _BARE.fullmatch(asked.text) or not asked.topic or asked.conditions:
        return None
    kept = tuple(c for c in before.asked.conditions if c not in noted)
    return replace(asked, conditions=kept, intent=before.asked.intent, column=None)


def instead(desk: Desk, asked: Question, before: State) -> Question | None:
    """「では別の部局なら？」: the question before with other conditions."""
    del desk
    text = without_space(asked.text)
    if _REPLACES.match(text):
        # With an own topic it stands for itself: 「では、停電に備える協定は？」
        alone = asked.topic and not asked.conditions and "協定" in text
        # 「では、締結日を」 asks for a column, of whatever was answered with.
        of_them = asked.column and before.nos and not (asked.conditions or asked.topic)
        return None if alone or of_them else replaced(asked, before)
    if asked.conditions and "協定" not in text and _is_bare(asked):
        return replaced(asked, before)
    return None


def named_document(desk: Desk, asked: Question, before: State) -> Question | None:
    """A question that names another document stands for itself."""
    del before
    named = not asked.conditions and documents.named_documents(desk, asked.text)
    return asked if named else None


def same_document(desk: Desk, asked: Question, before: State) -> Question | None:
    """「その協約の…」 stays with the document that was answered from."""
    del desk
    if not before.document or asked.conditions:
        return None
    points = _POINTS.match(asked.text) or not asked.topic
    if points or (len(asked.text) <= SHORT and not asked.partners):
        return replace(asked, document=before.document)
    return None


def refined(desk: Desk, asked: Question, before: State) -> Question:
    """``asked`` of those only that were answered with."""
    given = asked.conditions
    kept = [
        condition
        for group in alternatives(in_force(desk, before))
        if len(group) < 2 or not (_families(group) & _families(given))
        for condition in group
    ]
    return replace(
        asked,
        conditions=(*kept, *given),
        periods=(*asked.periods, *before.asked.periods),
        intent=asked.intent if asked.intent != "lookup" else "list",
    )


def replaced(asked: Question, before: State) -> Question:
    """The earlier question with the conditions replaced that the new one gives anew."""
    given = _families(asked.conditions)
    kept = tuple(
        c
        for c in before.asked.conditions
        if not _families([c]) & given and not (asked.topic and c.negated and "記載＝" in c.label)
    )
    spans = {(c.start, c.end) for c in kept}
    intent = asked.intent if asked.intent != "lookup" else before.asked.intent
    return replace(
        asked,
        conditions=(*kept, *asked.conditions),
        intent=intent,
        column=asked.column or before.asked.column,
        group=asked.group or before.asked.group,
        topic=asked.topic or before.asked.topic,
        periods=(
            *asked.periods,
            *(p for p in before.asked.periods if (p.start, p.end) in spans),
        ),
    )


def _names_topic(asked: Question, before: State) -> bool:
    """「駅以外だと？」 after those for 駅: the word that the rows before it were chosen by."""
    match = _NAMED_REST.match(without_space(asked.text))
    if match is None or any(not c.negated for c in asked.conditions):
        return False
    words = [token.surface for token in before.asked.topic]
    noted = [c.label.removeprefix("記載＝") for c in before.asked.conditions if "記載＝" in c.label]
    words += [word for label in noted for word in label.split("、")]
    return bool(words) and all(word in match["name"] for word in words)


def _left_nothing_out(before: State) -> bool:
    """Whether what was answered with was chosen from earlier rows, and is all of them."""
    earlier = before.earlier
    if earlier is None or set(earlier.nos) != set(before.nos):
        return False
    wider = {(c.name, str(c.values)) for c in earlier.asked.conditions}
    narrower = {(c.name, str(c.values)) for c in before.asked.conditions}
    return wider < narrower


def _is_bare(asked: Question) -> bool:
    return not asked.topic and asked.intent in ("lookup", "list", "count") and len(asked.text) <= 20


def _families(conditions: Iterable[Condition]) -> set[str]:
    """What conditions are on, but for those that only say which rows were answered with."""
    return {FAMILIES.get(c.name, c.name) for c in conditions if not c.label.startswith(BEFORE)}


def _with_partner(desk: Desk, text: str) -> Question | None:
    """What a bare name asks for as that of a partner; None if it is no partner's."""
    match = _BARE.fullmatch(text)
    if match is None:
        return None
    apart = "以外" if match["how"] == "以外" else ""
    again = desk.reader.read(f"{match['name']}との協定{apart}")
    partner = any(condition.label.startswith("相手方＝") for condition in again.conditions)
    return again if partner else None


def _year_in_force(desk: Desk, before: State, *, fiscal: bool) -> int | None:
    """The fiscal or calendar year in force; None if there is no single one."""
    for condition in before.asked.conditions:
        if condition.name == "concluded" and not condition.negated:
            first, last = condition.values
            if not isinstance(first, date) or not isinstance(last, date):
                continue
            whole = (last - first).days in (364, 365)
            if whole and first.day == 1 and first.month == (4 if fiscal else 1):
                return first.year
    if before.focus is None:
        return None
    day = desk.agreements[before.focus].concluded
    return fiscal_year(day) if fiscal else day.year
