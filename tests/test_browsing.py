"""The table narrowed by facets and words shows the rows that a plain loop finds."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.browsing import FACETS, OTHER, SORTS, Catalogue, Filters, describe, write
from assistant.engine import Assistant


@pytest.fixture(scope="module")
def catalogue(assistant: Assistant) -> Catalogue:
    return Catalogue(assistant)


def test_without_filters_all_rows_are_there_in_their_order(catalogue: Catalogue) -> None:
    assert [row.no for row in catalogue.matching(Filters())] == list(range(1, 330))


def test_values_of_a_facet_are_alternatives_and_facets_are_joined(catalogue: Catalogue) -> None:
    filters = Filters({"department": ("環境部", "経済部"), "era": ("令和",)})
    assert [row.no for row in catalogue.matching(filters)] == [
        row.no
        for row in catalogue.rows
        if row.department in ("環境部", "経済部") and row.concluded >= date(2019, 5, 1)
    ]


def test_all_words_must_be_held_in_whatever_width(catalogue: Catalogue) -> None:
    rows = catalogue.matching(Filters(words="ＩＣＴ  災害"))
    texts = [f"{r.title}{r.partner}{r.purpose}{r.content}" for r in rows]
    assert all("災害" in text for text in texts)
    plain = catalogue.matching(Filters(words="ict 災害"))
    assert [row.no for row in rows] == [row.no for row in plain]
    assert len(catalogue.matching(Filters(words="給水"))) == sum(
        "給水" in "".join(f"{r.title}{r.partner}{r.purpose}{r.content}".split())
        for r in catalogue.rows
    )


def test_a_facet_counts_the_rows_that_the_other_filters_leave(catalogue: Catalogue) -> None:
    filters = Filters({"department": ("環境部",), "era": ("令和",)})
    counts = dict(catalogue.counts(filters, "department"))
    assert counts["経済部"] == sum(
        row.department == "経済部" and row.concluded >= date(2019, 5, 1) for row in catalogue.rows
    )
    eras = dict(catalogue.counts(filters, "era"))
    assert sum(eras.values()) == sum(row.department == "環境部" for row in catalogue.rows)


def test_a_chosen_value_without_rows_stays_to_be_taken_off(catalogue: Catalogue) -> None:
    filters = Filters({"department": ("農政部",), "era": ("昭和",)})
    assert catalogue.matching(filters) == []
    assert ("農政部", 0) in catalogue.counts(filters, "department")


def test_kinds_of_partners_are_those_that_questions_know(
    catalogue: Catalogue, assistant: Assistant
) -> None:
    universities = [row.no for row in catalogue.matching(Filters({"kind": ("大学",)}))]
    assert tuple(universities) == assistant.ask(["大学との協定の一覧"])[0].nos
    others = catalogue.matching(Filters({"kind": (OTHER,)}))
    assert not {row.no for row in others} & set(universities)


def test_years_come_in_the_order_of_time_and_departments_by_size(catalogue: Catalogue) -> None:
    years = [label for label, _ in catalogue.breakdown(catalogue.rows, "year").rows]
    assert years[0] == "昭和48年度"
    assert years[-1] == "令和6年度"
    sizes = [size for _, size in catalogue.breakdown(catalogue.rows, "department").rows]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == 329


@pytest.mark.parametrize("sort", list(SORTS))
def test_an_order_loses_no_row(catalogue: Catalogue, sort: str) -> None:
    rows = catalogue.matching(Filters(sort=sort))
    assert sorted(row.no for row in rows) == list(range(1, 330))


def test_the_timeline_holds_each_row_once_the_newest_year_first(catalogue: Catalogue) -> None:
    timeline = catalogue.timeline(catalogue.rows)
    assert timeline[0][0] == "令和6年度"
    assert sorted(row.no for _, rows in timeline for row in rows) == list(range(1, 330))


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_an_address_brings_the_filters_back(data: st.DataObject, assistant: Assistant) -> None:
    catalogue = Catalogue(assistant)
    chosen = {
        facet: tuple(
            data.draw(
                st.lists(
                    st.sampled_from([v for v, _ in catalogue.counts(Filters(), facet)]),
                    max_size=2,
                    unique=True,
                )
            )
        )
        for facet in ("department", "era")
    }
    words = data.draw(st.sampled_from(["", "災害", "災害 物資"]))
    filters = Filters(chosen, words, data.draw(st.sampled_from(list(SORTS))))
    again, unknown = catalogue.read(write(filters))
    assert unknown == []
    assert write(again) == write(filters)
    assert describe(again) == describe(filters)


def test_what_an_address_names_wrongly_is_told_and_ignored(catalogue: Catalogue) -> None:
    filters, unknown = catalogue.read(
        {"department": ["環境部", "' OR 1=1 --"], "sort": ["<b>"], "q": ["x" * 999]}
    )
    assert filters.chosen["department"] == ("環境部",)
    assert filters.sort == "no"
    assert len(filters.words) == 200
    assert unknown == ["' OR 1=1 --", "<b>"]


def test_facets_have_names_in_japanese() -> None:
    assert list(FACETS.values()) == ["部局", "担当課", "相手方の種類", "締結年度", "元号"]
