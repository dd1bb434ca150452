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
Group = Literal[
    "department",
    "section",
    "party",
    "fiscal_year",
    "year",
    "month",
    "day",
    "era",
    "title",
]

_MOST = r"(?:一番|最も|いちばん|もっとも|最大)"
_GROUPED = (
    r"(?:部局|部(?=[はがをのに])|課|相手|締結先|会社|企業|団体|法人|事業者|自治体"
    r"|年度|年(?!度|代|間|\d)|月(?!\d|[一-龠])|日(?!\d|[一-龠]))"
)
_INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    ("help", re.compile(r"使い方|何ができ|なにができ|何を聞け|help$|ヘルプ")),
    (
        "similar",
        re.compile(
            r"似た|似てい|似て居|似通|同じよう[なに]|同様(?:の(?:協定|約束|取り?決め|内容)|に)|類似"
            r"|近い(?:協定|取り?決め|約束|内容|もの)|□(?:の協定)?(?:に近い|と(?:ほとんど|ほぼ|そっくり|同じ|共通|同種))|similar"
        ),
    ),
    (
        "exists",
        re.compile(
            r"(?:載って|掲載されて|含まれて|入って)(?:い)?(?:ます|る)か"
            r"|(?:一覧|リスト|中|表)に(?:は)?(?:あり|含まれ|載って(?!いる(?!か)))(?!.{0,20}(?:何件|いくつ|件数))"
        ),
    ),
    (
        "difference",
        re.compile(
            r"(?:どちら|どっち)(?:の|が|との|と|に)?.{0,14}(?:多|少)"
            r"|(?:多|少な)(?:い|かった)(?:の|ほう|方)?は、?(?:どちら|どっち)"
            r"|何件(?:ほど|くらい|ぐらい)?(?:の)?(?:多|少|違|差|開き|隔たり|増|減|上回|下回)|何倍"
            r"|(?:差|違い|開き|隔たり)(?:は|が|を|って)(?:何件|いくつ|いくら|どれ|教え|求め|出し|\?|$)|件数の差"
            r"|どれ(?:だけ|くらい|ぐらい|ほど)(?:多|少|増|減|違|差)"
            r"|比べ(?:て|ると|た).{0,20}(?:多|少|増|減)"
            r"|より(?:も)?.{0,10}(?:多い|少ない|増え|減)(?:です)?(?:か|\?|$)"
        ),
    ),
    (
        "rank",
        re.compile(
            rf"{_MOST}[^。古新早昔]{{0,24}}(?:多|少な)|最多|最少|(?:多い|少ない)順|(?:番目|番め)に[^。古新早]{{0,12}}(?:多|少な)"
            rf"|(?:多く|たくさん)(?:の協定を?)?(?:結|締|交わ|持|抱え)[^、。]{{0,10}}{_GROUPED}"
            # 「上から2番目の相手」 may be one of a list.
            r"|[上下]から(?:数えて)?[\d一二三四五]{1,3}(?:番[目め]|位)の(?:部局|課|年度)"
            r"|ランキング|上位|下位|トップ|ワースト|順位|第?[\d一二三四五]位|次(?:に|いで)[^。古新早]{0,8}(?:多|少な)|most"
            r"|(?:部局|課)(?:の数)?は(?:、)?(?:全部で|全体で|合わせて)?(?:いくつ|何部局|何課|何か所)|(?:いくつの|何)(?:部局|課)(?=[がでにあ])"
            r"|同数|同じ(?:協定)?(?:件数|数(?!字))|(?:件数|数)が(?:全く|ちょうど)?(?:同じ|等し|並)|平均"
            rf"|(?!(?:(?<=□の)|(?<=この)|(?<=その)|(?<=上の))\d+件の)(?:ちょうど|丁度)?\d+件(?!目)(?:以上|以下|未満|より多い|を超える|だけ|のみ|しか|ちょうど|ずつ)?"
            rf"(?:の|が|を|で|も)?[^、。月日]{{0,16}}(?<!協定の){_GROUPED}(?!別|ごと)"
        ),
    ),
    ("trend", re.compile(r"推移|年度別|年度ごと|年別|年ごと|増減|移り変わり|経年|by year|trend")),
    (
        "extreme",
        re.compile(
            rf"{_MOST}(?:初|.{{0,6}})?(?:古|新し|早|遅|昔|最近)|最古|最新|最初に(?:結|締)|初めて(?:結|締)|最初の(?:協定|もの|1件)"
            r"|(?:古|新し)い(?:もの|協定|方|ほう)?(?:から)?順|(?:番目|番め)に(?:古|新し|早)|直近の?(?:協定|もの|\d)"
            r"|(?:締結日?|日付|年代|時系列)の?順"
            r"|最後に(?:結|締)|(?<!より)最近(?:に)?(?:結|締|の協定|でき|交わ)|(?:古|新し)い(?:もの|協定|方|ほう)(?:から|を)(?:順に)?\d|相手方?の数が最も|oldest|latest|newest"
            r"|(?:どちら|どっち)(?:の(?:ほう|方|協定))?が(?:先|古|新|早|後)"
        ),
    ),
    (
        "count",
        re.compile(
            r"何件|総件?数|(?:協定|覚書|もの)(?:は|が|って)、?(?:全部で)?ど(?:の|れ)(?:くらい|ぐらい|ほど|だけ)(?:の数)?(?:が)?(?:ある|あり)|何けん|なん件|なんけん|なん個|何本|何個|いくつ(?:あ|の|です|でしょ|結|締|か|に|ほど|くらい|ぐらい|\?|$)"
            r"|件数|協定数|協定の数(?![がもで]|の多)|数は|how many|number of"
            r"|何社|何者|何団体|何部局|何課|数を?(?:教え|知り|示|数え)|数えて|何種類"
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
            r"|協定(?:に)?は(?:何|どんな|どういう|どれ)|ものを(?:教え|出|見|挙|示)|(?:もの|協定)(?:は)?(?:ある|あります)か"
            r"|拾い出|抜き出|抽出|ピックアップ|list|which"
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
            r"|どこです|何という(?:会社|団体|企業)|(?:会社|団体|企業|法人|自治体)は\??$"
            r"|with whom|partner|who (?:is|are) "
        ),
    ),
    ("purpose", re.compile(r"目的|何のため|なんのため|ねらい|狙い|趣旨|purpose")),
    (
        "content",
        re.compile(
            r"内容|何(?:に関する|についての)|どういう(?:協定|連携|覚書)|詳しく|詳細|中身|どんなこと|何を(?:する|定め|決め|して|取り決め)|具体的|content|detail"
        ),
    ),
    (
        "department",
        re.compile(
            r"担当(?!する|し|の(?:協定|もの))|担当して(?:い)?(?:る|ます)(?:の|か)|部局(?!が|の)|担当の部局"
            r"|(?:担当|所管)して(?:い)?る(?:部|課|部署|ところ)(?=は|って|を教|$|\?)|所管(?!する|し|の(?:協定|もの))|どの(?:部|課)|何課|窓口はど|どこの(?:部|課)"
            r"|department|section in charge"
        ),
    ),
    (
        "title",
        re.compile(
            r"(?<!相手方の)(?<!相手の)名称|協定名|正式名|題名|何という(?:協定|名)|title|name of"
        ),
    ),
    ("count", re.compile(r"何(?:者|社|団体|市町|自治体)")),
)
# Turns of phrase that only carry the question; none of their words is its topic.
CARRIERS = re.compile(
    r"のうち|いくつ|(?:何けん|なん(?:件|けん|個))|何(?:件|本|個|社|者|団体|部局|課|番|年度?|月|日|人|%|パーセント|倍|という|か)|どんな|どのような|どれ(?:だけ|くらい|ぐらい)"
    r"|の(?:話|話題|件)(?=で|だ|な|を|が|に|、|。)|(?<=まで)(?:の|、)?[\d一二三四五六七八九十]{1,3}(?:か年|年|か月|年度|週|日)間"
    r"|教えて(?:ください|下さい|ほしい|欲しい)?|リストアップ|ピックアップ|以外|を除(?:く|いた|き)|[^、。]{0,20}も?含め(?:て|た)|について|に関する"
    r"|(?:全|全部で|全体で|計)?(?<!\d)\d+(?:件|つ|個|本|番目|番め|位)(?:以上|以下|未満)?"
    r"|(?<![一二三四五六七八九十])[一二三四五六七八九十]+(?:番目|番め|つ|件|位)"
    r"|(?:上位|下位|トップ|ワースト)\d*(?:部局|課|社|者)?|平均|\d?(?:部局|課|相手方?|者|社|年度|年|月)?(?:あたり|当たり|につき)|どちら(?:の)?(?:ほう|方)?|次(?:に|いで|の)|[上下前後]から(?:数えて)?(?=\d|何|なん)"
)
STRONG_LIST = re.compile(
    r"全部|全て|すべて|一覧|列挙|リスト|洗い出|漏れなく|もれなく|残らず|挙げて|何件|件数|いくつ"
)
_GROUPS: tuple[tuple[Group, str], ...] = (
    ("section", r"担当課|所管課|課(?![題税程])"),
    ("department", r"部局|部(?=[はがをの]|別|ごと|ほど)"),
    ("party", r"相手方?|会社|企業|団体|締結先|協定先|事業者|法人|自治体|partner|company"),
    ("fiscal_year", r"年度|fiscal"),
    ("era", r"元号|年号"),
    ("month", r"(?<!\d)(?<!か)(?<!ヶ)月(?![\d日])|month"),
    ("day", r"(?<![\d締結])日(?![付本数])|日付|締結日"),
    ("year", r"(?<![\d元])年(?![度代月間\d])|暦年|year"),
    ("title", r"名称|協定名|名前"),
    ("department", r"department"),
)
_ASKED = (
    r"(?:どの|どこの|何という|どんな|いくつの|何)(?:{0})|(?:多|少な)(?:い|かった)(?:のは)?(?:協定の)?(?:{0})"
    r"|(?:同数|同じ数|同じ件数|同じ)(?:の)?(?:{0})|(?:{0})(?:は|って|が|を)(?:どこ|どれ|何|誰|だれ|いつ|いくつ|すべて|全部|全て|教|挙)"
    r"|(?:上位|トップ|下位)\d*(?:の)?(?:{0})|件(?:以上|以下|未満|だけ)?(?:の|ある|あった|持つ|結んだ|締結した)(?:{0})|(?:{0})(?:別|ごと|単位|順)"
)
_GROUP_PATTERNS = tuple((group, re.compile(words)) for group, words in _GROUPS)
_ASKED_GROUPS = tuple((group, re.compile(_ASKED.format(words))) for group, words in _GROUPS)
_FEWEST = re.compile(r"少な|下から|最少|下位|ワースト|fewest|least")
_OLDEST = re.compile(
    r"(?:締結日?|日付|年代|時系列)の?順(?!に?新し)|古|最初|初めて|早|昔|(?<!直近の)先に|が先|oldest|first"
)
# Absurd numbers are read whole: 「10003番目」 doesn't ask for the third.
_NUMERAL = r"(?P<n>(?<!\d)\d{1,18}|[一二三四五六七八九十])"
_KTH = re.compile(rf"{_NUMERAL}番[目め](?:に|の|は|$)?|第?{_NUMERAL.replace('<n>', '<rank>')}位")
_LIMIT = re.compile(
    rf"{_NUMERAL}(?:件(?!の(?:部局|課|年|相手|会社|団体|月|日))|つ|個|本|部局|課|社|者|団体|か所)"
    r"(?!目|以上|以下|未満|を超え|だけ|しか|ちょうど|あ[るりっ])"
)
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
# People write names and abbreviations in Latin letters within Japanese, but with capitals.
# So many English words around a Japanese name make the question an English one.
MIXED = 4
_ENGLISH_FRAME = re.compile(
    r"(?i)(?:^|[.?!] {0,2})(?:how|what|which|when|where|who|whom|whose|is|are|was|were|does|do|did"
    r"|has|have|list|show|tell|give|please|name|can|could|in|of|for|with)(?![A-Za-z])"
)
_ENGLISH_WORD = re.compile(r"(?<![A-Za-z])[a-z]{3,}(?![A-Za-z])")
_KANJI = {char: number for number, char in enumerate("一二三四五六七八九十", 1)}


