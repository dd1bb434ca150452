"""Turns as the moves expect them: 「すみません、No.7の間違いです」 is 「では、No.7」.

People take back what they said in many ways, and point in words of the office (同課). Which
question is meant afterwards doesn't depend on that.
"""

from __future__ import annotations

import re

POLITE = (
    r"(?:どうも)?(?:ありがとう(?:ございます|ございました)?|助かりました|了解(?:です|しました)?"
    r"|承知(?:しました)?|わかりました|分かりました|なるほど|そうですか|そうなんですね"
    r"|どうもです|はい|ok|thank(?: you|s))"
)
GREETING = (
    r"(?:こんにちは|こんばんは|おはよう(?:ございます)?|はじめまして|初めまして|よろしく(?:お願いします)?"
    r"|お疲れ様(?:です|でした)?|おつかれさま(?:です|でした)?|さようなら|失礼します|hello|hi|bye)"
)
_LEAD = re.compile(
    r"^(?:(?:ちなみに|それから|それと|そういえば|えーと|えっと|えー|あのー?|逆に|反対に|ついでに|もう(?:一度|1度|一回|1回)|改めて)[、,]?"
    rf"|(?:あと|また|なお|ということは|で|ふーん|へえ|{POLITE}|{GREETING})[、,。!.])\s*"
)
_SORRY = (
    r"(?:あっ?|いや|いえ|いいえ|うーん|すみません|すいません|ごめん(?:なさい|ね)?|失礼(?:しました)?"
    r"|申し訳(?:ない|ありません)(?:です)?(?:が)?|訂正(?:です|します)?|間違え(?:た|ました)|間違い(?:です|でした)?"
    r"|違(?:う|います|った|いました)|ちが(?:う|います|った)|そうじゃない(?:です)?|そうではありません)"
)
# A word of regret stands by itself: 「違う部局は？」 has none.
_TAKEN_BACK = re.compile(
    rf"^(?:(?:{_SORRY}(?:です)?[、。!.,]\s*)+|(?:そう|それ|そっち|そちら)(?:じゃ|では|で)なく(?:て)?[、,]?)(?:やっぱり|やはり)?[、,]?"
)
_RATHER = re.compile(
    r"^[^、。?]{1,20}?(?:じゃ|では|で)なく(?:て)?[、,]?(?P<rest>[^。?]{1,24}[?。]?)$"
)
_MISTAKEN = re.compile(
    r"(?:の(?:間違い|まちがい|誤り)(?:でした|です)?|だった(?:です|わ|よ)?|でした|のこと(?:です)?|が正しい(?:です)?)[。!.]?$"
)
# 「多いので、…」 says why, and nothing of what is wanted.
_BECAUSE = re.compile(
    r"^[^、。]{0,8}(?:多|少な|長|短)(?:い|すぎる|かった)(?:ん?です)?(?:ので|から|ため|な)[、,]?"
)
_OF_SO_MANY = re.compile(r"^(?:その|この)?\d{1,3}件(?:ある)?の?うち(?:の|で(?:は)?)?[、,]?")
_WITH_IT = re.compile(
    r"^(?:その|この)?相手(?:方|先)?(?:の(?:会社|大学|団体|企業|町|市))?と(?:は|の)?(?=ほか|他|別)"
)
_OFFICE = re.compile(r"(?<![一-龠])同(?P<what>課|部局|部|社|町|市|年度|年)(?=[のはがでとも])")
# A partner by what kind of body it is: 「その協会」, 「同じ商店街の組合」.
_BODY = r"(?:会社|企業|業者|協会|組合|連合会|大学|学校|銀行|金庫|団体|法人|組織|機関|病院|財団|店)"
_THAT_BODY = re.compile(
    # 「この市の協定は」 may speak of the city itself.
    rf"(?:その|この){_BODY}(?=[とがのはも])|その(?:市|町|村|自治体)(?=と)"
    rf"|同じ(?:[^、。?同]{{0,8}}の)?(?:{_BODY}|市|町|村|自治体)(?=[とがの])"
)
_WITHIN = re.compile(r"^内(?=[、,令平昭\d])[、,]?")
_OFFICIAL = {"社": "会社"}
_KANJI = "一二三四五六七八九十"
_ORDINAL = re.compile(
    rf"(?<![{_KANJI}百千])[{_KANJI}](?=番[目め]|件目|つ目|個目|位(?:$|[はのにをがま?]))"
)


def without_lead(turn: str) -> str:
    """A cleaned turn without a lead that says nothing: 「ちなみに、」「すみません、」."""
    for lead in (_LEAD, _TAKEN_BACK, _LEAD):
        bare = lead.sub("", turn)
        turn = bare if len(bare) > 1 else turn
    return _ORDINAL.sub(_in_digits, turn)


def reworded(turn: str) -> str:
    """``turn`` with what takes something back, or points, in the words that the moves know."""
    bare = _LEAD.sub("", turn)
    turn = _ORDINAL.sub(_in_digits, bare if len(bare) > 1 else turn)
    rather = _RATHER.match(turn)
    if rather is not None and "協定" not in rather["rest"]:
        turn = f"では、{_MISTAKEN.sub('', rather['rest'])}"
    bare = _TAKEN_BACK.sub("", turn)
    if bare != turn and len(bare) > 1:
        turn = f"では、{_MISTAKEN.sub('', bare)}"
    turn = _OFFICE.sub(lambda match: f"その{_OFFICIAL.get(match['what'], match['what'])}", turn)
    turn = _THAT_BODY.sub("その相手方", turn)
    turn = _WITH_IT.sub("その相手方との", _BECAUSE.sub("", turn) or turn)
    return _OF_SO_MANY.sub("そのうち", _WITHIN.sub("そのうち", turn))


def _in_digits(match: re.Match[str]) -> str:
    return str(_KANJI.index(match[0]) + 1)
