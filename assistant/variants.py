"""Words of a question that nothing knows as they are written, and what they are likely to mean.

Four ways of writing are seen through, each only where the analyser's own reading makes no sense:

* kana for kanji (こうずい): the run of kana is cut anew, by the cheapest way to cover it with
  readings of known words, particles and the analyser's own morphemes;
* another word of the same sound (福祉非難所), where a known name or compound sounds the same;
* one wrong, missing, doubled or swapped character (ヤマト運愉, ボランテイア);
* the beginning of one katakana name (ボーダ for ボーダフォン).

Known are the terms of the passages and of the thesaurus, the partners' names and the compounds that
titles are made of. A question of well-spelled words yields nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.lexicon import MAX_NAME, Lexicon, shorter
from index.normalization import normalize
from index.spelling import respelled
from index.tokens import Token, tokenize

READING, SOUND, TYPO, SHORT = "読み", "同じ読み", "1字違い", "略称"

_MAX_READING = 12
_HIRAGANA_RUN = re.compile("[ぁ-ゖー]{3,}")
_KATAKANA_RUN = re.compile("[ァ-ヺー]{3,}")
_KANJI = re.compile("[一-龠々]")
_PARTICLES = (
    *("の", "に", "を", "は", "が", "と", "で", "も", "や", "へ", "か", "な"),
    *(
        "から",
        "まで",
        "より",
        "など",
        "って",
        "だけ",
        "とか",
        "では",
        "には",
        "への",
        "との",
        "での",
    ),
)
# What may follow a noun: a particle, the copula, する and its forms.
_AFTER_NOUN = frozenset("のにをはがとでもやへかまよなだっすしさせねで")
_ORDINARY_PARTS = ("動詞-", "形容詞-", "代名詞-", "連体詞-", "接続詞-", "形状詞-")
_HOMOPHONES = 3


@dataclass(frozen=True, slots=True)
class Variant:
    """What a stretch of a question is likely to mean.

    Attributes:
        written: as the documents or the thesaurus write it.
        terms: the terms of ``written``.
        start: where the stretch begins in the question as it was given.
        end: its end (excluded).
        reason: :data:`READING`, :data:`SOUND`, :data:`TYPO` or :data:`SHORT`.
        weight: how sure it is, 0 to 1; the first of several for one stretch is the surest.
    """

    written: str
    terms: tuple[str, ...]
    start: int
    end: int
    reason: str
    weight: float


def variants(text: str, lexicon: Lexicon) -> tuple[Variant, ...]:
    """What the doubtful stretches of ``text`` are likely to mean, in order of where they stand.

    Several variants of one stretch follow each other, the likeliest first; stretches don't overlap.
    """
    normal = respelled(normalize(text))
    tokens = tokenize(normal.text)
    found: list[Variant] = []
    for match in _HIRAGANA_RUN.finditer(normal.text):
        found += _by_readings(normal.text, match.span(), tokens, lexicon)
    found += _by_names(normal.text, tokens, lexicon)
    return tuple(
        Variant(v.written, v.terms, *normal.source_range(v.start, v.end), v.reason, v.weight)
        for v in sorted(_apart(found), key=lambda variant: variant.start)
    )


def rewritten(text: str, found: Sequence[Variant]) -> str:
    """``text`` with each stretch written as its likeliest variant."""
    parts: list[str] = []
    position = 0
    for variant in found:
        if variant.start >= position:
            parts += [text[position : variant.start], variant.written]
            position = variant.end
    return "".join([*parts, text[position:]])


# Kana


@dataclass(frozen=True, slots=True)
class _Edge:
    """A way to read ``text[start:end]``; ``reading`` is set where the lexicon gives it."""

    start: int
    end: int
    cost: float
    reading: str = ""
    ending: bool = False


_INSIDE, _FRESH, _AFTER = 0, 1, 2
"""Where a path stands: within some phrase, where a word may begin, behind a word of the lexicon."""


def _by_readings(
    text: str, run: tuple[int, int], tokens: Sequence[Token], lexicon: Lexicon
) -> Iterator[Variant]:
    """Cut a run of hiragana anew where that is much cheaper than the analyser's cut."""
    start, end = run
    state = _FRESH
    for token in tokens:
        if token.start < start < token.end:
            start, state = token.end, _INSIDE
        elif token.start < end < token.end:
            end = token.start
    inside = [token for token in tokens if start <= token.start and token.end <= end]
    if end - start < 3:
        return
    covered = sum(token.end - token.start for token in inside)
    costs = {token.start: (token, _doubt(token, lexicon)) for token in inside}
    present = sum(cost for _, cost in costs.values()) + _FUNCTION * (end - start - covered)
    if present < _CHEAPEST_WORD + _GAIN:
        return
    cheapest, path = _cut(text, start, end, state, costs, lexicon)
    if cheapest > present - _GAIN:
        return
    for edge in path:
        if edge.reading:
            yield from _meanings(edge, lexicon)


