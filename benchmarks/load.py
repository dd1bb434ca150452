"""Proof under load: many people at once, and every answer compared with what it should be.

``python benchmarks/load.py page --users 50 --minutes 5``
    A real server and people who speak the page's protocol: each holds conversations of their own,
    thinks between two questions, loses the connection now and then, shares links and opens those
    of others.
``python benchmarks/load.py threads --threads 8 --asks 2000``
    Threads that ask one :class:`assistant.engine.Assistant` of this process, without a page.
``python benchmarks/load.py soak --minutes 30 --users 10 --rebuilds 1``
    A server for long at a moderate load; its documents are corrected and its index is rebuilt
    meanwhile, by another process.

Without a word, ``page`` runs for half a minute and ``threads`` with 200 questions each.

Answers are compared as text: all of them on the page, in order, with what ``Assistant.ask`` of this
process gives for the same conversation. Prints Markdown tables; the exit status is 1 if any answer
was wrong, any request failed or the server wrote of an error.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from parts.conversations import plan, read_conversations
from parts.processes import PROJECT
from parts.rebuilding import Documents, rebuild_meanwhile
from parts.servers import Figures, running, slope
from parts.shown import Shown, expected_page
from parts.tables import markdown_table, report
from parts.threads import Asked, ask_in_threads
from parts.users import Crowd, Outcome, Talk, Truth, minutes
from speed import machine, percentile

from assistant.engine import Assistant, open_assistant
from index.build import build_index

# People need new conversations until they have held these; then they begin again.
MOST_PLANNED = 600
EVERY = 5.0
SHOWN_PROBLEMS = 10


def page(options: argparse.Namespace, folder: Path) -> bool:
    """Many people on a server; whether all went well."""
    documents = Documents(options.seeds, options.home or folder / "home")
    if options.home is None:
        build_index(documents.seeds, documents.home, report=report)
    assistant = open_assistant(documents.home, documents.seeds)
    truth = Truth(_pages(assistant, _planned(options)))
    with running(documents.home, documents.seeds, folder / "log") as server:
        crowd = Crowd(server, truth, options.think)
        outcome = asyncio.run(crowd.stay(options.users, 60 * options.minutes, EVERY))
        complaints = server.complaints()
    print(f"## {options.users} 人が同時に使う画面（{options.minutes:g} 分）\n\n{machine()}。\n")
    return _print_outcome(outcome, options, complaints)


def soak(options: argparse.Namespace, folder: Path) -> bool:
    """A server for long, with its index rebuilt meanwhile; whether all went well."""
    shutil.copytree(options.seeds, folder / "seeds")
    documents = Documents(folder / "seeds", folder / "home")
    build_index(documents.seeds, documents.home, report=report)
    planned = _planned(options)
    before = _pages(open_assistant(documents.home, documents.seeds), planned)
    after = _pages(_corrected(documents, folder), planned)
    changed = sum(before[talk] != after[talk] for talk in planned)
    seconds = 60 * options.minutes

    async def run() -> tuple[Outcome, list[float]]:
        truth = Truth(before)
        crowd = Crowd(server, truth, options.think)
        pauses = [seconds / (options.rebuilds + 1)] * options.rebuilds
        rebuilding = rebuild_meanwhile(documents, truth, (after, before), pauses)
        return await asyncio.gather(crowd.stay(options.users, seconds, EVERY), rebuilding)

    with running(documents.home, documents.seeds, folder / "log") as server:
        outcome, built = asyncio.run(run())
        complaints = server.complaints()
    print(f"## {options.users} 人が {options.minutes:g} 分使う画面と索引の作り直し\n")
    print(f"{machine()}。訂正で表示が変わる会話: {len(planned)} のうち {changed}。\n")
    times = "、".join(f"{took:.1f} s" for took in built)
    print(f"索引の作り直し: {len(built)} 回（訂正から切り替わるまで {times or '–'}）\n")
    well = _print_outcome(outcome, options, complaints)
    print(f"\n後半のメモリーの傾き: {_growth(outcome.figures)}")
    return well


def threads(options: argparse.Namespace, folder: Path) -> bool:
    """Threads that ask one assistant; whether all went well."""
    home = options.home or folder / "home"
    if options.home is None:
        build_index(options.seeds, home, report=report)
    assistant = open_assistant(home, options.seeds)
    conversations = read_conversations(options.questions)
    asked = ask_in_threads(assistant, conversations, options.threads, options.asks)
    print(f"## {options.threads} スレッドから {options.asks:,} 回ずつ\n\n{machine()}。\n")
    _print_asked(asked, len(conversations))
    _print_problems("誤った回答", asked.wrong)
    return not asked.wrong


def _planned(options: argparse.Namespace) -> list[Talk]:
    conversations = read_conversations(options.questions)
    held = options.users * (2 + 60 * options.minutes / max(options.think, 0.1))
    return plan(conversations, min(int(held), MOST_PLANNED), seed=options.users)


def _pages(assistant: Assistant, planned: Sequence[Talk]) -> dict[Talk, Shown]:
    """What the page has to show of every conversation."""
    pages = {}
    for number, talk in enumerate(planned, 1):
        pages[talk] = expected_page(assistant, talk, assistant.ask(talk))
        report("正しい回答の用意", number, len(planned))
    return pages


def _corrected(documents: Documents, folder: Path) -> Assistant:
    """The assistant over the documents as they will be after the correction."""
    shutil.copytree(documents.seeds, folder / "corrected-seeds")
    corrected = Documents(folder / "corrected-seeds", folder / "corrected-home")
    corrected.correct()
    build_index(corrected.seeds, corrected.home, report=report)
    return open_assistant(corrected.home, corrected.seeds)


def _print_outcome(outcome: Outcome, options: argparse.Namespace, complaints: list[str]) -> bool:
    everything = [value for values in outcome.seconds.values() for value in values]
    rows = [
        ("人数", f"{options.users} 人", f"考える時間 平均 {options.think:g} s"),
        ("要求", f"{outcome.requests:,}", f"{outcome.requests / outcome.lasted:.1f} 回/s"),
        ("比べた回答", f"{outcome.answers:,}", f"会話 {len(_planned(options)):,} 通り"),
        ("誤った回答の画面", f"{len(outcome.wrong):,}", "0 であること"),
        ("失敗した要求", f"{outcome.failed.total():,}", "0 であること"),
        ("サーバーが記録した誤り", f"{len(complaints):,}", "0 であること"),
        ("正しい回答にお知らせが添えられた画面", f"{outcome.noticed:,}", ""),
    ]
    print(markdown_table(("計測", "値", ""), rows))
    kinds = {**outcome.seconds, "すべて": everything}
    head = ("要求", "回数", "p50 s", "p95 s", "p99 s", "最大 s")
    print(f"\n{markdown_table(head, [_latency(k, v) for k, v in kinds.items() if v])}\n")
    print(markdown_table(_SERVER, _server_rows(outcome)))
    _print_problems("誤った回答", outcome.wrong)
    _print_problems("失敗した要求", [f"{n} 回：{why}" for why, n in outcome.failed.items()])
    _print_problems("サーバーが記録した誤り", complaints)
    return not (outcome.wrong or outcome.failed or complaints)


_SERVER = (
    "サーバー",
    "メモリー MB",
    "うちファイル以外 MB",
    "スレッド",
    "開いたファイル",
    "使った CPU コア",
)


def _server_rows(outcome: Outcome) -> list[tuple[str, ...]]:
    named = minutes(outcome.figures)
    if outcome.left:
        named.append(("全員が閉じたあと", outcome.left))
    rows = []
    before: Figures | None = None
    for name, now in named:
        busy = (
            f"{(now.cpu - before.cpu) / (now.at - before.at):.2f}"
            if before and now.at > before.at
            else "–"
        )
        memory = (f"{now.resident:.1f}", f"{now.own:.1f}")
        rows.append((name, *memory, str(now.threads), str(now.files), busy))
        before = now
    return rows


def _growth(samples: Sequence[Figures]) -> str:
    """How fast memory grew in the second half of the samples."""
    later = samples[len(samples) // 2 :]
    grown = [
        slope([(sample.at / 3600, size(sample)) for sample in later])
        for size in (lambda x: x.resident, lambda x: x.own)
    ]
    if None in grown:
        return "測れません"
    return (
        f"{grown[0]:+.1f} MB/時（うちファイル以外 {grown[1]:+.1f} MB/時）、"
        f"{(later[-1].at - later[0].at) / 60:.1f} 分の {len(later)} 点の最小二乗法"
    )


def _latency(name: str, seconds: Sequence[float]) -> tuple[str, ...]:
    values = [percentile(seconds, percent) for percent in (50, 95, 99, 100)]
    return (name, f"{len(seconds):,}", *(f"{value:.3f}" for value in values))


def _print_asked(asked: Asked, conversations: int) -> None:
    rows = [
        ("会話", f"{conversations:,} 通り"),
        ("回答を求めた回数", f"{asked.asks:,}"),
        ("誤った回答", f"{len(asked.wrong):,}"),
        ("1スレッドでの速さ", f"{asked.alone:.1f} 回/s"),
        ("全スレッドの速さ", f"{asked.asks / asked.lasted:.1f} 回/s"),
    ]
    sizes = {"開始": asked.before, "半分": asked.halfway, "終了": asked.after}
    rows += [
        (f"gc のあとのメモリー {name}", f"{x.resident:.1f} MB（うちファイル以外 {x.own:.1f} MB）")
        for name, x in sizes.items()
        if x
    ]
    print(markdown_table(("計測", "値"), rows))
    head = ("要求", "回数", "p50 s", "p95 s", "p99 s", "最大 s")
    print(f"\n{markdown_table(head, [_latency('ask', asked.seconds)])}")


def _print_problems(title: str, problems: Sequence[str]) -> None:
    if problems:
        lines = [f"- {' '.join(problem.split())[:400]}" for problem in problems[:SHOWN_PROBLEMS]]
        print("\n".join([f"\n{title}（はじめの {len(lines)} 件）:\n", *lines]))


def _options(arguments: Sequence[str] | None) -> list[argparse.Namespace]:
    """What is to be run, each with its options."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--questions",
        type=Path,
        nargs="+",
        metavar="FILE",
        default=sorted((PROJECT / "tests" / "data" / "questions").glob("*.jsonl")),
        help="質問のファイル（JSONL。既定: tests/data/questions のすべて）",
    )
    common.add_argument(
        "--seeds", type=Path, metavar="DIR", default=PROJECT / "seeds", help="文書のフォルダー"
    )
    held = argparse.ArgumentParser(add_help=False)
    held.add_argument(
        "--home", type=Path, metavar="DIR", help="索引のフォルダー（既定: 新しく作って消す）"
    )
    people = argparse.ArgumentParser(add_help=False)
    people.add_argument("--think", type=float, default=3.0, metavar="S", help="考える秒数（平均）")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    modes = parser.add_subparsers(dest="mode")
    one = modes.add_parser("page", parents=[common, held, people], help="画面を大勢で使う")
    one.add_argument("--users", type=int, default=50, metavar="N", help="人数（既定: 50）")
    one.add_argument("--minutes", type=float, default=5, metavar="M", help="分（既定: 5）")
    two = modes.add_parser("threads", parents=[common, held], help="スレッドから質問する")
    two.add_argument("--threads", type=int, default=8, metavar="N", help="スレッド（既定: 8）")
    two.add_argument("--asks", type=int, default=2000, metavar="N", help="回数（既定: 2000）")
    three = modes.add_parser("soak", parents=[common, people], help="長く使い、索引を作り直す")
    three.add_argument("--users", type=int, default=10, metavar="N", help="人数（既定: 10）")
    three.add_argument("--minutes", type=float, default=30, metavar="M", help="分（既定: 30）")
    three.add_argument("--rebuilds", type=int, default=1, metavar="N", help="作り直す回数")
    given = parser.parse_args(arguments)
    if given.mode:
        chosen = [given]
    else:
        brief = (["page", "--minutes", "0.5"], ["threads", "--asks", "200"])
        chosen = [parser.parse_args(words) for words in brief]
    for options in chosen:
        options.seeds = options.seeds.resolve()
    return chosen


MODES = {"page": page, "threads": threads, "soak": soak}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, and print."""
    well = True
    for options in _options(arguments):
        with tempfile.TemporaryDirectory() as folder:
            well &= MODES[options.mode](options, Path(folder))
        print()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
