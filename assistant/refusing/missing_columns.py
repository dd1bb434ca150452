"""What is asked of a row beyond the table's columns: told by a sentence of the row, or not at all.

「有効期限は？」 has no column, and neither has 「バスは何台？」. Where a sentence of the row holds
the value (「バスを5年間以上運行させる」), it is the answer; otherwise the answer is a no.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from assistant.desk import Desk
from assistant.question import Question
from assistant.quotes import heading_of, sentences
from assistant.refusing.focus import unspoken
from assistant.results import Answer, Citation
from assistant.understanding.named_numbers import articles_named
from assistant.understanding.quantities import Wanted, other_quantity, quantity
from assistant.wording import number_and_title, one_line
from index.errors import CitationError
from index.normalization import without_space
from index.records import Agreement
from index.stopwords import is_about_table, says_something
from index.tokens import Token, terms, tokenize

SHOWN = 3
# So many rows of the partners named may tell a quantity.
OF_PARTNERS = 5
_TAIL = re.compile(
    r"(?:分|間|以上|以内|まで|くらい|ぐらい|ほど|ずつ|は|が|を|に|で|の|と){0,4}"
    r"(?P<rest>[^、。?]{0,24})[。?]{0,3}$"
)
# What follows the quantity speaks of rows again: 「何人も乗れるバスの協定は？」 asks for them.
_OF_ROWS = re.compile(
    r"協定|覚書|約束|取り?決め|会社|企業|団体|事業者|業者|相手|ところ|もの|仕組み|制度"
)
# 「…について何か書いてありますか」: to name it is enough.
_WRITTEN = re.compile(r"(?:書い|書か|記載|定め|触れ|規定)(?:て|れて|が|は|され|られ|し)?(?:い|あ)")
_VALUES: Mapping[str, re.Pattern[str]] = {
    "money": re.compile(r"\d[\d,.]{0,15}(?:円|千円|万円|億円)|\d{1,4}分の\d|無償|無料|有償|実費"),
    "span": re.compile(r"\d{1,4}(?:年(?:間|以上)|か月|ヶ月|箇月|週間|日間)|\d{1,2}年\d{1,2}月\d"),
    "day": re.compile(
        r"\d{1,4}年(?:\d{1,2}月|度|間|以上)|\d{1,2}月\d{1,2}日|\d{1,2}(?:か月|ヶ月|箇月|週間|日間|時間)|\d{1,3}日以内"
    ),
    "any": re.compile(r"."),
}
# Figures that are no quantity: 「2人の者」「第6条」「(3)」.
_NO_QUANTITY = re.compile(r"\d人の者|第\d{1,4}[号条項]|\d{1,4}条|[(]\d{1,2}[)]|\d者")
_ABOUT_CONCLUSION = re.compile(
    r"いつ(?:から|ごろ|頃|に|は)?[^。?、]{0,10}(?:結[んばぶび]|締結|交わ|取り交|協定(?:に|を|が|は|で|$))"
    # Of nothing in particular, or of being partners at all.
    r"|^(?:(?:それ|これ|その(?:件|協定)|そちら|こちら)(?:は|って)?、?)?いつ(?:から|頃|ごろ)"
    r"(?:から|の(?:こと|話|もの))?(?:です|でしょう|やって|続いて|ある|あり|なの|始ま|はじま|スタート"
    r"|の|か|ん|い|る|ます|った|りました){0,5}[?]?$"
    r"|(?:組ん|付き合|提携|連携|協力)[^。、?]{0,12}いつから"
    r"|いつから[^。、?]{0,6}(?:組ん|付き合|提携|連携|協力)"
    r"|(?:協定|覚書|連携|契約)(?:は|が|って)、?いつ(?:から|ごろ|頃|に)?(?:ごろ|頃)?(?:です|でしょ|あ[りる]|始|スタート|開始|の|$|\?)"
)


# 「住所が変わったとき」 tells of it, and doesn't ask for it.
_HAPPENS = re.compile(
    r"[^がを]{1,8}[がを](?:変わ|変え|変更し|移[っし]|移転|失|なくし|知らせ|届け|交換|登録)"
)


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    of_all: bool
    of_text: bool
    asks: re.Pattern[str]
    anchors: tuple[str, ...]
    value: re.Pattern[str] | None
    exact: tuple[str, ...]


def wanted(question: str) -> Wanted | None:
    """What ``question`` asks for that is no column of the table, if anything."""
    text = without_space(question)
    return _named(text) or _article(text) or quantity(text)


def compact_item(question: str) -> Wanted | None:
    """What ``question`` asks for that an agreement's text tells of itself, or doesn't."""
    return _named(without_space(question), of_text=True)


def _named(text: str, *, of_text: bool = False) -> Wanted | None:
    for column in _columns():
        match = column.asks.search(text)
        if match is None or (of_text and not column.of_text):
            continue
        if _HAPPENS.match(text, match.start()):
            continue
        when = column.name == "取組の時期・期間"
        if when and _ABOUT_CONCLUSION.search(text):
            continue
        return Wanted(
            column.name,
            *match.span(),
            column.anchors,
            column.value,
            of_all=column.of_all,
            exact=any(word in match.group() for word in column.exact),
        )
    return None


def _article(text: str) -> Wanted | None:
    """An article of a row's agreement: of its text, rows hold but what they quote."""
    for match, number in articles_named(text):
        return Wanted(match.group(), *match.span(), (), re.compile(f"第{number}条"), of_text=True)
    return None


