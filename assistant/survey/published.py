"""Answers from the survey's published figures: single ones, shares, differences and sums.

What a question asks for is read into the keys of the figures (:mod:`assistant.survey.reading`). A
figure that isn't published is refused with the reason; orders stand in
:mod:`assistant.survey.published_orders`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Breakdown
from assistant.survey import notes, published_orders
from assistant.survey.cells import Cell, Key, Survey, narrowed, survey_of
from assistant.survey.reading import Reading, read
from assistant.survey.reconciliation import counted_note
from assistant.survey.wording import (
    amount,
    amount_of,
    answer_of,
    cite_fact,
    note_on_years,
    noun,
    short_name,
)
from assistant.wording import figure, percent
from index.eras import fiscal_year_name
from index.normalization import without_space
from index.parsing import survey_tables as tables
from index.records import SurveyFact

_DIFFERENCE = re.compile(
    r"差|(?<!間)違|開き|どちら|どっち|比べ|比較|より(?!前|後)|倍|上回|下回|増え|増加|増減|減っ|減少|多く|少なく"
)
_TIMES = re.compile(r"何倍|倍")
_SUM = re.compile(r"合計|合わせ|足す|足し|総計|合算|延べ|計何|トータル|総数")
_TOTAL_ROW = re.compile(r"合計|総計|トータル|全部で|全体で|計")
_SHARE = re.compile(r"割合|%|パーセント|何割|占め|比率|シェア")
_WHY = re.compile(
    r"複数の分野|なぜ|何故|理由|どうして|わけ|一致し(?:な|ま)|合わな|合いま|食い違|ならな"
)
_MEANING = re.compile(r"とは(?:何|なに|どう|、|$|\?)|意味")
# Asks for agreements rather than for figures.
_ROWS = re.compile(
    r"一覧|リスト|列挙|挙げ|洗い出|番号|どの協定|どんな協定|協定は(?:何で|どれ|どんな)"
)
_OF_WHOLE = re.compile(r"のうち|の中で|の中の|に占め|に対する")
_NOT_ASKED = frozenset({"partner", "purpose", "content", "title"})
_NOT_WISHED = frozenset({"similar", "extreme", "help"})


def answer(desk: Desk, asked: Question) -> Answer | None:
    """What the survey publishes on ``asked``; None if it asks for something else.

    Questions that counting rows answers as well come here only if they say that the published
    figure is wanted.
    """
    survey = survey_of(desk.facts)
    if not survey.cells:
        return None
    about = notes.about_survey(desk, asked)
    if about is not None:
        return about
    if asked.column in _NOT_ASKED or asked.intent in _NOT_WISHED:
        return None
    document = desk.index.documents[desk.facts[0].document]
    reading = read(survey, asked, document.as_of)
    if reading is None or not (reading.printed or reading.clear):
        return None
    text = without_space(asked.text)
    if _MEANING.search(text):
        return None
    if _WHY.search(text):
        return notes.why(desk, survey, reading)
    if not _wanted(asked, reading, text):
        return None
    made = _answered(desk, survey, asked, reading)
    if made is not None and made.kind == "not_found" and not reading.explicit:
        # Where the survey has nothing and wasn't asked for by name, the rows may tell.
        key = reading.keys[0]
        near = key.activity is not None or (key.years and survey.along(key, "years"))
        return made if near else None
    return made


def follow(desk: Desk, asked: Question, last: Answer) -> Answer | None:
    """「子育ては？」: the figure for what ``asked`` names within the table last answered from.

    Returns:
        None if ``last`` cites no published figure, or ``asked`` names nothing of the survey.
    """
    survey = survey_of(desk.facts)
    # A count of rows cites figures beside its rows: it isn't an answer from the survey.
    cited = [desk.index.records.get(citation.record) for citation in last.citations[:1]]
    facts = [record for record in cited if isinstance(record, SurveyFact) and not last.nos]
    keys = [cell.key for cell in survey.cells if facts and cell.fact == facts[0]]
    if not keys or asked.column in _NOT_ASKED or asked.intent in _NOT_WISHED:
        return None
    base = keys[0]
    document = desk.index.documents[facts[0].document]
    reading = read(survey, asked, document.as_of, base)
    if reading is None:
        return None
    shared = bool(_SHARE.search(asked.text))
    if reading.keys == (base,) and not shared and reading.open is None:
        return None
    found = all(key in survey.by_key or survey.covering(key) for key in reading.keys)
    if not found:
        apart = tuple(narrowed(key, base) for key in reading.keys)
        if all(key in survey.by_key for key in apart):
            reading = replace(reading, keys=apart)
    return _answered(desk, survey, asked, reading)


def _wanted(asked: Question, reading: Reading, text: str) -> bool:
    """Whether a figure is wanted, and one that only the survey gives, or is asked of it."""
    plain = all(key.plain for key in reading.keys) and reading.open != "field"
    rows = bool(_ROWS.search(text)) and reading.open is None
    if rows and not reading.counts:
        return False
    if plain:
        return reading.printed and (reading.counts or reading.open is not None)
    if reading.clear:
        return True
    return reading.counts or "協定" not in text


def _answered(desk: Desk, survey: Survey, asked: Question, reading: Reading) -> Answer | None:
    text = without_space(asked.text)
    reading = replace(reading, keys=_apart(survey, reading.keys))
    if len(reading.keys) > 1:
        return _several(desk, survey, reading, text)
    key = reading.keys[0]
    ordered = published_orders.order(desk, survey, asked, reading, key)
    if ordered is not None:
        return ordered
    if reading.open == "years" and _TOTAL_ROW.search(text):
        totals = [c for c in survey.cells if c.is_total and c.key.field == key.field]
        return _figure(desk, survey, totals[0], reading) if totals else None
    if reading.open is not None:
        return published_orders.listed(desk, survey, reading, key, summed=bool(_SUM.search(text)))
    cell = survey.by_key.get(key)
    if reading.planned and "予定" not in survey.activities.get(key.activity or 0, ""):
        return _missing(desk, survey, reading, key)
    if cell is None:
        return _summed(desk, survey, reading, survey.covering(key), key)
    if key.measure != "share" and _SHARE.search(text):
        return _share(desk, survey, cell, reading, text)
    return _figure(desk, survey, cell, reading)


def _apart(survey: Survey, keys: Sequence[Key]) -> tuple[Key, ...]:
    """``keys`` without those that the same figures stand for: 「平成25年度以前(S48~H25)」."""
    found: dict[tuple[Cell, ...], Key] = {}
    unknown: list[Key] = []
    for key in keys:
        cell = survey.by_key.get(key)
        cells = (cell,) if cell else tuple(survey.covering(key))
        if not cells:
            unknown.append(key)
        found.setdefault(cells, key)
    kept = {*unknown, *(key for cells, key in found.items() if cells)}
    return tuple(key for key in dict.fromkeys(keys) if key in kept)


def _figure(desk: Desk, survey: Survey, cell: Cell, reading: Reading) -> Answer:
    """One published figure, with what it is part of."""
    head = f"{noun(survey, cell.key)}は {amount_of(cell)}です（調査の公表値）。"
    head = head.replace("% です", "%です")
    lines, beside = [head], [cell]
    whole = survey.by_key.get(_whole(cell.key, ""))
    if whole is not None and whole.key != cell.key and cell.key.measure != "share":
        beside.append(whole)
        if cell.key.years and cell.key.field:
            lines.append(f"同じ年度に結ばれた協定は {amount_of(whole)}です。")
        elif cell.key.measure == "departments":
            lines.append(f"全庁は {amount_of(whole)}です。")
        elif cell.key.activity is not None:
            lines.append(f"協定は全部で {amount_of(whole)}です。")
        else:
            beside.pop()
    if cell.key.measure == "departments" and cell.key.present is False:
        lines.append("どの部局かは、収録した文書からは分かりません。")
    note, apart = note_on_years(survey, cell)
    beside += apart
    notes = (note, counted_note(desk, cell), _loose(reading))
    lines += [note for note in notes if note]
    made = answer_of(desk, lines, cell.fact.value, cell.fact.unit, beside)
    if not cell.is_total or cell.key.years is None:
        return made
    first, last = cell.key.years
    ends = [
        row
        for row in survey.along(cell.key, "years")
        if row.key.years and (row.key.years[0] == first or row.key.years[1] == last)
    ]
    return replace(made, related=tuple(cite_fact(desk, row.fact) for row in ends))


def _share(desk: Desk, survey: Survey, cell: Cell, reading: Reading, text: str) -> Answer | None:
    if "延べ" in text and cell.key.field and not cell.key.department:
        parts = survey.along(cell.key, "field")
        number, said = int(sum(part.fact.value for part in parts)), "分野ごとの延べ"
        beside = [cell, *parts]
    else:
        whole = survey.by_key.get(_whole(cell.key, text))
        if whole is None:
            return None
        number, said = int(whole.fact.value), noun(survey, whole.key)
        said = "全協定" if whole is survey.total else said
        beside = [cell, whole]
    part = int(cell.fact.value)
    share = percent(part, number)
    head = (
        f"{noun(survey, cell.key)}は {amount_of(cell)}で、{said} {number} {cell.fact.unit}の "
        f"{share:.1f}%です（{part}÷{number}、調査の公表値から計算）。"
    )
    lines = [head, *filter(None, [_loose(reading)])]
    return replace(answer_of(desk, lines, share, "%", beside), kind="comparison")


def _whole(key: Key, text: str) -> Key:
    """Of which figure a share of ``key``'s is meant."""
    if key.measure == "departments":
        return Key("departments")
    if key.years and key.field:
        return Key(years=key.years)
    if key.department and key.field:
        at = _OF_WHOLE.search(text)
        of_field = at is not None and not text.find(key.department, 0, at.start()) >= 0
        return Key(field=key.field) if of_field else Key(department=key.department)
    return Key()


