"""Conditions on the wording of a column: 名称に「物資」が入る, 協定名が「覚書」で終わる."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.aggregates import Condition
from index.stopwords import is_about_table
from index.tokens import Token, tokenize

TYPES = ("覚書", "合意書", "確認書", "申し合わせ")
_QUOTED = re.compile(r"[「『\"“]([^「」『』\"“”]{1,80})[」』\"”]")
_PARTNER = (
    r"(?:相手方?|会社|企業|団体|法人|事業者|締結先|協定先|社|店)(?:の)?(?:名前|名称|名)?|社名|店名"
)
_TITLE = r"名称|名前|協定名|タイトル|題名|件名|表題|協定の名"
_COLUMNS: tuple[tuple[str, str], ...] = (
    ("partner", _PARTNER),
    ("title", _TITLE),
    ("purpose", r"目的|趣旨|ねらい"),
    ("content", r"内容|本文|中身|条文"),
    ("text", r"記載|記述|文中|文面|一覧のどこか"),
)
_CELL = r"(?:の?(?:欄|項目|列))?(?:の(?:記載|記述|表記|文言|値))?"
_NEAR = (
    rf"{_CELL}(?:の?(?:中|どこか))?(?:に|が|は|の|を|で|も|として|:){{0,2}}(?:それぞれ|必ず|ただ)?$"
)
_BEFORE = tuple((name, re.compile(rf"(?:{words}){_NEAR}")) for name, words in _COLUMNS)
_WORD = (
    r"(?:という|といった|の|との|って)?(?:いう)?(?:語句?|文字列?|言葉|単語|ワード|文言|字|表記)?"
)
_NAMED_SO = re.compile(
    rf"{_WORD}(?:が|を|の|と)?(?:名前に)?(?:付く|つく|付いた|ついた|入る|入った|含む|含まれる|名乗る)"
    rf"(?:名前の|名の)?(?:{_PARTNER})"
)
_AFTER = tuple(
    (
        name,
        re.compile(
            rf"{_WORD}(?:が|を|も|は|という)(?:{words})(?:(?:の中)?に|の(?=協定|もの)|と[しす])"
        ),
    )
    for name, words in _COLUMNS
)
_IN = r"(?:入|含|付|つく|つい|ある|あり|あって|使|見られ|出て|載|記)"
_HOLDS = re.compile(rf"{_WORD}(?:が|を|も|は|と|で)?(?:名称に|名前に)?{_IN}")
_ENDS = re.compile(rf"{_WORD}(?:で|に)?終わ")
_STARTS = re.compile(rf"{_WORD}(?:で|から)?始ま")
_EXACT = re.compile(
    r"(?:という(?:名称|名前|協定名|目的|内容|記載|記述|文言?|語句?)?)?"
    r"(?:だけ|のみ|そのもの|ちょうど|と(?:完全に|全く)?(?:同じ|一致|だけ|のみ|しか))(?!で(?:は)?な|に限)"
)
# These mean the whole of a column where that is what some row's column says, else a part of it.
_SAYS = re.compile(
    r"(?:と(?:なって|され|書[いか]|記載|記され|明記|定め)|に(?:なって|され)|である|で(?=[、。])|です"
    r"|の(?=協定|もの|行|覚書)|という(?:目的|内容|記載|記述))"
)
_JOINED = re.compile(r"(?:か|や|と|、|,|・|/|または|又は|もしくは|および|及び|かつ)+")
_BARE_TITLE = re.compile(
    rf"(?:{_TITLE})(?:の中)?に(?P<said>[^「」『』\"、。にがを?]{{2,20}}?){_WORD}(?:が|を|も|と)?{_IN}"
)
_BARE_PARTNER = re.compile(
    rf"(?:相手方?の(?:名前|名称)|相手名|会社名|社名|団体名|企業名|法人名)(?:の中)?に(?P<said>[^「」『』\"、。にがを?]{{2,20}}?){_WORD}(?:が|を|も|と)?{_IN}"
)
_VALUE_FIRST = re.compile(r"(?:という|を|が)(?P<column>目的|趣旨|内容)(?:の(?=協定|もの)|と[しす])")
_BARE_VALUE = re.compile(rf"(?P<column>目的|趣旨|内容){_CELL}(?:が|は|に|も)は?")
# A column that is empty, or says that nothing is said.
_BLANK = re.compile(
    rf"(?P<column>目的|趣旨|内容){_CELL}(?:が|は|に|の|も)?は?(?:協定書に)?[「『\"]?(?P<said>(?:空欄|空白|未記載|未記入|未記述|空(?:の|に)"
    r"|(?:特に)?何も(?:書|記)[^、。?]{1,6}(?:ない|いません)|(?:明記|記載|記入|記述)(?:が|は|も|の)?(?:ない|無い|なし|無し|ありません|され(?:てい)?ない|されていません)"
    r"|(?:書|記)(?:かれて|されて|いて)い(?:ない|ません)))"
)
_COLUMN_SAID = {"趣旨": "purpose", "目的": "purpose", "内容": "content"}
_BARE_END = re.compile(
    rf"(?:{_TITLE})が(?P<said>[^「」『』\"、。にがを?]{{2,20}}?)(?:で(?P<how>始ま|終わ))"
)
_WITH_PARTY = re.compile(r"(?:さん)?と(?:の|結|締|は|提携|連携)|が相手|を相手")
_TITLE_END = re.compile(rf"(?:協定書?|契約書?|{'|'.join(TYPES)})$")
_ROW = r"(?:や|・|と|、|または|及び|および|か|,|/)"
_AGREEMENT_BEFORE = re.compile(rf"協定書?{_ROW}$")
_AGREEMENT_AFTER = re.compile(rf"(?:など)?{_ROW}協定")
_LABEL = re.compile(rf"(?:{'|'.join(words for _, words in _COLUMNS)}){_NEAR}")
_SAID_SO = re.compile(
    r"[」』\"]?(?:(?:が|を|という)(?:目的|趣旨|内容)(?:に|の|と(?:する|した|して)))?"
    rf"{_WORD}(?:が|を|も|は|と|で)?(?:入る|入った|入っている|含む|含まれる|含んだ|付く|つく|ある|あるもの"
    r"|始まる|始まって|終わる|終わって|使われている|使う|出てくる|載っている|(?:完全に|全く)?(?:一致する|一致した|同じ)"
    r"|なって(?:いる)?|され(?:ている)?|(?:だけ|のみ)(?:が?(?:書|記)[^、。?]{1,6}いる)?)?"
)
_LABELS = {
    "title": "名称に「{}」",
    "title_starts": "名称の始まり＝「{}」",
    "title_ends": "名称の終わり＝「{}」",
    "title_is": "名称＝「{}」",
    "purpose": "目的に「{}」",
    "purpose_is": "目的＝「{}」",
    "purpose_blank": "目的＝{}",
    "content": "内容に「{}」",
    "content_is": "内容＝「{}」",
    "content_blank": "内容＝{}",
    "text": "記載に「{}」",
    "partner": "相手方の名前に「{}」",
}

_NOTHING_SAID = "記載なし"

Holding = Callable[[str], tuple[int, ...]]
# What the rows' columns say as a whole, normalized and without white space, by column.
Values = Mapping[str, frozenset[str]]


def text_conditions(
    text: str, holding: Holding, values: Values, *, on_rows: bool
) -> Iterator[Condition]:
    """The conditions that ``text`` puts on the words of a column.

    Args:
        text: the question, normalized and without white space.
        holding: the agreements whose partner cell holds a text.
        values: what the rows' columns say.
        on_rows: whether rows are counted or listed, so that a quote which says nothing of its
            column is looked for in the titles.
    """
    quotes = list(_QUOTED.finditer(text))
    columns = [_column(text, match, values, on_rows=on_rows) for match in quotes]
    _shared(text, quotes, columns)
    for match in _BLANK.finditer(text):
        name = f"{_COLUMN_SAID[match['column']]}_blank"
        yield _made(name, _NOTHING_SAID, match.span(), holding)
    for match, column in zip(quotes, columns, strict=True):
        if column is not None:
            yield _made(column, match[1], match.span(), holding)
    for pattern, column in ((_BARE_PARTNER, "partner"), (_BARE_TITLE, "title")):
        for match in pattern.finditer(text):
            yield _made(column, match["said"], match.span("said"), holding)
    for match in _BARE_END.finditer(text):
        how = "title_starts" if match["how"] == "始ま" else "title_ends"
        yield _made(how, match["said"], match.span("said"), holding)
    yield from _bare_values(text, values)


def _bare_values(text: str, values: Values) -> Iterator[Condition]:
    """「目的が災害時の応援だけの」: what some row's column says, without quotation marks."""
    for match in _VALUE_FIRST.finditer(text):
        column = _COLUMN_SAID[match["column"]]
        said = max(
            (v for v in values[column] if text.endswith(v, 0, match.start())), key=len, default=""
        )
        if said:
            span = match.start() - len(said), match.end()
            yield Condition(
                f"{column}_is", (said,), _LABELS[f"{column}_is"].format(said), False, *span
            )
    for match in _BARE_VALUE.finditer(text):
        column = _COLUMN_SAID[match["column"]]
        said = max(
            (v for v in values[column] if text.startswith(v, match.end())), key=len, default=""
        )
        end = match.end() + len(said)
        if said and (_EXACT.match(text, end) or _SAYS.match(text, end)):
            span = match.start(), end
            yield Condition(
                f"{column}_is", (said,), _LABELS[f"{column}_is"].format(said), False, *span
            )


