"""Orders and lists of published figures: most, k-th, fewest, above a bound, a label's place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer, Breakdown, Citation, Tally
from assistant.survey.cells import Cell, Dimension, Key, Survey
from assistant.survey.reading import Reading
from assistant.survey.wording import (
    COUNTERS,
    DIMENSION_NAMES,
    amount,
    amount_of,
    cite_fact,
    noun,
    subject,
    value_name,
    where,
)
from assistant.understanding.rankings import Ranking, ranking_of
from assistant.wording import figure
from index.normalization import without_space

_ORDERED = re.compile(
    r"一番|1番|最も|いちばん|もっとも|最多|最少|最大|最小|最高|最低|トップ|番目|番め|\d位|何位|[一二三四五]位|多い順|少ない順|高い順|低い順|順位|ランキング|上位|下位|ワースト"
    r"|平均|だけ|のみ|ちょうど|以上|以下|未満|超える|上回る|下回る|\d件台|より多い|次に|次いで"
)
_PLACE_OF = re.compile(r"何番目|何番め|何位|順位は")
_NEXT_TO = re.compile(r"の次|に次[いぐ]|に続")
_LOW = re.compile(r"低い|小さい|最小|最低|最少|少な")
_EXTREMES = re.compile(
    r"(?:最多|最大|一番多い|最も多い).{0,8}(?:最少|最小|一番少な|最も少な).{0,8}差"
)
_BOUNDS = re.compile(
    r"(?P<n>\d{1,4}(?:\.\d)?)(?P<unit>件|%|パーセント|分野|つ|個)"
    r"(?P<how>以上|以下|未満|より多い|を超える|を上回る|を下回る|台|だけ|のみ|ちょうど)"
)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Bounds:
    """From ``low`` on and below ``high``; ``closed`` has ``high`` itself, ``above`` not ``low``."""

    low: float
    high: float
    said: str
    closed: bool = False
    above: bool = False

    def hold(self, value: float) -> bool:
        """Whether a figure lies within."""
        if value == self.low and self.above:
            return False
        return self.low <= value < self.high or (self.closed and value == self.high)


def order(desk: Desk, survey: Survey, asked: Question, reading: Reading, key: Key) -> Answer | None:
    """The answer to a question for an order of figures; None if it asks for none."""
    text = without_space(asked.text)
    if not _ORDERED.search(text):
        return None
    if reading.open is None:
        return _beside(desk, survey, text, key)
    cells = [cell for cell in survey.along(key, reading.open) if _is_single(cell)]
    if not cells:
        return None
    bounds = _bounds(text)
    if bounds is not None:
        return _between(desk, survey, reading, key, cells, bounds)
    # The units of all measures; the ranking reads one of them.
    counted = re.sub(r"(?<=\d)(?:%|パーセント|分野|つ|個)", "件", text)
    ranking = ranking_of(counted, reference=False, wants_next=False)
    fewest = ranking.fewest or bool(_LOW.search(text))
    cells.sort(key=lambda cell: cell.fact.value, reverse=not fewest)
    ranking = replace(ranking, fewest=fewest)
    if not _is_certain(survey, key, cells, reading.open, ranking):
        return _unknown(survey, key, reading.open)
    if ranking.wish == "gap" or _EXTREMES.search(text):
        return _gap(desk, survey, reading, cells, ranking)
    if ranking.wish == "mean":
        return _mean(desk, survey, reading, key, cells)
    if ranking.wish == "top":
        return _top(desk, survey, reading, key, cells, ranking)
    if ranking.wish == "place":
        return _place(desk, survey, reading, key, cells, ranking)
    return listed(desk, survey, reading, key, summed=False)


def listed(
    desk: Desk, survey: Survey, reading: Reading, key: Key, *, summed: bool
) -> Answer | None:
    """All figures of a table, or their sum."""
    dimension = reading.open or "field"
    cells = survey.along(key, dimension)
    if not cells or not _is_complete(survey, key, cells, dimension):
        return _unknown(survey, key, dimension) if cells else None
    unit = cells[0].fact.unit
    name = DIMENSION_NAMES[dimension]
    many = f"{len(cells)} {COUNTERS[dimension]}"
    if dimension == "years":
        many = f"{len(cells)} 行"
    lines = _lines(survey, cells, dimension)
    if summed:
        total = sum(cell.fact.value for cell in cells)
        head = (
            f"{name}ごとの数を合わせると、延べ {amount(total, unit)}です（調査の公表値から計算）。"
        )
        return _made(desk, survey, [head, *lines], total, unit, cells, dimension)
    head = f"{subject(survey, key)}の{name}ごとの数は次のとおりです（{many}、調査の公表値）。"
    if not reading.labels:
        return _made(desk, survey, [head, *lines], None, unit, cells, dimension)
    head = f"{name}は {many}です（調査の公表値）。"
    return _made(desk, survey, [head, *lines], len(cells), COUNTERS[dimension], cells, dimension)


def _place(
    desk: Desk,
    survey: Survey,
    reading: Reading,
    key: Key,
    cells: Sequence[Cell],
    ranking: Ranking,
) -> Answer:
    dimension = reading.open or "field"
    place = ranking.places[0]
    if place > len(cells):
        text = f"{DIMENSION_NAMES[dimension]}は {len(cells)} しかなく、{place} 番目はありません。"
        tally = Tally(len(cells), COUNTERS[dimension], (), (), DIMENSION_NAMES[dimension])
        return Answer("not_found", text, interpretation="調査の公表値", tallies=(tally,))
    value = cells[place - 1].fact.value
    leaders = [cell for cell in cells if cell.fact.value == value]
    which = f"最も{_how(key, ranking)}" if place == 1 else f" {place} 番目に{_how(key, ranking)}"
    tied = f"（{len(leaders)} {COUNTERS[dimension]}が同数）" if len(leaders) > 1 else ""
    head = (
        f"{subject(survey, key)}が{which}{DIMENSION_NAMES[dimension]}は、"
        f"{_names(survey, leaders, dimension)}の {amount_of(leaders[0])}です{tied}。"
    )
    shown = cells[: max(SHOWN, place + len(leaders))]
    lines = [head, *_lines(survey, shown, dimension), *_left_out(survey, key, dimension)]
    if not _is_complete(survey, key, cells, dimension):
        lines.append("（ほかの部局の数は、表の空欄が文字に残っていないため決まりません。）")
    cited = [*leaders, *(cell for cell in shown if cell not in leaders)]
    return _made(desk, survey, lines, value, leaders[0].fact.unit, cited, dimension, shown)


def _top(
    desk: Desk,
    survey: Survey,
    reading: Reading,
    key: Key,
    cells: Sequence[Cell],
    ranking: Ranking,
) -> Answer:
    dimension = reading.open or "field"
    chosen = cells[: ranking.first]
    unit = chosen[0].fact.unit
    total = round(sum(cell.fact.value for cell in chosen), 1)
    head = (
        f"{subject(survey, key)}が{_how(key, ranking)}順に {len(chosen)} {COUNTERS[dimension]}は、"
        f"{_names(survey, chosen, dimension)}です。"
    )
    if ranking.total:
        head += f"合わせて{'延べ ' if dimension == 'field' else ' '}{amount(total, unit)}です。"
    lines = [head, *_lines(survey, chosen, dimension)]
    rest = [c for c in cells[ranking.first :] if c.fact.value == chosen[-1].fact.value]
    if rest:
        lines.append(f"{_names(survey, rest, dimension)}も同じ {amount_of(rest[0])}です。")
    number = total if ranking.total else None
    return _made(desk, survey, lines, number, unit, [*chosen, *rest], dimension)


def _between(
    desk: Desk,
    survey: Survey,
    reading: Reading,
    key: Key,
    cells: Sequence[Cell],
    bounds: Bounds,
) -> Answer:
    dimension = reading.open or "field"
    chosen = [cell for cell in cells if bounds.hold(cell.fact.value)]
    name, counter = DIMENSION_NAMES[dimension], COUNTERS[dimension]
    said = f"{subject(survey, key)}が{bounds.said}の{name}"
    if not chosen:
        text = f"{said}はありません（調査の公表値）。"
        return Answer("not_found", text, 0, counter, interpretation="調査の公表値")
    head = f"{said}は {len(chosen)} {counter}で、{_names(survey, chosen, dimension)}です。"
    lines = [head, *_lines(survey, chosen, dimension), *_left_out(survey, key, dimension)]
    return _made(desk, survey, lines, len(chosen), counter, chosen, dimension)


def _gap(
    desk: Desk, survey: Survey, reading: Reading, cells: Sequence[Cell], ranking: Ranking
) -> Answer | None:
    """How far two places of an order are apart: the first and the last, if none is named."""
    dimension = reading.open or "field"
    places = ranking.places[:2] if len(ranking.places) > 1 else (1, -1)
    cells = sorted(cells, key=lambda cell: -cell.fact.value)
    ends = [place - 1 if place > 0 else place for place in places]
    if max(ends) >= len(cells):
        return None
    one, other = (cells[end] for end in ends)
    # Printed figures have one decimal at most, and so has their difference.
    gap = round(abs(one.fact.value - other.fact.value), 1)
    unit = "ポイント" if one.fact.unit == "%" else one.fact.unit
    names = [_names(survey, [cell], dimension) for cell in (one, other)]
    head = f"{names[0]}と{names[1]}の差は {figure(gap)} {unit}です（調査の公表値から計算）。"
    lines = [head, *_lines(survey, (one, other), dimension)]
    return _made(desk, survey, lines, gap, unit, (one, other), dimension)


def _mean(desk: Desk, survey: Survey, reading: Reading, key: Key, cells: Sequence[Cell]) -> Answer:
    dimension = reading.open or "field"
    total = sum(cell.fact.value for cell in cells)
    mean = int(total * 10 / len(cells) + 0.5) / 10
    unit = cells[0].fact.unit
    head = (
        f"{subject(survey, key)}は、1{COUNTERS[dimension]}につき平均 {amount(mean, unit)}です"
        f"（{figure(total)}÷{len(cells)}、調査の公表値から計算）。"
    )
    lines = [head, *_lines(survey, cells, dimension)]
    return _made(desk, survey, lines, mean, unit, cells, dimension)


def _bounds(text: str) -> Bounds | None:
    """The figures that a question limits itself to: 50件以上, 1%未満, 20件台."""
    match = _BOUNDS.search(text)
    if match is None:
        return None
    number, how = float(match["n"]), match["how"]
    unit = match["unit"].replace("パーセント", "%")
    said = f" {match['n']} {unit}{how}".replace(" %", "%")
    if how == "台":
        return Bounds(number, number + 10, said)
    if how in ("未満", "を下回る"):
        return Bounds(0.0, number, said)
    if how == "以下":
        return Bounds(0.0, number, said, closed=True)
    if how == "以上":
        return Bounds(number, float("inf"), said)
    if how in ("だけ", "のみ", "ちょうど"):
        return Bounds(number, number, said, closed=True)
    return Bounds(number, float("inf"), said, above=True)


def _beside(desk: Desk, survey: Survey, text: str, key: Key) -> Answer | None:
    """The place of a named department, field or year, or what comes after it."""
    dimension = _named(key)
    if dimension is None or key not in survey.by_key:
        return None
    cells = [cell for cell in survey.along(key, dimension) if _is_single(cell)]
    own = survey.by_key[key]
    if own not in cells or not _is_complete(survey, key, cells, dimension):
        return None
    cells.sort(key=lambda cell: cell.fact.value, reverse=not _LOW.search(text))
    name = _names(survey, [own], dimension)
    if _PLACE_OF.search(text):
        place = 1 + next(n for n, c in enumerate(cells) if c.fact.value == own.fact.value)
        order_said = "少ない" if _LOW.search(text) else "多い"
        head = (
            f"{name}は {amount_of(own)}で、{len(cells)} {COUNTERS[dimension]}のうち "
            f"{place} 番目に{order_said}数です（調査の公表値）。"
        )
        lines = [head, *_lines(survey, cells[: max(SHOWN, place)], dimension)]
        return _made(desk, survey, lines, place, "番目", [own, *cells[:place]], dimension, cells)
    if not _NEXT_TO.search(text):
        return None
    rest = [c for c in cells[cells.index(own) :] if c.key != key]
    same = [c for c in cells if c.fact.value == own.fact.value and c.key != key]
    after = same or rest
    if not after:
        return None
    leaders = [c for c in after if c.fact.value == after[0].fact.value]
    head = (
        f"{name}（{amount_of(own)}）の次は、{_names(survey, leaders, dimension)}の "
        f"{amount_of(leaders[0])}です（調査の公表値）。"
    )
    unit = leaders[0].fact.unit
    return _made(desk, survey, [head], leaders[0].fact.value, unit, [*leaders, own], dimension)


def _named(key: Key) -> Dimension | None:
    if key.measure in ("departments",) or key.activity is not None or key.since:
        return None
    if key.field:
        return "field" if key.years is None else "years"
    return "department" if key.department else "years" if key.years else None


def _is_single(cell: Cell) -> bool:
    """Whether a row stands for one year: rows of many years aren't compared with single ones."""
    return cell.key.years is None or cell.key.years[0] == cell.key.years[1]


