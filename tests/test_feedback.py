"""Opinions are kept only when sent, on this machine, for its owner."""

from __future__ import annotations

import csv
import io
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.operation.feedback import FILE, MAX_REASON, Feedback, as_csv, keep, read
from index.errors import RequestError

OPINION = Feedback(
    at="2026-11-21T01:02:03+00:00",
    verdict="bad",
    question="No.94の相手方は？\n担当課は？",
    kind="attribute",
    answer="担当は、防災安全部 防災課です。",
    reason="課の名前が古い",
    generation="generation-1",
)


def test_an_opinion_comes_back_as_it_was_given(tmp_path: Path) -> None:
    assert read(tmp_path) == []
    keep(tmp_path, OPINION)
    keep(tmp_path, replace(OPINION, verdict="good", reason=""))
    assert read(tmp_path) == [OPINION, replace(OPINION, verdict="good", reason="")]


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    keep(tmp_path, OPINION)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_nothing_is_made_by_reading(tmp_path: Path) -> None:
    read(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_texts_are_data_for_the_database_and_for_spreadsheets(tmp_path: Path) -> None:
    nasty = replace(OPINION, reason="=1+1'); drop table feedback; --", question="\ud800?")
    keep(tmp_path, nasty)
    (kept,) = read(tmp_path)
    assert kept.reason == nasty.reason
    assert kept.question == "??"
    rows = list(csv.reader(io.StringIO(as_csv([kept]).decode("utf-8-sig"))))
    assert rows[0][:2] == ["日時（UTC）", "評価"]
    assert "'=1+1'); drop table feedback; --" in rows[1]


def test_an_endless_reason_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="1,000字まで"):
        keep(tmp_path, replace(OPINION, reason="長" * (MAX_REASON + 1)))
    assert read(tmp_path) == []


def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database" * 100)
    for act in (lambda: keep(tmp_path, OPINION), lambda: read(tmp_path)):
        with pytest.raises(RequestError, match=FILE):
            act()
    assert (tmp_path / FILE).read_bytes().startswith(b"not a database")


def test_many_visitors_at_once_lose_nothing(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=keep, args=(tmp_path, replace(OPINION, reason=str(number))))
        for number in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(entry.reason) for entry in read(tmp_path)) == list(range(24))
