"""Follow-ups that point at one of the agreements answered with, each a move of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.aggregates import Condition, filters
from assistant.desk import Desk
from assistant.follow_ups.conversation_state import State
from assistant.follow_ups.refining import refined
from assistant.follow_ups.replies import date_again, is_short, of
from assistant.question import Question
from assistant.refusing import missing_columns, premises
from assistant.results import Answer
from assistant.understanding.intents import kth_of, wants_oldest
from index.normalization import normalized, without_space
from index.records import Agreement

_NUMERAL = r"(?:(?<!\d)\d{1,18}|[一二三四五六七八九十])"
_KTH = re.compile(rf"({_NUMERAL})(?:番目|番め|件目|つ目|個目|位)")
_FIRST = re.compile(
    rf"(?:最初|はじめ|初め|先頭|上|冒頭)(?:の|から)(?:の)?({_NUMERAL})(?:件|つ|個|番目まで)"
)
_LAST = re.compile(rf"(?:最後|末尾|下|終わり)(?:の|から)(?:の)?({_NUMERAL})(?:件|つ|個)")
_END = re.compile(
    r"^(?:その)?(?:一番|いちばん)?(最初|最後|先頭|末尾|上|下)(?:の(?!締結|協定は)|は[?]?$)"
)
_AND_LAST = re.compile(r"(?:と|、|・)(?:一番)?最後")
# 「Xを除くと」 doesn't point at X.
LEFT_OUT = re.compile(r"除|のぞ[いく]|抜(?:き(?!出|だ)|いて|い[たて]|く)|外[しす]|以外")
_NEXT = re.compile(r"(?:その)?(次|前|後)の(?:番号|協定|もの)")
_BESIDE = re.compile(
    r"(?:じゃあ|では|なら)?、?(?:そのまた|さらに|その|もう)?(?:1つ|一つ)?(?P<way>次|前|後)"
    r"(?:は|のは|だと|の(?:もの|協定)は|に(?:多|少な|古|新し)い(?:の|もの|協定)は)"
    r"(?:何|どれ|どこ|いつ)?(?:ですか|でしょうか)?[?]?"
)
_WHETHER = re.compile(r"(?:れた|した|れている|れる|いる|入る|ある|もの|の)[?]?$")
_POINTS = re.compile(r"^(?:それ|これ|その協定|この協定|あれ|その件)")
_ONE_NUMBER = re.compile(
    r"(?:じゃあ?|では|なら)?、?(?:no\.?|№|番号)?(?P<no>\d{1,4})番?(?:の協定)?(?:のほう|の方)?"
    r"(?:(?:は|だと|なら|では|も)?[?]?|の(?:担当|相手|締結|目的|内容|名称|名前|部局)[^\d]{0,12})"
)
_BUT_NUMBER = re.compile(r"\d(?:番)?(?:の協定)?(?:以外|を?除|のほか|の他)")
_NAMED = re.compile(
    r"^(?:では|じゃあ?)?、?(?P<name>[^、。?]{2,16}?)(?:が(?:相手|担当|所管)|との|担当)?"
    r"の(?P<one>ほう|方|やつ|もの|協定|分)?"
    r"(?:は|を|が|について|に関して|$|[?]|の(?=内容|目的|相手|締結|担当|名前|名称|日付|部局|番号))"
)
_LIKEST = re.compile(
    r"^(?:では|じゃあ?)?、?(?P<what>[^、。?]{1,24}?)(?:(?:に関する|についての|関係の?|の)方"
    r"|(?:に関する|についての|関係の?|の|(?<=[るたい]))(?:ほう|やつ))(?P<end>)"
    r"(?=[はがをの?]|って|について|$)"
)
# How much nearer than the next the one that is meant has to come.
CLEARLY = 1.15
# Of more rows than these nobody means a certain one by what it is about.
FEW = 10
_IS_THERE = re.compile(
    r"^(?P<name>[^、。?]{2,12}?)(?:の(?:会社|企業|団体|相手方?|ところ|もの|やつ))?(?:は|も|って|が)"
    r"(?:あ[るり]|い[るま]|入って|含まれて)[^、。]{0,8}$"
)
_KANJI = {char: number for number, char in enumerate("一二三四五六七八九十", 1)}


def number_instead(desk: Desk, asked: Question, before: State) -> Question | None:
    """「No.95は？」 after a column of another: the same column."""
    match = _ONE_NUMBER.fullmatch(without_space(asked.text))
    if match is None or not before.asked.numbers or asked.conditions:
        return None
    if int(match["no"]) not in desk.agreements and not asked.numbers:
        return None
    column = asked.column or before.asked.column
    return replace(asked, numbers=asked.numbers or (match["no"],), column=column, topic=())


def all_but_number(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「No.94以外は？」: the others of those that were answered with."""
    text = without_space(asked.text)
    named = {int(number) for number in asked.numbers if number.isdecimal()}
    if not named or not named < set(before.nos) or not _BUT_NUMBER.search(text):
        return None
    rest = [no for no in before.nos if no not in named]
    return of(desk, replace(asked, numbers=()), rest)


