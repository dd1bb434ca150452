"""One spelling for matching, with a way back to the source: NFKC, lower case, nothing invisible.

Half-width kana with their voicing marks become single full-width kana, full-width Latin letters
and digits become ASCII, white space of every kind becomes a space, and characters that can't be
seen (zero-width, control, bidirectional marks, variation selectors, lone surrogates) disappear.
Every character of the result knows the source characters it came from, so that a match can be
highlighted where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# The letters and marks among Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt).
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Runs that are their own normal form, and single characters of all other kinds.
_PIECE = re.compile(r"(?P<plain>[a-z0-9ぁ-ゖァ-ヶー一-龠、。]+)|.", re.DOTALL)
# As many as Unicode's Stream-Safe Text Format allows: sorting marks takes quadratic time.
_MAX_JOINED = 30
_WHITE = re.compile(r"\s+")
# Dashes and hyphens of all kinds are typed for each other, and so are wave dashes.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-") | {"〜": "~", "∼": "~"})


@dataclass(frozen=True, slots=True)
class Normalized:
    """Normalized text; ``starts[i]`` and ``ends[i]`` bound the source of its character ``i``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def source_range(self, start: int, end: int) -> tuple[int, int]:
        """The source offsets behind ``text[start:end]`` (end excluded, as in slices)."""
        if start >= end:
            return (0, 0)
        return self.starts[start], self.ends[end - 1]


def normalize(text: str) -> Normalized:
    """Normalize ``text`` and keep the way back; see the module's docstring for what changes."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, plain in _pieces(text):
        if plain:
            out.append(text[start:end])
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            made = _cluster(text[start:end])
            out.append(made)
            starts.extend([start] * len(made))
            ends.extend([end] * len(made))
    return Normalized("".join(out), tuple(starts), tuple(ends))


def normalized(text: str) -> str:
    """Only the text of :func:`normalize`."""
    return normalize(text).text


def without_space(text: str) -> str:
    """Normalized and without any white space: how two printings of a text are compared."""
    return _WHITE.sub("", normalized(text))


def _pieces(text: str) -> list[tuple[int, int, bool]]:
    """Cut ``text`` into plain runs and clusters: a character with the marks that join it."""
    pieces: list[tuple[int, int, bool]] = []
    for match in _PIECE.finditer(text):
        start, end = match.span()
        plain = match.lastgroup == "plain"
        if pieces and not plain and _joins(text[start]):
            before, last, was_plain = pieces[-1]
            if was_plain:
                # The marks join the run's last character alone.
                pieces[-1] = (before, last - 1, True)
                before = last - 1
            elif end - before - 1 > _MAX_JOINED:
                before = start
            else:
                pieces.pop()
            start = before
        pieces.append((start, end, plain))
    return pieces


@lru_cache(maxsize=8_192)
def _joins(char: str) -> bool:
    """Whether a character combines with the one before it, or is invisible and goes with it."""
    if char.isspace():
        return False
    first = unicodedata.normalize("NFKD", char)[0]
    # Vowels and final consonants of Hangul compose with what precedes them, as marks do.
    return (
        _unseen(char)
        or unicodedata.category(first).startswith("M")
        or "\u1160" <= first <= "\u11ff"
    )


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE or bool(_IGNORABLE.match(char))


@lru_cache(maxsize=8_192)
def _cluster(source: str) -> str:
    kept = "".join(
        " " if char.isspace() else char for char in source if char.isspace() or not _unseen(char)
    )
    return unicodedata.normalize("NFKC", kept).translate(_DASHES).lower()
