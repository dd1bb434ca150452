"""The agreement numbers that a question names: No.94, 94番, No.3～5, or nothing but 94."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.aggregates import Condition
from assistant.understanding.exceptions import is_negated, is_set_aside, left_out_with

_NUMBER = re.compile(
    r"(?:no\.?|№|番号は?|協定番号)\s{0,3}(?P<sign>-|マイナス)?\s{0,3}(?P<a>\d{1,9}(?:\.\d{1,9})?)(?!年|件|者|つ)"
    r"|(?<![\d.])(?P<b>\d{1,9})\s{0,3}番(?![目め地組街])"
)
# A number and nothing else; a single digit may be anything.
_BARE_NUMBER = re.compile(r"[1-9]\d{1,2}")
_NUMBER_RANGE = re.compile(
    r"(?:no\.?|№)\s{0,3}(?P<first>\d{1,4})\s{0,2}(?:~|-|から)\s{0,2}(?:no\.?|№)?\s{0,3}(?P<last>\d{1,4})"
)


def numbers_named(text: str, taken: list[tuple[int, int]]) -> list[str]:
    """The numbers in ``text``, without white space, as written; they need not exist.

    Args:
        text: the question.
        taken: the places that something else has claimed; the numbers' are added.
    """
    if _BARE_NUMBER.fullmatch(text):
        taken.append((0, len(text)))
        return [text]
    numbers: list[str] = []
    for match in _NUMBER_RANGE.finditer(text):
        first, last = int(match["first"]), int(match["last"])
        if first < last <= first + 100 and not overlaps(taken, *match.span()):
            numbers.extend(str(number) for number in range(first, last + 1))
            taken.append(match.span())
    for match in _NUMBER.finditer(text):
        if not overlaps(taken, *match.span()):
            numbers.append(("-" if match["sign"] else "") + (match["a"] or match["b"]))
            taken.append(match.span())
    return numbers


def numbers_left_out(text: str, taken: list[tuple[int, int]]) -> list[Condition]:
    """The conditions not to be a numbered row: 「No.94以外のトヨタの協定」.

    Args:
        text: the question.
        taken: the places that something else has claimed; those of numbers that are left out, or
            named only to be set aside (No.94ではなくNo.109), are added.
    """
    found = [m for m in _NUMBER.finditer(text) if not overlaps(taken, *m.span())]
    out: list[Condition] = []
    after: int | None = None
    for match in reversed(found):
        written = match["a"] or match["b"]
        in_row = after is not None and left_out_with(text[match.end() : after])
        after = None
        if is_set_aside(text, match.end()):
            taken.append(match.span())
        elif written.isdecimal() and (in_row or is_negated(text, match.end())):
            taken.append(match.span())
            after = match.start()
            number = int(written)
            out.append(Condition("number", ([number],), f"No.{number}", True, *match.span()))
    return out[::-1]


def overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether any of the places has a character in common with ``start`` to ``end``."""
    return any(first < end and start < last for first, last in taken)
