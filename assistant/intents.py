"""What a question wants done: words and turns of phrase that ask for a count, a list, a rank …

Patterns are matched on normalized text. Each is short and bounded, so that no text a user types
can make matching slow.
"""

from __future__ import annotations

import re
from typing import Literal

Intent = Literal[
    "lookup",
    "count",
    "list",
    "share",
    "extreme",
    "rank",
    "difference",
    "trend",
    "similar",
    "exists",
    "help",
]
Column = Literal["partner", "purpose", "content", "concluded", "department", "title", "count"]
Group = Literal["department", "section", "party", "fiscal_year", "year", "month", "era"]

_INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    ("help", re.compile(r"使い方|何ができ|なにができ|何を聞け|help$|ヘルプ")),
    (
        "similar",
        re.compile(
            r"似た|似てい|似て居|似通|同じような|同様の(?:協定|約束|取り?決め|内容)|類似"
            r"|近い(?:協定|取り?決め|約束|内容|もの)|similar"
        ),
    ),
    (
        "exists",
        re.compile(
            r"(?:載って|掲載されて|含まれて|入って)(?:い)?(?:ます|る)か|(?:一覧|リスト|中|表)に(?:あり|含まれ|載)"
        ),
    ),
    ("trend", re.compile(r"推移|年度別|年度ごと|年別|年ごと|増減|移り変わり|経年|by year|trend")),
    (
        "difference",
        re.compile(
            r"どちらが(?:何件|どれ(?:だけ|くらい))?.{0,6}(?:多|少)|何件(?:多|少|違|差|増|減)"
            r"|(?:差|違い)は(?:何件|いくつ)|の差(?:は|を)|どれ(?:だけ|くらい|ぐらい)(?:多|少|増|減|違)"
        ),
    ),
    (
        "rank",
        re.compile(
            r"(?:一番|最も|いちばん|もっとも)(?:件数が|協定が|協定数が|数が)?.{0,4}(?:多い|少ない|多く|少なく)"
            r"|最多|最少|(?:多い|少ない)順|\d{1,3}番目に(?:多|少な)|ランキング|上位|トップ\d?|順位|most"
        ),
    ),
    (
        "extreme",
        re.compile(
            r"(?:最も|一番|いちばん|もっとも)(?:古|新し|早|昔|最近)|最古|最新|最初に(?:結|締)|初めて(?:結|締)"
            r"|(?:古|新し)い順|\d{1,3}番目に(?:古|新し)|直近の(?:協定|もの)|最後に(?:結|締)|oldest|latest|newest"
        ),
    ),
    (
        "count",
        re.compile(
            r"何件|何本|何個|いくつ(?:あ|の|です|結|締|か)|件数|協定数|数は|how many|number of"
            r"|何社|何者|何団体|数を教え"
        ),
    ),
    (
        "share",
        re.compile(r"割合|何(?:%|パーセント|割)|構成比|占め(?:て|る)|比率|シェア|percent|share"),
    ),
    (
        "list",
        re.compile(
            r"一覧|全部|全て|すべて|リスト|列挙|挙げ|並べ|洗い出|どれ(?:です|で|か|$|\?)|どの協定|番号[をはが]"
            r"|何番|no\.?(?:順|で)|番号順|どんな協定|どのような協定|協定を(?:教え|知り|見|出|示|表示)|協定は\??$"
            r"|協定(?:に)?は(?:何|どんな|どういう|どれ)|ものを教え|list|which"
        ),
    ),
)
_COLUMNS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    (
        "concluded",
        re.compile(
            r"締結年月日|締結日|締結(?:した|された)?(?:の)?(?:は)?いつ|いつ|日付|何年(?:に|の|何月)"
            r"|何年度(?:に|の|です)|when|date"
        ),
    ),
    (
        "partner",
        re.compile(
            r"相手方|相手(?!方)|締結先|協定先|提携先|どこと|誰と|だれと|どの(?:会社|団体|企業|大学|自治体|町|市)"
            r"(?:と|が|です|か|$)|どこの(?:会社|団体|企業|法人|町|市)|(?:自治体|会社|団体|企業)は(?:どこ|どれ|何)"
            r"|どこです|何という(?:会社|団体|企業)|with whom|partner|who (?:is|are) "
        ),
    ),
    ("purpose", re.compile(r"目的|何のため|なんのため|ねらい|狙い|趣旨|purpose")),
    (
        "content",
        re.compile(
            r"内容|詳しく|詳細|中身|どんなこと|何を(?:する|定め|決め|して|取り決め)|具体的|content|detail"
        ),
    ),
    (
        "department",
        re.compile(
            r"担当|部局|所管|どの(?:部|課)|何課|窓口はど|どこの(?:部|課)"
            r"|department|section in charge"
        ),
    ),
    ("title", re.compile(r"名称|協定名|正式名|題名|何という(?:協定|名)|title|name of")),
    ("count", re.compile(r"何(?:者|社|団体|市町|自治体)")),
)
# Turns of phrase that only carry the question; none of their words is its topic.
CARRIERS = re.compile(
    r"のうち|いくつ|何(?:件|本|個|社|者|団体|番|年度?|月|日|人|%|パーセント|という|か)|どんな|どのような|どれ(?:だけ|くらい|ぐらい)"
    r"|教えて(?:ください|下さい|ほしい|欲しい)?|リストアップ|ピックアップ|以外|を除(?:く|いた|き)|[^、。]{0,20}も?含め(?:て|た)|について|に関する"
)
_GROUPS: tuple[tuple[Group, re.Pattern[str]], ...] = (
    (
        "section",
        re.compile(r"(?:担当|どの|各|多い|少ない)課|課(?:別|ごと|は(?:どこ|どれ))|section"),
    ),
    ("department", re.compile(r"部局|どの部|各部|部(?:別|ごと|は(?:どこ|どれ))|department")),
    (
        "party",
        re.compile(r"相手方|相手|会社|企業|団体|締結先|協定先|事業者|partner|company"),
    ),
    ("fiscal_year", re.compile(r"年度|fiscal")),
    ("era", re.compile(r"元号|年号")),
    ("month", re.compile(r"何月|月別|月ごと|どの月|month")),
    ("year", re.compile(r"何年|年別|年ごと|どの年|year|推移")),
)
_FEWEST = re.compile(r"少な|最少|fewest|least")
_OLDEST = re.compile(r"古|最初|初めて|早|昔|oldest|first")
_KTH = re.compile(r"(\d{1,3}|[二三四五六七八九十])番目に")
_ENGLISH = re.compile(r"[ぁ-んァ-ヶ一-龠]")
_KANJI = {char: number for number, char in enumerate("一二三四五六七八九十", 1)}


def intent_of(text: str) -> Intent:
    """What normalized ``text`` wants done; ``lookup`` if nothing says otherwise."""
    return next((intent for intent, pattern in _INTENTS if pattern.search(text)), "lookup")


def column_of(text: str) -> Column | None:
    """The column of the table that ``text`` asks for, if any."""
    return next((column for column, pattern in _COLUMNS if pattern.search(text)), None)


def group_of(text: str) -> Group | None:
    """What ``text`` wants agreements ranked or shown by, if it says."""
    return next((group for group, pattern in _GROUPS if pattern.search(text)), None)


def wants_fewest(text: str) -> bool:
    """Whether a ranking is to begin with the fewest."""
    return bool(_FEWEST.search(text))


def wants_oldest(text: str) -> bool:
    """Whether the oldest rather than the newest is asked for."""
    return bool(_OLDEST.search(text))


def kth_of(text: str) -> int:
    """Which place of a ranking is asked for, counted from 1."""
    match = _KTH.search(text)
    if match is None:
        return 1
    return _KANJI.get(match[1]) or max(int(match[1]), 1)


def is_english(text: str) -> bool:
    """Whether ``text`` holds letters but no Japanese ones."""
    return not _ENGLISH.search(text) and any(char.isalpha() for char in text)
