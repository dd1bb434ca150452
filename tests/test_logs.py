"""The record of events: one JSON object a line, and nothing in it that a visitor typed."""

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.engine import Assistant, open_assistant
from assistant.operation import logs
from index.errors import RequestError

QUESTION = "秘密の質問：No.94の相手方は？"
SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(autouse=True)
def off_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings from outside, and no handler left behind."""
    monkeypatch.delenv(logs.TARGET, raising=False)
    monkeypatch.delenv(logs.QUESTIONS, raising=False)
    yield
    monkeypatch.undo()
    logs.set_up()


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that events are recorded in."""
    path = tmp_path / "new folder" / "events.jsonl"
    monkeypatch.setenv(logs.TARGET, str(path))
    logs.set_up()
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]


def test_an_answered_question_is_an_event_without_its_text(
    record: Path, assistant: Assistant
) -> None:
    answer = assistant.serve([QUESTION])[-1]
    (event,) = lines(record)
    assert event["event"] == "question answered"
    assert event["level"] == "info"
    assert event["kind"] == answer.kind == "attribute"
    assert event["turns"] == 1
    assert event["generation"] == assistant.index.generation
    assert 0 < event["duration_ms"] < 60_000
    assert event["time"].endswith("+00:00")
    text = record.read_text("utf-8")
    assert "秘密" not in text
    assert answer.text not in text
    assert "94" not in json.dumps({**event, "time": "", "duration_ms": 0, "generation": ""})


