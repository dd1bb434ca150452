"""Dates that can't be, wherever a document prints one: 令和5年13月1日, R6.2.30.

Only month and day are held against the calendar. An era's years are not: documents from before the
era changed speak of 平成32年3月31日, and mean it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from index.eras import ERA_YEARS
from index.errors import ParseError
from index.records import SourceDocument

_ERAS = "|".join(ERA_YEARS)
_DATE = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?P<era>{_ERAS}) ?(?P<era_year>[0-9]{{1,2}}|元)|(?P<year>[0-9]{{4}}))"
    r"(?:年 ?(?:[(][0-9]{4}年[)])?(?P<month>[0-9]{1,2}) ?月 ?(?P<day>[0-9]{1,2}) ?日"
    r"|\.(?P<dotted_month>[0-9]{1,2})\.(?P<dotted_day>[0-9]{1,2})(?![0-9]))"
)


def check_dates(document: SourceDocument) -> None:
    """Make sure that every date a line prints in full is one of the calendar.

    Raises:
        ParseError: at the first that isn't.
    """
    for number, line in enumerate(document.lines, 1):
        for found in _DATE.finditer(unicodedata.normalize("NFKC", line)):
            if not _exists(found):
                raise ParseError(
                    f"「{found[0]}」という日付はありません。原本と見比べて、月と日を確かめてください。",
                    file=document.file,
                    first_line=number,
                )


def _exists(found: re.Match[str]) -> bool:
    if found["year"]:
        year = int(found["year"])
    else:
        year = ERA_YEARS[found["era"]]
        counted = 1 if found["era_year"] == "元" else int(found["era_year"])
        year = year + counted - 1 if counted else 0  # No era has a year 0, nor has the calendar.
    try:
        date(
            year,
            int(found["month"] or found["dotted_month"]),
            int(found["day"] or found["dotted_day"]),
        )
    except ValueError:
        return False
    return True