def named_one(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「駅のほうは？」: those of the rows answered with that hold a word, if not all do."""
    text = without_space(asked.text)
    match = _NAMED.match(text)
    if match is None or len(before.nos) < 2 or asked.intent not in ("lookup", "list"):
        return None
    if LEFT_OUT.search(text):
        return None
    held = _held(desk, asked, before, match)
    if not held:
        return None
    rest = text[match.end() :]
    told = desk.reader.read(rest) if len(rest) > 1 else asked
    column = told.column if len(rest) > 1 else None
    asked = replace(asked, column=column, conditions=(), topic=(), partners=())
    one = held[0] if len(held) == 1 else None
    dated = date_again(desk, asked, replace(before, nos=tuple(held), focus=one))
    return dated or of(desk, asked, held)


def likest_one(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「動物に関するほうの担当は？」: the one that comes nearest to it, if one clearly does."""
    text = without_space(asked.text)
    match = _LIKEST.match(text)
    if match is None or not 2 <= len(before.nos) <= FEW or asked.partners or asked.conditions:
        return None
    hits = desk.retriever.search(match["what"], len(desk.index.records), kinds=("agreement",))
    near = [
        (hit.score, hit.record.no)
        for hit in hits
        if isinstance(hit.record, Agreement) and hit.record.no in before.nos
    ]
    if not near or (len(near) > 1 and near[0][0] < CLEARLY * near[1][0]):
        return None
    rest = text[match.end("end") :].strip("はがをの")
    told = desk.reader.read(rest) if len(rest) > 1 else replace(asked, column=None)
    told = replace(told, conditions=(), topic=(), partners=())
    return of(desk, told, [near[0][1]])


def any_of_them(desk: Desk, asked: Question, before: State) -> Question | None:
    """「銀行もある？」: those of the rows answered with that hold a word."""
    match = _IS_THERE.match(without_space(asked.text))
    if match is None or asked.conditions or asked.partners or not asked.topic:
        return None
    held = holding(desk, match["name"], before.nos)
    if not held:
        return None
    noted = Condition("number", (held,), f"記載＝{match['name']}")
    return refined(desk, replace(asked, conditions=(noted,), topic=(), intent="list"), before)


def neighbour(desk: Desk, asked: Question, before: State) -> Question | None:
    """「その次の番号の協定は？」"""
    del desk
    if before.focus is None or not _NEXT.search(asked.text):
        return None
    step = -1 if "前の" in asked.text else 1
    return replace(asked, numbers=(str(before.focus + step),), topic=(), conditions=())


def next_of_it(desk: Desk, asked: Question, before: State) -> Question | Answer | None:
    """「その次は？」: of an order, of a list, or by number."""
    match = _BESIDE.fullmatch(without_space(asked.text))
    if match is None or not before.nos:
        return None
    step = -1 if match["way"] == "前" else 1
    if before.asked.intent in ("rank", "extreme"):
        newest = before.asked.intent == "extreme" and not wants_oldest(before.asked.text)
        place = kth_of(before.asked.text) + (-step if newest and match["way"] != "次" else step)
        return _kth(desk, asked, before, place) if place > 0 else None
    if before.focus is None:
        return None
    if len(before.nos) > 1 and before.focus in before.nos:
        return _kth(desk, asked, before, before.nos.index(before.focus) + 1 + step)
    return replace(asked, numbers=(str(before.focus + step),), topic=(), conditions=())


def like_it(desk: Desk, asked: Question, before: State) -> Question | None:
    """「似た協定は？」: like the one that is talked about."""
    del desk
    if asked.intent != "similar" or asked.conditions or not is_short(asked) or not before.nos:
        return None
    base = before.focus if before.focus is not None else before.nos[0]
    return replace(asked, numbers=(str(base),))


def first_few(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「最初の2件の相手方は？」「最後の3件は？」"""
    first, last = _FIRST.search(asked.text), _LAST.search(asked.text)
    if asked.conditions or not before.nos or not is_short(asked):
        return None
    if first:
        return of(desk, asked, before.nos[: max(_number(first[1]), 1)])
    return of(desk, asked, before.nos[-max(_number(last[1]), 1) :]) if last else None


def at_place(desk: Desk, asked: Question, before: State) -> Question | Answer | None:
    """「3番目は？」「1番目と3番目の担当課は？」「最後のは？」"""
    if not is_short(asked) or asked.conditions:
        return None
    places = [_number(match[1]) for match in _KTH.finditer(asked.text)]
    if len(places) > 1 and not _is_order(before) and max(places) <= len(before.nos):
        return of(desk, asked, [before.nos[place - 1] for place in places if place])
    and_last = bool(places) and before.nos and _AND_LAST.search(asked.text)
    if and_last and not _is_order(before) and 0 < min(places) <= max(places) <= len(before.nos):
        return of(desk, asked, [*(before.nos[place - 1] for place in places), before.nos[-1]])
    if places:
        return _kth(desk, asked, before, places[0])
    end = _END.match(asked.text)
    if end and before.asked.intent == "extreme" and len(before.nos) == 1:
        order = "古い" if end[1] == "最初" else "新しい"
        return replace(before.asked, text=f"最も{order}もの", column=None)
    if end and before.nos:
        return of(desk, asked, [before.nos[0 if end[1] in ("最初", "先頭", "上") else -1]])
    return None


def whether(desk: Desk, asked: Question, before: State) -> Question | None:
    """「令和に結ばれたものですか？」 of the one that is talked about."""
    del desk
    text = without_space(asked.text)
    if before.focus is None or not asked.conditions or asked.intent not in ("lookup", "list"):
        return None
    if asked.column is None and not premises.asks_whether(text) and _WHETHER.search(text):
        asked = replace(asked, text=f"{asked.text.rstrip('?')}のですか")
    meant = _POINTS.match(text) or "協定" not in text
    if not meant or not premises.asks_whether(without_space(asked.text)):
        return None
    return replace(asked, numbers=(str(before.focus),), intent="lookup", column=None)


def about_it(desk: Desk, asked: Question, before: State) -> Question | None:
    """「有効期限は？」「その協定の…」: a question about the one that is talked about."""
    del desk
    if before.focus is None or asked.conditions or asked.partners or before.document:
        return None
    asks = is_short(asked) and missing_columns.wanted(asked.text) is not None
    if not asks and not _POINTS.match(asked.text):
        return None
    if "協定" in asked.text and not _POINTS.match(asked.text):
        return None
    return replace(asked, numbers=(str(before.focus),))


def _is_order(before: State) -> bool:
    """Whether a place is one of an order that was asked for, rather than of a list."""
    if before.asked.intent == "extreme":
        return len(before.answer.nos) == 1
    return before.answer.kind == "comparison" or before.asked.intent == "rank"


def _kth(desk: Desk, asked: Question, before: State, place: int) -> Question | Answer:
    if _is_order(before):
        if before.asked.intent == "extreme":
            order = "古い" if wants_oldest(before.asked.text) else "新しい"
            return replace(before.asked, text=f"{place}番目に{order}もの")
        again = _KTH.sub("", before.asked.text)
        return replace(before.asked, text=f"{place}番目に多い {again}", intent="rank")
    nos = before.nos
    earlier = filters(before.earlier.asked.conditions) if before.earlier else ()
    if place > len(nos) and earlier == filters(before.asked.conditions):
        # After 「最初の2つは？」 the third is one of the list that these were picked from.
        nos = before.wider or nos
    if 1 <= place <= len(nos):
        return of(desk, asked, [nos[place - 1]])
    return Answer(
        "not_found",
        f"前の結果に {place} 番目の協定はありません。",
        interpretation="前の結果の順番",
    )


def _held(desk: Desk, asked: Question, before: State, match: re.Match[str]) -> list[int]:
    """The rows meant by 「Xの」 or 「Xのほう」, if that tells some of them from the others."""
    if asked.conditions or asked.partners:
        if match["one"] not in ("ほう", "方", "やつ"):
            return []
        selected = set(desk.table.select(asked.conditions)) if asked.conditions else set()
        held = [no for no in before.nos if no in selected]
        return held if len(held) < len(before.nos) else []
    if not asked.topic:
        return []
    name = match["name"]
    all_hold = all(name in _read(_short_cells(desk.agreements[no])) for no in before.nos)
    return list(before.nos) if all_hold else holding(desk, name, before.nos)


def holding(desk: Desk, name: str, nos: Sequence[int]) -> list[int]:
    """Those of ``nos`` that hold ``name``, in the short cells if in any; none if all do."""
    for cells in (_short_cells, _long_cells):
        rows = [desk.agreements[no] for no in nos]
        held = [row.no for row in rows if name in _read(cells(row))]
        if held and len(held) < len(rows):
            return held
    return []


def _short_cells(agreement: Agreement) -> str:
    return "\n".join((agreement.title, agreement.partner, agreement.section, agreement.department))


def _long_cells(agreement: Agreement) -> str:
    return f"{agreement.purpose}\n{agreement.content}"


def _read(cells: str) -> str:
    return without_space(normalized(cells))


def _number(numeral: str) -> int:
    return _KANJI.get(numeral) or int(numeral)
