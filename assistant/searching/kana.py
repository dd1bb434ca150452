"""Hiragana without kanji, cut into words: こうずいのきけん is 洪水の危険.

The analyser's dictionary expects kanji, and reads particles and fillers into words in kana. Here a
run of hiragana is cut by the cheapest way to cover it with readings of known words, particles and
the analyser's own morphemes, each at a cost that says how unlikely it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.searching.lexicon import Lexicon, indistinct, spoken
from index.tokens import Token

# Costs of a cut, about one per word. A new cut has to be cheaper by _GAIN than the analyser's.
_GAIN = 0.49
_WORD_COSTS = {3: 1.2, 4: 0.9}
_LONG_WORD = 0.8
_BLURRED = 0.4
_PARTICLE = 0.4
_ENDING = 0.6
_FUNCTION = 0.4
_INSIDE, _FRESH, _BEHIND = 0, 1, 2
"""Where a cut has come to: within a phrase, where a word may begin, right behind a new word."""


def _by_first(pieces: Iterable[tuple[str, int]]) -> dict[str, tuple[tuple[str, int], ...]]:
    grouped: dict[str, list[tuple[str, int]]] = {}
    for piece, state in pieces:
        grouped.setdefault(piece[0], []).append((piece, state))
    return {first: tuple(group) for first, group in grouped.items()}


_PARTICLES = "の に を は が と で も や へ か な から まで より など って だけ とか"
# Pieces of verbs that nouns are easily read into (でしょうか, したい).
_VERB_ENDINGS = "でしょう ましょう ません ました したい して しない しま ている てい ていた"
# What compounds end in: 所, 車, 者, 会, 館, 園, 品, 券, 税, 料, 的, 性, 業, 法.
_COMPOUND_ENDINGS = "じょ しょ しゃ かい かん えん ひん けん ぜい りょう てき せい ぎょう ほう"
_PIECES = _by_first(
    [(piece, _FRESH) for piece in _PARTICLES.split()]
    + [(piece, _INSIDE) for piece in _VERB_ENDINGS.split()]
)
_ENDINGS = _by_first((piece, _BEHIND) for piece in _COMPOUND_ENDINGS.split())
_U_ROW = frozenset("うくぐすつぬぶむる")
# What may stand right behind a noun: a particle, the copula, する and its forms.
_BEHIND_NOUN = frozenset("のにをはがとでもやへかまよなだっすしさせね")


@dataclass(frozen=True, slots=True)
class Word:
    """A reading of the lexicon, found in ``text[start:end]``."""

    reading: str
    start: int
    end: int


class _Step(NamedTuple):
    """The last piece of a cut: what all of the cut costs, where the piece begins, what is before.

    ``reading`` is set where the piece is a word of the lexicon.
    """

    cost: float
    start: int
    before: _Step | None
    reading: str


def words_in(
    text: str, start: int, end: int, tokens: Sequence[Token], lexicon: Lexicon
) -> Iterator[Word]:
    """The words of a run of hiragana, where cutting it anew beats the analyser's cut by far.

    Args:
        text: normalized text.
        start: where the run begins.
        end: its end (excluded).
        tokens: the analyser's cut of all of ``text``.
        lexicon: the words that there are.
    """
    begins = _FRESH
    costs: dict[int, tuple[int, float, bool]] = {}
    function = set(range(start, end))
    for token in tokens:
        if token.start < start < token.end:
            function -= set(range(start, token.end))
            start, begins = token.end, _INSIDE
        elif token.start < end < token.end:
            end = token.start
        elif start <= token.start and token.end <= end:
            # A noun may follow a noun, or a verb in the form that stands before nouns (による).
            leads = token.pos.startswith(("名詞", "接頭辞")) or token.surface[-1] in _U_ROW
            costs[token.start] = (token.end, _doubt(token, lexicon), leads)
            function -= set(range(token.start, token.end))
    function = {place for place in function if start <= place < end}
    present = sum(cost for _, cost, _ in costs.values()) + _FUNCTION * len(function)
    if present < _LONG_WORD + _GAIN:
        return
    step = _cut(text[:end], start, begins, costs, function, lexicon)
    if step is None or step.cost > present - _GAIN:
        return
    last = end
    while step.before is not None:
        written = text[step.start : last]
        # What the documents and the thesaurus themselves write in kana is left alone.
        own = lexicon.writes(written) or written in lexicon.readings.get(step.reading, ())
        if step.reading and not own:
            yield Word(step.reading, step.start, last)
        step, last = step.before, step.start


def _doubt(token: Token, lexicon: Lexicon) -> float:
    """What it costs to believe that a piece of hiragana is this morpheme."""
    length, known = token.end - token.start, token.term in lexicon.known
    if token.pos.startswith("感動詞"):
        return 2.5
    if token.pos.startswith(("接頭辞", "接尾辞", "代名詞", "連体詞", "接続詞")):
        return 0.5
    if token.pos.startswith(("動詞", "形容詞", "形状詞")):
        return 0.7 if known or "非自立" in token.pos else 1.5
    if token.pos.startswith("副詞"):
        return 0.7 if known or length > 2 else 2.0
    if token.pos == "名詞-数詞":
        return 0.5 if token.term == "幾" else 2.5
    if known and length > 1:
        return 1.0 if length == 2 else 0.8
    if length < 3 or token.pos == "名詞-固有名詞":
        return 2.5
    return 1.6 if length == 3 else 2.0


def _cut(
    text: str,
    start: int,
    begins: int,
    costs: Mapping[int, tuple[int, float, bool]],
    function: set[int],
    lexicon: Lexicon,
) -> _Step | None:
    """The last step of the cheapest way through ``text[start:]``."""
    sounds = spoken(text[start:])
    blurred = indistinct(sounds)
    reached: list[dict[int, _Step]] = [{} for _ in range(len(sounds) + 1)]
    reached[0][begins] = _Step(0.0, start, None, "")

    def take(before: _Step, place: int, length: int, state: int, cost: float, word: str) -> None:
        if place + length > len(text):
            return
        there = reached[place + length - start]
        if state not in there or before.cost + cost < there[state].cost:
            there[state] = _Step(before.cost + cost, place, before, word)

    for place in range(start, len(text)):
        here = reached[place - start]
        if not here:
            continue
        behind = here.get(_BEHIND)
        within = _cheapest(here.get(_INSIDE), here.get(_FRESH))
        phrase = _cheapest(within, behind if text[place] in _BEHIND_NOUN else None)
        if phrase:
            for piece, state in _PIECES.get(text[place], ()):
                if text.startswith(piece, place):
                    take(phrase, place, len(piece), state, _PARTICLE, "")
            if place in function:
                take(phrase, place, 1, _INSIDE, _FUNCTION, "")
        if place in costs:
            end, cost, leads = costs[place]
            origin = _cheapest(within, behind if cost < 1 and end - place > 1 else None)
            if origin:
                take(origin, place, end - place, _FRESH if leads else _INSIDE, cost, "")
        word = _cheapest(here.get(_FRESH), behind)
        if word:
            for reading, cost in _words(sounds, blurred, place - start, lexicon):
                take(word, place, len(reading), _BEHIND, cost, reading)
        if behind:
            for piece, state in _ENDINGS.get(text[place], ()):
                if text.startswith(piece, place):
                    take(behind, place, len(piece), state, _ENDING, "")
    return min(reached[-1].values(), key=lambda step: step.cost, default=None)


def _cheapest(first: _Step | None, second: _Step | None) -> _Step | None:
    if first is None or second is None:
        return first or second
    return first if first.cost <= second.cost else second


def _words(sounds: str, blurred: str, offset: int, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    """Readings of the lexicon that begin at ``offset``, each with its cost."""
    for shape, reading in lexicon.heads.get(blurred[offset : offset + 3], ()):
        if not blurred.startswith(shape, offset):
            continue
        # Three kana are soon a word by chance: only one that the passages hold is meant.
        if len(reading) == 3 and not any(map(lexicon.held, lexicon.readings[reading])):
            continue
        cost = _WORD_COSTS.get(len(reading), _LONG_WORD)
        if sounds.startswith(reading, offset):
            yield reading, cost
        elif len(reading) > 3:
            yield reading, cost + _BLURRED