def intent_of(text: str) -> Intent:
    """What normalized ``text`` wants done; ``lookup`` if nothing says otherwise."""
    return next((intent for intent, pattern in _INTENTS if pattern.search(text)), "lookup")


def column_of(text: str) -> Column | None:
    """The column of the table that ``text`` asks for, if any."""
    return next((column for column, pattern in _COLUMNS if pattern.search(text)), None)


def further_columns(text: str) -> tuple[Column, ...]:
    """The columns that ``text`` asks for beside :func:`column_of`, as it names them."""
    found = {c: m.start() for c, pattern in _COLUMNS if (m := pattern.search(text))}
    main = column_of(text)
    return tuple(sorted((c for c in found if c != main), key=found.__getitem__))


def group_of(text: str) -> Group | None:
    """What ``text`` wants agreements ranked or shown by: what it asks for, else what it names."""
    asked = next((group for group, pattern in _ASKED_GROUPS if pattern.search(text)), None)
    return asked or next((g for g, pattern in _GROUP_PATTERNS if pattern.search(text)), None)


def wants_fewest(text: str) -> bool:
    """Whether a ranking is to begin with the fewest."""
    return bool(_FEWEST.search(text))


def wants_oldest(text: str) -> bool:
    """Whether the oldest rather than the newest is asked for."""
    return bool(_OLDEST.search(text))


def kth_of(text: str) -> int:
    """Which place of a ranking is asked for, counted from 1."""
    return next(iter(places_of(text)), 1)


def places_of(text: str) -> list[int]:
    """All places of a ranking that ``text`` names, in its order."""
    return [_numeral(match["n"] or match["rank"]) for match in _KTH.finditer(text)]


def limit_of(text: str) -> int | None:
    """How many rows of an order are asked for (新しい順に3件); None if ``text`` doesn't say."""
    match = _LIMIT.search(text)
    return _numeral(match["n"]) if match else None


def is_english(text: str) -> bool:
    """Whether ``text`` is an English sentence, with Japanese names in it or none.

    「No.94」 and 「AED」 are none.
    """
    if not _JAPANESE.search(text):
        return bool(_ENGLISH_WORD.search(text))
    return len(_ENGLISH_WORD.findall(text)) >= MIXED and bool(_ENGLISH_FRAME.search(text))


def _numeral(text: str) -> int:
    return _KANJI.get(text) or max(int(text), 1)
