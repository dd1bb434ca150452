"""Counts, lists and orders asked in many wordings equal a plain loop over the rows.

Questions are put together from departments, dates, partners and words of the table; what they must
be answered with is found by reading every row, without the assistant's own queries.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import cycle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.engine import Assistant
from assistant.results import Answer
from index.records import Agreement

Check = Callable[[str, Iterable[int]], Answer]
ERAS = (
    (date(2019, 5, 1), "令和", "R"),
    (date(1989, 1, 8), "平成", "H"),
    (date(1926, 12, 25), "昭和", "S"),
)
FIRST, LAST = date(1973, 6, 25), date(2024, 5, 29)  # the oldest and the newest row
COUNTS = (
    "{0}に{1}が結んだ協定は何件ですか",
    "{1}が{0}に締結した協定の件数を教えてください",
    "{0}の{1}の協定は何件？",
    "{1}の協定のうち、{0}に締結したものはいくつありますか",
)
LISTS = (
    "{1}が{0}に結んだ協定を全部、一覧にしてください",
    "{0}に締結された{1}の協定をすべて挙げて",
)
DAYS = st.dates(FIRST - timedelta(days=400), LAST + timedelta(days=400))
few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def rows(assistant: Assistant) -> list[Agreement]:
    return list(assistant.agreements.values())


@pytest.fixture(scope="module")
def departments(rows: list[Agreement]) -> list[str]:
    return sorted({row.department for row in rows})


@pytest.fixture(scope="module")
def check(assistant: Assistant) -> Check:
    """Ask a question and compare the rows and their number with those wanted."""

    def check(question: str, wanted: Iterable[int]) -> Answer:
        answer = assistant.ask([question])[0]
        numbers = list(wanted)
        assert sorted(answer.nos) == numbers, (question, answer.interpretation)
        assert answer.number == len(numbers), question
        assert (answer.kind == "not_found") == (not numbers), question
        return answer

    return check


def fiscal(day: date) -> int:
    return day.year - (day.month < 4)


def era(day: date) -> tuple[str, str, int]:
    """The era's name and letter, and the year in it."""
    first, name, letter = next(entry for entry in ERAS if day >= entry[0])
    return name, letter, day.year - first.year + 1


def fiscal_forms(year: int) -> list[str]:
    """The ways of writing a fiscal year, named for the era at its end."""
    name, letter, number = era(date(year + 1, 3, 31))
    number -= 1
    forms = [f"{year}年度", wide(f"{year}年度"), f"{name}{number}年度", f"{letter}{number}年度"]
    return [form for form in forms if number]


def day_forms(day: date) -> list[str]:
    name, letter, number = era(day)
    written = f"{day.month}月{day.day}日"
    first = "元" if number == 1 else str(number)
    return [
        f"{letter}{number}.{day.month}.{day.day}",
        f"{name}{first}年{written}",
        wide(f"{name}{number}年{written}"),
        f"{day.year}年{written}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.isoformat()}",
    ]


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in text)


@cache
def squeezed(text: str) -> str:
    """``text`` in one width and case, without spaces, with one sort of hyphen."""
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(re.sub("[‐‑‒–—―−]", "-", text).split())


def core(name: str) -> str:
    """What tells a name: (株) and 株式会社 are one, and so are a hyphen and a dot in it."""
    return re.sub(r"株式会社|\(株\)|有限会社|\(有\)|[-・]", "", name)


def test_every_department_in_every_fiscal_year_in_many_wordings(
    check: Check, rows: list[Agreement], departments: list[str]
) -> None:
    counts, lists = cycle(COUNTS), cycle(LISTS)
    for department in departments:
        for year in range(2013, 2025):
            wanted = [
                row.no
                for row in rows
                if row.department == department and fiscal(row.concluded) == year
            ]
            forms = fiscal_forms(year)
            when = forms[(year + len(department)) % len(forms)]
            answer = check(next(counts).format(when, department), wanted)
            assert answer.kind in ("count", "not_found")
            if wanted:
                check(next(lists).format(forms[year % len(forms)], department), wanted)


def test_a_day_is_understood_in_every_form(check: Check, rows: list[Agreement]) -> None:
    days = sorted({row.concluded for row in rows})
    for number, day in enumerate(days[::4]):
        wanted = [row.no for row in rows if row.concluded == day]
        form = day_forms(day)[number % 6]
        check(f"{form}に締結した協定は何件ですか", wanted)


@few
@given(first=DAYS, last=DAYS, form=st.integers(0, 5), wording=st.integers(0, 2))
def test_ranges_of_days_hold_both_ends(
    check: Check, rows: list[Agreement], first: date, last: date, form: int, wording: int
) -> None:
    first, last = min(first, last), max(first, last)
    one, other = day_forms(first)[form], day_forms(last)[form]
    wanted = [row.no for row in rows if first <= row.concluded <= last]
    question = (
        "{}から{}までに締結した協定は何件ですか",
        "{}から{}までの間に結ばれた協定の件数は？",
        "{}以降、{}以前に結んだ協定は何件？",
    )[wording]
    check(question.format(one, other), wanted)