def around(text: str, condition: Condition) -> tuple[int, int]:
    """The place of a condition with the words that say where it is looked for."""
    before = _LABEL.search(text, max(condition.start - 16, 0), condition.start)
    after = _SAID_SO.match(text, condition.end)
    return (
        before.start() if before else condition.start,
        after.end() if after else condition.end,
    )


def _made(column: str, said: str, span: tuple[int, int], holding: Holding) -> Condition:
    values: tuple[object, ...] = () if column.endswith("_blank") else (said,)
    if column == "partner":
        values = (list(holding(said)),)
    return Condition(column, values, _LABELS[column].format(said), False, *span)


def _column(text: str, match: re.Match[str], values: Values, *, on_rows: bool) -> str | None:
    """The column that a quoted text is to stand in; None if the question doesn't say."""
    before = text[max(match.start() - 16, 0) : match.start()]
    end, said = match.end(), match[1]
    named = next((name for name, pattern in _BEFORE if pattern.search(before)), None)
    if named is None:
        named = next((name for name, pattern in _AFTER if pattern.match(text, end)), None)
    if named is None and _NAMED_SO.match(text, end):
        return "partner"
    if named is None and _WITH_PARTY.match(text, end):
        return None
    if named is None and (_TITLE_END.search(said) or _HOLDS.match(text, end)):
        named = "title"
    if named is None and on_rows and len(said) > 1 and any(said in t for t in values["title"]):
        return "title"
    return _manner(text, end, said, named, values) if named and named in values else named


