"""What :mod:`speed` measures from inside a fresh process, as JSON on standard output.

``inside.py HOME SEEDS``: an opened index, asked each question of standard input (a JSON list).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HEAVY = (
    "torch",
    "spacy",
    "transformers",
    "sentence_transformers",
    "streamlit",
    "pandas",
    "pyarrow",
)
_WARM_UP = "協定"


def warm(home: str, seeds: str, questions: Sequence[str]) -> dict[str, Any]:
    """Times in ms, resident memory in MB and heavy modules of an index opened once, then asked.

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
    heavy_search = _heavy()
    ask = [_timed(assistant.ask, [question], question, failed) for question in questions]
    return {
        "open_ms": 1000 * (opened - start),
        "first_search_ms": 1000 * (searched - opened),
        "search_ms": search,
        "ask_ms": ask,
        "failed": failed,
        "heavy": {"search": heavy_search, "ask": _heavy()},
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


def _heavy() -> list[str]:
    return [name for name in HEAVY if name in sys.modules]


if __name__ == "__main__":
    home, seeds = sys.argv[1:]
    json.dump(warm(home, seeds, json.load(sys.stdin)), sys.stdout)
