"""The command line's contract: what scripts depend on, and how wrong usage is answered."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import openpyxl
import pytest

from assistant import __main__, cli, commands
from assistant.citations import bare
from assistant.engine import Assistant, open_assistant
from assistant.export import safe_cell
from index import word_vectors

Run = Callable[..., tuple[int, str, str]]
GOLD = json.loads((Path(__file__).parent / "data" / "agreements_gold.json").read_text("utf-8"))


needs_full_disk = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="Linux has a disk that is always full"
)


class Bytes(io.BytesIO):
    """Standard input with a ``buffer``, as the real one has."""

    @property
    def buffer(self) -> Bytes:
        return self


@pytest.fixture
def run(
    built_home: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run ``renkei`` in this process: status, standard output, standard error."""
    # Each command opens the index anew; once is enough for all of them here.
    monkeypatch.setattr(commands, "open_assistant", opened_once)

    def run(*arguments: str, stdin: bytes = b"", home: Path = built_home) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", Bytes(stdin))
        try:
            status = cli.main([*arguments[:1], "--home", str(home), *arguments[1:]])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        out, err = capsysbinary.readouterr()
        return status, out.decode("utf-8", "surrogateescape"), err.decode("utf-8")

    return run


@cache
def opened_once(home: Path, seeds: Path, reranker: str | None = None) -> Assistant:
    return open_assistant(home, seeds, reranker=reranker)


