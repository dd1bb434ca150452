"""Counts, lists and orders by date: results of queries over the rows, with the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.aggregates import Condition, describe
from assistant.desk import Desk
from assistant.intents import kth_of, limit_of, places_of, wants_fewest, wants_oldest
from assistant.phrases import in_words
from assistant.question import Question
from assistant.results import Answer, AnswerKind, Citation
from assistant.wording import column_quote, column_sentence, figure, full_date, summaries
from index.eras import fiscal_year, parse_year
from index.normalization import without_space
from index.records import Agreement, SurveyFact
from index.tokens import Token

_BY_PARTIES = re.compile(
    r"(?:相手方?|参加者?|当事者|団体|会社)の?数が?(?:最も|一番|いちばん|もっとも)?.{0,4}(?:多|少)[^。]{0,6}協定"
)
# 「最近結ばれた協定」 without a number.
_RECENT = re.compile(r"(?:最近|直近)(?:に)?(?:結|締|の協定|でき|交わ)")
LATEST = 5
_YEAR_LABEL = re.compile(r"[MTSHR]\d{1,2}")


def select(desk: Desk, asked: Question) -> tuple[list[Agreement], str]:
    """The agreements a question is about, and in words which those are."""
    numbers = desk.table.select(asked.conditions)
    meaning = describe(asked.conditions)
    topic = restricting(desk, asked.topic)
    if topic:
        about = set(desk.about(topic))
        numbers = [number for number in numbers if number in about]
        words = "、".join(dict.fromkeys(token.surface for token in topic))
        said = f"記載＝{words}"
        meaning = meaning if said in meaning else "、".join(filter(None, (meaning, said)))
    return [desk.agreements[number] for number in numbers], meaning or "すべての協定"


def restricting(desk: Desk, topic: Sequence[Token]) -> tuple[Token, ...]:
    """The words of a topic that rows must name: all of them, or else its nouns.

    What people do with agreements (頼む, 支える) is said in other words there.
    """
    nouns = tuple(token for token in topic if token.pos.startswith("名詞"))
    if len(nouns) == len(topic) or desk.about(topic):
        return tuple(topic)
    return nouns


def count(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """How many there are, with all of them, and other readings of the period if it has any."""
    total = len(desk.agreements)
    if len(found) == total:
        lines = [f"協定は全部で {total} 件です。"]
    else:
        lines = [f"{said(desk, asked)}は {len(found)} 件です（全 {total} 件中）。"]
    if asked.intent == "share" or _asks_share(asked.text):
        lines[0] += f"全体の {share(len(found), total)} です（{len(found)}÷{total}）。"
    facts, notes = published(desk, asked, len(found))
    lines += notes + other_readings(desk, asked)
    answer = listed(desk, "count", [*lines, *summaries(found)], found, meaning)
    return replace(answer, citations=(*answer.citations, *facts))


def listing(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """All of them."""
    lines = [f"{said(desk, asked)}は次の {len(found)} 件です。", *other_readings(desk, asked)]
    if asked.column and asked.column != "title":
        lines += [f"・{column_sentence(agreement, asked.column)}" for agreement in found]
    else:
        lines += summaries(found)
    return listed(desk, "list", lines, found, meaning)


def extreme(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """The oldest or newest of them: the first, the k-th, or the first few."""
    text = without_space(asked.text)
    oldest = wants_oldest(text)
    ordered = sorted(found, key=lambda agreement: (agreement.concluded, agreement.no))
    if not oldest:
        ordered.sort(key=lambda agreement: agreement.concluded, reverse=True)
    whose = said(desk, asked)
    order = "古い" if oldest else "新しい"
    limit = None if places_of(text) else limit_of(text)
    if limit is None and _RECENT.search(text):
        limit = LATEST
    place = kth_of(text)
    if place > len(ordered):
        return Answer(
            "not_found",
            f"{whose}は {len(ordered)} 件しかなく、{place} 番目はありません。",
            interpretation=meaning,
        )
    if limit and limit > 1:
        chosen = ordered[:limit]
        lines = [f"{whose}のうち、{order}ものから {len(chosen)} 件は次のとおりです。"]
        tied = [a for a in ordered[limit:] if a.concluded == chosen[-1].concluded]
        if tied:
            numbers = "、".join(f"No.{agreement.no}" for agreement in tied)
            lines.append(f"{chosen[-1].concluded_text}には、ほかに{numbers}も結ばれています。")
    else:
        day = ordered[place - 1].concluded
        chosen = [agreement for agreement in ordered if agreement.concluded == day]
        which = f"最も{order}" if place == 1 else f"{place} 番目に{order}"
        many = f"（同じ日に {len(chosen)} 件）" if len(chosen) > 1 else ""
        lines = [f"{whose}のうち{which}のは、{full_date(chosen[0])}締結の次の協定です{many}。"]
    citations = tuple(desk.cite(agreement, agreement.concluded_text) for agreement in chosen)
    return Answer(
        "comparison",
        "\n".join([*lines, *summaries(chosen)]),
        nos=tuple(agreement.no for agreement in chosen),
        citations=citations,
        interpretation=f"{meaning}、順序＝締結日",
    )


def by_parties(
    desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str
) -> Answer | None:
    """The agreements with the most or fewest parties, if the question asks for those."""
    if not _BY_PARTIES.search(without_space(asked.text)) or not found:
        return None
    sizes = [len(agreement.partners) for agreement in found]
    size = min(sizes) if wants_fewest(asked.text) else max(sizes)
    chosen = [agreement for agreement in found if len(agreement.partners) == size]
    order = "少ない" if wants_fewest(asked.text) else "多い"
    head = f"{said(desk, asked)}のうち、相手方の数が最も{order}のは {size} 者の次の協定です。"
    citations = tuple(desk.cite(agreement, agreement.partner) for agreement in chosen)
    return Answer(
        "comparison",
        "\n".join([head, *summaries(chosen)]),
        number=size,
        unit="者",
        nos=tuple(agreement.no for agreement in chosen),
        citations=citations,
        interpretation=f"{meaning}、順序＝相手方の数",
    )


def said(desk: Desk, asked: Question) -> str:
    """The agreements a question is about, as a noun phrase."""
    noted = any(condition.name == "number" for condition in asked.conditions)
    topic = () if noted else restricting(desk, asked.topic)
    return in_words(asked.conditions, topic)


def share(part: int, whole: int) -> str:
    """``28.0%``: a share rounded half up to one decimal."""
    return f"{percent(part, whole):.1f}%"


def percent(part: int, whole: int) -> float:
    """A share in percent, rounded half up to one decimal."""
    return int(part * 1000 / whole + 0.5) / 10 if whole else 0.0


def published(desk: Desk, asked: Question, counted: int) -> tuple[list[Citation], list[str]]:
    """What the survey publishes for the same thing: its citation, and how it compares."""
    fact = _fact(desk, asked)
    if fact is None:
        return [], []
    value = f"{figure(fact.value)}{fact.unit}"
    same = "で、一致しています" if fact.value == counted else "です（数え方が違います）"
    note = f"調査の公表値（{fact.table}）も {value}{same}。"
    if fact.value != counted:
        note = f"調査の公表値（{fact.table}）は {value}{same}。"
    return [cite_fact(desk, fact)], [note]


def cite_fact(desk: Desk, fact: SurveyFact) -> Citation:
    """A citation of a published figure by its printed line."""
    lines = desk.index.documents[fact.document].lines
    printed = "\n".join(lines[fact.span.first_line - 1 : fact.span.last_line]).strip()
    return desk.cite(fact, printed)


def _fact(desk: Desk, asked: Question) -> SurveyFact | None:
    if asked.topic or asked.references or len(asked.conditions) > 1:
        return None
    if not asked.conditions:
        return next((f for f in desk.facts if (f.table, f.label) == ("協定数", "合計")), None)
    condition = asked.conditions[0]
    if condition.negated:
        return None
    if condition.name == "department":
        wanted = str(condition.values[0])
        return next((f for f in desk.facts if (f.table, f.label) == ("部局別", wanted)), None)
    if condition.name != "concluded" or "年度" not in condition.label or len(asked.periods) != 1:
        return None
    period = asked.periods[0]
    year = fiscal_year(period.first)
    whole = (period.first.month, period.first.day, period.last.month, period.last.day)
    if whole != (4, 1, 3, 31) or fiscal_year(period.last) != year:
        return None
    for fact in desk.facts:
        label = _YEAR_LABEL.match(fact.label)
        single = fact.table == "年度別" and "～" not in fact.label
        if single and label and parse_year(label.group()) == year:
            return fact
    return None


def other_readings(desk: Desk, asked: Question) -> list[str]:
    """How many there are by the other readings of the periods: 令和元年 as a calendar year."""
    lines = []
    for period in asked.periods:
        rest = tuple(c for c in asked.conditions if c.name != "concluded")
        for other in period.others:
            condition = Condition("concluded", (other.first, other.last), other.name)
            lines.append(f"（{other.name}なら {len(desk.table.select((*rest, condition)))} 件）")
    return lines


def listed(
    desk: Desk, kind: AnswerKind, lines: Sequence[str], found: Sequence[Agreement], meaning: str
) -> Answer:
    """An answer that rests on rows and cites each of them."""
    citations: tuple[Citation, ...] = tuple(
        desk.cite(agreement, column_quote(agreement, None)) for agreement in found
    )
    return Answer(
        kind,
        "\n".join(lines),
        number=len(found),
        unit="件",
        nos=tuple(agreement.no for agreement in found),
        citations=citations,
        interpretation=meaning,
    )


def _asks_share(text: str) -> bool:
    return any(word in text for word in ("%", "パーセント", "割合", "占め"))
