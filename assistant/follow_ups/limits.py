"""Follow-ups that lift a limit, move it in time or place, or leave more out: each its own move."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from assistant.aggregates import Condition
from assistant.desk import Desk
from assistant.follow_ups.conversation_state import State, history, in_force
from assistant.follow_ups.pointing import holding
from assistant.follow_ups.refining import KEPT, refined, replaced
from assistant.question import Question
from assistant.understanding.intents import Intent
from assistant.understanding.periods import FIRST_DAY, LAST_DAY
from assistant.understanding.scope import FAMILIES
from index.eras import fiscal_year, fiscal_year_name
from index.normalization import without_space

_WHAT = (
    r"(?P<what>部局|担当課|課|部|年度|年|期間|時期|時代|元号|相手方?|会社|団体"
    r"|言葉|語句|キーワード|名称)"
)
_OFF = (
    r"(?:外[しすせ]|はず[しす]|なく[しす]|なし(?:に|で|だ|の)|抜[きい]|取り払|取り除|取っ払|取り?消|解除"
    r"|無視|やめ|問わ)"
)
_LIMIT = r"(?:条件|指定|絞り込み|絞込み?|しぼりこみ|限定|制限|縛り|フィルター?|しばり)"
_LIFTED = re.compile(
    rf"(?:{_WHAT}(?:の{_LIMIT}|による{_LIMIT}|での?{_LIMIT})?|(?P<all>全部の|全ての|すべての)?{_LIMIT})"
    rf"(?:を|は|も)?(?P<every>全部|全て|すべて)?{_OFF}"
)
_FAMILY = {
    "place": ("部局", "担当課", "課", "部"),
    "concluded": ("年度", "年", "期間", "時期", "時代", "元号"),
    "partner": ("相手", "相手方", "会社", "団体"),
    "title": ("名称",),
    "topic": ("言葉", "語句", "キーワード"),
}
_LEFT_OUT = re.compile(r"も(?:以外|除|のぞ|抜|外)|(?:を|は)?(?:除|のぞ|抜い|抜き|外し|外す)")
_NAMED_OUT = re.compile(
    r"^(?:では|じゃあ?)?、?(?P<name>[^、。?]{2,16}?)(?:の(?:分|もの|協定|やつ))?も?を?(?:除|のぞ|抜|外)"
)
_BARE_PLACE = re.compile(
    r"(?:では|じゃあ?|なら)?、?(?P<name>[一-龠ぁ-んァ-ヶー]{2,8}?)(?:の?(?:ほう|方))?(?:は|だと|なら|では)"
    r"(?:どう|何件|いくつ)?(?:です)?か?[?]?"
)
_ADDED = re.compile(r"(?:を|も)(?:足[しす]|加え|含め|入れ|プラス)")
_MONTH = re.compile(
    r"(?:では|じゃあ?)?、?(?:その)?(?:(?P<month>\d{1,2})月|(?P<beside>翌月|次の月|前の?月))(?:に(?:結んだ|締結した)もの)?"
    r"(?:は|だと|なら|では)[?]?"
)
_SINCE = re.compile(
    r"^(?:では|じゃあ?|なら)?、?(?:(?:それ|そこ|その(?:年度?|日|時|頃|ころ)?)(?:より|から)?)?(?:も)?"
    r"(?P<way>以降|以後|以前|(?:より)?前|(?:より)?後|あと|まで)"
    r"(?:の(?:もの|協定|分|やつ)|に(?:結んだ|締結した)(?:もの|協定|の))?(?:は|だと|なら|では|の(?:件数|数)は|で)"
)
_COUNTED_BY = re.compile(
    r"^(?:では|じゃあ?)?、?(?P<unit>年度|会計年度|暦年|年)(?:で|として)(?:は|も)?"
    r"(?:数え|集計|見|みる|言|いう|計算|だと|なら|お願い|\?|$)"
)


def lifted(desk: Desk, asked: Question, before: State) -> Question | None:
    """「部局の条件を外すと？」「条件なしで」: the question before without a limit."""
    match = _LIFTED.search(without_space(asked.text))
    if match is None or asked.conditions or not before.nos:
        return None
    if match["what"] is None and not (match["all"] or match["every"]):
        # The last limit that was put on.
        wider = [s for s in history(before.earlier) if set(before.nos) < set(s.nos)]
        if wider:
            return _again(asked, replace(wider[0].asked, conditions=in_force(desk, wider[0])))
    what = match["what"]
    family = next((family for family, words in _FAMILY.items() if what in words), None)
    kept = tuple(
        c
        for c in before.asked.conditions
        if family is not None and FAMILIES.get(c.name, "topic") != family
    )
    keeps_topic = family not in (None, "topic")
    if len(kept) == len(before.asked.conditions) and (keeps_topic or not before.asked.topic):
        return None
    topic = before.asked.topic if keeps_topic else ()
    return _again(asked, replace(before.asked, conditions=kept, topic=topic))


def all_but(desk: Desk, asked: Question, before: State) -> Question | None:
    """「土木部も除いて」: fewer of those that were answered with, if that takes any away."""
    text = without_space(asked.text)
    if not before.nos or "協定" in text:
        return None
    if asked.topic and not asked.conditions:
        asked = _without_named(desk, asked, before)
    if not asked.conditions or not all(c.negated for c in asked.conditions) or asked.topic:
        return None
    given = {FAMILIES.get(c.name) for c in asked.conditions}
    again = any(c.negated and FAMILIES.get(c.name) in given for c in before.asked.conditions)
    if again and not _LEFT_OUT.search(text):
        return None
    fewer = refined(desk, asked, before)
    left = desk.table.select(fewer.conditions)
    if not left or len(left) == len(before.nos):
        return None
    return replace(fewer, intent=_intent(asked, before.asked))


def place_instead(desk: Desk, asked: Question, before: State) -> Question | None:
    """「土木は？」 after a department: the department that begins so, if only one does."""
    match = _BARE_PLACE.fullmatch(without_space(asked.text))
    if match is None or asked.conditions or asked.partners or before.asked.topic:
        return None
    kinds = {c.name for c in before.asked.conditions if FAMILIES.get(c.name) == "place"}
    if len(kinds) != 1:
        return None
    rows = desk.agreements.values()
    every = {row.department if kinds == {"department"} else row.section for row in rows}
    named = [place for place in every if place.startswith(match["name"])]
    return replaced(desk.reader.read(f"{named[0]}は?"), before) if len(named) == 1 else None


def added(desk: Desk, asked: Question, before: State) -> Question | None:
    """「土木部を足すと？」: those that were answered with, and these."""
    del desk
    kinds = {FAMILIES.get(c.name, c.name) for c in asked.conditions}
    if len(kinds) != 1 or asked.topic or not _ADDED.search(without_space(asked.text)):
        return None
    if any(c.negated for c in asked.conditions):
        return None
    same = [c for c in before.asked.conditions if FAMILIES.get(c.name, c.name) in kinds]
    if not same or any(c.negated for c in same):
        return None
    either = tuple(replace(c, group="added") for c in (*same, *asked.conditions))
    rest = tuple(c for c in before.asked.conditions if c not in same)
    return replace(
        asked,
        conditions=(*rest, *either),
        periods=(*asked.periods, *before.asked.periods),
        topic=before.asked.topic,
        intent=_intent(asked, before.asked),
        column=None,
    )


def month_beside(desk: Desk, asked: Question, before: State) -> Question | None:
    """「11月は？」「翌月は？」 after a month of a year, or a year."""
    match = _MONTH.fullmatch(without_space(asked.text))
    said = _stretch(desk, before) if match is not None and not asked.conditions else None
    if match is None or said is None or (before.focus is not None and len(before.nos) == 1):
        return None
    first, last = said
    if (first.year, first.month) != (last.year, last.month):
        if not match["month"]:
            return None
        return refined(desk, desk.reader.read(f"{match['month']}月に締結した協定"), before)
    step = {"翌": 1, "次": 1, "前": -1}.get((match["beside"] or "")[:1], 0)
    month = int(match["month"]) - 1 if match["month"] else first.month - 1 + step
    if not -1 <= month <= 12:
        return None
    year, month = first.year + month // 12, month % 12 + 1
    if match["month"] and date(year, month, 1) > desk.source.as_of:
        year -= 1
    return replaced(desk.reader.read(f"{year}年{month}月は?"), before)


def since_then(desk: Desk, asked: Question, before: State) -> Question | None:
    """「それ以降は？」「その前は？」: before or after the time in force."""
    match = _SINCE.match(without_space(asked.text))
    if match is None or asked.conditions or len(asked.topic) > 1 or not before.nos:
        return None
    timed = any(c.name == "concluded" for c in before.asked.conditions)
    if match["way"] in ("前", "後", "あと") and not timed:
        # The one before it in the list, rather than in time.
        return None
    said = _stretch(desk, before)
    if said is None:
        return None
    first, last = said
    way = match["way"].removeprefix("より")
    if way in ("以降", "以後"):
        limit = _from(last + timedelta(1) if first == FIRST_DAY else first)
    elif way in ("後", "あと"):
        limit = _from(last + timedelta(1)) if last != LAST_DAY else ""
    elif way in ("以前", "まで") and first != FIRST_DAY and last != LAST_DAY:
        limit = _until(last)
    else:
        limit = _until(first - timedelta(1)) if first != FIRST_DAY else ""
    if not limit:
        return None
    return replaced(desk.reader.read(f"{limit}は?"), before)


def counted_by(desk: Desk, asked: Question, before: State) -> Question | None:
    """「年度で数えると？」 after a calendar year, or the other way round."""
    match = _COUNTED_BY.match(without_space(asked.text))
    if match is None or asked.conditions:
        return None
    for condition in before.asked.conditions:
        first = condition.values[0]
        if condition.name == "concluded" and isinstance(first, date):
            by_fiscal = "年度" in match["unit"]
            name = fiscal_year_name(first.year) if by_fiscal else f"暦年{first.year}年"
            return replaced(desk.reader.read(f"{name}は?"), before)
    return None


def _without_named(desk: Desk, asked: Question, before: State) -> Question:
    """「動物園の分を抜くと」: without those of the rows before it that hold a word."""
    match = _NAMED_OUT.match(without_space(asked.text))
    held = holding(desk, match["name"], before.nos) if match else []
    if match is None or not held:
        return asked
    out = Condition("number", (held,), f"記載＝{match['name']}", negated=True)
    return replace(asked, conditions=(out,), topic=())


def _again(asked: Question, earlier: Question) -> Question:
    """``earlier`` once more, done as ``asked`` wants it."""
    intent = _intent(asked, earlier)
    return replace(earlier, intent=intent, column=None)


def _intent(asked: Question, earlier: Question) -> Intent:
    if asked.intent in KEPT:
        return asked.intent
    return earlier.intent if earlier.intent in KEPT else "list"


def _stretch(desk: Desk, before: State) -> tuple[date, date] | None:
    """The first and last day of the time in force; the day of the one that is talked about."""
    times = [c for c in before.asked.conditions if c.name == "concluded" and not c.negated]
    if len(times) == 1:
        first, last = times[0].values
        return (first, last) if isinstance(first, date) and isinstance(last, date) else None
    if times or before.focus is None:
        return None
    day = desk.agreements[before.focus].concluded
    return day, day


def _from(day: date) -> str:
    if (day.month, day.day) == (4, 1):
        return f"{fiscal_year_name(day.year)}以降"
    return f"{_day(day)}以降"


def _until(day: date) -> str:
    if (day.month, day.day) == (3, 31):
        return f"{fiscal_year_name(fiscal_year(day))}以前"
    return f"{_day(day)}以前"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
