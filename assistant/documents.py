"""Answers from the documents beside the table: published figures, texts, and the parties' roles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.desk import Desk
from assistant.intents import kth_of, wants_fewest
from assistant.question import Question
from assistant.results import Answer, Hit
from assistant.wording import figure, name_of
from index.normalization import without_space
from index.records import CompactRole, Record, Section, SourceDocument, SurveyFact

_ROLE = re.compile(
    r"役割|何をす|何をし|すること|やること|担(?:う|当|い)|負担|分担|何を(?:負|担|行|提供|実施)"
    r"|どんなこと|すべき|受け持|側は|やくわり|role"
)
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ASKED_UNIT = re.compile(
    r"何(人|件|校|回|倍|円|戸|台|者|か所|箇所|社|名|頭|万円|億円|トン|都市|か国|%)"
)
ROLES = 3
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
        citations=tuple(desk.cite(record, record.text) for record in chosen),
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
        citations=(desk.cite(best, body), *(_also(desk, hits[1:TEXTS], wanted))),
        interpretation=f"文書＝{desk.index.documents[best.span.document].title}",
    )


def published(desk: Desk, asked: Question) -> Answer | None:
    """A published figure of the survey, or a rank among the figures of one of its tables."""
    text = without_space(asked.text)
    tables = _tables(desk, text)
    if asked.intent == "rank":
        return _ranked(desk, asked, tables)
    labelled = [
        (fact, len(fact.label))
        for fact in desk.facts
        if fact.table in tables and _label_in(fact.label, text)
    ]
    if not labelled:
        return None
    longest = max(length for _, length in labelled)
    order = list(dict.fromkeys(tables))
    best = min(
        (fact for fact, length in labelled if length == longest),
        key=lambda fact: order.index(fact.table),
    )
    return _figure_answer(desk, asked, best)


def _figure_answer(desk: Desk, asked: Question, fact: SurveyFact) -> Answer:
    document = desk.index.documents[fact.document]
    text = (
        f"{document.title}の{fact.table}で「{fact.label}」は {figure(fact.value)}{fact.unit}です。"
    )
    number, unit = fact.value, fact.unit
    if asked.intent == "share" and fact.unit == "件":
        total = len(desk.agreements)
        number, unit = int(fact.value * 1000 / total + 0.5) / 10, "%"
        text += f"全協定 {total} 件に対する割合は {number:.1f}% です。"
    return Answer(
        "comparison" if asked.intent == "share" else "fact",
        text,
        number=number,
        unit=unit,
        citations=(desk.cite(fact, _printed(desk, fact)),),
        interpretation=f"調査の公表値＝{fact.table}「{fact.label}」",
    )


def _ranked(desk: Desk, asked: Question, tables: Sequence[str]) -> Answer | None:
    facts = [f for f in desk.facts if tables and f.table == tables[0] and f.label != "合計"]
    if not facts:
        return None
    ordered = sorted(facts, key=lambda fact: fact.value, reverse=not wants_fewest(asked.text))
    place = kth_of(asked.text)
    if place > len(ordered):
        return None
    best = ordered[place - 1]
    order = "少ない" if wants_fewest(asked.text) else "多い"
    size = f"{figure(best.value)}{best.unit}"
    lines = [f"{best.table}で{place}番目に{order}のは「{best.label}」の {size}です。"]
    lines += [f"・{fact.label}：{figure(fact.value)}{fact.unit}" for fact in ordered[:5]]
    return Answer(
        "comparison",
        "\n".join(lines),
        number=best.value,
        unit=best.unit,
        citations=tuple(desk.cite(fact, _printed(desk, fact)) for fact in ordered[: max(place, 3)]),
        interpretation=f"調査の公表値＝{best.table}",
    )


def _tables(desk: Desk, text: str) -> list[str]:
    """The survey's tables that ``text`` may mean, the likeliest first."""
    names = list(dict.fromkeys(fact.table for fact in desk.facts))
    named = [name for name in names if _label_in(name.removesuffix("別"), text)]
    return named


def _label_in(label: str, text: str) -> bool:
    plain = without_space(label)
    return plain in text or all(part in text for part in re.split(r"[・、 ~()（）]", plain) if part)


def _printed(desk: Desk, fact: SurveyFact) -> str:
    """The fact's line as printed."""
    lines = desk.index.documents[fact.document].lines
    printed = "\n".join(lines[fact.span.first_line - 1 : fact.span.last_line]).strip()
    return printed or figure(fact.value)


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


def _also(desk: Desk, hits: Sequence[Hit], wanted: Sequence[str]) -> list:  # type: ignore[type-arg]
    return [desk.cite_best(hit.record, wanted) for hit in hits]


def _place(desk: Desk, record: Record) -> str:
    return f"{desk.index.documents[record.span.document].title}「{name_of(record)}」"


def _who(role: CompactRole) -> str:
    if role.party == role.party_name:
        return role.party
    return f"{role.party}（{role.party_name}）"
