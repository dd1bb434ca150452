"""一覧と集計: the whole table with facets, figures beside the published ones, and a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from assistant.browsing import (
    FACETS,
    SORT,
    SORTS,
    WORDS,
    Catalogue,
    Facet,
    Filters,
    describe,
    write,
)
from assistant.engine import Assistant
from assistant.export import written
from assistant.pages import layout
from assistant.pages.cards import agreement_line, breakdown, figure
from assistant.pages.layout import heading
from assistant.pages.markup import Html, element, fold, joined, link, notice, record_address
from assistant.pages.serving import opened
from assistant.results import Breakdown
from assistant.survey.reconciliation import Reconciled, reconcile
from index.eras import era_date
from index.records import Agreement

PAGE, PER_PAGE = "page", 50
EXPORTS = (
    ("CSV（Excel 用）", "csv", "text/csv"),
    ("XLSX", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("JSON", "json", "application/json"),
)
# Tables of the survey beside the rows: which facet counts the same.
PUBLISHED: tuple[tuple[Facet, str], ...] = (("department", "部局別"), ("year", "年度別"))
FIELDS = "分野別"


def show() -> None:
    """Draw the screen."""
    assistant = opened()
    # The table needs the room.
    st.set_page_config(layout="wide")
    heading(
        "一覧と集計",
        "協定の一覧を、部局や年度などで絞り込み、件数を数え、表計算ソフトに書き出せます。",
    )
    catalogue = _catalogue(assistant.index.generation, assistant)
    filters, unknown = catalogue.read(_query())
    if unknown:
        said = "、".join(unknown[:5])
        layout.write(notice(f"リンクにある「{said}」は、この一覧にないため無視しました。"))
    _controls(catalogue, filters)
    rows = catalogue.matching(filters)
    layout.write(
        element(
            "p", element("strong", f"{len(rows):,}件"), f"（{describe(filters)}）", role="status"
        )
    )
    if not rows:
        layout.write(notice("この条件に合う協定はありません。条件を減らしてください。"))
        st.button("条件をすべて外す", on_click=_clear, type="primary")
        return
    if not filters.is_empty:
        st.button("条件をすべて外す", on_click=_clear)
    _downloads(assistant, rows)
    table, figures, timeline = st.tabs(["一覧", "集計", "年表"])
    with table:
        _table(rows)
    with figures:
        _figures(assistant, catalogue, filters, rows)
    with timeline:
        layout.write(*(_year(name, of_year) for name, of_year in catalogue.timeline(rows)))


@st.cache_resource(max_entries=2, show_spinner=False)
def _catalogue(generation: str, _assistant: Assistant) -> Catalogue:
    """The rows by facet; ``generation`` makes the cache sort a new index anew."""
    del generation
    return Catalogue(_assistant)


def _query() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in (*FACETS, WORDS, SORT, PAGE)}


def _controls(catalogue: Catalogue, filters: Filters) -> None:
    """The facets and the words. A new address brings new fields, which show what it asks for."""
    state = str(sorted(write(filters).items()))
    words = st.text_input(
        "言葉で絞り込む（名称・相手方・目的・内容。空白で区切ると、すべてを含むもの）",
        value=filters.words,
        placeholder="例：災害 物資",
        key=f"words-{state}",
        max_chars=200,
    )
    chosen: dict[Facet, tuple[str, ...]] = {}
    columns = st.columns(2)
    for place, (facet, name) in enumerate(FACETS.items()):
        counts = dict(catalogue.counts(filters, facet))
        labels = {value: f"{value}（{count}件）" for value, count in counts.items()}
        with columns[place % 2]:
            values = st.multiselect(
                name,
                list(counts),
                default=list(filters.chosen.get(facet, ())),
                format_func=labels.__getitem__,
                placeholder="すべて",
                key=f"{facet}-{state}",
            )
        chosen[facet] = tuple(values)
    with columns[1]:
        sort = st.selectbox(
            "並べ方",
            list(SORTS),
            index=list(SORTS).index(filters.sort),
            format_func=SORTS.__getitem__,
            key=f"sort-{state}",
        )
    wanted = Filters(chosen, words, sort)
    if write(wanted) != write(filters):
        st.query_params.from_dict(write(wanted))
        st.rerun()


def _clear() -> None:
    st.query_params.clear()


def _downloads(assistant: Assistant, rows: Sequence[Agreement]) -> None:
    with st.container(horizontal=True, gap="small", key="exports"):
        for label, style, mime in EXPORTS:
            st.download_button(
                f"{label}で保存",
                partial(written, assistant.index, rows, "agreements", style),
                f"kyotei-{len(rows)}ken.{style}",
                mime,
                on_click="ignore",
                key=f"export-{style}",
            )


def _table(rows: Sequence[Agreement]) -> None:
    pages = -(-len(rows) // PER_PAGE)
    page = _page(pages)
    first = (page - 1) * PER_PAGE
    shown = rows[first : first + PER_PAGE]
    head = element(
        "tr",
        *(element("th", name, scope="col") for name in ("No.", "名称", "相手方", "締結日", "担当")),
    )
    layout.write(
        element(
            "table",
            element("caption", f"{len(rows):,}件のうち {first + 1}〜{first + len(shown)}件目"),
            element("thead", head),
            element("tbody", *map(_row, shown)),
            css="rows",
        )
    )
    if pages > 1:
        with st.container(horizontal=True, gap="small", key="pages"):
            for number in range(1, pages + 1):
                st.button(
                    str(number),
                    key=f"page-{number}",
                    disabled=number == page,
                    help=f"{number}ページ目",
                    on_click=_turn,
                    args=(number,),
                )


def _page(pages: int) -> int:
    given = st.query_params.get(PAGE, "1")
    number = int(given[:4]) if given.isascii() and given.isdecimal() else 1
    return min(max(number, 1), pages)


def _turn(number: int) -> None:
    st.query_params[PAGE] = str(number)


def _row(agreement: Agreement) -> Html:
    title = " ".join(agreement.title.split())
    return element(
        "tr",
        element("td", str(agreement.no)),
        element("th", _link(agreement, title), scope="row"),
        element("td", "、".join(agreement.partners)),
        element("td", era_date(agreement.concluded), css="date"),
        element("td", f"{agreement.department} {agreement.section}"),
    )


def _link(agreement: Agreement, text: str) -> Html:
    return link(record_address(agreement.id), text)


def _figures(
    assistant: Assistant, catalogue: Catalogue, filters: Filters, rows: Sequence[Agreement]
) -> None:
    for facet, name in FACETS.items():
        if facet != "section":
            layout.write(
                element("h2", f"{name}別の件数"), breakdown(catalogue.breakdown(rows, facet))
            )
    if not filters.is_empty:
        layout.write(
            element("h2", "調査の公表値との照合"),
            element("p", "絞り込みを外すと、調査の公表値と一覧の行数を見比べられます。"),
        )
        return
    published = reconcile(assistant.index)
    for _, table in PUBLISHED:
        own = [row for row in published if row.fact.table == table]
        layout.write(element("h2", f"調査の公表値との照合：{table}"), _compared(own))
    fields = [row for row in published if row.fact.table == FIELDS]
    if fields:
        figures = tuple((row.fact.label, row.fact.value) for row in fields)
        layout.write(
            element("h2", "分野別の件数（調査の公表値）"),
            element(
                "p", "1つの協定が複数の分野に数えられているため、一覧の行からは数え直せません。"
            ),
            breakdown(Breakdown("分野", figures, fields[0].fact.unit)),
        )


def _compared(rows: Sequence[Reconciled]) -> Html:
    head = element(
        "tr", *(element("th", name, scope="col") for name in ("項目", "公表値", "行数", "照合"))
    )
    return element(
        "table",
        element("thead", head),
        element("tbody", *(_comparison(row) for row in rows)),
        css="rows",
    )


def _comparison(row: Reconciled) -> Html:
    fact = row.fact
    verdict = {True: "✓ 一致", False: "✕ 不一致", None: "－ 数え直せません"}[row.equal]
    said = [element("strong", verdict)]
    if not row.equal:
        said.append(element("span", f" {row.note}"))
    counted = "" if row.counted is None else f"{figure(row.counted)}{fact.unit}"
    return element(
        "tr",
        element("th", fact.label, scope="row"),
        element("td", f"{figure(fact.value)}{fact.unit}"),
        element("td", counted),
        element("td", joined(said)),
    )


def _year(name: str, rows: Sequence[Agreement]) -> Html:
    lines = (element("li", agreement_line(row)) for row in rows)
    return fold(f"{name}（{len(rows)}件）", element("ul", *lines, css="choice"), css="citation")
