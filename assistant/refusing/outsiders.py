"""Who isn't in the table at all: other cities, strangers, departments that don't exist.

Each is an honest no with what there is instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.desk import Desk
from assistant.question import Question
from assistant.refusing.refusals import RELATED, related
from assistant.results import Answer, Hit
from assistant.understanding.names import NamedPartner
from assistant.understanding.noun_phrases import noun_phrases
from assistant.understanding.party_words import is_municipality
from index.normalization import without_space

_CITY = (
    r"(?<![一-龠々ァ-ヴー\d])(?P<city>(?:[一-龠々ヶァ-ヴー]{1,6}?[市町村区県都府]|北海道庁?|道庁)"
    r"(?:役所|役場)?)(?P<called>(?:さん|様|側|自身|自体)?[)」』]?)"
)
_OTHER_CITY = re.compile(
    rf"{_CITY}(?:(?:が|は|も|における|では|で)[^。?]{{0,24}}?(?:結[んばび]|締結)"
    r"|(?:の)?(?:独自|単独)(?:に|で|の)[^。?]{0,16}?(?:協定|覚書|結[んばび]|締結)"
    r"|の[^と。?]{0,12}(?:結んで|締結|結ぶ|連携協定|協定|覚書)"
    r"|(?:と|の)[^、。?と]{2,20}?(?:と?の|[がと]結んだ|との間の|が交わした)[^、。?と]{0,16}(?:協定|覚書))"
)
# Who asks says of which town they are, and then speaks of it as theirs.
_ONES_OWN = re.compile(
    r"(?P<city>[一-龠々ヶァ-ヴー]{1,6}?[市町村])(?:の(?:職員|役[場所]|住民|[市町村]民|担当|者)|役[場所]|に住|在住|で働|から)"
    r"[^?]{0,40}(?:うち|私ども|私たち|私達|我々|わたしたち|こちら|当方|わ[がれ]|我が)の?(?:[市町村](?:役[所場])?|自治体|役場)(?:が|は|で|も|の)"
    r"[^。?]{0,24}?(?:協定|覚書|結[んばび]|締結)"
)
_LIKE = re.compile(
    r"(?:さん|様)?(?:みたい[にな]|の(?:場合と)?(?:よう[にな]|ごとく)|(?:の場合)?と(?:同じ|同様|並んで)|同様|に続[きい]|並みに)"
)
_TAKES_PART = re.compile(r"参加|入って|加わ|含まれ|相手|名前[がはも](?:あ|な|出|載|見)")
# What ends like a municipality's name and is none.
_NO_CITY = re.compile(
    r"(?:都市|中核市|各市|他市|本市|当市|同市|両市|関係市|構成市|連携市|市町|各町|関係町|[一二三四五六七八九]市|何市|どの市|どの町|何町)$"
)
# 「北海道が企業と結んだ」 is the prefecture's own; 「北海道が相手の」 isn't.
_OWN_PARTNER = re.compile(
    r"(?:企業|会社|民間|事業者|大学|団体|銀行|他の?(?:市|町|自治体)|単独|独自)[^。?]{0,6}"
)
# How a department is spoken of as one that agreements belong to.
_IN_CHARGE = re.compile(
    r"(?:が|の|で|は|に)[^。、?]{0,6}(?:担当|所管|管轄|受け持|結[んばび]|締結|協定|覚書|件)|(?:担当|所管)の"
)
_DEPARTMENT = re.compile(r"[部課局室]$")


def stranger(desk: Desk, asked: Question, hits: Sequence[Hit]) -> Answer | None:
    """The answer if only partners are asked for whom no document knows; else None.

    Partners that others are only likened to (「ツルハみたいに」) aren't asked for.
    """
    text = without_space(asked.text)
    unknown = [partner for partner in asked.partners if not partner.numbers]
    known = [p for p in asked.partners if p.numbers and not _LIKE.match(text, p.end)]
    if not unknown or known:
        return None
    if any(desk.reader.names.is_documented(partner.name) for partner in unknown):
        return None
    return no_such_partner(desk, unknown[0], hits)


def no_such_partner(desk: Desk, partner: NamedPartner, hits: Sequence[Hit]) -> Answer:
    """No agreement has that partner."""
    return Answer(
        "not_found",
        f"相手方に「{partner.name}」が入っている協定は、一覧（全{len(desk.agreements)}件）に"
        "ありません。名前の別の書き方でも確かめてください。",
        related=related(desk, hits),
        interpretation=f"相手方＝{partner.name}",
    )


def other_city(desk: Desk, asked: Question, hits: Sequence[Hit]) -> Answer | None:
    """The answer if another municipality's own agreements are asked for; else None."""
    text = without_space(asked.text)
    own = desk.source.municipality
    theirs = _ONES_OWN.search(text)
    match = theirs if theirs and theirs["city"] not in own else _OTHER_CITY.search(text)
    if match is None or own.removesuffix("市") in match.group() or _TAKES_PART.search(text):
        return None
    city = match["city"]
    if _NO_CITY.search(city) or city in own or _is_beside(desk, asked, text, match):
        return None
    if city.startswith(("北海道", "道庁")) and not _OWN_PARTNER.search(match.group()):
        return None
    with_city = desk.reader.names.containing(city)
    near = [desk.agreements[no] for no in with_city[:RELATED]]
    hint = ""
    if near:
        numbers = "、".join(f"No.{agreement.no}" for agreement in near)
        hint = f"{own}と{city}との協定なら {numbers} があります。"
    return Answer(
        "not_found",
        f"収録しているのは{own}の協定の一覧です。{city}が結んでいる協定は分かりません。"
        f"{hint}{city}に確かめてください。",
        related=tuple(desk.cite(a, a.partner) for a in near) or related(desk, hits),
        interpretation=f"自治体＝{city}（収録した文書の外）",
    )


