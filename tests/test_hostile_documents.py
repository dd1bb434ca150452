"""Documents as an attacker, an accident or a careless hand leaves them, each met by a build.

Whatever is wrong with a seed is refused in Japanese, by the document's name and, where there is
one, the line, with what to do; the index that was there stays as it was, byte for byte.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from index_fixtures import (
    SEEDS,
    nothing,
    offline_environment,
    small_corpus,
    write_small_table,
)

from index import build, keywords, seeds, store, text_files, word_vectors
from index.build import build_index
from index.errors import ParseError, RenkeiError, SeedError
from index.opened import open_index
from index.seeds import read_sources

FILES = {document.key: document.file for document in read_sources(SEEDS)}
TABLE, SURVEY, COMPACT, SLIDES, AGREEMENT = FILES
every_document = pytest.mark.parametrize("key", FILES)
unix_only = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs the files of a Unix")
JAPANESE = re.compile("[ぁ-ん]")
WHAT_TO_DO = re.compile("(?:ください|してください)。")


@pytest.fixture(autouse=True)
def _builds_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_quick(monkeypatch)


def make_quick(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(build, "read_concepts", list)
    patch.setattr(word_vectors, "extract", write_small_table)
    patch.setattr(store.os, "fsync", nothing)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of all documents, which no test may change."""
    folder = tmp_path_factory.mktemp("hostile") / "home"
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch)
        build_index(SEEDS, folder, report=nothing)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The documents, to be damaged."""
    return shutil.copytree(SEEDS, tmp_path / "seeds")


def redeclare(folder: Path) -> None:
    """Declare the documents as they are now, as one does who means the change."""
    declaration = folder / "sources.toml"
    text = declaration.read_text(encoding="utf-8")
    for file in FILES.values():
        old = hashlib.sha256((SEEDS / file).read_bytes()).hexdigest()
        text = text.replace(old, hashlib.sha256((folder / file).read_bytes()).hexdigest())
    declaration.write_text(text, encoding="utf-8")


def digests(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file()
    }


def refusal(
    folder: Path, home: Path, error: type[RenkeiError] = SeedError, seconds: float = 10.0
) -> str:
    """The message of a build that is refused in time and changes nothing."""
    before = digests(home)
    caught: list[BaseException] = []

    def attempt() -> None:
        try:
            build_index(folder, home, report=nothing)
        except BaseException as raised:  # noqa: BLE001 - whatever it is, it is looked at below
            caught.append(raised)

    # In a thread, as waiting for a pipe would never end.
    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), "still at it"
    assert [type(raised) for raised in caught] == [error], caught
    message = str(caught[0])
    assert JAPANESE.search(message)
    assert WHAT_TO_DO.search(message), message
    assert digests(home) == before
    return message


def rewrite(folder: Path, key: str, change: Callable[[bytes], bytes]) -> None:
    path = folder / FILES[key]
    path.write_bytes(change(path.read_bytes()))


def middle(folder: Path, key: str) -> int:
    """The number of a line in the middle of a document that isn't blank."""
    lines = (folder / FILES[key]).read_text(encoding="utf-8").split("\n")
    return next(n for n in range(len(lines) // 2, len(lines)) if lines[n - 1].strip())


def in_line(number: int, added: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        lines = content.split(b"\n")
        lines[number - 1] += added
        return b"\n".join(lines)

    return change


# Not what is declared


@every_document
def test_an_edited_document_is_named_with_the_first_line_that_differs(
    folder: Path, home: Path, key: str
) -> None:
    line = middle(folder, key)
    rewrite(folder, key, in_line(line, "改".encode()))
    message = refusal(folder, home)
    assert f"文書「{FILES[key]}」の内容が" in message
    assert f"最初に違うのは {line} 行です。" in message
    assert "元のファイルに戻してください" in message


@every_document
def test_a_document_cut_short_is_named_with_the_line_where_it_ends(
    folder: Path, home: Path, key: str
) -> None:
    line = middle(folder, key)
    rewrite(folder, key, lambda content: b"\n".join(content.split(b"\n")[:line]))
    assert f"最初に違うのは {line + 1} 行です。" in refusal(folder, home)


@every_document
def test_without_an_index_an_edited_document_is_named_all_the_same(
    folder: Path, tmp_path: Path, key: str
) -> None:
    rewrite(folder, key, in_line(1, b"!"))
    with pytest.raises(SeedError, match=f"文書「{FILES[key]}」の内容が.*元のファイルに") as caught:
        build_index(folder, tmp_path / "new", report=nothing)
    assert "最初に違う" not in str(caught.value)


@pytest.mark.parametrize("one", range(5))
def test_exchanged_documents_are_named_with_what_they_hold(
    folder: Path, home: Path, one: int
) -> None:
    first, second = list(FILES.values())[one], list(FILES.values())[(one + 2) % 5]
    shutil.copy(SEEDS / first, folder / second)
    shutil.copy(SEEDS / second, folder / first)
    message = refusal(folder, home)
    # The first declared of the two is read first.
    declared, held = sorted((first, second))
    assert f"文書「{declared}」の内容は「{held}」のものです" in message
    assert "入れ替わっていないか" in message


@pytest.mark.parametrize(("one", "other"), [*permutations(FILES.values(), 2)])
def test_a_document_declared_to_be_of_the_wrong_shape_is_refused_by_its_lines(
    folder: Path, home: Path, one: str, other: str
) -> None:
    # Its own file name, title and kind, the contents and their digest of another.
    (folder / one).write_bytes((SEEDS / other).read_bytes())
    redeclare(folder)
    assert re.match(rf"{one} \d+(?:~\d+)?行: ", refusal(folder, home, ParseError))


# Other encodings


ENCODINGS = {
    "cp932": "Shift_JIS",
    "euc_jp": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "utf-8-sig": "UTF-8（BOM付き）",
}


@every_document
@pytest.mark.parametrize("codec", ENCODINGS)
def test_another_encoding_is_named(folder: Path, home: Path, key: str, codec: str) -> None:
    rewrite(folder, key, lambda content: content.decode().encode(codec, "replace"))
    # Declared as it is now, or found to be changed: it is the encoding that went wrong.
    if list(ENCODINGS).index(codec) % 2 == list(FILES).index(key) % 2:
        redeclare(folder)
    message = refusal(folder, home)
    assert f"文書「{FILES[key]}」の" in message
    assert f"（{ENCODINGS[codec]}）" in message


# Bytes that are no text


@every_document
@pytest.mark.parametrize(
    ("added", "said"),
    [
        (b"\0", "{line} 行に NUL 文字"),
        (b"\r", "{line} 行に LF のない改行コード CR"),
        (b"\xed\xa0\x80", "{line}行に UTF-8 でない文字"),  # A lone surrogate.
        (b"\xff", "{line}行に UTF-8 でない文字"),
        (b"\xc0\x80", "{line}行に UTF-8 でない文字"),  # NUL as no encoder writes it.
    ],
    ids=["NUL", "CR", "surrogate", "byte", "overlong"],
)
def test_a_character_that_no_text_has_is_named_by_its_line(
    folder: Path, home: Path, key: str, added: bytes, said: str
) -> None:
    line = middle(folder, key)
    rewrite(folder, key, in_line(line, added + "後".encode()))
    redeclare(folder)
    message = refusal(folder, home)
    assert FILES[key] in message
    assert said.format(line=line) in message


@every_document
def test_line_ends_of_an_old_macintosh_are_refused(folder: Path, home: Path, key: str) -> None:
    rewrite(folder, key, lambda content: content.replace(b"\n", b"\r"))
    redeclare(folder)
    message = refusal(folder, home)
    assert f"文書「{FILES[key]}」の 1 行に LF のない改行コード CR" in message
    assert "改行を LF にして保存し直し" in message


def test_line_ends_of_windows_make_the_same_records_at_the_same_lines(
    folder: Path, home: Path, tmp_path: Path
) -> None:
    for key in FILES:
        rewrite(folder, key, lambda content: content.replace(b"\n", b"\r\n"))
    redeclare(folder)
    build_index(folder, tmp_path / "new", report=nothing)
    assert open_index(tmp_path / "new").contents.records == open_index(home).contents.records


@every_document
@pytest.mark.parametrize("declared", [False, True], ids=["changed", "declared"])
def test_binary_rubbish_is_refused(folder: Path, home: Path, key: str, declared: bool) -> None:
    rubbish = random.Random(key).randbytes(50_000)  # noqa: S311 - the same each time, no secret
    (folder / FILES[key]).write_bytes(rubbish)
    if declared:
        redeclare(folder)
    message = refusal(folder, home)
    assert FILES[key] in message
    assert "UTF-8" in message


@every_document
def test_an_empty_document_is_refused(folder: Path, home: Path, key: str) -> None:
    (folder / FILES[key]).write_bytes(b"")
    redeclare(folder)
    assert refusal(folder, home, ParseError).startswith(f"{FILES[key]} 1行: ")


# Too much of it


@every_document
def test_a_document_of_200_megabytes_is_refused_unread(folder: Path, home: Path, key: str) -> None:
    with (folder / FILES[key]).open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(SeedError) as caught:
        read_sources(folder)
    seconds, (_, peak) = time.perf_counter() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 1
    # Room for one document of the length allowed, and not for this one.
    assert peak < 2 * seeds.MAX_BYTES
    assert f"文書「{FILES[key]}」が大きすぎます（200,000,000 バイト" in str(caught.value)
    assert refusal(folder, home) == str(caught.value)


@every_document
def test_a_line_of_megabytes_is_refused_by_its_number(folder: Path, home: Path, key: str) -> None:
    line = middle(folder, key)
    rewrite(folder, key, in_line(line, b"1 a" * 300_000))
    redeclare(folder)
    message = refusal(folder, home)
    assert f"文書「{FILES[key]}」の {line} 行が長すぎます（900," in message


def test_a_line_of_ten_megabytes_is_no_document(folder: Path, home: Path) -> None:
    (folder / FILES[TABLE]).write_bytes("協".encode() * 3_333_333)
    redeclare(folder)
    assert "大きすぎます（9,999,999 バイト" in refusal(folder, home)


def growing(monkeypatch: pytest.MonkeyPatch, path: Path, more: bytes) -> None:
    """Another program writes on while ``path`` is read."""
    opened = Path.open

    def open_and_write(self: Path, mode: str = "r", **options: Any) -> Any:
        file = opened(self, mode, **options)
        if self == path:
            with opened(path, "ab") as other:
                other.write(more)
        return file

    monkeypatch.setattr(text_files.Path, "open", open_and_write)


def test_a_document_that_grows_while_it_is_read_is_refused(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing(monkeypatch, folder / FILES[SLIDES], "追記\n".encode())
    message = refusal(folder, home)
    monkeypatch.undo()
    assert FILES[SLIDES] in message
    assert f"最初に違うのは {len((SEEDS / FILES[SLIDES]).read_text().split(chr(10)))} 行" in message


def test_a_document_that_grows_beyond_the_limit_is_not_read_to_its_end(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing(monkeypatch, folder / FILES[SLIDES], b"a" * seeds.MAX_BYTES)
    message = refusal(folder, home)
    assert f"文書「{FILES[SLIDES]}」が大きすぎます（{seeds.MAX_BYTES + 1:,} バイト" in message


# No file at all


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


@unix_only
@pytest.mark.parametrize("name", [*FILES.values(), "sources.toml"])
@pytest.mark.parametrize("make", [_pipe, _device, _loop, _dangling, Path.mkdir, _terminal])
def test_what_is_no_file_is_refused_at_once(
    folder: Path, home: Path, name: str, make: Callable[[Path], None]
) -> None:
    (folder / name).unlink()
    make(folder / name)
    message = refusal(folder, home)
    assert name in message
    assert "ありません" in message or "読めません" in message


@unix_only
def test_a_socket_is_refused(folder: Path, home: Path, tmp_path: Path) -> None:
    import socket

    (folder / FILES[TABLE]).unlink()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / FILES[TABLE]))
        assert f"文書「{FILES[TABLE]}」を読めません" in refusal(folder, home)


@every_document
def test_a_document_that_may_not_be_read_is_refused(
    folder: Path, home: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def refuse(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == FILES[key]:
            raise PermissionError(13, "Permission denied")
        return opened(self, *arguments, **options)

    # An administrator may read everything, whatever the file's mode says.
    monkeypatch.setattr(text_files.Path, "open", refuse)
    message = refusal(folder, home)
    assert f"文書「{FILES[key]}」を読めません" in message
    assert "権限" in message


# A hostile declaration


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "9" * 10_000,
        "source = 1\n[[source]]",
        '[[source]]\nfile = "\\u0000"',
        "\0",
    ],
    ids=["nested", "digits", "twice", "NUL in a name", "NUL"],
)
def test_a_declaration_made_to_break_its_reader_is_refused(
    folder: Path, home: Path, text: str
) -> None:
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    assert "sources.toml" in refusal(folder, home)


@pytest.mark.parametrize("name", ["a\\u0000b.txt", "a\\nb.txt", "\\u202etxt", "x" * 300])
def test_a_file_name_that_no_file_has_is_refused(folder: Path, home: Path, name: str) -> None:
    path = folder / "sources.toml"
    text = path.read_text(encoding="utf-8").replace(FILES[TABLE], name)
    path.write_text(text, encoding="utf-8")
    refusal(folder, home)


def test_a_declaration_of_200_megabytes_is_refused_unread(folder: Path, home: Path) -> None:
    with (folder / "sources.toml").open("wb") as file:
        file.truncate(200_000_000)
    assert "「sources.toml」が大きすぎます" in refusal(folder, home, seconds=2)


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
    folder: Path, home: Path, key: str, start: str, change: Change, said: str
) -> None:
    lines = (folder / FILES[key]).read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(start))
    change(lines, at)
    (folder / FILES[key]).write_text("\n".join(lines), encoding="utf-8")
    redeclare(folder)
    message = refusal(folder, home, ParseError)
    named = re.match(rf"{re.escape(FILES[key])} (\d+)(?:~(\d+))?行: ", message)
    assert named, message
    assert said in message
    first, last = int(named[1]), int(named[2] or named[1])
    # The line at fault, or beside the gap that it has left; of a pair, the second.
    assert first - 2 <= at + 1 <= last + 2


def test_rows_of_the_table_out_of_order_are_refused_at_the_first(folder: Path, home: Path) -> None:
    rows = [r for r in open_index(home).contents.records if r.span.document == TABLE]
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
    message = refusal(folder, home, ParseError)
    assert message.startswith(f"{FILES[TABLE]} {tenth.first_line}行: 番号10の行があるはず")


def test_a_deck_that_lost_its_title_pages_is_refused(folder: Path, home: Path) -> None:
    rewrite(folder, SLIDES, lambda content: content.replace(b"ASAHIKAWA CITY", b""))
    redeclare(folder)
    message = refusal(folder, home, ParseError)
    assert re.match(rf"{FILES[SLIDES]} 1~\d+行: 区切りのスライド", message)


def test_a_row_too_long_to_be_one_is_refused_before_its_cells_are_searched(
    folder: Path, home: Path
) -> None:
    # Wrapped lines all look alike: the search for their cells grows with the cube of their number.
    filler = ("あ" * 15 + "\n").encode() * 2_000
    rewrite(folder, TABLE, lambda content: content.replace(b"H16.5.14", filler + b"H16.5.14", 1))
    redeclare(folder)
    message = refusal(folder, home, ParseError, seconds=5)
    assert message.startswith(f"{FILES[TABLE]} 4~")
    assert "番号1の行が長すぎます" in message


@pytest.mark.parametrize("start", ["協", "部局", "産業・商業", "環境 子育て", "災害対策 136"])
def test_a_header_of_endless_columns_is_refused_in_time(
    folder: Path, home: Path, start: str
) -> None:
    lines = (folder / FILES[SURVEY]).read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(start))
    room = seeds.MAX_BYTES - 10_000
    lines[at : at + 1] = [lines[at]] * (room // len(f"{lines[at]}\n".encode()))
    (folder / FILES[SURVEY]).write_text("\n".join(lines), encoding="utf-8")
    redeclare(folder)
    message = refusal(folder, home, ParseError, seconds=30)
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


# Nowhere to write


def limited(folder: Path, home: Path, size: int) -> subprocess.CompletedProcess[str]:
    """A build in a process that may write no file larger than ``size`` bytes."""
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from index.build import build_index; from index.errors import RenkeiError\n"
        "from index_fixtures import leave_out_what_takes_time, nothing\n"
        "leave_out_what_takes_time()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))\n"
        "try:\n"
        "    build_index(Path(sys.argv[1]), Path(sys.argv[2]), report=nothing)\n"
        "except RenkeiError as error:\n"
        "    sys.exit(str(error))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program, str(folder), str(home), str(size)],
        env=offline_environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@unix_only
def test_a_disk_without_room_for_any_of_the_files_is_told_and_the_old_index_stays(
    tmp_path: Path,
) -> None:
    corpus = small_corpus(tmp_path / "seeds")
    build_index(corpus, tmp_path / "home", report=nothing)
    before = digests(tmp_path / "home")
    path = corpus / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("協定書", "協定", 1), encoding="utf-8")
    # Word vectors, the keyword index' many small files, the large JSON files: each is the first
    # that has no room, at one of these sizes.
    for size in (0, 1_000, 5_000, 20_000, 60_000, 200_000):
        done = limited(corpus, tmp_path / "home", size)
        assert done.returncode == 1, done.stderr
        assert done.stderr.startswith("索引を書き込めません"), done.stderr
        assert "空き容量" in done.stderr
        assert "File too large" in done.stderr
    after = digests(tmp_path / "home")
    assert after == before
    assert limited(corpus, tmp_path / "home", 50_000_000).returncode == 0


