"""Which plain lines of a slide deck's text are titles: those of its sections and of its slides.

Nothing marks a title but its place and its words. A section's stands above the city's name on its
title page, and a slide's first below it. Further slides follow without a break; their titles are
told from captions by what stands around them and by cohesion: a title shares words with the slide
it heads and none with the topic before it, a caption the other way round.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.parsing.slide_entries import Entry, Mark

_LONGEST = 40
_WINDOW = 8  # Entries below a line that are searched for its words.

_SENTENCE = re.compile(r"[、。，！？!?：:※=＝]")
_BRACKETED = ("【", "<", "＜", "（", "(")
_SUBTITLE = re.compile(r"[^～]+～[^～]+～")
# Notes, dates and counted things are what captions and figures end with or hold, not titles.
_EVENT = re.compile(r"[)）]$|[0-9][^0-9]{1,3}$|[RHS][0-9]{1,2}\.[0-9]")
_TIME = re.compile(r"(?:令和|平成|昭和)[0-9元]{1,2}年度?")
_KANJI = re.compile(r"[一-鿿々]{2,}")
_KATAKANA = re.compile(r"[ァ-ヶー]{3,}")


@dataclass(frozen=True, slots=True)
class Titles:
    """Positions of entries: titles of sections, titles of slides, and those told by cohesion."""

    sections: frozenset[int]
    slides: frozenset[int]
    by_cohesion: frozenset[int]


def find_titles(entries: Sequence[Entry]) -> Titles:
    """Find the titles among ``entries``; ``by_cohesion`` are the less certain of ``slides``.

    Nothing above the first section is a slide's title.
    """
    sections = frozenset(
        place
        for place, (entry, below) in enumerate(pairwise(entries))
        if entry.mark is Mark.PLAIN and below.mark is Mark.CITY
    )
    start = min(sections, default=len(entries)) + 1
    slides: set[int] = set()
    title = ""
    for place in range(start, len(entries)):
        if place not in sections and _is_title(entries, place, title):
            slides.add(place)
            title = entries[place].text
    sure = sorted(sections | slides)
    by_cohesion: set[int] = set()
    topic = 0  # Where the present topic begins.
    for place in range(start, len(entries)):
        later = bisect_right(sure, place)
        is_sure = later > 0 and sure[later - 1] == place
        end = min(sure[later] if later < len(sure) else len(entries), place + 1 + _WINDOW)
        if not is_sure and _coheres_below(entries, place, topic, end):
            by_cohesion.add(place)
        headed = entries[place].mark in (Mark.TOPIC, Mark.MINOR, Mark.PERIOD)
        if headed or is_sure or place in by_cohesion:
            topic = place
    return Titles(sections, frozenset(slides | by_cohesion), frozenset(by_cohesion))


def is_label(entry: Entry) -> bool:
    """Whether an entry looks like a heading: one short plain line that is no sentence or figure."""
    text = entry.text
    return (
        entry.mark is Mark.PLAIN
        and entry.first == entry.last
        and len(text) <= _LONGEST
        and not _SENTENCE.search(text)
        and not text.startswith(_BRACKETED)
        and not text[0].isdecimal()
    )


def _is_title(entries: Sequence[Entry], place: int, title: str) -> bool:
    """Whether an entry's place or form alone makes it a slide's title."""
    entry, above = entries[place], entries[place - 1]
    if above.mark is Mark.CITY:
        return entry.mark is Mark.PLAIN
    if not is_label(entry):
        return False
    if entry.text == title or _SUBTITLE.fullmatch(entry.text):
        return True
    if place + 1 == len(entries) or entry.after_picture or not _may_be_title(entries, place):
        return False
    below = entries[place + 1]
    return below.mark in (Mark.TOPIC, Mark.PERIOD) and not below.after_picture


def _may_be_title(entries: Sequence[Entry], place: int) -> bool:
    entry, above = entries[place], entries[place - 1]
    # What stands right below a heading is its content; a picture between may be the content.
    is_content = above.mark in (Mark.TOPIC, Mark.MINOR, Mark.PERIOD) and not entry.after_picture
    return is_label(entry) and not is_content and not _EVENT.search(entry.text)


def _coheres_below(entries: Sequence[Entry], place: int, topic: int, end: int) -> bool:
    """Whether an entry shares words with those up to ``end`` and none with its topic above."""
    below = entries[place + 1 : end]
    # Right above a table stands the table's name.
    if not _may_be_title(entries, place) or not below or below[0].mark is Mark.ROW:
        return False
    words = _word_parts(entries[place : place + 1])
    return bool(words & _word_parts(below)) and not (words & _word_parts(entries[topic:place]))


def _word_parts(entries: Iterable[Entry]) -> set[str]:
    """Two adjoining kanji or three katakana; dates say nothing of what is talked about."""
    parts: set[str] = set()
    for entry in entries:
        text = _TIME.sub(" ", entry.text)
        for pattern, size in ((_KANJI, 2), (_KATAKANA, 3)):
            for word in pattern.findall(text):
                parts.update(word[n : n + size] for n in range(len(word) - size + 1))
    return parts
