"""The odd one out of the rows answered with: 「締結日が違うのはどれ？」「1つだけ課が違うのは？」"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.desk import Desk
from assistant.follow_ups.conversation_state import State
from assistant.question import Question
from assistant.results import Answer, tally_of
from assistant.table import lookups
from assistant.understanding.intents import Column
from assistant.wording import COLUMN_NAMES, column_quote, column_sentence, full_date
from index.eras import fiscal_year, fiscal_year_name
from index.normalization import without_space
from index.records import Agreement

# 「違いは何」 asks for more; 「違うのはどれ」 for one of them.
_ODD = re.compile(
    r"(?:違[うっ]|ちが[うっ]|異な[るっ]|仲間(?:はずれ|外れ)|そろ(?:わな|って(?:い)?な)|揃(?:わな|って(?:い)?な)"
    r"|一致し(?:てい)?な|同じ(?:で|じゃ)な)(?:て)?(?:い[るま])?(?:い|す|の|もの|協定|やつ|は|が|を|ある|あり|どれ|どっち|[?]|$)"
)
_NOT = re.compile(r"(?:違い|差)は|何が違|どう違|違う(?:部局|課|部|会社|年度|相手)(?:は|の|だと)")
_YEAR = re.compile(r"年度")
_COLUMNS: tuple[tuple[re.Pattern[str], Column], ...] = (
    (re.compile(r"締結|日付|日にち|年月日|年度?|時期|結んだ"), "concluded"),
    (re.compile(r"担当|部局|所管|課|部"), "department"),
    (re.compile(r"相手|会社|団体|企業|締結先"), "partner"),
    (re.compile(r"目的|ねらい"), "purpose"),
    (re.compile(r"名称|名前|題"), "title"),
    (re.compile(r"内容|中身"), "content"),
)
_LEAST = 2


def odd_one(desk: Desk, asked: Question, before: State) -> Answer | None:
    """Those of the rows answered with that differ from most of them in one column."""
    text = without_space(asked.text)
    if len(before.nos) < _LEAST or not _ODD.search(text) or _NOT.search(text):
        return None
    if asked.numbers or asked.partners or "協定の中" in text:
        return None
    rows = [desk.agreements[no] for no in before.nos]
    named = [column for pattern, column in _COLUMNS if pattern.search(text)]
    by_year = named[:1] == ["concluded"] and _YEAR.search(text) is not None
    columns = named[:1] or [column for _, column in _COLUMNS]
    for column in columns:
        value = _value(column, by_year=by_year)
        apart = _apart(rows, value)
        if apart:
            return _answered(desk, asked, rows, apart, column, by_year=by_year)
    return _none_apart(desk, rows, columns, by_year=by_year) if named else None


def _name(column: Column, *, by_year: bool) -> str:
    return "締結年度" if by_year else COLUMN_NAMES[column]


def _value(column: Column, *, by_year: bool) -> Callable[[Agreement], str]:
    """How a row's value in ``column`` is said."""
    if by_year:
        return lambda row: fiscal_year_name(fiscal_year(row.concluded))
    if column == "concluded":
        return full_date
    if column == "partner":
        return lambda row: "、".join(row.partners)
    return lambda row: column_quote(row, column)


def _apart(rows: Sequence[Agreement], value: Callable[[Agreement], str]) -> list[Agreement]:
    """The rows that differ from most; none if all are the same, or no value is that of most."""
    counts = Counter(map(value, rows))
    (usual, times), *others = counts.most_common()
    if times == 1 or not others or others[0][1] == times:
        return []
    return [row for row in rows if value(row) != usual]


def _answered(
    desk: Desk,
    asked: Question,
    rows: Sequence[Agreement],
    apart: Sequence[Agreement],
    column: Column,
    *,
    by_year: bool,
) -> Answer:
    rest = [row for row in rows if row not in apart]
    wanted = replace(asked, column=column, also=(), conditions=(), topic=())
    meaning = "番号＝" + "、".join(f"No.{row.no}" for row in rows)
    told = lookups.about(desk, apart, wanted, meaning)
    value = " ".join(_value(column, by_year=by_year)(rest[0]).split())
    usual = f"{_name(column, by_year=by_year)}は、{value}です。"
    return replace(
        told,
        text=f"{told.text}\n前の結果のほかの {len(rest)} 件の{usual}",
        related=(desk.cite(rest[0], column_quote(rest[0], column)),),
        tallies=(tally_of([row.no for row in rest], "前の結果のほか"),),
        interpretation=f"{told.interpretation}が他と違うもの",
    )


def _none_apart(
    desk: Desk, rows: Sequence[Agreement], columns: Sequence[Column], *, by_year: bool
) -> Answer:
    """What is to be said where all are the same, or each is another."""
    column = columns[0]
    value = _value(column, by_year=by_year)
    same = len({*map(value, rows)}) == 1
    shown = rows[: lookups.CITED]
    how = "すべて同じです" if same else "決まった多数がなく、どれが他と違うとは言えません"
    lines = [f"前の結果の {len(rows)} 件の{_name(column, by_year=by_year)}は、{how}。"]
    lines += [column_sentence(row, column) for row in (shown[:1] if same else shown)]
    return Answer(
        "attribute",
        "\n".join(lines),
        nos=tuple(row.no for row in rows),
        citations=tuple(desk.cite(row, column_quote(row, column)) for row in shown),
        interpretation=f"前の結果、項目＝{COLUMN_NAMES[column]}が他と違うもの",
    )