def test_what_the_keyword_index_cannot_write_is_an_error_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise ValueError("An IO error occurred: 'No space left on device (os error 28)'")

    monkeypatch.setattr(keywords.tantivy, "Index", full)
    with pytest.raises(RenkeiError, match=r"No space left.*空き容量.*確かめてください"):
        build_index(small_corpus(tmp_path / "seeds"), tmp_path / "home", report=nothing)


@pytest.mark.parametrize(
    ("number", "name"), [(13, "Permission denied"), (30, "Read-only file system")]
)
def test_a_folder_that_may_only_be_read_is_told(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch, number: int, name: str
) -> None:
    make = Path.mkdir

    def refuse(self: Path, *arguments: Any, **options: Any) -> None:
        if self.name.startswith("generation-"):
            raise OSError(number, name)
        make(self, *arguments, **options)

    # An administrator may write everywhere.
    monkeypatch.setattr(store.Path, "mkdir", refuse)
    message = refusal(folder, home, RenkeiError)
    assert name in message
    assert "書き込み権限" in message
    assert "以前の索引は元のまま" in message


# Nothing is unpickled


def test_no_array_is_read_or_written_with_pickles() -> None:
    calls = []
    for path in sorted(Path(build.__file__).parents[1].glob("*/**/*.py")):
        if path.parts[-2] in ("tests", "site-packages"):
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(?:torch\.load|read_pickle|to_pickle|yaml\.load)\b", text), path
        calls += re.findall(r"\bnp\.(?:load|save|savez)\([^()]*(?:\([^()]*\)[^()]*)*\)", text)
    assert len(calls) >= 4
    assert [call for call in calls if "allow_pickle=False" not in call] == []
