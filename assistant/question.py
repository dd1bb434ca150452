"""Understand a question: what it wants done, of which agreements, and about what.

Only what the question says is taken from it, and everything is plain data. Each condition knows
where the question says it; what no condition explains is the topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.aggregates import Condition
from assistant.intents import (
    CARRIERS,
    Column,
    Group,
    Intent,
    column_of,
    group_of,
    intent_of,
    is_english,
)
from assistant.names import NamedPartner, PartnerNames
from assistant.periods import Period, find_periods
from index.errors import RequestError
from index.normalization import normalized, without_space
from index.opened import OpenIndex
from index.records import Agreement
from index.stopwords import is_about_table, says_something
from index.tokens import Token, tokenize

MAX_LENGTH = 500
_NUMBER = re.compile(
    r"(?:no\.?|№|番号は?|協定番号)\s{0,3}(?P<sign>-|マイナス)?\s{0,3}(?P<a>\d{1,9}(?:\.\d{1,9})?)(?!年|件|者)"
    r"|(?<![\d.])(?P<b>\d{1,9})\s{0,3}番(?!目|地|組|街)"
)
_NUMBER_RANGE = re.compile(
    r"(?:no\.?|№)\s{0,3}(?P<first>\d{1,4})\s{0,2}(?:~|-|から)\s{0,2}(?:no\.?|№)?\s{0,3}(?P<last>\d{1,4})"
)
_NEGATED = re.compile(
    r"(?:\s|と|の(?:もの|協定|件数|数)?)?(?:以外|を除|は除|ではな|でない|じゃな|のぞ)"
)
_DISCARDED = re.compile(r"の?(?:件数|数|協定数)?(?:ではなく|じゃなく|でなく)")
_QUOTED = re.compile(r"[「『\"“]([^「」『』\"“”]{1,80})[」』\"”]")
_TITLE_BEFORE = re.compile(r"(?:名称|名前|協定名|タイトル|題名)[^「『\"“]{0,8}$")
_PARTNER_BEFORE = re.compile(r"(?:相手方|社名|会社名|団体名|企業名|相手)[^「『\"“]{0,8}$")
_PARTNER_AFTER = re.compile(r"[」』\"”](?:が|の)?(?:付く|つく|入る|含む)?(?:会社|社名|企業|団体)")
_PARTIES = re.compile(
    r"(?P<n>\d{1,3})(?:者|社|団体|機関|自治体|市町村?)(?P<how>以上|以下|より多|未満)"
    r"|(?P<several>複数の(?:相手|団体|会社|企業|者|社)|相手方が(?:複数|2つ以上))"
)
_OPEN_TO_PUBLIC = re.compile(r"非公表(?:以外|を除|は除|でな|ではな)|公表されてい|公開されてい")
_ALL_OF_THEM = re.compile(r"両方|の双方|どちらも|いずれもが|とも(?:に)?(?:入|含|参加)")
_TYPES = ("覚書", "合意書", "確認書", "申し合わせ")
# A kind of partner (銀行, バス) is also a word for a topic; these say that partners are meant.
_KIND_AS_PARTNER = re.compile(
    r"(?:系|業|会社|企業|団体|機関|屋|店|各社)*(?:さん)?(?:と(?:の|は|結|締|協定|連携|手を|提携|どん)|が相手|を相手|が入っ|が参加|$)"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks.

    Attributes:
        text: the question, cleaned.
        intent: what it wants done.
        column: the column of the table it asks for, if any.
        group: what it wants agreements ranked by, if anything.
        numbers: the agreement numbers it names, as written; they need not exist.
        conditions: what the agreements must be like.
        partners: the partners it names, also those without any agreement.
        periods: the periods it names.
        topic: the tokens that neither a condition nor the talk of counting explains.
        english: whether it is asked in English.
        document: key of the document that a conversation is about, if it is one beside the table.
    """

    text: str
    intent: Intent
    column: Column | None
    group: Group | None
    numbers: tuple[str, ...]
    conditions: tuple[Condition, ...]
    partners: tuple[NamedPartner, ...]
    periods: tuple[Period, ...]
    topic: tuple[Token, ...]
    english: bool
    document: str | None = None


