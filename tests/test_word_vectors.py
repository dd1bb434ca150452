"""The word vectors of ja-ginza, read without spaCy and equal to what spaCy reads."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fixtures import COMPACT, SEEDS

from index import word_vectors
from index.errors import IndexDamagedError, ModelError
from index.tokens import terms
from index.word_vectors import FILES, WordVectors, extract, open_word_vectors, word_hash

with warnings.catch_warnings():
    # spaCy's own imports use what its dependencies will take away; that isn't ours to mend.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ja_ginza
    from spacy.strings import hash_string
    from spacy.vectors import Vectors


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    folder = tmp_path_factory.mktemp("words")
    extract(folder)
    return open_word_vectors(folder)


@pytest.fixture(scope="module")
def spacys() -> Vectors:
    (folder,) = Path(ja_ginza.__file__).parent.glob("ja_ginza-*/vocab")
    return Vectors().from_disk(folder)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "a",
        "abcdefg",
        "abcdefgh",
        "abcdefghi",
        "防災",
        "協定書",
        "サーバー",
        "é",
        "🐱",
        "x" * 255,
    ],
)
def test_a_word_has_the_hash_that_spacy_gives_it(word: str) -> None:
    assert word_hash(word) == hash_string(word)


@given(st.text(max_size=40))
def test_any_text_has_the_hash_that_spacy_gives_it(word: str) -> None:
    assert word_hash(word) == hash_string(word)


def test_a_lone_surrogate_has_a_hash_although_it_has_no_encoding() -> None:
    assert 0 <= word_hash("\ud800") < 2**64


def test_vectors_are_spacys_scaled_to_length_1(table: WordVectors, spacys: Vectors) -> None:
    document = (SEEDS / COMPACT).read_text(encoding="utf-8")
    words = sorted({word for word in terms(document) if hash_string(word) in spacys.key2row})
    assert len(words) > 300
    for word in words[:: len(words) // 50]:
        expected = spacys[hash_string(word)]
        expected = expected / np.linalg.norm(expected)
        found = table.vector(word)
        assert found is not None
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=2**-11)


def test_the_table_knows_the_words_that_spacy_knows_and_no_other(
    table: WordVectors, spacys: Vectors
) -> None:
    assert len(table.keys) == len(spacys.key2row) == 480_443
    for word in ("防災", "学校", "ｗｗ", "さいたま", "zzqqxx", "協定書第三条"):
        assert (table.vector(word) is not None) == (hash_string(word) in spacys.key2row)
    assert table.vector("zzqqxx") is None
    assert table.row("zzqqxx") is None


def test_the_keys_are_sorted_and_every_row_exists(table: WordVectors) -> None:
    assert (np.diff(table.keys.astype(object)) > 0).all()
    assert table.rows.min() >= 0
    assert table.rows.max() < len(table.vectors)
    assert table.dimension == 300


def test_the_first_and_the_last_key_are_found() -> None:
    words = sorted(("甲", "乙", "丙"), key=word_hash)
    table = WordVectors(
        keys=np.array([word_hash(word) for word in words], dtype=np.uint64),
        rows=np.array([2, 1, 0], dtype=np.int32),
        vectors=np.eye(3, dtype=np.float16),
    )
    assert [table.row(word) for word in words] == [2, 1, 0]
    assert [table.row(word) for word in ("丁", "戊", "己", "庚")] == [None] * 4


@pytest.mark.parametrize("file", FILES)
def test_a_missing_or_foreign_file_is_refused_with_the_mending_command(
    tmp_path: Path, file: str
) -> None:
    for name in FILES:
        np.save(tmp_path / name, np.zeros((1, 3)))
    (tmp_path / file).write_bytes(b"\x93NUMPY\x01\x00 no array")
    with pytest.raises(IndexDamagedError, match="renkei index"):
        open_word_vectors(tmp_path)
    (tmp_path / file).unlink()
    with pytest.raises(IndexDamagedError, match="renkei index"):
        open_word_vectors(tmp_path)


def test_pickled_arrays_are_never_loaded(tmp_path: Path) -> None:
    for name in FILES:
        np.save(tmp_path / name, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(IndexDamagedError):
        open_word_vectors(tmp_path)


def test_without_the_package_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_vectors, "PACKAGE", "no-such-vectors")
    with pytest.raises(ModelError, match=r"pip install no-such-vectors.*--model"):
        extract(tmp_path)


def test_a_package_without_vectors_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_vectors, "PACKAGE", "pytest")
    with pytest.raises(ModelError, match="入れ直してください"):
        extract(tmp_path)
