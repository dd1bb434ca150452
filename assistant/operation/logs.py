"""What happens, one JSON object a line: for those who keep the page running.

Off on the command line and in libraries until :func:`set_up` is called. What visitors typed and
what they were told is left out unless ``RENKEI_LOG_QUESTIONS=1`` asks for it: an event has named
fields and no free text, a message keeps its holes unfilled, and a trace has places but no values.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import IO

from index.errors import RequestError

TARGET = "RENKEI_LOG"
QUESTIONS = "RENKEI_LOG_QUESTIONS"
STANDARD_ERROR = "stderr"
OWNER_ONLY = 0o600
# Everything that is recorded; other libraries keep to their own ways.
LOGGERS = ("renkei", "assistant", "index")
FIELDS = (
    "duration_ms",
    "kind",
    "turns",
    "generation",
    "incident",
    "records",
    "verdict",
    "reason",
    "host",
    "port",
    "version",
)
"""What an event may say of itself. None of them holds what a visitor typed or was told."""
TEXTS = ("question", "answer")
"""What it says besides where :data:`QUESTIONS` is set."""
_LONGEST_TRACE = 200
# A pipe that nobody reads is refused instead of waited for.
_TO_WRITE = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)
_MARK = "renkei_lines"
_log = logging.getLogger("renkei.events")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def __init__(self, *, questions: bool = False) -> None:
        super().__init__()
        self._questions = questions

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        values: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", None) or self._message(record),
            "logger": record.name,
        }
        given: Mapping[str, object] = getattr(record, "values", {})
        names = (*FIELDS, *TEXTS) if self._questions else FIELDS
        values.update({name: given[name] for name in names if given.get(name) is not None})
        if record.exc_info and record.exc_info[1]:
            values["trace"] = self._trace(record.exc_info[1])
        return json.dumps(values, ensure_ascii=False, default=str)

    def _message(self, record: logging.LogRecord) -> str:
        # The template is the program's; what is put into it may be a visitor's.
        return record.getMessage() if self._questions else str(record.msg)

    def _trace(self, error: BaseException) -> list[str]:
        if self._questions:
            return "".join(traceback.format_exception(error)).split("\n")
        lines: list[str] = []
        cause: BaseException | None = error
        while cause is not None and len(lines) < _LONGEST_TRACE:
            frames = traceback.extract_tb(cause.__traceback__)
            lines += [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
            lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
            cause = cause.__cause__ or cause.__context__
        return lines[:_LONGEST_TRACE]


def set_up() -> None:
    """Begin to record as ``RENKEI_LOG`` says: ``stderr``, a file, or only trouble if it isn't set.

    Without the setting, warnings and errors go to standard error. Called again, it starts anew.

    Raises:
        RequestError: if the file can't be written.
    """
    target = os.environ.get(TARGET, "").strip()
    handler = _handler(target)
    handler.setFormatter(JsonLines(questions=with_questions()))
    level = logging.INFO if target else logging.WARNING
    for name in LOGGERS:
        logger = logging.getLogger(name)
        for old in [one for one in logger.handlers if getattr(one, _MARK, False)]:
            logger.removeHandler(old)
            old.close()
        logger.addHandler(handler)
        logger.setLevel(level)
    setattr(handler, _MARK, True)


def with_questions() -> bool:
    """Whether the operator wants questions and answers in the record."""
    return os.environ.get(QUESTIONS, "").strip() == "1"


def file() -> Path | None:
    """The file that events are recorded in, if they are."""
    target = os.environ.get(TARGET, "").strip()
    return Path(target) if target not in ("", STANDARD_ERROR) else None


def describe() -> str:
    """Where the record goes, in Japanese.

    Raises:
        RequestError: if the file can't be written.
    """
    target = os.environ.get(TARGET, "").strip()
    if not target:
        return "警告と異常だけを標準エラー出力に書きます"
    if target != STANDARD_ERROR:
        _try(Path(target))
    return "標準エラー出力に書きます" if target == STANDARD_ERROR else f"{target} に書きます"


def event(name: str, **values: str | float | None) -> None:
    """Record that ``name`` happened; see :func:`named` for ``values``."""
    if _log.isEnabledFor(logging.INFO):
        _log.info(name, extra=named(name, **values))


def named(name: str, **values: str | float | None) -> dict[str, object]:
    """What makes a logging call the event ``name``: its argument ``extra``.

    Args:
        name: what happened; of our own making.
        values: among :data:`FIELDS` and :data:`TEXTS`; nothing else would be recorded.

    Raises:
        ValueError: if a value has another name.
    """
    unknown = set(values) - {*FIELDS, *TEXTS}
    if unknown:
        raise ValueError(f"no such fields: {sorted(unknown)}")
    return {"event": name, "values": values}


def milliseconds(began: float) -> float:
    """Milliseconds since ``began`` on the performance counter, to a hundredth."""
    return round((time.perf_counter() - began) * 1000, 2)


def _handler(target: str) -> logging.Handler:
    if target in ("", STANDARD_ERROR):
        return _StandardError()
    path = Path(target)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(_open_for_owner(path, os.O_CREAT | _TO_WRITE))
        return _File(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise _unwritable(path, error) from error


def _try(path: Path) -> None:
    """Find out whether the file can be written, without making it.

    Raises:
        RequestError: if it can't.
    """
    try:
        if path.exists():
            os.close(_open_for_owner(path, _TO_WRITE))
            return
        whole = path.absolute()
        folder = next(place for place in whole.parents if place.exists())
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> RequestError:
    return RequestError(
        f"{TARGET} のファイル {path} に書き込めません（{error.strerror}）。"
        "場所と権限を確かめるか、設定を外してください。"
    )


def _open_for_owner(path: str | Path, flags: int) -> int:
    """Open a file so that nobody else ever can read it if it is made now."""
    return os.open(path, flags, OWNER_ONLY)


class _Quiet(logging.Handler):
    """Says once that the record can't be written; logging itself would repeat what it holds."""

    _said = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name for it
        """Take note of the exception that is being handled."""
        del record
        if not self._said and sys.stderr is not None:
            self._said = True
            reason = type(sys.exception()).__name__
            print(f"renkei: 記録を書き込めません（{TARGET}、{reason}）。", file=sys.stderr)


class _File(_Quiet, WatchedFileHandler):
    """A file; on POSIX systems goes on in a new one when it is moved away, as logrotate does."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; who asked a question is answered even where it can't be begun anew."""
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)

    def close(self) -> None:
        """Let go of the file, also of one on a full disk."""
        with suppress(OSError):
            super().close()

    def _open(self) -> TextIOWrapper:
        return open(
            self.baseFilename,
            "a",
            encoding=self.encoding,
            errors=self.errors,
            opener=_open_for_owner,
        )


class _StandardError(_Quiet, logging.StreamHandler[IO[str]]):
    """Standard error as it is at the time, which tests and consoles exchange."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> IO[str]:
        return sys.stderr

    @stream.setter
    def stream(self, value: IO[str]) -> None:
        raise AttributeError(f"the stream is always sys.stderr, not {value!r}")
