"""Feeds damaged documents to every parser and damaged questions to the assistant.

A parser must give records that conserve every character, or an error that names document and lines;
a question must get a clean answer; either in seconds. The damage is guided by the coverage of the
code where atheris is installed, else left to chance. Prints a table with a row for each target and
each kind of failure with the input that is saved for it; ends with status 1 if there was one.
``--minutes 3`` and more for each target is a real search; the default only shows that it works.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from parts.processes import PROJECT
from parts.tables import markdown_table

# The account of characters and the ways to damage a document are those of the tests.
sys.path.insert(0, str(PROJECT / "tests"))

DOCUMENTS = (
    "asahikawa-agreements",
    "asahikawa-survey",
    "biei-compact",
    "asahikawa-budget",
    "minamisorachi-agreement",
)
QUESTIONS = "questions"
HEAD = ("対象", "実行", "毎秒", "失敗の種類", "最長", "最長の入力")
TURNS = (
    "防災課の協定は何件ですか",
    "令和5年度以降に締結した大学との協定を一覧で",
    "No.94の相手方と締結日は？",
    "そのうち一番古いものは？",
    "美瑛町は小児二次救急医療で何をしますか",
    "協定が10件以上の部局は？",
    "環境部と土木部ではどちらが多いですか",
    "How many agreements does the fire department have?",
    "平成30年から令和2年までの災害に関する協定、それ以外も教えて",
)
# Enough choices for eight faults; of the long table, as many lines as take no second to read.
_BYTES, _LINES = 256, 400
_SLOW, _HANGS = 5.0, 60
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

Damage = Callable[[bytes], list[str]]
Check = Callable[[list[str]], str | None]


@dataclass
class Tally:
    """What a target's inputs did: how many there were, the slowest, one for each kind of fault."""

    executions: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_input: str = ""
    failures: dict[str, str] = field(default_factory=dict)


