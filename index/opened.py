"""An index opened for use: everything that answering needs, loaded once and shared by threads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import numpy as np

from index import word_vectors
from index.embedding import WORDS, Embedder, Vectors, WordEmbedder
from index.errors import IndexDamagedError, IndexStaleError
from index.keywords import KeywordIndex
from index.records import Passage, Record, SourceDocument
from index.seeds import read_sources
from index.store import (
    Contents,
    Manifest,
    current_generation,
    read_contents,
    read_manifest,
    verify_files,
)
from index.thesaurus import PhraseTable
from index.tokens import dictionary_version
from index.transformer import TransformerEmbedder
from index.vectors import VectorIndex
from index.vocabulary import PassageTerms, Vocabulary
from index.word_vectors import WordVectors, open_word_vectors

COMMON_FILE = "common-vector.npy"
_LIBRARIES = ("faiss-cpu", "tantivy", "numpy")


@dataclass(frozen=True)
class OpenIndex:
    """A generation of the index, verified and loaded.

    ``generation`` is its folder's name, which changes with every build; row ``i`` of ``passages``,
    ``terms``, ``vectors`` and ``keywords`` is the same passage.
    """

    generation: str
    manifest: Manifest
    contents: Contents
    vectors: VectorIndex
    keywords: KeywordIndex
    words: WordVectors
    common: Vectors

    @cached_property
    def documents(self) -> Mapping[str, SourceDocument]:
        """The source documents by key."""
        return {document.key: document for document in self.contents.documents}

    @cached_property
    def records(self) -> Mapping[str, Record]:
        """All records by id, in document order."""
        return {record.id: record for record in self.contents.records}

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages."""
        return self.contents.passages

    @property
    def terms(self) -> tuple[PassageTerms, ...]:
        """Each passage's terms by field."""
        return self.contents.terms

    @property
    def vocabulary(self) -> Vocabulary:
        """All terms and how rare they are."""
        return self.contents.vocabulary

    @cached_property
    def thesaurus(self) -> PhraseTable:
        """Finds the thesaurus' concepts in terms."""
        return PhraseTable(self.contents.concepts)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder that made ``vectors``; a transformer is loaded at its first use.

        Raises:
            ModelError: if the model can't be had.
            IndexStaleError: if the model isn't the one the index was built with.
        """
        embedder: Embedder
        if self.manifest.model == WORDS:
            embedder = WordEmbedder(self.words, self.vocabulary, self.common)
        else:
            embedder = TransformerEmbedder(self.manifest.model, backend=self.manifest.backend)
        if embedder.fingerprint != self.manifest.embedder:
            raise IndexStaleError(
                f"索引を作ったときとモデル「{self.manifest.model}」の版が違います。"
                "「renkei index」を実行して作り直してください。"
            )
        return embedder


def open_index(home: Path, seeds: Path | None = None) -> OpenIndex:
    """Open the index in ``home``.

    Args:
        home: the folder that :func:`index.build.build_index` wrote.
        seeds: the documents' folder; if given, an index of other documents is refused.

    Raises:
        IndexStateError: if there is none, or it is damaged, foreign or stale.
        SeedError: if ``seeds`` is given and can't be read.
    """
    generation = current_generation(home)
    manifest = read_manifest(generation)
    check_current(manifest, seeds)
    verify_files(generation, manifest)
    contents = read_contents(generation)
    vectors = VectorIndex.open(generation)
    if vectors.size != len(contents.passages):
        raise IndexDamagedError(
            "索引のベクトルと文章の数が合いません。「renkei index」を実行してください。"
        )
    return OpenIndex(
        generation=generation.name,
        manifest=manifest,
        contents=contents,
        vectors=vectors,
        keywords=KeywordIndex.open(generation),
        words=open_word_vectors(generation),
        common=np.load(generation / COMMON_FILE, allow_pickle=False),
    )


def check_current(manifest: Manifest, seeds: Path | None) -> None:
    """Compare a manifest with the present rules, libraries and documents.

    Raises:
        IndexStaleError: naming what has changed since the build.
        SeedError: if ``seeds`` is given and can't be read.
    """
    changed = []
    if manifest.rules != rules_fingerprint():
        changed.append("読み取りの規則")
    if manifest.libraries != library_versions():
        changed.append("ライブラリーの版")
    if seeds is not None and not same_sources(manifest, read_sources(seeds)):
        changed.append("文書")
    if changed:
        raise IndexStaleError(
            f"索引が古くなっています（{'、'.join(changed)}が変わりました）。"
            "「renkei index」を実行してください。"
        )


def same_sources(manifest: Manifest, documents: Iterable[SourceDocument]) -> bool:
    """Whether an index was built from these documents, declared as they are, in this order."""
    return list(manifest.sources.items()) == list(source_digests(documents).items())


def source_digests(documents: Iterable[SourceDocument]) -> dict[str, str]:
    """Each document's key and a digest of all that is declared of it, its sha256 included.

    A title, a date or a kind that was corrected in the declaration changes what is shown or read,
    although the document is the same.
    """
    digests = {}
    for document in documents:
        declared = {name: value for name, value in asdict(document).items() if name != "text"}
        written = json.dumps(declared, ensure_ascii=False, default=str, sort_keys=True)
        digests[document.key] = hashlib.sha256(written.encode()).hexdigest()
    return digests


def library_versions() -> dict[str, str]:
    """Versions of the libraries whose files or cuts an index depends on."""
    return {
        **{name: version(name) for name in _LIBRARIES},
        "tokens": dictionary_version(),
        "words": word_vectors.fingerprint(),
    }


def rules_fingerprint() -> str:
    """A digest of this package's code and data, which decide what documents become."""
    digest = hashlib.sha256()
    package = files("index")
    data = package.joinpath("data")
    for folder in (package, package.joinpath("parsing"), data, data.joinpath("thesaurus")):
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if file.name.endswith((".py", ".toml")):
                # Line ends may differ between checkouts of the same version.
                digest.update(file.name.encode() + file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]
