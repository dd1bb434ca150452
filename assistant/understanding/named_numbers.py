"""The agreement numbers that a question names: No.94, 94番, No.3～5, or nothing but 94."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.aggregates import Condition
from assistant.understanding.exceptions import is_negated, is_set_aside, left_out_with

_NUMBER = re.compile(
    r"(?:no\.?|№|番号は?|協定番号)\s{0,3}(?P<sign>-|マイナス)?\s{0,3}(?P<a>\d{1,9}(?:\.\d{1,9})?)(?!年|件|者|つ)"
    r"|(?<![\d.])(?P<b>\d{1,9})\s{0,3}番(?![目め地組街])"
)
_ARTICLE_NUMBER = r"\d{1,4}|[一二三四五六七八九十]{1,4}"
# An article of a law is none of the agreement's, and 7条通 is a street.
_ARTICLE = re.compile(
    rf"(?<![法例綱則程令])(?:第(?P<n>{_ARTICLE_NUMBER})条(?!例)"
    r"|(?<![第\d])(?P<plain>\d{1,3})条(?=[はにをのがで、?]|って|と(?:は|い))(?!の?通))"
)
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
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


def articles_named(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """The articles that ``text``, without white space, names: where, and their number."""
    for match in _ARTICLE.finditer(text):
        yield match, article_number(match["n"] or match["plain"])


def article_number(written: str) -> int:
    """``12``, ``十二``, ``十`` → the number."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether any of the places has a character in common with ``start`` to ``end``."""
    return any(first < end and start < last for first, last in taken)
