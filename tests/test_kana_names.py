"""Parties' names typed in hiragana, in questions and in searches."""

from __future__ import annotations

import pytest

from assistant.engine import Assistant
from assistant.understanding.kana_names import kana_names
from index.records import Agreement


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("つるはとのきょうていはいつ", "ツルハ"),
        ("れんごーのきょうていはある？", "レンゴー"),
        ("さいねっくすと結んだ協定", "サイネックス"),
        ("にほんゆうびんとの協定は何件", "郵便"),
        ("にっぽんゆうびんとの協定は何件", "郵便"),
        ("しかいしかいとの協定", "歯科医師会"),
        ("ほくようぎんこうの協定", "北洋銀行"),
        ("あさひかわしんようきんことは", "旭川信用金庫"),
        ("きしょうだいとの協定は？", "気象台"),
        ("ぜいりしかいとのきょうてい", "税理士会"),
        ("じんゆうかいとの協定", "仁友会"),
        ("そんぽじゃぱんとの協定", "損害保険ジャパン"),
        ("ほんこんすきーれんめいとの協定", "香港スキー"),
    ],
)
def test_a_party_is_found_by_its_name_in_hiragana(
    assistant: Assistant, question: str, part: str
) -> None:
    expected = {
        no
        for no, row in assistant.agreements.items()
        if any(part in partner.replace(" ", "") for partner in row.partners)
    }
    assert expected
    (partner,) = assistant.answerer.read(question).partners
    assert set(partner.numbers) == expected


@pytest.mark.parametrize(
    ("typed", "part"),
    [("やくざいしかい", "薬剤師会"), ("どうほくばす", "道北バス"), ("やまとうんゆ", "ヤマト運輸")],
)
def test_a_search_for_a_name_in_hiragana_begins_with_that_party(
    assistant: Assistant, typed: str, part: str
) -> None:
    best = assistant.search(typed)[0].record
    assert isinstance(best, Agreement)
    assert part in best.partner.replace(" ", "")


def test_a_search_for_nothing_but_a_name_begins_with_all_rows_of_that_party(
    assistant: Assistant,
) -> None:
    for typed in ("つうけん", "ツルハ", "北洋銀行", "北海道電力"):
        rows = {no for no, row in assistant.agreements.items() if typed in row.partner}
        assert rows
        first = assistant.search(typed)[: len(rows)]
        assert {hit.record.no for hit in first if isinstance(hit.record, Agreement)} == rows
        assert all(hit.found_by[0] == f"相手方：{typed}" for hit in first)


def test_the_longest_name_counts_and_the_shorter_one_stays_in_it() -> None:
    with_names = kana_names(["医師会", "歯科医師会"])
    assert with_names("いしかいとの協定") == "医師会との協定"
    assert with_names("しかいしかいとの協定") == "歯科医師会との協定"


@pytest.mark.parametrize(
    "text",
    [
        "コープさっぽろとの協定",
        "きょうだいでそうだんしたい",
        "ものをかおうとおもう",
        "ひたちはすごい",
        "つるはきれいなとりです",
        "もりながいきをすって",
        "あさひかわのきょうてい",
    ],
)
def test_words_that_only_sound_like_a_name_stay_as_they_are(text: str) -> None:
    names = ["札幌市", "札幌", "教大", "花王", "日立", "ツルハ", "森永"]
    assert kana_names(names)(text) == text