def _several(desk: Desk, survey: Survey, reading: Reading, text: str) -> Answer | None:
    found: list[tuple[Key, float, list[Cell]]] = []
    for key in reading.keys:
        cell = survey.by_key.get(key)
        cells = [cell] if cell else survey.covering(key)
        if not cells:
            return _missing(desk, survey, reading, key)
        found.append((key, sum(part.fact.value for part in cells), cells))
    unit = found[0][2][0].fact.unit
    beside = [cell for _, _, cells in found for cell in cells]
    names = [
        short_name(survey, key, found[1 if n == 0 else 0][0]) for n, (key, _, _) in enumerate(found)
    ]
    rows = [(name, value) for name, (_, value, _) in zip(names, found, strict=True)]
    lines = [f"・{name}：{amount(value, unit)}" for name, value in rows]
    number: float | None = None
    if _SUM.search(text) and not _DIFFERENCE.search(text):
        number = sum(value for _, value in rows)
        head = (
            f"{'と'.join(names)}を合わせると {amount(number, unit)}です（調査の公表値から計算）。"
        )
        if sum(key.field is not None and key.years is None for key in reading.keys) > 1:
            head += "ひとつの協定が複数の分野に数えられているので、協定の数ではなく延べ数です。"
    elif _DIFFERENCE.search(text):
        number, unit, head = _compared(rows, unit, text)
    else:
        head = "調査の公表値は次のとおりです。"
    made = answer_of(desk, [head, *lines, *filter(None, [_loose(reading)])], number, unit, beside)
    table = Breakdown("項目", tuple(rows), beside[0].fact.unit)
    return replace(made, kind="comparison", table=table)