@few
@given(day=DAYS, form=st.integers(0, 5), after=st.booleans(), data=st.data())
def test_since_and_until_a_day_by_department(
    check: Check,
    rows: list[Agreement],
    departments: list[str],
    day: date,
    form: int,
    after: bool,
    data: st.DataObject,
) -> None:
    department = data.draw(st.sampled_from(departments))
    wanted = [
        row.no
        for row in rows
        if row.department == department
        and (row.concluded >= day if after else row.concluded <= day)
    ]
    word = "以降" if after else "以前"
    check(f"{department}が{day_forms(day)[form]}{word}に結んだ協定は何件ですか", wanted)


@few
@given(year=st.integers(1973, 2024), month=st.integers(1, 12))
def test_a_month_of_a_year(check: Check, rows: list[Agreement], year: int, month: int) -> None:
    wanted = [row.no for row in rows if (row.concluded.year, row.concluded.month) == (year, month)]
    check(f"{year}年{month}月に締結した協定は何件ですか", wanted)


@few
@given(data=st.data(), year=st.integers(2010, 2023), form=st.integers(0, 3))
def test_all_but_one_department(
    check: Check,
    rows: list[Agreement],
    departments: list[str],
    data: st.DataObject,
    year: int,
    form: int,
) -> None:
    department = data.draw(st.sampled_from(departments))
    forms = fiscal_forms(year)
    wanted = [
        row.no for row in rows if row.department != department and fiscal(row.concluded) == year
    ]
    when = forms[form % len(forms)]
    check(f"{department}以外が{when}に結んだ協定は何件ですか", wanted)


@few
@given(data=st.data())
def test_either_of_two_departments_but_not_in_an_era(
    check: Check, rows: list[Agreement], departments: list[str], data: st.DataObject
) -> None:
    one, other = data.draw(
        st.lists(st.sampled_from(departments), min_size=2, max_size=2, unique=True)
    )
    both = [row for row in rows if row.department in (one, other)]
    check(f"{one}か{other}の協定は何件ですか", [row.no for row in both])
    wanted = [row.no for row in both if row.concluded < date(2019, 5, 1)]
    check(f"{one}または{other}の協定のうち、令和以外のものは何件ですか", wanted)


def test_words_of_titles_are_counted_as_they_stand(check: Check, rows: list[Agreement]) -> None:
    for word in ("物資", "避難", "見守り", "包括", "災害時", "応援", "協力", "確認書", "ヘリ"):
        wanted = [row.no for row in rows if word in squeezed(row.title)]
        check(f"名称に「{word}」を含む協定は何件ですか", wanted)
        rest = [row.no for row in rows if word not in squeezed(row.title)]
        check(f"名称に「{word}」を含まない協定は何件ですか", rest)
        some = [row.no for row in rows if row.no in wanted and row.department == "防災安全部"]
        check(f"防災安全部の協定で、名称に「{word}」を含むものは何件ですか", some)


def test_kinds_of_partners_are_counted_by_their_names(check: Check, rows: list[Agreement]) -> None:
    for word in (
        "大学",
        "信用金庫",
        "町内会",
        "生命保険",
        "新聞",
        "病院",
        "生活協同組合",
        "森林組合",
    ):
        wanted = [row.no for row in rows if any(word in squeezed(name) for name in row.partners)]
        check(f"相手方の名前に「{word}」が入っている協定は何件ですか", wanted)


def test_every_partner_that_is_named_by_no_other_is_found(
    check: Check, rows: list[Agreement]
) -> None:
    names = sorted({squeezed(name) for row in rows for name in row.partners})
    alone = [
        name
        for name in names
        if len(name) > 7 and not any(core(name) in core(other) for other in names if other != name)
    ]
    for name in alone[::4]:
        wanted = [row.no for row in rows if name in map(squeezed, row.partners)]
        check(f"{name}との協定は何件ですか", wanted)


def test_shares_are_rounded_half_up(
    assistant: Assistant, rows: list[Agreement], departments: list[str]
) -> None:
    for department in departments:
        part = sum(row.department == department for row in rows)
        share = (Decimal(100 * part) / len(rows)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        answer = assistant.ask([f"{department}の協定は全体の何%ですか"])[0]
        assert (answer.number, answer.unit) == (float(share), "%"), department


def test_the_k_th_largest_department_and_all_that_share_its_place(
    assistant: Assistant, rows: list[Agreement]
) -> None:
    sizes = Counter(row.department for row in rows)
    ordered = sorted(sizes.values(), reverse=True)
    for place in range(1, len(ordered) + 1):
        answer = assistant.ask([f"協定の件数が{place}番目に多い部局はどこですか"])[0]
        assert answer.number == ordered[place - 1]
        leaders = {name for name, size in sizes.items() if size == answer.number}
        head = answer.text.split("\n")[0]
        assert {name for name in sizes if name in head} == leaders


def test_the_oldest_and_the_newest_row_of_every_department(
    assistant: Assistant, rows: list[Agreement], departments: list[str]
) -> None:
    for department in departments:
        own = [row for row in rows if row.department == department]
        for word, pick in (("古い", min), ("新しい", max)):
            day = pick(row.concluded for row in own)
            answer = assistant.ask([f"{department}の協定で一番{word}ものはどれですか"])[0]
            assert sorted(answer.nos) == [row.no for row in own if row.concluded == day]