class _Choices:
    """Choices by a fuzzer's bytes, the first of each once they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def __call__(self, count: int) -> int:
        pair = self._data[self._place : self._place + 2]
        self._place += 2
        return int.from_bytes(pair, "big") % count


def document_target(key: str) -> tuple[Damage, Check]:
    """Damages a document; checks what its parser makes of it."""
    from conservation import fault_of
    from mutations import mutated

    from index.seeds import read_sources

    documents = {document.key: document for document in read_sources(PROJECT / "seeds")}
    others = [document.lines for document in documents.values()]
    lines = documents[key].lines
    kept = lines if len(lines) < 4 * _LINES else lines[:_LINES]
    return (
        lambda data: mutated(kept, others, _Choices(data), most=8),
        lambda made: fault_of(documents[key], made),
    )


def question_target(home: Path) -> tuple[Damage, Check]:
    """Damages a conversation; checks its answers."""
    from mutations import mutated

    from assistant.engine import open_assistant
    from assistant.results import answer_to_json

    assistant = open_assistant(home, PROJECT / "seeds")

    def damage(data: bytes) -> list[str]:
        choices = _Choices(data)
        start = choices(len(TURNS))
        return mutated(TURNS[start : start + 1 + choices(3)], [TURNS], choices, most=5)[:4]

    def check(turns: list[str]) -> str | None:
        for answer in assistant.ask(turns):
            json.dumps(answer_to_json(answer), ensure_ascii=False, allow_nan=False).encode()
            control = any(
                unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in answer.text
            )
            if control or _HIDDEN.search(answer.text) or not answer.text.strip():
                return f"no clean answer: {answer.kind}"
        return None

    return damage, check


def tallied(damage: Damage, check: Check, tally: Tally) -> Callable[[bytes], None]:
    """Check an input and tally it; every exception is a fault, of the kind of its place."""

    def once(data: bytes) -> None:
        lines = damage(data)
        start = time.perf_counter()
        try:
            fault = check(lines)
        except Exception as error:  # noqa: BLE001 - any exception at all is a finding
            place = traceback.extract_tb(error.__traceback__)[-1]
            fault = f"{type(error).__name__} in {Path(place.filename).name}:{place.name}"
        seconds = time.perf_counter() - start
        if fault is None and seconds > _SLOW:
            fault = "slow"
        tally.executions += 1
        if seconds > tally.slowest:
            tally.slowest, tally.slowest_input = seconds, "\n".join(lines)
        if fault:
            kind = re.sub("[0-9]+", "0", fault)[:60]
            tally.failures.setdefault(kind, "\n".join(lines))

    return once


def fuzz(target: str, seconds: float, home: Path, result: Path) -> None:
    """Run a target in this process, which ends with it; ``result`` is then its tally as JSON."""
    guide = _atheris()
    if guide:
        with guide.instrument_imports(include=["index", "assistant"]):
            damage, check = _target(target, home)
    else:
        damage, check = _target(target, home)
    tally = Tally()
    once = tallied(damage, check, tally)
    start = time.monotonic()

    def until_the_end(data: bytes) -> None:
        once(data)
        tally.seconds = time.monotonic() - start
        if tally.seconds > seconds:
            written = json.dumps(asdict(tally)).encode("utf-8", "surrogatepass")
            result.write_bytes(written)
            sys.stdout.flush()
            # libFuzzer doesn't come back.
            os._exit(0)

    chance = random.Random(1)  # noqa: S311 - the same inputs each time, nothing secret
    if guide is None:
        while True:
            until_the_end(chance.randbytes(_BYTES))
    corpus = result.with_suffix(".corpus")
    corpus.mkdir()
    for number in range(40):
        (corpus / str(number)).write_bytes(chance.randbytes(_BYTES))
    options = (f"-max_len={_BYTES}", f"-timeout={_HANGS}", "-rss_limit_mb=0", "-verbosity=0")
    guide.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={result}.", *options], until_the_end)
    guide.Fuzz()


def _atheris():  # noqa: ANN202 - a module without types, or None
    try:
        import atheris
    except ModuleNotFoundError:
        return None
    return atheris


def _target(target: str, home: Path) -> tuple[Damage, Check]:
    return question_target(home) if target == QUESTIONS else document_target(target)


def run(target: str, seconds: float, folder: Path) -> Tally:
    """Run a target in a process of its own; one that ends early or never is a failure, too."""
    result = folder / f"{target}.json"
    command = [sys.executable, __file__, "--inside", target, str(seconds), str(folder)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + 3 * _HANGS,
            check=False,
        )
        said = done.stderr[-2000:]
    except subprocess.TimeoutExpired:
        said = "hangs"
    if result.exists():
        return Tally(**json.loads(result.read_text(encoding="utf-8")))
    left = b"".join(path.read_bytes() for path in folder.glob(f"{result.name}.*") if path.is_file())
    return Tally(failures={f"process ended: {said}": left.hex()})


def save(target: str, text: str, folder: Path) -> Path:
    """Write a failing input to a file named after it."""
    content = text.encode("utf-8", "surrogatepass")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{target}-{hashlib.sha256(content).hexdigest()[:8]}.txt"
    path.write_bytes(content)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz all targets, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=0.25, help="for each target; 3 and more for a real search"
    )
    parser.add_argument("--targets", nargs="+", default=(*DOCUMENTS, QUESTIONS))
    parser.add_argument("--out", type=Path, default=PROJECT / "build" / "fuzz")
    parser.add_argument("--inside", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        target, seconds, folder = options.inside
        fuzz(target, float(seconds), Path(folder), Path(folder) / f"{target}.json")
    failed = False
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if QUESTIONS in options.targets:
            from index.build import build_index

            build_index(PROJECT / "seeds", folder, report=lambda *_: None)
        for target in options.targets:
            tally = run(target, 60 * options.minutes, folder)
            for fault, text in tally.failures.items():
                failed = True
                print(f"{target}: {fault}\n  {save(target, text, options.out)}")
            rate = tally.executions / tally.seconds if tally.seconds else 0.0
            slowest = " ".join(tally.slowest_input.split())[:30]
            figures = (f"{tally.executions:,}", f"{rate:.0f}", str(len(tally.failures)))
            rows.append((target, *figures, f"{tally.slowest:.2f} s", slowest))
            print(f"{target}: {' '.join(figures)}", file=sys.stderr)
    print("atheris" if _atheris() else "atheris なし（偶然だけ）")
    print(markdown_table(HEAD, rows))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
