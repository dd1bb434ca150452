"""One spelling for matching: what becomes of characters, and the way back to the source."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.normalization import normalize, normalized, without_space

DASHES = "‐‑‒–—―−﹣"
WAVES = "〜∼"
# The one space of a script that NFKC leaves as it is.
OGHAM_SPACE = "\u1680"
IGNORABLE_LETTERS_AND_MARKS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202e\u2066\x00\x07\x1b\ud800\udfff\ue000"

# Everything that can be seen and that this project doesn't fold on its own account.
visible_text = st.text(
    st.characters(
        exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"),
        exclude_characters=DASHES + WAVES + OGHAM_SPACE + IGNORABLE_LETTERS_AND_MARKS,
    ),
    max_size=30,
)
mixed_text = st.text(
    st.one_of(
        st.sampled_from("ｶﾞﾊﾟｱｰﾞﾟかがは\u3099\u309a\u0301\u20e3ＡＢ１２㈱㍻①ⅣﬁŐİßΣ가ㄱㅏ\u1161\u11a8"),
        st.sampled_from("漢字仮名abc123 、。・\u3000\n\r\t\x85\u2028" + DASHES + WAVES),
        st.sampled_from("👨\u200d👩\u200d👧🇯🇵☎\ufe0f葛\U000e0100" + INVISIBLE),
        st.characters(codec=None),
    ),
    max_size=40,
)


@given(visible_text)
@example("ｶﾞｷﾞ")
@example("か\u3099は\u309a")
@example("한국 ㄱㅏㄱ")
@example("क़ ொ ៀ")
@example("︱︲﹘⁻")
def test_visible_text_becomes_its_nfkc_form_in_lower_case_with_one_dash(text: str) -> None:
    # Character by character: str.lower() alone knows the Greek final sigma.
    lower = [char.lower() for char in unicodedata.normalize("NFKC", text)]
    assert normalized(text) == "".join("-" if char in DASHES else char for char in lower)


@given(visible_text, st.lists(st.sampled_from(INVISIBLE + "\ufe0f\U000e0100\u3164"), max_size=20))
def test_invisible_characters_make_no_difference(text: str, hidden: list[str]) -> None:
    step = max(1, len(text) // (len(hidden) + 1))
    strewn = "".join(
        char + (hidden[n // step] if n % step == 0 and n // step < len(hidden) else "")
        for n, char in enumerate(text)
    )
    assert normalized(strewn) == normalized(text)


@given(mixed_text)
@example("\u3099が")
@example("か\u200b\u3099")
@example("あ" * 3 + "\u0301" * 40 + "い")
def test_every_character_knows_the_source_characters_it_came_from(text: str) -> None:
    result = normalize(text)
    assert len(result.text) == len(result.starts) == len(result.ends)
    assert list(result.starts) == sorted(result.starts)
    assert list(result.ends) == sorted(result.ends)
    for position, char in enumerate(result.text):
        start, end = result.source_range(position, position + 1)
        assert 0 <= start < end <= len(text)
        assert char in normalized(text[start:end])


@given(mixed_text, st.data())
def test_the_source_of_a_stretch_normalizes_to_that_stretch(text: str, data: st.DataObject) -> None:
    result = normalize(text)
    start = data.draw(st.integers(0, len(result.text)))
    end = data.draw(st.integers(start, len(result.text)))
    source = slice(*result.source_range(start, end))
    assert result.text[start:end] in normalized(text[source])


@given(mixed_text)
def test_normalizing_twice_changes_nothing_more(text: str) -> None:
    assert normalized(normalized(text)) == normalized(text)


@given(mixed_text)
def test_nothing_invisible_and_no_white_space_but_the_space_remains(text: str) -> None:
    for char in normalized(text):
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert char == " " or not char.isspace()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ﾃﾞｰﾀﾍﾞｰｽ", "データベース"),
        ("Ｈ１６．５．１４", "h16.5.14"),
        ("㈱セブン", "(株)セブン"),
        ("①②", "12"),
        ("旭川\u3000市\r\n", "旭川 市  "),
        ("一行\x85二行\u2028三行", "一行 二行 三行"),
        ("5‐1−2–3", "5-1-2-3"),
        ("10時～11時〜12時", "10時~11時~12時"),
        ("ポ\u200bスト\u00ad", "ポスト"),
        ("葛\U000e0100城", "葛城"),
        ("ᚁ\u1680ᚂ", "ᚁ ᚂ"),
        ("☎\ufe0f", "☎"),
        ("\ud83d", ""),
        ("ΣΑΣ", "σασ"),
        ("", ""),
    ],
)
def test_examples_of_what_documents_and_keyboards_hold(source: str, expected: str) -> None:
    assert normalized(source) == expected


def test_a_half_width_kana_and_its_voicing_mark_are_one_source_stretch() -> None:
    result = normalize("aｶﾞb")
    assert result.text == "aガb"
    assert (result.starts, result.ends) == ((0, 1, 3), (1, 3, 4))


def test_white_space_has_a_place_of_its_own() -> None:
    result = normalize("甲\n\u3000乙")
    assert result.text == "甲  乙"
    assert (result.starts, result.ends) == ((0, 1, 2, 3), (1, 2, 3, 4))


def test_the_letters_of_one_sign_share_its_place() -> None:
    result = normalize("(㈱)")
    assert result.text == "((株))"
    assert result.source_range(2, 3) == (1, 2)
    assert result.source_range(0, 5) == (0, 3)


def test_a_mark_joins_only_the_last_character_of_a_plain_run() -> None:
    result = normalize("さくは\u3099ら")
    assert result.text == "さくばら"
    assert result.source_range(0, 2) == (0, 2)
    assert result.source_range(2, 3) == (2, 4)


def test_no_mark_is_lost_where_more_follow_than_one_character_can_bear() -> None:
    assert normalized("ん" + "\u0316" * 100) == "ん" + "\u0316" * 100


def test_an_empty_stretch_has_an_empty_source() -> None:
    assert normalize("協定").source_range(1, 1) == (0, 0)


def test_two_printings_of_a_text_are_equal_without_space() -> None:
    assert without_space("市民 と\n企業 の　連携") == without_space("市民と企業の連携")
