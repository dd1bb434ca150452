"""Questions in English, put into the Japanese that the reader understands.

Only what selects, counts, orders or names a column is put into Japanese; the words of a topic stay
as they are, for the thesaurus knows them in English.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTH = "|".join(
    sorted({*_MONTHS, *(name[:3] for name in _MONTHS), "sept"}, key=len, reverse=True)
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_ERA = r"(?P<era>reiwa|heisei|showa)\s+(?P<era_year>\d{1,2})"
_POINTS = (
    re.compile(rf"(?P<month>{_MONTH})\.?\s+{_DAY},?\s+{_YEAR}"),
    re.compile(rf"{_DAY}\s+(?:of\s+)?(?P<month>{_MONTH})\.?,?\s+{_YEAR}"),
    re.compile(rf"(?P<month>{_MONTH})\.?,?\s+(?:of\s+)?{_YEAR}"),
    re.compile(rf"(?P<fiscal>fiscal(?:\s+year)?|fy)\s*(?:{_YEAR}|{_ERA})"),
    re.compile(r"(?P<decade>(?:19|20)\d0)s"),
    re.compile(rf"{_ERA}(?:\s+(?P<fiscal>fiscal))?"),
    re.compile(rf"{_YEAR}(?:\s+(?P<fiscal>fiscal))?"),
    re.compile(r"(?:the\s+)?(?P<whole_era>reiwa|heisei|showa)(?:\s+era)?"),
)
_ERA_NAMES = {"reiwa": "令和", "heisei": "平成", "showa": "昭和"}
_SINCE = re.compile(r"\b(?:since|from|after|starting(?:\s+in)?|on or after)\s+$")
_UNTIL = re.compile(r"\b(?:until|before|up to|by|through|on or before)\s+$")
_BETWEEN = re.compile(r"\b(?:between|from)\s+(@\d@)\s+(?:and|to|until|through)\s+(@\d@)")
_IN = re.compile(r"\b(?:in|on|during|of|dated)\s+$")
_LAST_YEARS = re.compile(
    r"\b(?:in\s+)?the\s+(?:last|past)\s+(\d{1,2}|two|three|five|ten)\s+years\b"
)
_WORDS = {"two": "2", "three": "3", "five": "5", "ten": "10"}
_NUMBER = re.compile(r"(?:\b(?:agreement|agreements|row)\s+(?:no\.?|number|#)?\s*|#)(\d{1,6})\b")
# What a question wants done, and the Japanese that says so; the first that is found counts.
_GROUP = r"(?P<group>department|section|year|partner|company)"
_WISHES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), wish)
    for pattern, wish in (
        (rf"\bwhich {_GROUP}\b.*\b(?P<end>most|fewest|least)\b", "rank"),
        (rf"\b(?P<end>most|fewest|least)\b.*\bby {_GROUP}\b", "rank"),
        (rf"\b(?:by|per|each) {_GROUP}\b", "each"),
        (r"\b(?:what )?(?:percentage|percent|share|proportion)\b", "share"),
        (r"\b(?:how many|number of|count of|total number)\b", "count"),
        (r"\b(?P<end>oldest|earliest|first)\b(?! aid)", "extreme"),
        (r"\b(?P<end>newest|latest|most recent|last)\b(?! (?:\w+ )?years)", "extreme"),
        (r"\bwho (?:is|are) the (?:other )?partners?|\bwith whom|\bpartners? of", "partner"),
        (r"\bwhen (?:was|were|did)\b|\bdate of\b|\bconclusion date\b", "date"),
        (r"\bpurpose\b|\baim of\b", "purpose"),
        (
            r"\b(?:which (?:department|section)|what (?:department|section)|who) (?:is )?"
            r"(?:in charge|handles|responsible)|\b(?:department|section) in charge\b",
            "department",
        ),
        (r"\bcontents?\b|\bdetails?\b|\bwhat does (?:it|agreement)", "content"),
        (
            r"\brole\b|\bwhat (?:does|do|will|must|should) .{2,40}\b(?:do|pay|bear|provide)\b",
            "role",
        ),
        (r"\b(?:list|show|which agreements|all agreements|give me)\b", "list"),
    )
)
_GROUPS = {
    "department": "部局",
    "section": "課",
    "year": "年度",
    "partner": "相手方",
    "company": "相手方",
}
_COLUMNS = {
    "partner": "相手方を教えて",
    "date": "締結日はいつ？",
    "purpose": "目的は？",
    "department": "担当はどの部局？",
    "content": "内容は？",
}
_FOLLOW_UPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^(?:of|among) (?:those|these|them),?\s*"), "そのうち"),
    (re.compile(r"^(?:and |ok,? |then )*(?:what|how) about\s+"), "じゃあ"),
    (re.compile(r"\bthe (first|second|third|fourth|fifth) one\b"), ""),
)
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
# Words that only carry a question; what is left of it is its topic.
_CARRIERS = (
    "how many|number of|count of|total number|in total|altogether|are there|is there|there|does|do"
    "|did|has|have|had|the|agreements?|concluded|conclude|signed|sign|made|with|by|of|in|on|for|to"
    "|city|asahikawa|was|were|is|are|that|which|what|who|show|list|all|give|me|please|any|belongs?"
    "|handled|handles|partners?|percentage|percent|share|proportion|most|fewest|least|oldest"
    "|newest|latest|earliest|recent|department|section|division|year|each|per|a|an|it|its|their"
    "|held|role|must|should|will|pay|bear|provide|survey|and|kept|involve|involving|concern"
    "|concerning|about|regarding"
)
_THAT_IS = re.compile(r"[,(]?\s?\b(?:i\.e\.|that is,|namely)[^?)]{0,80}\)?")
_TALK = re.compile(rf"\b(?:{_CARRIERS})\b|[?.,!'’]")


def in_japanese(question: str) -> str | None:
    """The question as Japanese that says the same; None if it only names a topic.

    Args:
        question: an English question, normalized.
    """
    # What only says the same again: 「fiscal year 2020, i.e. April 2020 to March 2021」.
    text = f" {_THAT_IS.sub(' ', question.lower())} "
    parts: list[str] = []
    lead = ""
    for pattern, japanese in _FOLLOW_UPS:
        match = pattern.search(text.strip())
        if match and japanese:
            lead, text = japanese, f" {text.strip()[match.end() :]} "
        elif match:
            return f"{_PLACES[match[1]]}番目は？"
    text, numbers = _taken(text, _NUMBER, lambda match: f"No.{match[1]}")
    text, years = _taken(text, _LAST_YEARS, lambda m: f"最近{_WORDS.get(m[1], m[1])}年")
    text, dates = _dates(text)
    text, places = _named(text, ("departments", "sections"))
    wish, match = _wish(text)
    if wish == "role":
        return _role(text)
    text, kinds = _named(text, ("kinds",), after=r"\b(?:with|and|between)\b")
    topic = " ".join(_TALK.sub(" ", text).split())
    parts += [f"{place}の" for place in places]
    parts += [f"{when}に結んだ" for when in (*dates, *years)]
    parts += [f"{kind}との" for kind in kinds]
    if lead == "じゃあ" and not wish and parts:
        return f"じゃあ{'、'.join(map(_noun, parts))}は？"
    selects = bool(parts or numbers)
    if numbers:
        return f"{lead}{'、'.join(numbers)}の{_columns(text, wish)}"
    if (
        not selects
        and not lead
        and wish in ("", "list", "content", "purpose", "partner", "date", "department")
    ):
        return None
    if wish in ("list", "") and topic and not lead:
        wish = "topic"
    return lead + "".join(parts) + _tail(text, wish, match, topic)


def _noun(part: str) -> str:
    """``令和4年に結んだ`` → ``令和4年``."""
    return part.removesuffix("に結んだ").removesuffix("の").removesuffix("と")


def _columns(text: str, wish: str) -> str:
    """The columns that are asked for: one, or all that ``text`` asks for at once."""
    if wish not in _COLUMNS:
        return "内容は？"
    asked = [name for pattern, name in _WISHES if name in _COLUMNS and pattern.search(text)]
    return "".join(_COLUMNS[name] for name in dict.fromkeys((wish, *asked)))


def _tail(text: str, wish: str, match: re.Match[str] | None, topic: str) -> str:
    about = f"{topic} の" if topic else ""
    groups = match.groupdict() if match else {}
    end = groups.get("end") or ""
    if wish == "rank":
        order = "多い" if end == "most" else "少ない"
        return f"{about}協定が一番{order}{_GROUPS[groups['group'] or 'department']}は？"
    if wish == "each":
        return f"{about}協定の件数を{_GROUPS[groups['group'] or 'department']}別に教えて"
    if wish == "share":
        return f"{about}協定の割合は？"
    if wish == "count":
        return f"{about}協定は全部で何件？"
    if wish == "extreme":
        oldest = end in ("oldest", "earliest", "first")
        return f"{about}協定で一番{'古い' if oldest else '新しい'}ものは？"
    if wish in _COLUMNS:
        return f"{about}協定の{_columns(text, wish)}"
    return f"{about}協定は？" if wish == "topic" else f"{about}協定の一覧"


def _wish(text: str) -> tuple[str, re.Match[str] | None]:
    for pattern, wish in _WISHES:
        match = pattern.search(text)
        if match:
            return wish, match
    return "", None


def _role(text: str) -> str:
    """What somebody does in a compact: the party in Japanese, the topic in English."""
    text, documents = _named(text, ("documents",))
    text, parties = _named(text, ("parties",))
    topic = " ".join(_TALK.sub(" ", text).split())
    where = "".join(
        f"{document}の協定で、" if document == "南空知" else f"{document}で、"
        for document in documents
    )
    return f"{where}{topic} について{'と'.join(parties)}の役割は？"


def _dates(text: str) -> tuple[str, list[str]]:
    """``text`` without its dates, and these in Japanese."""
    found: list[str] = []

    def mark(match: re.Match[str]) -> str:
        found.append(_point(match))
        return f"@{len(found) - 1}@"

    for pattern in _POINTS:
        text = pattern.sub(mark, text)
    dates: list[str] = []
    between = _BETWEEN.search(text)
    if between:
        first, last = (found[int(side.strip("@"))] for side in between.groups())
        dates.append(f"{first}から{last}まで")
        text = text[: between.start()] + text[between.end() :]
    for number, point in enumerate(found):
        mark_at = text.find(f"@{number}@")
        if mark_at < 0:
            continue
        before, after = text[:mark_at], text[mark_at + len(f"@{number}@") :]
        since, until = _SINCE.search(before), _UNTIL.search(before)
        dates.append(point + ("以降" if since else "以前" if until else ""))
        word = since or until or _IN.search(before)
        text = (before[: word.start()] if word else before) + " " + after
    return text, dates


def _point(match: re.Match[str]) -> str:
    given = {name: value for name, value in match.groupdict().items() if value}
    if "whole_era" in given:
        return _ERA_NAMES[given["whole_era"]]
    if "decade" in given:
        return f"{given['decade']}年代"
    year = given.get("year", "")
    if "era" in given:
        year = f"{_ERA_NAMES[given['era']]}{int(given['era_year'])}"
    if "fiscal" in given:
        return f"{year}年度"
    month = given.get("month", "")
    number = next((n for name, n in _MONTHS.items() if month and name.startswith(month[:3])), 0)
    day = f"{int(given['day'])}日" if "day" in given else ""
    return f"{year}年" + (f"{number}月{day}" if number else "")


def _named(text: str, tables: tuple[str, ...], *, after: str = "") -> tuple[str, list[str]]:
    """``text`` without the English names of ``tables``, and their Japanese ones."""
    found = []
    for name, english in _names(tables):
        before = rf"{after}\s*(?:the\s+)?" if after else ""
        match = re.search(rf"{before}\b{re.escape(english)}\b", text)
        if match:
            found.append(name)
            text = f"{text[: match.start()]} {text[match.end() :]}"
    return text, list(dict.fromkeys(found))


@cache
def _names(tables: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Japanese and English names, the longest English ones first."""
    pairs = [
        (name, word) for table in tables for name, words in names()[table].items() for word in words
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[1])))


@cache
def names() -> Mapping[str, Mapping[str, Any]]:
    """English names by table, from ``assistant/data/english.toml``."""
    path = files("assistant").joinpath("data/english.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _taken(
    text: str, pattern: re.Pattern[str], put: Callable[[re.Match[str]], str]
) -> tuple[str, list[str]]:
    found = [put(match) for match in pattern.finditer(text)]
    return pattern.sub(" ", text), found
