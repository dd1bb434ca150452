"""Whether the thesaurus helps questions that nobody has seen, and which of its concepts hurt.

A thesaurus that was written with the questions in view looks better than it is. So each concept
that fires in a question is left out in turn and the question scored again: what falls shows how
much hangs on a single concept, what rises shows data to be mended. The cautious estimate leaves
out of every question the one concept that helps it most. Prints Markdown tables.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parts.labelled import LEVELS, MAIN, interval, parser, read_lookups
from parts.tables import markdown_table, report

from assistant.engine import open_assistant
from assistant.evaluation.labels import RankingLabel
from assistant.evaluation.metrics import ranking_scores
from assistant.retrieval import Probe, Retriever
from index.errors import RenkeiError
from index.opened import OpenIndex
from index.records import Agreement

LIMIT = 50
CHANGED = 0.0005
"""A smaller change of a score is none (the tables show three digits)."""
STEPS = (-0.5, -0.2, -0.05, -CHANGED, CHANGED, 0.05, 0.2, 0.5)


class Narrowed(Retriever):
    """A retriever for which chosen concepts don't exist in questions.

    A concept that no question names has no influence on a ranking, so this equals a retriever on
    an index without the concept, at a hundredth of the time (``tests/test_benchmarks.py`` compares
    both).
    """

    left_out: frozenset[int] = frozenset()

    def probe(self, question: str) -> Probe:
        """The question as usual, without its mentions of the concepts that are left out."""
        probe = super().probe(question)
        kept = [mention for mention in probe.mentions if mention.concept not in self.left_out]
        return replace(probe, mentions=tuple(kept))


@dataclass(frozen=True)
class Judged:
    """A question's nDCG@10 with the thesaurus, without it, and without one concept each.

    ``by_concept`` maps a concept that fires to the score without it, ``fired`` to the words that
    named it.
    """

    label: RankingLabel
    whole: float
    none: float
    by_concept: Mapping[int, float]
    fired: Mapping[int, tuple[str, ...]]

    @property
    def cautious(self) -> float:
        """The score without the concept that helps most."""
        return min((self.whole, *self.by_concept.values()))


def main() -> int:
    """Judge and print."""
    made = parser("類語辞書の効き目を、概念を1つずつ外して測り、Markdown の表で示します。")
    made.add_argument("--rows", type=int, default=20, metavar="N", help="概念の行数（既定: 20）")
    options = made.parse_args()
    try:
        labels = read_lookups(options.questions)
        index = open_assistant(options.home, options.seeds).index
        judged = judge(index, labels)
    except RenkeiError as error:
        print(error, file=sys.stderr)
        return 1
    names = [f"{concept.name} `{concept.id}`" for concept in index.contents.concepts]
    print(_summary(judged), end="\n\n")
    print(_distribution(judged))
    by_gain = sorted(_changes(judged).items(), key=lambda item: sum(d for d, _, _ in item[1]))
    for title, found in (
        ("外すと良くなる概念（損な順）", [x for x in by_gain[::-1] if _total(x) > 0]),
        ("外すと悪くなる概念（得な順）", [x for x in by_gain if _total(x) < 0]),
    ):
        print(f"\n{title}: {len(found)} 個\n")
        print(_concepts(found[: options.rows], names))
    return 0


def judge(index: OpenIndex, labels: Sequence[RankingLabel]) -> list[Judged]:
    """Score every question with all concepts, with none, and without each that fires."""
    retriever = Narrowed(index)
    everything = frozenset(range(len(index.contents.concepts)))

    def score(label: RankingLabel, left_out: frozenset[int]) -> float:
        retriever.left_out = left_out
        hits = retriever.search(label.question, LIMIT)
        nos = [hit.record.no for hit in hits if isinstance(hit.record, Agreement)]
        return ranking_scores(list(dict.fromkeys(nos)), label.relevant)[MAIN]

    judged = []
    for number, label in enumerate(labels, 1):
        retriever.left_out = frozenset()
        fired: dict[int, list[str]] = defaultdict(list)
        for mention in retriever.probe(label.question).mentions:
            fired[mention.concept].append(f"{mention.phrase.text}({mention.phrase.relation})")
        judged.append(
            Judged(
                label,
                whole=score(label, frozenset()),
                none=score(label, everything) if fired else score(label, frozenset()),
                by_concept={concept: score(label, frozenset({concept})) for concept in fired},
                fired={concept: tuple(dict.fromkeys(words)) for concept, words in fired.items()},
            )
        )
        report("概念を外して採点", number, len(labels))
    return judged


def _summary(judged: Sequence[Judged]) -> str:
    """The thesaurus as a whole, by difficulty."""
    head = (
        "質問",
        "問",
        f"辞書なし {MAIN}",
        "辞書あり",
        "± 辞書の効果",
        "最も効く1概念を外す",
        "± それでも残る効果",
        "良くなる / 同じ / 悪くなる 問",
    )
    rows = []
    for level, name in LEVELS.items():
        chosen = [x for x in judged if level is None or x.label.difficulty == level]
        if not chosen:
            continue
        gains = [x.whole - x.none for x in chosen]
        better, worse = sum(g > CHANGED for g in gains), sum(g < -CHANGED for g in gains)
        rows.append(
            (
                name,
                str(len(chosen)),
                interval([x.none for x in chosen]),
                interval([x.whole for x in chosen]),
                interval(gains, signed=True),
                interval([x.cautious for x in chosen]),
                interval([x.cautious - x.none for x in chosen], signed=True),
                f"{better} / {len(chosen) - better - worse} / {worse}",
            )
        )
    return markdown_table(head, rows)


def _distribution(judged: Sequence[Judged]) -> str:
    """How far scores move when a single concept is left out."""
    changes = [score - x.whole for x in judged for score in x.by_concept.values()]
    worst = [x.cautious - x.whole for x in judged]
    best = [max((x.whole, *x.by_concept.values())) - x.whole for x in judged]
    head = (
        f"概念を1つ外したときの {MAIN} の変化",
        "質問と概念の組",
        "質問（最も下がる）",
        "質問（最も上がる）",
    )
    edges = (float("-inf"), *STEPS, float("inf"))
    rows = []
    for low, high in pairwise(edges):
        name = _bin(low, high)
        rows.append(
            (name, *(str(sum(low < c <= high for c in some)) for some in (changes, worst, best)))
        )
    return markdown_table(head, rows)


def _bin(low: float, high: float) -> str:
    """A bin's name: ``-0.2 ~ -0.05``; the outermost ones are open."""
    if low == -CHANGED:
        return "変わらない"
    names = ["0" if abs(edge) == CHANGED else f"{edge:+g}" for edge in (low, high)]
    if low == float("-inf"):
        return f"{names[1]} 以下"
    return f"{names[0]} 超" if high == float("inf") else " ~ ".join(names)