def _is_beside(desk: Desk, asked: Question, text: str, match: re.Match[str]) -> bool:
    """Whether a city is one of several partners that are spoken of, and not their partner.

    「札幌市と北海道の協定」 has rows with both; 「泉大津市と中津市の協定」 means those with each.
    """
    if match.re is _ONES_OWN:
        return False
    others = [p for p in asked.partners if match.end("city") < p.start < match.end()]
    if "と" not in match.group() or text[match.end("called")] not in "との":
        return False
    if not others and _OWN_PARTNER.search(text, match.end("city"), match.end()):
        return False
    with_city = set(desk.reader.names.containing(match["city"]))
    return not others or any(
        is_municipality(other.name) or with_city & set(other.numbers) for other in others
    )


def no_such_department(desk: Desk, asked: Question) -> Answer | None:
    """The answer if a question gives agreements to a department that there isn't; else None."""
    text = without_space(asked.text)
    taken = [(c.start, c.end) for c in asked.conditions]
    taken += [(partner.start, partner.end) for partner in asked.partners]
    for phrase in noun_phrases(text):
        start, end = phrase[0].start, phrase[-1].end
        name = text[start:end]
        if len(name) < 3 or not _DEPARTMENT.search(name) or not _IN_CHARGE.match(text, end):
            continue
        if any(first < end and start < last for first, last in taken):
            continue
        if desk.reader.names.is_documented(name) or _is_short_for(name, desk):
            continue
        return Answer(
            "not_found",
            f"「{name}」という部局や課は、協定の一覧にありません。"
            "部局か課の名前を確かめてください。部局ごとの件数を質問すると、部局の一覧が出ます。",
            interpretation=f"部局＝{name}（一覧にない部局）",
        )
    return None


def _is_short_for(name: str, desk: Desk) -> bool:
    """Whether a name may be a loose one for a department or section: 防災部."""
    stem = name[:-1]
    places = {place for a in desk.agreements.values() for place in (a.department, a.section)}
    return any(stem in place for place in places)
