"""Words of a question that nothing knows as they're written are read as what is likely meant."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.engine import Assistant
from assistant.searching.lexicon import Lexicon
from assistant.searching.variants import READING, SHORT, SOUND, TYPO, rewritten, variants


@pytest.fixture(scope="module")
def lexicon(assistant: Assistant) -> Lexicon:
    return Lexicon(assistant.index, compounds=True)


@pytest.mark.parametrize(
    ("question", "written", "reason"),
    [
        ("さとおやさがし", "里親", READING),
        ("いたいはんそう", "遺体搬送", READING),
        ("はんそうのきょうてい", "搬送", READING),
        ("はつでんきをかす", "発電機", READING),
        ("れじぶくろ", "レジ袋", TYPO),
        ("じどうはんばいき", "自動販売機", READING),
        ("こーずいのじょせつ", "除雪", READING),
        ("サイガイのとき", "災害", READING),
        ("つうげんとの協定", "つうけん", TYPO),
        ("福祉非難所はどこ", "福祉避難所", SOUND),
        ("ヤマト運愉との協定", "ヤマト運輸", TYPO),
        ("ボランテイアの協定", "ボランティア", TYPO),
        ("コミニュティバス", "コミュニティバス", TYPO),
        ("ヤトマ運輸", "ヤマト運輸", TYPO),
        ("酪膿学園大学", "酪農学園大学", TYPO),
        ("ルートインジャバン", "ルートインジャパン", TYPO),
        ("ニトリとの協定", "ニトリホールディングス", SHORT),
    ],
)
def test_a_misspelled_or_kana_word_is_read_as_what_is_meant(
    lexicon: Lexicon, question: str, written: str, reason: str
) -> None:
    found = variants(question, lexicon)
    assert (written, reason) in [(variant.written, variant.reason) for variant in found]


@pytest.mark.parametrize(
    "question",
    [
        "停電のときに電気を借りられる協定はありますか",
        "防災課の協定はいくつありますか",
        "クロネコとの協定は？",
        "生命保険会社が相手方に入る協定はいくつでしょう",
        "どうしても車がないと病院に行けなくて困っています",
        "あちこち電話したけれど、たらい回しにされてしまいました",
        "東洋大学や西日本旅客鉄道との協定",
        "あさひかわ農業協同組合",
        "ツルハが相手方の協定はどれ？",
        "タクシーの組合と結んだ協定を教えてください",
        "NTTドコモとの協定",
        "No.94の相手方は？",
        "Which agreements help during a blackout?",
    ],
)
def test_a_well_spelled_question_is_left_as_it_is(lexicon: Lexicon, question: str) -> None:
    assert variants(question, lexicon) == ()


def test_a_variant_knows_where_it_stands_in_the_question_as_typed(lexicon: Lexicon) -> None:
    question = "ﾔﾏﾄ運愉との協定"
    (variant,) = variants(question, lexicon)
    assert question[variant.start : variant.end] == "ﾔﾏﾄ運愉"
    assert rewritten(question, [variant]) == "ヤマト運輸との協定"


DATA = Path(__file__).parent / "data" / "variants.jsonl"


def test_most_misspelled_questions_find_their_agreement_among_the_first_three(
    assistant: Assistant,
) -> None:
    rows = [json.loads(line) for line in DATA.read_text("utf-8").split("\n") if line]
    lost = []
    for row in rows:
        numbers = [getattr(hit.record, "no", None) for hit in assistant.search(row["written"], 3)]
        if not set(numbers) & set(row["nos"]):
            lost.append(row["written"])
    # 30 of the 44 without variants.
    assert len(rows) == 44
    assert len(lost) <= 3, lost


def test_the_documents_own_words_are_never_rewritten(
    assistant: Assistant, lexicon: Lexicon
) -> None:
    texts = [passage.text for passage in assistant.index.passages]
    lines = [line for text in texts for line in text.split("\n")]
    assert [line for line in lines if variants(line[:500], lexicon)] == []


def test_words_of_one_sound_share_a_stretch_and_a_weight_of_one(lexicon: Lexicon) -> None:
    found = variants("きょうてい", lexicon)
    assert found[0].written == "協定"
    assert {(variant.start, variant.end) for variant in found} == {(0, 5)}
    assert sum(variant.weight for variant in found) == pytest.approx(1)


@settings(deadline=None)
@given(
    text=st.text(
        alphabet="あいうえおかきけこしすせたてとなのはまよりんっょゅーがじアイヤマト運愉猫一?",
        max_size=40,
    )
)
def test_stretches_lie_in_the_question_and_apart(lexicon: Lexicon, text: str) -> None:
    found = variants(text, lexicon)
    places = sorted({(variant.start, variant.end) for variant in found})
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    assert all(0 < variant.weight <= 1 and variant.terms for variant in found)
    kept = [text[end:start] for (_, end), (start, _) in pairwise([(0, 0), *places, (len(text), 0)])]
    assert all(part in rewritten(text, found) for part in kept)


def test_a_misspelled_question_finds_its_agreement(assistant: Assistant) -> None:
    for question, no in (("ヤマト運愉の猫の譲渡", 162), ("ボランテイアの拠点を置く", 107)):
        hits = assistant.search(question, 3)
        assert no in [getattr(hit.record, "no", None) for hit in hits]
        assert any("1字違い" in reason for hit in hits for reason in hit.found_by)


@pytest.mark.parametrize(
    "text",
    [
        *("あ" * 500, "ア" * 500, "あいうえおかきくけこ" * 50, "ー" * 500, "愉" * 500),
        *("ヤマト運愉" * 100, "かいごしえんのじょうほうていきょう" * 29, "アイウ、" * 125),
    ],
)
def test_hostile_questions_are_read_in_bounded_time(lexicon: Lexicon, text: str) -> None:
    variants("さとおやさがし", lexicon)  # the lexicon's parts are made at their first use
    start = time.perf_counter()
    variants(text, lexicon)
    assert time.perf_counter() - start < 0.2


def test_the_folder_of_the_data_holds_the_spellings() -> None:
    data = Path(__file__).parents[1] / "index" / "data" / "spelling.toml"
    assert "國国" in data.read_text("utf-8")
