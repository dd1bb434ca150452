"""Answers from running text: the passage that tells it, and the figure or the day in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Citation, Hit
from assistant.searching import figures
from assistant.searching.labelled import tells_day, years_in
from assistant.texts import documents
from assistant.wording import name_of
from index.normalization import without_space
from index.records import CompactRole, Record, Section
from index.tokens import terms

_WHEN = re.compile(r"いつ|何年度?(?!生)|何月|何日|日付|日程|日時|時期|期間|期限")
_ASKS = re.compile(rf"{_WHEN.pattern}|誰|だれ|どこ|どんな|何|いくら|なぜ|どう")
_UNTIL = re.compile(r"(?:いつ|何年度?|何月|何日)まで|期限")
# 「令和5年度」: a heading this long is nothing but a year.
_YEAR = 6
TEXTS = 3
# A passage that scores this share of the best one's may go before it.
NEAR = 0.5
NEARLY = 0.95
# From this share of the best score on, passages are found by the same words.
TIED = 0.98


def text_answer(desk: Desk, asked: Question, hits: Sequence[Hit]) -> Answer:
    """What the documents' running text says, the best passage first.

    A passage that holds a figure in the unit asked for goes before nearly as good ones that
    don't; the figure is the answer's number if it is the only one that the question can mean.

    Args:
        desk: the desk.
        asked: the question.
        hits: sections and roles found for it, best first; not empty.
    """
    ordered = _figure_first(desk, asked, _whole_first(desk, hits))
    wanted = [token.term for token in asked.topic]
    best = ordered[0].record
    body = _body(best)
    figure = _figure(asked, best)
    if figure is not None and figure.other_years:
        return _of_other_years(desk, best, figure)
    if figure is None and figures.wants_only_a_figure(asked.text):
        return _no_figure(desk, best)
    dated = None if figure else _dated_line(asked, best)
    line = figure.line if figure else dated
    quote = desk.cite(best, line) if line else desk.cite_best(best, wanted)
    place = _place(desk, best)
    said = " ".join(quote.quote.split())
    lines = [f"{place}に「{said}」とあります。"]
    if figure is not None and figure.value is not None and not figure.alone:
        lines.append(f"お尋ねにあたるのは {figure.printed} です。")
    if without_space(body) != without_space(quote.quote):
        lines += ["この箇所の全体は次のとおりです。", body]
    certain = figure is not None and figure.value is not None
    others = _same_of_other_times(desk, asked, best) if certain else []
    if others:
        certain = False
        lines = [line for line in lines if not line.startswith("お尋ねにあたるのは")]
        lines += [f"{_place(desk, other)}には「{line}」とあります。" for other, line in others]
    return Answer(
        "fact",
        "\n".join(lines),
        number=figure.value if figure and certain else None,
        unit=figure.unit if figure and certain else None,
        citations=(
            quote,
            *(desk.cite(other, line) for other, line in others),
            *(_also(desk, ordered[1:TEXTS], wanted)),
        ),
        interpretation=_meaning(desk, asked, best),
    )


def of_passage(desk: Desk, asked: Question) -> Answer:
    """More of the passage that ``asked`` goes on about, or of the same one of another year."""
    record = desk.index.records[str(asked.passage)]
    wanted = frozenset().union(*years_in(asked.text))
    own = _heading_years(record)
    if wanted and own and not wanted & own:
        others = [r for r in _of_other_times(desk, record) if _heading_years(r) & wanted]
        record = others[0] if others else record
        if not others and not tells(replace(asked, leaning=()), record):
            return _of_no_year(desk, record)
    return text_answer(desk, asked, [Hit(record, 1.0, ())])


def _heading_years(record: Record) -> frozenset[int]:
    """The years that a record stands under: those of a heading that is nothing but a year."""
    parts = record.heading if isinstance(record, Section) else ()
    return frozenset().union(*(y for part in parts if len(part) <= _YEAR for y in years_in(part)))


def _of_no_year(desk: Desk, record: Record) -> Answer:
    """A no where what was spoken of is told for other years only."""
    return Answer(
        "not_found",
        "その年のことは、収録した文書の記載からは分かりません。"
        f"前の答えは{_place(desk, record)}の記載です。",
        related=(desk.cite_best(record, ()),),
        interpretation=f"文書＝{desk.index.documents[record.span.document].title}",
    )


def _same_of_other_times(desk: Desk, asked: Question, record: Record) -> list[tuple[Section, str]]:
    """The same figure of other years, with its line, where the question names no year."""
    if asked.passage or any(years_in(text) for text in (asked.text, *asked.leaning)):
        return []
    others = (section for section in _of_other_times(desk, record) if section != record)
    found = ((section, _figure(asked, section)) for section in others)
    return [(section, figure.line) for section, figure in found if figure and figure.value]


def tells(asked: Question, record: Record) -> bool:
    """Whether ``record`` tells the figure or the day that ``asked`` wants."""
    return _figure(asked, record) is not None or _dated_line(asked, record) is not None


def tells_all(asked: Question, record: Record) -> bool:
    """Whether ``record`` tells the figure or the day asked for, and speaks of all that is named."""
    figure = _figure(asked, record)
    if (figure is None or figure.value is None) and _dated_line(asked, record) is None:
        return False
    said = f"{name_of(record)}\n{_body(record)}"
    topic = {token.term for token in asked.topic if not token.pos.startswith("動詞")}
    named = all(partner.name in without_space(said) for partner in asked.partners)
    return named and bool(topic) and topic <= set(terms(said))


def _of_other_times(desk: Desk, record: Record) -> list[Section]:
    """The sections whose headings differ from the record's in a year alone."""
    own = record.heading if isinstance(record, Section) else ()
    return [
        section
        for section in desk.sections
        if section.document == record.span.document
        and len(section.heading) == len(own)
        and all(
            one == other or (years_in(one) and years_in(other))
            for one, other in zip(section.heading, own, strict=True)
        )
    ]


