"""Retrieval metrics against hand arithmetic and an independent oracle; intervals."""

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.metrics import mean_interval, percentile, ranking_scores, rate_interval


def ndcg_at_10(ranking, relevant):
    """nDCG@10 with linear gain, written from its definition."""
    gains = np.array([relevant.get(no, 0) for no in ranking[:10]], dtype=float)
    ideal = np.sort(np.array(list(relevant.values()), dtype=float))[::-1][:10]
    discounts = 1 / np.log2(np.arange(2, 12))
    return float(gains @ discounts[: len(gains)] / (ideal @ discounts[: len(ideal)]))


def test_ndcg_of_three_hits_is_the_sum_of_discounted_grades_over_the_best_possible_sum():
    scores = ranking_scores([7, 3, 9], {3: 2, 9: 1, 5: 1})
    gained = 0 / log2(2) + 2 / log2(3) + 1 / log2(4)
    best = 2 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert scores["nDCG@10"] == pytest.approx(gained / best)
    assert scores["P@1"] == 0
    assert scores["R@20"] == pytest.approx(2 / 3)
    assert scores["MRR"] == pytest.approx(1 / 2)


def test_the_gain_is_the_grade_itself_and_not_a_power_of_two():
    scores = ranking_scores([1, 2], {1: 1, 2: 2})
    assert scores["nDCG@10"] == pytest.approx((1 + 2 / log2(3)) / (2 + 1 / log2(3)))


def test_a_hit_at_rank_eleven_counts_for_recall_and_rank_but_not_for_ndcg():
    scores = ranking_scores([*range(100, 110), 1], {1: 2})
    assert scores == {"nDCG@10": 0, "P@1": 0, "R@20": 1, "MRR": pytest.approx(1 / 11)}


def test_a_ranking_without_hits_scores_nothing():
    assert set(ranking_scores([], {1: 2}).values()) == {0.0}


def test_the_order_given_counts_even_where_numbers_would_sort_otherwise():
    nos = [2, 10, 1, 30]
    assert ranking_scores(nos, {30: 1})["MRR"] == pytest.approx(1 / 4)
    assert ranking_scores(nos[::-1], {30: 1})["MRR"] == 1


@given(
    st.lists(st.integers(1, 40), unique=True, max_size=30),
    st.dictionaries(st.integers(1, 40), st.integers(1, 3), min_size=1, max_size=15),
)
def test_ndcg_agrees_with_its_definition_written_in_numpy(ranking, relevant):
    assert ranking_scores(ranking, relevant)["nDCG@10"] == pytest.approx(
        ndcg_at_10(ranking, relevant), abs=1e-9
    )


def test_the_bootstrap_interval_repeats_itself_and_holds_the_mean():
    values = [0.0, 0.2, 0.5, 0.9, 1.0, 1.0, 0.3]
    first, second = mean_interval(values), mean_interval(values)
    assert first == second
    assert first.mean == pytest.approx(3.9 / 7)
    assert first.low < first.mean < first.high
    assert first.n == 7
    assert mean_interval(values, seed=1) != first


def test_the_bootstrap_interval_of_many_values_nears_the_normal_one():
    values = [0.0, 1.0] * 200
    estimate = mean_interval(values)
    half = 1.96 * 0.5 / 400**0.5
    assert estimate.low == pytest.approx(0.5 - half, abs=0.006)
    assert estimate.high == pytest.approx(0.5 + half, abs=0.006)


def test_equal_values_leave_no_interval():
    estimate = mean_interval([0.25] * 5)
    assert (estimate.low, estimate.mean, estimate.high) == (0.25, 0.25, 0.25)


def test_ten_right_of_ten_is_no_certainty():
    estimate = rate_interval(10, 10)
    assert estimate.mean == 1
    assert estimate.high == pytest.approx(1)
    assert estimate.low == pytest.approx(10 / (10 + 1.96**2), abs=1e-4)  # Wilson's bound at p = 1


def test_the_wilson_interval_of_one_half_is_symmetric():
    estimate = rate_interval(50, 100)
    half = 1.96 / (1 + 1.96**2 / 100) * (0.25 / 100 + 1.96**2 / (4 * 100**2)) ** 0.5
    assert estimate.low == pytest.approx(0.5 - half, abs=1e-4)
    assert estimate.high == pytest.approx(0.5 + half, abs=1e-4)


def test_percentiles_lie_between_neighbours():
    assert percentile([4.0, 1.0, 2.0, 3.0], 50) == 2.5
    assert percentile([0.0, 10.0], 95) == pytest.approx(9.5)


@pytest.mark.parametrize(
    "figure", [lambda: mean_interval([]), lambda: rate_interval(0, 0), lambda: percentile([], 50)]
)
def test_figures_of_nothing_are_errors(figure):
    with pytest.raises(ValueError, match="of no"):
        figure()
