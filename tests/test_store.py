"""A built index on disk: old or new but never a mixture, and refused when anything is changed."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index import store
from index.errors import IndexDamagedError, IndexMissingError, RenkeiError
from index.records import (
    Agreement,
    CompactRole,
    Doubt,
    Passage,
    Section,
    SourceDocument,
    SourceSpan,
    SurveyFact,
)
from index.store import (
    CURRENT,
    FORMAT,
    MANIFEST,
    Contents,
    Manifest,
    building,
    current_generation,
    list_files,
    publish,
    read_contents,
    read_manifest,
    verify_files,
    write_contents,
    write_manifest,
)
from index.thesaurus import NARROWER, SAME, Concept, Phrase
from index.vocabulary import Vocabulary

SPAN = SourceSpan("doc", 3, 9)
MENDING = "「renkei index」を実行して"
CONTENTS = Contents(
    documents=(
        SourceDocument(
            key="doc",
            title="一覧",
            municipality="旭川市",
            kind="agreement-table",
            as_of=date(2024, 6, 1),
            file="doc.txt",
            sha256="0" * 64,
            text="1行目\n「2行目」\t\\\u2028\n",
        ),
    ),
    records=(
        Agreement(
            document="doc",
            no=1,
            department="防災安全部",
            section="防災課",
            title="協定",
            partner="A・B",
            partners=("A", "B"),
            purpose="",
            content="行1\n行2",
            concluded=date(2004, 2, 29),
            concluded_text="H16.2.29",
            span=SPAN,
        ),
        CompactRole("doc", "生活 > 医療", "救急", "乙", "美瑛町", "負担する。", SPAN),
        SurveyFact("doc", "部局別", "防災安全部", 33.3, "%", SPAN),
        Section("doc", ("第1章", "第1条 / 目的"), "本文", SPAN),
    ),
    passages=(Passage("doc/1", "doc/1", "agreement", (("title", "協定"), ("content", "")), SPAN),),
    terms=({"title": ["協定"], "content": []},),
    vocabulary=Vocabulary(("協定",), (1,), 1),
    concepts=(Concept("c", "水", (Phrase(("水",), "水", SAME), Phrase(("湯",), "湯", NARROWER))),),
)
MADE = Manifest(
    format=FORMAT,
    sources={"doc": "0" * 64, "another": "1" * 64},
    rules="rules",
    model="words",
    backend="torch",
    embedder="words: 1",
    libraries={"numpy": "2"},
    counts={"agreement": 1},
    doubts=(Doubt(SPAN, "行の切れ目が不確かです。"),),
    files={},
)


def build(home: Path, note: str = "first") -> Path:
    """Publish a generation whose manifest's ``rules`` are ``note``."""
    with building(home) as folder:
        write_contents(folder, CONTENTS)
        (folder / "keywords").mkdir()
        (folder / "keywords" / "meta.json").write_text(note, encoding="utf-8")
        write_manifest(folder, replace(MADE, rules=note, files=list_files(folder)))
        publish(home, folder)
        return folder


def whole(home: Path) -> Manifest:
    generation = current_generation(home)
    manifest = read_manifest(generation)
    verify_files(generation, manifest)
    return manifest


def generations(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.is_dir())


def test_contents_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_contents(tmp_path, CONTENTS)
    assert read_contents(tmp_path) == CONTENTS


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    manifest = replace(MADE, files={"keywords/meta.json": (3, "ab"), "v.npy": (0, "")})
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert list(read_manifest(tmp_path).sources) == ["doc", "another"]


def test_every_file_but_locks_is_listed_with_its_size_and_sha256(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "b").write_bytes(b"abc")
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "writer.lock").write_bytes(b"")
    # The digests of "" and "abc" as FIPS 180-4 gives them.
    assert list_files(tmp_path) == {
        "a": (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        "inner/b": (3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    }


def test_what_was_published_is_current(tmp_path: Path) -> None:
    folder = build(tmp_path)
    assert current_generation(tmp_path) == folder
    assert whole(tmp_path).rules == "first"
    assert read_contents(folder) == CONTENTS


def test_before_the_first_build_the_message_says_how_to_build(tmp_path: Path) -> None:
    for home in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexMissingError, match=r"まだありません.*「renkei index」"):
            current_generation(home)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"generation-1", b"generation-1 x y", b"nowhere 00", b".. 00", b"/ 00",
     b"generation-1/../.. 00", b"\xff\xfe\x00", b"generation-\x00 00", b"a" * 100_000,
     b"generation-" + b"a" * 300 + b" 00", b"generation-1 " + b"0" * 100_000],
)  # fmt: skip
def test_a_pointer_that_names_no_generation_is_refused(tmp_path: Path, content: bytes) -> None:
    build(tmp_path)
    (tmp_path / CURRENT).write_bytes(content)
    with pytest.raises(IndexDamagedError, match=MENDING) as caught:
        current_generation(tmp_path)
    assert len(str(caught.value)) < 300


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have named pipes")
def test_a_pipe_in_place_of_the_pointer_is_refused_unread_and_replaced(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / CURRENT).unlink()
    os.mkfifo(tmp_path / CURRENT)
    with pytest.raises(IndexDamagedError, match=MENDING):
        current_generation(tmp_path)
    build(tmp_path, "second")
    assert whole(tmp_path)


