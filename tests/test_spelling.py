"""Variants of a word become one term, in questions and passages alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalization import normalize
from index.spelling import fold_kanji, respell, respelled
from index.tokens import terms, tokenize


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("空き家", "空家"),
        ("子ども", "子供"),
        ("こども", "子供"),
        ("取り組み", "取組"),
        ("取り組む", "取り組み"),
        ("助け合う", "助け合い"),
        ("サーバ", "サーバー"),
        ("引越し", "引っ越し"),
        ("國立", "国立"),
        ("慶應義塾", "慶応義塾"),
        ("一条通八丁目", "1条通8丁目"),
        ("１条通８丁目", "1条通8丁目"),
        ("二十四時間", "24時間"),
        ("二次救急", "2次救急"),
    ],
)
def test_two_spellings_of_a_word_have_the_same_terms(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("一条", "1条通"), ("病院", "美容院"), ("8丁目", "7丁目")]
)
def test_different_words_keep_their_terms_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_old_kanji_take_their_common_form_at_their_place() -> None:
    assert fold_kanji("髙橋國") == "高橋国"


@given(st.text(alphabet="國一二十百条通丁目人abアー-ケ霞関 1２", max_size=30))
def test_the_way_back_to_the_source_is_kept(text: str) -> None:
    normal = normalize(text)
    changed = respelled(normal)
    assert changed.text == respell(normal.text)
    assert len(changed.starts) == len(changed.ends) == len(changed.text)
    for start, end in zip(changed.starts, changed.ends, strict=True):
        assert 0 <= start < end <= len(text)


def test_a_token_of_a_rewritten_number_covers_the_number_as_typed() -> None:
    text = "二十四時間の見守り"
    first = tokenize(text)[0]
    assert (first.term, text[first.start : first.end]) == ("24", "二十四")
