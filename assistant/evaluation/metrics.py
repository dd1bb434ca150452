"""Retrieval metrics, and intervals around means and rates.

The metrics are those of ``ir-measures``, computed by its ``pytrec_eval`` provider, which is
trec_eval itself. So nDCG has the **linear** gain of Järvelin and Kekäläinen: a row of grade g at
rank r adds ``g / log2(r + 1)``, divided by the same sum over the best possible order (tools with
the gain ``2**g - 1`` give other figures). P@1, R@20 and RR count every grade above 0 as relevant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, P, R, nDCG

METRICS = ("nDCG@10", "P@1", "R@20", "MRR")
RESAMPLES = 2000
SEED = 20240601
Z95 = 1.959963984540054

_MEASURES = {nDCG @ 10: "nDCG@10", P @ 1: "P@1", R @ 20: "R@20", RR: "MRR"}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean or rate over ``n`` questions with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int


def ranking_scores(ranking: Sequence[int], relevant: Mapping[int, int]) -> dict[str, float]:
    """nDCG@10, P@1, R@20 and the reciprocal rank (under ``MRR``) of one ranking, best first.

    Args:
        ranking: distinct agreement numbers.
        relevant: grade of each relevant number; others have grade 0.
    """
    qrels = {"q": {str(no): grade for no, grade in relevant.items()}}
    # trec_eval orders by score, not by position: one distinct score for each rank.
    run = {"q": {str(no): float(-rank) for rank, no in enumerate(ranking)}}
    found = ir_measures.pytrec_eval.iter_calc(list(_MEASURES), qrels, run)
    scores = {_MEASURES[metric.measure]: float(metric.value) for metric in found}
    return {name: scores[name] for name in METRICS}


def mean_interval(
    values: Sequence[float], *, resamples: int = RESAMPLES, seed: int = SEED
) -> Estimate:
    """The mean with its bootstrap percentile interval (values drawn again with replacement).

    Raises:
        ValueError: if there are no values.
    """
    if not values:
        raise ValueError("the mean of no values")
    array = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(seed).integers(0, len(array), (resamples, len(array)))
    low, high = np.percentile(array[draws].mean(axis=1), (2.5, 97.5))
    return Estimate(float(array.mean()), float(low), float(high), len(array))


def rate_interval(right: int, n: int) -> Estimate:
    """A rate with its Wilson score interval, which stays honest where all or none are right.

    Raises:
        ValueError: if ``n`` is not positive.
    """
    if n <= 0:
        raise ValueError("the rate of no questions")
    rate = right / n
    spread = Z95**2 / n
    centre = (rate + spread / 2) / (1 + spread)
    half = Z95 / (1 + spread) * math.sqrt(rate * (1 - rate) / n + spread / (4 * n))
    return Estimate(rate, max(0.0, centre - half), min(1.0, centre + half), n)


def percentile(values: Sequence[float], percent: float) -> float:
    """The percentile of some values, interpolated between neighbours.

    Raises:
        ValueError: if there are no values.
    """
    if not values:
        raise ValueError("the percentile of no values")
    return float(np.percentile(np.asarray(values, dtype=np.float64), percent))
