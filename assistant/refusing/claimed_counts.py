"""How many agreements a question takes for granted, checked against the rows.

「総務部の45件の協定」 claims a number, 「新しい5件」 only limits how many are wanted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, tally_of
from assistant.table.counting import said
from index.normalization import without_space
from index.records import Agreement

RELATED = 3
_COUNT = re.compile(
    r"(?<![\d.])(?P<n>\d{1,4})(?:件|本(?=の協定)|個(?=の協定)|つ(?=の協定))(?P<after>[^\d]{0,12})"
)
_ONLY = re.compile(
    r"唯一の?|たった(?:1件|1つ|一つ|一件)の?|(?<=は)(?:1件|1つ|一つ)だけ(?:です|ある|あり|結)"
)
_TOTAL = re.compile(
    r"(?:協定|一覧)(?:は|が|の|に|には)?(?:全部|全て|すべて|合計|合わせて|全体|計)(?:で|の)?、?(?P<n>\d{1,4})件"
    r"|(?<![\d.])(?P<of>\d{1,4})件の(?:連携)?協定"
)
_DEFINITE = re.compile(
    r"^(?:の|ある|あり|すべて|全て|全部|とも|それぞれ|について|結[んば]|締結|交わ|担当|所管|に(?:は|つい)|は|が|を|も)"
)
_LIMITS = re.compile(
    r"^(?:だけ|ほど|くらい|ぐらい|ずつ|まで|以内|以上|以下|未満|を超|より|挙げ|選|ピック|教え|の(?:違|差)|でも|か所|目|ちょうど|しか)"
)
_COMPARES = re.compile(
    r"どちら|どっち|より|違い|違う|比べ|比較|同じ|以外|他[にのも]|別の|ではなく|じゃなく"
)
_ORDERED = re.compile(
    r"新しい|古い|最近|直近|最新|最古|上位|下位|順に|先頭|最初|最後|代表的|主な|例"
)


def without(asked: Question) -> Question:
    """``asked`` with the talk of an only one taken out of its topic."""
    match = _ONLY.search(without_space(asked.text))
    if match is None:
        return asked
    rest = tuple(t for t in asked.topic if not (match.start() < t.end and t.start < match.end()))
    return replace(asked, topic=rest) if rest or asked.conditions else asked


def false_count(
    desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str
) -> Answer | None:
    """The answer if the question takes another number of agreements for granted; else None."""
    text = without_space(asked.text)
    if not (asked.conditions or asked.topic) or asked.intent not in ("list", "lookup", "extreme"):
        return None
    sizes = _other_sizes(desk, asked)
    if _ORDERED.search(text) or _COMPARES.search(text):
        return None
    if _ONLY.search(text) and len(found) > 1:
        return _corrected(desk, asked, found, meaning, "唯一")
    for match in _COUNT.finditer(text):
        claimed, after = int(match["n"]), match["after"]
        if claimed in (len(found), len(desk.agreements), *sizes) or _LIMITS.search(after):
            continue
        may_limit = after.startswith(("を", "も")) and claimed < len(found)
        if _DEFINITE.search(after) and not may_limit:
            return _corrected(desk, asked, found, meaning, f"{claimed} 件")
    return None


def _other_sizes(desk: Desk, asked: Question) -> list[int]:
    """How many agreements a place has that a partner's name may mean, too: 動物園."""
    names = [partner.name for partner in asked.partners]
    counts: Counter[str] = Counter()
    for agreement in desk.agreements.values():
        counts.update({agreement.department, agreement.section})
    return [count for place, count in counts.items() if any(name in place for name in names)]


def _corrected(
    desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str, claimed: str
) -> Answer:
    return Answer(
        "not_found",
        f"{said(desk, asked)}は{claimed}ではなく、{len(found)} 件です。"
        "お尋ねの前提と一覧が違うため、答えられません。"
        "件数を入れずに質問すると、すべてを一覧にします。",
        related=tuple(desk.cite(row, row.title) for row in found[:RELATED]),
        interpretation=meaning,
        tallies=(tally_of((row.no for row in found), meaning),),
    )


def false_total(desk: Desk, asked: Question) -> Answer | None:
    """The answer if the question takes another number of all agreements for granted; else None."""
    text = without_space(asked.text)
    if asked.conditions or asked.partners or asked.document:
        return None
    total = len(desk.agreements)
    known = {total, *(int(fact.value) for fact in desk.facts)}
    for match in _TOTAL.finditer(text):
        claimed = int(match["n"] or match["of"])
        if claimed in known or _LIMITS.search(text[match.end() : match.end() + 8]):
            continue
        if match["n"] is None and claimed < total:
            continue
        return Answer(
            "not_found",
            f"一覧の協定は {claimed} 件ではなく、全部で {total} 件です。"
            "お尋ねの前提と一覧が違うため、答えられません。"
            "件数を入れずに、もう一度質問してください。",
            related=tuple(desk.cite(row, row.title) for row in list(desk.agreements.values())[:1]),
            interpretation="すべての協定",
        )
    return None
