"""The text of slides as entries: headings, bullets, table rows and plain lines, in reading order.

Slides were made into text box by box. A blank line ends a box's paragraph, a longer gap is where a
picture was; bullets are list items, ``・``, ``●``, ``▶`` … at a line's start, and a line without a
mark goes on with the one above. What is left of the layout's markup (``**``, ``|``) isn't text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

# Blank lines where a picture was taken out; paragraphs are one or two apart.
_PICTURE_GAP = 3

_ITEM = re.compile(r"(?P<indent>\s*)- ")
_PERIOD = re.compile(r"【((?:令和|平成|昭和)?[0-9元]{1,4}年度?)】")
_CITY = re.compile(r"[A-Z]+ CITY")
_DATED = re.compile(r"[RHS][0-9]{1,2}\.[0-9]{1,2}")
NOTE = re.compile(r"[（(][^（()）]*[)）]")
# A particle before a word can't begin a sentence (の提言を踏まえた), nor end one (官民連携の).
_GOES_ON = re.compile(r"[のをがにはでとへ][^ぁ-ん]")
_ENDS_OPEN = "のをがにはでとへ、"
# Lines that only the box's width broke: after a particle, before hiragana, inside a katakana word.
_ONE_PHRASE = re.compile(r"[のをがにはでともへやたて、].|[^)）」』][ぁ-ん]|[ァ-ヶー][ァ-ヶー]")


class Mark(Enum):
    """What stands at an entry's start."""

    PLAIN = "nothing"
    ITEM = "a list item's mark"
    NESTED = "the mark of a list item under something else, or ・"
    TOPIC = "●"
    MINOR = "○ or ▶"
    PERIOD = "【a year】"
    ROW = "a table's first cell"
    CITY = "the city's name in Latin capitals, which the title page of a section bears"


_SIGNS = {
    "●": Mark.TOPIC,
    "○": Mark.MINOR,
    "◯": Mark.MINOR,
    "▶": Mark.MINOR,
    "►": Mark.MINOR,
}
ARROWS = ("▶", "►")


@dataclass(frozen=True, slots=True)
class Entry:
    """A bullet, row or plain paragraph without its mark and markup, on lines counted from 1.

    ``sign`` is the mark as printed if it is one of ●○▶, else empty. ``phrases`` are the printed
    lines, those joined that only the box's width broke. ``gap`` counts the blank lines above it (0
    inside a paragraph), ``spaced`` says that one of them holds a space.
    """

    mark: Mark
    sign: str
    phrases: tuple[str, ...]
    first: int
    last: int
    gap: int = 0
    spaced: bool = False

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(self.phrases)

    @property
    def after_picture(self) -> bool:
        """Whether a picture stood between it and the entry above."""
        return self.gap >= _PICTURE_GAP


def read_entries(lines: Sequence[str]) -> list[Entry]:
    """The entries of a slide deck's text; every line that isn't blank or mere markup is in one."""
    entries: list[Entry] = []
    gap, spaced = 0, False
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            gap, spaced = gap + 1, spaced or bool(raw)
            continue
        for entry in _read_line(raw, number):
            above = entries[-1] if entries else None
            entry = replace(entry, gap=gap, spaced=spaced)
            if above and _continues(above, entry):
                entries[-1] = _joined(above, entry)
            else:
                entries.append(_nested(above, entry))
            gap, spaced = 0, False
    # A mark whose text is lost says nothing.
    return [entry for entry in entries if entry.text]


def marks_of(raw: str, number: int) -> str:
    """What a line has beside the text of its entries: list marks and markup, no white space."""
    kept = iter("".join("".join(entry.text.split()) for entry in _read_line(raw, number)))
    marks, wanted = "", next(kept, "")
    for char in "".join(raw.split()):
        if char == wanted:
            wanted = next(kept, "")
        else:
            marks += char
    return marks


def _read_line(raw: str, number: int) -> Iterator[Entry]:
    line = raw.replace("**", "")
    item = _ITEM.match(line)
    text = line[item.end() :].strip() if item else line.strip()
    if "\t" in text or text.startswith("|"):
        cells = text.strip("|").replace("|", "\t").split("\t")
        row = "　".join(filter(None, (" ".join(cell.split()) for cell in cells)))
        # A line of a drawn table that holds no letters only separates its rows.
        if row.strip("-: 　"):
            yield Entry(Mark.ROW, "", (row,), number, number)
        return
    text = " ".join(text.split())
    if item:
        nested = item["indent"] or text.startswith(("・", *ARROWS))
        mark = Mark.NESTED if nested else Mark.ITEM
        yield Entry(mark, "", (text.removeprefix("・").strip(),), number, number)
    elif _CITY.fullmatch(text):
        yield Entry(Mark.CITY, "", (text,), number, number)
    elif period := _PERIOD.match(text):
        yield Entry(Mark.PERIOD, "", (period.group(1),), number, number)
        if rest := text[period.end() :].strip():
            yield _read_part(rest, number)
    else:
        # Boxes beside each other may share a line: ●東京事務所開設 ●Center of Hokkaido.
        for part in filter(None, text.replace(" ●", "\n●").split("\n")):
            yield _read_part(part, number)


def _read_part(part: str, number: int) -> Entry:
    mark = _SIGNS.get(part[0])
    if part.startswith("・"):
        return Entry(Mark.NESTED, "", (part[1:].strip(),), number, number)
    if mark:
        text = part[1:].strip()
        # A date makes it an event in a list of them, not the heading of a topic.
        if _DATED.match(text):
            mark = Mark.ITEM
        return Entry(mark, part[0], (text,), number, number)
    return Entry(Mark.PLAIN, "", (part,), number, number)


def _continues(above: Entry, entry: Entry) -> bool:
    """Whether a plain entry is the rest of the one above, or a note in brackets to it."""
    if entry.mark is not Mark.PLAIN or above.mark in (Mark.ROW, Mark.PERIOD, Mark.CITY):
        return False
    if entry.gap == 0 or _GOES_ON.match(entry.text):
        return True
    wanted = above.phrases[-1].endswith(tuple(_ENDS_OPEN)) or NOTE.fullmatch(entry.text)
    return bool(wanted) and not entry.after_picture


def _joined(above: Entry, entry: Entry) -> Entry:
    *phrases, last = above.phrases
    one = _ONE_PHRASE.fullmatch(last[-1:] + entry.text[:1]) or _GOES_ON.match(entry.text)
    if one or not last:
        phrases.append(last + entry.text)
    else:
        phrases += (last, entry.text)
    return replace(above, phrases=tuple(phrases), last=entry.last)


def _nested(above: Entry | None, entry: Entry) -> Entry:
    """A list below a line that holds only a space belongs to what stands above it."""
    if above is None or entry.mark is not Mark.ITEM:
        return entry
    starts = entry.spaced and not entry.after_picture
    goes_on = entry.gap == 0 and above.mark is Mark.NESTED and above.spaced
    return replace(entry, mark=Mark.NESTED, spaced=True) if starts or goes_on else entry
