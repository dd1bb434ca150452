"""Quantities that a question asks for: 何台, 何人, 定員, 何分の1.

Each is told by a figure of its unit in a row's text, and by nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from index.tokens import tokenize

# What has no other value than a figure of its unit: 何台, 定員.
_UNITS: Mapping[str, str] = {
    "台": "台",
    "人": "人|名",
    "名": "人|名",
    "回": "回|度",
    "度": "回|度",
    "食": "食",
    "箱": "箱|ケース",
    "袋": "袋",
    "缶": "缶",
    "セット": "セット|組",
    "点": "点",
    "品目": "品目|種類",
    "泊": "泊|日",
    "席": "席|人|名",
    "口": "口",
    "便": "便",
    "路線": "路線",
    "大会": "大会|回",
    "チーム": "チーム|隊|班",
    "枚": "枚",
    "本": "本",
    "個": "個",
    "機": "機|台",
    "頭": "頭",
    "匹": "匹|頭",
    "店舗": "店",
    "か所": "か所|箇所|ヶ所",
    "箇所": "か所|箇所|ヶ所",
    "施設": "施設",
    "棟": "棟",
    "室": "室",
    "部屋": "室|部屋",
    "床": "床",
    "世帯": "世帯|戸|軒",
    "軒": "軒|戸|世帯",
    "戸": "戸|軒|世帯",
    "羽": "羽",
    "体": "体",
    "基": "基",
    "隻": "隻",
    "両": "両",
    "着": "着",
    "足": "足",
    "脚": "脚",
    "張": "張",
    "杯": "杯",
    "膳": "膳",
    "発": "発",
    "球": "球",
    "ケース": "ケース|箱",
    "パック": "パック",
    "ダース": "ダース",
    "リットル": "リットル|l|kl|立方",
    "キロ": "km|キロ|kg",
    "キロワット": "kw|キロワット",
    "ワット": "w|ワット",
    "ボルト": "v|ボルト",
    "アンペア": "a|アンペア",
    "ヘルツ": "hz|ヘルツ",
    "デシベル": "db|デシベル",
    "グラム": "g|グラム",
    "ミリ": "ミリ|mm|mg|ml",
    "センチ": "センチ|cm",
    "ホン": "ホン|db|デシベル",
    "km": "km|キロ",
    "メートル": "m|メートル",
    "トン": "トン|t",
    "平方メートル": "m2|平方|ヘクタール|ha",
    "ヘクタール": "m2|平方|ヘクタール|ha",
    "時間": "時間",
    "分": "分(?!の)",
    "分の": "分の",
    "日間": "日",
    "週間": "週",
    "週": "週",
    "か月": "か月|ヶ月|箇月|カ月",
    "年間": "年(?:間|以上|以内|未満|まで)",
    "歳": "歳|才",
    "%": "%|割",
    "パーセント": "%|割",
    "割": "%|割|分の",
    "倍": "倍",
    "冊": "冊|部",
    "種類": "種類",
    "校": "校",
    "ページ": "ページ|頁",
    "市": "市",
    "町": "町",
    "市町": "市町|市|町",
    "市町村": "市町村|市|町",
}
# Units that other columns may answer: not told by a sentence, the question goes its way.
_SOFT = frozenset({"市", "町", "市町", "市町村", "校", "施設", "種類"})
# Frequencies that are told without a figure.
_INTERVALS = frozenset({"回", "週", "週間", "度"})
_OFTEN = "|[毎隔][週月年日]"
_COUNTED = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_QUANTITY = re.compile(
    rf"何(?P<unit>{_COUNTED})(?!か(?:の|で|に|が|を|、)|でも|度|目|番)"
    # Whatever is measured in Latin letters: ppm, kW, dB.
    r"|何(?P<latin>[a-z]{1,4}(?:/[a-z]{1,2}\d?)?)(?![a-z])"
    r"|何(?P<years>年)(?=以上|以内|くらい|ぐらい|ほど|かけ|たつ|やる|やら"
    # A verb of duration, not when something was done: 何年続ける, but 何年結んだ.
    r"|(?![度間月前目生何代結締交始開完成設末初頭])[一-龠][ぁ-ん一-龠])"
    r"|(?:最低|最短|最長|最大|少なくとも)(?:でも|限)?何(?P<at_least>年)(?!度|生)"
    r"|何(?P<days>日)(?=以内|以上|くらい|ぐらい|ほど|まで|前|かか|営業|休|開)"
    r"|何(?P<months>[ヶカケ箇]月)|何(?P<part>分の)"
    r"|何(?P<copies>部)(?=発行|印刷|配[らり布]|作|刷)"
)
_ANY = re.compile(r"何(?P<unit>[一-龠々]|[ァ-ヺー]{2,6})(?!か|でも|度|目|番)")
# What is asked by these has a column, or is no figure.
_COLUMNS = frozenset("件者社課部番月日年時故条語処曜号名分度歳才以事団自企大地行点人")
_OTHER_UNITS: Mapping[str, str] = {
    "years": "年間",
    "at_least": "年間",
    "days": "日間",
    "months": "か月",
    "part": "分の",
    "copies": "冊",
}
_NAMED_QUANTITY = re.compile(
    r"(?P<noun>台数|人数|定員|収容人員|回数|枚数|本数|個数|食数|部数|冊数|日数|面積|距離|容量|頻度|数量|員数|棟数|室数)"
    r"(?:は|が|を|って|も|$|\?)"
)
_NOUN_UNITS: Mapping[str, str] = {
    "台数": "台",
    "人数": "人",
    "員数": "人",
    "定員": "人",
    "収容人員": "人",
    "回数": "回",
    "頻度": "回",
    "枚数": "枚",
    "本数": "本",
    "個数": "個",
    "食数": "食",
    "部数": "冊",
    "冊数": "冊",
    "日数": "日間",
    "面積": "平方メートル",
    "距離": "km",
    "容量": "リットル",
    "数量": "個",
    "棟数": "棟",
    "室数": "室",
}
_OF_ALL = re.compile(r"全体|占め|構成比|全協定|協定の|のうち|協定は何")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that is asked of a row and is no column of the table.

    Attributes:
        name: what it is called in an answer.
        start: where the question asks for it (in the text without white space).
        end: end of that (excluded).
        anchors: words of the sentence that tells it; none for what is only a figure of a unit.
        value: what that sentence must hold; None if no row ever tells it.
        soft: whether a question goes its way where the row doesn't tell it.
        of_all: whether it is asked of all rows where none is named (終了した協定).
        of_text: whether it is a part of the agreement's text itself (第3条).
        exact: whether nothing but such a value answers it, whichever rows are meant (いくら).
    """

    name: str
    start: int
    end: int
    anchors: tuple[str, ...] = ()
    value: re.Pattern[str] | None = None
    soft: bool = False
    of_all: bool = False
    exact: bool = False
    of_text: bool = False


