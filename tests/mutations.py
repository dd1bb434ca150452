"""Ways to damage a document: what choices come from, random numbers or a fuzzer, is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Choose = Callable[[int], int]
"""``choose(n)`` gives one of 0 … n-1."""

ODDITIES = (
    *("\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\x1c", "\x85", "\u2028", "\x0b", "\x0c"),
    *("\x00", "\x1b", "\x7f", "\r", "\t", " ", "\u3000", "\u00a0", "\ud800", "\U0001f427", "𠮷"),
    *("０", "９", "①", "２０", "Ａ", "（", "）", "(", ")", "％", "%", "・", "●", "▶", "- ", "|"),
    *("**", "<p>", "<", ">", "【", "】", "～", "、", "，", "。", "/", "が", "か\u3099", "ﾃﾞ"),
    *("R5.13.40", "H31.5.1", "R0.1.1", "S64.1.7", "R2.2.30", "9" * 7, "-1", "0", "1.5", "01"),
    *("第2条 ", "2 ", "(1)", "ア ", "EAST CITY", "合計", "総計", "令和5年度", "※", "甲の役割"),
)
_DIGITS = "0123456789０９元"


def mutated(
    lines: Sequence[str], others: Sequence[Sequence[str]], choose: Choose, most: int = 6
) -> list[str]:
    """``lines`` with 1 to ``most`` faults; ``others`` are documents to splice in lines from."""
    made = list(lines)
    for _ in range(1 + choose(most)):
        made = made or [""]
        _FAULTS[choose(len(_FAULTS))](made, others, choose)
    return made or [""]


def _delete(lines: list[str], _: Sequence[Sequence[str]], choose: Choose) -> None:
    at = choose(len(lines))
    del lines[at : at + 1 + choose(12)]


def _repeat(lines: list[str], _: Sequence[Sequence[str]], choose: Choose) -> None:
    at, size = choose(len(lines)), 1 + choose(6)
    lines[choose(len(lines)) : 0] = lines[at : at + size]


def _swap(lines: list[str], _: Sequence[Sequence[str]], choose: Choose) -> None:
    a, b = choose(len(lines)), choose(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def _join(lines: list[str], _: Sequence[Sequence[str]], choose: Choose) -> None:
    at = choose(len(lines))
    lines[at : at + 2] = ["".join(lines[at : at + 2])]


def _split(lines: list[str], _: Sequence[Sequence[str]], choose: Choose) -> None:
    at = choose(len(lines))
    cut = choose(len(lines[at]) + 1)
    lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]


def _splice(lines: list[str], others: Sequence[Sequence[str]], choose: Choose) -> None:
    other = others[choose(len(others))]
    at, start = choose(len(lines)), choose(len(other))
    lines[at : at + choose(8)] = other[start : start + 1 + choose(30)]


def _insert(lines: list[str], _: Sequence[Sequence[str]], choose: Choose) -> None:
    at = choose(len(lines))
    place = choose(len(lines[at]) + 1)
    lines[at] = lines[at][:place] + ODDITIES[choose(len(ODDITIES))] + lines[at][place:]


def _cut(lines: list[str], _: Sequence[Sequence[str]], choose: Choose) -> None:
    at = choose(len(lines))
    start = choose(len(lines[at]) + 1)
    lines[at] = lines[at][:start] + lines[at][start + 1 + choose(4) :]


def _digit(lines: list[str], _: Sequence[Sequence[str]], choose: Choose) -> None:
    at = choose(len(lines))
    places = [place for place, char in enumerate(lines[at]) if char.isdigit()]
    if places:
        place = places[choose(len(places))]
        digit = _DIGITS[choose(len(_DIGITS))]
        lines[at] = lines[at][:place] + digit + lines[at][place + 1 :]


_FAULTS = (_delete, _repeat, _swap, _join, _split, _splice, _insert, _insert, _cut, _digit, _digit)