def without(asked: Question) -> Question:
    """``asked`` with what is asked beyond the columns taken out of its topic."""
    found = wanted(asked.text)
    if found is None:
        return asked
    rest = tuple(t for t in asked.topic if not (found.start <= t.start and t.end <= found.end))
    return replace(asked, topic=rest) if rest or asked.conditions else asked


def missing_column(
    desk: Desk, asked: Question, found: Sequence[Agreement], *, sure: bool = True
) -> Answer | None:
    """The answer if something beyond the columns is asked of ``found``; None if nothing is.

    Args:
        desk: the desk.
        asked: the question.
        found: the rows it is about.
        sure: whether the question names the rows, so that a row that doesn't tell is a no.
    """
    text = without_space(asked.text)
    item = wanted(asked.text)
    if item is None and asked.numbers and len(found) == 1:
        item = other_quantity(text) or unspoken(desk, asked, found[0])
    if item is None or not found:
        return None
    told = _told(asked, found, item, sure=sure)
    if told:
        return _answered(desk, told, item)
    written = _WRITTEN.search(text) and _mention(desk, found[0], item)[1]
    if written:
        return _answered(desk, [(found[0], written[0].quote)], item)
    loose = item.anchors and not item.exact
    if item.soft or (not sure and (loose or not _is_asked(text, item.end))):
        return None
    return _refused(desk, found, item)


def detail(desk: Desk, asked: Question, found: Sequence[Agreement]) -> Answer | None:
    """The sentence of ``found`` with the figure that is asked for: 「…の目標は何%？」; else None.

    A share or a count of agreements is asked for in the same words.
    """
    item = quantity(without_space(asked.text))
    told = _told(asked, found, item, sure=False) if item else []
    return _answered(desk, told, item) if item and told else None


def of_partners(desk: Desk, asked: Question) -> Answer | None:
    """A quantity asked of the rows of the partners named, whatever else is said; else None.

    「レジ袋を断る人の割合、アークスは何%？」 counts no rows: a sentence of the partner's row tells.
    """
    item = wanted(asked.text)
    named = tuple(c for c in asked.conditions if c.name == "partner" and not c.negated)
    if item is None or item.anchors or item.value is None or not named:
        return None
    rows = [desk.agreements[no] for no in desk.table.select(named)]
    if not rows or len(rows) > OF_PARTNERS:
        return None
    told = _told(asked, rows, item, sure=True)
    return _answered(desk, told, item) if told else None


def never_told(desk: Desk, asked: Question, *, only_of_all: bool = False) -> Answer | None:
    """The answer if many rows are asked for what no row tells: a phone number, a name.

    ``only_of_all`` is for questions that may be about another document: then only what is asked
    of the table as such counts.
    """
    item = wanted(asked.text)
    if item is None or item.value is not None:
        return None
    if only_of_all and (not item.of_all or asked.conditions or asked.partners):
        return None
    return Answer(
        "not_found",
        f"{item.name}は、協定の一覧に項目がなく、どの協定についても分かりません。"
        f"一覧にあるのは、名称・相手方・目的・内容・締結日・担当課です。"
        f"{desk.source.municipality}の担当課に確かめてください。",
        interpretation=f"知りたい項目＝{item.name}（一覧にない項目）",
    )


