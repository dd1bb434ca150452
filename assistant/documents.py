"""Answers from the documents beside the table: texts, and the parties' roles."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Citation, Hit
from assistant.wording import name_of
from index.normalization import without_space
from index.records import CompactRole, Record, Section, SourceDocument
from index.tokens import terms

_ROLE = re.compile(
    r"役割|何をす|何をし|すること|やること|担(?:う|当|い)|負担|分担|何を(?:負|担|行|提供|実施)"
    r"|どんなこと|すべき|受け持|側は|やくわり|role"
)
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ASKED_UNIT = re.compile(
    r"何(人|件|校|回|倍|円|戸|台|者|か所|箇所|社|名|頭|万円|億円|トン|都市|か国|%)"
)
ROLES = 3
_SIGNED = "締結者"
TEXTS = 3


@dataclass(frozen=True)
class Party:
    """A party of a compact that a question names, and the documents it is a party in."""

    name: str
    parties: frozenset[str]
    compacts: frozenset[str]


def named_documents(desk: Desk, text: str) -> list[SourceDocument]:
    """The documents other than the table that ``text`` names, by what they are called."""
    return [
        document
        for document in desk.index.documents.values()
        if document.key != desk.source.key and any(name in text for name in document.called)
    ]


def named_parties(desk: Desk, text: str) -> list[str]:
    """The parties' names (甲, 乙, 美瑛町 …) that ``text`` names, by what it says."""
    names = {role.party_name for role in desk.roles} | {role.party for role in desk.roles}
    found = []
    for name in sorted(names, key=len, reverse=True):
        if len(name) == 1:
            if re.search(rf"{name}(?:の|は|が|\(|に|を|と)", text) or text == name:
                found.append(name)
        elif name in text:
            found.append(name)
    return found


def asks_role(text: str) -> bool:
    """Whether ``text`` asks what somebody does."""
    return bool(_ROLE.search(text))


def role(desk: Desk, asked: Question, hits: Sequence[Hit], parties: Sequence[str]) -> Answer | None:
    """What the named parties do in the initiatives that the question is about.

    Args:
        desk: the desk.
        asked: the question.
        hits: roles found for its topic, best first.
        parties: whose role is asked for; anybody's if empty.
    """
    roles = [hit.record for hit in hits if isinstance(hit.record, CompactRole)]
    if not roles:
        return None
    best = roles[0]
    chosen = [
        record
        for record in desk.roles
        if (record.compact, record.initiative) == (best.compact, best.initiative)
        and (not parties or record.party in parties or record.party_name in parties)
    ]
    if not chosen:
        return None
    lines, seen = [], set()
    for record in chosen:
        if record.text in seen:
            continue
        seen.add(record.text)
        same = [r for r in chosen if r.text == record.text]
        who = "、".join(_who(r) for r in same)
        lines.append(f"「{record.initiative}」での{who}の役割は次のとおりです。\n{record.text}")
    document = desk.index.documents[best.compact]
    return Answer(
        "role",
        "\n".join(lines),
        citations=tuple(desk.cite_whole(record, record.text) for record in chosen),
        interpretation=f"文書＝{document.title}、取組＝{best.initiative}"
        + (f"、当事者＝{'、'.join(parties)}" if parties else ""),
    )


def text_answer(desk: Desk, asked: Question, hits: Sequence[Hit]) -> Answer:
    """What the documents' running text says, the best passage first.

    Args:
        desk: the desk.
        asked: the question.
        hits: sections and roles found for it, best first; not empty.
    """
    wanted = [token.term for token in asked.topic]
    best = hits[0].record
    quote = desk.cite_best(best, wanted)
    body = best.text if isinstance(best, Section | CompactRole) else quote.quote
    lines = [f"{_place(desk, best)}に次の記載があります。", body]
    number, unit = _asked_figure(asked.text, quote.quote, body)
    return Answer(
        "fact",
        "\n".join(lines),
        number=number,
        unit=unit,
        citations=(quote, *(_also(desk, hits[1:TEXTS], wanted))),
        interpretation=f"文書＝{desk.index.documents[best.span.document].title}",
    )