_FUNCTION = 0.2
_PARTICLE = 0.4
_ENDING = 0.7
_LOOSELY = 0.4
_CHEAPEST_WORD = 0.8
_GAIN = 0.5


def _cut(
    text: str,
    start: int,
    end: int,
    state: int,
    costs: Mapping[int, tuple[Token, float]],
    lexicon: Lexicon,
) -> tuple[float, list[_Edge]]:
    """The cheapest way through ``text[start:end]``: its cost and edges."""
    kana = _katakana(text[start:end])
    held = {p for token, _ in costs.values() for p in range(token.start, token.end)}
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None, _Edge | None]] = {
        (start, state): (0.0, None, None)
    }

    def step(origin: tuple[int, int], edge: _Edge, to: int) -> None:
        cost = best[origin][0] + edge.cost
        target = (edge.end, to)
        if target not in best or cost < best[target][0]:
            best[target] = (cost, origin, edge)

    for position in range(start, end):
        for state in (_INSIDE, _FRESH, _AFTER):
            origin = (position, state)
            if origin not in best:
                continue
            if state != _AFTER or text[position] in _AFTER_NOUN:
                for particle in _PARTICLES:
                    if text.startswith(particle, position) and position + len(particle) <= end:
                        step(origin, _Edge(position, position + len(particle), _PARTICLE), _FRESH)
                if position not in held:
                    step(origin, _Edge(position, position + 1, _FUNCTION), _INSIDE)
            if position in costs:
                token, cost = costs[position]
                if state != _AFTER or cost < 1:
                    noun = token.pos.startswith(("名詞", "接頭辞"))
                    step(origin, _Edge(position, token.end, cost), _FRESH if noun else _INSIDE)
            if state != _INSIDE:
                for edge in _words(kana, position, start, lexicon):
                    step(origin, edge, _AFTER)
            if state == _AFTER and kana[position - start : position - start + 2] in lexicon.endings:
                ending = kana[position - start : position - start + 2]
                step(origin, _Edge(position, position + 2, _ENDING, ending, ending=True), _AFTER)
    ends = [(end, state) for state in (_INSIDE, _FRESH, _AFTER) if (end, state) in best]
    last = min(ends, key=lambda key: best[key][0])
    cost = best[last][0]
    at: tuple[int, int] | None = last
    path: list[_Edge] = []
    while at is not None:
        _, origin_, edge_ = best[at]
        if edge_:
            path.append(edge_)
        at = origin_
    return cost, path[::-1]


def _words(kana: str, position: int, start: int, lexicon: Lexicon) -> Iterator[_Edge]:
    offset = position - start
    for length in range(3, min(_MAX_READING, len(kana) - offset) + 1):
        spoken = kana[offset : offset + length]
        cost = {3: 1.2, 4: 0.9}.get(length, _CHEAPEST_WORD)
        # Three kana are soon a word by chance: only one that the passages hold is meant.
        if length == 3 and not any(map(lexicon.held, lexicon.readings.get(spoken, ()))):
            continue
        if spoken in lexicon.readings:
            yield _Edge(position, position + length, cost, spoken)
        elif length > 3 and (meant := lexicon.loosely(spoken)):
            yield _Edge(position, position + length, cost + _LOOSELY, meant)


def _meanings(edge: _Edge, lexicon: Lexicon) -> Iterator[Variant]:
    if edge.ending:
        written = lexicon.endings[edge.reading]
        yield Variant(written, (written,), edge.start, edge.end, READING, 1.0)
        return
    words = lexicon.readings[edge.reading][:_HOMOPHONES]
    counts = [lexicon.held(word) + 0.5 for word in words]
    for word, count in zip(words, counts, strict=True):
        share = count / sum(counts)
        yield Variant(word, (word,), edge.start, edge.end, READING, share)


def _doubt(token: Token, lexicon: Lexicon) -> float:
    """How unlikely it is that a piece of hiragana is this morpheme."""
    length = token.end - token.start
    if token.pos.startswith("感動詞"):
        return 2.5
    if token.pos.startswith(_ORDINARY_PARTS):
        return 0.7 if token.term in lexicon.known or "非自立" in token.pos else 1.2
    if token.pos.startswith("副詞"):
        return 0.7 if length > 2 or token.term in lexicon.known else 2.0
    if token.pos.startswith(("接頭辞", "接尾辞")):
        return 0.5
    if length == 1 or token.pos == "名詞-数詞":
        return 2.5
    if token.term in lexicon.known:
        return 1.0 if length == 2 else 0.8
    return 2.0 if token.pos != "名詞-固有名詞" and length > 2 else 2.5


# Names


