"""Reading the declared documents: what is wrong is named, with what to do about it."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path

import pytest

from index import seeds
from index.errors import SeedError
from index.seeds import read_sources

TEXT = "第1条 旭川市と美瑛町は、連携して防災に取り組む。\n第2条 協定の期間は1年とする。\n" * 20


def write(folder: Path, content: bytes, name: str = "doc.txt", **values: str) -> None:
    """Add a document and its declaration; ``values`` are TOML text in place of the right ones."""
    (folder / name).write_bytes(content)
    declared = {
        "key": '"doc"',
        "title": '"協定"',
        "municipality": '"旭川市"',
        "kind": '"agreement-text"',
        "as_of": "2024-06-01",
        "file": f'"{name}"',
        "sha256": f'"{hashlib.sha256(content).hexdigest()}"',
        **values,
    }
    lines = [f"{key} = {value}" for key, value in declared.items() if value]
    with (folder / "sources.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["[[source]]", *lines, ""]))


def refusal(folder: Path) -> str:
    with pytest.raises(SeedError) as caught:
        read_sources(folder)
    return str(caught.value)


def test_a_document_comes_as_it_is_declared(tmp_path: Path) -> None:
    write(tmp_path, TEXT.encode())
    (document,) = read_sources(tmp_path)
    assert document.text == TEXT
    assert document.as_of == date(2024, 6, 1)
    assert (document.key, document.title, document.file) == ("doc", "協定", "doc.txt")
    assert document.lines[1] == "第2条 協定の期間は1年とする。"


def test_documents_come_in_the_order_of_their_declaration(tmp_path: Path) -> None:
    for name in ("c", "a", "b"):
        write(tmp_path, TEXT.encode(), name=f"{name}.txt", key=f'"{name}"')
    assert [document.key for document in read_sources(tmp_path)] == ["c", "a", "b"]


def test_windows_line_ends_read_as_line_ends(tmp_path: Path) -> None:
    write(tmp_path, "甲\r\n乙\r\n".encode())
    (document,) = read_sources(tmp_path)
    assert document.lines == ["甲", "乙", ""]


def test_a_missing_folder_or_declaration_says_how_to_name_the_folder(tmp_path: Path) -> None:
    message = refusal(tmp_path / "nowhere")
    assert "sources.toml がありません" in message
    assert "--seeds" in message


def test_a_file_in_place_of_the_folder_says_to_look_at_the_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    message = refusal(tmp_path / "file")
    assert "--seeds" in message
    assert "Errno" not in message


def test_a_missing_document_is_named_with_its_folder_and_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, TEXT.encode())
    (tmp_path / "doc.txt").unlink()
    message = refusal(tmp_path)
    assert "「doc.txt」" in message
    assert str(tmp_path) in message
    assert "元の場所に戻すか" in message


def test_one_changed_byte_is_noticed_and_the_new_digest_given(tmp_path: Path) -> None:
    write(tmp_path, TEXT.encode())
    changed = TEXT.replace("1年", "2年", 1).encode()
    (tmp_path / "doc.txt").write_bytes(changed)
    message = refusal(tmp_path)
    assert "「doc.txt」の内容が" in message
    assert hashlib.sha256(changed).hexdigest() in message
    assert "元のファイルに戻してください" in message
    assert "renkei index" in message


def test_a_digest_in_capitals_is_the_same_digest(tmp_path: Path) -> None:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    write(tmp_path, TEXT.encode(), sha256=f'"{digest.upper()}"')
    (document,) = read_sources(tmp_path)
    assert document.sha256 == digest


@pytest.mark.parametrize("name", ["key", "title", "municipality", "kind", "file", "sha256"])
@pytest.mark.parametrize("value", ["", '""', "7"], ids=["missing", "empty", "number"])
def test_a_value_that_is_missing_or_no_text_is_named_with_its_place(
    tmp_path: Path, name: str, value: str
) -> None:
    write(tmp_path, TEXT.encode(), name="first.txt", key='"first"')
    write(tmp_path, TEXT.encode(), **{name: value})
    message = refusal(tmp_path)
    assert "2 番目の [[source]]" in message
    assert f": {name} がないか" in message


@pytest.mark.parametrize("value", ["", '"2024-06-01"', "2024", "2024-06-01T09:00:00"])
def test_an_as_of_that_is_no_date_is_refused(tmp_path: Path, value: str) -> None:
    write(tmp_path, TEXT.encode(), as_of=value)
    assert "as_of がないか" in refusal(tmp_path)


@pytest.mark.parametrize("file", ["../doc.txt", "/etc/hostname", "a/doc.txt", ".", "..", ".hidden"])
def test_a_file_outside_the_folder_is_refused_unread(tmp_path: Path, file: str) -> None:
    write(tmp_path, TEXT.encode(), file=f'"{file}"')
    message = refusal(tmp_path)
    assert f"「{file}」" in message
    assert "フォルダーのないファイル名" in message


def test_a_key_with_a_slash_would_make_record_ids_ambiguous_and_is_refused(tmp_path: Path) -> None:
    write(tmp_path, TEXT.encode(), key='"city/table"')
    assert "「city/table」に「/」は使えません" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["key", "file"])
def test_two_documents_of_one_key_or_file_are_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, TEXT.encode(), name="one.txt", key='"one"')
    second = {"key": '"one"'} if name == "key" else {"key": '"two"', "file": '"one.txt"'}
    write(tmp_path, TEXT.encode(), name="two.txt", **second)
    message = refusal(tmp_path)
    assert f"{name} が重複しています（one" in message


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("cp932", "Shift_JIS"),
        ("euc_jp", "EUC-JP"),
        ("iso2022_jp", "ISO-2022-JP"),
        ("utf-16", "UTF-16"),
        ("utf-8-sig", "UTF-8（BOM付き）"),
    ],
)
def test_another_encoding_is_named(tmp_path: Path, codec: str, name: str) -> None:
    write(tmp_path, TEXT.encode(codec))
    message = refusal(tmp_path)
    assert "「doc.txt」" in message
    assert f"（{name}）" in message
    assert "UTF-8（BOMなし）で保存し直し" in message


def test_euc_jp_that_would_pass_for_shift_jis_is_named_euc_jp(tmp_path: Path) -> None:
    content = "連携協定。\n".encode("euc_jp")
    assert content.decode("cp932")
    write(tmp_path, content)
    assert "（EUC-JP）" in refusal(tmp_path)


def test_a_bad_byte_in_a_utf_8_document_is_named_by_its_line(tmp_path: Path) -> None:
    content = TEXT.encode().replace("期間".encode(), b"\xe6\x9c", 1)
    write(tmp_path, content)
    message = refusal(tmp_path)
    assert "「doc.txt」" in message
    assert "2行に UTF-8 でない文字" in message


def test_a_nul_byte_is_named_by_its_line(tmp_path: Path) -> None:
    write(tmp_path, "甲\n乙\n丙\0丁\n".encode())
    message = refusal(tmp_path)
    assert "「doc.txt」の 3 行に NUL 文字" in message
    assert "確かめてください" in message


@pytest.mark.parametrize(
    "char", ["\x01", "\x0b", "\x0c", "\x1b", "\x7f", "\x9b", "\uffff", "\u200b", "\u202e", "\ufeff"]
)
def test_a_character_that_cannot_be_seen_is_named_with_its_line(tmp_path: Path, char: str) -> None:
    write(tmp_path, f"甲\n\t乙\n丙{char}丁\n".encode())
    message = refusal(tmp_path)
    assert f"「doc.txt」の 3 行に、目に見えない文字（U+{ord(char):04X}）" in message
    assert "取り除いて" in message


def test_a_name_that_stands_in_every_question_is_refused(tmp_path: Path) -> None:
    write(tmp_path, TEXT.encode())
    declared = tmp_path / "sources.toml"
    for names in ('[""]', '["調査", " "]'):
        kept = declared.read_text(encoding="utf-8").split("called")[0]
        declared.write_text(f"{kept}called = {names}\n", encoding="utf-8")
        assert "called" in refusal(tmp_path)


def test_a_document_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeds, "MAX_BYTES", 1_000)
    write(tmp_path, b"a" * 1_001)
    message = refusal(tmp_path)
    assert "「doc.txt」が大きすぎます（1,001 バイト、上限 1,000）" in message
    assert "確かめてください" in message


def test_a_folder_in_place_of_a_document_is_refused(tmp_path: Path) -> None:
    write(tmp_path, TEXT.encode())
    (tmp_path / "doc.txt").unlink()
    (tmp_path / "doc.txt").mkdir()
    message = refusal(tmp_path)
    assert "「doc.txt」を読めません" in message
    assert "確かめてください" in message


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="an administrator may read every file"
)
def test_a_document_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, TEXT.encode())
    (tmp_path / "doc.txt").chmod(0)
    assert "「doc.txt」を読めません" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("declaration", "said"),
    [
        ("", "[[source]] がありません"),
        ("source = []", "[[source]] がありません"),
        ("source = 3", "[[source]] がありません"),
        ('source = ["doc.txt"]', "[[source]] の形で"),
        ("[[source", "読めません"),
        ("[[source]]\nkey = 1\nkey = 2", "読めません"),
    ],
)
def test_a_declaration_that_is_none_is_refused(tmp_path: Path, declaration: str, said: str) -> None:
    (tmp_path / "sources.toml").write_text(declaration, encoding="utf-8")
    message = refusal(tmp_path)
    assert "sources.toml" in message
    assert said in message


def test_a_declaration_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes('title = "協定"'.encode("cp932"))
    assert "sources.toml を読めません" in refusal(tmp_path)


def test_a_declaration_saved_with_a_byte_order_mark_reads_as_without(tmp_path: Path) -> None:
    write(tmp_path, TEXT.encode())
    path = tmp_path / "sources.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [document.key for document in read_sources(tmp_path)] == ["doc"]
