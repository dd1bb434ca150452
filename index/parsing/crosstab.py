"""Certain cells of a cross table whose empty cells were lost when its PDF was made into text.

A row then prints only its figures, in column order, and no longer says which columns they stand
in. The printed column totals rule most places out. What is left is found by constraint
propagation (generalized arc consistency): a row keeps an option only if some placement of all its
figures uses it, a column only if the other rows' figures can make up the printed total with it.
Nothing is ever ruled out that an actual table could hold, so a cell found certain is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

# The option of a cell to hold none of its row's figures; the others are the figures' positions.
_EMPTY = -1


def certain_cells(
    rows: Sequence[Sequence[int]], totals: Sequence[int]
) -> tuple[tuple[int | None, ...], ...] | None:
    """The cells that are the same in every table with these rows and column totals.

    Args:
        rows: each row's figures (not negative) in column order, its empty cells left out.
        totals: the printed total of each column.

    Returns:
        One tuple per row with a cell per column: its figure, 0 for a cell that is certainly
        empty, ``None`` where more than one table remains. ``None`` altogether if no table fits.
    """
    if sum(map(sum, rows)) != sum(totals):
        return None
    options = [[{_EMPTY, *range(len(row))} for _ in totals] for row in rows]
    if not all(_filter_row(len(row), cells) for row, cells in zip(rows, options, strict=True)):
        return None
    changed = True
    while changed:
        changed = False
        for column, total in enumerate(totals):
            narrowed = _filter_column(rows, options, column, total)
            if not all(_filter_row(len(rows[row]), options[row]) for row in narrowed):
                return None
            changed = changed or bool(narrowed)
    return tuple(
        tuple(_only(_values(row, cell)) for cell in cells)
        for row, cells in zip(rows, options, strict=True)
    )


def _values(row: Sequence[int], cell: set[int]) -> set[int]:
    return {0 if option == _EMPTY else row[option] for option in cell}


def _only(values: set[int]) -> int | None:
    return next(iter(values)) if len(values) == 1 else None


def _filter_row(size: int, cells: list[set[int]]) -> bool:
    """Keep the options that some placement of all ``size`` figures uses; False if none is left.

    Bit ``n`` of a state stands for "``n`` figures placed so far".
    """
    placed = [1]
    for cell in cells:
        after = placed[-1] if _EMPTY in cell else 0
        for option in cell - {_EMPTY}:
            after |= (placed[-1] >> option & 1) << option + 1
        placed.append(after)
    finishing = 1 << size
    for column in range(len(cells) - 1, -1, -1):
        before = placed[column]
        kept = {o for o in cells[column] - {_EMPTY} if before >> o & finishing >> o + 1 & 1}
        here = reduce(or_, (1 << option for option in kept), 0)
        if _EMPTY in cells[column] and before & finishing:
            kept.add(_EMPTY)
            here |= before & finishing
        cells[column] = kept
        finishing = here
    return bool(finishing)


def _filter_column(
    rows: Sequence[Sequence[int]], options: list[list[set[int]]], column: int, total: int
) -> list[int]:
    """Keep the options with which the column can make its total; returns the rows narrowed.

    Bit ``n`` of a state stands for "the column can hold ``n`` in the rows above" (or, from the
    last row upwards, "from ``n`` the rows below can reach the total").
    """
    values = [_values(row, cells[column]) for row, cells in zip(rows, options, strict=True)]
    limit = (1 << total + 1) - 1
    above = [1]
    for choices in values:
        above.append(reduce(or_, (above[-1] << value for value in choices), 0) & limit)
    reaching = 1 << total
    narrowed = []
    for row in range(len(rows) - 1, -1, -1):
        kept = {value for value in values[row] if above[row] << value & reaching}
        reaching = reduce(or_, (reaching >> value for value in kept), 0)
        if kept != values[row]:
            narrowed.append(row)
            options[row][column] = {
                option
                for option in options[row][column]
                if (0 if option == _EMPTY else rows[row][option]) in kept
            }
    return narrowed