def _by_names(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[Variant]:
    """Names and compounds that sound like, or differ by one character from, neighbouring tokens."""
    for number, token in enumerate(tokens):
        named = not token.reading or token.pos == "名詞-固有名詞"
        if named and not lexicon.held(token.term):
            yield from _cut_short(token, text, lexicon)
        if not _is_strange(token, lexicon):
            continue
        windows = _windows(tokens, number)
        yield from _first(_same_sound(windows, text, lexicon))
        yield from _first(_one_typo(windows, token, text, lexicon))


def _cut_short(token: Token, text: str, lexicon: Lexicon) -> Iterator[Variant]:
    """The one name that begins with a run of katakana."""
    for match in _KATAKANA_RUN.finditer(text):
        alone = not match.start() or not text[match.start() - 1].isalnum()
        if alone and match.span() == (token.start, token.end):
            begun = [name for name in lexicon.names.values() if name.startswith(match.group())]
            shortest = min(begun, key=len, default="")
            if (
                shortest != match.group()
                and shortest
                and all(name.startswith(shortest) for name in begun)
            ):
                yield Variant(shortest, tuple(_terms(shortest)), *match.span(), SHORT, 0.8)


def _first(found: Iterable[Variant]) -> list[Variant]:
    return sorted(found, key=lambda variant: variant.start - variant.end)[:1]


def _is_strange(token: Token, lexicon: Lexicon) -> bool:
    return (
        token.term not in lexicon.known
        and not token.surface.isascii()
        and token.pos != "名詞-数詞"
        and not _HIRAGANA_RUN.fullmatch(token.surface)
    )


def _windows(tokens: Sequence[Token], number: int) -> list[Sequence[Token]]:
    """Stretches of adjoining tokens around one of them, up to six, and up to 24 characters."""
    first = last = number
    while first > 0 and number - first < 5 and tokens[first - 1].end == tokens[first].start:
        first -= 1
    while (
        last + 1 < len(tokens) and last - number < 5 and tokens[last].end == tokens[last + 1].start
    ):
        last += 1
    return [
        tokens[begin : end + 1]
        for begin in range(first, number + 1)
        for end in range(number, last + 1)
        if end - begin < 6 and 4 <= tokens[end].end - tokens[begin].start <= MAX_NAME
    ]


def _same_sound(
    windows: Iterable[Sequence[Token]], text: str, lexicon: Lexicon
) -> Iterator[Variant]:
    for window in windows:
        start, end = window[0].start, window[-1].end
        name = lexicon.names.get("".join(token.reading for token in window))
        if name and all(token.reading for token in window) and name != text[start:end]:
            yield Variant(name, tuple(_terms(name)), start, end, SOUND, 0.9)


def _one_typo(
    windows: Iterable[Sequence[Token]], token: Token, text: str, lexicon: Lexicon
) -> Iterator[Variant]:
    # A word that the dictionary knows is a word of its own, not another one misspelled.
    if token.reading and not (len(token.surface) == 1 and _KANJI.match(token.surface)):
        return
    for window in windows:
        start, end = window[0].start, window[-1].end
        written = text[start:end]
        near = {name for key in (written, *shorter(written)) for name in lexicon.near.get(key, ())}
        near = {name for name in near if _one_edit(written, name)}
        if len(near) == 1:
            (name,) = near
            if _differs_at(written, name, token.start - start, token.end - start):
                name = lexicon.readings.get(name, (name,))[0]
                yield Variant(name, tuple(_terms(name)), start, end, TYPO, 0.8)


def _one_edit(written: str, name: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes ``name``."""
    if written == name or abs(len(written) - len(name)) > 1:
        return False
    head, tail = _common(written, name)
    rest, other = written[head : len(written) - tail], name[head : len(name) - tail]
    return max(len(rest), len(other)) <= 1 or (len(rest) == 2 and rest == other[::-1])


def _differs_at(written: str, name: str, start: int, end: int) -> bool:
    """Whether what differs between the two lies at or beside ``written[start:end]``."""
    head, tail = _common(written, name)
    return head <= end and len(written) - tail >= start


def _common(first: str, second: str) -> tuple[int, int]:
    """How many characters two texts have in common at their start, and then at their end."""
    most = min(len(first), len(second))
    head = next((i for i in range(most) if first[i] != second[i]), most)
    tail = next((i for i in range(most - head) if first[-1 - i] != second[-1 - i]), most - head)
    return head, tail


def _katakana(text: str) -> str:
    return "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in text)


@lru_cache(maxsize=4096)
def _terms(name: str) -> list[str]:
    return [token.term for token in tokenize(name)]


def _apart(found: Sequence[Variant]) -> Iterator[Variant]:
    """Without those that overlap a surer or longer one elsewhere."""
    kept: list[Variant] = []
    for variant in sorted(found, key=lambda v: (v.start - v.end, -v.weight)):
        if all(
            (variant.start, variant.end) == (k.start, k.end)
            or variant.end <= k.start
            or k.end <= variant.start
            for k in kept
        ):
            kept.append(variant)
    yield from kept
