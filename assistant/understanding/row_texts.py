"""What the agreements and the documents hold, in one spelling, to tell names from topics.

A name that is nobody's partner may stand in rows all the same, and the beginning of a longer word
in them may be what a partner is called: 北彩都 in 北彩都ガーデン.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from assistant.understanding.name_spelling import fold, stands_in
from index.normalization import without_space
from index.opened import OpenIndex
from index.records import Agreement


class RowTexts:
    """The texts of an index; each is read only when a question needs it, as most never do.

    Args:
        index: the opened index.
    """

    def __init__(self, index: OpenIndex) -> None:
        self._index = index

    @cached_property
    def _documents(self) -> str:
        texts = (document.text for document in self._index.documents.values())
        return fold(without_space("".join(texts)))

    @cached_property
    def _told(self) -> dict[int, str]:
        records = self._index.records.values()
        return {r.no: fold(without_space(_told(r))) for r in records if isinstance(r, Agreement)}

    @cached_property
    def _rows(self) -> str:
        return "\n".join(self._told.values())

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms that agreements hold, as the index has cut them."""
        index = self._index
        return frozenset(
            term
            for passage, fields in zip(index.passages, index.terms, strict=True)
            if isinstance(index.records[passage.record], Agreement)
            for name, terms in fields.items()
            if name != "department"
            for term in terms
        )

    def in_documents(self, name: str) -> bool:
        """Whether any of the documents holds ``name``, in whatever spelling."""
        return fold(without_space(name)) in self._documents

    def in_rows(self, name: str) -> bool:
        """Whether what rows tell holds ``name``."""
        return fold(name) in self._rows

    def as_words(self, name: str) -> bool:
        """Whether what rows tell holds ``name`` as words of its own."""
        return stands_in(self._rows, fold(name))

    def goes_on(self, text: str, start: int, ends: Sequence[int], numbers: Sequence[int]) -> bool:
        """Whether what is called so from ``start`` only begins a longer word of other rows.

        Args:
            text: the question.
            start: where the name begins.
            ends: where the words beside it end that the question joins to it.
            numbers: the agreements of whoever has that name.
        """
        return any(self._of_others(text[start:end], numbers) for end in ends)

    def _of_others(self, word: str, numbers: Sequence[int]) -> bool:
        plain = fold(word)
        holding = set(self._holding(plain)) if plain in self._rows else set()
        return bool(holding) and holding.isdisjoint(numbers)

    def _holding(self, plain: str) -> Iterator[int]:
        return (no for no, told in self._told.items() if plain in told)


def _told(agreement: Agreement) -> str:
    return "\n".join((agreement.title, agreement.partner, agreement.purpose, agreement.content))