def _compared(rows: Sequence[tuple[str, float]], unit: str, text: str) -> tuple[float, str, str]:
    ordered = sorted(rows, key=lambda row: -row[1])
    (more, many), (less, few) = ordered[0], ordered[-1]
    if len(rows) > 2:
        leaders = "、".join(name for name, value in ordered if value == many)
        return many, unit, f"最も多いのは{leaders}の {amount(many, unit)}です（調査の公表値）。"
    if _TIMES.search(text) and few:
        times = int(many * 10 / few + 0.5) / 10
        return times, "倍", f"{more}は{less}の {times:g} 倍です（調査の公表値から計算）。"
    # Decimal fractions: the difference of two printed figures has one decimal, too.
    gap = round(many - few, 1)
    unit = "ポイント" if unit == "%" else unit
    if not gap:
        return 0, unit, f"{more}と{less}は同じです（調査の公表値）。"
    return gap, unit, f"{more}のほうが {figure(gap)} {unit}多くなっています（調査の公表値）。"


def _summed(
    desk: Desk, survey: Survey, reading: Reading, cells: Sequence[Cell], key: Key
) -> Answer | None:
    """The figures of several rows together, where years reach over more than one."""
    if not cells:
        return _missing(desk, survey, reading, key)
    if len(cells) == 1:
        return _figure(desk, survey, cells[0], reading)
    total = sum(cell.fact.value for cell in cells)
    unit = cells[0].fact.unit
    head = f"{noun(survey, key)}は {amount(total, unit)}です（調査の公表値の合計）。"
    rows = tuple((cell.fact.label, cell.fact.value) for cell in cells)
    lines = [head, *(f"・{label}：{amount(value, unit)}" for label, value in rows)]
    made = answer_of(desk, lines, total, unit, cells)
    return replace(made, table=Breakdown("締結年度", rows, unit))