_DATE_OF = re.compile(r"いつ|締結日|日付|年月日|何年|締結され")
_SIGNERS = re.compile(r"代表者|署名|締結者|記名|調印|市長は|町長は|誰が(?:結|締|署)|首長|名義")
_MEMBERS = re.compile(
    r"参加|構成(?:する|市|団体|自治体)|加わっ|メンバー|当事者|どの(?:市|町|自治体)が|市町(?:は|を|名)"
)


_OF_A_COMPACT = frozenset(
    {"締結", "代表", "署名", "参加", "構成", "双方", "市町", "町", "市", "当事", "圏域"}
)


def about_document(desk: Desk, asked: Question, key: str) -> Answer | None:
    """When a compact was concluded, who signed it, who its parties are; None for other things."""
    wanted = [
        heading
        for pattern, heading in ((_DATE_OF, "締結日"), (_SIGNERS, _SIGNED), (_MEMBERS, _SIGNED))
        if pattern.search(asked.text)
    ]
    found = [s for s in desk.sections if s.document == key and wanted and s.heading[0] == wanted[0]]
    document = desk.index.documents[key]
    own = set(terms(" ".join((document.title, document.municipality, *document.called))))
    others = {token.term for token in asked.topic} - own - _OF_A_COMPACT
    if not found or len(others) > 1:
        return None
    title = desk.index.documents[key].title
    if wanted[0] == "締結日":
        text = f"{title}の締結日は、{found[0].text}です。"
    elif _SIGNERS.search(asked.text):
        lines = [f"・{' '.join(section.text.split())}" for section in found]
        text = "\n".join([f"{title}の締結者は次のとおりです。", *lines])
    else:
        names = "、".join(section.heading[-1] for section in found)
        text = f"{title}の当事者は、{names}です。"
    return Answer(
        "fact",
        text,
        citations=tuple(desk.cite_whole(section, section.text) for section in found),
        interpretation=f"文書＝{title}、項目＝{wanted[0]}",
    )


def swapped_parties(desk: Desk, asked: Question, keys: Collection[str]) -> Answer | None:
    """The answer if the question takes 甲 for 乙; None if it doesn't."""
    text = without_space(asked.text)
    for role in desk.roles:
        for party, name in _claims(desk, role.compact):
            claimed = re.search(
                rf"{party}(?:である|\(|の|=|は){name}|{name}(?:である|\(|=|は){party}", text
            )
            if claimed and (role.compact in keys or not keys):
                true = {r.party: r.party_name for r in desk.roles if r.compact == role.compact}
                if true.get(party) != name:
                    told = "、".join(f"{p}は{n}" for p, n in true.items())
                    title = desk.index.documents[role.compact].title
                    signed = [
                        section
                        for section in desk.sections
                        if section.document == role.compact and section.heading[0] == _SIGNED
                    ]
                    return Answer(
                        "not_found",
                        f"{title}では、{told}です。お尋ねの前提と違うため、答えられません。",
                        related=tuple(desk.cite_whole(section, section.text) for section in signed),
                        interpretation=f"文書＝{title}",
                    )
    return None


def _claims(desk: Desk, compact: str) -> list[tuple[str, str]]:
    roles = [role for role in desk.roles if role.compact == compact and len(role.party) == 1]
    parties = {role.party for role in roles}
    names = {role.party_name for role in roles}
    return [(party, name) for party in sorted(parties) for name in sorted(names)]


def _asked_figure(text: str, *places: str) -> tuple[float | None, str | None]:
    asked = _ASKED_UNIT.search(text)
    if asked is None:
        return None, None
    unit = asked[1]
    for place in places:
        for match in _FIGURE.finditer(without_space(place)):
            if without_space(place).startswith(unit, match.end()):
                return float(match.group().replace(",", "")), unit
    return None, None


def _also(desk: Desk, hits: Sequence[Hit], wanted: Sequence[str]) -> list[Citation]:
    return [desk.cite_best(hit.record, wanted) for hit in hits]


def _place(desk: Desk, record: Record) -> str:
    title = desk.index.documents[record.span.document].title
    if isinstance(record, CompactRole):
        return f"{title}「{record.initiative}」の{record.party_name}の役割"
    return f"{title}「{name_of(record)}」"


def _who(role: CompactRole) -> str:
    if role.party == role.party_name:
        return role.party
    return f"{role.party}（{role.party_name}）"
