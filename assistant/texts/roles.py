"""Who does what in the compacts: the parties' roles, by initiative, field and party."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Hit
from assistant.understanding.exceptions import is_negated, is_set_aside, left_out_with
from index.records import CompactRole, Record, Section
from index.tokens import terms

_ROLE = re.compile(
    r"役割|役目|役どころ|役(?:は|を|です|で|[?]|$)|何を?(?:する|し(?!ろ)|すれ|やる|やっ|やれ)|すること|やること|担(?:う|当|い)|負担|分担|何を(?:負|担|行|提供|実施)"
    r"|どんなこと|すべき|受け持|側は|やくわり|協力する|(?:[市町村甲乙]|自治体)は[?]?$|role"
)
OF_PARTIES = frozenset(
    {"役割", "役", "役目", "分担", "方", "側", "相手", "一方", "片方", "他", "外"}
)
"""Terms by which a question speaks of parties, and of nothing that they do."""
# What a citizen asks of a town: 「…町は場所を貸してくれる？」
_WISH = re.compile(r"(?:くれる|くれます|もらえる|もらえます|いただけ)(?:か|の|のか)?[?]?$")
_ALL = re.compile(r"すべて|全て|全部|一覧|それぞれ|どんな取|どのような取|何と何|いくつの取")
_CENTRE = re.compile(
    r"中心(?:の|的な)?(?:市|都市|まち|自治体)|中核市側|中枢都市側|中心(?:に|と)なる(?:市|まち|自治体)"
)
_OTHERS = re.compile(
    r"(?:連携|周辺|構成|近隣|ほか|他|その他|残り|それ以外)の?(?:[市町村]{1,3}|まち|自治体)(?!と)|各市町|市町側"
)
_AS_TITLE = re.compile(
    r"(?:[^\W、。の]{2,8}と)?[^\W、。の]{2,8}(?:との|の|と)(?:間の)?(?:連携)?(?:協約|協定書?)"
)
# What marks the party that leads an initiative.
_LEADING = "中心的"
# What goes with a party's name: that it is left out, and what the others are called.
_LEFT_OUT = (
    r"(?:以外|(?:を|は)?(?:除い|のぞい)[たて]|を除く|の?ほか|の他|では?ない|じゃない)(?:の|は)?"
)
_SIDE = r"(?:側|の?(?:ほう|方)(?=[はがもの、?]))?"
_ANY_PARTY = re.compile(
    r"(?:各|他の|ほかの|残りの|周辺の)?(?:市[や・と]?町(?:[や・と]?村)?|市町村|自治体|まち)(?=[はがもの、?]|$)"
)
# A heading's own numbering: 「(1)」「ア 」.
_NUMBERING = re.compile(r"^(?:\(?\d{1,2}\)?|[ア-ン])\s*")
# Another compact's roles that score this share of the best one's are asked for as well.
ACROSS = 0.6


@dataclass(frozen=True)
class Asked:
    """Whose roles a question asks for.

    Attributes:
        names: what the question calls the parties; empty if it names none.
        roles: ids of the roles of these parties, all roles if it names none.
    """

    names: tuple[str, ...]
    roles: frozenset[str]


def asks_role(text: str) -> bool:
    """Whether ``text`` asks what somebody does."""
    return bool(_ROLE.search(text))


def asks_of_party(desk: Desk, text: str, names: Collection[str]) -> bool:
    """Whether ``text`` asks what a party that it calls ``names`` does.

    What the own city does for people stands in the table, too: for it a wish isn't enough.
    """
    others = set(names) - {desk.source.municipality}
    return bool(names) and (asks_role(text) or bool(others and _WISH.search(text)))


def asks_for_all(text: str) -> bool:
    """Whether ``text`` asks for all initiatives of a party or a field."""
    return bool(_ALL.search(text))


def parties_in(desk: Desk, text: str, keys: Collection[str] = ()) -> Asked:
    """The parties that ``text`` names: 甲, 美瑛町, 中心市, 各市町 …

    Args:
        desk: the desk.
        text: a normalized question.
        keys: the documents that are meant; all if empty.
    """
    within = [role for role in desk.roles if not keys or role.compact in keys]
    # 「X町との協約で、Y市は…」 asks for Y市 alone.
    names = _named(within, _AS_TITLE.sub("", text)) or _named(within, text)
    apart = _left_out(text, names)
    if apart and len(apart) == len(names):
        chosen = [r for r in within if r.party not in apart and r.party_name not in apart]
        # Only of the compacts that these are parties to.
        compacts = {r.compact for r in within if {r.party, r.party_name} & set(apart)}
        ids = frozenset(role.id for role in chosen if role.compact in compacts)
        return Asked((f"{'、'.join(apart)}以外",), ids)
    names = [name for name in names if name not in apart]
    if names:
        own = {r.id for r in within if r.party in names or r.party_name in names}
        return Asked(tuple(names), frozenset(own))
    for pattern, leads in ((_CENTRE, True), (_OTHERS, False)):
        match = pattern.search(text)
        if match:
            centres = {key: _centre(desk, key) for key in {role.compact for role in within}}
            chosen = [r for r in within if (r.party == centres[r.compact]) is leads]
            return Asked((match.group(),), frozenset(role.id for role in chosen))
    return Asked((), frozenset(role.id for role in within))


def is_party_word(term: str) -> bool:
    """Whether ``term`` only speaks of a party: 町, 市町, 自治体."""
    return bool(re.fullmatch(r"[市町村]{1,3}|まち|自治体|甲|乙", term))


def without_parties(desk: Desk, text: str) -> str:
    """``text`` without the parties it names, whether they are meant or left out.

    「岩見沢市以外の市町は」 says nothing of the initiative.
    """
    for name in _named(desk.roles, text):
        text = re.sub(rf"{re.escape(name)}(?:{_LEFT_OUT})?{_SIDE}", "", text)
    return _ANY_PARTY.sub("", text)


def initiative_of(desk: Desk, record: Record) -> tuple[str, str] | None:
    """The compact and the initiative that a role, or a cell of the annex, belongs to."""
    if isinstance(record, CompactRole):
        return record.compact, record.initiative
    if not isinstance(record, Section):
        return None
    return next(
        (
            (role.compact, role.initiative)
            for role in desk.roles
            if role.compact == record.document and role.initiative in record.heading[-2:]
        ),
        None,
    )


def role(desk: Desk, asked: Question, hits: Sequence[Hit], whose: Asked) -> Answer | None:
    """What the parties do in the initiatives that the question is about.

    Args:
        desk: the desk.
        asked: the question.
        hits: roles found for its topic, best first.
        whose: the parties that are asked for.
    """
    found = [(hit.record, hit.score) for hit in hits if isinstance(hit.record, CompactRole)]
    found = [(record, score) for record, score in found if record.id in whose.roles]
    if not found and whose.names:
        # Nothing but the party is named: all that it does.
        found = [(record, 1.0) for record in desk.roles if record.id in whose.roles]
        asked = replace(asked, text=f"{asked.text} すべて")
    if not found:
        return None
    wanted = _initiatives(asked, found, whose)
    chosen = [
        record
        for record in desk.roles
        if (record.compact, record.initiative) in wanted and record.id in whose.roles
    ]
    chosen.sort(key=lambda record: wanted.index((record.compact, record.initiative)))
    titles = [desk.index.documents[key].title for key in dict.fromkeys(c for c, _ in wanted)]
    initiatives = "、".join(dict.fromkeys(initiative for _, initiative in wanted))
    meaning = f"文書＝{'、'.join(titles)}、取組＝{initiatives}"
    return Answer(
        "role",
        "\n".join(_lines(desk, chosen, several=len(titles) > 1)),
        citations=tuple(desk.cite_whole(record, record.text) for record in chosen),
        interpretation=meaning + (f"、当事者＝{'、'.join(whose.names)}" if whose.names else ""),
    )


def all_of(desk: Desk, asked: Question, chosen: Sequence[CompactRole]) -> Answer:
    """The given roles, each of an initiative of its own."""
    every = replace(asked, text=f"{asked.text} すべて", topic=())
    return of_roles(desk, every, chosen)


def of_roles(desk: Desk, asked: Question, chosen: Sequence[CompactRole]) -> Answer:
    """The given roles, all of one initiative."""
    hits = [Hit(record, 1.0, ()) for record in chosen]
    names = tuple(dict.fromkeys(record.party for record in chosen))
    answer = role(desk, asked, hits, Asked(names, frozenset(record.id for record in chosen)))
    if answer is None:
        raise ValueError("no role was chosen")
    return answer


def _named(roles: Sequence[CompactRole], text: str) -> list[str]:
    # In the order of the roles, so that the same question is told in the same order every time.
    names = dict.fromkeys(name for role in roles for name in (role.party_name, role.party))
    found = []
    for name in sorted(names, key=len, reverse=True):
        if len(name) == 1:
            if re.search(rf"{name}(?:の|は|が|\(|に|を|と|以外)", text) or text == name:
                found.append(name)
        elif name in text or _called(name, text):
            found.append(name)
    return found


def _left_out(text: str, names: Sequence[str]) -> list[str]:
    """The parties that ``text`` names only for leaving them out: 「岩見沢市以外の市町」."""
    places = sorted((m.start(), m.end(), n) for n in names for m in re.finditer(re.escape(n), text))
    meant: set[str] = set()
    out = False
    after = len(text)
    for start, end, name in reversed(places):
        out = (
            is_negated(text, end)
            or is_set_aside(text, end)
            or (out and left_out_with(text[end:after]))
        )
        after = start
        if not out:
            meant.add(name)
    said = {name for _, _, name in places}
    return [name for name in names if name in said - meant]


def _called(name: str, text: str) -> bool:
    """Whether ``text`` names a municipality by its stem, as people do: 「美瑛は？」."""
    stem = name[:-1] if len(name) > 2 and name[-1] in "市町村" else ""
    return bool(stem) and bool(
        re.search(rf"{stem}(?:側|(?:の(?:ほう|方))?(?:は|が|も|って))", text)
    )


def _centre(desk: Desk, key: str) -> str:
    """The party that leads a compact: the one whose roles say so, else the one named first."""
    own = [role for role in desk.roles if role.compact == key]
    parties = list(dict.fromkeys(role.party for role in own))
    leading = {p: sum(r.party == p and _LEADING in r.text for r in own) for p in parties}
    return max(parties, key=lambda party: leading[party])


def _initiatives(
    asked: Question, found: Sequence[tuple[CompactRole, float]], whose: Asked
) -> list[tuple[str, str]]:
    """The initiatives meant: the best, its whole field if that is named, others as good."""
    best, highest = found[0]
    first = (best.compact, best.initiative)
    if asks_for_all(asked.text) and whose.names:
        topic = {token.term for token in asked.topic} - set(terms("".join(whose.names)))
        fields = [r for r, _ in found if topic & set(terms(_leaf(r)))]
        meant = fields or [record for record, _ in found]
        return list(dict.fromkeys((record.compact, record.initiative) for record in meant))
    if _field_meant(asked, best):
        same = [r for r, _ in found if (r.compact, r.field) == (best.compact, best.field)]
        wanted = [(r.compact, r.initiative) for r in same]
    else:
        wanted = [first]
    # Of another compact, too, unless it says much less about the topic.
    for record, score in found:
        if score >= highest * ACROSS and record.compact not in {compact for compact, _ in wanted}:
            wanted.append((record.compact, record.initiative))
    return list(dict.fromkeys([first, *wanted]))


def _field_meant(asked: Question, best: CompactRole) -> bool:
    """Whether the question names the field and nothing of the initiative's own title."""
    topic = {token.term for token in asked.topic}
    leaf, title = set(terms(_leaf(best))), set(terms(best.initiative))
    return bool(topic & leaf) and not topic & (title - leaf)


def _leaf(record: CompactRole) -> str:
    return _NUMBERING.sub("", record.field.split(" > ")[-1])


def _lines(desk: Desk, chosen: Sequence[CompactRole], *, several: bool) -> list[str]:
    lines: list[str] = []
    seen: set[tuple[str, str, str]] = set()
    for record in chosen:
        key = (record.compact, record.initiative, record.text)
        if key in seen:
            continue
        seen.add(key)
        same = [r for r in chosen if (r.compact, r.initiative, r.text) == key]
        who = "、".join(_who(r) for r in same)
        of = f"{desk.index.documents[record.compact].title}の" if several else ""
        lines.append(f"{of}「{record.initiative}」での{who}の役割は次のとおりです。\n{record.text}")
    return lines


def _who(role: CompactRole) -> str:
    if role.party == role.party_name:
        return role.party
    return f"{role.party}（{role.party_name}）"