def _dated_line(asked: Question, record: Record) -> str | None:
    """The line of ``record`` that tells when, if that is asked for and one does."""
    asks = next((text for text in (asked.text, *asked.leaning) if _ASKS.search(text)), "")
    if not _WHEN.search(asks) or not isinstance(record, Section):
        return None
    lines = [line.strip() for line in record.text.split("\n") if tells_day(line)]
    wanted = [set(terms(text)) for text in (asked.text, *asked.leaning)]
    until = _UNTIL.search(asks)
    return max(
        lines,
        key=lambda line: (
            until is not None and "まで" in line,
            [len(words & set(terms(line))) for words in wanted],
        ),
        default=None,
    )


def _meaning(desk: Desk, asked: Question, record: Record) -> str:
    """How the question was understood: the document, and what it went on about."""
    document = f"文書＝{desk.index.documents[record.span.document].title}"
    return f"{document}、前の箇所＝{name_of(record)}" if asked.passage else document


def _figure(asked: Question, record: Record) -> figures.Figure | None:
    heading = record.heading if isinstance(record, Section) else ()
    return figures.asked_for(asked.text, _body(record), asked.leaning, heading)


def _of_other_years(desk: Desk, best: Record, figure: figures.Figure) -> Answer:
    """A no where the passage gives such figures for other years only."""
    quote = desk.cite(best, figure.line)
    return Answer(
        "not_found",
        "その年の数は、収録した文書の記載からは分かりません。"
        f"{_place(desk, best)}にあるのは「{' '.join(quote.quote.split())}」です。",
        related=(quote,),
        interpretation=f"文書＝{desk.index.documents[best.span.document].title}",
    )


def _no_figure(desk: Desk, best: Record) -> Answer:
    """A no to 「何人」 where the nearest passage holds no such figure."""
    return Answer(
        "not_found",
        "その数は、収録した文書の記載からは分かりません。"
        f"いちばん近い記載は{_place(desk, best)}です。",
        related=(desk.cite_best(best, ()),),
        interpretation=f"文書＝{desk.index.documents[best.span.document].title}",
    )


def _whole_first(desk: Desk, hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` with an initiative's contents before the parties' roles in it.

    Nobody's role is asked for, and all of a compact's parties may share the words that were found.
    """
    best = hits[0].record
    tied = [hit.record for hit in hits if hit.score >= hits[0].score * TIED]
    if not isinstance(best, CompactRole) or len(tied) < 2:
        return list(hits)
    whole = [
        replace(hits[0], record=section)
        for section in desk.sections
        if section.document == best.compact and best.initiative in section.heading[-2:]
    ]
    return [*whole, *(hit for hit in hits if hit.record not in [w.record for w in whole])]


def holding_figure(desk: Desk, asked: Question, hits: Sequence[Hit]) -> list[Hit]:
    """Those of ``hits`` beside the table that hold a figure in the unit asked for.

    They must be near, and speak of what is asked at least as much as the nearest, or be of a
    document that the question names: the number of another event is no answer.
    """
    floor, said = hits[0].score * NEAR, _shared(asked, hits[0].record)
    named = {
        document.key for document in documents.named_documents(desk, without_space(asked.text))
    }
    holding = [
        hit
        for hit in hits
        if hit.score >= floor
        and (_shared(asked, hit.record) >= said or hit.record.span.document in named)
        and _holds(asked, hit.record)
    ]
    # Of passages as good, the one whose heading says least that isn't asked about.
    near = [hit for hit in holding if hit.score >= holding[0].score * NEARLY]
    return [*sorted(near, key=lambda hit: _unsaid(asked, hit.record)), *holding[len(near) :]]


def _unsaid(asked: Question, record: Record) -> int:
    """How many words of a record's own heading the question doesn't say."""
    leaf = name_of(record).split(" > ")[-1]
    return len(set(terms(leaf)) - set(terms(asked.text)))


def _holds(asked: Question, record: Record) -> bool:
    figure = _figure(asked, record)
    return figure is not None and not figure.other_years


def _shared(asked: Question, record: Record) -> int:
    """How many of the topic's terms a record holds."""
    held = set(terms(f"{name_of(record)}\n{_body(record)}"))
    return len(held.intersection(token.term for token in asked.topic))


def _figure_first(desk: Desk, asked: Question, hits: Sequence[Hit]) -> list[Hit]:
    holding = holding_figure(desk, asked, hits)
    return [*holding, *(hit for hit in hits if hit not in holding)]


def _body(record: Record) -> str:
    return record.text if isinstance(record, Section | CompactRole) else ""


def _also(desk: Desk, hits: Sequence[Hit], wanted: Sequence[str]) -> list[Citation]:
    return [desk.cite_best(hit.record, wanted) for hit in hits]


def _place(desk: Desk, record: Record) -> str:
    title = desk.index.documents[record.span.document].title
    if isinstance(record, CompactRole):
        return f"{title}「{record.initiative}」の{record.party_name}の役割"
    return f"{title}「{name_of(record)}」"