@pytest.mark.parametrize("refused", ["stat", "open"])
def test_a_generation_that_is_closed_to_us_is_refused_and_stands_in_no_builds_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    closed = build(tmp_path) / MANIFEST

    def close(name: str) -> None:
        really = getattr(Path, name)

        def close_to_us(path: Path, *arguments: object, **named: object) -> object:
            # As the system does for whoever isn't the administrator.
            if path == closed:
                raise PermissionError(13, "Permission denied")
            return really(path, *arguments, **named)

        monkeypatch.setattr(Path, name, close_to_us)

    for name in {"stat": ("stat", "lstat", "open"), "open": ("open",)}[refused]:
        close(name)
    with pytest.raises(IndexDamagedError, match=MENDING):
        current_generation(tmp_path)
    build(tmp_path, "second")
    assert whole(tmp_path)
    assert closed.parent.name in generations(tmp_path)


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_every_single_changed_byte_of_pointer_and_manifest_is_noticed(tmp_path: Path) -> None:
    folder = build(tmp_path)
    for path in (tmp_path / CURRENT, folder / MANIFEST):
        content = path.read_bytes()
        # The pointer's final line end says nothing.
        for position in range(len(content.rstrip())):
            flip(path, position)
            with pytest.raises(IndexDamagedError, match=MENDING):
                whole(tmp_path)
            path.write_bytes(content)
    assert whole(tmp_path).rules == "first"


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def extend(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def change(path: Path) -> None:
    flip(path, path.stat().st_size // 2)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [truncate, extend, change, Path.unlink, replace_by_folder])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    for number, name in enumerate(sorted(whole_files(tmp_path / "x"))):
        home = tmp_path / str(number)
        damage(build(home) / name)
        with pytest.raises(IndexDamagedError, match=MENDING) as caught:
            whole(home)
        assert name in str(caught.value)


def whole_files(home: Path) -> list[str]:
    build(home)
    return list(whole(home).files)


def test_an_index_of_another_format_is_refused_naming_both(tmp_path: Path) -> None:
    with building(tmp_path) as folder:
        write_manifest(folder, replace(MADE, format=99))
        publish(tmp_path, folder)
    with pytest.raises(IndexDamagedError, match=f"99.*{FORMAT}.*{MENDING}"):
        whole(tmp_path)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"format": 1}',
        '{"format": 1, "doubts": [], "files": {"a": 3}}',
        "\ud800",
    ],
)
def test_a_manifest_of_another_making_is_refused(tmp_path: Path, written: str) -> None:
    (tmp_path / MANIFEST).write_bytes(written.encode("utf-8", "surrogatepass"))
    with pytest.raises(IndexDamagedError, match=MENDING):
        read_manifest(tmp_path)


def test_a_manifest_with_a_field_too_many_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, MADE)
    values = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    (tmp_path / MANIFEST).write_text(json.dumps({**values, "more": 1}), encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=MENDING):
        read_manifest(tmp_path)


@pytest.mark.parametrize("written", ["", "[1]", '[{"kind": "letter"}]', '[{"kind": "fact"}]'])
def test_records_of_another_making_are_refused(tmp_path: Path, written: str) -> None:
    write_contents(tmp_path, CONTENTS)
    (tmp_path / "records.json").write_text(written, encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=MENDING):
        read_contents(tmp_path)


def test_a_build_that_fails_leaves_the_old_index_and_nothing_else(tmp_path: Path) -> None:
    old = build(tmp_path)

    def fail() -> None:
        with building(tmp_path) as folder:
            write_contents(folder, CONTENTS)
            write_manifest(folder, MADE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert generations(tmp_path) == [old.name]
    assert whole(tmp_path).rules == "first"


def test_a_publication_that_fails_at_the_last_step_leaves_the_old_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = build(tmp_path)

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RenkeiError, match="空き容量") as caught:
        build(tmp_path, "second")
    monkeypatch.undo()
    assert "以前の索引は元のまま" in str(caught.value)
    assert "No space left" in str(caught.value)
    assert generations(tmp_path) == [old.name]
    assert whole(tmp_path).rules == "first"
    build(tmp_path, "third")
    assert whole(tmp_path).rules == "third"


def test_what_a_killed_build_left_behind_goes_with_the_next_one(tmp_path: Path) -> None:
    build(tmp_path)
    left = tmp_path / "generation-0"
    left.mkdir()
    (left / "records.json").write_text("[", encoding="utf-8")
    with building(tmp_path):
        assert not left.exists()


def test_one_older_generation_stays_for_those_who_still_read_it(tmp_path: Path) -> None:
    folders = [build(tmp_path, str(number)) for number in range(4)]
    assert generations(tmp_path) == sorted(folder.name for folder in folders[-2:])
    assert whole(tmp_path).rules == "3"


def test_whoever_reads_while_builds_are_published_sees_a_whole_index(tmp_path: Path) -> None:
    build(tmp_path, "0")
    seen = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(int(whole(tmp_path).rules))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 8):
        before = len(seen)
        build(tmp_path, str(number))
        while len(seen) < before + 2 and reader.is_alive():
            pass
    done.set()
    reader.join()
    assert seen == sorted(seen)
    assert seen[-1] == 7


def test_a_second_build_waits_for_the_first(tmp_path: Path) -> None:
    order = []
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        with building(tmp_path):
            order.append("second")

    waiting = threading.Thread(target=second)
    waiting.start()
    with building(tmp_path):
        inside.set()
        waiting.join(0.2)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_a_home_that_cannot_be_written_says_what_to_check(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    home = tmp_path / "file" / "home"
    with (
        pytest.raises(RenkeiError, match=r"書き込めません.*書き込み権限") as caught,
        building(home),
    ):
        pytest.fail("nothing can be lent here")
    assert str(home) in str(caught.value)


def test_a_value_that_json_does_not_know_is_not_written_as_something_else(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="set"):
        store._write_json(tmp_path / "x.json", {"a": {1}})
