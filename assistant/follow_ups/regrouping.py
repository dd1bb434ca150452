"""Follow-ups that count, order or compare what was answered with, each a move of its own."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.aggregates import Condition, alternatives
from assistant.desk import Desk
from assistant.follow_ups.conversation_state import BEFORE, State, history, in_force, of_before
from assistant.follow_ups.refining import refined
from assistant.follow_ups.replies import SHORT
from assistant.question import Question
from assistant.results import Answer
from assistant.table.groups import GROUP_NAMES
from assistant.understanding.intents import Group, Intent, wants_fewest
from assistant.understanding.scope import FAMILIES
from index.normalization import without_space

_OLDER = re.compile(
    r"(?:古|新し|早)い(?:もの|協定|ほう|方|の|順|やつ)|(?:先|最初|最後|後)に(?:結|締)|どちらが(?:先|古|新)"
    r"|(?:直近|最新|最古|最近)の?(?:もの|の|協定|日付|締結日)?(?:は|って|を|$|[?])"
)
_TOTAL = re.compile(
    r"^(?:それ(?:ら)?は?|これ(?:ら)?は?|今の|その)?(?:全部で|合計で?|合わせて|計|何件(?!目)|件数)"
)
_BOTH = re.compile(r"合わせ|合計|足す|足し|両方で|2つで|二つで")
_ALL_OF_THEM = re.compile(r"全部で|合計|合わせて")
_EVERY = re.compile(r"全部|全て|すべて|3つ|三つ|みんな")
_SHARE = re.compile(r"割合|何%|何パーセント|何割|比率|シェア|percent|share")
_WITHIN = re.compile(r"の(?:うち|中|何|割合|比率|シェア)|に(?:占|対)")
_IT = re.compile(r"^(?:それ|これ|そのうち|その\d{1,3}件|この\d{1,3}件)")
_AGAINST = re.compile(
    r"どちら|どっち|差(?!別)|件数の違い|何件(?:多|少|増|減)|何倍|増え|増加|減[っり少]|伸び"
)
_RANKS = re.compile(r"トップ|上位|下位|ワースト|ビリ|最多|最少|ピーク|ランキング|順位")
_PLACE = re.compile(r"\d{1,18}番目に(?:多|少な)い\s?")
_ORDER = re.compile(r"(?:多|少な)い")
_WITH_NAMED = re.compile(r"との?(?:差|違い|比)|と(?:比べ|比較)|に(?:比べ|対し)|より")
_BROKEN_DOWN = re.compile(r"別|ごと|内訳")
_LISTED = re.compile(
    r"一覧|リスト|番号(?:だけ|のみ|を|で|も|は)|もう(?:一度|1度|一回|1回)|見せて|挙げて|並べて|列挙"
)
_COMPARED = "compared"
# The conditions that stand in the way of a ranking by the same thing.
_SAME_THING: dict[Group, tuple[str, ...]] = {
    "department": ("department", "section"),
    "section": ("section",),
    "party": ("partner", "withheld"),
    "fiscal_year": ("concluded",),
    "year": ("concluded",),
    "era": ("concluded",),
}


def by_age(desk: Desk, asked: Question, before: State) -> Question | None:
    """「古いほうは？」「一番新しいのは？」 of those that were answered with."""
    orders = asked.intent == "extreme" or _OLDER.search(asked.text)
    if not orders or asked.conditions or not before.nos or asked.topic:
        return None
    if len(before.nos) == 1 and before.asked.intent == "extreme":
        # From the other end of the same order.
        return replace(before.asked, text=asked.text, column=None)
    return replace(refined(desk, asked, before), intent="extreme")


def against_before(desk: Desk, asked: Question, before: State) -> Question | Answer | None:
    """「どちらが多い？」「差は？」「合わせると何件？」 of the last two questions."""
    del desk
    together = bool(_BOTH.search(asked.text))
    by_age = bool(_OLDER.search(asked.text))
    if asked.topic or not (together or by_age or _AGAINST.search(asked.text)):
        return None
    if by_age and len(before.nos) > 1:
        return None
    if asked.conditions:
        return _against_named(asked, before)
    later = before.asked.conditions
    first = of_before(before.earlier.asked) if before.earlier else before.asked
    sides = _run(before) if together and _EVERY.search(asked.text) else []
    sides = sides or _named_sides(before.asked)
    sides = sides or [*_unlike(first.conditions, later), *_unlike(later, first.conditions)]
    if len(sides) < 2 or len({FAMILIES.get(side.name, side.name) for side in sides}) != 1:
        return _no_sides() if asked.intent == "difference" and not together else None
    common = [c for c in later if c not in sides]
    compared = tuple(replace(side, group=_COMPARED) for side in sides)
    intent: Intent = "count" if together else "extreme" if by_age else "difference"
    periods = (*first.periods, *before.asked.periods) if together else ()
    return replace(
        asked,
        conditions=(*common, *compared),
        intent=intent,
        topic=(),
        column=None,
        periods=periods,
    )


def _against_named(asked: Question, before: State) -> Question | None:
    """「令和2年度との差は？」: what was counted, compared with one that is named."""
    family = {FAMILIES.get(c.name, c.name) for c in asked.conditions}
    same = [c for c in before.asked.conditions if FAMILIES.get(c.name, c.name) in family]
    if len(asked.conditions) != 1 or len(same) != 1 or not _WITH_NAMED.search(asked.text):
        return None
    sides = tuple(replace(c, group=_COMPARED) for c in (*same, *asked.conditions))
    kept = tuple(c for c in before.asked.conditions if c not in same)
    return replace(asked, conditions=(*kept, *sides), intent="difference", column=None)


def rank_again(desk: Desk, asked: Question, before: State) -> Question | None:
    """「一番多いのはどこ？」 after a count or another place of the ranking."""
    ranks = asked.intent == "rank" or _RANKS.search(asked.text)
    if not ranks or asked.conditions or asked.topic or len(asked.text) > SHORT:
        return None
    if not before.nos and before.asked.intent == "rank" and not asked.group:
        # An order of published figures, once more from its other end.
        order = "少ない" if wants_fewest(asked.text) else "多い"
        whole = _PLACE.sub("", before.asked.text)
        return replace(before.asked, text=_ORDER.sub(order, whole))
    asked = replace(asked, intent="rank", column=None)
    group = asked.group or before.asked.group or "department"
    ranked = before.asked.intent in ("rank", "trend")
    force = before.asked.conditions if ranked else in_force(desk, before)
    again = ranked and group == (before.asked.group or group)
    # Of several that are named, one is the most.
    again = again or any(
        len(g) > 1 and g[0].name in _SAME_THING.get(group, ()) for g in alternatives(force)
    )
    dropped = () if again else _SAME_THING.get(group, ())
    return replace(asked, conditions=tuple(c for c in force if c.name not in dropped), group=group)


def broken_down(desk: Desk, asked: Question, before: State) -> Question | None:
    """「年度別にすると？」「内訳は？」 of those that were answered with."""
    if not _BROKEN_DOWN.search(asked.text) or asked.conditions or asked.topic or not before.nos:
        return None
    if asked.intent not in ("lookup", "list", "count", "trend", "rank"):
        return None
    force = before.asked.conditions if before.asked.intent == "rank" else in_force(desk, before)
    in_department = any(c.name == "department" for c in force)
    group = asked.group or ("section" if in_department else "department")
    by_year = group in ("fiscal_year", "year")
    text = f"{asked.text} {GROUP_NAMES[group]}別"
    intent: Intent = "trend" if by_year else "count"
    return replace(asked, text=text, conditions=force, group=group, intent=intent, column=None)


def as_list(desk: Desk, asked: Question, before: State) -> Question | None:
    """「一覧で見せて」「番号だけ教えて」: those that were counted, once more."""
    if not _LISTED.search(asked.text) or asked.conditions or asked.topic or not before.nos:
        return None
    if asked.intent not in ("lookup", "list") or "協定" in asked.text or asked.column:
        return None
    return replace(
        asked, conditions=in_force(desk, before), intent="list", periods=before.asked.periods
    )


def total(desk: Desk, asked: Question, before: State) -> Question | None:
    """「全部で何件？」 after a list."""
    if not _TOTAL.match(asked.text) or asked.conditions or asked.topic or not before.nos:
        return None
    if asked.intent not in ("count", "list") or before.answer.kind == "fact":
        return None
    if before.answer.kind == "comparison" and before.asked.intent != "extreme":
        return None
    if before.asked.intent == "extreme":
        # Of all that the order was of, not of its first.
        return replace(before.asked, text=asked.text, intent="count", column=None)
    counted = replace(refined(desk, asked, before), intent="count", column=None)
    if not _ALL_OF_THEM.search(asked.text):
        return counted
    # 「ほかには？」 left those out that are counted in now.
    kept = tuple(c for c in counted.conditions if not (c.negated and c.label == BEFORE))
    return replace(counted, conditions=kept)


def share_of_it(desk: Desk, asked: Question, before: State) -> Question | None:
    """「割合は？」「それは環境部の何％？」 after a count."""
    if not _SHARE.search(asked.text) or asked.topic or asked.partners:
        return None
    counted = before.answer.kind in ("count", "list") or before.asked.intent in ("count", "list")
    if not counted or not before.asked.conditions:
        return None
    force = in_force(desk, before)
    if not asked.conditions:
        return replace(
            before.asked, intent="share", text=asked.text, conditions=force, topic=(), column=None
        )
    if not (_IT.match(asked.text) and _WITHIN.search(without_space(asked.text))):
        return None
    whole = asked.conditions
    part = tuple(_unlike(force, whole))
    return replace(asked, intent="share", conditions=(*whole, *part), base=whole, column=None)


def counted_again(desk: Desk, asked: Question, before: State) -> Question | Answer | None:
    """What asks for a number or a list and names nothing is about those before it."""
    bare = not (asked.conditions or asked.topic or asked.partners or asked.numbers)
    if not bare or asked.intent not in ("count", "list"):
        return None
    if not before.nos:
        return _nothing_counted() if _IT.match(asked.text) else None
    if "協定" in asked.text or asked.column or asked.group or _SHARE.search(asked.text):
        return None
    return refined(desk, asked, before)


def _run(before: State) -> list[Condition]:
    """What tells apart three or more questions in a row, which are otherwise the same."""
    states = [state for state in history(before) if state.asked.conditions]
    if len(states) < 3:
        return []
    first = states[0].asked.conditions
    side = _unlike(first, states[1].asked.conditions)
    if len(side) != 1:
        return []
    family = FAMILIES.get(side[0].name, side[0].name)
    rest = [c.label for c in first if c is not side[0]]
    sides: list[Condition] = []
    for number, state in enumerate(states):
        conditions = state.asked.conditions
        own = [c for c in conditions if FAMILIES.get(c.name, c.name) == family]
        if len(own) != 1 or [c.label for c in conditions if c not in own] != rest:
            break
        if own[0].label not in {c.label for c in sides}:
            # Apart from what the other questions said at the same place.
            far = 1_000_000 * number
            sides.append(replace(own[0], start=own[0].start + far, end=own[0].end + far))
    return sides if len(sides) > 2 else []


def _named_sides(asked: Question) -> list[Condition]:
    """Those that a question names as alternatives: 「環境部と経済部ではどちらが多い？」."""
    groups = [group for group in alternatives(asked.conditions) if len(group) > 1]
    return list(groups[0]) if len(groups) == 1 and not groups[0][0].negated else []


def _nothing_counted() -> Answer:
    text = "前の答えには、数えられる協定がありません。何の件数かを挙げて質問してください。"
    return Answer("not_found", text, interpretation="前の結果の件数")


def _no_sides() -> Answer:
    text = "何と何を比べるか、前の質問からは分かりません。比べるものを挙げて質問してください。"
    return Answer("not_found", text, interpretation="前の結果の比較")


def _unlike(some: tuple[Condition, ...], others: tuple[Condition, ...]) -> list[Condition]:
    """Those of ``some`` that aren't among ``others``, wherever they are said."""
    known = [(c.name, c.values, c.negated) for c in others]
    return [c for c in some if (c.name, c.values, c.negated) not in known]
