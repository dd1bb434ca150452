"""The figure in a passage that a question asks for: 「何人」, 「いくら」, 「令和5年度は何件」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.normalization import normalized, without_space
from index.tokens import terms

# What a question asks for, and the units in which a text may give it.
_UNITS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"いくら(?!か(?:の|減|増))|何[千百万億]*円|金額"), ("円",)),
    (re.compile(r"何[人名]|人数|(?:者|客)数|何人"), ("人", "名")),
    (re.compile(r"何(?:か所|箇所|ヶ所)"), ("か所", "箇所")),
    (re.compile(r"何(?:%|パーセント|割)"), ("%", "割")),
    (re.compile(r"件数|何件"), ("件",)),
    (re.compile(r"回数|何回|何度"), ("回",)),
)
# Quantities that are asked for by their name alone: 「予算額は？」「量を教えて」.
_ALONE = (
    r"(?:は|が|を|って)?(?:$|[?。]|どのくらい|どれ(?:くらい|ぐらい|ほど|だけ)|教え|知り|分か|わか)"
)
_NAMED: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(rf"(?:費|額|予算|売上|値段){_ALONE}"), ("円",)),
    (re.compile(rf"(?:量|重さ){_ALONE}"), ("トン", "t", "kg", "キロ")),
)
# Nothing but such a figure answers these; 何年 and 何団体 may be told in other ways.
_ONLY = re.compile(
    r"何[人名](?!か)|人数|何円|いくら(?!か)|何(?:%|パーセント|割)|何(?:台|戸|頭|球|発|トン|組|倍|回)(?!か|目)"
)
_ANY = re.compile(
    r"何(トン|か国|年生|都市|団体|部局|項目|企業|球|発|頭|台|通|組|社|者|校|倍|戸|個|本|枚|点|分|時間|日|年|歳|種|棟|羽|[a-z]{1,3})"
)
_PERIOD = re.compile(r"(?:令和|平成|r|h)(?:\d{1,2}|元)年?度?|\d{4}年度?", re.IGNORECASE)
_ERA = {"令和": "r", "平成": "h"}


_BOLD = "**"
_MARK = re.compile(r"^[\s　]*(?:-\s+)?[・●○◯▶►]?")
_PARTS = "、。，,;；▶"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A figure in a passage: its line, the period it is of, and its clause."""

    value: float
    unit: str
    line: str
    period: str
    clause: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a passage gives in the unit asked for.

    Attributes:
        value: the number, None if the passage has several and the question doesn't say which.
        unit: as printed: 人, 万円.
        line: the passage's line that holds it; the first such line if there are several.
    """

    value: float | None
    unit: str
    line: str


def units_asked(text: str) -> tuple[str, ...]:
    """The units that an answer to ``text`` may have; empty if no figure is asked for."""
    for pattern, units in _UNITS:
        if pattern.search(text):
            return units
    match = _ANY.search(text)
    if match:
        return (match[1],)
    return next((units for pattern, units in _NAMED if pattern.search(text)), ())


def wants_only_a_figure(text: str) -> bool:
    """Whether ``text`` asks for a figure that nothing but a number in its unit can tell."""
    return bool(_ONLY.search(without_space(text)))


def asked_for(text: str, passage: str) -> Figure | None:
    """The figure of ``passage`` that ``text`` asks for; None if it has none in that unit."""
    units = units_asked(text)
    if not units:
        return None
    either = "|".join(map(re.escape, units))
    pattern = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s?((?:億|万|千)?(?:{either}))")
    found: list[_Entry] = []
    period = ""
    for line in passage.split("\n"):
        plain = normalized(line).replace(_BOLD, "")
        marks = [(m.start(), _key(m.group())) for m in _PERIOD.finditer(plain)]
        for match in pattern.finditer(plain):
            before = [key for start, key in marks if start < match.start()]
            value = float(match[1].replace(",", ""))
            own = before[-1] if before else next((key for _, key in marks), period)
            found.append(
                _Entry(
                    value, match[2], _MARK.sub("", line).strip(), own, _clause(plain, *match.span())
                )
            )
        if marks:
            period = marks[-1][1]
    if not found:
        return None
    asked = {_key(match.group()) for match in _PERIOD.finditer(without_space(text))}
    meant = [entry for entry in found if entry.period and entry.period in asked] or found
    # 何人 means 人 where a passage counts in 名, too.
    meant = [entry for entry in meant if entry.unit.endswith(units[0])] or meant
    if _several(meant) and len({entry.line for entry in meant}) == 1:
        meant = _nearest(meant, text)
    first = meant[0]
    return Figure(None if _several(meant) else first.value, first.unit, first.line)


def _several(found: Sequence[_Entry]) -> bool:
    return len({(entry.value, entry.unit) for entry in found}) > 1


def _nearest(found: Sequence[_Entry], text: str) -> list[_Entry]:
    """Of one sentence's, those whose clause shares most words with the question.

    「本書9通を作成し、各自1通を保有する」 tells how many are made, and how many each has.
    """
    wanted = set(terms(text))
    shared = [len(wanted.intersection(terms(entry.clause))) for entry in found]
    return [entry for entry, n in zip(found, shared, strict=True) if n == max(shared)]


def _clause(line: str, start: int, end: int) -> str:
    """The clause of ``line`` around a place."""
    before = max(line.rfind(mark, 0, start) for mark in _PARTS)
    after = min(
        (place for mark in _PARTS if (place := line.find(mark, end)) >= 0), default=len(line)
    )
    return line[before + 1 : after]


def _key(period: str) -> str:
    """One writing of a period: ``令和5年度``, ``R5`` and ``R5年度`` are the same."""
    plain = period.lower().replace("元", "1")
    for name, letter in _ERA.items():
        plain = plain.replace(name, letter)
    return plain.rstrip("年度")
