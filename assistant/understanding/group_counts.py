"""Which groups a question wants counted: 「協定のある課はいくつ」, 「相手方の数は？」, 「何部局」.

That is a number of departments, partners or years, and not one of agreements.
"""

from __future__ import annotations

import re

from assistant.understanding.intents import Group

# The nouns of each group, and what its members are counted in.
_NOUNS: tuple[tuple[Group, str, str], ...] = (
    ("department", r"部局|部署", r"部局|部署"),
    ("section", r"(?<![一-龠ァ-ヶー])(?:担当|所管)?課(?![題税程])", r"課(?![題税程])"),
    (
        "party",
        r"相手方?|(?:締結|協定|連携|提携)先|会社|企業|団体|法人|事業者|自治体",
        r"社|者|団体|法人|事業者|自治体",
    ),
    ("fiscal_year", r"(?<![\d元昨今来前翌本同当毎])年度", r"か年度"),
    ("year", r"(?<![\d元昨今来去前翌本同当毎近])年(?![度間代月])", r"か年(?!度)"),
)
_COUNTED = (
    # 「部局の数は」, 「部局数と」; the most or the fewest of them is another question.
    r"(?:{0})(?:の?総?数|の合計)(?=[をもとや、。?]|は(?!(?:どこ|どの)[^。]{{0,6}}[多少])|って|$|が(?:いくつ|知|分か))"
    r"|(?:{0})(?:の?数)?(?:は|が|って|も)?、?(?:全部で|全体で|全体では|合わせて|合計で|合計|計)?"
    r"(?:いくつ|幾つ|何個|何(?:{1}))"
    r"|(?:いくつ|幾つ)(?:くらい|ぐらい|ほど)?の(?:{0})"
    r"|何(?:{1})(?=[がでにとものを、?]|$|あ|い[まる]|です|でしょ|くらい|ぐらい|ほど)"
)
_PATTERNS = tuple((group, re.compile(_COUNTED.format(*words))) for group, *words in _NOUNS)
# 「担当は何課？」 asks which.
_WHICH = re.compile(
    r"(?:担当|所管|窓口|受け持)[^、。]{0,8}何[課部]|何[課部][^、。]{0,4}(?:担当|所管|窓口)"
)


def group_counted(text: str) -> Group | None:
    """The groups whose number ``text``, normalized and without white space, asks for, if any."""
    if _WHICH.search(text):
        return None
    return next((group for group, pattern in _PATTERNS if pattern.search(text)), None)
