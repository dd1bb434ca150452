"""One spelling for what the analyser's dictionary leaves apart.

The dictionary itself unites most variants: 空家 and 空き家, 子供 and こども, サーバ and サーバー
have one lemma. What is left is done here, to questions and passages alike, in two steps:

* :func:`respelled`, before the text is cut: old and variant kanji (國, 髙), a hyphen typed for ー
  at the end of a katakana word, ケ between kanji (霞ケ関), numbers of several kanji before a
  counter (二十四時間), and 1人, which is a word of its own (一人暮らし).
* :func:`canonical`, on every term: verbs and the nouns made from them (取り組む, 取り組み),
  numbers in kanji, and the spelling of names and words that the dictionary doesn't hold.

The data is ``index/data/spelling.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

from index.normalization import Normalized

_Replace = Callable[[str], str]

_DIGITS = {char: digit for digit, char in enumerate("〇一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERALS = "[〇一二三四五六七八九十百千]"
_KANJI_NUMBER = re.compile(_NUMERALS + "{1,8}")
_KATAKANA = re.compile("[ァ-ヺー]+")
_KATAKANA_HYPHEN = re.compile(r"(?<![ァ-ヺー-])[ァ-ヺー][ァ-ヺー-]*-(?![a-z0-9ァ-ヺー-])")
# ー never follows these two.
_HYPHEN_FOR_MARK = re.compile(r"(?<=[ァ-メモ-ヲヴー])-")
_KE = re.compile("(?<=[一-龠々])ケ(?=[一-龠])")
_GA_IN_NAME = re.compile("(?<=[一-龠々])[がケ](?=[一-龠])")
# 一条通 is a street; 一条 alone may be a family or a company.
_STREET = re.compile("[一二三四五六七八九十]{1,3}(?=条(?:通|[0-9一二三四五六七八九]|[東西南北]))")
_PERSON = re.compile("(?<![0-9.,])[12](?=人(?!以))")
_LOAN_SOUNDS = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴ", "ブ"))
# Shorter words of one spelling with and without ー are mostly different words (キー, キ).
_SHORTEST_WITHOUT_MARK = 4


@dataclass(frozen=True)
class _Spelling:
    """The data file, ready for use."""

    kanji: Mapping[int, str]
    old_kanji: re.Pattern[str]
    several_kanji: re.Pattern[str]
    words: Mapping[str, str]
    nouns: Mapping[str, str]
    joined: frozenset[tuple[str, str]]


def fold_kanji(text: str) -> str:
    """``text`` with old and variant kanji in their common form, each still at its place."""
    return text.translate(_spelling().kanji)


def respell(text: str) -> str:
    """Normalized ``text`` in the spelling that is cut into terms."""
    for pattern, replace in _rewrites():
        text = pattern.sub(partial(_replaced, replace), text)
    return text


def respelled(normal: Normalized) -> Normalized:
    """:func:`respell` with the way back to the source kept."""
    for pattern, replace in _rewrites():
        if pattern.search(normal.text):
            normal = _rewritten(normal, pattern, replace)
    return normal


def canonical(term: str, reading: str, pos: str) -> str:
    """The one term for all spellings of ``term``.

    Args:
        term: a lemma, or the surface where there is none.
        reading: its katakana reading, empty where the dictionary has none.
        pos: the two first levels of its part of speech, as in :class:`index.tokens.Token`.
    """
    spelling = _spelling()
    if pos == "名詞-数詞":
        value = _value(term)
        return term if value is None else str(value)
    if pos.startswith("動詞"):
        return spelling.nouns.get(term, term)
    if pos == "名詞-固有名詞" or not reading:
        term = _loanword(term) if _KATAKANA.fullmatch(term) else _GA_IN_NAME.sub("ヶ", term)
    return spelling.words.get(term, term)


def are_one_word(first: str, second: str) -> bool:
    """Whether two morphemes side by side are one word that was taken apart."""
    return (first, second) in _spelling().joined


def _replaced(replace: _Replace, match: re.Match[str]) -> str:
    return replace(match.group())


@cache
def _spelling() -> _Spelling:
    path = files("index").joinpath("data/spelling.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    pairs = data["kanji"].split()
    old = "".join(old for old, _ in pairs)
    counters = "|".join(map(re.escape, sorted(data["counters"], key=len, reverse=True)))
    nouns = {
        stem + group["verb"]: stem + group["noun"]
        for group in data["verb_noun"]
        for stem in group["stems"].split()
    }
    return _Spelling(
        kanji={ord(old): new for old, new in pairs},
        old_kanji=re.compile(f"[{old}]"),
        several_kanji=re.compile(f"(?<!{_NUMERALS}){_NUMERALS}{{2,8}}(?={counters})"),
        words=data["words"],
        nouns=nouns,
        joined=frozenset((first, second) for first, second in data["joined"]),
    )


def _rewritten(normal: Normalized, pattern: re.Pattern[str], replace: _Replace) -> Normalized:
    """Replace what ``pattern`` finds; of another length, all of it comes from all it replaces."""
    text = normal.text
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        new = replace(match.group())
        parts += [text[position:start], new]
        starts += normal.starts[position:start]
        ends += normal.ends[position:start]
        if len(new) == end - start:
            starts += normal.starts[start:end]
            ends += normal.ends[start:end]
        else:
            source_start, source_end = normal.source_range(start, end)
            starts += [source_start] * len(new)
            ends += [source_end] * len(new)
        position = end
    parts.append(text[position:])
    return Normalized(
        "".join(parts),
        (*starts, *normal.starts[position:]),
        (*ends, *normal.ends[position:]),
    )


def _in_digits(number: str) -> str:
    value = _value(number)
    return number if value is None else str(value)


def _value(number: str) -> int | None:
    """The value of a number below 10,000 in kanji (二十四, 二〇二四); None if it is none.

    Two digits side by side without 〇 (二三人) mean "two or three".
    """
    if not _KANJI_NUMBER.fullmatch(number):
        return None
    if all(char in _DIGITS for char in number):
        if len(number) == 2 and "〇" not in number:
            return None
        return int("".join(str(_DIGITS[char]) for char in number))
    total, digit, highest = 0, None, 10_000
    for char in number:
        if char in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[char]
        elif _UNITS[char] >= highest:
            return None
        else:
            highest = _UNITS[char]
            total += highest * (1 if digit is None else digit)
            digit = None
    return total + (digit or 0)


def _loanword(term: str) -> str:
    """A katakana word that the dictionary doesn't hold, without what writers differ in."""
    for written, plain in _LOAN_SOUNDS:
        term = term.replace(written, plain)
    return term[:-1] if len(term) > _SHORTEST_WITHOUT_MARK and term.endswith("ー") else term


@cache
def _rewrites() -> tuple[tuple[re.Pattern[str], _Replace], ...]:
    spelling = _spelling()
    return (
        (spelling.old_kanji, lambda kanji: kanji.translate(spelling.kanji)),
        (_KATAKANA_HYPHEN, lambda word: _HYPHEN_FOR_MARK.sub("ー", word)),
        (_KE, lambda _: "ヶ"),
        (_PERSON, lambda digit: "一二"[int(digit) - 1]),
        (_STREET, _in_digits),
        (spelling.several_kanji, _in_digits),
    )
