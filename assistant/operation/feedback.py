"""What visitors think of answers: kept on this machine in SQLite, readable by its owner only.

Kept only when somebody presses a button, with the question and the answer that it is about, so that
staff can mend what was wrong. Nothing else of a conversation is ever stored.
"""

from __future__ import annotations

import csv
import io
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from assistant.export import safe_cell
from assistant.operation import logs
from index.errors import RequestError

FILE = "feedback.sqlite3"
OWNER_ONLY = 0o600
MAX_REASON = 1000
# Seconds to wait for another visitor's entry to be written.
_WAIT = 5.0
_SCHEMA = """
create table if not exists feedback (
    at text not null,
    verdict text not null check (verdict in ('good', 'bad')),
    question text not null,
    kind text not null,
    answer text not null,
    reason text not null,
    generation text not null
)
"""

_HEADERS = ("日時（UTC）", "評価", "質問", "回答の種類", "回答", "理由", "索引の世代")

Verdict = Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """One opinion.

    Attributes:
        at: when it was given, ISO 8601 in UTC.
        verdict: whether the answer helped.
        question: the questions up to it, one a line.
        kind: the answer's kind.
        answer: the answer's text.
        reason: what the visitor wrote, at most :data:`MAX_REASON` characters; may be empty.
        generation: the index that answered.
    """

    at: str
    verdict: Verdict
    question: str
    kind: str
    answer: str
    reason: str
    generation: str


def now() -> str:
    """The present moment as entries keep it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def keep(home: Path, entry: Feedback) -> None:
    """Store ``entry`` in the folder ``home``.

    Raises:
        RequestError: if the reason is too long, or nothing can be written there.
    """
    if len(entry.reason) > MAX_REASON:
        raise RequestError(f"理由は{MAX_REASON:,}字までで入力してください。")
    columns = [field.name for field in fields(Feedback)]
    values = [_storable(value) for value in astuple(entry)]
    with _opened(home) as database, database:
        database.execute(
            f"insert into feedback ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",  # noqa: S608 - names of our own fields
            values,
        )
    logs.event("feedback kept", verdict=entry.verdict, kind=entry.kind, generation=entry.generation)


def read(home: Path) -> list[Feedback]:
    """All entries in the order they came; none if nobody has said anything yet.

    Raises:
        RequestError: if the file can't be read.
    """
    if not (home / FILE).exists():
        return []
    columns = ", ".join(field.name for field in fields(Feedback))
    with _opened(home) as database:
        rows = database.execute(f"select {columns} from feedback order by rowid")  # noqa: S608 - as above
        return [Feedback(*row) for row in rows]


def as_csv(entries: Iterable[Feedback]) -> bytes:
    """The entries for Excel: CSV with a byte order mark, formulas made plain text."""
    rows = [[safe_cell(value) for value in astuple(entry)] for entry in entries]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_HEADERS, *rows])
    return out.getvalue().encode("utf-8-sig")


@contextmanager
def _opened(home: Path) -> Iterator[sqlite3.Connection]:
    path = home / FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        # Before SQLite makes it: its own files copy the mode of this one.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
        path.chmod(OWNER_ONLY)
        with closing(sqlite3.connect(path, timeout=_WAIT)) as database:
            database.execute(_SCHEMA)
            yield database
    except (OSError, sqlite3.Error) as error:
        raise RequestError(
            f"ご意見を保存・表示できません（{path}：{error}）。"
            "フォルダーに書き込めるか、空き容量があるかを確かめてください。"
        ) from error


def _storable(value: str) -> str:
    """``value`` without lone surrogates, which UTF-8 can't hold."""
    return value.encode("utf-8", "replace").decode("utf-8")
