"""From documents to an index: every stage in order, on one screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import (
    agreement_text,
    agreements,
    compact_table,
    slides,
    store,
    survey,
    word_vectors,
)
from index.embedding import WORDS, Embedder, Vectors, WordEmbedder
from index.errors import IndexStateError, ParseError, SeedError
from index.keywords import KeywordIndex
from index.opened import COMMON_FILE, check_current, library_versions, rules_fingerprint
from index.passages import make_passages
from index.records import Parsed, Passage, SourceDocument, kind_of
from index.seeds import read_sources
from index.store import Contents, Manifest
from index.thesaurus import read_concepts
from index.transformer import TransformerEmbedder
from index.vectors import VectorIndex
from index.vocabulary import make_vocabulary, passage_terms

PARSERS: Mapping[str, Callable[[SourceDocument], Parsed]] = {
    "agreement-table": agreements.parse,
    "survey": survey.parse,
    "compact-table": compact_table.parse,
    "slides": slides.parse,
    "agreement-text": agreement_text.parse,
}

Report = Callable[[str, int, int], None]
"""Called with a stage's Japanese name, how much of it is done and how much there is."""


def build_index(
    seeds: Path, home: Path, *, model: str | None = None, backend: str = "torch", report: Report
) -> tuple[Manifest, bool]:
    """Build or refresh the index in ``home`` from the documents in ``seeds``.

    Documents that haven't changed are not read again, nor are passages embedded again whose text
    and embedder are the same. ``model`` is :data:`index.embedding.WORDS`, a model's name or folder;
    left out, the present index's model is kept.

    Returns:
        The manifest, and whether anything had to be done.

    Raises:
        SeedError, ParseError, ModelError: naming what can't be read and what to do. The index that
            was there stays as it is.
    """
    with store.building(home) as folder:
        documents = read_sources(seeds)
        before = _previous(home)
        if model is None:
            model, backend = (before.manifest.model, before.manifest.backend) if before else (WORDS, backend)
        if before and _unchanged(before, seeds, model, backend):
            return before.manifest, False

        parsed = {}
        for number, document in enumerate(documents, 1):
            parsed[document.key] = _parse(document, before)
            report("文書の読み取り", number, len(documents))
        records = [record for result in parsed.values() for record in result.records]
        passages = make_passages(records, {document.key: document for document in documents})

        terms = []
        for number, passage in enumerate(passages, 1):
            terms.append(passage_terms(passage))
            report("単語への分割", number, len(passages))
        vocabulary = make_vocabulary(terms)

        _word_table(folder, before)
        texts = [passage.text for passage in passages]
        words = WordEmbedder(word_vectors.open_word_vectors(folder), vocabulary).fitted(texts)
        np.save(folder / COMMON_FILE, words.common, allow_pickle=False)
        embedder: Embedder = (
            words if model == WORDS else TransformerEmbedder(model, backend=backend)
        )
        VectorIndex.build(_embed(passages, embedder, before, report)).save(folder)
        KeywordIndex.build(folder, terms)
        report("索引の書き込み", 0, 1)
        store.write_contents(
            folder,
            Contents(
                documents=tuple(documents),
                records=tuple(records),
                passages=tuple(passages),
                terms=tuple(terms),
                vocabulary=vocabulary,
                concepts=tuple(read_concepts()),
            ),
        )
        manifest = Manifest(
            format=store.FORMAT,
            sources={document.key: document.sha256 for document in documents},
            rules=rules_fingerprint(),
            model=model,
            backend=backend,
            embedder=embedder.fingerprint,
            libraries=library_versions(),
            counts=dict(Counter(kind_of(record) for record in records)),
            doubts=tuple(doubt for result in parsed.values() for doubt in result.doubts),
            files=store.list_files(folder),
        )
        store.write_manifest(folder, manifest)
        store.publish(home, folder)
        report("索引の書き込み", 1, 1)
        return manifest, True


@dataclass(frozen=True)
class _Previous:
    """The whole index that is there already, to take over from it what hasn't changed."""

    folder: Path
    manifest: Manifest
    contents: Contents


def _previous(home: Path) -> _Previous | None:
    """The index that is there, if it is whole; a damaged one is simply built anew."""
    try:
        generation = store.current_generation(home)
        manifest = store.read_manifest(generation)
        store.verify_files(generation, manifest)
        contents = store.read_contents(generation)
    except IndexStateError:
        return None
    return _Previous(generation, manifest, contents)


def _unchanged(before: _Previous, seeds: Path, model: str, backend: str) -> bool:
    manifest = before.manifest
    if (manifest.model, manifest.backend) != (model, backend):
        return False
    if model != WORDS:
        fingerprint = TransformerEmbedder(model, backend=backend).fingerprint
        if manifest.embedder != fingerprint:
            return False
    try:
        check_current(manifest, seeds)
    except IndexStateError:
        return False
    return True


def _parse(document: SourceDocument, before: _Previous | None) -> Parsed:
    if before and (
        before.manifest.rules == rules_fingerprint()
        and before.manifest.sources.get(document.key) == document.sha256
    ):
        kept = before.contents.records
        return Parsed(
            tuple(record for record in kept if record.span.document == document.key),
            tuple(doubt for doubt in before.manifest.doubts if doubt.span.document == document.key),
        )
    parser = PARSERS.get(document.kind)
    if parser is None:
        raise SeedError(
            f"文書「{document.file}」の kind「{document.kind}」は読み取れません。"
            f"{'、'.join(PARSERS)} から選んでください。"
        )
    parsed = parser(document)
    twice = [rid for rid, n in Counter(record.id for record in parsed.records).items() if n > 1]
    if twice:
        span = next(record.span for record in parsed.records if record.id == twice[0])
        raise ParseError(
            f"「{twice[0]}」という記録が2つあります。文書の見出しや番号を確かめてください。",
            file=document.file,
            first_line=span.first_line,
            last_line=span.last_line,
        )
    return parsed


def _word_table(folder: Path, before: _Previous | None) -> None:
    """Take the word vectors over from the previous index, or extract them from their package."""
    if before and word_vectors.fingerprint() in before.manifest.libraries.values():
        for name in word_vectors.FILES:
            (folder / name).write_bytes((before.folder / name).read_bytes())
    else:
        word_vectors.extract(folder)


def _embed(
    passages: list[Passage], embedder: Embedder, before: _Previous | None, report: Report
) -> Vectors:
    """Vectors of all passages; those that the previous index has are taken from it."""
    kept: dict[str, Vectors] = {}
    if before and before.manifest.embedder == embedder.fingerprint:
        old = before.contents.passages
        kept = dict(
            zip((passage.text for passage in old), VectorIndex.open(before.folder).vectors, strict=True)
        )
    missing = list(dict.fromkeys(p.text for p in passages if p.text not in kept))
    made = embedder.embed_passages(missing, lambda done, all_: report("ベクトル化", done, all_))
    kept.update(zip(missing, made, strict=True))
    if not passages:
        return np.zeros((0, embedder.dimension), dtype=np.float32)
    return np.stack([kept[passage.text] for passage in passages])