def clean(question: str) -> str:
    """``question`` normalized, on one line, without what can't be seen.

    Raises:
        RequestError: if nothing is left, or it is too long.
    """
    if len(question) > MAX_LENGTH * 4:
        raise RequestError(_too_long(len(question)))
    text = " ".join(normalized(question).split())
    if len(text) > MAX_LENGTH:
        raise RequestError(_too_long(len(text)))
    if not any(char.isalnum() for char in text):
        raise RequestError(
            "質問を入力してください。例：「停電に備える協定は？」「No.94の相手方は？」"
        )
    if len(text) < 2 or len(set(text)) == 1:
        raise RequestError(
            f"「{text[:10]}」だけでは何を知りたいか分かりません。もう少し詳しく入力してください。"
        )
    return text


class Reader:
    """Reads questions, knowing the departments, sections and partners there are.

    Args:
        index: the opened index.
        as_of: the day that 最近, 今年 and the like count from.
    """

    def __init__(self, index: OpenIndex, as_of: date) -> None:
        self.names = PartnerNames(index)
        self._as_of = as_of
        agreements = [r for r in index.records.values() if isinstance(r, Agreement)]
        municipality = {index.documents[a.document].municipality for a in agreements}
        self._departments = _sayings({a.department for a in agreements}, municipality)
        self._sections = _sayings({a.section for a in agreements}, municipality)

    def read(self, question: str) -> Question:
        """Understand ``question``, as :func:`clean` gives it."""
        text = without_space(question) if not is_english(question) else question
        taken: list[tuple[int, int]] = []
        numbers = _numbers(text, taken)
        periods = [
            p for p in find_periods(text, self._as_of) if not _overlaps(taken, p.start, p.end)
        ]
        conditions = [_period_condition(text, period) for period in periods]
        taken.extend((period.start, period.end) for period in periods)
        conditions += self._quoted(text, taken)
        conditions += self._places(text, taken)
        conditions += _parties(text, taken)
        partners = self._partners(text, taken)
        conditions += _together(text, [partner for partner in partners if partner.numbers])
        conditions += _types(text, taken)
        carried = [match.span() for match in CARRIERS.finditer(text)]
        topic = [
            token
            for token in tokenize(text)
            if says_something(token)
            and not is_about_table(token)
            and not _overlaps([*taken, *carried], token.start, token.end)
        ]
        masked = _masked(text, taken)
        return Question(
            text=question,
            intent=intent_of(masked),
            column=column_of(masked),
            group=group_of(masked),
            numbers=tuple(numbers),
            conditions=tuple(condition for condition in conditions if condition is not None),
            partners=tuple(partners),
            periods=tuple(periods),
            topic=tuple(topic),
            english=is_english(question),
        )

    def _quoted(self, text: str, taken: list[tuple[int, int]]) -> list[Condition]:
        """「X」 as a part of the title, or of the partner's name where the question says so."""
        conditions = []
        for match in _QUOTED.finditer(text):
            if _overlaps(taken, match.start(), match.end()):
                continue
            wanted = match[1]
            before = text[max(match.start() - 16, 0) : match.start()]
            if _PARTNER_BEFORE.search(before) or _PARTNER_AFTER.match(text, match.end() - 1):
                found = self.names.containing(wanted)
                named = NamedPartner(wanted, found, match.start(), match.end())
                conditions.append(_partner_condition(text, named))
            elif _TITLE_BEFORE.search(before) or wanted.endswith(("協定", "協定書", *_TYPES)):
                conditions.append(
                    _condition(text, "title", (wanted,), f"名称に「{wanted}」", match.span())
                )
            else:
                continue
            taken.append(match.span())
        return conditions

    def _places(self, text: str, taken: list[tuple[int, int]]) -> list[Condition]:
        conditions = []
        for name, sayings, title in (
            ("department", self._departments, "部局"),
            ("section", self._sections, "担当課"),
        ):
            for saying, value in sayings:
                start = text.find(saying)
                end = start + len(saying)
                if start < 0 or _overlaps(taken, start, end):
                    continue
                taken.append((start, end))
                if not _DISCARDED.match(text, end):
                    conditions.append(
                        _condition(text, name, (value,), f"{title}＝{value}", (start, end))
                    )
        return conditions

    def _partners(self, text: str, taken: list[tuple[int, int]]) -> list[NamedPartner]:
        partners = []
        for partner in self.names.find(text):
            if _overlaps(taken, partner.start, partner.end):
                continue
            short = len(partner.name) == 1
            if (partner.kind == "kind" or short) and not _KIND_AS_PARTNER.match(text, partner.end):
                continue
            partners.append(partner)
            taken.append((partner.start, partner.end))
        return partners


