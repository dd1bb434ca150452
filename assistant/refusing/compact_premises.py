"""What a question takes for granted of a compact: its parties, how many they are, its date.

The compacts are those documents that give roles to parties. A claim that contradicts one makes the
answer a no with what the document says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.desk import Desk
from assistant.question import Question
from assistant.refusing.premises import asks_whether, is_concluded
from assistant.results import Answer, Citation
from assistant.understanding.periods import find_periods
from index.normalization import without_space
from index.records import Section

_MUNICIPALITY = re.compile(
    r"(?<![一-龠々ァ-ヴー])(?P<name>[一-龠々ヶァ-ヴー]{1,6}?[市町村])(?![一-龠々]|長(?!と))"
)
_GENERAL = re.compile(
    r"^[市町村]+$|^(?:連携|各|関係|構成|中心|近隣|周辺|当該?|本|両|同|他|全|都|自)[市町村]"
)
_TAKES_PART = re.compile(
    r"(?:に|が|は|も|の)[^。、?]{0,10}?(?:役割|負担|分担|担[うっい当]|何を|参加|加わ|入[っるり]|含ま|責任|すること|義務|当事者|メンバー|構成|署名|調印)"
)
_OFFICE = re.compile(r"/(?P<office>[^/]{2,8}[市町村]長)(?P<name>[^/]{2,8})$")
_SIZE = re.compile(
    r"(?<![\d条])(?P<n>\d{1,3})(?:つの|個の|の)?(?P<what>市町村|市町|市|町|自治体|団体)(?!村|内|民|長|議)"
)


def false_of_compact(desk: Desk, asked: Question, keys: Collection[str]) -> Answer | None:
    """The answer if a question takes something false of a compact for granted; else None.

    Args:
        desk: the desk.
        asked: the question.
        keys: the documents that it names.
    """
    compacts = [key for key in keys if any(role.compact == key for role in desk.roles)]
    if len(compacts) != 1 or asked.english:
        return None
    return (
        _not_a_party(desk, asked, compacts[0])
        or _other_size(desk, asked, compacts[0])
        or _other_date(desk, asked, compacts[0])
        or _other_office(desk, asked, compacts[0])
    )


def _not_a_party(desk: Desk, asked: Question, key: str) -> Answer | None:
    """A municipality that is taken for a party."""
    text = without_space(asked.text)
    parties = _parties(desk, key)
    for match in _MUNICIPALITY.finditer(text):
        name = match["name"]
        if _GENERAL.match(name) or any(name in party or party in name for party in parties):
            continue
        if _TAKES_PART.match(text, match.end()):
            title = desk.index.documents[key].title
            told = f"{name}は「{title}」の当事者ではありません。{_who(parties)}"
            return _answered(desk, key, told, whether=asks_whether(text))
    return None


def _other_size(desk: Desk, asked: Question, key: str) -> Answer | None:
    """A number of parties that is another one."""
    text = without_space(asked.text)
    parties = _parties(desk, key)
    for match in _SIZE.finditer(text):
        what = match["what"]
        true = sum(party.endswith(what) for party in parties) if len(what) == 1 else len(parties)
        if int(match["n"]) != true:
            told = f"当事者は {match.group()}ではありません。{_who(parties)}"
            return _answered(desk, key, told, whether=asks_whether(text))
    return None


def _other_date(desk: Desk, asked: Question, key: str) -> Answer | None:
    """A date of the conclusion that is another one."""
    text = without_space(asked.text)
    claimed = [p for p in asked.periods if is_concluded(text, p.end)]
    dated = [s for s in desk.sections if s.document == key and s.heading[0] == "締結日"]
    if not claimed or not dated:
        return None
    true = find_periods(without_space(dated[0].text), desk.index.documents[key].as_of)
    if not true:
        return None
    readings = [r for p in claimed for r in (p, *p.others)]
    if any(r.first <= true[0].first and true[0].last <= r.last for r in readings):
        return None
    title = desk.index.documents[key].title
    told = f"「{title}」の締結日は、{dated[0].text}です。"
    citation = desk.cite_whole(dated[0], dated[0].text)
    if asks_whether(text):
        return Answer("fact", f"いいえ。{told}", citations=(citation,), interpretation=title)
    return Answer(
        "not_found",
        f"{told}お尋ねの前提と違うため、答えられません。",
        related=(citation,),
        interpretation=f"文書＝{title}",
    )


def _other_office(desk: Desk, asked: Question, key: str) -> Answer | None:
    """Somebody who signed, spoken of as the head of another of the municipalities."""
    text = without_space(asked.text)
    signed = [s for s in desk.sections if s.document == key and s.heading[0] == "締結者"]
    offices = {m["office"]: m["name"] for s in signed if (m := _OFFICE.search(_plain(s)))}
    for true, name in offices.items():
        for office in offices.keys() - {true}:
            said = (
                rf"{re.escape(office)}(?:である|だった|の|は|、)?{re.escape(name)}(?![市町村]長|と)"
            )
            told = rf"{re.escape(name)}(?:さん|氏|様)?(?:が|は|、)?{re.escape(office)}(?!と)"
            if re.search(rf"{said}|{told}", text):
                right = f"{name}は{true}です。"
                return _answered(desk, key, right, whether=asks_whether(text), who=(true, office))
    return None


def _plain(section: Section) -> str:
    return without_space(section.text.replace("\n", "/"))


def _parties(desk: Desk, key: str) -> list[str]:
    return list(dict.fromkeys(r.party_name for r in desk.roles if r.compact == key))


def _who(parties: Sequence[str]) -> str:
    return f"当事者は、{'、'.join(parties)}です。"


def _answered(
    desk: Desk, key: str, told: str, *, whether: bool, who: Collection[str] = ("",)
) -> Answer:
    """The true state of things with the signatures of those ``who``; all if left out."""
    title = desk.index.documents[key].title
    signed = [
        s
        for s in desk.sections
        if s.document == key
        and s.heading[0] == "締結者"
        and any(office in _plain(s) for office in who)
    ]
    citations = tuple(_signature(desk, section) for section in signed)
    if whether:
        return Answer(
            "fact", f"いいえ。{told}", citations=citations, interpretation=f"文書＝{title}"
        )
    return Answer(
        "not_found",
        f"{told}お尋ねの前提と違うため、答えられません。",
        related=citations,
        interpretation=f"文書＝{title}",
    )


def _signature(desk: Desk, section: Section) -> Citation:
    return desk.cite_whole(section, section.text)
