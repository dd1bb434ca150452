"""Words of a question that nothing knows as they are written, and what they are likely to mean.

Four ways of writing are seen through, each only where the analyser's own reading makes no sense:

* kana for kanji (こうずいのきけん, サイガイ), see :mod:`assistant.searching.kana`;
* another word of the same sound (福祉非難所), where the right one makes a known name or compound;
* one wrong, missing, added or swapped character (ヤマト運愉, ボランテイア) in a name, a compound or
  a katakana word;
* the beginning of one katakana name (ボーダ for ボーダフォン).

A question of well-spelled words yields nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.searching.kana import Word, words_in
from assistant.searching.lexicon import LONGEST_NAME, SHORTEST_NAME, Lexicon, half_keys, spoken
from index.normalization import normalize
from index.spelling import respelled
from index.tokens import Token, terms, tokenize

READING, SOUND, TYPO, SHORT = "読み", "同じ読み", "1字違い", "略称"

_HIRAGANA_RUN = re.compile("[ぁ-ゖー]{3,}")
_KATAKANA_RUN = re.compile("[ァ-ヺー]{4,}")
_KATAKANA_NAME = re.compile("[ァ-ヺー]{3,}")
_HOMOPHONES = 3
_LIKELY = 0.8
# What is looked at in one question: an honest one has less, a hostile one costs no more.
_MOST_KANA = 120
_MOST_STRANGE = 8
_WIDEST = 6
"""How many tokens a misspelled name is looked for in."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What a stretch of a question is likely to mean.

    Attributes:
        written: as the documents or the thesaurus write it.
        terms: the terms of ``written``.
        start: where the stretch begins in the question as it was given.
        end: its end (excluded).
        reason: :data:`READING`, :data:`SOUND`, :data:`TYPO` or :data:`SHORT`.
        weight: how sure it is, 0 to 1.
    """

    written: str
    terms: tuple[str, ...]
    start: int
    end: int
    reason: str
    weight: float


def variants(text: str, lexicon: Lexicon) -> tuple[Variant, ...]:
    """What the doubtful stretches of ``text`` are likely to mean, in order of where they stand.

    Several variants of one stretch (words of the same sound) follow each other, the likeliest
    first; stretches don't overlap.
    """
    normal = respelled(normalize(text))
    tokens = tokenize(normal.text)
    found = [*_by_spelling(tokens, lexicon)]
    for match in _KATAKANA_RUN.finditer(normal.text):
        found += _in_katakana(match, tokens, lexicon)
    left = _MOST_KANA
    for match in _HIRAGANA_RUN.finditer(normal.text):
        start, end = match.span()
        run = words_in(normal.text, start, min(end, start + left), tokens, lexicon)
        found += [meant for word in run for meant in _meanings(word, normal.text, lexicon)]
        left -= end - start
        if left <= 0:
            break
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


def _apart(found: Sequence[Variant]) -> list[Variant]:
    """Without those that overlap a longer one."""
    kept: list[Variant] = []
    for variant in sorted(found, key=lambda v: v.start - v.end):
        place = (variant.start, variant.end)
        if all(place == (k.start, k.end) or place[1] <= k.start or k.end <= place[0] for k in kept):
            kept.append(variant)
    return kept


# Kana for kanji


def _meanings(word: Word, text: str, lexicon: Lexicon) -> Iterator[Variant]:
    """What a reading is in kanji: each with its share of the passages that hold any such word."""
    exact = spoken(text[word.start : word.end]) == word.reading
    reason, most = (READING, 1.0) if exact else (TYPO, _LIKELY)
    written = lexicon.readings[word.reading][:_HOMOPHONES]
    # A word that only the thesaurus holds counts as half a passage.
    counts = [lexicon.held(one) + 0.5 for one in written]
    for one, count in zip(written, counts, strict=True):
        cut = tuple(terms(one))
        yield Variant(one, cut, word.start, word.end, reason, most * count / sum(counts))


def _in_katakana(
    run: re.Match[str], tokens: Sequence[Token], lexicon: Lexicon
) -> Iterator[Variant]:
    """What a word in katakana that nothing knows is in kanji (サイガイ)."""
    words = lexicon.readings.get(spoken(run.group()), ())
    inside = (token for token in tokens if run.start() <= token.start < run.end())
    if words and not lexicon.writes(run.group()) and any(_is_strange(t, lexicon) for t in inside):
        yield Variant(words[0], (words[0],), *run.span(), READING, _LIKELY)


# Names, compounds and katakana words


def _by_spelling(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[Variant]:
    """What tokens that nothing knows are likely to be, together with their neighbours."""
    doubtful = [n for n, token in enumerate(tokens) if _may_be_cut_short(token, lexicon)]
    for number in doubtful[:_MOST_STRANGE]:
        yield from _cut_short(tokens, number, lexicon)
    strange = [number for number, token in enumerate(tokens) if _is_strange(token, lexicon)]
    done = 0
    for number in strange[:_MOST_STRANGE]:
        token = tokens[number]
        for window in _windows(tokens, number) if token.start >= done else ():
            written = "".join(token.surface for token in window)
            if written in lexicon.names:
                break
            meant = _sounding(window, token, lexicon) or _misspelled(
                window, token, written, lexicon
            )
            if meant is not None:
                name, reason = meant
                done = window[-1].end
                yield Variant(name, tuple(terms(name)), window[0].start, done, reason, _LIKELY)
                break


def _may_be_cut_short(token: Token, lexicon: Lexicon) -> bool:
    named = not token.reading or token.pos == "名詞-固有名詞"
    return bool(named and _KATAKANA_NAME.fullmatch(token.surface) and not lexicon.held(token.term))


def _cut_short(tokens: Sequence[Token], number: int, lexicon: Lexicon) -> Iterator[Variant]:
    """The one name that begins with a katakana token, where the token stands alone."""
    token = tokens[number]
    if any(other.end == token.start for other in tokens[max(number - 1, 0) : number]):
        return
    if any(
        other.start == token.end and _KATAKANA_NAME.match(other.surface)
        for other in tokens[number + 1 : number + 2]
    ):
        return
    begun = [name for name in lexicon.names if name.startswith(token.surface)]
    name = min(begun, key=len, default=token.surface)
    if name != token.surface and all(other.startswith(name) for other in begun):
        yield Variant(name, tuple(terms(name)), token.start, token.end, SHORT, _LIKELY)


def _is_strange(token: Token, lexicon: Lexicon) -> bool:
    return (
        token.term not in lexicon.known
        and not token.surface.isascii()
        and token.pos.startswith(("名詞", "接頭辞", "接尾辞", "形状詞", "記号"))
        and token.pos != "名詞-数詞"
        and not ("ぁ" <= token.surface[0] <= "ゖ" and "ぁ" <= token.surface[-1] <= "ゖ")
    )


def _windows(tokens: Sequence[Token], number: int) -> list[Sequence[Token]]:
    """Stretches of adjoining tokens around one of them, long enough for a name, longest first."""
    first = last = number
    while number - first < _WIDEST and first and tokens[first - 1].end == tokens[first].start:
        first -= 1
    while (
        last - number < _WIDEST
        and last + 1 < len(tokens)
        and tokens[last].end == tokens[last + 1].start
    ):
        last += 1
    windows = [
        tokens[begin : end + 1]
        for begin in range(first, number + 1)
        for end in range(number, min(last, begin + _WIDEST - 1) + 1)
        if SHORTEST_NAME - 1 <= tokens[end].end - tokens[begin].start <= LONGEST_NAME + 1
    ]
    return sorted(windows, key=lambda window: window[0].start - window[-1].end)


def _sounding(window: Sequence[Token], token: Token, lexicon: Lexicon) -> tuple[str, str] | None:
    """A known name that has another word of the same sound in place of ``token``."""
    for word in lexicon.readings.get(spoken(token.reading), ()):
        name = "".join(word if other is token else other.surface for other in window)
        if name in lexicon.names:
            return name, SOUND
    return None


def _misspelled(
    window: Sequence[Token], token: Token, written: str, lexicon: Lexicon
) -> tuple[str, str] | None:
    """The one known name that differs by a character, in a token that is no word of its own."""
    if token.reading and not (len(token.surface) == 1 and token.pos.startswith(("名詞", "記号"))):
        return None
    start, end = token.start - window[0].start, token.end - window[0].start
    name = _neighbour(written, start, end, lexicon)
    if name is None and written == token.surface and _KATAKANA_RUN.fullmatch(written):
        name = _with_known_rest(written, lexicon)
    return None if name is None else (name, TYPO)


def _neighbour(written: str, start: int, end: int, lexicon: Lexicon) -> str | None:
    """The only name one edit away from ``written``, if the edit is at ``written[start:end]``."""
    near = {
        name
        for length in range(max(len(written) - 1, SHORTEST_NAME), len(written) + 2)
        for key in half_keys(written, length)
        for name in lexicon.halves.get(key, ())
        if _one_edit(written, name)
    }
    if len(near) != 1:
        return None
    (name,) = near
    head, tail = _common(written, name)
    return name if head <= end and len(written) - tail >= start else None


def _with_known_rest(written: str, lexicon: Lexicon) -> str | None:
    """A katakana compound mended where one part of it is misspelled and the rest is a word."""
    for cut in range(2, len(written) - 1):
        head, tail = written[:cut], written[cut:]
        if tail in lexicon.known and (name := _neighbour(head, 0, len(head), lexicon)):
            return name + tail
        if head in lexicon.known and (name := _neighbour(tail, 0, len(tail), lexicon)):
            return head + name
    return None


def _one_edit(written: str, name: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes ``name``."""
    if written == name:
        return False
    head, tail = _common(written, name)
    rest, other = written[head : len(written) - tail], name[head : len(name) - tail]
    return max(len(rest), len(other)) <= 1 or (len(rest) == 2 and rest == other[::-1])


def _common(first: str, second: str) -> tuple[int, int]:
    """How many characters two texts have in common at their start, and then at their end."""
    most = min(len(first), len(second))
    head = next((i for i in range(most) if first[i] != second[i]), most)
    rest = most - head
    tail = next((i for i in range(rest) if first[-1 - i] != second[-1 - i]), rest)
    return head, tail