def _told(
    asked: Question, found: Sequence[Agreement], item: Wanted, *, sure: bool
) -> list[tuple[Agreement, str]]:
    """The rows that tell it, each with its sentence."""
    text = without_space(asked.text)
    topic = [
        token
        for token in tokenize(text)
        if says_something(token)
        and not is_about_table(token)
        and token.pos != "名詞-数詞"
        and not (item.start < token.end and token.start < item.end)
    ]
    told = []
    for agreement in found:
        sentence = _telling(agreement, item, topic, sure=sure)
        if sentence is not None:
            told.append((agreement, sentence))
    return told


def _telling(
    agreement: Agreement, item: Wanted, topic: Sequence[Token], *, sure: bool
) -> str | None:
    """The sentence of a row that tells it: of several the one that shares most with the topic."""
    if item.value is None:
        return None
    words = {token.term for token in topic}
    # What a figure is of is a noun; a row that the question names needn't tell the verb.
    nouns = {t.term for t in topic if not sure or t.pos.startswith("名詞")}
    elsewhere = nouns - set(terms(agreement.title))
    best, most = None, -1
    for sentence in (*sentences(agreement.content), *sentences(agreement.purpose)):
        plain = without_space(sentence)
        if not item.of_text:
            plain = _NO_QUANTITY.sub("", plain)
        if not item.value.search(plain):
            continue
        if item.anchors and not any(anchor in plain for anchor in item.anchors):
            continue
        shared = len(words.intersection(terms(sentence)))
        about = item.name in plain or (item.anchors and sure) or shared or not elsewhere
        if about and shared > most:
            best, most = sentence, shared
    return best


def _answered(desk: Desk, told: Sequence[tuple[Agreement, str]], item: Wanted) -> Answer:
    lines = []
    citations: list[Citation] = []
    for agreement, sentence in told:
        citations.append(_cited(desk, agreement, sentence))
        quote = one_line(citations[-1].quote)
        heading = one_line(heading_of(agreement.content, sentence))
        under = f"の「{heading}」" if heading else ""
        lines.append(f"{number_and_title(agreement)}{under}に「{quote}」とあります。")
    return Answer(
        "attribute",
        "\n".join(lines),
        nos=tuple(agreement.no for agreement, _ in told),
        citations=tuple(citations),
        interpretation=f"知りたい項目＝{item.name}（行の記載から）",
    )


def _cited(desk: Desk, agreement: Agreement, sentence: str) -> Citation:
    try:
        return desk.cite(agreement, sentence)
    except CitationError:
        return desk.cite_best(agreement, terms(sentence))


def _refused(desk: Desk, found: Sequence[Agreement], item: Wanted) -> Answer:
    which = "、".join(number_and_title(agreement) for agreement in found[:SHOWN])
    offices = dict.fromkeys(f"{a.department} {a.section}" for a in found[:SHOWN])
    hint, mention = _mention(desk, found[0], item)
    return Answer(
        "not_found",
        f"{item.name}は、協定の一覧に項目がなく、{which}の記載からも分かりません。{hint}"
        f"担当の{'、'.join(offices)}に確かめてください。",
        related=(*mention, *(desk.cite(a, a.title) for a in found[len(mention) : SHOWN])),
        interpretation=f"知りたい項目＝{item.name}（一覧にない項目）",
    )


def _mention(desk: Desk, agreement: Agreement, item: Wanted) -> tuple[str, tuple[Citation, ...]]:
    """The sentence that only names what is asked for: 「実施時期は、協議して別途定める」."""
    heads = tuple(word for word in item.anchors if len(word) > 1 and word not in ("から", "まで"))
    for sentence in sentences(agreement.content):
        if any(word in without_space(sentence) for word in heads):
            cited = _cited(desk, agreement, sentence)
            return f"「{one_line(cited.quote)}」とだけあります。", (cited,)
    return "", ()


def _is_asked(text: str, end: int) -> bool:
    """Whether little but the end of the question follows what was asked for."""
    match = _TAIL.match(text, end)
    return match is not None and not _OF_ROWS.search(match["rest"])


@cache
def _columns() -> tuple[_Column, ...]:
    """What people ask for beyond the columns; ``data/missing_columns.toml``."""
    path = files("assistant").joinpath("data/missing_columns.toml")
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["column"]
    return tuple(
        _Column(
            entry["name"],
            entry.get("of_all", False),
            entry.get("of_text", False),
            re.compile("|".join(entry["asks"])),
            tuple(entry.get("anchors", ())),
            _VALUES[entry["value"]] if "value" in entry else None,
            tuple(entry.get("exact", ())),
        )
        for entry in entries
    )
