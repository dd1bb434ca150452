"""Variants of a word become one term, in questions and passages alike."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalization import normalize
from index.spelling import canonical, fold_kanji, respell, respelled
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
        ("一人暮らし", "1人暮らし"),
        ("髙橋", "高橋"),
        ("宮澤", "宮沢"),
        ("霞ケ関", "霞が関"),
        ("受入れ", "受け入れる"),
        ("問合せ", "問い合わせ"),
        ("受付", "受け付け"),
        ("貸切", "貸し切り"),
        ("クマ", "熊"),
    ],
)
def test_two_spellings_of_a_word_have_the_same_terms(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("一条", "1条通"), ("病院", "美容院"), ("8丁目", "7丁目")]
)
def test_different_words_keep_their_terms_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("サ-バ-の更新", "サーバーの更新"),
        ("セブン-イレブン", "セブン-イレブン"),
        ("コカ-コーラ", "コカ-コーラ"),
        ("カード-2", "カード-2"),
        ("二十四時間", "24時間"),
        ("百五十人", "150人"),
        ("二〇二四年", "2024年"),
        ("二三人", "二三人"),
        ("五十嵐", "五十嵐"),
        ("第一生命", "第一生命"),
        ("一条工務店", "一条工務店"),
        ("十一条通", "11条通"),
        ("1人でも2人でも", "一人でも二人でも"),
        ("21人", "21人"),
        ("1人以上", "1人以上"),
    ],
)
def test_a_text_is_respelled_only_where_it_is_sure(text: str, expected: str) -> None:
    assert respell(text) == expected


@pytest.mark.parametrize(
    ("term", "reading", "pos", "expected"),
    [
        ("取り組む", "トリクム", "動詞-一般", "取り組み"),
        ("教える", "オシエル", "動詞-一般", "教える"),
        ("八十", "ハチジュウ", "名詞-数詞", "80"),
        ("万", "マン", "名詞-数詞", "万"),
        ("ヴァーチャー", "", "名詞-普通名詞", "バーチャ"),
        ("キー", "", "名詞-普通名詞", "キー"),
        ("サーバー", "サーバー", "名詞-普通名詞", "サーバー"),
    ],
)
def test_a_term_takes_its_canonical_form(term: str, reading: str, pos: str, expected: str) -> None:
    assert canonical(term, reading, pos) == expected


def test_no_kanji_of_the_table_is_folded_twice() -> None:
    path = Path(__file__).parents[1] / "index" / "data" / "spelling.toml"
    pairs = tomllib.loads(path.read_text("utf-8"))["kanji"].split()
    old, new = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    assert {len(pair) for pair in pairs} == {2}
    assert len(old) == len(pairs)
    assert not old & new


def test_a_word_that_the_analyser_takes_apart_is_put_together_again() -> None:
    for text in ("見守りをしてくれる会社", "高齢者の見守りを行う協定", "見守り活動"):
        (token,) = [token for token in tokenize(text) if token.term == "見守る"]
        assert text[token.start : token.end] == "見守り"


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
