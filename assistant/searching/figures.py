"""The figure in a passage that a question asks for: 「何人」, 「いくら」, 「令和5年度は何件」."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.normalization import normalized, without_space

# What a question asks for, and the units in which a text may give it.
_UNITS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"いくら|何円|金額|(?:費|額|予算|売上|値段)(?:は|$|[?])"), ("円",)),
    (re.compile(r"何[人名]|人数|(?:者|客)数|何人"), ("人", "名")),
    (re.compile(r"何(?:か所|箇所|ヶ所)"), ("か所", "箇所")),
    (re.compile(r"何(?:%|パーセント|割)"), ("%", "割")),
    (re.compile(r"件数|何件"), ("件",)),
    (re.compile(r"回数|何回|何度"), ("回",)),
)
# Nothing but such a figure answers these; 何年 and 何団体 may be told in other ways.
_ONLY = re.compile(
    r"何[人名](?!か)|人数|何円|いくら(?!か)|何(?:%|パーセント|割)|何(?:台|戸|頭|球|発|トン|組|倍|回)(?!か|目)"
)
_ANY = re.compile(
    r"何(トン|か国|都市|団体|部局|項目|企業|球|発|頭|台|通|組|社|者|校|倍|戸|個|本|枚|点|分|時間|日|年|歳|種|棟|羽|[a-z]{1,3})"
)
_PERIOD = re.compile(r"(?:令和|平成|r|h)(?:\d{1,2}|元)年?度?|\d{4}年度?", re.IGNORECASE)
_ERA = {"令和": "r", "平成": "h"}


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
    return (match[1],) if match else ()


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
    found: list[tuple[float, str, str, str]] = []
    period = ""
    for line in passage.split("\n"):
        plain = normalized(line)
        marks = [(m.start(), _key(m.group())) for m in _PERIOD.finditer(plain)]
        for match in pattern.finditer(plain):
            before = [key for start, key in marks if start < match.start()]
            value = float(match[1].replace(",", ""))
            own = before[-1] if before else next((key for _, key in marks), period)
            found.append((value, match[2], line.strip(), own))
        if marks:
            period = marks[-1][1]
    if not found:
        return None
    asked = {_key(match.group()) for match in _PERIOD.finditer(without_space(text))}
    meant = [entry for entry in found if entry[3] and entry[3] in asked] or found
    # 何人 means 人 where a passage counts in 名, too.
    meant = [entry for entry in meant if entry[1].endswith(units[0])] or meant
    value, unit, line, _ = meant[0]
    return Figure(value if len({entry[:2] for entry in meant}) == 1 else None, unit, line)


def _key(period: str) -> str:
    """One writing of a period: ``令和5年度``, ``R5`` and ``R5年度`` are the same."""
    plain = period.lower().replace("元", "1")
    for name, letter in _ERA.items():
        plain = plain.replace(name, letter)
    return plain.rstrip("年度")
