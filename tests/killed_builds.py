"""Builds that die by SIGKILL at one file operation after another, and what each leaves behind.

A program of its own, since a process with threads must not fork: ``killed_builds.py SEEDS CHANGED
FOLDER``. Prints a line of JSON for each killed build of the documents in CHANGED over an index of
those in SEEDS: ``at`` which operation it died, and which index is there afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from dataclasses import replace
from pathlib import Path

from index_fixtures import leave_out_what_takes_time, nothing

from index import build
from index.opened import open_index
from index.store import Manifest

_CHANGES = frozenset({"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"})


def build_and_die(seeds: Path, home: Path, at: int) -> tuple[bool, int]:
    """Build in a child that dies at its ``at``-th change below ``home``.

    Returns:
        Whether it was killed; if not, how many changes there were.
    """
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return killed, 0 if killed else os.WEXITSTATUS(status)
    changes = 0

    def watch(event: str, args: tuple[object, ...]) -> None:
        nonlocal changes
        if event in _CHANGES and str(args[0]).startswith(str(home)):
            if event == "open" and not set(str(args[1])) & set("wxa+"):
                return
            changes += 1
            if changes == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    build.build_index(seeds, home, report=nothing)
    os._exit(changes)


def main(seeds: Path, changed: Path, folder: Path) -> None:
    """Kill a build at each fifth change, and at each of the last."""
    # What a killed process wrote is the system's already: no need to wait for the disk.
    leave_out_what_takes_time()
    # Two generations, of which the next build removes one.
    build.build_index(changed, folder / "old", report=nothing)
    new = open_index(folder / "old").manifest
    build.build_index(seeds, folder / "old", report=nothing)
    old = open_index(folder / "old").manifest
    shutil.copytree(folder / "old", folder / "count")
    _, total = build_and_die(changed, folder / "count", 0)
    for at in sorted({*range(1, total, 5), *range(total - 5, total + 1)}):
        home = folder / str(at)
        shutil.copytree(folder / "old", home)
        killed, _ = build_and_die(changed, home, at)
        left = open_index(home).manifest
        build.build_index(changed, home, report=nothing)
        mended = open_index(home, changed).manifest
        outcome = {
            "at": at,
            "killed": killed,
            "left": [name for name, known in (("old", old), ("new", new)) if same(left, known)],
            "mended": same(mended, new),
            "generations": len([path for path in home.iterdir() if path.is_dir()]),
        }
        print(json.dumps(outcome))


def same(one: Manifest, other: Manifest) -> bool:
    """Whether two indices say the same; tantivy names its files by chance."""
    return replace(one, files={}) == replace(other, files={})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
