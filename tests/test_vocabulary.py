"""Terms of passages, how many passages hold each, and how rare that makes it."""

from __future__ import annotations

import math

import pytest

from index.records import Passage, SourceSpan
from index.vocabulary import make_vocabulary, passage_terms

TOKENIZED = [
    {"title": ["災害", "応援"], "content": ["災害", "災害", "物資"]},
    {"title": ["災害"], "content": []},
    {"title": ["図書館"]},
]


def test_a_passage_counts_once_for_a_term_however_often_it_holds_it() -> None:
    vocabulary = make_vocabulary(TOKENIZED)
    assert vocabulary.passages == 3
    assert vocabulary.frequency("災害") == 2
    assert vocabulary.frequency("物資") == 1
    assert vocabulary.frequency("学校") == 0


def test_terms_are_sorted_and_their_ids_are_their_positions() -> None:
    vocabulary = make_vocabulary(TOKENIZED)
    assert vocabulary.terms == tuple(sorted(["災害", "応援", "物資", "図書館"]))
    assert [vocabulary.ids[term] for term in vocabulary.terms] == [0, 1, 2, 3]


def test_rarity_is_the_inverse_document_frequency_of_bm25() -> None:
    vocabulary = make_vocabulary(TOKENIZED)
    assert vocabulary.rarity("災害") == pytest.approx(math.log(1 + (3 - 2 + 0.5) / (2 + 0.5)))
    assert vocabulary.rarity("物資") == pytest.approx(math.log(1 + (3 - 1 + 0.5) / (1 + 0.5)))
    assert vocabulary.rarity("学校") == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_a_rarer_term_weighs_more_and_none_weighs_nothing_or_less() -> None:
    vocabulary = make_vocabulary([{"title": ["市", "図書館"]}, {"title": ["市"]}])
    assert vocabulary.rarity("学校") > vocabulary.rarity("図書館") > vocabulary.rarity("市") > 0


def test_an_empty_corpus_has_an_empty_vocabulary() -> None:
    vocabulary = make_vocabulary([])
    assert (vocabulary.terms, vocabulary.passages) == ((), 0)
    assert vocabulary.frequency("市") == 0
    assert vocabulary.rarity("市") == pytest.approx(math.log(2))


def test_each_field_of_a_passage_is_cut_on_its_own() -> None:
    fields = (("title", "災害時の応援"), ("partner", ""), ("content", "物資を運ぶ。"))
    passage = Passage("d/1", "d/1", "agreement", fields, SourceSpan("d", 1, 1))
    assert passage_terms(passage) == {
        "title": ["災害", "時", "応援"],
        "partner": [],
        "content": ["物資", "運ぶ"],
    }
