"""From documents to an index: every stage in order, on one screen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from index import store, word_vectors
from index.embedding import WORDS, Embedder, Vectors, WordEmbedder
from index.errors import IndexStateError, ParseError, SeedError
from index.keywords import KeywordIndex
from index.opened import (
    COMMON_FILE,
    check_current,
    library_versions,
    rules_fingerprint,
    same_sources,
    source_digests,
)
from index.parsing import agreement_text, agreements, compact_table, slides, survey
from index.parsing.date_checks import check_dates
from index.passages import make_passages
from index.records import Doubt, LeftOut, Parsed, Passage, Record, SourceDocument, kind_of
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

SINGLE = ("agreement-table", "survey")
"""Kinds of which there is one document; of the others there may be several."""

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
        before = _previous(home)
        documents = read_sources(seeds, before.contents.documents if before else ())
        if model is None:
            model, backend = _model_in_use(home) or (WORDS, backend)
        elif model != WORDS and Path(model).is_dir():
            # The index will be opened from other working folders, too.
            model = str(Path(model).resolve())
        transformer = None if model == WORDS else TransformerEmbedder(model, backend=backend)
        if before and _unchanged(before, documents, model, transformer):
            return before.manifest, False

        _check_single(documents)
        parsed = dict(_read_before(before, documents))
        for number, document in enumerate(documents, 1):
            if document.key not in parsed:
                parsed[document.key] = _parse(document)
            report("文書の読み取り", number, len(documents))
        read = [parsed[document.key] for document in documents]
        records = [record for result in read for record in result.records]
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
        embedder: Embedder = transformer or words
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
            sources=source_digests(documents),
            rules=rules_fingerprint(),
            model=model,
            backend=backend,
            embedder=embedder.fingerprint,
            libraries=library_versions(),
            counts=dict(Counter(kind_of(record) for record in records)),
            doubts=tuple(doubt for result in read for doubt in result.doubts),
            left_out=tuple(left for result in read for left in result.left_out),
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

    @cached_property
    def same_code(self) -> bool:
        """Whether it was made by the present rules and libraries."""
        try:
            check_current(self.manifest, None)
        except IndexStateError:
            return False
        return True


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


def _model_in_use(home: Path) -> tuple[str, str] | None:
    """Model and backend of the index that is there, even where other files of it are damaged."""
    try:
        manifest = store.read_manifest(store.current_generation(home))
    except IndexStateError:
        return None
    return manifest.model, manifest.backend


def _unchanged(
    before: _Previous,
    documents: Sequence[SourceDocument],
    model: str,
    transformer: TransformerEmbedder | None,
) -> bool:
    manifest = before.manifest
    if manifest.model != model or not before.same_code or not same_sources(manifest, documents):
        return False
    return transformer is None or manifest.embedder == transformer.fingerprint


def _read_before(
    before: _Previous | None, documents: Sequence[SourceDocument]
) -> Mapping[str, Parsed]:
    """What the previous index holds of documents that haven't changed since, by their keys."""
    if before is None or not before.same_code:
        return {}
    records: dict[str, list[Record]] = defaultdict(list)
    for record in before.contents.records:
        records[record.span.document].append(record)
    doubts: dict[str, list[Doubt]] = defaultdict(list)
    for doubt in before.manifest.doubts:
        doubts[doubt.span.document].append(doubt)
    left_out: dict[str, list[LeftOut]] = defaultdict(list)
    for left in before.manifest.left_out:
        left_out[left.span.document].append(left)
    return {
        key: Parsed(tuple(records[key]), tuple(doubts[key]), tuple(left_out[key]))
        for key, digest in source_digests(documents).items()
        if before.manifest.sources.get(key) == digest
    }


def _check_single(documents: Sequence[SourceDocument]) -> None:
    """Refuse a second table or survey: it would repeat the numbers and names that are asked for."""
    for kind in SINGLE:
        found = [document.file for document in documents if document.kind == kind]
        if len(found) > 1:
            raise SeedError(
                f"kind「{kind}」の文書は1つだけにしてください（{'、'.join(found)}）。"
                "同じ番号や項目が重なり、正しく答えられません。"
                "sources.toml から、使わない文書の [[source]] を除いてください。"
            )


def _parse(document: SourceDocument) -> Parsed:
    parser = PARSERS.get(document.kind)
    if parser is None:
        raise SeedError(
            f"文書「{document.file}」の kind「{document.kind}」は読み取れません。"
            f"{'、'.join(PARSERS)} から選んでください。"
        )
    parsed = parser(document)
    check_dates(document)
    twice = [rid for rid, n in Counter(record.id for record in parsed.records).items() if n > 1]
    if twice:
        first, second = [r.span for r in parsed.records if r.id == twice[0]][:2]
        raise ParseError(
            f"「{twice[0]}」という記録が2つあります（1つ目は{first.first_line}行から）。"
            "文書の見出しや番号を確かめてください。",
            file=document.file,
            first_line=second.first_line,
            last_line=second.last_line,
        )
    return parsed


def _word_table(folder: Path, before: _Previous | None) -> None:
    """Take the word vectors over from the previous index, or extract them from their package."""
    if before and before.same_code:
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
        texts = (passage.text for passage in before.contents.passages)
        kept = dict(zip(texts, VectorIndex.open(before.folder).vectors, strict=True))
    missing = list(dict.fromkeys(p.text for p in passages if p.text not in kept))
    if missing:
        made = embedder.embed_passages(missing, lambda done, all_: report("ベクトル化", done, all_))
        kept.update(zip(missing, made, strict=True))
    if not passages:
        return np.zeros((0, embedder.dimension), dtype=np.float32)
    return np.stack([kept[passage.text] for passage in passages])
