"""Follow-ups on what stands beside the table: a compact's roles, a passage of slides or articles.

Each is a move of its own: 「ほかの町は？」「防災では？」 after a role, 「前の年は？」「いつ？」
after a passage, 「参加市町は？」 after any of a compact.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.desk import Desk
from assistant.follow_ups.conversation_state import State
from assistant.follow_ups.replies import SHORT, is_short
from assistant.question import Question
from assistant.results import Answer
from assistant.routing import covered
from assistant.searching import figures
from assistant.searching.labelled import years_in
from assistant.searching.relevance import covers
from assistant.texts import documents, passages, roles
from assistant.wording import name_of
from index.eras import fiscal_year_name
from index.normalization import without_space
from index.records import CompactRole, Section
from index.tokens import terms

_INITIATIVE = re.compile(
    r"(?:じゃあ?|では|それでは|なら)?、?(?P<name>.{2,24}?)(?:の取り?組み?|の分野|の事業)?"
    r"(?:では|の場合は|については|に関しては|だと|なら|は)(?:どう(?:です)?か?)?[?]?"
)
# What is asked of a party beside its name: 「での役割」, 「は何をする」.
_ROLE_OF = re.compile(
    r"(?:での|における|の|は|が|、){0,2}(?:役割|役目|分担|負担|仕事)(?:は|を)?(?:何|どう)?(?:です)?か?[?]?$"
    r"|(?:は|が|、){0,2}(?:何|なに|どんなこと)を(?:する|やる|担う|行う|負担する)(?:の|こと)?(?:です)?か?[?]?$"
    r"|[はがも、]*[?]?$"
)
_INITIATIVES = re.compile(
    r"(?:ほか|他|それ以外|残り)[のに](?:どんな|どのような)?(?:取り?組み?|事業|連携)"
)
_THE_OTHERS = re.compile(
    r"以外|ほか|他の|残り|もう(?:一方|片方)|他方|相手(?:方|側|の[市町村])?(?:は|の(?:ほう|方|役))|反対側|その[市町村](?:は|の)"
)
_ALL_PARTIES = re.compile(r"両方|両者|双方|それぞれ|全員|みんな|(?:お)?互い")
_YEAR_BESIDE = re.compile(
    r"(?:その)?(?:1つ|一つ|もう1つ|もう一つ)?(?P<way>前々|翌々|前|昨|次|翌|後)の?(?:年度?|回)(?![月代])"
)
_ASKS = re.compile(
    r"いつ|どこ|誰|だれ|どなた|何(?!の協定)|なに|いくら|どんな|どう|なぜ|どの(?:くらい|ぐらい)|どれ(?:くらい|ぐらい)|くわしく|詳しく"
)
# Terms for whoever or whatever it is.
_ANYONE = frozenset(["人", "方", "者", "物", "分", "場合", "所"])
# What is left of 「南空知圏域の協定のほうは？」.
_NOTHING_ELSE = re.compile(
    r"(?:じゃあ?|では|なら|それでは)?、?(?:圏域?)?(?:の)?(?:連携)?(?:協定書?|協約)?(?:の)?(?:ほう|方|場合)?"
    r"(?:は|だと|なら|では|も)?(?:どう(?:です)?か?)?[?]?"
)
_IS_THERE_ONE = re.compile(
    r"(?:それ|これ|この件|その件)?(?:に)?(?:ついて|関する|関連する|関係する)?の?協定(?:は|も|って)"
    r"(?:あ|結)[^、。]{0,10}"
)
# As rewording puts 「その市」 and 「同じ会社」.
_THAT_PARTNER = re.compile(
    r"その相手方?|(?:その|同じ)(?:市|町|村|自治体|会社|企業|団体|大学)(?=[とがのはも])"
)
_ONLY_A_NAME = re.compile(
    r"(?:じゃあ?|では|なら|それでは)?、?(?P<name>[^、。?]{2,20}?)(?:の(?:ほう|方|場合))?"
    r"(?:は|だと|なら|では)(?:どう(?:です)?か?)?[?]?"
)


def other_party(desk: Desk, asked: Question, before: State) -> Answer | None:
    """The same initiative's role of another party: 「乙のほうは？」「ほかの町の役割は？」"""
    if not before.role or not is_short(asked):
        return None
    last = desk.index.records[before.role]
    initiative = roles.initiative_of(desk, last)
    if initiative is None or _INITIATIVES.search(asked.text):
        return None
    text = without_space(asked.text)
    same = [role for role in desk.roles if (role.compact, role.initiative) == initiative]
    whose = roles.parties_in(desk, text, (initiative[0],))
    if not _of_it(asked, f"{initiative[1]} {' '.join(whose.names)}"):
        return None
    if whose.names:
        chosen = [role for role in same if role.id in whose.roles]
    elif _ALL_PARTIES.search(text):
        chosen = same
    elif _THE_OTHERS.search(text) and isinstance(last, CompactRole):
        chosen = [role for role in same if role.text != last.text]
    else:
        return None
    return roles.of_roles(desk, asked, chosen) if chosen else None


