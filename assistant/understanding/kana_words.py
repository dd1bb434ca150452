"""The table's own words and its departments, typed in hiragana: ぼうさいかのきょうてい."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from index.tokens import tokenize

SHORTEST = 4
_TABLE_WORDS = {
    "きょうていしょ": "協定書",
    "きょうてい": "協定",
    "おぼえがき": "覚書",
    "ていけつ": "締結",
    "けんすう": "件数",
    "なんけん": "何件",
    "あいてがた": "相手方",
    "たんとう": "担当",
    "ぶきょく": "部局",
    "いちらん": "一覧",
    "ごうけい": "合計",
    "もくてき": "目的",
    "さいがいじ": "災害時",
}
_IN_PLACE = (
    # 「起きないように」 is no 内容.
    (re.compile(r"(?<=の)ないよう(?=[はをが?]|って|$)"), "内容"),
    (re.compile(r"へいせい(?=\d|がん)"), "平成"),
    (re.compile(r"れいわ(?=\d|がん|[にのへ])"), "令和"),
    (re.compile(r"しょうわ(?=\d)"), "昭和"),
    (re.compile(r"がんねんど(?=[にの])"), "元年度"),
    (re.compile(r"がんねん"), "元年"),
    (re.compile(r"(?<=\d)ねんど"), "年度"),
    (re.compile(r"(?<=\d)ねん"), "年"),
    (re.compile(r"(?<=\d)がつ"), "月"),
)
_TO_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(ord("ァ"), ord("ヶ"))}
_KANJI = re.compile(r"[一-龠々]{2,}")


def kana_words(names: Iterable[str]) -> Callable[[str], str]:
    """What puts those words, and ``names``, into a text in kanji where they're typed in hiragana.

    Args:
        names: of departments and the like; those with other letters than kanji are left out.
    """
    written = dict(_TABLE_WORDS)
    for name in names:
        reading = _hiragana(name) if _KANJI.fullmatch(name) else ""
        if len(reading) >= SHORTEST:
            written.setdefault(reading, name)
    # The longest first: たんとうか before たんとう.
    listed = sorted(written, key=len, reverse=True)
    # ほけんしょ isn't ほけんしょう.
    words = re.compile(f"(?:{'|'.join(map(re.escape, listed))})(?![うー])")

    def in_kanji(text: str) -> str:
        for pattern, kanji in _IN_PLACE:
            text = pattern.sub(kanji, text)
        return words.sub(lambda match: written[match[0]], text)

    return in_kanji


def _hiragana(word: str) -> str:
    readings = [token.reading for token in tokenize(word)]
    return "".join(readings).translate(_TO_HIRAGANA) if all(readings) else ""
