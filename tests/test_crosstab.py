"""Cells of a cross table whose empty cells are lost: what is called certain must be."""

from collections.abc import Sequence
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from index.parsing.crosstab import certain_cells

Table = tuple[tuple[int, ...], ...]


def placements(row: Sequence[int], width: int) -> list[tuple[int, ...]]:
    """Every way to spread a row's figures over the columns, order kept."""
    ways = []
    for columns in combinations(range(width), len(row)):
        cells = [0] * width
        for column, figure in zip(columns, row, strict=True):
            cells[column] = figure
        ways.append(tuple(cells))
    return ways


def all_tables(rows: Sequence[Sequence[int]], totals: Sequence[int]) -> list[Table]:
    """Every table with these rows and totals, by trying all of them."""
    return [
        table
        for table in product(*(placements(row, len(totals)) for row in rows))
        if tuple(map(sum, zip(*table, strict=True))) == tuple(totals)
    ]


def narrowed_placements(
    rows: Sequence[Sequence[int]], totals: Sequence[int]
) -> list[list[tuple[int, ...]]]:
    """The placements that survive when each column is looked at by itself, over and over."""
    left = [placements(row, len(totals)) for row in rows]
    while True:
        before = [list(ways) for ways in left]
        for column, total in enumerate(totals):
            choices = [sorted({way[column] for way in ways}) for ways in left]
            fitting = [choice for choice in product(*choices) if sum(choice) == total]
            for row, ways in enumerate(left):
                kept = {choice[row] for choice in fitting}
                left[row] = [way for way in ways if way[column] in kept]
        if left == before:
            return left


@st.composite
def printed_tables(draw: st.DrawFn) -> tuple[list[list[int]], list[int]]:
    """A table printed without its empty cells: its rows' figures and its column totals."""
    width = draw(st.integers(1, 4))
    cells = st.one_of(st.just(0), st.integers(1, 9))
    table = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=4))
    totals = [sum(column) for column in zip(*table, strict=True)]
    return [[cell for cell in row if cell] for row in table], totals


@settings(max_examples=300, deadline=None)
@given(printed_tables())
def test_a_certain_cell_is_the_same_in_every_table_that_can_be(printed):
    rows, totals = printed
    cells = certain_cells(rows, totals)
    tables = all_tables(rows, totals)
    assert cells is not None
    for row, column in product(range(len(rows)), range(len(totals))):
        found = {table[row][column] for table in tables}
        assert cells[row][column] is None or found == {cells[row][column]}


@settings(max_examples=300, deadline=None)
@given(printed_tables())
def test_no_cell_is_left_open_that_some_row_and_its_columns_can_settle(printed):
    rows, totals = printed
    cells = certain_cells(rows, totals)
    assert cells is not None
    for found, ways in zip(cells, narrowed_placements(rows, totals), strict=True):
        for column, cell in enumerate(found):
            left = {way[column] for way in ways}
            assert cell == (next(iter(left)) if len(left) == 1 else None)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 5), max_size=3), max_size=3),
    st.lists(st.integers(0, 12), min_size=1, max_size=3),
)
def test_rows_are_called_impossible_only_if_no_table_has_their_totals(rows, totals):
    if certain_cells(rows, totals) is None:
        assert all_tables(rows, totals) == []


def test_a_row_with_a_figure_in_every_column_is_certain():
    assert certain_cells([(1, 2, 3), (4,)], (5, 2, 3)) == ((1, 2, 3), (4, 0, 0))


def test_the_total_of_a_column_can_settle_another_row():
    # 9 fits only in the second column (total 9 + 1), so 1 below it must be there too.
    assert certain_cells([(2, 9), (1,), (3,)], (2, 10, 3)) == ((2, 9, 0), (0, 1, 0), (0, 0, 3))


def test_rows_that_can_change_places_are_left_open():
    assert certain_cells([(1,), (1,)], (1, 1)) == ((None, None), (None, None))


def test_totals_that_no_placement_reaches_give_no_table():
    assert certain_cells([(2,), (2,)], (1, 3)) is None
    assert certain_cells([(2,)], (2, 1)) is None
    assert certain_cells([(1, 2, 3)], (1, 5)) is None
    assert certain_cells([], (1,)) is None
