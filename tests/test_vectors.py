"""The FAISS index: exact, equal to a plain dot product, and refused when damaged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding import unit_length
from index.errors import IndexDamagedError
from index.vectors import FILE, VectorIndex


def random_vectors(count: int, dimension: int = 24, seed: int = 7) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(count, dimension))
    return unit_length(made.astype(np.float32))


@given(st.integers(1, 200), st.integers(1, 250), st.integers(0, 1_000))
def test_the_ranking_is_that_of_the_dot_product(count: int, limit: int, seed: int) -> None:
    passages = random_vectors(count, seed=seed)
    question = random_vectors(1, seed=seed + 1)[0]
    found = VectorIndex.build(passages).search(question, limit)
    rows, scores = zip(*found, strict=True)
    expected = passages.astype(np.float64) @ question.astype(np.float64)
    assert len(set(rows)) == min(count, limit)
    # Compared by their scores, since rounding decides between rows that are as good as equal.
    np.testing.assert_allclose(scores, expected[list(rows)], atol=1e-5)
    np.testing.assert_allclose(scores, np.sort(expected)[::-1][:limit], atol=1e-5)


def test_the_padding_for_missing_rows_is_never_a_result() -> None:
    index = VectorIndex.build(random_vectors(3))
    found = index.search(random_vectors(1, seed=1)[0], 100)
    assert sorted(row for row, _ in found) == [0, 1, 2]


def test_a_vector_that_is_no_number_finds_nothing_rather_than_the_last_passage() -> None:
    index = VectorIndex.build(random_vectors(3))
    found = index.search(np.full(24, np.nan, dtype=np.float32), 3)
    assert all(row >= 0 for row, _ in found)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_finds_nothing(limit: int) -> None:
    assert VectorIndex.build(random_vectors(3)).search(random_vectors(1)[0], limit) == []


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    VectorIndex.build(np.zeros((0, 24), dtype=np.float32)).save(tmp_path)
    index = VectorIndex.open(tmp_path)
    assert index.size == 0
    assert index.vectors.shape == (0, 24)
    assert index.search(random_vectors(1)[0], 5) == []


def test_what_was_saved_is_what_is_opened(tmp_path: Path) -> None:
    passages = random_vectors(50)
    VectorIndex.build(passages).save(tmp_path)
    index = VectorIndex.open(tmp_path)
    assert index.size == 50
    np.testing.assert_array_equal(index.vectors, passages)
    assert index.search(passages[17], 1)[0][0] == 17


def test_threads_share_an_index() -> None:
    passages = random_vectors(300)
    index = VectorIndex.build(passages)
    alone = [index.search(vector, 5) for vector in passages]
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda vector: index.search(vector, 5), passages)) == alone


def test_a_missing_file_is_refused_with_the_mending_command(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match=rf"{FILE}.*renkei index"):
        VectorIndex.open(tmp_path)


@pytest.mark.parametrize("kept", [0, 3, 40, -1], ids=["empty", "magic", "header", "last byte"])
def test_a_truncated_file_is_refused(tmp_path: Path, kept: int) -> None:
    VectorIndex.build(random_vectors(5)).save(tmp_path)
    content = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(content[:kept])
    with pytest.raises(IndexDamagedError, match="renkei index"):
        VectorIndex.open(tmp_path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"SQLite format 3\x00" * 20)
    with pytest.raises(IndexDamagedError, match="renkei index"):
        VectorIndex.open(tmp_path)
