"""A real CrossEncoder, made small and saved here, reads the best hits again."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from assistant.engine import Assistant, open_assistant
from assistant.results import Hit
from assistant.searching.reranking import REREAD, Reranker
from index.errors import ModelError

LETTERS = "停電気車給救急水道協定防災物資の市民abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a BERT of one layer over single letters that gives one number for a pair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

        folder = tmp_path_factory.mktemp("crossencoder")
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS]
        (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
        torch.manual_seed(7)
        config = BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=64,
            num_labels=1,
        )
        BertForSequenceClassification(config).save_pretrained(folder / "saved")
        tokenizer = BertTokenizer(str(folder / "vocab.txt"), model_max_length=64)
        tokenizer.save_pretrained(folder / "saved")
    return folder / "saved"


@pytest.fixture
def hits(assistant: Assistant) -> list[Hit]:
    return assistant.search("停電のときの電気", REREAD + 5)


def test_the_best_hits_are_ordered_anew_and_the_others_follow(model: Path, hits: list[Hit]) -> None:
    texts = [hit.record.id for hit in hits]
    again = Reranker(str(model), batch=4).rerank("停電", hits, texts)
    ids = [hit.record.id for hit in again]
    assert sorted(ids) == sorted(hit.record.id for hit in hits)
    assert ids[REREAD:] == [hit.record.id for hit in hits[REREAD:]]
    scores = [hit.score for hit in again]
    assert scores == sorted(scores, reverse=True)
    assert all("読み直し" in hit.found_by[-1] for hit in again[:REREAD])


def test_no_hits_need_no_model() -> None:
    assert Reranker("no-such-model").rerank("停電", [], []) == []


def test_a_model_that_is_not_there_is_an_error_that_says_what_to_do(
    hits: list[Hit], tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    reranker = Reranker(str(empty))
    with pytest.raises(ModelError, match="読み込めません"):
        reranker.rerank("停電", hits, ["x"] * len(hits))


def test_an_assistant_with_a_reranker_searches_through_it(model: Path, built_home: Path) -> None:
    hits = open_assistant(built_home, reranker=str(model)).search("停電", 3)
    assert len(hits) == 3
    assert all("読み直し" in hit.found_by[-1] for hit in hits)
