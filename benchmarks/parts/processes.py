"""A command in a fresh process: how long it took, and how much memory it held at its peak.

Standard library only, for a reason: Linux counts the memory of the process that started a command
into the command's own peak, so the one that measures has to stay small.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryFile

PROJECT = Path(__file__).resolve().parent.parent.parent
_WITHOUT_SCRIPT = "import sys; from assistant.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Finished:
    """A process that has ended well.

    Attributes:
        seconds: from just before its start until it was gone.
        peak_mb: its highest resident memory in MB (10⁶ bytes); None where the system doesn't say.
        output: its standard output.
        messages: the lines of its standard error, each with the seconds after the start.
    """

    seconds: float
    peak_mb: float | None
    output: str
    messages: tuple[tuple[float, str], ...]


def renkei() -> list[str]:
    """The command line that runs ``renkei``: the console script of this interpreter, if any."""
    script = shutil.which("renkei", path=str(Path(sys.executable).parent))
    return [script] if script else [sys.executable, "-c", _WITHOUT_SCRIPT]


def run(command: Sequence[str], *, text: str = "") -> Finished:
    """Run a command in the project's folder, ``text`` on its standard input.

    Raises:
        RuntimeError: if its exit status isn't 0; with its last messages.
    """
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    messages: list[tuple[float, str]] = []
    # Files for all that needs no clock: with a single pipe nothing can wait for something else.
    with TemporaryFile("w+", encoding="utf-8") as given, TemporaryFile() as answered:
        given.write(text)
        given.seek(0)
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdin=given, stdout=answered, stderr=PIPE
        )
        for line in process.stderr or ():
            messages.append((time.perf_counter() - start, line.decode("utf-8", "replace").rstrip()))
        status, peak = _ended(process)
        seconds = time.perf_counter() - start
        if process.stderr:
            process.stderr.close()
        answered.seek(0)
        output = answered.read().decode("utf-8")
    if status != 0:
        last = "\n".join(line for _, line in messages[-20:])
        raise RuntimeError(f"「{' '.join(command)}」が失敗しました（{status}）。\n{last}")
    return Finished(seconds, peak, output, tuple(messages))


def _ended(process: subprocess.Popen[bytes]) -> tuple[int, float | None]:
    """Wait for a process; its exit status and its peak of resident memory in MB."""
    if not hasattr(os, "wait4"):
        return process.wait(), None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # Linux gives units of 1024 bytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return process.returncode, usage.ru_maxrss * unit / 1e6
