"""Conditions on a row's departments, number of parties, secrecy, months, and on what it shares with
another row."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from assistant.aggregates import Condition
from assistant.understanding.party_context import connected
from assistant.understanding.party_words import cores
from assistant.understanding.period_points import EveryYear, number_of
from index.eras import era_date, fiscal_year, fiscal_year_name
from index.normalization import without_space
from index.records import Agreement

_MANY = 10_000
_COUNT = r"(?P<n>(?<!\d)\d{1,18}|[一二三四五六七八九十]{1,2})"
_PARTIES = re.compile(
    rf"{_COUNT}(?:者|社|団体|機関|自治体|市町村?|法人|企業|か所の相手)"
    r"(?P<how>以上|以下|より多い?|未満|を超える|だけ|のみ|ちょうど|(?:間)?(?:の)?協定|で結|と結|との協定|と協定|が連名|が相手|が(?:全て|すべて|名を連|並))"
)
_PARTY_COUNT = re.compile(
    rf"相手方?(?:の数)?(?:が|は|の数が)?(?:ちょうど)?{_COUNT}(?:者|社|団体|つ|名|人|法人|機関|市町村?)?"
    r"(?P<how>以上|以下|より多い?|未満|を超える|だけ|のみ|ちょうど)?(?=の|で|に|あ|い|名|、)"
)
_SEVERAL = re.compile(
    r"複数の(?:相手方?|団体|会社|企業|者|社|法人|自治体|機関)|相手方?が(?:複数|2つ以上)|連名(?!を)|複数(?:者|社|団体)|複数と(?:の協定|結|締結)"
)
_ALONE = re.compile(r"相手方?が(?:単独|1つだけ|一つだけ|1つのみ)|単独の相手|1対1")
# 「…だけが相手方」「…とだけ結んだ」: nobody else is a party.
_ONLY = re.compile(
    r"(?:(?:だけ|のみ)(?:が|を|と)?(?:相手|締結先)|(?:だけ|のみ)と(?:の|結|締)|と(?:だけ|のみ)(?:の|結|締|協定|覚書))"
)
_ONLY_AFTER = re.compile(r"(?:だけ|のみ)(?!で(?:は)?な|に限|でも)")
_PARTY_IS = re.compile(r"(?:相手方?|締結先)(?:の?欄)?(?:の(?:記載|名前|名称))?(?:が|は)$")
_WITHHELD = re.compile(
    r"(?:相手方?(?:の)?(?:名前|名称|名)?(?:が|を|は)?)?(?:非公表|非公開|匿名|伏せられ|伏せて|伏せた|明かされていない|公表されていない|公表していない)"
)
_SHOWN = re.compile(
    r"(?:相手方?|名前|名称|社名|団体名|会社名)(?:の)?(?:名前|名称|名)?(?:が|を|は)(?:きちんと|全て)?(?:公表|公開|明らか)(?:され|して|に)"
)
_SAME_AS = re.compile(
    r"(?:no\.?|№|番号)?(?P<no>\d{1,4})(?:番)?(?:の協定)?と(?:全く)?(?:同じ|同一の?)"
    r"(?P<what>日付?|締結日|年月日|年度|年(?!月)|月|部局|部|担当課|課|相手方?|締結先|会社|団体|名称|名前|協定名)"
)
_OTHERS = re.compile(r"以外|ほか|他の|他に|別の")


def _bounds(n: int, how: str | None) -> tuple[int, int]:
    if how == "以上":
        return n, _MANY
    if how == "以下":
        return 1, n
    if how in ("より多", "より多い", "を超える"):
        return n + 1, _MANY
    return (1, n - 1) if how == "未満" else (n, n)


def parties(text: str) -> Iterator[Condition]:
    """How many parties there are to be, and whether they are kept secret."""
    for match in (*_PARTIES.finditer(text), *_PARTY_COUNT.finditer(text)):
        n = number_of(match["n"])
        low, high = _bounds(n, match["how"])
        said = f"{low}者以上" if high == _MANY else f"{high}者以下" if low < high else f"{n}者"
        label = f"相手方の数＝{said}"
        yield Condition("parties", (low, high), label, False, *match.span())
    for match in _SEVERAL.finditer(text):
        yield Condition("parties", (2, _MANY), "相手方の数＝2者以上", False, *match.span())
    for match in _ALONE.finditer(text):
        yield Condition("parties", (1, 1), "相手方の数＝1者", False, *match.span())
    for match in _WITHHELD.finditer(text):
        yield Condition("withheld", (True,), "相手方＝非公表", False, *match.span())
    for match in _SHOWN.finditer(text):
        end = match.end()
        hidden = text.startswith(("ていない", "いない", "ておらず"), end)
        label = "相手方＝非公表" if hidden else "相手方＝公表"
        yield Condition("withheld", (hidden,), label, False, match.start(), end)


def alone(text: str, named: Sequence[tuple[int, int]]) -> Iterator[Condition]:
    """The number of parties where those named, by their places in ``text``, are all there are."""
    first = run = 0
    for position, (start, end) in enumerate(named):
        if position and connected(text, named[position - 1][1], start):
            run += 1
        else:
            first, run = start, 1
        told = _PARTY_IS.search(text, max(first - 16, 0), first)
        only = _ONLY.match(text, end) or (told and _ONLY_AFTER.match(text, end))
        if only:
            yield Condition("parties", (run, run), f"相手方の数＝{run}者", False, *only.span())


def months(found: Sequence[EveryYear]) -> Iterator[Condition]:
    """Months without a year."""
    for period in found:
        if period.day:
            values: tuple[object, ...] = (period.months[0], period.day)
            name = "month_day"
        else:
            name, values = "month", (list(period.months),)
        yield Condition(name, values, f"締結月＝{period.name}", False, period.start, period.end)


def same_as(
    text: str, agreements: Mapping[int, Agreement]
) -> Iterator[tuple[Condition | None, Condition]]:
    """「No.45と同じ日に」: what a row must share with a numbered one.

    Returns:
        The condition that leaves the numbered row itself out, if the question does so, and the
        condition that it gives.
    """
    for match in _SAME_AS.finditer(text):
        agreement = agreements.get(int(match["no"]))
        if agreement is None:
            continue
        condition = _shared(agreement, match["what"], agreements, match.span())
        itself = None
        after = text[match.end() :]
        if _OTHERS.search(after) and "含め" not in after:
            itself = Condition(
                "number", ([agreement.no],), f"No.{agreement.no}", True, *match.span()
            )
        yield itself, condition


def _shared(
    agreement: Agreement, what: str, agreements: Mapping[int, Agreement], span: tuple[int, int]
) -> Condition:
    day, note = agreement.concluded, f"（No.{agreement.no}と同じ）"
    if what.startswith(("年度",)):
        year = fiscal_year(day)
        first, last = (
            day.replace(year=year, month=4, day=1),
            day.replace(year=year + 1, month=3, day=31),
        )
        label = f"締結年度＝{fiscal_year_name(year)}{note}"
        return Condition("concluded", (first, last), label, False, *span)
    if what == "年":
        first, last = day.replace(month=1, day=1), day.replace(month=12, day=31)
        return Condition("concluded", (first, last), f"締結日＝{day.year}年{note}", False, *span)
    if what == "月":
        return Condition("month", ([day.month],), f"締結月＝{day.month}月{note}", False, *span)
    if what.startswith(("日", "締結日", "年月日")):
        return Condition("concluded", (day, day), f"締結日＝{era_date(day)}{note}", False, *span)
    if what in ("部局", "部"):
        label = f"部局＝{agreement.department}{note}"
        return Condition("department", (agreement.department,), label, False, *span)
    if what in ("担当課", "課"):
        label = f"担当課＝{agreement.section}{note}"
        return Condition("section", (agreement.section,), label, False, *span)
    if what.startswith(("名", "協定名")):
        title = without_space(agreement.title)
        return Condition("title_is", (title,), f"名称＝「{title}」", False, *span)
    own = _cores(agreement)
    numbers = [other.no for other in agreements.values() if own & _cores(other)]
    label = f"相手方＝{'、'.join(agreement.partners)}{note}"
    return Condition("partner", (numbers,), label, False, *span)


def _cores(agreement: Agreement) -> set[str]:
    """What a row's partners are called, whatever branch of theirs it names."""
    return set().union(*map(cores, agreement.partners))


