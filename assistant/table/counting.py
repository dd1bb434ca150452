"""Counts, lists and orders by date: results of queries over the rows, with the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.aggregates import Condition, alternatives, describe
from assistant.desk import Desk
from assistant.question import Question
from assistant.quotes import sentences
from assistant.results import Answer, AnswerKind, Breakdown, Citation, Tally, tally_of
from assistant.survey.reconciliation import beside
from assistant.table.phrases import in_words, name_of, topic_words
from assistant.understanding.intents import kth_of, limit_of, places_of, wants_fewest, wants_oldest
from assistant.understanding.stated_figures import states
from assistant.wording import column_quote, column_sentence, full_date, one_line, share, summaries
from index.eras import era_date
from index.normalization import without_space
from index.records import Agreement
from index.tokens import Token, terms

_BY_PARTIES = re.compile(
    r"(?:相手方?|参加者?|当事者|団体|会社)の?数が?(?:最も|一番|いちばん|もっとも)?.{0,4}(?:多|少)[^。]{0,6}協定"
)
# 「最近結ばれた協定」 without a number.
_RECENT = re.compile(
    r"(?<!一番)(?<!最も)(?<!いちばん)(?:最近|直近)(?:に)?(?:結|締|の協定|でき|交わ)"
)
# 「古い順に並べて」 wants all of them.
_IN_ORDER = re.compile(
    r"(?:古|新し|早)い(?:もの|協定|方|ほう)?(?:から)?順|(?:締結日?|日付|年代|時系列)の?順"
)
LATEST = 5
# A sentence of each of so many rows is quoted.
QUOTED = 10
# What a summary tells of an agreement anyway.
_IN_SUMMARY = {"partner", "concluded", "department"}


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
    apart = _by_condition(desk, asked)
    if apart is not None:
        each = "、".join(f"{name} {number:.0f} 件" for name, number in apart.rows)
        lines[0] += f"内訳は、{each}です。"
    facts, notes = beside(desk, asked, len(found))
    readings, tallies = other_readings(desk, asked)
    lines += [*_without_any(asked), *notes, *readings]
    answer = listed(desk, "count", [*lines, *summaries(found)], found, meaning)
    return replace(
        answer,
        citations=(*answer.citations, *facts),
        table=apart,
        tallies=tallies,
    )


def _without_any(asked: Question) -> list[str]:
    """A note of the partners named beside others that have no agreement."""
    names = dict.fromkeys(partner.name for partner in asked.partners if not partner.numbers)
    if not names or len(names) == len(asked.partners):
        return []
    return [f"相手方に「{'」「'.join(names)}」が入っている協定は、一覧にありません。"]


def _by_condition(desk: Desk, asked: Question) -> Breakdown | None:
    """The count by each of the alternatives a question names: 環境部か土木部."""
    several = [group for group in alternatives(asked.conditions) if len(group) > 1]
    if len(several) != 1 or several[0][0].negated:
        return None
    rest = tuple(c for c in asked.conditions if c not in several[0])
    topic = restricting(desk, asked.topic)
    about = set(desk.about(topic)) if topic else None
    rows = []
    for condition in several[0]:
        numbers = desk.table.select((*rest, replace(condition, group="")))
        rows.append((name_of(condition), float(sum(about is None or n in about for n in numbers))))
    return Breakdown(several[0][0].label.split("＝")[0], tuple(rows), "件")


def listing(desk: Desk, asked: Question, found: Sequence[Agreement], meaning: str) -> Answer:
    """All of them."""
    readings, tallies = other_readings(desk, asked)
    lines = [f"{said(desk, asked)}は次の {len(found)} 件です。", *_without_any(asked), *readings]
    told = [column for column in asked.columns if column != "title"]
    if len(told) == 1 or set(told) - _IN_SUMMARY:
        lines += [f"・{column_sentence(agreement, one)}" for agreement in found for one in told]
    else:
        lines += summaries(found)
    answer = replace(listed(desk, "list", lines, found, meaning), tallies=tallies)
    stated = next((c for c in asked.conditions if c.name == "figure" and not c.negated), None)
    if stated is not None and len(found) <= QUOTED:
        return _with_figures(desk, stated, found, answer)
    return _with_its_words(desk, asked, found[0], answer) if len(found) == 1 else answer


def _with_its_words(desk: Desk, asked: Question, only: Agreement, answer: Answer) -> Answer:
    """The answer with what its one row says of the topic, unless its name says all of it."""
    wanted = [token.term for token in asked.topic]
    if not set(wanted) - set(terms(only.title)):
        return answer
    cited = desk.cite_best(only, wanted)
    quote = one_line(cited.quote)
    if quote in only.title:
        return answer
    return replace(
        answer,
        text=f"{answer.text}\nNo.{only.no} には「{quote}」とあります。",
        citations=(*answer.citations, cited),
    )


def _with_figures(
    desk: Desk, stated: Condition, found: Sequence[Agreement], answer: Answer
) -> Answer:
    """The answer with the sentence of each row that states the figure asked for."""
    lines, cited = [answer.text], list(answer.citations)
    for row in found:
        every = (*sentences(row.content), *sentences(row.purpose), row.title)
        sentence = next((one for one in every if states(one, stated)), None)
        if sentence is not None:
            cited.append(desk.cite_whole(row, sentence))
            lines.append(f"No.{row.no} には「{one_line(cited[-1].quote)}」とあります。")
    return replace(answer, text="\n".join(lines), citations=tuple(cited))


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
    if limit is None and _IN_ORDER.search(text):
        limit = len(ordered)
    place = kth_of(text)
    if place > len(ordered):
        return Answer(
            "not_found",
            f"{whose}は {len(ordered)} 件しかなく、{place} 番目はありません。",
            interpretation=meaning,
            tallies=(tally_of((agreement.no for agreement in ordered), meaning),),
        )
    tied: list[Agreement] = []
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
        whose = f"{whose} {len(ordered)} 件" if len(ordered) > 1 else whose
        many = f"（同じ日に {len(chosen)} 件）" if len(chosen) > 1 else ""
        lines = [f"{whose}のうち{which}のは、{full_date(chosen[0])}締結の次の協定です{many}。"]
    citations = tuple(desk.cite(agreement, agreement.concluded_text) for agreement in chosen)
    return Answer(
        "comparison",
        "\n".join([*lines, *summaries(chosen)]),
        nos=tuple(agreement.no for agreement in chosen),
        citations=citations,
        related=tuple(desk.cite(agreement, agreement.concluded_text) for agreement in tied),
        interpretation=f"{meaning}、順序＝締結日",
        tallies=_tallied(desk, ordered, meaning),
    )


def _tallied(desk: Desk, rows: Sequence[Agreement], meaning: str) -> tuple[Tally, ...]:
    """How many there are to choose from; that of all of them goes without saying."""
    if len(rows) == len(desk.agreements):
        return ()
    return (tally_of((row.no for row in rows), meaning),)


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
    noted = any(c.name == "number" and not c.negated for c in asked.conditions)
    topic = () if noted else restricting(desk, asked.topic)
    return in_words(asked.conditions, topic_words(without_space(asked.text), topic))


def other_readings(desk: Desk, asked: Question) -> tuple[list[str], tuple[Tally, ...]]:
    """How a period was read, and how many there are by its other readings, if it has any.

    令和元年 is a year of an era, a fiscal year and a calendar year.
    """
    lines, tallies = [], []
    topic = restricting(desk, asked.topic)
    about = set(desk.about(topic)) if topic else None
    for period in asked.periods:
        rest = tuple(c for c in asked.conditions if (c.start, c.end) != (period.start, period.end))
        own = next((c for c in asked.conditions if c not in rest), None)
        if own is None or not period.others:
            continue
        counts = []
        for other in period.others:
            condition = replace(own, values=(other.first, other.last), label=other.name)
            numbers = desk.table.select((*rest, condition))
            apart = "以外" if own.negated else ""
            tally = tally_of(
                (number for number in numbers if about is None or number in about),
                f"{other.name}{apart}",
            )
            counts.append(f"{tally.description}なら {tally.number} 件")
            tallies.append(tally)
        name = period.name.split("（")[0]
        first, last = era_date(period.first), era_date(period.last)
        lines.append(f"「{name}」は{first}から{last}までとしました。{'、'.join(counts)}です。")
    return lines, tuple(tallies)


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