def quantity(text: str) -> Wanted | None:
    """The quantity that ``text``, without white space, asks for, if any."""
    match = _asked_by(_QUANTITY, text)
    if match is not None and match["latin"]:
        value = re.compile(rf"\d[\d,.]{{0,12}}{re.escape(match['latin'])}")
        return Wanted(f"「{match.group()}」にあたる数", *match.span(), (), value)
    if match is not None:
        unit = match["unit"] or next(_OTHER_UNITS[k] for k in _OTHER_UNITS if match[k])
        if unit in ("%", "パーセント", "割") and _OF_ALL.search(text):
            return None
        return _of_unit(f"「{match.group()}」にあたる数", unit, match.span())
    match = _NAMED_QUANTITY.search(text)
    if match is not None:
        return _of_unit(match["noun"], _NOUN_UNITS[match["noun"]], match.span("noun"))
    return None


def other_quantity(text: str) -> Wanted | None:
    """A quantity by whatever counter that asks for no column: 何両, 何階; None if there is none.

    Only for questions about a given row: 何 and a word may ask for much else.
    """
    match = _asked_by(_ANY, text)
    if match is None or match["unit"] in _COLUMNS:
        return None
    value = re.compile(rf"\d[\d,.]{{0,12}}{re.escape(match['unit'])}")
    return Wanted(f"「{match.group()}」にあたる数", *match.span(), (), value)


def _asked_by(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match that asks: 「何匹もらう」 does, 「何匹も飼う」 only says that it is many."""
    for match in pattern.finditer(text):
        if text[match.end() : match.end() + 1] != "も":
            return match
        # The particle is no token of its own; a verb that begins with も is one.
        if any(token.start == match.end() for token in tokenize(text)):
            return match
    return None


def _of_unit(name: str, unit: str, span: tuple[int, int]) -> Wanted:
    often = _OFTEN if unit in _INTERVALS else ""
    value = re.compile(rf"\d[\d,.]*(?:{_UNITS[unit]}){often}")
    return Wanted(name, *span, (), value, unit in _SOFT)
