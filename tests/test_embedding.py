"""The embedded default: rarity-weighted means of word vectors, their common part removed."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pytest
from index_fixtures import SEEDS

from index.build import PARSERS
from index.embedding import WordEmbedder, hash_text, unit_length
from index.passages import make_passages
from index.seeds import read_sources
from index.vectors import VectorIndex
from index.vocabulary import Vocabulary, make_vocabulary, passage_terms
from index.word_vectors import WordVectors, extract, open_word_vectors, word_hash

UNKNOWN = "zzqqxx vvkkjj"


def small_table() -> WordVectors:
    """災害, 学校 and 物資 as the unit vectors of three dimensions."""
    order = sorted(range(3), key=lambda row: word_hash(("災害", "学校", "物資")[row]))
    words = ("災害", "学校", "物資")
    return WordVectors(
        keys=np.array([word_hash(words[row]) for row in order], dtype=np.uint64),
        rows=np.array(order, dtype=np.int32),
        vectors=np.eye(3, dtype=np.float16),
    )


VOCABULARY = make_vocabulary([{"t": ["災害"]}, {"t": ["災害", "学校"]}, {"t": ["災害", "物資"]}])


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    folder = tmp_path_factory.mktemp("words")
    extract(folder)
    return open_word_vectors(folder)


@pytest.fixture(scope="module")
def corpus() -> tuple[list[str], Vocabulary]:
    """Texts and vocabulary of the real documents' records, figures left out."""
    documents = [document for document in read_sources(SEEDS) if document.kind != "survey"]
    records = [r for document in documents for r in PARSERS[document.kind](document).records]
    passages = make_passages(records, {document.key: document for document in documents})
    vocabulary = make_vocabulary([passage_terms(passage) for passage in passages])
    return list(dict.fromkeys(passage.text for passage in passages)), vocabulary


def test_a_vector_is_the_mean_of_its_words_weighted_by_their_rarity() -> None:
    embedder = WordEmbedder(small_table(), VOCABULARY)
    (vector,) = embedder.embed_questions(["災害のとき学校、学校"])
    weights = np.array([VOCABULARY.rarity("災害"), 2 * VOCABULARY.rarity("学校"), 0])
    np.testing.assert_allclose(vector, weights / np.linalg.norm(weights), rtol=1e-6)


def test_what_all_passages_have_in_common_is_taken_off() -> None:
    # The passages' vectors are e1, e1, e1 and e2; so their mean is (3/4, 1/4, 0).
    embedder = WordEmbedder(small_table(), VOCABULARY).fitted(["災害", "災害", "災害", "学校"])
    np.testing.assert_allclose(embedder.common, [0.75, 0.25, 0])
    expected = np.array([[1 - 0.75, -0.25, 0], [-0.75, -0.25, 1]])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(embedder.embed_questions(["災害", "物資"]), expected, rtol=1e-6)


def test_a_text_of_unknown_words_is_the_zero_vector() -> None:
    embedder = WordEmbedder(small_table(), VOCABULARY).fitted(["災害", "学校"])
    vectors = embedder.embed_questions([UNKNOWN, "", "災害"])
    assert not vectors[:2].any()
    assert np.linalg.norm(vectors[2]) == pytest.approx(1)


def test_unknown_words_beside_known_ones_make_no_difference() -> None:
    embedder = WordEmbedder(small_table(), VOCABULARY).fitted(["災害", "学校"])
    with_unknown, without = embedder.embed_questions([f"災害 {UNKNOWN}", "災害"])
    np.testing.assert_array_equal(with_unknown, without)


def test_a_question_equal_to_a_passage_is_nearest_to_it(
    table: WordVectors, corpus: tuple[list[str], Vocabulary]
) -> None:
    texts, vocabulary = corpus
    embedder = WordEmbedder(table, vocabulary).fitted(texts)
    index = VectorIndex.build(embedder.embed_passages(texts))
    for number in range(0, len(texts), 9):
        (question,) = embedder.embed_questions([texts[number]])
        ((nearest, score),) = index.search(question, 1)
        assert score == pytest.approx(1, abs=1e-5)
        # Two records may say the same in another order of words.
        (twin,) = embedder.embed_questions([texts[nearest]])
        np.testing.assert_allclose(twin, question, atol=1e-5)


def test_words_of_one_meaning_are_nearer_than_words_of_another(
    table: WordVectors, corpus: tuple[list[str], Vocabulary]
) -> None:
    texts, vocabulary = corpus
    embedder = WordEmbedder(table, vocabulary).fitted(texts)
    snow, blizzard, library = embedder.embed_questions(["除雪", "雪かき", "図書館"])
    assert snow @ blizzard > snow @ library


def test_vectors_have_length_1_or_0_and_the_table_s_dimension(
    table: WordVectors, corpus: tuple[list[str], Vocabulary]
) -> None:
    texts, vocabulary = corpus
    embedder = WordEmbedder(table, vocabulary).fitted(texts)
    vectors = embedder.embed_passages(texts[:40])
    assert vectors.dtype == np.float32
    assert vectors.shape == (40, embedder.dimension) == (40, 300)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_fingerprint_is_that_of_the_corpus_and_of_the_versions() -> None:
    embedder = WordEmbedder(small_table(), VOCABULARY)
    here = embedder.fitted(["災害", "学校"]).fingerprint
    assert embedder.fitted(["災害", "学校"]).fingerprint == here
    assert embedder.fitted(["災害", "物資"]).fingerprint != here
    larger = Vocabulary(VOCABULARY.terms, VOCABULARY.document_frequency, 4)
    assert WordEmbedder(small_table(), larger).fitted(["災害", "学校"]).fingerprint != here
    for package in ("ja-ginza", "fugashi", "unidic-lite"):
        assert version(package) in here


def test_a_corpus_of_nothing_has_nothing_in_common() -> None:
    embedder = WordEmbedder(small_table(), make_vocabulary([])).fitted([])
    np.testing.assert_array_equal(embedder.common, np.zeros(3))
    assert embedder.embed_passages([]).shape == (0, 3)


def test_progress_begins_at_nothing_and_ends_at_all() -> None:
    told: list[tuple[int, int]] = []
    embedder = WordEmbedder(small_table(), VOCABULARY)
    embedder.embed_passages(["災害", "学校"], lambda done, every: told.append((done, every)))
    assert told == [(0, 2), (2, 2)]


def test_unit_length_leaves_zero_vectors_alone() -> None:
    scaled = unit_length(np.array([[3, 4], [0, 0]], dtype=np.float32))
    np.testing.assert_allclose(scaled, [[0.6, 0.8], [0, 0]])


def test_a_short_name_tells_contents_apart() -> None:
    assert hash_text(b"a") == hash_text(b"a") != hash_text(b"b")
    assert len(hash_text(b"")) == 16
