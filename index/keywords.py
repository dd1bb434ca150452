"""BM25 over our own tokens, field by field. The only importer of tantivy.

Terms are joined by a space for tantivy's ``whitespace`` analyser, and asked for as exact terms, so
no query syntax is ever parsed from what a user typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import tantivy

from index.errors import IndexDamagedError
from index.passages import FIELDS
from index.vocabulary import PassageTerms

FOLDER = "keywords"
_ROW = "row"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_ROW, stored=True, indexed=True)
    for name in FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace")
    return builder.build()


class KeywordIndex:
    """Passages' terms in tantivy; row ``i`` is passage ``i``."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, tokenized: Sequence[PassageTerms]) -> KeywordIndex:
        """Write an index of the passages' terms into ``folder``/:data:`FOLDER`.

        Raises:
            OSError: if it can't be written.
        """
        path = folder / FOLDER
        path.mkdir(parents=True)
        try:
            index = tantivy.Index(_schema(), path=str(path))
            writer = index.writer(heap_size=15_000_000, num_threads=1)
            for row, fields in enumerate(tokenized):
                document = tantivy.Document()
                document.add_unsigned(_ROW, row)
                for name, terms in fields.items():
                    document.add_text(name, " ".join(term.replace(" ", "") for term in terms))
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            index.reload()
        except ValueError as error:
            # So tantivy reports a full disk.
            raise OSError(None, str(error)) from error
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> KeywordIndex:
        """Open what :meth:`build` wrote.

        Raises:
            IndexDamagedError: if it can't be opened.
        """
        try:
            return cls(tantivy.Index.open(str(folder / FOLDER)))
        except (OSError, ValueError) as error:
            raise IndexDamagedError(
                # tantivy sets a lock even to read.
                f"索引のフォルダー {FOLDER} を開けません（{error}）。索引のフォルダーに書き込めるか"
                "確かめ、書き込めるなら「renkei index」を実行してください。"
            ) from error

    def search(
        self, terms: Mapping[str, float], field_weights: Mapping[str, float], limit: int
    ) -> list[tuple[int, float]]:
        """The ``limit`` passages with the highest BM25 score, best first.

        Args:
            terms: the question's terms and the weight of each.
            field_weights: the weight of each field of :data:`index.passages.FIELDS`.
            limit: how many at most.

        Returns:
            (passage, score) pairs; a passage's score is the sum over terms and fields of
            weight × field weight × BM25.
        """
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(self._schema, field, term), weight * field_weight
                ),
            )
            for term, weight in terms.items()
            for field, field_weight in field_weights.items()
            if weight > 0 and field_weight > 0 and term
        ]
        # tantivy sets memory aside for the whole limit, however few passages there are.
        limit = min(limit, self._searcher.num_docs)
        if not clauses or limit < 1:
            return []
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit)
        return [
            (int(self._searcher.doc(address)[_ROW][0]), float(score))
            for score, address in found.hits
        ]
