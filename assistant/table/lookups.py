"""Answers about single agreements: by number, by topic, by likeness; and one column of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.aggregates import describe
from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Hit
from assistant.table.counting import select
from assistant.understanding.intents import Column
from assistant.wording import (
    COLUMN_NAMES,
    column_quote,
    column_sentence,
    number_and_title,
    one_line,
    summaries,
    summary,
)
from index.normalization import without_space
from index.records import Agreement
from index.tokens import terms

CITED = 5
SIMILAR = 8
ROWS = 3
# A hit whose score is below this share of the best one's is no answer to the same question.
NEAR_BEST = 0.55
# Where the rows themselves are asked for (どれ, 何番), one that is less near is a wrong one.
NEAR_LISTED = 0.8


def by_number(desk: Desk, asked: Question) -> Answer:
    """The agreements with the numbers that the question names."""
    found = [desk.agreements[int(number)] for number in dict.fromkeys(asked.numbers)]
    meaning = "番号＝" + "、".join(f"No.{agreement.no}" for agreement in found)
    if asked.intent == "similar":
        return similar(desk, found[0], meaning)
    return about(desk, found, asked, meaning)


def about(desk: Desk, found: Sequence[Agreement], asked: Question, meaning: str) -> Answer:
    """The columns of each agreement that are asked for, or all where none is."""
    columns = asked.columns
    wanted = [token.term for token in asked.topic]
    if columns:
        lines = [column_sentence(agreement, one) for agreement in found for one in columns]
        meaning = f"{meaning}、項目＝{_names(columns)}"
    else:
        lines = [card(agreement) for agreement in found]
    citations = []
    for agreement in found:
        for column in columns or (None,):
            if column and column != "content":
                citations.append(desk.cite(agreement, column_quote(agreement, column)))
            else:
                citations.append(desk.cite_best(agreement, wanted))
    return Answer(
        "attribute" if columns else "lookup",
        "\n".join(lines),
        nos=tuple(agreement.no for agreement in found),
        citations=tuple(citations),
        interpretation=meaning,
    )


def similar(desk: Desk, agreement: Agreement, meaning: str) -> Answer:
    """The agreements most like ``agreement``, and what they share with it."""
    hits = desk.comparer.similar(agreement, SIMILAR)
    lines = [f"{number_and_title(agreement)}に内容が近い協定を、近い順に挙げます。"]
    for hit in hits:
        if isinstance(hit.record, Agreement):
            lines.append(f"・{summary(hit.record)}（{'／'.join(hit.shared[:2])}）")
    found = [hit.record for hit in hits if isinstance(hit.record, Agreement)]
    return Answer(
        "lookup",
        "\n".join(lines),
        nos=tuple(other.no for other in found),
        citations=tuple(desk.cite(other, other.title) for other in found),
        related=(desk.cite(agreement, agreement.title),),
        interpretation=f"{meaning}に似た協定",
    )


def by_topic(desk: Desk, asked: Question, hits: Sequence[Hit]) -> Answer:
    """The agreements that a topic leads to, the nearest first.

    Args:
        desk: the desk.
        asked: the question.
        hits: agreements found for it, best first; not empty.
    """
    wanted = [token.term for token in asked.topic]
    floor = hits[0].score * (NEAR_LISTED if asked.intent == "list" else NEAR_BEST)
    near = [hit.record for hit in hits if hit.score >= floor][:CITED]
    found = _of_same_name(asked, [record for record in near if isinstance(record, Agreement)])
    meaning = "、".join(
        filter(
            None,
            (
                describe(asked.conditions),
                "話題＝" + "、".join(dict.fromkeys(token.surface for token in asked.topic)),
            ),
        )
    )
    best = found[0]
    columns = () if asked.column == "count" else asked.columns
    citations = [desk.cite_best(agreement, wanted) for agreement in found]
    titled = [row for row in found if _in_title(asked, row)] if columns else []
    if len(titled) > 1:
        # A column is asked of what is called so: each of these is meant.
        return about(desk, titled, asked, meaning)
    if columns:
        meaning += f"、項目＝{_names(columns)}"
        lines = [column_sentence(best, column) for column in columns]
        citations = [*(desk.cite(best, column_quote(best, c)) for c in columns), *citations]
    else:
        if (len(found) == 1 or asked.partners) and citations[0].quote in best.title:
            # Its name tells nothing new of a row that the question names.
            citations[0] = desk.cite_detail(best, wanted)
        quote = one_line(citations[0].quote)
        lines = [f"{number_and_title(best)}に「{quote}」とあります。"]
        lines.append(f"相手方は{'、'.join(best.partners)}です。")
    if len(found) > 1:
        lines += ["近いものから順に挙げます。", *summaries(found)]
    return Answer(
        "attribute" if asked.column else "lookup",
        "\n".join(lines),
        nos=tuple(agreement.no for agreement in found),
        citations=tuple(citations),
        interpretation=meaning,
    )


def _of_same_name(asked: Question, found: Sequence[Agreement]) -> list[Agreement]:
    """Those of ``found`` with the proper names that the question says and the first one has.

    What is agreed on the works at one river is no answer for another river.
    """
    told = [without_space("\n".join((a.title, a.partner, a.purpose, a.content))) for a in found]
    names = [t.surface for t in asked.topic if t.pos.endswith("固有名詞") and t.surface in told[0]]
    return [a for a, text in zip(found, told, strict=True) if all(name in text for name in names)]


def _in_title(asked: Question, agreement: Agreement) -> bool:
    """Whether an agreement's title holds every word of the topic."""
    return {token.term for token in asked.topic} <= set(terms(agreement.title))


def _names(columns: Sequence[Column]) -> str:
    return "と".join(COLUMN_NAMES[column] for column in columns)


def with_rows(desk: Desk, answer: Answer, hits: Sequence[Hit]) -> Answer:
    """An answer from another document, with the agreements that are nearly as near as it."""
    floor = hits[0].score * NEAR_BEST
    near = [hit.record for hit in hits if hit.score >= floor]
    found = [record for record in near if isinstance(record, Agreement)][:ROWS]
    if not found:
        return answer
    return replace(
        answer,
        text="\n".join(
            [answer.text, "協定の一覧では、次の協定が近いものです。", *summaries(found)]
        ),
        nos=tuple(agreement.no for agreement in found),
        citations=(*answer.citations, *(desk.cite(row, row.title) for row in found)),
    )


def within(desk: Desk, asked: Question) -> list[Hit]:
    """The agreements that meet the question's conditions, best for its topic first."""
    found, _ = select(desk, _without_topic(asked))
    ids = {agreement.id for agreement in found}
    hits = desk.retriever.search(asked.text, len(desk.index.passages), kinds=("agreement",))
    return [hit for hit in hits if hit.record.id in ids]


def card(agreement: Agreement) -> str:
    """All columns of an agreement, a line each."""
    columns: tuple[Column, ...] = ("partner", "purpose", "content", "concluded", "department")
    lines = [f"{number_and_title(agreement)}の内容は次のとおりです。"]
    for column in columns:
        lines.append(f"・{COLUMN_NAMES[column]}：{_column(agreement, column)}")
    return "\n".join(lines)


def _column(agreement: Agreement, column: Column) -> str:
    return "、".join(agreement.partners) if column == "partner" else column_quote(agreement, column)


def _without_topic(asked: Question) -> Question:
    return replace(asked, topic=())
