"""Find the cells of a table row whose text has run together.

Text taken from a PDF table keeps the reading order and the printed line breaks, but not the borders
between cells: two cells may stand on one line, one cell may wrap over many. What is left of the
layout is enough to find the borders again. Columns have an order, a width and a way of speaking,
and a line that wraps is full. Each way to cut a row's words into cells gets a cost in points, for
what it would have to explain away, and the cheapest is found by dynamic programming over (column,
word). How much dearer the second cheapest is says how sure the answer is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from index.parsing.table_layout import (
    Break,
    Column,
    Layout,
    head,
    is_full,
    text_width,
    why_broken,
)

_WORD = re.compile(r"[^ ]+")


class Gap(IntEnum):
    """What stands between a word and the one before it."""

    NOTHING = 0
    SPACE = 1
    NEWLINE = 2
    BLANK = 3


# Costs in points.
_BORDER = {Gap.NOTHING: 1.0, Gap.SPACE: 0.7, Gap.NEWLINE: 1.0, Gap.BLANK: 0.0}
_OVERFLOW = 4.0  # a line wider than its column, for each kanji too much
_FULL_LAST_LINE = 1.0  # a cell's last line is full, and yet doesn't go on in the next line
_UNEXPLAINED = 2.0  # a line break inside a cell without a reason
_NARROW = 1.5  # or else: the whole cell set narrower than its column
_BLANK_INSIDE, _BLANK_INSIDE_FREE = 5.0, 1.5  # a blank line inside a cell, a cell of free text
_SPACE_INSIDE, _SPACE_INSIDE_FREE = 3.0, 0.5  # the same for a space
_WRONG_END = 2.5  # a cell that doesn't end as its column's cells do
_FOREIGN_WORD = 3.0  # a cell with a word that its column never has
_STRANGE = 1.5  # a cell that no other row has in the same column, where others are known

# A cut is clear where the next best is as much dearer.
CLEAR_MARGIN = 2.0
# Most rows cost little, and a small budget finds their cut fast; dearer ones get the large one.
_BUDGETS = (6.0, 40.0)

_ALIKE = 3  # names of a list that begin with as many same characters are taken for two


@dataclass(frozen=True, slots=True)
class Word:
    """Text between ASCII spaces, on ``line`` (from 1); ``space`` was printed before it there."""

    text: str
    line: int
    space: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class Cut:
    """The best cut: each column's words, its cost, and the least that any other costs more."""

    cells: tuple[tuple[Word, ...], ...]
    cost: float
    margin: float


def split_words(lines: Sequence[tuple[int, str]]) -> tuple[Word, ...]:
    """The words of numbered lines; a blank or left-out line before a word makes its gap BLANK."""
    words: list[Word] = []
    for number, line in lines:
        end = 0
        for match in _WORD.finditer(line):
            text = match[0].rstrip()
            if not text:
                continue
            gap = Gap.BLANK
            if words and number - words[-1].line <= 1:
                gap = Gap.NEWLINE if number > words[-1].line else Gap.SPACE
            words.append(Word(text, number, line[end : match.start()], gap))
            end = match.start() + len(text)
    return tuple(words)


def best_cut(
    words: Sequence[Word], layout: Layout, known: Mapping[str, Collection[str]]
) -> Cut | None:
    """The cheapest way to cut ``words`` into one cell for each column; None where there is none.

    ``known`` has the cells of other rows by column, without white space: of two cuts that the
    layout explains equally well, the one with known cells wins.
    """
    measured = [_Measured(word, layout) for word in words]
    for budget in _BUDGETS:
        ways = _cheapest_ways(measured, layout, known, budget)
        if ways and ways[0].cost + CLEAR_MARGIN <= budget:
            break
    if not ways:
        return None
    best = ways[0]
    next_best = ways[1].cost if len(ways) > 1 else budget
    bounds = zip((0, *best.ends), best.ends, strict=False)
    cells = tuple(tuple(words[start:end]) for start, end in bounds)
    return Cut(cells, best.cost, next_best - best.cost)


def _cheapest_ways(
    words: Sequence[_Measured],
    layout: Layout,
    known: Mapping[str, Collection[str]],
    budget: float,
) -> list[_Way]:
    """The two cheapest ways to cut all words, as far as they cost no more than ``budget``."""
    count, last = len(words), len(layout.columns) - 1
    ways: dict[int, list[_Way]] = {0: [_Way(0.0, ())]}
    for place, column in enumerate(layout.columns):
        reached: dict[int, list[_Way]] = {}
        latest = count - (last - place)  # every later column needs a word
        seen = known.get(column.name, ())
        for first, before in ways.items():
            left = budget - before[0].cost
            for end, cost in _cells(words, first, latest, column, layout, seen, left):
                if place < last or end == count:
                    found = reached.setdefault(end, [])
                    found += [_Way(way.cost + cost, (*way.ends, end)) for way in before]
        ways = {end: sorted(found, key=_cost)[:2] for end, found in reached.items()}
    return [way for way in ways.get(count, ()) if way.cost <= budget]