def lines_of(*values: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def test_an_answer_as_json_has_every_key_of_the_contract(run: Run) -> None:
    status, out, _ = run("ask", "No.94の相手方は？", "--json")
    answer = json.loads(out)
    assert status == 0
    assert set(answer) == {
        "kind", "text", "number", "unit", "nos", "citations", "related", "interpretation",
    }  # fmt: skip
    assert answer["nos"] == [94]
    assert "旭川トヨペット株式会社" in answer["text"]
    citation = answer["citations"][0]
    assert set(citation) == {"record", "no", "document", "first_line", "last_line", "quote"}
    assert citation["record"] == "asahikawa-agreements/94"
    assert citation["document"] == "000_8cbe6bc9dd0e3e6e.txt"


def test_every_quote_of_an_answer_stands_at_the_lines_it_names(run: Run) -> None:
    seeds = Path(__file__).parents[1] / "seeds"
    for question in ("防災課の協定は何件？", "停電に備える協定は？", "第6条は？美瑛町との協約で"):
        answer = json.loads(run("ask", question, "--json")[1])
        assert answer["citations"]
        for citation in answer["citations"]:
            lines = (seeds / citation["document"]).read_text("utf-8").split("\n")
            passage = "\n".join(lines[citation["first_line"] - 1 : citation["last_line"]])
            assert bare(citation["quote"]) in bare(passage)


def test_jsonl_answers_in_order_with_ids_and_goes_on_after_a_bad_line(run: Run) -> None:
    stdin = (
        lines_of({"id": "a", "question": "No.1の相手方は？"})
        + b"no json\n\n"
        + b'{"id": 7}\n'
        + '{"id": "x", "question": "あ"}\n'.encode("shift_jis")
        + lines_of({"id": "z", "turns": ["No.156の協定について教えて", "相手方は？"]})
    )
    status, out, err = run("ask", "--jsonl", stdin=stdin)
    replies = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert err == ""
    assert [reply["id"] for reply in replies] == ["a", None, 7, None, "z"]
    assert replies[0]["answer"]["nos"] == [1]
    assert "JSON" in replies[1]["error"]
    assert "question" in replies[2]["error"]
    assert "UTF-8" in replies[3]["error"]
    assert len(replies[4]["answers"]) == 2
    assert "武田薬品工業" in replies[4]["answers"][1]["text"]


def test_what_comes_out_is_json_whatever_the_id(run: Run) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    stdin = (
        '\ufeff{"id": 1, "no": 94}\n{"id": NaN, "no": 94}\n{"id": -1e999, "no": 94}\n'
        '{"id": 1.5, "no": "No. 94"}\n'
    )
    _, out, _ = run("similar", "--jsonl", "--limit", "1", stdin=stdin.encode())
    replies = [json.loads(line, parse_constant=refuse) for line in out.splitlines()]
    assert [reply["id"] for reply in replies] == [1, None, None, 1.5]
    assert ["hits" in reply for reply in replies] == [True, False, False, True]
    assert "JSON として読めません" in replies[1]["error"]


def test_search_gives_hits_best_first_with_reasons(run: Run) -> None:
    stdin = lines_of({"id": 1, "question": "給電車による電力供給"})
    hits = json.loads(run("search", "--jsonl", "--limit", "4", stdin=stdin)[1])["hits"]
    assert len(hits) == 4
    assert hits[0]["no"] == 94
    assert set(hits[0]) == {"record", "no", "kind", "score", "found_by"}
    assert hits[0]["found_by"]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_similar_says_what_is_shared_and_leaves_the_given_one_out(run: Run) -> None:
    hits = json.loads(run("similar", "94", "--json", "--limit", "5")[1])["hits"]
    assert 94 not in [hit["no"] for hit in hits]
    assert hits[0]["no"] in (109, 112)
    assert all(hit["shared"] for hit in hits)


def test_a_similar_line_with_a_number_that_does_not_exist_is_an_error_line(run: Run) -> None:
    stdin = lines_of({"id": 1, "no": 330}, {"id": 2, "no": "x"}, {"id": 3, "no": 1})
    replies = [json.loads(line) for line in run("similar", "--jsonl", stdin=stdin)[1].splitlines()]
    assert "330" in replies[0]["error"]
    assert "整数" in replies[1]["error"]
    assert replies[2]["hits"]


def test_a_citation_is_ready_to_paste_in_each_format(run: Run) -> None:
    text = run("cite", "94")[1]
    assert "災害時等における給電車による電力供給に関する協定" in text
    assert "R2.5.22" in text
    assert "000_8cbe6bc9dd0e3e6e.txt" in text
    assert run("cite", "94", "--format", "markdown")[1].startswith("**")
    both = json.loads(run("cite", "94", "No.109", "--format", "json")[1])
    assert [entry["no"] for entry in both] == [94, 109]
    csl = json.loads(run("cite", "94", "--format", "csl-json")[1])[0]
    assert csl["issued"] == {"date-parts": [[2020, 5, 22]]}
    assert csl["type"]


def test_citing_a_number_that_does_not_exist_fails_and_names_the_range(run: Run) -> None:
    status, out, err = run("cite", "330")
    assert status == 1
    assert out == ""
    assert "No.330" in err
    assert "No.329" in err


def test_facts_show_each_published_figure_beside_the_rows(run: Run) -> None:
    rows = json.loads(run("facts", "--json")[1])
    equal = {(row["table"], row["label"]): row["equal"] for row in rows}
    assert equal["部局別", "防災安全部"] is True
    assert equal["年度別", "R3"] is True
    assert equal["年度別", "合計"] is False  # the printed sum of 217 leaves out S48～H25
    assert equal["分野別", "環境"] is None  # coded by the departments, several per agreement
    text = run("facts")[1]
    assert "【部局別】" in text
    assert "防災安全部公表92件行92一致" in "".join(text.split())


def test_exported_agreements_equal_the_hand_checked_table_in_every_cell(run: Run) -> None:
    rows = {row["no"]: row for row in json.loads(run("export")[1])}
    assert sorted(rows) == list(range(1, 330))
    for gold in GOLD:
        row = rows[gold["no"]]
        for column in ("department", "section", "title", "partner", "purpose", "content"):
            assert "".join(row[column].split()) == "".join(gold[column].split())
        assert row["concluded_text"] == gold["date"]
        assert set(row["source"]) == {"document", "first_line", "last_line"}


def test_exported_roles_are_the_56_of_biei_and_those_of_nine_towns_in_three_initiatives(
    run: Run,
) -> None:
    roles = json.loads(run("export", "--kind", "roles")[1])
    biei = [role for role in roles if role["compact"] == "biei-compact"]
    south = [role for role in roles if role["compact"] == "minamisorachi-agreement"]
    assert len(biei) == 28 * 2
    assert len(south) == 3 * 9
    assert all(role["text"] for role in roles)
    assert {role["party"] for role in biei} == {"甲", "乙"}


def test_csv_opens_in_excel_and_runs_no_formula(run: Run) -> None:
    out = run("export", "--format", "csv")[1]
    assert out.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"), newline="")))
    assert rows[0][:3] == ["No.", "部局", "担当課"]
    assert len(rows) == 330
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("before", ["", " ", "\u3000", "\n", "\t", "\ufeff", "\u200b "])
@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_text_is_a_formula_however_it_begins(before: str, sign: str) -> None:
    assert safe_cell(f"{before}{sign}1+1") == f"'{before}{sign}1+1"
    assert safe_cell(f"協定{before}{sign}1") == f"協定{before}{sign}1"


def test_xlsx_is_written_to_a_file_and_can_be_opened(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "facts.xlsx"
    status, out, _ = run("export", "--kind", "facts", "--format", "xlsx", "--output", str(target))
    assert (status, out) == (0, "")
    sheet = openpyxl.load_workbook(target).active
    assert [cell.value for cell in sheet[1]][:4] == ["表", "項目", "値", "単位"]
    assert sheet.max_row > 100


def test_without_an_index_the_command_fails_and_says_what_to_run(run: Run, tmp_path: Path) -> None:
    status, out, err = run("ask", "No.1は？", home=tmp_path / "nowhere")
    assert (status, out) == (1, "")
    assert "renkei index" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "足りません"),
        (("nonsense",), "使えません"),
        (("search", "x", "--limit", "0"), "--limit"),
        (("cite",), "番号"),
        (("ask", "x", "--frob"), "--frob"),
        (("cite", "1", "--format", "pdf"), "pdf"),
    ],
)
def test_wrong_usage_ends_with_status_2_and_a_japanese_message(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(arguments))
    err = capsys.readouterr().err
    assert stopped.value.code == 2
    assert "使い方" in err
    assert said in err


