"""Saying no, with the reason and the next step. A near miss is offered as 関連, never as answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Citation, Hit, Tally
from assistant.table.counting import said, select
from assistant.table.phrases import in_words
from assistant.understanding.party_words import is_municipality
from index.eras import era_date
from index.normalization import normalized, without_space
from index.records import Agreement

RELATED = 3
_MEMBER = r"(?:市町村|市町|自治体|市|町|村|会員|会社|企業|団体|加盟|参加|構成|メンバー|地区)"
_MEMBERS = re.compile(
    rf"{_MEMBER}[^。?]{{0,12}}(?:名(?:前|称)?(?:を|は|が|一覧)|全部|全て|すべて|一覧|挙げ|リスト|1つずつ|一つずつ|列挙)"
    r"|メンバー|内訳|どの(?:市|町|自治体|団体|会社)|どこの(?:市|町|自治体)|(?:市町村?|自治体|会員|団体)(?:って|は|とは)(?:どこ|どれ|具体|何)"
)
_COLLECTIVE = re.compile(r"各市|各町|各会員|\d{1,4}(?:市町村?|町村)|全市|市町村$")
_OF_MUNICIPALITIES = re.compile(r"(?:市町村?|町村|自治体)(?:の?(?:名|一覧|内訳)|を|は|って)")
_ASKS_WHO = re.compile(
    r"誰|だれ|どこ(?!の?(?:部|課)|か[のにとで]|に)|どちら|どの(?:施設|法人|団体|会社|事業者|企業)|何という(?!協定)|なんという(?!協定)"
    r"|(?:施設|法人|団体|会社|企業|事業者|相手方?|締結先|運営者|運営主体)(?:の)?(?:名|正体)|(?<!協定の)(?<!協定書の)名前|正体|実名|本名|本当の"
    r"|イニシャル|頭文字|ヒント|推測|予想|推理|推定|当てて|心当たり|運営(?:者|主体|している|する)"
    r"|相手方?は[^。?、]{2,20}(?:で間違い|で合って|で正しい|ですか|でしょう|ですよね)"
    r"|(?:施設|法人|団体|会社|企業|事業者|相手方?)(?:を|は|が|って)(?:教え|知り|明かし|何|お聞|特定|[?]|$)"
)
_GUESSES = re.compile(
    r"(?:相手|先方|相手先|提携先|締結先)方?の?(?:名|正体)|正体|実名|本名|本当の|イニシャル|頭文字|ヒント|推測|予想|推理|推定|当てて"
)
# A partner that stands for others, who have names of their own.
_BODY_OF_MEMBERS = re.compile(
    r"(?:協会|組合(?:連合会)?|連合会|協議会|連絡会|会議所|商工会|連盟|同盟|士会|師会|育成会|販売所会|商店街振興組合)(?:[^会組]{0,10}(?:支部|部会))?$"
)
_COMPANY = re.compile(r"(?:株式|有限|合同)会社|[(][株有][)]")
_NAMED = r"(?:名前|名称|氏名|お名前|名簿|一覧|リスト|内訳)"
_NAMES_OF = re.compile(
    rf"(?P<what>[一-龠々ァ-ヴー]{{1,12}})(?:の個々|それぞれ|1つ1つ|一つ一つ)?の{_NAMED}(?=[をがはも、?。]|って|教|知|$)"
    r"|(?P<joined>会員|加盟店?|構成員|会社|企業|店|店舗|施設|業者|ホテル|旅館|委員|組合員)(?:名簿?|一覧|リスト)(?=[をがはも、?。]|って|教|知|$)"
)
_MEMBERSHIP = re.compile(r"会員|加盟|組合員|構成員|所属|メンバー|委員")
_CAN_BE_MEMBER = re.compile(
    r"(?:会社|企業|業者|事業者|メーカー|工場|店|店舗|屋|ホテル|旅館|宿|銭湯|浴場|施設|[士師医者員校園所院社館人]|スタンド|農家|選手|チーム|クラブ|市町村?|[市町村])$"
)
# Whose name or list is the partner's own, or the table's.
_IS_PARTNER = re.compile(
    r"協定|覚書|契約|相手方?|締結先|協定先|連携先|提携先|団体|組合|協会|法人|組織|担当|[部課局]$|事業|取組|取り組み|内容|項目|条|物資|品目|分野|協力"
)
_COUNTING = frozenset({"count", "rank", "share", "trend", "difference", "exists", "similar"})


def no_such_number(desk: Desk, asked: Question) -> Answer | None:
    """The answer if the question names numbers that no agreement has; None if all exist."""
    wrong = [number for number in asked.numbers if not _exists(desk, number)]
    if not wrong:
        return None
    if not desk.agreements:
        return Answer(
            "not_found",
            "番号で引ける協定の一覧は、収録した文書にありません。言葉で質問してください。",
            interpretation=f"番号＝{'、'.join(asked.numbers[:RELATED])}",
        )
    shown = wrong if len(wrong) <= RELATED else [wrong[0], f"…No.{wrong[-1]}"]
    said_so = "、".join(f"No.{number}" for number in shown).replace("、No.…No.", "から No.")
    right = [desk.agreements[int(number)] for number in asked.numbers if _exists(desk, number)]
    hint = f"{'、'.join(f'No.{a.no}' for a in right[:RELATED])} はあります。" if right else ""
    return Answer(
        "not_found",
        f"{said_so} の協定はありません。"
        f"一覧の番号は No.{min(desk.agreements)}~No.{max(desk.agreements)} です。{hint}"
        "番号を確かめてください。",
        related=tuple(desk.cite(agreement, agreement.title) for agreement in right[:RELATED]),
        interpretation=f"番号＝{'、'.join(asked.numbers[:RELATED])}",
    )


def existing_numbers(desk: Desk, asked: Question) -> tuple[Question, str]:
    """A stretch of numbers (No.320から335まで) without those beyond the table, and a note of it.

    Numbers named one by one all have to exist.
    """
    inside = tuple(number for number in asked.numbers if _exists(desk, number))
    outside = [number for number in asked.numbers if not _exists(desk, number)]
    whole = [int(number) for number in asked.numbers if number.isdecimal()]
    stretch = len(whole) > 2 and whole == list(range(whole[0], whole[0] + len(whole)))
    if not (inside and outside and stretch and len(whole) == len(asked.numbers)):
        return asked, ""
    note = (
        f"お尋ねの番号のうち {len(outside)} 件の協定はありません。"
        f"一覧の番号は No.{min(desk.agreements)}~No.{max(desk.agreements)} です。"
    )
    return replace(asked, numbers=inside), note


def nothing_selected(desk: Desk, asked: Question, meaning: str) -> Answer:
    """No agreement meets the conditions; says so, and what there is instead."""
    text = f"{said(desk, asked)}は 0 件で、一覧には載っていません。"
    near: list[Agreement] = []
    tallies: tuple[Tally, ...] = ()
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
    of_partner = tuple(c for c in asked.conditions if c.name == "partner" and not c.negated)
    with_partner = desk.table.select(of_partner) if of_partner else []
    if with_partner and len(of_partner) < len(asked.conditions) + bool(asked.topic):
        near = [desk.agreements[no] for no in with_partner[:RELATED]]
        numbers = "、".join(
            f"No.{no}（{desk.agreements[no].concluded_text}）" for no in with_partner
        )
        if len(with_partner) > RELATED:
            tallies = (desk.table.tally(of_partner),)
            numbers = f"{len(with_partner)} 件"
        text += f"{in_words(of_partner)}としては、{numbers}があります。"
    elif asked.periods and rest and len(rest) < len(asked.conditions):
        newest = desk.table.dated(rest)
        if newest:
            no, day = newest[-1]
            text += f"{in_words(rest)}のうち最も新しいのは No.{no}（{era_date(day)}）です。"
            near = [desk.agreements[no]]
    return Answer(
        "not_found",
        text,
        number=0,
        unit="件",
        related=tuple(desk.cite(agreement, agreement.concluded_text) for agreement in near),
        interpretation=meaning,
        tallies=tallies,
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


def withheld(desk: Desk, found: Sequence[Agreement]) -> Answer:
    """The partner is kept secret, and stays so."""
    which = "、".join(f"No.{agreement.no}" for agreement in found)
    return Answer(
        "not_found",
        f"{which} の相手方は、希望により非公表とされています。"
        "名前も、推測した名前もお答えできません。"
        "協定の内容・締結日・担当課はお答えできます。",
        nos=tuple(agreement.no for agreement in found),
        citations=tuple(desk.cite(agreement, agreement.partner) for agreement in found),
        interpretation="相手方＝非公表",
    )


def asked_of_withheld(desk: Desk, asked: Question) -> Answer | None:
    """The answer if the partner of rows is asked for that all keep it secret; else None."""
    hidden = any(c.name == "withheld" and c.values[0] and not c.negated for c in asked.conditions)
    rest = tuple(c for c in asked.conditions if c.name != "partner")
    named = hidden and len(rest) < len(asked.conditions)
    if not rest or not (named or (asked.intent not in _COUNTING and asks_who(asked))):
        return None
    found, _ = select(desk, asked)
    if not found:
        found, _ = select(desk, replace(asked, conditions=rest))
    if not found and hidden:
        found, _ = select(desk, replace(asked, conditions=rest, topic=()))
    if not found or not all(is_withheld(agreement) for agreement in found):
        return None
    return withheld(desk, found)


def secret_partner(desk: Desk, asked: Question, found: Sequence[Agreement]) -> Answer | None:
    """The answer if ``found`` keep their partner secret and the question asks for it; else None."""
    if not found or not all(is_withheld(a) for a in found) or not asks_who(asked):
        return None
    return withheld(desk, found)


def asks_who(asked: Question) -> bool:
    """Whether a question asks for the name of a partner, or for a hint of it."""
    text = without_space(asked.text)
    if _GUESSES.search(text) or asked.column == "partner":
        return True
    return asked.column in (None, "count") and bool(_ASKS_WHO.search(text))


def is_withheld(agreement: Agreement) -> bool:
    """Whether the partner of an agreement is kept secret."""
    return "非公表" in agreement.partner


def unlisted_members(desk: Desk, asked: Question, found: Sequence[Agreement]) -> Answer | None:
    """The answer if the members of a partner are asked for that is only named as a whole."""
    text = without_space(asked.text)
    members, towns = bool(_MEMBERS.search(text)), bool(_OF_MUNICIPALITIES.search(text))
    of_bodies = _asks_for_members(asked, text)
    whole = [
        agreement
        for agreement in found
        if (
            members
            and len(agreement.partners) < 5
            and _COLLECTIVE.search(normalized(agreement.partner))
        )
        or (members and towns and not any(is_municipality(party) for party in agreement.partners))
        or (of_bodies and _only_stands_for_others(agreement))
    ]
    if not whole or len(whole) < len(found):
        return None
    names = "、".join(f"No.{a.no} は「{'」「'.join(a.partners)}」" for a in whole[:RELATED])
    return Answer(
        "not_found",
        f"相手方の個々の名前は一覧に記載がありません。{names}とだけ書かれています。"
        "担当課に確かめてください。",
        related=tuple(desk.cite(agreement, agreement.partner) for agreement in whole[:RELATED]),
        interpretation="知りたい項目＝相手方の内訳（一覧にない項目）",
    )


def _only_stands_for_others(agreement: Agreement) -> bool:
    """Whether all partners are bodies of others, none of whom the row names."""
    named = _COMPANY.search(without_space(agreement.content))
    return not named and all(_BODY_OF_MEMBERS.search(party) for party in agreement.partners)


def _asks_for_members(asked: Question, text: str) -> bool:
    """Whether the names of somebody are asked for that a partner stands for: 協会の会員の名前.

    Of a partner that isn't named by the question, only members as such can be meant: 「会社の名前」
    may ask for the partner itself.
    """
    for match in _NAMES_OF.finditer(text):
        what = match["what"] or match["joined"]
        if _MEMBERSHIP.search(what):
            return True
        if asked.partners and _CAN_BE_MEMBER.search(what) and not _IS_PARTNER.search(what):
            return True
    return False


def related(desk: Desk, hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """The nearest records, to be offered beside a no."""
    return tuple(desk.cite_best(hit.record, ()) for hit in hits[:RELATED])


def _exists(desk: Desk, number: str) -> bool:
    return number.isdecimal() and int(number) in desk.agreements
