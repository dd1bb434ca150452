"""Halves and quarters of fiscal years as months: 令和5年度上半期 is April to September of 2023."""

from __future__ import annotations

import re

_PART = re.compile(
    r"(?P<era>令和|平成|昭和|r|h|s)?(?P<year>\d{1,4}|元)年度の?(?:"
    r"(?P<half>上|下|前|後)(?:半)?期|第?(?P<quarter>[1-4一二三四])四半期)"
)
_KANJI = "一二三四"
APRIL, MONTHS = 4, 12


# 「令和6年1月1日から同年5月31日」
_SAME_YEAR = re.compile(
    r"(?P<year>(?:令和|平成|昭和)?(?:\d{1,4}|元)年)(?P<between>[^、。?年]{1,12}?)同年(?!度)"
)


def in_months(text: str) -> str:
    """``text``, without white space, with parts of years said as stretches of months."""
    return _PART.sub(_stretch, _SAME_YEAR.sub(r"\g<year>\g<between>\g<year>", text))


def _stretch(match: re.Match[str]) -> str:
    if match["half"]:
        first, length = (0 if match["half"] in "上前" else 6), 6
    else:
        quarter = match["quarter"]
        first = 3 * (_KANJI.index(quarter) if quarter in _KANJI else int(quarter) - 1)
        length = 3
    return f"{_month(match, first)}から{_month(match, first + length - 1)}まで"


def _month(match: re.Match[str], after_april: int) -> str:
    month = APRIL + after_april
    year = int(match["year"].replace("元", "1")) + (month > MONTHS)
    return f"{match['era'] or ''}{year}年{(month - 1) % MONTHS + 1}月"
