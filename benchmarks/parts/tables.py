"""Markdown tables, and progress on standard error. Standard library only."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; columns that are mostly numbers are right-aligned."""
    cells = [[_cell(text) for text in row] for row in rows]
    columns = zip(*cells, strict=True) if cells else [()] * len(head)
    rule = ["--:" if 2 * sum(map(_numeric, column)) > len(column) else "---" for column in columns]
    return "\n".join(f"| {' | '.join(row)} |" for row in (map(_cell, head), rule, *cells))


def report(stage: str, done: int, whole: int) -> None:
    """Progress: redrawn in a terminal, elsewhere a line per tenth of the stage."""
    if sys.stderr.isatty():
        end = "\n" if done == whole else ""
        print(f"\r\033[K{stage}: {done}/{whole}", end=end, file=sys.stderr, flush=True)
    elif done == whole or done % max(1, whole // 10) == 0:
        print(f"{stage}: {done}/{whole}", file=sys.stderr, flush=True)


def _numeric(cell: str) -> bool:
    return cell.startswith(("+", "-", "–")) or cell[:1].isdecimal()


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
