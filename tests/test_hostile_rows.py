"""Rows, numbers and dates that can't be, and lines without end: refused by name and line."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import (
    AGREEMENT,
    COMPACT,
    FILES,
    SLIDES,
    SURVEY,
    TABLE,
    redeclare,
    refusal,
    rewrite,
)

from index import build, seeds
from index.errors import ParseError
from index.opened import open_index
from index.seeds import read_sources

# Rows, numbers and dates that can't be: (document, line as printed, what becomes of it, what is
# said). The line at fault is the last that ``said`` may name.

Change = Callable[[list[str], int], None]


def becomes(*lines: str) -> Change:
    def change(document: list[str], at: int) -> None:
        document[at : at + 1] = lines

    return change


def comes_again(document: list[str], at: int) -> None:
    document.insert(at, document[at])


def moves_below(count: int) -> Change:
    """A block of ``count`` lines changes places with the next of the same size."""

    def change(document: list[str], at: int) -> None:
        here, below = document[at : at + count], document[at + count : at + 2 * count]
        document[at : at + 2 * count] = [*below, *here]

    return change


FAULTS = [
    # The table: its numbers and dates.
    (TABLE, "2 総合政策部", becomes("3 総合政策部 政策調整課"), "番号2の行があるはず"),
    (TABLE, "2 総合政策部", becomes("1 総合政策部 政策調整課"), "番号2の行があるはず"),
    (TABLE, "2 総合政策部", becomes("02 総合政策部 政策調整課"), "番号2の行があるはず"),
    (TABLE, "6 総合政策部", comes_again, "番号7の行があるはず"),
    (TABLE, "284 土木部", comes_again, "番号285の行があるはず"),
    (
        TABLE,
        "6 総合政策部",
        becomes("6 総合政策部 政策調整課", "8 総合政策部 政策調整課"),
        "番号7の",
    ),
    (TABLE, "H16.5.14", becomes("H16.13.14"), "「H16.13.14」という日付はありません"),
    (TABLE, "H16.5.14", becomes("H16.2.30"), "「H16.2.30」という日付はありません"),
    (TABLE, "H16.5.14", becomes("H32.5.14"), "平成の日付ではありません"),
    (TABLE, "H16.5.14", becomes(""), "番号1の行を欄に分けられません"),
    # The survey: ranks, figures, years.
    (SURVEY, "2 環境部 45", becomes("3 環境部 45"), "表の2番目の行の番号が3です"),
    (SURVEY, "2 環境部 45", becomes("1 環境部 45"), "表の2番目の行の番号が1です"),
    (SURVEY, "2 環境部 45", moves_below(2), "表の2番目の行の番号が3です"),
    (SURVEY, "環境部 45 13.7%", comes_again, "2度出てきます"),
    (SURVEY, "H27 23 6", becomes(), "続いていません"),
    (SURVEY, "H27 23 6", comes_again, "続いていません"),
    (SURVEY, "H30 15 4", becomes("H32 15 4"), "「H32」という年はありません"),
    (SURVEY, "令和 6年 6月 1日", becomes("令和 6年 6月 31日"), "「令和 6年 6月 31日」という日付"),
    # The compact and the agreement: articles, paragraphs, initiatives, the day of signature.
    (COMPACT, "第3条", becomes("第4条 甲及び乙は、協力する。"), "条の番号が続いていません"),
    (COMPACT, "第3条", becomes("第2条 甲及び乙は、協力する。"), "条の番号が続いていません"),
    (COMPACT, "3 第1項", becomes("4 甲及び乙が協議して定める。"), "項や号の番号が続いていません"),
    (COMPACT, "令和4年1月12日", becomes("令和4年2月30日"), "「令和4年2月30日」という日付は"),
    (COMPACT, "令和4年1月12日", becomes("令和0年1月12日"), "令和の日付ではありません"),
    (COMPACT, "(2) 戦略的な", becomes("(3) 戦略的な観光施策"), "番号が続いていません"),
    (COMPACT, "\t乙の役割", comes_again, "「乙の役割」が重複しています"),
    (COMPACT, "\t乙の役割", becomes(), "乙の役割の欄がありません"),
    (COMPACT, "\t乙の役割", becomes("\t乙の役割\t<p></p>"), "「乙の役割」が空です"),
    (AGREEMENT, "第3条", becomes("第5条 連携する。"), "条の番号が続いていません"),
    (AGREEMENT, "- (2)", becomes("- (1) 結びつき"), "項や号の番号が続いていません"),
    (AGREEMENT, "令和2年(2020年)10月9日", becomes("令和2年(2020年)10月32日"), "という日付は"),
    (AGREEMENT, "令和2年(2020年)10月9日", becomes("令和2年(2021年)10月9日"), "西暦が2020年では"),
    (AGREEMENT, "(2) ICTインフラ", becomes("(1) ICTインフラ"), "番号が続いていません"),
    (AGREEMENT, "(2) ICTインフラ", becomes("(3) ICTインフラ"), "番号が続いていません"),
    (AGREEMENT, "取組内容", comes_again, "「取組内容」が重複しています"),
    (AGREEMENT, "取組内容", becomes(), "取組内容の欄がありません"),
    # Slides have no numbers; their dates are of the calendar.
    (SLIDES, "● R6.12.5", becomes("● R6.13.5 総合教育会議"), "「R6.13.5」という日付はありません"),
    (SLIDES, "● R6.9.1 ", becomes("● R6.9.31 報告書"), "「R6.9.31」という日付はありません"),
]


@pytest.mark.parametrize(("key", "start", "change", "said"), FAULTS)
def test_a_number_or_date_that_cannot_be_is_refused_with_its_lines(
    folder: Path, quick_home: Path, key: str, start: str, change: Change, said: str
) -> None:
    lines = (folder / FILES[key]).read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(start))
    change(lines, at)
    (folder / FILES[key]).write_text("\n".join(lines), encoding="utf-8")
    redeclare(folder)
    message = refusal(folder, quick_home, ParseError)
    named = re.match(rf"{re.escape(FILES[key])} (\d+)(?:~(\d+))?行: ", message)
    assert named, message
    assert said in message
    first, last = int(named[1]), int(named[2] or named[1])
    # The line at fault, or beside the gap that it has left; of a pair, the second.
    assert first - 2 <= at + 1 <= last + 2


def test_rows_of_the_table_out_of_order_are_refused_at_the_first(
    folder: Path, quick_home: Path
) -> None:
    rows = [r for r in open_index(quick_home).contents.records if r.span.document == TABLE]
    lines = (folder / FILES[TABLE]).read_text(encoding="utf-8").split("\n")
    tenth, eleventh = rows[9].span, rows[10].span
    moved = [
        *lines[: tenth.first_line - 1],
        *lines[eleventh.first_line - 1 : eleventh.last_line],
        *lines[tenth.first_line - 1 : tenth.last_line],
        *lines[eleventh.last_line :],
    ]
    (folder / FILES[TABLE]).write_text("\n".join(moved), encoding="utf-8")
    redeclare(folder)
    message = refusal(folder, quick_home, ParseError)
    assert message.startswith(f"{FILES[TABLE]} {tenth.first_line}行: 番号10の行があるはず")


def test_a_deck_that_lost_its_title_pages_is_refused(folder: Path, quick_home: Path) -> None:
    rewrite(folder, SLIDES, lambda content: content.replace(b"ASAHIKAWA CITY", b""))
    redeclare(folder)
    message = refusal(folder, quick_home, ParseError)
    assert re.match(rf"{FILES[SLIDES]} 1~\d+行: 区切りのスライド", message)


def test_a_row_too_long_to_be_one_is_refused_before_its_cells_are_searched(
    folder: Path, quick_home: Path
) -> None:
    # Wrapped lines all look alike: the search for their cells grows with the cube of their number.
    filler = ("あ" * 15 + "\n").encode() * 2_000
    rewrite(folder, TABLE, lambda content: content.replace(b"H16.5.14", filler + b"H16.5.14", 1))
    redeclare(folder)
    message = refusal(folder, quick_home, ParseError, seconds=5)
    assert message.startswith(f"{FILES[TABLE]} 4~")
    assert "番号1の行が長すぎます" in message


@pytest.mark.parametrize("start", ["協", "部局", "産業・商業", "環境 子育て", "災害対策 136"])
def test_a_header_of_endless_columns_is_refused_in_time(
    folder: Path, quick_home: Path, start: str
) -> None:
    lines = (folder / FILES[SURVEY]).read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(start))
    room = seeds.MAX_BYTES - 10_000
    lines[at : at + 1] = [lines[at]] * (room // len(f"{lines[at]}\n".encode()))
    (folder / FILES[SURVEY]).write_text("\n".join(lines), encoding="utf-8")
    redeclare(folder)
    message = refusal(folder, quick_home, ParseError, seconds=30)
    assert re.match(rf"{FILES[SURVEY]} \d+(?:~\d+)?行: ", message)


@pytest.mark.parametrize(
    ("key", "start"),
    [
        (AGREEMENT, "この協定の締結を証する"),
        (SLIDES, "観光・農業・福祉・若者"),
        (SLIDES, "● R6.9.1"),
        (SLIDES, "●"),
        (SLIDES, "- "),
    ],
)
def test_endless_prose_is_read_in_time(folder: Path, key: str, start: str) -> None:
    lines = (folder / FILES[key]).read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(start))
    lines[at : at + 1] = [lines[at]] * 8_000
    (folder / FILES[key]).write_text("\n".join(lines), encoding="utf-8")
    redeclare(folder)
    document = next(d for d in read_sources(folder) if d.key == key)
    start_of_all = time.perf_counter()
    build.PARSERS[document.kind](document)
    assert time.perf_counter() - start_of_all < 10
