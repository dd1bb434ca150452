"""How text is cut into terms, with offsets that lead back to the source."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fixtures import AGREEMENT, COMPACT, SEEDS

from index import tokens
from index.normalization import normalized
from index.spelling import fold_kanji, respell
from index.tokens import dictionary_version, terms, tokenize

TEXTS = [(SEEDS / file).read_text(encoding="utf-8") for file in (COMPACT, AGREEMENT)]


@pytest.mark.parametrize(
    "spellings",
    [
        ("子供", "子ども", "こども"),
        ("障害", "障がい"),
        ("取組", "とりくみ"),
        ("サーバ", "サーバー", "ｻｰﾊﾞｰ"),
        ("ＡＩ", "AI", "ai"),
        ("ﾃﾞｰﾀ", "データ"),
        ("働いた", "働く", "働かない"),
        ("schools", "School", "ＳＣＨＯＯＬ"),
    ],
)
def test_spellings_and_inflections_of_a_word_share_their_terms(spellings: tuple[str, ...]) -> None:
    assert len({tuple(terms(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("川崎", "河崎"), ("大田", "太田")])
def test_names_that_only_sound_alike_stay_apart(one: str, other: str) -> None:
    assert terms(one) == [one]
    assert terms(other) == [other]


def test_a_verb_and_the_noun_made_of_it_share_their_term() -> None:
    assert terms("防災に取り組み、") == terms("防災の取組、") == ["防災", "取り組み"]


def test_a_loanword_has_no_trace_of_its_origin() -> None:
    assert terms("ドローン") == ["ドローン"]


def test_a_word_that_the_dictionary_does_not_know_is_its_own_term() -> None:
    assert terms("ＮＥＴ１１９") == ["net", "119"]
    assert terms("2024") == ["2024"]


def test_particles_auxiliaries_and_symbols_are_no_terms() -> None:
    assert terms("市と企業が、連携しました。（注）") == ["市", "企業", "連携", "為る", "注"]


@pytest.mark.parametrize("text", ["", "   ", "。、・！？", "\u200b\u200d", "\n\t\u3000", "は"])
def test_text_without_content_has_no_tokens(text: str) -> None:
    assert tokenize(text) == []


def test_a_token_says_its_reading_its_part_of_speech_and_its_place() -> None:
    (token,) = tokenize("「防災」")
    assert (token.term, token.surface, token.reading) == ("防災", "防災", "ボウサイ")
    assert token.pos == "名詞-普通名詞"
    assert (token.start, token.end) == (1, 3)


def test_a_token_of_half_width_kana_covers_all_its_source_characters() -> None:
    text = "新ｻｰﾊﾞ室"
    found = {token.surface: text[token.start : token.end] for token in tokenize(text)}
    assert found["サーバ"] == "ｻｰﾊﾞ"


@pytest.mark.parametrize("text", TEXTS, ids=["compact", "agreement"])
def test_every_token_of_a_document_stands_where_it_says(text: str) -> None:
    found = tokenize(text)
    assert len(found) > 500
    for token in found:
        # A sign like ⑴ becomes (1), of which 1 is a token.
        source = fold_kanji(normalized(text[token.start : token.end]))
        assert source in (token.surface, f"({token.surface})")


@given(
    st.text(
        st.one_of(
            st.sampled_from("ｶﾞﾊﾟか\u3099ＡＢ１㈱①Å\u0301\u200b\ufe0f\ud800👨\u200d👩🇯🇵 　\n\t\x00"),
            st.sampled_from("旭川市の子供たちと連携協定を結んだ取組abc123()-\"'\\+*:^~"),
            st.characters(),
        ),
        max_size=30,
    )
)
def test_tokens_of_any_text_are_in_order_and_stand_where_they_say(text: str) -> None:
    before = 0
    for token in tokenize(text):
        assert before <= token.start < token.end <= len(text)
        # A spelling that is changed may depend on what stands beside it (二十四 before 時間).
        if respell(normalized(text)) == normalized(text):
            assert token.surface in normalized(text[token.start : token.end])
        assert token.term
        assert token.term == token.term.lower()
        before = token.start


@given(st.text(max_size=30))
def test_terms_are_those_of_the_tokens(text: str) -> None:
    assert terms(text) == [token.term for token in tokenize(text)]


@pytest.mark.parametrize("space", [" ", "\n", "\u3000"])
def test_what_follows_a_very_long_stretch_of_white_space_is_not_lost(space: str) -> None:
    text = "猫" + space * 70_000 + "犬"
    assert [(token.term, token.start) for token in tokenize(text)] == [("猫", 0), ("犬", 70_001)]


def test_sixteen_threads_get_what_one_gets() -> None:
    lines = [line for text in TEXTS for line in text.split("\n") if line.strip()]
    alone = [tokenize(line) for line in lines]
    shifted = [lines[n:] + lines[:n] for n in range(0, 16 * 7, 7)]
    with ThreadPoolExecutor(16) as threads:
        together = list(threads.map(lambda part: [tokenize(line) for line in part], shifted))
    for n, found in enumerate(together):
        assert found == alone[n * 7 :] + alone[: n * 7]


def test_entries_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = terms(TEXTS[1])
    monkeypatch.setattr(tokens, "_ENTRIES", {})
    monkeypatch.setattr(tokens, "_MAX_ENTRIES", 5)
    assert terms(TEXTS[1]) == expected
    assert len(tokens._ENTRIES) <= 5


def test_the_version_names_the_analyser_and_its_dictionary() -> None:
    assert version("fugashi") in dictionary_version()
    assert version("unidic-lite") in dictionary_version()