def _is_complete(survey: Survey, key: Key, cells: Sequence[Cell], dimension: Dimension) -> bool:
    """Whether all cells of a row or column of the cross table are known."""
    if key.department and dimension == "field":
        number = survey.by_key.get(Key("fields", department=key.department))
        return number is not None and len(cells) == number.fact.value
    if key.field and dimension == "department":
        whole = survey.by_key.get(Key(field=key.field))
        return whole is not None and sum(c.fact.value for c in cells) == whole.fact.value
    return True


def _is_certain(
    survey: Survey, key: Key, cells: Sequence[Cell], dimension: Dimension, ranking: Ranking
) -> bool:
    """Whether the order is known: complete, or its first larger than all that is left."""
    if _is_complete(survey, key, cells, dimension):
        return True
    first = ranking.wish == "place" and ranking.places[0] == 1 and not ranking.fewest
    whole = survey.by_key.get(Key(field=key.field)) if dimension == "department" else None
    if not first or whole is None:
        return False
    left = whole.fact.value - sum(cell.fact.value for cell in cells)
    return cells[0].fact.value > left


def _unknown(survey: Survey, key: Key, dimension: Dimension) -> Answer:
    text = (
        f"{noun(survey, key)}の{DIMENSION_NAMES[dimension]}ごとの数は、収録した文書からは全部は"
        "決まりません。部局×分野の表の空欄が文字に残っておらず、どの数がどの分野のものか"
        "分からないためです。"
    )
    return Answer("not_found", text, interpretation="調査の公表値")