_Change = tuple[float, RankingLabel, tuple[str, ...]]


def _changes(judged: Sequence[Judged]) -> dict[int, list[_Change]]:
    """By concept: the change of a score when it is left out, the question, and the words in it."""
    changes: dict[int, list[_Change]] = defaultdict(list)
    for one in judged:
        for concept, score in one.by_concept.items():
            if abs(score - one.whole) > CHANGED:
                changes[concept].append((score - one.whole, one.label, one.fired[concept]))
    return changes


def _total(item: tuple[int, list[_Change]]) -> float:
    return sum(change for change, _, _ in item[1])


def _concepts(found: Sequence[tuple[int, list[_Change]]], names: Sequence[str]) -> str:
    head = ("概念", "変化の合計", "上がる / 下がる 問", "質問（変化、概念を呼んだ語）")
    rows = []
    for concept, changes in found:
        rises = sum(change > 0 for change, _, _ in changes)
        ordered = sorted(changes, key=lambda change: -abs(change[0]))
        shown = [f"{x.id} {change:+.3f} {'・'.join(words)}" for change, x, words in ordered[:4]]
        rows.append(
            (
                names[concept],
                f"{_total((concept, changes)):+.3f}",
                f"{rises} / {len(changes) - rises}",
                "、".join(shown) + (" …" if len(changes) > 4 else ""),
            )
        )
    return markdown_table(head, rows)


if __name__ == "__main__":
    sys.exit(main())
