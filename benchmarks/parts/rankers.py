"""What is compared: this project, the project without a part of it, and the tools of others.

Every ranker gets the same passages and the same questions, and is left at its own defaults; where
it has to be told how many hits are wanted, it is asked for as many as all others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from importlib.metadata import PackageNotFoundError, version

from assistant.retrieval import Retriever, Weights
from index.opened import OpenIndex
from index.tokens import terms

Ranker = Callable[[str, int], list[str]]
"""A question and how many hits are wanted → ids of records, best first."""

# Nothing is fetched and nothing is told to anybody unless the caller has asked for it.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@dataclass(frozen=True)
class Entrant:
    """A ranker to be made.

    ``needs`` is the distribution that it needs beside the project's own; its version takes the
    place of ``{}`` in ``name``.
    """

    name: str
    make: Callable[[OpenIndex], Ranker]
    needs: str | None = None

    @property
    def full_name(self) -> str:
        """The name with the version of what is needed, without one where that is missing."""
        if self.needs is None:
            return self.name
        try:
            return self.name.format(version(self.needs))
        except PackageNotFoundError:
            return self.name.replace(" {}", "")


class UnavailableError(Exception):
    """A ranker can't be had here; the message is a Japanese phrase that says why."""


def entrants() -> list[Entrant]:
    """All rankers in the order of the table; the project itself first."""
    return [
        Entrant("本体", lambda index: _hits(Retriever(index))),
        *_ablations(),
        Entrant("BM25 のみ（bm25s {}、fugashi の語）", _bm25_terms, "bm25s"),
        Entrant("単語ベクトルの平均のみ（FAISS）", _dense),
        Entrant("文字 2~3-gram の TF-IDF（scikit-learn {}）", _tfidf, "scikit-learn"),
        Entrant("bm25s {}（既定の語分割）", _bm25_default, "bm25s"),
        Entrant("Haystack {}（既定の BM25）", _haystack, "haystack-ai"),
        Entrant("txtai {}（既定の BM25）", _txtai_keyword, "txtai"),
        Entrant("txtai {}（既定の混合検索）", _txtai_hybrid, "txtai"),
    ]


def make(entrant: Entrant, index: OpenIndex) -> Ranker:
    """The entrant's ranker over the passages of ``index``.

    Raises:
        UnavailableError: if it can't be had.
    """
    if entrant.needs is not None:
        try:
            version(entrant.needs)
        except PackageNotFoundError:
            raise UnavailableError(f"{entrant.needs} が入っていません") from None
    return entrant.make(index)


def _ablations() -> Iterator[Entrant]:
    """The project without each signal in turn, the others' shares scaled up to 1 again."""
    for field in fields(Weights):

        def without(index: OpenIndex, name: str = field.name) -> Ranker:
            return _hits(Retriever(index, without_signal(name)))

        yield Entrant(f"本体 − {field.name}", without)
    yield Entrant(
        "本体 − 類語辞書のすべて", lambda index: _hits(Retriever(_without_concepts(index)))
    )


def without_signal(dropped: str) -> Weights:
    """The default shares with one signal at 0, the others scaled up to 1 together."""
    shares = {field.name: getattr(Weights(), field.name) for field in fields(Weights)}
    shares[dropped] = 0.0
    whole = sum(shares.values())
    return Weights(**{name: share / whole for name, share in shares.items()})


def _without_concepts(index: OpenIndex) -> OpenIndex:
    return replace(index, contents=replace(index.contents, concepts=()))


def _hits(retriever: Retriever) -> Ranker:
    return lambda question, limit: [hit.record.id for hit in retriever.search(question, limit)]


def _dense(index: OpenIndex) -> Ranker:
    def rank(question: str, limit: int) -> list[str]:
        vector = index.embedder.embed_questions([question])[0]
        return _records(index, (row for row, _ in index.vectors.search(vector, limit)))

    return rank


def _bm25_terms(index: OpenIndex) -> Ranker:
    corpus = [[term for field in held.values() for term in field] for held in index.terms]
    return _bm25s(index, corpus, lambda question: [terms(question)])


def _bm25_default(index: OpenIndex) -> Ranker:
    import bm25s

    def cut(texts: Sequence[str]) -> list[list[str]]:
        tokens: list[list[str]] = bm25s.tokenize(texts, return_ids=False, show_progress=False)
        return tokens

    return _bm25s(index, cut(_texts(index)), lambda question: cut([question]))


def _bm25s(
    index: OpenIndex, corpus: list[list[str]], cut: Callable[[str], list[list[str]]]
) -> Ranker:
    import bm25s

    model = bm25s.BM25()
    model.index(corpus, show_progress=False)

    def rank(question: str, limit: int) -> list[str]:
        count = min(limit, len(corpus))
        rows, scores = model.retrieve(cut(question), k=count, show_progress=False)
        # It fills up with passages that hold none of the words.
        return _records(index, (int(r) for r, s in zip(rows[0], scores[0], strict=True) if s > 0))

    return rank


def _tfidf(index: OpenIndex) -> Ranker:
    from sklearn.feature_extraction.text import TfidfVectorizer

    model = TfidfVectorizer(analyzer="char", ngram_range=(2, 3))
    matrix = model.fit_transform(_texts(index))

    def rank(question: str, limit: int) -> list[str]:
        scores = (matrix @ model.transform([question]).T).toarray().ravel()
        best = (-scores).argsort(kind="stable")[:limit]
        return _records(index, (int(row) for row in best if scores[row] > 0))

    return rank


def _haystack(index: OpenIndex) -> Ranker:
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    texts = _texts(index)
    store.write_documents([Document(id=str(row), content=text) for row, text in enumerate(texts)])
    retriever = InMemoryBM25Retriever(store)

    def rank(question: str, limit: int) -> list[str]:
        found = retriever.run(question, top_k=limit)["documents"]
        return _records(index, (int(document.id) for document in found))

    return rank


def _txtai_keyword(index: OpenIndex) -> Ranker:
    return _txtai(index, keyword=True)


def _txtai_hybrid(index: OpenIndex) -> Ranker:
    return _txtai(index, hybrid=True)


def _txtai(index: OpenIndex, **options: bool) -> Ranker:
    from txtai import Embeddings

    try:
        embeddings = Embeddings(**options)
        embeddings.index(_texts(index))
    except OSError:
        raise UnavailableError(
            "既定のモデルが手もとになく、取り寄せもできません。"
            "取り寄せるには HF_HUB_OFFLINE=0 を付けて実行してください"
        ) from None

    def rank(question: str, limit: int) -> list[str]:
        return _records(index, (int(row) for row, _ in embeddings.search(question, limit)))

    return rank


def _texts(index: OpenIndex) -> list[str]:
    return [passage.text for passage in index.passages]


def _records(index: OpenIndex, rows: Iterable[int]) -> list[str]:
    return [index.passages[row].record for row in rows]
