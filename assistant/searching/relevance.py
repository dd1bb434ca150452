"""Whether what was found for a question can answer it at all.

A score only orders the hits of one search: a recipe shares words with a food bank's agreement,
too. So a few signals decide together, each a number that can be looked at: how well the best hit
meets the question (as a share and in all), and whether the question asks for something agreed or
for what no agreement tells (fees, opening hours, how-tos, small talk). ``docs/relevance.md`` has
the calibration.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files

from assistant.results import Hit
from assistant.searching.figures import asked_for
from index.records import Agreement, CompactRole, Record, Section
from index.tokens import tokenize

# Asks for a word if little but talk follows it: 「…の料金を教えてください」.
_TAIL = (
    r"(?:に(?:ついて|関して))?(?:は|を|って|が|の|も)?(?:\d{1,2}(?:つ|個|軒|店|選|件|か所))?(?:いつ|どこ|何|誰|だれ|いくら|どれ|どの|くらい|ぐらい|から|まで|日|以内"
    r"|教えて|知りたい|見せて|説明して|調べて|ください|下さい|ほしい|です|でしょう|ます|か|の|は|[?？。!]){0,6}$"
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against a question being answered by its best hit.

    Attributes:
        score: the hit's score, 0…1.
        evidence: how much of the question the hit meets, in units of rarity; 1 from FULL on.
        met: how many of the question's words it meets; 1 from MANY on.
        service: 1 if a question asks for what offices and timetables tell, and the hit doesn't.
        errand: 1 if it wants a task done, a fact of the world or small talk, or a figure that the
            hit doesn't hold. A judgement of taste is both: something to be told, and a choice.
        cooperation: 1 if it speaks of something agreed or of who helps.
        keywords: 1 if it is nouns only, as typed into a search box.
    """

    score: float
    evidence: float
    met: float
    service: float
    errand: float
    cooperation: float
    keywords: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model over :class:`Signals`, and the probability from which on one answers."""

    intercept: float
    weights: tuple[float, ...]
    threshold: float


# What is before 料 where it isn't paid: 資料, 肥料, 飲料.
_NO_FEES = "資材原飲食燃塗肥衣飼染史香無有調"
_WORD = re.compile(r"[一-龠々ァ-ヴーa-z]{1,12}[ぁ-ん]{0,2}$|[ぁ-ん]{1,8}$")
# 「おいしい水の協定」 asks for an agreement, not for a judgement of taste.
_AGREED = re.compile(r"協定|覚書|協約|契約|提携|連携|協力|取り?決め|約束|agreement")
_ASKS = re.compile(r"[?？。はをがにでもへ]")
_NOUN = ("名詞", "接頭辞", "接尾辞")
# Evidence and words beyond these add nothing: the rarity of some three words.
FULL, MANY = 20.0, 5.0
# From this score on a passage meets nearly all that the question says.
SURE = 0.8


def covers(text: str, hits: Sequence[Hit]) -> bool:
    """Whether the best of ``hits`` is near enough to the question ``text`` to answer it."""
    if not hits:
        return False
    found = signals(text, hits[0])
    return probability(found) >= calibration().threshold or _tells_it(text, hits[0], found)


def _tells_it(text: str, hit: Hit, found: Signals) -> bool:
    """Whether all that little is said is met, and the one figure asked for stands there."""
    figure = asked_for(text.lower(), text_of(hit.record)) if found.score >= SURE else None
    return figure is not None and figure.value is not None and not found.service


def signals(text: str, hit: Hit) -> Signals:
    """The signals for a normalized question and its best hit."""
    lower = text.lower()
    asked = _patterns()["service"].search(lower)
    held = text_of(hit.record)
    # What the hit holds is no reason to doubt that it answers.
    service = asked is not None and _compound(lower, asked.end("word")) not in held
    errand = bool(_patterns()["errands"].search(lower)) and not asked_for(lower, held)
    praised = None if _AGREED.search(lower) else _patterns()["taste"].search(lower)
    if praised and praised.group() not in held:
        service = errand = True
    return Signals(
        score=hit.score,
        evidence=min(hit.evidence / FULL, 1.0),
        met=min(hit.met / MANY, 1.0),
        service=float(service),
        errand=float(errand),
        cooperation=float(bool(_patterns()["cooperation"].search(lower))),
        keywords=float(_only_nouns(lower)),
    )


def asks_elsewhere(text: str, hit: Hit) -> bool:
    """Whether ``text`` asks for what offices tell or for an errand, and ``hit`` doesn't hold it."""
    found = signals(text, hit)
    return bool(found.service or found.errand)


def _compound(text: str, end: int) -> str:
    """The whole word that ends at ``end``: 予約方法, not 方法."""
    match = _WORD.search(text, 0, end)
    return match.group() if match else text[:end]


def text_of(record: Record) -> str:
    """All that a record says."""
    if isinstance(record, Agreement):
        return f"{record.title}\n{record.purpose}\n{record.content}"
    return record.text if isinstance(record, Section | CompactRole) else ""


def probability(found: Signals) -> float:
    """How probable it is that a question with these signals is answered by its best hit."""
    model = calibration()
    total = model.intercept + sum(w * x for w, x in zip(model.weights, astuple(found), strict=True))
    return 1 / (1 + math.exp(-total))


def _only_nouns(text: str) -> bool:
    return not _ASKS.search(text) and all(t.pos.startswith(_NOUN) for t in tokenize(text))


@cache
def calibration() -> Calibration:
    """The calibration in force, from ``assistant/data/calibration.toml``."""
    path = files("assistant").joinpath("data/calibration.toml")
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    names = Signals.__dataclass_fields__
    weights = tuple(float(values["weights"][name]) for name in names)
    return Calibration(float(values["intercept"]), weights, float(values["threshold"]))


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    path = files("assistant").joinpath("data/relevance.toml")
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    choices = {
        kind: "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))
        for kind, listed in words.items()
    }
    # 「作り方」「止め方」: any verb's way of doing; 「入園料」「診察料」: a fee for anything.
    ways = rf"[ぁ-ん一-龠]方|[一-龠](?<![{_NO_FEES}])料"
    choices["service"] = rf"(?P<word>{choices['service']}|{ways}){_TAIL}"
    # 「人気のない夜道」 praises nothing.
    choices["taste"] = rf"(?:{choices['taste']})(?!な[いくか])"
    return {kind: re.compile(choice) for kind, choice in choices.items()}
