"""Who isn't in the table at all: other cities, strangers, departments that don't exist.

Each is an honest no with what there is instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.desk import Desk
from assistant.names import NamedPartner
from assistant.noun_phrases import noun_phrases
from assistant.premises import asks_whether
from assistant.question import Question
from assistant.refusals import RELATED, related
from assistant.results import Answer, Citation, Hit
from index.normalization import without_space
from index.records import Section

_OTHER_CITY = re.compile(
    r"(?<![一-龠々ァ-ヴー\d])(?P<city>(?:[一-龠々ヶァ-ヴー]{1,6}?(?:市|町|村|区|県|都|府)|北海道庁?|道庁)(?:役所|役場)?)"
    r"(?:(?P<subject>が|は|も|における|では|で)[^。?]{0,24}?(?:結|締結|協定|覚書)"
    r"|の(?:[^と。?]{0,12})(?:結んで|締結|結ぶ|連携協定|協定|覚書))"
)
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
_MUNICIPALITY = re.compile(
    r"(?<![一-龠々ァ-ヴー])(?P<name>[一-龠々ヶァ-ヴー]{1,6}?[市町村])(?![一-龠々]|長(?!と))"
)
_GENERAL = re.compile(r"^(?:連携|各|関係|構成|中心|近隣|周辺|当該?|本|両|同|他|全|都|自)[市町村]")
_TAKES_PART = re.compile(
    r"(?:に|が|は|も|の)[^。、?]{0,10}?(?:役割|負担|分担|担[うっい当]|何を|参加|加わ|入[っるり]|含ま|責任|すること|義務|当事者|メンバー|構成)"
)


def stranger(desk: Desk, asked: Question, hits: Sequence[Hit]) -> Answer | None:
    """The answer if only partners are named whom no document knows; else None."""
    unknown = [partner for partner in asked.partners if not partner.numbers]
    if not unknown or len(unknown) < len(asked.partners):
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
    match = _OTHER_CITY.search(text)
    if match is None or "相手" in text or own.removesuffix("市") in match.group():
        return None
    city = match["city"]
    if _NO_CITY.search(city) or city in own:
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


def no_such_department(desk: Desk, asked: Question) -> Answer | None:
    """The answer if a question gives agreements to a department that there isn't; else None."""
    text = without_space(asked.text)
    taken = [(c.start, c.end) for c in asked.conditions]
    taken += [(partner.start, partner.end) for partner in asked.partners]
    known = list(dict.fromkeys(a.department for a in desk.agreements.values()))
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
            f"一覧にある部局は、{'、'.join(known)}です。部局か課の名前を確かめてください。",
            interpretation=f"部局＝{name}（一覧にない部局）",
        )
    return None


def _is_short_for(name: str, desk: Desk) -> bool:
    """Whether a name may be a loose one for a department or section: 防災部."""
    stem = name[:-1]
    places = {place for a in desk.agreements.values() for place in (a.department, a.section)}
    return any(stem in place for place in places)


def not_a_party(desk: Desk, asked: Question, keys: Collection[str]) -> Answer | None:
    """The answer if a municipality is taken for a party of a compact that it isn't in; else None.

    Args:
        desk: the desk.
        asked: the question.
        keys: the documents that it names.
    """
    text = without_space(asked.text)
    compacts = [k for k in keys if any(role.compact == k for role in desk.roles)]
    if len(compacts) != 1:
        return None
    parties = list(dict.fromkeys(r.party_name for r in desk.roles if r.compact == compacts[0]))
    for match in _MUNICIPALITY.finditer(text):
        name = match["name"]
        if _GENERAL.match(name) or any(name in party or party in name for party in parties):
            continue
        if _TAKES_PART.match(text, match.end()):
            return _outside(desk, compacts[0], name, parties, whether=asks_whether(text))
    return None


def _outside(desk: Desk, key: str, name: str, parties: Sequence[str], *, whether: bool) -> Answer:
    title = desk.index.documents[key].title
    signed = [s for s in desk.sections if s.document == key and s.heading[0] == "締結者"]
    text = f"{name}は「{title}」の当事者ではありません。当事者は、{'、'.join(parties)}です。"
    citations = tuple(_signature(desk, section) for section in signed)
    if whether:
        return Answer(
            "fact", f"いいえ。{text}", citations=citations, interpretation=f"文書＝{title}"
        )
    return Answer(
        "not_found",
        f"{text}お尋ねの前提と違うため、答えられません。",
        related=citations,
        interpretation=f"文書＝{title}",
    )


def _signature(desk: Desk, section: Section) -> Citation:
    return desk.cite_whole(section, section.text)
