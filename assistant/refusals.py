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
from index.normalization import normalized, without_space
from index.records import Agreement

RELATED = 3
_CLAIMED = re.compile(r"の(\d{1,4})件(?:の(?:協定|うち)|を|に|は|について)")
_MEMBERS = re.compile(
    r"(?:市町村|市町|自治体|会員|会社|団体|加盟|参加|構成)[^。]{0,12}(?:名(?:前|称)?を|全部|全て|すべて|一覧|挙げ|リスト)"
    r"|メンバー|内訳|どの市(?:が|と)|どこの市"
)
_COLLECTIVE = re.compile(r"各市|各町|各会員|\d{1,4}(?:市町村?|町村)|全市|市町村$")
_OTHER_CITY = re.compile(
    r"(?P<city>[一-龠ヶァ-ヴー]{1,6}?(?:市|町|村|区|県|都|府))(?:が|は|における|で|の)(?:[^と]{0,12})"
    r"(?:結んで|締結|結ぶ|連携協定|協定|覚書)"
)
_REASON = re.compile(r"理由|なぜ|どうして|わけは|根拠は|のは何故")
_MEASURED = re.compile(r"\d[\d,]*(?:日|時間|年|か月|%|円|万円|回|人|台|分の\d+)")
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
        "not_found",
        f"{which} の相手方は、希望により非公表とされています。名前はお答えできません。",
        nos=tuple(agreement.no for agreement in found),
        citations=tuple(desk.cite(agreement, agreement.partner) for agreement in found),
        interpretation="相手方＝非公表",
    )


def unlisted_members(desk: Desk, asked: Question, found: Sequence[Agreement]) -> Answer | None:
    """The answer if the members of a partner are asked for that is only named as a whole."""
    if not _MEMBERS.search(asked.text):
        return None
    whole = [a for a in found if len(a.partners) < 5 and _COLLECTIVE.search(normalized(a.partner))]
    if not whole:
        return None
    names = "、".join(f"No.{a.no} は「{'、'.join(a.partners)}」" for a in whole[:RELATED])
    return Answer(
        "not_found",
        f"相手方の個々の名前は一覧に記載がありません。{names}とだけ書かれています。",
        related=tuple(desk.cite(agreement, agreement.partner) for agreement in whole[:RELATED]),
        interpretation="知りたい項目＝相手方の内訳（一覧にない項目）",
    )


def other_city(desk: Desk, asked: Question, hits: Sequence[Hit]) -> Answer | None:
    """The answer if another municipality's own agreements are asked for; else None."""
    match = _OTHER_CITY.search(asked.text)
    own = desk.source.municipality
    if match is None or own in match.group() or match["city"] in own or "相手" in asked.text:
        return None
    return Answer(
        "not_found",
        f"収録しているのは{own}の協定の一覧です。{match['city']}が結んでいる協定は分かりません。"
        f"{match['city']}に確かめてください。",
        related=related(desk, hits),
        interpretation=f"自治体＝{match['city']}（収録した文書の外）",
    )


def false_reason(desk: Desk, asked: Question, found: Sequence[Agreement]) -> Answer | None:
    """The answer if a reason is asked for something that the row doesn't say; else None."""
    if not found or not _REASON.search(asked.text):
        return None
    agreement = found[0]
    told = without_space(f"{agreement.title}{agreement.purpose}{agreement.content}")
    claimed = [m.group() for m in _MEASURED.finditer(without_space(asked.text))]
    wrong = [claim for claim in claimed if claim not in told]
    if not wrong:
        return None
    return Answer(
        "not_found",
        f"{number_and_title(agreement)}には「{'、'.join(wrong)}」という定めがありません。"
        "お尋ねの前提が一覧の記載と違うため、答えられません。",
        related=(desk.cite_best(agreement, [token.term for token in asked.topic]),),
        interpretation=f"番号＝No.{agreement.no}",
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
