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
# Runs that are their own normal form, and everything else: one character with the voicing and
# combining marks that join it. A run leaves its last character to the marks that may follow.
_JOINING = "\uff9e\uff9f\u0300-\u036f\u3099\u309a\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
_CLUSTER = re.compile(
    rf"(?P<plain>[a-z0-9ぁ-ゖァ-ヶー一-龠、。]+(?![{_JOINING}])(?<![{_JOINING}]))|.[{_JOINING}]*",
    re.DOTALL,
)
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
    for match in _CLUSTER.finditer(text):
        start, end = match.span()
        if match.lastgroup == "plain":
            out.append(match.group())
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
            continue
        made = _cluster(match.group())
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


def _cluster(source: str) -> str:
    kept = "".join(
        " " if char in "\n\t\r\f\v" else char
        for char in source
        if char in "\n\t\r\f\v" or unicodedata.category(char) not in _INVISIBLE
    )
    return unicodedata.normalize("NFKC", kept).translate(_DASHES).lower()
