"""One form for the spellings of a name: ㈱ツルハ, 旭川醫科大學, セブン-イレブン, コカコーラ.

Legal forms are written out, old and variant kanji folded, small kana made large, and dots and
hyphens dropped. Every character of the result knows where it stands in the text.
Beside that: where words end, so that a name isn't found inside of another word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.spelling import fold_kanji
from index.tokens import tokenize

# How legal forms are abbreviated, in normalized text.
_FORMS = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(合)": "合同会社",
    "(一社)": "一般社団法人",
    "(公社)": "公益社団法人",
    "(一財)": "一般財団法人",
    "(公財)": "公益財団法人",
    "(福)": "社会福祉法人",
    "(医)": "医療法人",
    "(学)": "学校法人",
}
_PIECE = re.compile("|".join(map(re.escape, _FORMS)) + r"|[・･\-.'’&＆]|.", re.DOTALL)
_BESIDE = 12
_DROPPED = frozenset("・･-.'’&＆")
_LARGE = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; its character ``i`` stands at ``starts[i]`` to ``ends[i]`` of the source."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The place in the source of ``text[start:end]``, which isn't empty."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=256)
def folded(text: str) -> Folded:
    """Fold normalized ``text`` without white space, and keep the way back."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _PIECE.finditer(fold_kanji(text)):
        piece = match.group()
        if piece in _DROPPED:
            continue
        new = _FORMS.get(piece, piece).translate(_LARGE)
        out.append(new)
        starts += [match.start()] * len(new)
        ends += [match.end()] * len(new)
    return Folded("".join(out), tuple(starts), tuple(ends))


def fold(text: str) -> str:
    """Only the text of :func:`folded`, for text that isn't searched again."""
    return _PIECE.sub(_new, fold_kanji(text)).translate(_LARGE)


def _new(match: re.Match[str]) -> str:
    piece = match.group()
    return "" if piece in _DROPPED else _FORMS.get(piece, piece)


def at_word(text: str, position: int) -> bool:
    """Whether a word may end at ``position``: 医師会 isn't one inside 歯科医師会."""
    if not 0 < position < len(text):
        return True
    before, after = text[position - 1], text[position]
    if not (before.isalnum() and after.isalnum()):
        return True
    script = _script(before)
    if script != _script(after) or script == "hiragana":
        return True
    return script == "kanji" and position in _word_ends(text)


def holds(text: str, part: str) -> bool:
    """Whether ``text`` holds ``part`` as words of its own."""
    start = text.find(part)
    return start >= 0 and at_word(text, start) and at_word(text, start + len(part))


def stands_in(text: str, name: str) -> bool:
    """Whether a long ``text`` holds ``name`` as words of its own, anywhere."""
    start = text.find(name)
    while start >= 0:
        # Where words end is told by their neighbours.
        first = max(start - _BESIDE, 0)
        around = text[first : start + len(name) + _BESIDE]
        if at_word(around, start - first) and at_word(around, start - first + len(name)):
            return True
        start = text.find(name, start + 1)
    return False


@lru_cache(maxsize=1_024)
def _word_ends(text: str) -> frozenset[int]:
    return frozenset(token.end for token in tokenize(text))


def _script(char: str) -> str:
    if "ァ" <= char <= "ヺ" or char == "ー":
        return "katakana"
    if "ぁ" <= char <= "ゟ":
        return "hiragana"
    return "latin" if char.isascii() else "kanji"