def test_every_command_has_a_japanese_help_with_an_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    commands = ["index", "ask", "search", "similar", "cite", "facts", "export", "eval", "app"]
    for command in commands:
        with pytest.raises(SystemExit) as stopped:
            cli.main([command, "--help"])
        text = capsys.readouterr().out
        assert stopped.value.code == 0
        assert f"例: renkei {command}" in text
        assert "usage" not in text
        assert "show this help" not in text


def test_a_question_that_is_none_is_answered_as_such(run: Run) -> None:
    for question in ("　　　", "あ", "?!", "あ" * 20001, "\u202e\u200b"):
        answer = json.loads(run("ask", question, "--json")[1])
        assert answer["kind"] == "invalid_question"
        assert answer["citations"] == []


def test_the_installed_command_works_in_a_process_of_its_own(built_home: Path) -> None:
    script = Path(sys.executable).with_name("renkei")
    done = subprocess.run(
        [script, "search", "給水車", "--home", built_home, "--limit", "1"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert "No.3" in done.stdout.decode()


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell redirects")
@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        pytest.param("facts > /dev/full", 1, "読み書きできません", marks=needs_full_disk),
        pytest.param("export > /dev/full", 1, "読み書きできません", marks=needs_full_disk),
        pytest.param(
            "search x --jsonl > /dev/full", 1, "読み書きできません", marks=needs_full_disk
        ),
        ("search --jsonl <&-", 1, "標準入力がありません"),
        ("export >&-", 1, "標準出力がありません"),
        ("export | true", 0, ""),
    ],
)
def test_what_cannot_be_read_or_written_is_told_and_not_traced(
    built_home: Path, command: str, status: int, said: str
) -> None:
    name, _, rest = command.partition(" ")
    line = f"'{Path(sys.executable).with_name('renkei')}' {name} --home '{built_home}' {rest}"
    done = subprocess.run(
        ["sh", "-c", line],
        input=b'{"question": "x"}\n',
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )
    err = done.stderr.decode()
    assert (done.returncode, said in err, err.count("\n")) == (status, True, 1 if said else 0), err


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--help"], 0), (["app", "--help"], 0), ([], 2)]
)
def test_help_and_usage_are_utf_8_whatever_the_console_says(
    arguments: list[str], status: int
) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("renkei"), *arguments],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stderr.decode()
    assert "使い方: renkei" in (done.stderr if status else done.stdout).decode("utf-8")


class BrokenOff(ModuleType):
    """A module during whose import Ctrl+C was pressed."""

    def __getattr__(self, name: str) -> object:
        raise KeyboardInterrupt


def test_a_command_is_broken_off_while_its_packages_load(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "assistant.cli", BrokenOff("assistant.cli"))
    assert __main__.main() == 1
    assert capsys.readouterr().err == "renkei: 中断しました。\n"


def test_too_little_memory_is_told_as_that(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in word_vectors.FILES:
        (tmp_path / name).write_bytes(b"")
    no_room = OSError(errno.ENOMEM, "Cannot allocate memory")
    monkeypatch.setattr(np, "load", lambda *_, **__: (_ for _ in ()).throw(no_room))
    monkeypatch.setattr(
        commands, "open_assistant", lambda *_, **__: word_vectors.open_word_vectors(tmp_path)
    )
    assert cli.main(["ask", "停電のときは？"]) == 1
    assert "メモリーが足りません" in capsys.readouterr().err