def _missing(desk: Desk, survey: Survey, reading: Reading, key: Key) -> Answer | None:
    """Why a figure isn't published, with what is printed instead."""
    if not reading.clear or key.measure == "share":
        return None
    if key.activity is not None:
        years = "と".join(
            f"{fiscal_year_name(year)}の{'予定・実績' if '予定' in column else '実績'}"
            for year, column in survey.activities.items()
        )
        made = _no(f"調査で公表されているのは、{years}です。ほかの年度や内訳は公表されていません。")
        told = [cell for cell in survey.cells if cell.key.activity is not None]
        return replace(made, related=tuple(cite_fact(desk, cell.fact) for cell in told))
    if key.department and key.field:
        return _undecided(desk, survey, key)
    if key.years and key.field:
        rows = survey.along(key, "years")
        if not rows:
            return _no("分野と締結年度を組み合わせた数は、調査では公表されていません。")
        part = [c for c in rows if c.key.years and c.key.years[0] <= key.years[1] <= c.key.years[1]]
        if part:
            made = _no(
                f"その年度だけの数は公表されていません。{part[0].fact.label}として"
                f"まとめて {amount_of(part[0])}と公表されています。"
            )
            return replace(made, citations=(cite_fact(desk, part[0].fact),))
    return _no("その組み合わせの数は、調査では公表されていません。")


def _undecided(desk: Desk, survey: Survey, key: Key) -> Answer:
    """A cell whose column the print no longer shows."""
    row = survey.by_key.get(Key("fields", department=key.department))
    if row is None or key.years:
        return _no("その組み合わせの数は、調査では公表されていません。")
    printed = cite_fact(desk, row.fact)
    figures = "、".join(printed.quote.split()[1:])
    made = _no(
        f"{key.department}の協定のうち「{key.field}」の分野に該当する件数は、収録した文書からは"
        f"決まりません。{tables.CROSS}の表の{key.department}の行には {figures} と並んでいますが、"
        "空欄が文字に残っておらず、どの数がどの分野のものか分からないためです。"
    )
    return replace(made, citations=(printed,))


def _loose(reading: Reading) -> str:
    return "調査の集計は年度（4月から翌年3月まで）ごとです。" if reading.loose else ""


def _no(text: str) -> Answer:
    return Answer("not_found", text, interpretation="調査の公表値")
