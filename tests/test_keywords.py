"""BM25 in tantivy over our own terms, against BM25 computed here from its formula."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexDamagedError
from index.keywords import FOLDER, KeywordIndex
from index.passages import FIELDS

K1, B = 1.2, 0.75
WORDS = ["災害", "応援", "物資", "図書館", "学校", "健康", "道路", "除雪", "観光", "ai"]
PassageTerms = Mapping[str, Sequence[str]]


def bm25(
    passages: Sequence[PassageTerms], terms: Mapping[str, float], weights: Mapping[str, float]
) -> dict[int, float]:
    """Robertson's BM25 per field, each term's idf the one of its field, summed with weights."""
    scores: dict[int, float] = {}
    for field, field_weight in weights.items():
        cells = [list(passage.get(field, ())) for passage in passages]
        mean = sum(map(len, cells)) / len(cells)
        for term, weight in terms.items():
            held = sum(term in cell for cell in cells)
            idf = math.log(1 + (len(cells) - held + 0.5) / (held + 0.5))
            for row, cell in enumerate(cells):
                tf = cell.count(term)
                if tf:
                    saturated = tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(cell) / mean))
                    scores[row] = scores.get(row, 0) + weight * field_weight * idf * saturated
    return scores


@pytest.fixture(scope="module")
def corpus() -> list[PassageTerms]:
    # Fields stay below 40 terms, up to where tantivy keeps their lengths exactly.
    chosen = np.random.default_rng(3)
    return [
        {field: chosen.choice(WORDS, chosen.integers(0, 40)).tolist() for field in FIELDS}
        for _ in range(60)
    ]


@pytest.fixture(scope="module")
def index(corpus: list[PassageTerms], tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    return KeywordIndex.build(tmp_path_factory.mktemp("keywords"), corpus)


@pytest.mark.parametrize(
    ("terms", "weights"),
    [
        ({"災害": 1.0}, {"title": 1.0}),
        ({"災害": 1.0, "応援": 1.0}, {"title": 1.0}),
        ({"災害": 1.0, "ai": 0.3}, {"content": 1.0}),
        ({"図書館": 2.0, "学校": 0.5}, dict.fromkeys(FIELDS, 1.0)),
        ({"除雪": 1.0}, {"title": 3.0, "partner": 2.0, "content": 0.25}),
    ],
)
def test_scores_are_the_weighted_sums_of_bm25(
    corpus: list[PassageTerms],
    index: KeywordIndex,
    terms: dict[str, float],
    weights: dict[str, float],
) -> None:
    expected = bm25(corpus, terms, weights)
    found = dict(index.search(terms, weights, 100))
    assert found.keys() == expected.keys()
    assert len(found) > 20
    for row, score in found.items():
        assert score == pytest.approx(expected[row], rel=1e-5)


def test_results_come_best_first_and_no_more_than_asked_for(index: KeywordIndex) -> None:
    found = index.search({"災害": 1.0}, {"content": 1.0}, 7)
    scores = [score for _, score in found]
    assert len(found) == 7
    assert scores == sorted(scores, reverse=True)
    more = [row for row, _ in index.search({"災害": 1.0}, {"content": 1.0}, 20)]
    assert more[:6] == [row for row, _ in found][:6]


def search(folder: Path, passages: Sequence[PassageTerms], **terms: float) -> list[int]:
    index = KeywordIndex.build(folder, passages)
    return [row for row, _ in index.search(terms, {"title": 2.0, "content": 1.0}, 10)]


def test_a_heavier_field_puts_its_passage_first(tmp_path: Path) -> None:
    passages = [{"title": ["市"], "content": ["災害"]}, {"title": ["災害"], "content": ["市"]}]
    assert search(tmp_path, passages, 災害=1.0) == [1, 0]


def test_a_term_of_weight_zero_or_of_no_letters_is_not_searched(tmp_path: Path) -> None:
    passages = [{"title": ["災害"]}, {"title": ["応援"]}]
    index = KeywordIndex.build(tmp_path, passages)
    assert [row for row, _ in index.search({"災害": 0.0, "応援": 1.0}, {"title": 1.0}, 9)] == [1]
    assert index.search({"災害": 1.0}, {"title": 0.0}, 9) == []
    assert index.search({"": 1.0}, {"title": 1.0}, 9) == []
    assert index.search({}, {"title": 1.0}, 9) == []


SYNTAX = (
    """(災害 災害) +災害 災害* title:"災害" 災害~2 災害^9 [a \\ or and not - /.*/ * ＯＲ 🐱 災"""
)


@pytest.mark.parametrize("term", SYNTAX.split())
def test_query_syntax_is_plain_text(tmp_path: Path, term: str) -> None:
    passages = [{"title": ["災害"]}, {"title": [term]}, {"content": ["応援"]}]
    assert search(tmp_path, passages, **{term: 1.0}) == [1]


def test_case_is_left_to_the_tokens(tmp_path: Path) -> None:
    assert search(tmp_path, [{"title": ["NPO"]}, {"title": ["npo"]}], npo=1.0) == [1]


def test_a_long_word_is_found_whole_and_not_by_a_part(tmp_path: Path) -> None:
    long = "x" * 300
    assert search(tmp_path / "a", [{"title": [long]}, {"title": ["x"]}], **{long: 1.0}) == [0]
    assert search(tmp_path / "b", [{"title": [long]}, {"title": ["x"]}], x=1.0) == [1]


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_finds_nothing(index: KeywordIndex, limit: int) -> None:
    assert index.search({"災害": 1.0}, {"title": 1.0}, limit) == []


def test_a_limit_beyond_all_measure_costs_no_memory(index: KeywordIndex) -> None:
    few = index.search({"災害": 1.0}, {"title": 1.0}, 60)
    assert index.search({"災害": 1.0}, {"title": 1.0}, 2**62) == few


def test_passages_without_terms_are_counted_but_never_found(tmp_path: Path) -> None:
    assert search(tmp_path, [{}, {"title": []}, {"title": ["災害"]}], 災害=1.0) == [2]


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    assert search(tmp_path, [], 災害=1.0) == []


def test_what_was_built_is_what_is_opened(tmp_path: Path, corpus: list[PassageTerms]) -> None:
    built = KeywordIndex.build(tmp_path, corpus)
    asked = ({"災害": 1.0, "観光": 0.5}, {"title": 2.0, "content": 1.0}, 30)
    assert KeywordIndex.open(tmp_path).search(*asked) == built.search(*asked)


def test_threads_share_an_index(index: KeywordIndex) -> None:
    asked = [({word: 1.0}, {"title": 1.0}, 10) for word in WORDS] * 10
    alone = [index.search(*each) for each in asked]
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda each: index.search(*each), asked)) == alone


def test_a_missing_folder_is_refused_with_the_mending_command(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match=rf"{FOLDER}.*renkei index"):
        KeywordIndex.open(tmp_path)


def test_a_damaged_folder_is_refused(tmp_path: Path, corpus: list[PassageTerms]) -> None:
    KeywordIndex.build(tmp_path, corpus)
    (tmp_path / FOLDER / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="renkei index"):
        KeywordIndex.open(tmp_path)
