"""The words of a question that neither a condition nor the talk of counting explains."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.understanding.framing import Remark, requests
from assistant.understanding.intents import CARRIERS
from assistant.understanding.named_numbers import overlaps
from index.stopwords import is_about_table, says_something
from index.tokens import Token, tokenize

_UNCOUNTED = re.compile(r"(?<!\d)\d+(?:件|つ|者|社|本|個|月|日|人|年|%|位|番)")
# 1条通8丁目: numbers that are names.
_PLACE_COUNTERS = frozenset("条丁世区・")


def topic_of(
    text: str, taken: Sequence[tuple[int, int]], outside: Sequence[Remark]
) -> tuple[tuple[Token, ...], tuple[str, ...]]:
    """The topic, and the words of remarks that might have been one."""
    claimed = [*taken, *(m.span() for m in CARRIERS.finditer(text)), *requests(text)]
    claimed += [match.span() for match in _UNCOUNTED.finditer(text)]
    remarks = [(remark.start, remark.end) for remark in outside]
    found = tuple(
        token
        for token in tokenize(text)
        if says_something(token)
        and not is_about_table(token)
        and not (
            token.pos == "名詞-数詞" and text[token.end : token.end + 1] not in _PLACE_COUNTERS
        )
        and not overlaps(claimed, token.start, token.end)
    )
    topic = tuple(token for token in found if not overlaps(remarks, token.start, token.end))
    passed = [t for t in found if t not in topic and t.pos.startswith("名詞")]
    return topic, tuple(token.surface for token in passed)


def masked_text(text: str, taken: Sequence[tuple[int, int]]) -> str:
    """``text`` with what conditions say blotted out."""
    chars = list(text)
    for start, end in taken:
        chars[start:end] = "□" * (end - start)
    return "".join(chars)
