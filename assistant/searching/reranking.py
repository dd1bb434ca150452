"""An optional CrossEncoder over the best hits: slower, and better where a good model is at hand.

It reads question and passage together. Its score is mixed with retrieval's, so that a small model
can't throw away what the five scores agree on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from assistant.results import Hit
from index.transformer import unavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

REREAD = 30
SHARE = 0.7
"""The share of the CrossEncoder's score in a re-read hit's."""
BATCH = 16
REASON = "読み直し"


class Reranker:
    """A CrossEncoder by name or local folder, loaded at its first use.

    Args:
        name: a model's name on the hub, or a folder that holds one.
        batch: how many pairs go through the model together.
    """

    def __init__(self, name: str, *, batch: int = BATCH) -> None:
        self.name = name
        self._batch = batch

    @cached_property
    def _model(self) -> CrossEncoder:
        try:
            from sentence_transformers import CrossEncoder

            model: CrossEncoder = CrossEncoder(self.name)
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise unavailable(self.name, error) from error
        return model

    def rerank(self, question: str, hits: Sequence[Hit], texts: Sequence[str]) -> list[Hit]:
        """The first :data:`REREAD` of ``hits`` in their new order, the others after them.

        Args:
            question: the question.
            hits: best first.
            texts: the text of each hit.

        Raises:
            ModelError: if the model can't be had.
        """
        again, rest = list(hits[:REREAD]), list(hits[REREAD:])
        if not again:
            return rest
        scores = np.asarray(
            self._model.predict(
                [(question, text) for text in texts[:REREAD]],
                batch_size=self._batch,
                show_progress_bar=False,
                convert_to_numpy=True,
            ),
            dtype=np.float64,
        ).reshape(len(again), -1)[:, 0]
        mixed = [
            replace(
                hit,
                score=SHARE * score + (1 - SHARE) * hit.score,
                found_by=(*hit.found_by, f"{REASON}：{score:.2f}"),
            )
            for hit, score in zip(again, _spread(scores), strict=True)
        ]
        ordered = sorted(mixed, key=lambda hit: -hit.score)
        lowest = ordered[-1].score
        return [*ordered, *(replace(hit, score=min(hit.score, lowest)) for hit in rest)]


def _spread(scores: npt.NDArray[np.float64]) -> list[float]:
    """``scores`` on 0…1: as they are if a model gives probabilities, else through the logistic."""
    if scores.min() >= 0 and scores.max() <= 1:
        return [float(score) for score in scores]
    return [float(1 / (1 + np.exp(-np.clip(score, -50, 50)))) for score in scores]