def _of_it(asked: Question, names: str) -> bool:
    """Whether what is asked speaks of nothing but parties, and of what has these names."""
    own = set(terms(names)) | roles.OF_PARTIES
    said = {token.term for token in asked.topic if not token.pos.startswith("動詞")}
    return all(term in own or roles.is_party_word(term) for term in said)


def other_initiatives(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「ほかの取組は？」 after a role: all others of the same party."""
    last = desk.index.records[before.role] if before.role else None
    if not isinstance(last, CompactRole) or not _INITIATIVES.search(asked.text):
        return None
    others = [
        role
        for role in desk.roles
        if (role.compact, role.party) == (last.compact, last.party)
        and role.initiative != last.initiative
    ]
    return roles.all_of(desk, asked, others) if others else None


def other_initiative(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「防災では？」 after a role: what the same party does there, or the one named with it."""
    text = without_space(asked.text)
    last = _last_roles(desk, before) if before.role else []
    whose = roles.parties_in(desk, text, {record.compact for record in last})
    name = roles.without_parties(desk, text) if whose.names else text
    if whose.names:
        name = f"{_ROLE_OF.sub('', name, count=1).strip('、')}は"
    match = _INITIATIVE.fullmatch(name)
    others = asked.column or (not whose.names and (asked.conditions or asked.partners))
    if not last or match is None or others:
        return None
    parties = {(record.compact, record.party) for record in last}
    hits = desk.retriever.search(match["name"], len(desk.index.passages), kinds=("role",))
    hits = [
        hit
        for hit in hits
        if isinstance(hit.record, CompactRole)
        and (
            hit.record.id in whose.roles
            if whose.names
            else (hit.record.compact, hit.record.party) in parties
        )
    ]
    best = hits[0].record if covered(hits) else None
    if not isinstance(best, CompactRole):
        return None
    if not set(terms(match["name"])) <= set(terms(best.initiative)) and not covers(
        match["name"], hits
    ):
        return None
    meant = {hit.record.id for hit in hits}
    chosen = [
        role
        for role in desk.roles
        if (role.compact, role.initiative) == (best.compact, best.initiative) and role.id in meant
    ]
    return roles.of_roles(desk, asked, chosen)


def _last_roles(desk: Desk, before: State) -> list[CompactRole]:
    """The roles that were told last; of a passage, the one that it is itself."""
    cited = [desk.index.records[citation.record] for citation in before.answer.citations]
    last = [record for record in cited if isinstance(record, CompactRole)]
    if before.answer.kind == "fact":
        return last[:1] if cited and cited[0] in last else []
    return last


def of_document(desk: Desk, asked: Question, before: State) -> Answer | None:
    """「参加市町は？」「締結日は？」 after an answer from a compact or an agreement's text."""
    if not before.document or before.nos or not is_short(asked):
        return None
    return documents.about_document(desk, replace(asked, conditions=()), before.document)


def other_document(desk: Desk, asked: Question, before: State) -> Question | Answer | None:
    """「南空知のほうは？」 after an answer from another compact: the same of this one."""
    text = without_space(asked.text)
    named = documents.named_documents(desk, text)
    if len(named) != 1 or not before.document or named[0].key == before.document:
        return None
    rest = documents.without_names(desk, text, [named[0].key])
    if not _NOTHING_ELSE.fullmatch("".join(rest.split())):
        return None
    last = desk.index.records[before.passage] if before.passage else None
    head = last.heading[0] if isinstance(last, Section) else ""
    whole = documents.about_document(desk, replace(asked, text=head, topic=()), named[0].key)
    if whole is not None:
        return whole
    text = documents.without_names(desk, before.asked.text, [before.document])
    return replace(
        before.asked, text=" ".join(text.split()), conditions=(), partners=(), document=named[0].key
    )


def agreements_on_it(desk: Desk, asked: Question, before: State) -> Question | None:
    """「協定はある？」 after a passage: rows of the table on what it is about."""
    last = desk.index.records[before.passage] if before.passage else None
    if not isinstance(last, Section) or not _IS_THERE_ONE.fullmatch(without_space(asked.text)):
        return None
    return desk.reader.read(f"{last.heading[-1]}に関する協定は?")


def same_passage(desk: Desk, asked: Question, before: State) -> Question | None:
    """「前の年は？」「飼い主は？」「いつ開かれた？」 after a passage: more of what it says."""
    last = desk.index.records[before.passage] if before.passage else None
    text = without_space(asked.text)
    if not isinstance(last, Section) or not _leans(asked, text):
        return None
    if any(document.key != last.document for document in documents.named_documents(desk, text)):
        return None
    meant = _in_years(text, before, last)
    if asked.column in ("department", "partner") or _THAT_PARTNER.search(text):
        return None
    pinned = _pinned(asked, before, last, meant)
    said = _said(asked)
    if said <= _held(last):
        only_when = years_in(meant) and not said
        asks = _ASKS.search(meant) and (not said or passages.tells(pinned, last))
        if only_when or asks or (said and passages.tells(pinned, last)):
            return pinned
    return None


def passage_beside(desk: Desk, asked: Question, before: State) -> Question | None:
    """「冬まつりは？」 after a figure or a day of another topic: the same of that one."""
    last = desk.index.records[before.passage] if before.passage else None
    match = _ONLY_A_NAME.fullmatch(without_space(asked.text))
    if not isinstance(last, Section) or match is None or not _leans(asked, asked.text):
        return None
    hits = desk.retriever.search(match["name"], len(desk.index.passages), kinds=("section",))
    same = [hit for hit in hits if hit.record.span.document == last.document]
    if not covered(same) or not isinstance(same[0].record, Section) or same[0].record == last:
        return None
    if not _said(asked) <= set(terms(" ".join(same[0].record.heading))):
        return None
    pinned = _pinned(asked, before, same[0].record, asked.text)
    return pinned if passages.tells(pinned, same[0].record) else None


def partner_of_it(desk: Desk, asked: Question, before: State) -> Question | None:
    """「その市との協定は？」 after a passage: with the partner that it speaks of, if it is one."""
    match = _THAT_PARTNER.search(asked.text)
    last = desk.index.records[before.passage] if before.passage else None
    if match is None or not isinstance(last, Section) or asked.partners:
        return None
    for text in (before.asked.text, *before.asked.leaning, name_of(last), last.text):
        named = [p for p in desk.reader.names.find(without_space(text), []) if p.numbers]
        names = {p.name for p in named if p.name != desk.source.municipality}
        if names:
            told = f"{asked.text[: match.start()]}{names.pop()}{asked.text[match.end() :]}"
            return desk.reader.read(told) if not names else None
    return None


def _leans(asked: Question, text: str) -> bool:
    """Whether a question is short, and points at nothing but the passage before it."""
    if len(text) > SHORT + SHORT // 2 or asked.numbers or "協定" in text or "覚書" in text:
        return False
    return all(c.name == "concluded" for c in asked.conditions)


def _pinned(asked: Question, before: State, passage: Section, text: str) -> Question:
    went_on = before.asked.leaning if before.asked.passage else ()
    return replace(
        asked,
        text=text,
        intent="lookup",
        column=None,
        group=None,
        conditions=(),
        partners=(),
        periods=(),
        passage=passage.id,
        leaning=(before.asked.text, *went_on),
    )


def _said(asked: Question) -> set[str]:
    """The nouns that a question speaks of; a verb only says that it asks for a day or a place."""
    words = {token.term for token in asked.topic if not token.pos.startswith("動詞")} - _ANYONE
    return words | {term for partner in asked.partners for term in terms(partner.name)}


def _held(section: Section) -> set[str]:
    return set(terms(f"{name_of(section)}\n{section.text}"))


def _in_years(text: str, before: State, last: Section) -> str:
    """``text`` with 「前の年」 put as the year before the one that was spoken of."""
    match = _YEAR_BESIDE.search(text)
    if match is None:
        return text
    spoken = (before.asked.text, *before.asked.leaning)
    named = next((years for said in spoken for years in years_in(said)), frozenset())
    years = named or figures.years_of(spoken[0], last.text, spoken[1:], last.heading)
    if not years:
        return text
    back = match["way"][0] in "前昨"
    year = max(years) + (-1 if back else 1) * (2 if "々" in match["way"] else 1)
    return f"{text[: match.start()]}{fiscal_year_name(year)}{text[match.end() :]}"