class Places:
    """Finds departments and sections by their names and by what they are called."""

    def __init__(self, agreements: Sequence[Agreement], municipalities: set[str]) -> None:
        names = {"department": "部局", "section": "担当課"}
        self.departments: dict[str, frozenset[str]] = {}
        held: dict[str, set[str]] = defaultdict(set)
        for agreement in agreements:
            held[agreement.section].add(agreement.department)
        self.departments = {section: frozenset(found) for section, found in held.items()}
        self._sayings: list[tuple[str, str, str, str]] = []
        for column, title in names.items():
            values = {str(getattr(agreement, column)) for agreement in agreements}
            for saying, value in _sayings(values, municipalities).items():
                self._sayings.append((saying, column, value, title))
        self._sayings.sort(key=lambda saying: -len(saying[0]))

    @property
    def names(self) -> list[str]:
        """All that departments and sections are called."""
        return [saying for saying, *_ in self._sayings]

    def find(self, text: str) -> list[Condition]:
        """The departments and sections named in ``text``, the longest names first."""
        found: list[Condition] = []
        for saying, column, value, title in self._sayings:
            start = text.find(saying)
            while start >= 0:
                end = start + len(saying)
                if not any(c.start < end and start < c.end for c in found):
                    label = f"{title}＝{value}"
                    found.append(Condition(column, (value,), label, False, start, end))
                start = text.find(saying, end)
        return found


def _sayings(names: set[str], municipalities: set[str]) -> dict[str, str]:
    """What people say → the name."""
    said: dict[str, str] = {}
    for name in sorted(names):
        said[name] = name
        for called in _called().get(name, ()):
            said.setdefault(called, name)
        for municipality in municipalities:
            for prefix in (municipality, municipality.removesuffix("市") + "市立"):
                if name.startswith(prefix):
                    said.setdefault(name.removeprefix(prefix), name)
        if name.startswith("事務局"):
            said.setdefault(name.removeprefix("事務局"), name)
    return said


@cache
def _called() -> Mapping[str, tuple[str, ...]]:
    """What departments and sections are called beside their names; ``data/places.toml``."""
    path = files("assistant").joinpath("data/places.toml")
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["place"]
    return {entry["name"]: tuple(entry["called"]) for entry in entries}
