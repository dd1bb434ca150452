"""The words by which people name the survey's fields and years, and those that carry a question."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import permutations
from typing import Literal

from assistant.survey.cells import Survey, Years, years_of
from index.normalization import normalized, without_space

# How plainly a word names a field: a label of several words can mean nothing else, one of a single
# word may be an ordinary word, and a part of a label needs a question that speaks of fields.
Strength = Literal["label", "word", "part"]

_REST = "その他"

OF_FIELDS = re.compile(r"分野|領域|ジャンル|カテゴリ")
# The cross table's name, which asks for neither all fields nor all departments.
CROSS_TABLE = re.compile(r"部局と(?:協定の)?分野の?(?:関連性?|表|クロス集計?|の)*")
FIELD_COUNT = re.compile(
    r"該当分野数|分野の?数|(?:何|(?:いくつ|幾つ|何個|何種類)の)(?:分野|領域)|分野(?:は|が|に)(?:全部で|全体で|計)?(?:いくつ|何個|何種類|幾つ)"
)
RELATED_TO_DISASTER = re.compile(
    r"災害(?:(?:に|と|へ)?(?:かかわ|関わ|係わ|係|関(?:する|した|して|連|係))(?:る|り|った|した|する|の?ある)?"
    r"|(?=[^一-龠]|分野|$))"
)
ACTIVITY = re.compile(
    r"実績|(?:事業|取組み?|取り組み|活動)(?:の|を|が|は|も)?[^。、]{0,5}?(?:予定|計画|実施|行[いうっわ]|動い)"
    r"|予定[^。]{0,6}実績|予定(?:が|の|も)?(?:ある|あり|あった|な[いかし]|無)|年度の予定"
    r"|(?:事業|取組み?|取り組み)(?:の|が|を|も)?(?:ある|あり|あった|無い|な(?:い|か|し))|未実施"
    r"|実施(?:した|され|して|済|なし|あり|予定)"
)
# Who or what is asked for, or which words rows hold: no figure tells that.
WHO = re.compile(
    r"名称|名前|題名|件名|記載|文言|という(?:語|言葉|文字)|相手|会社|企業|団体|自治体|課(?![題税程])|誰|だれ|窓口"
)
PLANNED = re.compile(r"予定|計画")
NOT = r"(?:な[いかくし]|無[いかくし]|ゼロ|皆無|ありません|されず|せず|わず)"
INACTIVE = re.compile(
    rf"(?:実績|予定|計画|実施|事業|取組み?|取り組み|活動|行)[^。、]{{0,8}}?{NOT}|未実施"
)
EITHER_STATE = re.compile(
    r"あり[・、とか/]{0,2}なし|有無|あ(?:る|った)[^。]{0,8}と[^。]{0,8}な(?:い|かった)"
)
BARE_STATE = re.compile(rf"(?P<no>{NOT})|(?P<yes>あり|ある|あった)")
DEPARTMENT = r"(?:部局|部署)"
WITHOUT = re.compile(
    rf"該当[^。、]{{0,8}}?{NOT}|協定[がはのをも](?:1件も|1つも|一つも|一件も|全く)?{NOT}"
    rf"|協定[をも][^。、]{{0,8}}(?:結|締結|持|有)[^。、]{{0,6}}?{NOT}"
)
WITH = re.compile(
    r"該当(?:する)?(?:協定)?(?:が|の|は)?(?:あり|ある|あった|有り)|該当(?:する|した)?(?=部局|部署)"
)
# The same where departments are counted: 「協定を結んでいるのは何部局」.
WITH_AGREEMENTS = re.compile(
    r"協定[がはのをも][^。、]{0,4}?(?:あ[るりっ]|有|持|結|締結|抱え)|協定(?:あり|有り)|該当"
)
WHOLE_CITY = re.compile(r"全庁|庁内|市(?:役所)?(?:の)?全体|全(?:て)?の?部局|すべての部局")
SHARE = re.compile(r"構成比|割合|何%|何パーセント|何割|占め|比率|シェア|パーセンテージ")
BY_YEAR = re.compile(r"年度|年別|(?<!\d)何年|いつ(?=.{0,6}[多少])|[多少].{0,8}いつ")
BY_DEPARTMENT = re.compile(
    rf"{DEPARTMENT}|どの部(?!分)|どこの部(?!分)|部別|(?:多|少な|高|低)い部(?!分)"
)
CONCLUDED = re.compile(r"[^。、]{0,8}?(?:締結|結[ばんび])")
COUNTS = re.compile(
    r"何|いくつ|幾つ|件数|協定数|数は|数を|数$|数字|件(?:以上|以下|未満)|割合|%|どれ(?:くらい|だけ|ほど)|合計|総数"
    r"|どちら|どっち|推移|[差倍多少]"
)
DISCARDED = re.compile(r"の?(?:件数|協定数|数|方|ほう)?(?:ではなく|じゃなく|でなく)(?!い)")


@cache
def survey_words() -> Mapping[str, frozenset[str]]:
    """Words by kind, normalized; from ``assistant/data/survey_words.toml``."""
    words = _words()
    return {
        kind: frozenset(normalized(word) for word in listed)
        for kind, listed in words.items()
        if isinstance(listed, list)
    }


@cache
def _words() -> Mapping[str, object]:
    path = files("assistant").joinpath("data/survey_words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=4)
def field_patterns(fields: tuple[str, ...]) -> tuple[tuple[str, Strength, re.Pattern[str]], ...]:
    """How each field may be written, with how plainly that names it."""
    aliases = _words()["fields"]
    patterns: list[tuple[str, Strength, re.Pattern[str]]] = []
    for field in fields:
        parts = [normalized(part) for part in field.split("・")]
        orders = permutations(parts) if len(parts) <= 3 else [parts]
        joined = "|".join("[・、,/とや]{0,2}".join(map(re.escape, order)) for order in orders)
        full: Strength = "label" if len(parts) > 1 else "word"
        if field == _REST:
            # An ordinary word, unless it is quoted as the field's name.
            patterns.append((field, "word", re.compile(f"(?<=[「『])({joined})(?=[」』])")))
            full = "part"
        if field.startswith("災害"):
            patterns.append((field, "word", RELATED_TO_DISASTER))
        patterns.append((field, full, re.compile(joined if full == "label" else _apart(joined))))
        also = aliases.get(field, ()) if isinstance(aliases, Mapping) else ()
        others = [*(parts if len(parts) > 1 else ()), *map(normalized, also)]
        if others:
            longest = sorted(others, key=len, reverse=True)
            patterns.append((field, "part", re.compile(_apart("|".join(map(re.escape, longest))))))
    return tuple(patterns)


def _apart(words: str) -> str:
    """A pattern for ``words`` where they aren't part of a longer word in kanji."""
    return f"(?<![一-龠])(?:{words})(?=[^一-龠]|分野|領域|以|別|$)"


@lru_cache(maxsize=4)
def _labels(facts: tuple[str, ...]) -> tuple[tuple[str, Years], ...]:
    found = {without_space(label): years for label in facts if (years := years_of(label))}
    return tuple(sorted(found.items(), key=lambda item: -len(item[0])))


def year_labels(survey: Survey) -> tuple[tuple[str, Years], ...]:
    """The years' labels as printed, longest first, with the years they stand for."""
    return _labels(tuple(cell.fact.label for cell in survey.cells if cell.key.years))