@dataclass(frozen=True, slots=True)
class _Way:
    """A cut of the first words: its cost and where each cell ends."""

    cost: float
    ends: tuple[int, ...]


def _cost(way: _Way) -> float:
    return way.cost


class _Measured:
    """A word with what the search asks of it again and again."""

    __slots__ = ("gap", "head", "is_mark", "text", "width")

    def __init__(self, word: Word, layout: Layout) -> None:
        self.text, self.gap = word.text, word.gap
        self.width = text_width(word.text, layout)
        self.head = text_width(head(word.text), layout)
        self.is_mark = bool(layout.item.fullmatch(word.text.strip()))


def _cells(
    words: Sequence[_Measured],
    first: int,
    latest: int,
    column: Column,
    layout: Layout,
    known: Collection[str],
    budget: float,
) -> Iterator[tuple[int, float]]:
    """The cells of ``column`` from word ``first``: (end, cost with the border after it)."""
    text = paragraph = ""
    width = inside = 0.0
    unexplained = 0
    wraps: list[tuple[float, float]] = []  # broken lines' widths: alone, with the next line's head
    for end in range(first + 1, latest + 1):
        word = words[end - 1]
        if text and word.gap > Gap.SPACE:
            inside += _overflow(width, column, layout)
            if word.gap == Gap.BLANK:
                inside += _BLANK_INSIDE_FREE if column.free else _BLANK_INSIDE
            broken = why_broken(paragraph, width, word.text, column, layout)
            if broken is Break.ITEM and column.items:
                paragraph = ""
            else:
                unexplained += broken is not Break.WRAP
                wraps.append((width, width + word.head))
            width = 0.0
        elif text and word.gap == Gap.SPACE and not words[end - 2].is_mark:
            inside += _SPACE_INSIDE_FREE if column.free else _SPACE_INSIDE
        if inside > budget:
            return
        text += word.text
        paragraph += word.text
        width += word.width
        if not column.required.search(text):
            continue
        cost = inside + _break_cost(wraps, unexplained, width, layout)
        cost += _STRANGE * (bool(known) and text not in known)
        cost += _WRONG_END * (not column.ends.search(text))
        cost += _FOREIGN_WORD * bool(column.refuses.search(text))
        cost += _border(width, words[end], column, layout) if end < len(words) else 0.0
        if cost <= budget:
            yield end, cost


def _border(width: float, following: _Measured, column: Column, layout: Layout) -> float:
    """The cost of ending a cell, whose last line is ``width`` wide, before ``following``."""
    cost = _BORDER[following.gap]
    if following.gap == Gap.NEWLINE and is_full(width, following.text, column, layout):
        cost += _FULL_LAST_LINE
    if following.gap != Gap.NOTHING:  # a cell that touches the next one has overflowed into it
        cost += _overflow(width, column, layout)
    return cost


def _overflow(width: float, column: Column, layout: Layout) -> float:
    return _OVERFLOW * max(0.0, width - column.width - layout.tolerance)


def _break_cost(
    wraps: Sequence[tuple[float, float]], unexplained: int, last: float, layout: Layout
) -> float:
    """The cost of unexplained line breaks, or of explaining them by a narrower setting."""
    if not unexplained:
        return 0.0
    widest = max(last, *(alone for alone, _ in wraps))
    if all(with_next > widest - layout.tolerance for _, with_next in wraps):
        return _NARROW
    return unexplained * _UNEXPLAINED


def cell_text(words: Sequence[Word], column: Column, layout: Layout) -> str:
    """A cell's text as printed: wrapped lines joined, new items on lines of their own."""
    lines = _lines(words)
    paragraphs = [lines[0]]
    for place, (line, following) in enumerate(pairwise(lines), 1):
        width = text_width(line, layout)
        broken = why_broken(paragraphs[-1], width, following, column, layout)
        if broken is Break.WRAP:
            rest = _running_on(lines[place:], column, layout)
            broken = Break.ITEM if _are_two_names(paragraphs[-1], rest, column) else broken
        if broken is Break.ITEM:
            paragraphs.append(following)
        else:
            paragraphs[-1] += following
    return "\n".join(paragraph.strip() for paragraph in paragraphs)


def _lines(words: Sequence[Word]) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and word.gap <= Gap.SPACE:
            lines[-1] += word.space + word.text
        else:
            lines.append(word.text)
    return lines


def _running_on(lines: Sequence[str], column: Column, layout: Layout) -> str:
    """The first lines, up to one that isn't full."""
    text = lines[0]
    for line, following in pairwise(lines):
        if not is_full(text_width(line, layout), following, column, layout):
            break
        text += following
    return text


def _are_two_names(above: str, below: str, column: Column) -> bool:
    """Whether a full line ends one name of a list and the next line begins another."""
    if column.single is None:
        return False
    before, after = column.joiner.split(above)[-1], column.joiner.split(below)[0]
    begin_alike = before[:_ALIKE] == after[:_ALIKE]
    return begin_alike or bool(column.single.search(before) and column.single.search(after))