def _sayings(names: set[str], municipalities: set[str]) -> list[tuple[str, str]]:
    """(what people say, the name) pairs, longest first."""
    said = {}
    for name in sorted(names):
        said[name] = name
        for municipality in municipalities:
            said.setdefault(name.removeprefix(municipality), name)
            said.setdefault(name.removeprefix(municipality.removesuffix("市") + "市立"), name)
    return sorted(said.items(), key=lambda pair: -len(pair[0]))


def _numbers(text: str, taken: list[tuple[int, int]]) -> list[str]:
    numbers: list[str] = []
    for match in _NUMBER_RANGE.finditer(text):
        first, last = int(match["first"]), int(match["last"])
        if first < last <= first + 100:
            numbers.extend(str(number) for number in range(first, last + 1))
            taken.append(match.span())
    for match in _NUMBER.finditer(text):
        if not _overlaps(taken, *match.span()):
            numbers.append(("-" if match["sign"] else "") + (match["a"] or match["b"]))
            taken.append(match.span())
    return numbers


def _period_condition(text: str, period: Period) -> Condition:
    what = "締結年度" if "年度" in period.name else "締結日"
    return _condition(
        text,
        "concluded",
        (period.first, period.last),
        f"{what}＝{period.name}",
        (period.start, period.end),
    )


def _together(text: str, partners: Sequence[NamedPartner]) -> list[Condition]:
    """The partners as one condition: any of them, unless the question wants them all."""
    if not partners:
        return []
    if len(partners) == 1 or _ALL_OF_THEM.search(text):
        return [_partner_condition(text, partner) for partner in partners]
    numbers = sorted({number for partner in partners for number in partner.numbers})
    names = "・".join(dict.fromkeys(partner.name for partner in partners))
    span = (min(p.start for p in partners), max(p.end for p in partners))
    return [_partner_condition(text, NamedPartner(names, tuple(numbers), *span))]


def _partner_condition(text: str, partner: NamedPartner) -> Condition:
    return _condition(
        text,
        "partner",
        (list(partner.numbers),),
        f"相手方＝{partner.name}",
        (partner.start, partner.end),
    )


def _condition(
    text: str, name: str, values: tuple[object, ...], label: str, where: tuple[int, int]
) -> Condition:
    negated = bool(_NEGATED.match(text, where[1]))
    return Condition(name, values, label, negated, *where)


def _parties(text: str, taken: list[tuple[int, int]]) -> list[Condition]:
    conditions = []
    if "非公表" in text or _OPEN_TO_PUBLIC.search(text):
        match = _OPEN_TO_PUBLIC.search(text)
        start = match.start() if match else text.index("非公表")
        end = match.end() if match else start + 3
        label = "相手方＝公表" if match else "相手方＝非公表"
        conditions.append(Condition("withheld", (match is None,), label, False, start, end))
        taken.append((start, end))
    for match in _PARTIES.finditer(text):
        if _overlaps(taken, *match.span()):
            continue
        low, high = 2, 10_000
        if match["n"]:
            n = int(match["n"])
            low, high = {
                "以上": (n, 10_000),
                "以下": (1, n),
                "より多": (n + 1, 10_000),
                "未満": (1, n - 1),
            }[match["how"]]
        label = f"相手方の数＝{low}者以上" if high == 10_000 else f"相手方の数＝{high}者以下"
        conditions.append(Condition("parties", (low, high), label, False, *match.span()))
        taken.append(match.span())
    return conditions


def _types(text: str, taken: list[tuple[int, int]]) -> list[Condition]:
    conditions = []
    for name in _TYPES:
        start = text.find(name)
        if start >= 0 and not _overlaps(taken, start, start + len(name)):
            where = (start, start + len(name))
            conditions.append(_condition(text, "title", (name,), f"名称に「{name}」", where))
            taken.append(where)
    return conditions


def _overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in taken)


def _masked(text: str, taken: Sequence[tuple[int, int]]) -> str:
    chars = list(text)
    for start, end in taken:
        chars[start:end] = "□" * (end - start)
    return "".join(chars)


def _too_long(length: int) -> str:
    return (
        f"質問が長すぎます（{length:,}字、上限{MAX_LENGTH}字）。"
        "知りたいことを1つの文にして入力してください。"
    )
