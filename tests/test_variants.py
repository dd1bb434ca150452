"""Words of a question that nothing knows as they're written are read as what is likely meant."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.lexicon import Lexicon
from assistant.variants import READING, SHORT, SOUND, TYPO, rewritten, variants


@pytest.fixture(scope="module")
def lexicon(assistant: Assistant) -> Lexicon:
    return Lexicon(assistant.index)


@pytest.mark.parametrize(
    ("question", "written", "reason"),
    [
        ("さとおやさがし", "里親", READING),
        ("福祉非難所はどこ", "福祉避難所", SOUND),
        ("ヤマト運愉との協定", "ヤマト運輸", TYPO),
        ("ボランテイアの協定", "ボランティア", TYPO),
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


def test_a_misspelled_question_finds_its_agreement(assistant: Assistant) -> None:
    for question, no in (("ヤマト運愉の猫の譲渡", 162), ("ボランテイアの拠点を置く", 107)):
        hits = assistant.search(question, 3)
        assert no in [getattr(hit.record, "no", None) for hit in hits]
        assert any("1字違い" in reason for hit in hits for reason in hit.found_by)


@pytest.mark.parametrize("text", ["あ" * 500, "ア" * 500, "あいうえおかきくけこ" * 50, "ー" * 500])
def test_hostile_questions_are_read_in_bounded_time(lexicon: Lexicon, text: str) -> None:
    variants("さとおやさがし", lexicon)  # the lexicon's parts are made at their first use
    start = time.perf_counter()
    variants(text, lexicon)
    assert time.perf_counter() - start < 1


def test_the_folder_of_the_data_holds_the_spellings() -> None:
    data = Path(__file__).parents[1] / "index" / "data" / "spelling.toml"
    assert "國国" in data.read_text("utf-8")
