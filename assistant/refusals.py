"""Saying no, with the reason and the next step. A near miss is offered as 関連, never as answer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from assistant.aggregates import Condition, describe
from assistant.desk import Desk
from assistant.names import NamedPartner
from assistant.question import Question
from assistant.results import Answer, Citation, Hit
from assistant.wording import number_and_title
from index.eras import era_date
from index.normalization import without_space
from index.records import Agreement

RELATED = 3
_CLAIMED = re.compile(r"の(\d{1,4})件(?:の(?:協定|うち)|を|に|は|について)")
_DIGITS = re.compile(r"\d[\d,]*")


def no_such_number(desk: Desk, asked: Question) -> Answer | None:
    """The answer if the question names numbers that no agreement has; None if all exist."""
    wrong = [
        number
        for number in asked.numbers
        if not number.isdecimal() or int(number) not in desk.agreements
    ]
    if not wrong:
        return None
    return Answer(
        "not_found",
        f"No.{'、No.'.join(wrong)} の協定はありません。"
        f"一覧の番号は No.{min(desk.agreements)}~No.{max(desk.agreements)} です。"
        "番号を確かめてください。",
        interpretation=f"番号＝{'、'.join(asked.numbers)}",
    )


def no_such_partner(desk: Desk, partner: NamedPartner, hits: Sequence[Hit]) -> Answer:
    """No agreement has that partner."""
    return Answer(
        "not_found",
        f"相手方に「{partner.name}」が入っている協定は、一覧（全{len(desk.agreements)}件）に"
        "ありません。名前の別の書き方でも確かめてください。",
        related=related(desk, hits),
        interpretation=f"相手方＝{partner.name}",
    )


def nothing_selected(desk: Desk, asked: Question, meaning: str) -> Answer:
    """No agreement meets the conditions; says so, and where the table begins and ends if asked."""
    text = f"{meaning}の協定は、一覧に見つかりません（0 件、載っていません）。"
    near: list[Agreement] = []
    dated = desk.table.dated()
    if asked.periods and dated:
        (first_no, first), (last_no, last) = dated[0], dated[-1]
        text += (
            f"一覧にあるのは、{era_date(first)}（No.{first_no}）から"
            f"{era_date(last)}（No.{last_no}）までに締結された協定です。"
        )
        period = asked.periods[0]
        if period.last < first:
            near = [desk.agreements[first_no]]
        elif period.first > last:
            near = [desk.agreements[last_no]]
    rest = tuple(c for c in asked.conditions if c.name != "concluded")
    if asked.periods and rest and len(rest) < len(asked.conditions):
        newest = desk.table.dated(rest)
        if newest:
            no, day = newest[-1]
            text += f"{describe(rest)}で最も新しいのは No.{no}（{era_date(day)}）です。"
            near = [desk.agreements[no]]
    return Answer(
        "not_found",
        text,
        number=0,
        unit="件",
        related=tuple(desk.cite(agreement, agreement.concluded_text) for agreement in near),
        interpretation=meaning,
    )


def not_covered(desk: Desk, asked: Question, hits: Sequence[Hit]) -> Answer:
    """Nothing in the documents is near enough to the question."""
    words = "、".join(dict.fromkeys(token.surface for token in asked.topic))
    return Answer(
        "not_found",
        "この質問に答える記載は、収録した文書に見つかりません。"
        "言い方を変えるか、協定の番号・相手方の名前・部局・年度で質問してください。",
        related=related(desk, hits),
        interpretation=f"話題＝{words}" if words else "",
    )


def missing_column(desk: Desk, asked: Question, found: Sequence[Agreement]) -> Answer | None:
    """The answer if a column is asked for that neither the table nor the rows hold; else None."""
    name = missing_column_in(asked.text)
    if name is None or not found:
        return None
    words = missing_columns()[name]
    told = [
        agreement
        for agreement in found
        if any(
            word in line and _DIGITS.search(line.split(word, 1)[1])
            for line in without_breaks(agreement)
            for word in words
        )
    ]
    if told:
        return None
    which = "、".join(number_and_title(agreement) for agreement in found[:3])
    return Answer(
        "not_found",
        f"{name}は、協定の一覧に項目がなく、{which}の記載からも分かりません。"
        "所管の担当課に確かめてください。",
        related=tuple(desk.cite(agreement, agreement.title) for agreement in found[:RELATED]),
        interpretation=f"知りたい項目＝{name}（一覧にない項目）",
    )


def withheld(desk: Desk, found: Sequence[Agreement]) -> Answer:
    """The partner is kept secret, and stays so."""
    which = "、".join(f"No.{agreement.no}" for agreement in found)
    return Answer(
        "attribute",
        f"{which} の相手方は、希望により非公表とされています。名前はお答えできません。",
        nos=tuple(agreement.no for agreement in found),
        citations=tuple(desk.cite(agreement, agreement.partner) for agreement in found),
        interpretation="相手方＝非公表",
    )


def false_count(
    desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str
) -> Answer | None:
    """The answer if the question takes another number of agreements for granted; else None."""
    match = _CLAIMED.search(without_space(asked.text))
    if match is None or not asked.conditions or int(match[1]) == len(found):
        return None
    if int(match[1]) == len(desk.agreements):
        return None
    return Answer(
        "not_found",
        f"{meaning}の協定は {match[1]} 件ではなく、{len(found)} 件です。"
        "お尋ねの前提と一覧が違うため、答えられません。",
        related=tuple(desk.cite(agreement, agreement.title) for agreement in found[:RELATED]),
        interpretation=meaning,
    )


def related(desk: Desk, hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """The nearest records, to be offered beside a no."""
    return tuple(desk.cite_best(hit.record, ()) for hit in hits[:RELATED])


def without_breaks(agreement: Agreement) -> list[str]:
    """The lines of an agreement's purpose and content, normalized."""
    lines = f"{agreement.title}\n{agreement.purpose}\n{agreement.content}".split("\n")
    return [without_space(line) for line in lines]


def missing_column_in(text: str) -> str | None:
    """The column that ``text`` asks for and the table doesn't have, if any."""
    plain = without_space(text)
    return next(
        (name for name, words in missing_columns().items() if any(w in plain for w in words)),
        None,
    )


@cache
def missing_columns() -> dict[str, tuple[str, ...]]:
    """Columns that people ask for and the table doesn't have, with the words for them."""
    path = files("assistant").joinpath("data/missing_columns.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {entry["name"]: tuple(entry["words"]) for entry in data["column"]}


def condition_of(asked: Question, name: str) -> Condition | None:
    """The first condition called ``name``, if there is one."""
    return next((condition for condition in asked.conditions if condition.name == name), None)
