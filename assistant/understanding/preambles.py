"""What people say around a question: for whom and what for they ask, not what."""

from __future__ import annotations

import re

# What a question is asked for, or on what occasion.
OCCASION = (
    r"議会|委員会|庁議|議員|上司|部長|課長|監査|取材|記者|答弁|質疑|報告(?!義務)|資料|書類|原稿|レポート|提出"
    r"|引き?継ぎ|引き?継い|異動|着任|担当にな|会議"
)
# A clause that says why: it ends in a connective, and is about an occasion.
_REASON = re.compile(
    rf"^[^、。?]{{0,60}}?(?:{OCCASION})[^、。?]{{0,40}}?"
    r"(?:ので|んで|のに|ため(?:に)?|ですが|ますが|のだが|んだが|けれども|けれど|けど|予定で(?:すが)?|ことにな(?:り|って)|中(?:なん)?で(?:すが)?|にあたり|に当たり|都合(?:上|で)|関係で"
    r"|により|によって|につき|に基づき|に際し(?:て)?|として|用に|向けに|いて|って|おり)[、。]"
)
# 「…を確認したいのですが」: all of it is said of the question itself.
_WISH = re.compile(
    r"(?:を|について|の)?(?:正確に|一度|改めて|念のため)?(?:確認|把握|整理|集計|報告|説明|答弁|公表|掲載|紹介|比較)"
    r"(?:し|する)(?:て)?(?:おき)?(?:たい|必要が(?:ある|あり)|ておく)(?:の|ん)?(?:です|だ|ます)?(?:が|けど|けれど|ので|と思い(?:ます|まして)?)?(?=[、。?]|$)"
)
_ACHIEVED = re.compile(r"(?<=締結)(?:の)?実績")
_YEARS = re.compile(r"(?<=\d)[かヶケカ箇]年(?:間|分)?")

# 「…はいつまでって書いてある？」: what it says there is asked, not whether.
_TOLD = re.compile(
    r"(?<!何)(?<!なん)(?:って|と)(?:書いて|書かれて|載って|記されて|記載されて|説明されて|なって|されて)"
    r"(?:[いあ]?[りる](?:ます|ました)?|います|いました)(?:か|の|のか|んですか)?[?]?$"
)
_ASKS_WHAT = re.compile(r"いつ|どこ|誰|だれ|いくら|どの|どれ|どちら|何(?=[^とっ])")


def without_preamble(text: str) -> str:
    """``text``, without white space, without why it is asked."""
    bare = text[_end_of_reasons(text) :]
    told = _TOLD.search(bare)
    if told is not None and _ASKS_WHAT.search(bare, 0, told.start()):
        bare = f"{bare[: told.start()]}?"
    bare = _YEARS.sub("年間", _ACHIEVED.sub("", _WISH.sub("", bare)))
    return bare if len(bare) > 3 else text


def reasons(text: str) -> str:
    """Why ``text`` is asked, as :func:`without_preamble` leaves it out."""
    return text[: _end_of_reasons(text)]


def _end_of_reasons(text: str) -> int:
    end = 0
    while (match := _REASON.match(text[end:])) and len(text) > end + match.end() + 3:
        end += match.end()
    return end
