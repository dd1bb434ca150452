"""One spelling for matching, with a way back to the source: NFKC, lower case, nothing invisible.

Half-width kana with their voicing marks become single full-width kana, full-width Latin letters
and digits become ASCII, and characters that can't be seen (zero-width, control, bidirectional
marks, lone surrogates) disappear. Every character of the result knows the source characters it
came from, so that a match can be highlighted where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_VOICING = "\uff9e\uff9f"
_WHITE = re.compile(r"\s+")
# Dashes and hyphens of all kinds are typed for each other.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))


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
    position = 0
    while position < len(text):
        end = position + 1
        while end < len(text) and _joins_previous(text[end]):
            end += 1
        for char in _cluster(text[position:end]):
            out.append(char)
            starts.append(position)
            ends.append(end)
        position = end
    return Normalized("".join(out), tuple(starts), tuple(ends))


def normalized(text: str) -> str:
    """Only the text of :func:`normalize`."""
    return normalize(text).text


def without_space(text: str) -> str:
    """Normalized and without any white space: how two printings of a text are compared."""
    return _WHITE.sub("", normalized(text))


def _joins_previous(char: str) -> bool:
    return char in _VOICING or unicodedata.combining(char) != 0


def _cluster(source: str) -> str:
    kept = "".join(
        " " if char in "\n\t\r\f\v" else char
        for char in source
        if char in "\n\t\r\f\v" or unicodedata.category(char) not in _INVISIBLE
    )
    return unicodedata.normalize("NFKC", kept).translate(_DASHES).lower()
