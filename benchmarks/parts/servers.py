"""A server of the page for a benchmark, and what its process takes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from parts.processes import PROJECT

sys.path.insert(0, str(PROJECT / "tests"))
from browser import started


@dataclass(frozen=True)
class Server:
    """A running server: its address, its process and the file it writes its messages to."""

    address: str
    process: int
    log: Path

    def complaints(self) -> list[str]:
        """Lines of its messages that tell of an error."""
        words = ("Traceback", "ERROR", "Exception", '"level": "error"', '"level": "critical"')
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return [line for line in lines if any(word in line for word in words)]


@contextmanager
def running(home: Path, seeds: Path, log: Path) -> Iterator[Server]:
    """Run a server of the page on a free port of this machine."""
    with started(home, seeds, log) as (address, process):
        yield Server(address, process.pid, log)


@dataclass(frozen=True)
class Figures:
    """What a process holds at a moment.

    Attributes:
        at: when it was looked at, seconds of :func:`time.monotonic`.
        resident: resident memory in MB (10⁶ bytes), pages of mapped files among them.
        own: resident memory that isn't backed by a file, in MB.
        threads: how many threads it runs.
        files: how many file descriptors it holds open, sockets among them.
        cpu: seconds of processor time it has used so far.
    """

    at: float
    resident: float
    own: float
    threads: int
    files: int
    cpu: float


def figures(process: int | str = "self") -> Figures | None:
    """What a process holds now; None where the system doesn't say (anywhere but on Linux)."""
    folder = Path("/proc") / str(process)
    try:
        status = (folder / "status").read_text(encoding="ascii", errors="replace")
        fields = dict(line.split(":\t", 1) for line in status.split("\n") if ":\t" in line)
        # Behind the name, which may hold anything: state is the third field, utime the 14th.
        after_name = (folder / "stat").read_text(encoding="ascii", errors="replace")
        numbers = after_name.rpartition(")")[2].split()
        open_files = len(os.listdir(folder / "fd"))
    except OSError:
        return None
    return Figures(
        at=time.monotonic(),
        resident=_megabytes(fields["VmRSS"]),
        own=_megabytes(fields["RssAnon"]),
        threads=int(fields["Threads"]),
        files=open_files,
        cpu=(int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK"),
    )


def slope(points: list[tuple[float, float]]) -> float | None:
    """How much y grows per unit of x, by least squares; None for fewer than two values of x."""
    if len({x for x, _ in points}) < 2:
        return None
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    along = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / along


def _megabytes(field: str) -> float:
    return int(field.split()[0]) * 1024 / 1e6
