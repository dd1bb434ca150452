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
_LEAD = re.compile(
    r"^(?:(?:ちなみに|それから|それと|そういえば|えーと|えっと|えー|あのー?|もう(?:一度|1度|一回|1回)|改めて)[、,]?"
    rf"|(?:あと|また|なお|ということは|で|ふーん|へえ|{POLITE})[、,。!.])\s*"
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
_OFFICE = re.compile(r"(?<![一-龠])同(?P<what>課|部局|部|社|町|市|年度|年)(?=[のはがでとも])")
_WITHIN = re.compile(r"^内(?=[、,令平昭\d])[、,]?")
_OFFICIAL = {"社": "会社"}


def without_lead(turn: str) -> str:
    """A cleaned turn without a lead that says nothing: 「ちなみに、」「えーと、」."""
    bare = _LEAD.sub("", turn)
    return bare if len(bare) > 1 else turn


def reworded(turn: str) -> str:
    """``turn`` with what takes something back, or points, in the words that the moves know."""
    turn = without_lead(turn)
    rather = _RATHER.match(turn)
    if rather is not None and "協定" not in rather["rest"]:
        turn = f"では、{_MISTAKEN.sub('', rather['rest'])}"
    bare = _TAKEN_BACK.sub("", turn)
    if bare != turn and len(bare) > 1:
        turn = f"では、{_MISTAKEN.sub('', bare)}"
    turn = _OFFICE.sub(lambda match: f"その{_OFFICIAL.get(match['what'], match['what'])}", turn)
    return _WITHIN.sub("そのうち", turn)