def test_texts_are_recorded_where_the_operator_asks_for_them(
    record: Path, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(logs.QUESTIONS, "1")
    logs.set_up()
    answer = assistant.serve([QUESTION])[-1]
    (event,) = lines(record)
    assert event["question"] == QUESTION
    assert event["answer"] == answer.text


@pytest.mark.parametrize("value", ["0", "true", "yes", ""])
def test_only_the_documented_value_asks_for_texts(
    record: Path, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(logs.QUESTIONS, value)
    logs.set_up()
    assistant.serve([QUESTION])
    assert "question" not in lines(record)[0]


def test_opening_the_index_is_an_event_with_its_duration(record: Path, built_home: Path) -> None:
    opened = open_assistant(built_home, SEEDS)
    (event,) = lines(record)
    assert event["event"] == "index opened"
    assert event["records"] == len(opened.index.records)
    assert event["generation"] == opened.index.generation
    assert event["duration_ms"] > 0


def test_a_message_keeps_its_holes_and_a_trace_its_values_to_itself(record: Path) -> None:
    log = logging.getLogger("assistant.anything")
    try:
        raise ValueError(QUESTION)
    except ValueError as error:
        log.exception("no answer to %s", QUESTION)
        try:
            raise RuntimeError(QUESTION) from error
        except RuntimeError:
            log.exception("still none to %r", QUESTION)
    assert "秘密" not in record.read_text("utf-8")
    first, second = lines(record)
    assert first["event"] == "no answer to %s"
    assert first["level"] == "error"
    assert first["trace"][-1] == "builtins.ValueError"
    assert first["trace"][0].startswith("test_logs.py:")
    assert [one for one in second["trace"] if one.startswith("builtins")] == [
        "builtins.RuntimeError",
        "builtins.ValueError",
    ]


def test_a_trace_of_errors_that_cause_each_other_ends(record: Path) -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    try:
        raise first
    except ValueError:
        logging.getLogger("renkei.page").exception("circle")
    assert len(lines(record)[0]["trace"]) <= 200


def test_an_event_is_one_line_whatever_it_holds(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(logs.QUESTIONS, "1")
    logs.set_up()
    nasty = 'a\nb\r\u2028"}\x00\ud800\u202e'
    logs.event("question answered", question=nasty)
    logs.event("next")
    first, second = lines(record)
    assert first["question"] == nasty
    assert second["event"] == "next"


def test_an_event_takes_no_field_but_the_named_ones() -> None:
    with pytest.raises(ValueError, match="no such fields: \\['visitor'\\]"):
        logs.named("question answered", visitor="192.0.2.1")


def test_only_its_owner_can_read_the_file(record: Path) -> None:
    logs.event("server started")
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_setting_up_twice_writes_no_event_twice(record: Path) -> None:
    logs.set_up()
    logs.set_up()
    logs.event("server started")
    assert len(lines(record)) == 1


@pytest.mark.skipif(os.name != "posix", reason="logrotate is a tool of POSIX systems")
def test_only_its_owner_can_read_the_file_that_is_begun_anew(record: Path) -> None:
    logs.event("first")
    record.rename(record.with_suffix(".1"))
    logs.event("second")
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="Windows moves no folder with an open file")
def test_questions_are_answered_where_the_record_cannot_be_begun_anew(
    record: Path, assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.event("first")
    folder = record.parent
    folder.rename(folder.with_name("moved"))
    for _ in range(3):
        assert assistant.serve([QUESTION])
        logging.getLogger("renkei.page").error("trouble with %s", QUESTION)
    said = capsys.readouterr().err
    assert said == "renkei: 記録を書き込めません（RENKEI_LOG、FileNotFoundError）。\n"
    folder.mkdir()
    logs.event("again")
    assert [one["event"] for one in lines(record)] == ["again"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_a_full_disk_is_said_once_and_quotes_no_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], assistant: Assistant
) -> None:
    monkeypatch.setenv(logs.TARGET, "/dev/full")
    logs.set_up()
    for _ in range(3):
        assert assistant.serve([QUESTION])
        logging.getLogger("renkei.page").error("trouble with %s", QUESTION)
    assert capsys.readouterr().err == "renkei: 記録を書き込めません（RENKEI_LOG、OSError）。\n"


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have named pipes")
def test_a_pipe_that_nobody_reads_is_refused_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv(logs.TARGET, str(tmp_path / "pipe"))
    with pytest.raises(RequestError, match="RENKEI_LOG"):
        logs.set_up()
    with pytest.raises(RequestError, match="RENKEI_LOG"):
        logs.describe()


@pytest.mark.skipif(os.name != "posix", reason="logrotate is a tool of POSIX systems")
def test_a_file_that_was_moved_away_is_begun_anew(record: Path) -> None:
    logs.event("first")
    record.rename(record.with_suffix(".1"))
    logs.event("second")
    assert [one["event"] for one in lines(record.with_suffix(".1"))] == ["first"]
    assert [one["event"] for one in lines(record)] == ["second"]


def test_a_file_that_cannot_be_written_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    for target in (tmp_path, tmp_path / "file" / "events.jsonl"):
        monkeypatch.setenv(logs.TARGET, str(target))
        with pytest.raises(RequestError, match=r"RENKEI_LOG のファイル .* に書き込めません"):
            logs.set_up()
        assert cli.main(["ask", "No.94の相手方は？"]) == 1
        assert "RENKEI_LOG" in capsys.readouterr().err


def test_without_the_setting_only_trouble_is_written(
    assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up()
    assistant.serve([QUESTION])
    assert capsys.readouterr().err == ""
    logging.getLogger("renkei.page").warning("trouble with %s", QUESTION)
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "trouble with %s"


def test_a_command_records_where_it_is_told_to(
    record: Path, built_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ask", QUESTION, "--home", str(built_home), "--json"]) == 0
    assert [one["event"] for one in lines(record)] == ["index opened", "question answered"]
    assert capsys.readouterr().err == ""


def test_events_go_to_standard_error_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(logs.TARGET, "stderr")
    logs.set_up()
    logs.event("server started", host="127.0.0.1", port=8501)
    written = capsys.readouterr()
    assert written.out == ""
    event = json.loads(written.err)
    assert (event["event"], event["host"], event["port"]) == ("server started", "127.0.0.1", 8501)
