"""Documents as an attacker, an accident or a careless hand leaves them, each met by a build.

Whatever is wrong with a seed is refused in Japanese, by the document's name and, where there is
one, the line, with what to do; the index that was there stays as it was, byte for byte.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import time
import tracemalloc
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hostile import (
    FILES,
    SLIDES,
    TABLE,
    every_document,
    in_line,
    make_quick,
    middle,
    redeclare,
    refusal,
    rewrite,
)
from index_fixtures import (
    SEEDS,
    nothing,
)

from index import seeds, text_files
from index.build import build_index
from index.errors import ParseError, SeedError
from index.opened import open_index
from index.seeds import read_sources

unix_only = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs the files of a Unix")


@pytest.fixture(autouse=True)
def _builds_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_quick(monkeypatch)


# Not what is declared


@every_document
def test_an_edited_document_is_named_with_the_first_line_that_differs(
    folder: Path, quick_home: Path, key: str
) -> None:
    line = middle(folder, key)
    rewrite(folder, key, in_line(line, "改".encode()))
    message = refusal(folder, quick_home)
    assert f"文書「{FILES[key]}」の内容が" in message
    assert f"最初に違うのは {line} 行です。" in message
    assert "元のファイルに戻してください" in message


@every_document
def test_a_document_cut_short_is_named_with_the_line_where_it_ends(
    folder: Path, quick_home: Path, key: str
) -> None:
    line = middle(folder, key)
    rewrite(folder, key, lambda content: b"\n".join(content.split(b"\n")[:line]))
    assert f"最初に違うのは {line + 1} 行です。" in refusal(folder, quick_home)


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
    folder: Path, quick_home: Path, one: int
) -> None:
    first, second = list(FILES.values())[one], list(FILES.values())[(one + 2) % 5]
    shutil.copy(SEEDS / first, folder / second)
    shutil.copy(SEEDS / second, folder / first)
    message = refusal(folder, quick_home)
    # The first declared of the two is read first.
    declared, held = sorted((first, second))
    assert f"文書「{declared}」の内容は「{held}」のものです" in message
    assert "入れ替わっていないか" in message


@pytest.mark.parametrize(("one", "other"), [*permutations(FILES.values(), 2)])
def test_a_document_declared_to_be_of_the_wrong_shape_is_refused_by_its_lines(
    folder: Path, quick_home: Path, one: str, other: str
) -> None:
    # Its own file name, title and kind, the contents and their digest of another.
    (folder / one).write_bytes((SEEDS / other).read_bytes())
    redeclare(folder)
    assert re.match(rf"{one} \d+(?:~\d+)?行: ", refusal(folder, quick_home, ParseError))


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
def test_another_encoding_is_named(folder: Path, quick_home: Path, key: str, codec: str) -> None:
    rewrite(folder, key, lambda content: content.decode().encode(codec, "replace"))
    # Declared as it is now, or found to be changed: it is the encoding that went wrong.
    if list(ENCODINGS).index(codec) % 2 == list(FILES).index(key) % 2:
        redeclare(folder)
    message = refusal(folder, quick_home)
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
    folder: Path, quick_home: Path, key: str, added: bytes, said: str
) -> None:
    line = middle(folder, key)
    rewrite(folder, key, in_line(line, added + "後".encode()))
    redeclare(folder)
    message = refusal(folder, quick_home)
    assert FILES[key] in message
    assert said.format(line=line) in message


@every_document
def test_line_ends_of_an_old_macintosh_are_refused(
    folder: Path, quick_home: Path, key: str
) -> None:
    rewrite(folder, key, lambda content: content.replace(b"\n", b"\r"))
    redeclare(folder)
    message = refusal(folder, quick_home)
    assert f"文書「{FILES[key]}」の 1 行に LF のない改行コード CR" in message
    assert "改行を LF にして保存し直し" in message


def test_line_ends_of_windows_make_the_same_records_at_the_same_lines(
    folder: Path, quick_home: Path, tmp_path: Path
) -> None:
    for key in FILES:
        rewrite(folder, key, lambda content: content.replace(b"\n", b"\r\n"))
    redeclare(folder)
    build_index(folder, tmp_path / "new", report=nothing)
    assert open_index(tmp_path / "new").contents.records == open_index(quick_home).contents.records


@every_document
@pytest.mark.parametrize("declared", [False, True], ids=["changed", "declared"])
def test_binary_rubbish_is_refused(
    folder: Path, quick_home: Path, key: str, declared: bool
) -> None:
    rubbish = random.Random(key).randbytes(50_000)  # noqa: S311 - the same each time, no secret
    (folder / FILES[key]).write_bytes(rubbish)
    if declared:
        redeclare(folder)
    message = refusal(folder, quick_home)
    assert FILES[key] in message
    assert "UTF-8" in message


@every_document
def test_an_empty_document_is_refused(folder: Path, quick_home: Path, key: str) -> None:
    (folder / FILES[key]).write_bytes(b"")
    redeclare(folder)
    assert refusal(folder, quick_home, ParseError).startswith(f"{FILES[key]} 1行: ")


# Too much of it


@every_document
def test_a_document_of_200_megabytes_is_refused_unread(
    folder: Path, quick_home: Path, key: str
) -> None:
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
    assert refusal(folder, quick_home) == str(caught.value)


@every_document
def test_a_line_of_megabytes_is_refused_by_its_number(
    folder: Path, quick_home: Path, key: str
) -> None:
    line = middle(folder, key)
    rewrite(folder, key, in_line(line, b"1 a" * 300_000))
    redeclare(folder)
    message = refusal(folder, quick_home)
    assert f"文書「{FILES[key]}」の {line} 行が長すぎます（900," in message


def test_a_line_of_ten_megabytes_is_no_document(folder: Path, quick_home: Path) -> None:
    (folder / FILES[TABLE]).write_bytes("協".encode() * 3_333_333)
    redeclare(folder)
    assert "大きすぎます（9,999,999 バイト" in refusal(folder, quick_home)


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
    folder: Path, quick_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing(monkeypatch, folder / FILES[SLIDES], "追記\n".encode())
    message = refusal(folder, quick_home)
    monkeypatch.undo()
    assert FILES[SLIDES] in message
    assert f"最初に違うのは {len((SEEDS / FILES[SLIDES]).read_text().split(chr(10)))} 行" in message


def test_a_document_that_grows_beyond_the_limit_is_not_read_to_its_end(
    folder: Path, quick_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing(monkeypatch, folder / FILES[SLIDES], b"a" * seeds.MAX_BYTES)
    message = refusal(folder, quick_home)
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
    folder: Path, quick_home: Path, name: str, make: Callable[[Path], None]
) -> None:
    (folder / name).unlink()
    make(folder / name)
    message = refusal(folder, quick_home)
    assert name in message
    assert "ありません" in message or "読めません" in message


@unix_only
def test_a_socket_is_refused(folder: Path, quick_home: Path, tmp_path: Path) -> None:
    import socket

    (folder / FILES[TABLE]).unlink()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / FILES[TABLE]))
        assert f"文書「{FILES[TABLE]}」を読めません" in refusal(folder, quick_home)


@every_document
def test_a_document_that_may_not_be_read_is_refused(
    folder: Path, quick_home: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def refuse(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == FILES[key]:
            raise PermissionError(13, "Permission denied")
        return opened(self, *arguments, **options)

    # An administrator may read everything, whatever the file's mode says.
    monkeypatch.setattr(text_files.Path, "open", refuse)
    message = refusal(folder, quick_home)
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
    folder: Path, quick_home: Path, text: str
) -> None:
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    assert "sources.toml" in refusal(folder, quick_home)


@pytest.mark.parametrize("name", ["a\\u0000b.txt", "a\\nb.txt", "\\u202etxt", "x" * 300])
def test_a_file_name_that_no_file_has_is_refused(folder: Path, quick_home: Path, name: str) -> None:
    path = folder / "sources.toml"
    text = path.read_text(encoding="utf-8").replace(FILES[TABLE], name)
    path.write_text(text, encoding="utf-8")
    refusal(folder, quick_home)


def test_a_declaration_of_200_megabytes_is_refused_unread(folder: Path, quick_home: Path) -> None:
    with (folder / "sources.toml").open("wb") as file:
        file.truncate(200_000_000)
    assert "「sources.toml」が大きすぎます" in refusal(folder, quick_home, seconds=2)
