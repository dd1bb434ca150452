"""Two agreements side by side: what both say, and what only one of them does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from assistant.quotes import sentences
from assistant.understanding.intents import Column as ColumnKey
from assistant.wording import COLUMN_NAMES
from index.eras import era_date
from index.normalization import without_space
from index.records import Agreement

COLUMNS: tuple[ColumnKey, ...] = (
    "title",
    "partner",
    "purpose",
    "content",
    "concluded",
    "department",
)
TEXTS = frozenset({"title", "purpose", "content"})
Likeness = Literal["same", "alike", "different"]
# From this share of equal characters on, two sentences say the same in other words.
ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class Part:
    """One sentence, partner or value of a column, and how the other agreement's column has it."""

    text: str
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Column:
    """One column of both agreements; ``likeness`` is that of the columns as a whole."""

    name: str
    left: tuple[Part, ...]
    right: tuple[Part, ...]
    likeness: Likeness


def contrast(left: Agreement, right: Agreement) -> tuple[Column, ...]:
    """The columns of two agreements, each part marked by whether the other has it, too."""
    return tuple(
        _column(name, _parts(left, name), _parts(right, name), texts=name in TEXTS)
        for name in COLUMNS
    )


def _parts(agreement: Agreement, column: ColumnKey) -> Sequence[str]:
    if column == "partner":
        return agreement.partners
    if column == "concluded":
        return (f"{era_date(agreement.concluded)}（{agreement.concluded_text}）",)
    if column == "department":
        return (agreement.department, agreement.section)
    texts = {"title": agreement.title, "purpose": agreement.purpose, "content": agreement.content}
    return sentences(texts[column])


def _column(name: ColumnKey, left: Sequence[str], right: Sequence[str], *, texts: bool) -> Column:
    marked = _marked(left, right, texts=texts), _marked(right, left, texts=texts)
    kinds = {part.likeness for side in marked for part in side}
    if kinds <= {"same"}:
        likeness: Likeness = "same"
    else:
        likeness = "different" if kinds == {"different"} else "alike"
    return Column(COLUMN_NAMES[name], *marked, likeness)


def _marked(own: Sequence[str], other: Sequence[str], *, texts: bool) -> tuple[Part, ...]:
    plain = [without_space(text) for text in other]
    return tuple(Part(text, _likeness(without_space(text), plain, texts=texts)) for text in own)


def _likeness(text: str, others: Sequence[str], *, texts: bool) -> Likeness:
    if text in others:
        return "same"
    # Names that are nearly the same are those of different companies.
    if not texts:
        return "different"
    close = any(SequenceMatcher(None, text, other).ratio() >= ALIKE for other in others)
    return "alike" if close else "different"
