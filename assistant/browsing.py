"""The whole table, narrowed by facets and words: what is left, and how it is spread.

Each facet's counts are those of the rows that all other filters leave, so that a reader sees what
choosing one more value would give.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from assistant.engine import Assistant
from assistant.results import Breakdown
from index.eras import era_name, fiscal_year, fiscal_year_name
from index.normalization import without_space
from index.records import Agreement

Facet = Literal["department", "section", "kind", "year", "era"]
FACETS: Mapping[Facet, str] = {
    "department": "部局",
    "section": "担当課",
    "kind": "相手方の種類",
    "year": "締結年度",
    "era": "元号",
}
# Kinds of partners that the names data know, as questions name them.
KINDS = (
    "株式会社",
    "一般社団法人",
    "公益社団法人",
    "大学",
    "学校",
    "市町村",
    "国の機関",
    "銀行",
    "信用金庫",
    "保険会社",
    "医療団体",
    "社会福祉法人",
    "NPO法人",
    "協同組合",
    "町内会",
    "新聞社",
    "スーパー",
    "コンビニ",
    "動物園",
)
OTHER = "その他"
SORTS: Mapping[str, str] = {
    "no": "番号順",
    "newest": "新しい順",
    "oldest": "古い順",
    "title": "名称順",
}
_ORDERS: Mapping[str, Callable[[Agreement], object]] = {
    "no": lambda row: row.no,
    "newest": lambda row: (-row.concluded.toordinal(), row.no),
    "oldest": lambda row: (row.concluded, row.no),
    "title": lambda row: (without_space(row.title), row.no),
}
WORDS, SORT = "q", "sort"
# Values that all rows of an address may name together; more are ignored.
MAX_VALUES = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What is chosen: values by facet, words that rows must hold, and the order."""

    chosen: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)
    words: str = ""
    sort: str = "no"

    @property
    def is_empty(self) -> bool:
        """Whether every row is left."""
        return not self.words.strip() and not any(self.chosen.values())


class Catalogue:
    """The agreements of an assistant, ready to be narrowed; safe to share by threads.

    Args:
        assistant: whose agreements.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.rows = tuple(assistant.agreements.values())
        self._texts = {
            row.no: without_space("\n".join((row.title, row.partner, row.purpose, row.content)))
            for row in self.rows
        }

    @cached_property
    def _values(self) -> Mapping[Facet, Mapping[int, tuple[str, ...]]]:
        """Each row's values by facet."""
        kinds: dict[int, list[str]] = defaultdict(list)
        for kind in KINDS:
            for no in self._assistant.partners_of_kind(kind):
                kinds[no].append(kind)
        return {
            "department": {row.no: (row.department,) for row in self.rows},
            "section": {row.no: (f"{row.department} {row.section}",) for row in self.rows},
            "kind": {row.no: tuple(kinds.get(row.no, [OTHER])) for row in self.rows},
            "year": {row.no: (fiscal_year_name(fiscal_year(row.concluded)),) for row in self.rows},
            "era": {row.no: (era_name(row.concluded),) for row in self.rows},
        }

    def matching(self, filters: Filters) -> list[Agreement]:
        """The rows that all filters leave, in their order."""
        wanted = [without_space(word) for word in filters.words.split()]
        rows = [
            row
            for row in self.rows
            if all(word in self._texts[row.no] for word in wanted)
            and all(
                not values or set(values) & set(self._values[facet][row.no])
                for facet, values in filters.chosen.items()
            )
        ]
        return sorted(rows, key=_ORDERS[filters.sort])  # type: ignore[arg-type]  # keys of one kind

    def counts(self, filters: Filters, facet: Facet) -> list[tuple[str, int]]:
        """The values of ``facet`` among the rows that the other filters leave, with their counts.

        Chosen values stay, also where no row has them any more.
        """
        chosen = filters.chosen.get(facet, ())
        others = replace(filters, chosen={**filters.chosen, facet: ()})
        spread = self._spread(self.matching(others), facet)
        return [*spread, *((value, 0) for value in chosen if value not in dict(spread))]

    def breakdown(self, rows: Sequence[Agreement], facet: Facet) -> Breakdown:
        """How ``rows`` are spread over the values of ``facet``."""
        spread = tuple((value, float(n)) for value, n in self._spread(rows, facet))
        return Breakdown(FACETS[facet], spread, "件")

    def timeline(self, rows: Sequence[Agreement]) -> list[tuple[str, list[Agreement]]]:
        """``rows`` by fiscal year, the newest first, each year's in order of their dates."""
        years: dict[int, list[Agreement]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row.concluded, row.no)):
            years[fiscal_year(row.concluded)].append(row)
        return [(fiscal_year_name(year), years[year]) for year in sorted(years, reverse=True)]

    def _spread(self, rows: Iterable[Agreement], facet: Facet) -> list[tuple[str, int]]:
        counted = Counter(value for row in rows for value in self._values[facet][row.no])
        # Years and eras in the order of time, all else by size.
        order = {v: n for n, v in enumerate(self._in_time(facet))}
        key = (lambda pair: order[pair[0]]) if order else (lambda pair: -pair[1])
        return sorted(counted.items(), key=key)

    def _in_time(self, facet: Facet) -> list[str]:
        if facet not in ("year", "era"):
            return []
        ordered = sorted(self.rows, key=lambda row: row.concluded)
        return list(dict.fromkeys(self._values[facet][row.no][0] for row in ordered))

    def read(self, query: Mapping[str, Sequence[str]]) -> tuple[Filters, list[str]]:
        """The filters of an address, and those of its values that don't exist here."""
        unknown: list[str] = []
        chosen: dict[Facet, tuple[str, ...]] = {}
        for facet in FACETS:
            known = {value for values in self._values[facet].values() for value in values}
            given = list(dict.fromkeys(query.get(facet, ())))[:MAX_VALUES]
            chosen[facet] = tuple(value for value in given if value in known)
            unknown += [value for value in given if value not in known]
        words = " ".join(query.get(WORDS, ()))[:200]
        sort = next(iter(query.get(SORT, ())), "no")
        if sort not in SORTS:
            unknown.append(sort)
            sort = "no"
        return Filters(chosen, words, sort), unknown


def write(filters: Filters) -> dict[str, list[str]]:
    """The address' values for ``filters``; what is as it comes is left out."""
    written: dict[str, list[str]] = {}
    for facet, values in filters.chosen.items():
        if values:
            written[facet] = list(values)
    if filters.words.strip():
        written[WORDS] = [filters.words]
    if filters.sort != "no":
        written[SORT] = [filters.sort]
    return written


def describe(filters: Filters) -> str:
    """The filters in words: 部局＝環境部または経済部、記載＝「熱」."""
    said = [
        f"{FACETS[facet]}＝{'または'.join(values)}"
        for facet, values in filters.chosen.items()
        if values
    ]
    said += [f"記載＝「{word}」" for word in filters.words.split()]
    return "、".join(said) or "すべての協定"