def _manner(text: str, end: int, said: str, column: str, values: Values) -> str:
    """``column`` with how it is to hold ``said``: as its beginning, its end, all of it."""
    if column == "title" and _ENDS.match(text, end):
        return "title_ends"
    if column == "title" and _STARTS.match(text, end):
        return "title_starts"
    whole = _EXACT.match(text, end) or (said in values[column] and _SAYS.match(text, end))
    return f"{column}_is" if whole else column


def _shared(text: str, quotes: Sequence[re.Match[str]], columns: list[str | None]) -> None:
    """Let quotes in a row share their column: 名称に「A」か「B」が入る."""
    for position in range(1, len(quotes)):
        gap = text[quotes[position - 1].end() : quotes[position].start()]
        if not _JOINED.fullmatch(gap):
            continue
        first, second = columns[position - 1], columns[position]
        if first is None or (first == "title" and second is not None):
            columns[position - 1] = second
        elif second is None or second == "title":
            columns[position] = first


def bare_types(text: str) -> Iterator[tuple[int, int, Condition | None]]:
    """Kinds of documents (覚書, 確認書) in ``text``: start, end, and the condition they are.

    「協定や覚書」 and 「協定・確認書」 name them beside the agreements: that is no condition.
    """
    for name in TYPES:
        start = text.find(name)
        if start < 0:
            continue
        end = start + len(name)
        beside = _AGREEMENT_BEFORE.search(text, max(start - 8, 0), start)
        if beside or _AGREEMENT_AFTER.match(text, end):
            yield start, end, None
        else:
            yield start, end, Condition("title", (name,), f"名称に「{name}」", False, start, end)


def title_phrases(text: str, titles: Sequence[str]) -> Iterator[Condition]:
    """「包括連携協定」: a compound that ends in 協定, and that titles hold word for word.

    Only compounds with a word about the table in them (連携); other words are the topic.
    """
    run: list[Token] = []
    for token in tokenize(text):
        noun = token.pos.startswith(("名詞-普通名詞", "接尾辞-名詞的", "接頭辞"))
        if run and (not noun or run[-1].end != token.start):
            run = []
        if noun and token.surface.startswith("協定") and len(run) > 1:
            start, end = run[0].start, run[-1].end
            said = text[start:end]
            mixed = len({is_about_table(part) for part in run}) > 1
            if mixed and any(said in title for title in titles):
                yield Condition("title", (said,), f"名称に「{said}」", False, start, end)
            run = []
        elif noun:
            run.append(token)
