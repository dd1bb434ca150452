"""Reads a survey summary: each figure of its tables as a fact, its running text as sections.

:mod:`index.parsing.survey_layout` tells rows from text, :mod:`index.parsing.survey_tables` reads
the figures and :mod:`index.parsing.survey_checks` compares the tables with each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from index.errors import ParseError
from index.parsing.survey_checks import find_contradictions
from index.parsing.survey_layout import Line, Text, read_layout
from index.parsing.survey_tables import read_results, read_tables
from index.records import Parsed, Record, Section, SourceDocument, SourceSpan

# The PDF sets figures apart from the characters around them: 令和 6年 6月 1日.
_GAP_AT_FIGURE = re.compile(r"(?<=[0-9]) (?=[^\x00-\x7f])|(?<=[^\x00-\x7f]) (?=[0-9])")
# A line this full, compared with the fullest of the running text, goes on in the next.
_FULL_LINE = 0.9


def parse(document: SourceDocument) -> Parsed:
    """Read every figure and all running text of a survey summary.

    :mod:`index.parsing.survey_tables` says how tables and labels are named; units are 件, %, 部局
    and 分野. A section's path is chapter and item: ``("調査の内容", "（4）調査期間")``. Tables that
    contradict each other, or a total its parts, are doubts.

    Raises:
        ParseError: if a table, row or figure is missing, unreadable or there twice.
    """
    texts, tables, unread = read_layout(document)
    facts, doubts, left_out = read_tables(document, tables)
    facts += read_results(document, texts)
    records: list[Record] = [*_sections(document, texts), *facts]
    records.sort(key=lambda record: record.span.first_line)
    _check_ids(document, records)
    doubts += find_contradictions(facts)
    return Parsed(tuple(records), tuple(doubts), (*unread, *left_out))


def _sections(document: SourceDocument, texts: Sequence[Text]) -> Iterator[Section]:
    longest = max((len(line.text) for text in texts for line in text.lines), default=0)
    times: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        path = tuple(part for part in (text.chapter, text.heading) if part) or (document.title,)
        times[path] += 1
        again = f"（{times[path]}）" if times[path] > 1 else ""
        yield Section(
            document.key,
            (*path[:-1], path[-1] + again),
            _unwrapped(text.lines, _FULL_LINE * longest),
            SourceSpan(document.key, text.lines[0].number, text.lines[-1].number),
        )


def _unwrapped(lines: Sequence[Line], full: float) -> str:
    text = lines[0].text
    for line, following in pairwise(lines):
        wrapped = len(line.text) >= full and not line.text.endswith("。")
        text += following.text if wrapped else f"\n{following.text}"
    return _GAP_AT_FIGURE.sub("", text)


def _check_ids(document: SourceDocument, records: Iterable[Record]) -> None:
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            raise ParseError(
                f"「{record.id}」が2度出てきます。原本と見比べて、重なった行を直してください。",
                file=document.file,
                first_line=record.span.first_line,
                last_line=record.span.last_line,
            )
        seen.add(record.id)
