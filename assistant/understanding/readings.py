"""How words are read: each with the tokens that the analyser cuts it into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.tokens import Token, tokenize

_AT_ONCE = 200


def cut(words: Sequence[str]) -> Iterator[tuple[str, tuple[Token, ...], int]]:
    """Each of ``words`` with its tokens and where it begins among their offsets.

    Many are parsed together, because a parse costs more than a word. Words hold no 。.
    """
    for first in range(0, len(words), _AT_ONCE):
        block = words[first : first + _AT_ONCE]
        tokens = tokenize("。".join(block))
        position = number = 0
        for word in block:
            end = position + len(word)
            own: list[Token] = []
            while number < len(tokens) and tokens[number].end <= end:
                own.append(tokens[number])
                number += 1
            yield word, tuple(own), position
            position = end + 1
