"""The agreement numbers that a question names: No.94, 94番, No.3～5, or nothing but 94."""

from __future__ import annotations

import re
from collections.abc import Sequence

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


def overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether any of the places has a character in common with ``start`` to ``end``."""
    return any(first < end and start < last for first, last in taken)
