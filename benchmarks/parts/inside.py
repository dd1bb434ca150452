"""What :mod:`speed` measures from inside a fresh process, as JSON on standard output.

``inside.py heavy QUESTION HOME SEEDS``: the heavy modules that each command has imported.
``inside.py warm HOME SEEDS``: an opened index, asked each question of standard input (a JSON list).
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HEAVY = ("torch", "spacy", "transformers", "sentence_transformers", "streamlit", "pandas")
_WARM_UP = "協定"


def heavy(question: str, home: str, seeds: str) -> dict[str, list[str]]:
    """Which modules of :data:`HEAVY` are loaded after a search, and after an answer."""
    from assistant.cli import main

    loaded = {}
    for command in ("search", "ask"):
        with contextlib.redirect_stdout(io.StringIO()):
            status = main([command, question, "--home", home, "--seeds", seeds])
        if status != 0:
            sys.exit(status)
        loaded[command] = [name for name in HEAVY if name in sys.modules]
    return loaded


def warm(home: str, seeds: str, questions: Sequence[str]) -> dict[str, Any]:
    """Times in ms and resident memory in MB of an index that is opened once and then asked.

    The process is warm, but every question is new to it: one call is made beforehand.
    """
    from assistant.engine import open_assistant

    empty = memory_mb()
    start = time.perf_counter()
    assistant = open_assistant(Path(home), Path(seeds))
    opened = time.perf_counter()
    assistant.search(_WARM_UP)
    searched = time.perf_counter()
    assistant.ask([_WARM_UP])
    ready = memory_mb()
    failed: dict[str, str] = {}
    search = [_timed(assistant.search, question, question, failed) for question in questions]
    ask = [_timed(assistant.ask, [question], question, failed) for question in questions]
    return {
        "open_ms": 1000 * (opened - start),
        "first_search_ms": 1000 * (searched - opened),
        "search_ms": search,
        "ask_ms": ask,
        "failed": failed,
        "empty_mb": empty,
        "ready_mb": ready,
        "asked_mb": memory_mb(),
    }


def memory_mb() -> dict[str, float] | None:
    """This process's resident memory now, in MB; None where the system doesn't say.

    ``own`` is what only this process has; ``all`` counts pages of mapped files as well (the
    dictionary, the word vectors), which processes share and the system takes back when it must.
    """
    try:
        fields = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").split("\n")
    except OSError:
        return None
    sizes = {name: rest.split() for name, _, rest in (line.partition(":") for line in fields)}
    return {
        name: int(sizes[key][0]) * 1024 / 1e6
        for name, key in (("all", "Rss"), ("own", "Anonymous"))
    }


def _timed(
    call: Callable[[Any], object], value: object, question: str, failed: dict[str, str]
) -> float:
    """How many ms a call takes; a call that fails is noted by its question."""
    from index.errors import RenkeiError, RequestError

    start = time.perf_counter()
    try:
        call(value)
    except RequestError:
        pass  # a question that is refused as malformed takes its time as well
    except RenkeiError as error:
        failed[question] = f"{type(error).__name__}: {error}"
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["heavy", question, home, seeds]:
            json.dump(heavy(question, home, seeds), sys.stdout)
        case ["warm", home, seeds]:
            json.dump(warm(home, seeds, json.load(sys.stdin)), sys.stdout)
        case _:
            sys.exit(__doc__)
