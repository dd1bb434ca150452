"""Reads a deck of slides: one section per topic under section, slide and year.

A slide's topics are its ``●``, ``○`` and ``▶`` headings. On a slide without them they are the items
of its list, or lists and tables with a label of their own. Boxes whose order is lost stay together
in the topic, or the slide, that they stand under.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.errors import ParseError
from index.parsing.slide_entries import ARROWS, NOTE, Entry, Mark, marks_of, read_entries
from index.parsing.slide_titles import Titles, find_titles, is_label
from index.records import Doubt, LeftOut, Parsed, Section, SourceDocument, SourceSpan

FRONT = "冒頭"
"""Heading of what stands before the first section."""

_LONGEST_TOPIC = 30


def parse(document: SourceDocument) -> Parsed:
    """Read a deck whose sections begin with a title page that bears the city's name.

    A section's text has a line per bullet, row or paragraph, the topic's own line first, without
    list marks and markup. A topic's heading is that line without its closing notes, cut at a
    space if it is long; a path that comes again is numbered （2）, （3）.

    Raises:
        ParseError: if there is no text, or no title page.
    """
    entries = read_entries(document.lines)
    titles = find_titles(entries)
    if not titles.sections:
        raise ParseError(
            "区切りのスライド（題名と「… CITY」の行）が見つかりません。"
            "スライドの文書か、行が欠けていないかを確かめてください。",
            file=document.file,
            first_line=1,
            last_line=len(document.lines),
        )
    reader = _Reader(document, entries, titles)
    for place in range(len(entries)):
        reader.read(place)
    reader.end()
    doubts = (
        Doubt(
            SourceSpan(document.key, entries[place].first, entries[place].last),
            f"「{entries[place].text}」を、前後と共通する語からスライドの題名と判断しました。",
        )
        for place in sorted(titles.by_cohesion)
    )
    return Parsed(tuple(reader.sections), tuple(doubts), tuple(_left_out(document, reader)))


def _left_out(document: SourceDocument, reader: _Reader) -> Iterator[LeftOut]:
    for entry in reader.entries:
        if entry.mark is Mark.CITY:
            span = SourceSpan(document.key, entry.first, entry.last)
            yield LeftOut(span, "".join(entry.text.split()), "区切りのスライドにある都市名")
    for number, raw in enumerate(document.lines, 1):
        marks = marks_of(raw, number)
        if number in reader.arrows:
            marks = marks.replace(reader.arrows[number], "", 1)
        if marks:
            span = SourceSpan(document.key, number, number)
            yield LeftOut(span, marks, "箇条書き、表、書式の印")


@dataclass(frozen=True, slots=True)
class _Topic:
    """``sign`` is ●, ○ or ▶; ``-`` for a list item, and empty for a label above a list."""

    sign: str
    heading: str


@dataclass
class _Reader:
    document: SourceDocument
    entries: Sequence[Entry]
    titles: Titles
    sections: list[Section] = field(default_factory=list)
    levels: list[str] = field(default_factory=lambda: [FRONT])  # Section, slide and year.
    topics: list[_Topic] = field(default_factory=list)
    body: list[Entry] = field(default_factory=list)
    bare: Entry | None = None  # A heading that has had nothing below it so far.
    bare_level: int = 0
    ids: set[str] = field(default_factory=set)
    times: dict[str, int] = field(default_factory=dict)  # How often a path has come so far.
    arrows: dict[int, str] = field(default_factory=dict)  # Those that stay in a text, by line.

    def read(self, place: int) -> None:
        entry = self.entries[place]
        if place in self.titles.sections:
            self._start(entry, 0)
        elif place in self.titles.slides:
            self._start(entry, 1)
        elif entry.mark is Mark.PERIOD:
            self._start(entry, 2)
        elif entry.mark is not Mark.CITY:
            self._add(place)

    def end(self) -> None:
        self._close_topic()
        self._keep_bare(0)

    def _start(self, entry: Entry, level: int) -> None:
        self._close_topic()
        self._keep_bare(level)
        above = self.levels[:level] if self.levels != [FRONT] else []
        self.levels = [*above, *[""] * (level - len(above)), entry.text]
        self.bare, self.bare_level = entry, level

    def _add(self, place: int) -> None:
        entry = self.entries[place]
        topics = self._opened_topics(place)
        # A picture ends a list's item; what follows it may belong to any of them.
        leaves = entry.mark is Mark.PLAIN and entry.after_picture and self._sign() == "-"
        if topics or leaves:
            self._close_topic()
            self.topics = topics
        self.body.append(entry)

    def _sign(self) -> str | None:
        return self.topics[-1].sign if self.topics else None

    def _opened_topics(self, place: int) -> list[_Topic]:
        """The path of topics that an entry opens, none if it belongs to the present one."""
        entry = self.entries[place]
        if self.levels == [FRONT]:
            return []
        in_period = len(self.levels) > 2
        if entry.mark is Mark.TOPIC:
            return [_Topic(entry.sign, _short(entry))]
        if entry.mark is Mark.MINOR:
            # In a year's list, and with nothing below it, an arrow marks a result.
            if entry.sign in ARROWS and (in_period or not self._has_content(place)):
                return []
            return [*self._minor_parents(entry), _Topic(entry.sign, _short(entry))]
        if in_period or self._sign() not in (None, "-", ""):
            return []
        if entry.mark is Mark.ITEM and self._sign() != "":
            return [_Topic("-", _short(entry))]
        return [_Topic("", _short(entry))] if self._labels_list(place) else []

    def _minor_parents(self, entry: Entry) -> list[_Topic]:
        signs = [topic.sign for topic in self.topics]
        if entry.sign in signs:
            return self.topics[: signs.index(entry.sign)]
        # Under a heading that has no content of its own, it is that content.
        alone = len(self.body) == 1 and not entry.after_picture
        return self.topics if "●" in signs and alone else []

    def _has_content(self, place: int) -> bool:
        below = self.entries[place + 1] if place + 1 < len(self.entries) else None
        is_title = place + 1 in self.titles.sections or place + 1 in self.titles.slides
        content = (Mark.PLAIN, Mark.NESTED, Mark.ITEM, Mark.ROW)
        return below is not None and not is_title and below.mark in content

    def _labels_list(self, place: int) -> bool:
        if place + 1 == len(self.entries) or not is_label(self.entries[place]):
            return False
        below = self.entries[place + 1]
        is_list = below.mark in (Mark.ITEM, Mark.ROW) and not below.sign
        return is_list and not below.after_picture

    def _close_topic(self) -> None:
        if self.body:
            self._keep([topic.heading for topic in self.topics], self.body)
            self.bare = None
        self.topics, self.body = [], []

    def _keep_bare(self, level: int) -> None:
        """Keep a heading's own line if the next of its rank comes before any content."""
        if self.bare and self.bare_level >= level:
            self._keep([], [self.bare])

    def _keep(self, topics: Sequence[str], body: Sequence[Entry]) -> None:
        names = [name for name in (*self.levels, *topics) if name]
        # The only slide of a section bears its name again.
        path = [name for n, name in enumerate(names) if n == 0 or name != names[n - 1]]
        opening = body[0] if topics else None
        self.arrows |= {e.first: e.sign for e in body if e.sign in ARROWS and e is not opening}
        text = "\n".join(
            # An arrow that opens no topic says that this follows from what stands above.
            f"▶{entry.text}" if entry.sign in ARROWS and entry is not opening else entry.text
            for entry in body
        )
        span = SourceSpan(self.document.key, body[0].first, body[-1].last)
        section = Section(self.document.key, tuple(path), text, span)
        first = section.id
        number = self.times.get(first, 1)
        while section.id in self.ids:
            number += 1
            heading = (*path[:-1], f"{path[-1]}（{number}）")
            section = Section(self.document.key, heading, text, span)
        self.times[first] = number
        self.ids.add(section.id)
        self.sections.append(section)


def _short(entry: Entry) -> str:
    name = entry.phrases[0]
    # Dates and notes in brackets at its end stay in the text only.
    while name.endswith((")", "）")):
        start = max(name.rfind("("), name.rfind("（"))
        if start <= 0 or not NOTE.fullmatch(name, start):
            break
        name = name[:start].rstrip()
    if len(name) <= _LONGEST_TOPIC:
        return name
    cut = name.rfind(" ", 0, _LONGEST_TOPIC + 1)
    return name[: cut if cut > 0 else _LONGEST_TOPIC]