def _left_out(survey: Survey, key: Key, dimension: Dimension) -> list[str]:
    if dimension != "years":
        return []
    ranges = [cell for cell in survey.along(key, dimension) if not _is_single(cell)]
    return [
        f"（{cell.fact.label} はまとめて {amount_of(cell)}と公表されているため、比べていません。）"
        for cell in ranges
    ]


def _how(key: Key, ranking: Ranking) -> str:
    if key.measure == "share":
        return "低い" if ranking.fewest else "高い"
    return "少ない" if ranking.fewest else "多い"


def _names(survey: Survey, cells: Sequence[Cell], dimension: Dimension) -> str:
    names = [value_name(survey, cell.key, dimension) for cell in cells]
    if dimension == "field":
        return "".join(f"「{name}」" for name in names)
    return "、".join(names)


def _lines(survey: Survey, cells: Sequence[Cell], dimension: Dimension) -> list[str]:
    return [f"・{value_name(survey, c.key, dimension)}：{amount_of(c)}" for c in cells]


def _made(
    desk: Desk,
    survey: Survey,
    lines: Sequence[str],
    number: float | None,
    unit: str,
    cells: Sequence[Cell],
    dimension: Dimension,
    shown: Sequence[Cell] = (),
) -> Answer:
    rows = tuple(
        (value_name(survey, cell.key, dimension), cell.fact.value) for cell in shown or cells
    )
    return Answer(
        "comparison",
        "\n".join(lines),
        number=number,
        unit=unit if number is not None else None,
        citations=tuple(cite_fact(desk, fact) for fact in dict.fromkeys(c.fact for c in cells)),
        related=_related(desk, survey, cells, dimension),
        interpretation=f"調査の公表値＝{where(cells[0]).split('「')[0]}",
        table=Breakdown(DIMENSION_NAMES[dimension], rows, cells[0].fact.unit),
    )


def _related(
    desk: Desk, survey: Survey, cells: Sequence[Cell], dimension: Dimension
) -> tuple[Citation, ...]:
    """What an order of years also speaks of: its field, and the rows that it can't compare."""
    if dimension != "years":
        return ()
    key = cells[0].key
    beside = [cell for cell in survey.along(key, dimension) if not _is_single(cell)]
    whole = survey.by_key.get(Key(field=key.field)) if key.field else None
    facts = dict.fromkeys(cell.fact for cell in (*beside, *filter(None, [whole])))
    cited = {cell.fact for cell in cells}
    return tuple(cite_fact(desk, fact) for fact in facts if fact not in cited)
