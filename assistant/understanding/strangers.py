"""Names that are spoken of as a party's, known or not: who 「◯◯と旭川市の協定」 is about.

A name that no agreement's partner has makes the answer an honest no, so what is taken for one has
to look like a name: a proper noun, a legal form, a word that no agreement holds.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from assistant.understanding.name_spelling import fold
from assistant.understanding.party_context import is_party
from assistant.understanding.party_words import LEGAL_FORM
from index.normalization import normalized, without_space
from index.tokens import Token

# What the city is called in a question; its departments and facilities speak for it.
_CITY = ("旭川市", "市")
_AGREEING = re.compile(
    r"(?:さん|様)?(?:の|が|は|で)[^、。?]{0,14}(?:協定|覚書|結[んばび]|締結|連携)"
)
# An agreement is spoken of, not just some doing together (地域との交流).
_AGREED = re.compile(
    r"[)」』]?(?:さん|様|社)?と(?:の[^、。?]{0,14}(?:協定|覚書|契約|合意|確認書)|[^、。?]{0,10}(?:結[んばび]|締結|交わ|提携))"
)
_NAME = r"[一-龠々ァ-ヺーa-z0-9・&]"
_REST = re.compile(rf"(?P<rest>{_NAME}{{1,12}}?)(?:{LEGAL_FORM.pattern})")
# What names of companies and bodies end in.
_BODY = re.compile(
    r"(?:堂|屋|社|製作所|工業|製薬|薬品|銀行|商事|商会|商店|建設|電機|電気|電力|電工|物産|不動産|製菓|食品|組|学園|新聞|放送"
    r"|鉄道|航空|運輸|運送|通運|生命|保険|証券|石油|ガス|薬局|農協|生協|協会|組合|連合会|財団|機構|研究所|大学|高校|病院"
    r"|亭|庵|楼|軒|荘|閣|酒造|醸造|牧場|農園|農場|本舗|本店|書店|塾|神社|寺|乳業|水産|製麺|電器|自動車|重工|化学|印刷"
    r"|出版|信金|信組|漁協|旅館|ホテル)$"
)
_FORMED = re.compile(
    rf"(?:{LEGAL_FORM.pattern})(?P<name>[^、。?「」『』()とがは]{{2,20}}?)(?=と(?:の|結|締|交|提携))"
)
# A kind of partner in one of these is no name: 道北の銀行, 北海道企業.
_REGIONS = frozenset({"旭川", "北海道", "道北", "上川", "道央", "道内", "日本", "国内", "大雪"})
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_LATIN = re.compile(r"[a-z][a-z0-9&]{1,}")


class Beside:
    """Tells who is spoken of as a party, also beside the city or a part of it.

    Args:
        own: what the city's departments, sections and facilities are called, which speak for it.
    """

    def __init__(self, own: Iterable[str] = ()) -> None:
        names = sorted({*_CITY, *own}, key=len, reverse=True)
        city = rf"(?:{'|'.join(map(re.escape, names))})"
        self._before_city = re.compile(
            rf"(?:さん|様)?と{city}(?:との|って|とは|の間|[のがはでも、])[^。?]{{0,14}}"
            r"(?:協定|覚書|約束|取り?決め|契約|提携|連携|結[んばび]|締結)"
        )
        self._after_city = re.compile(rf"{city}(?:さん|様)?(?:は|が)?と(?:、)?$")
        self._reach = len(names[0]) + 6

    def spoken_of(self, text: str, start: int, end: int) -> bool:
        """Whether the words of ``text`` from ``start`` to ``end`` are spoken of as a party."""
        if is_party(text, start, end) or self._before_city.match(text, end):
            return True
        if text.startswith((")", "」", "』"), end) and is_party(text, start, end + 1):
            return True
        return bool(self._follows_city(text, start) and _AGREEING.match(text, end))

    def agreeing(self, text: str, start: int, end: int) -> bool:
        """Whether an agreement of theirs is spoken of, or the city beside them."""
        if _AGREED.match(text, end) or self._before_city.match(text, end):
            return True
        return self._follows_city(text, start)

    def _follows_city(self, text: str, start: int) -> bool:
        return bool(self._after_city.search(text, max(start - self._reach, 0), start))


@cache
def well_known() -> Mapping[str, bool]:
    """Well-known names, folded, longest first; whether each is a name wherever it stands.

    The others are words as well, and names only where somebody is spoken of as a party.
    """
    path = files("assistant").joinpath("data/well_known.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    said = {
        fold(without_space(normalized(name))): sort == "names"
        for sort in ("words", "names")
        for whole, everyday in data[sort].items()
        for name in (whole, *everyday)
    }
    return dict(sorted(said.items(), key=lambda item: -len(item[0])))


def formed_names(text: str) -> Iterator[tuple[int, int, str]]:
    """Companies that are written out with their legal form: (start, end, the name without it)."""
    for match in _FORMED.finditer(text):
        yield match.start(), match.end("name"), match["name"]


def follows_name(text: str, start: int, phrases: Sequence[Sequence[Token]]) -> int | None:
    """Where the name begins that a word for a kind only ends (京都大学); None if it stands alone.

    Args:
        text: the question.
        start: where the word for the kind begins.
        phrases: the runs of nouns in it.
    """
    for phrase in phrases:
        before = [token for token in phrase if token.end <= start]
        if not before or before[-1].end != start or phrase[-1].end <= start:
            continue
        if any(t.pos.endswith("固有名詞") and t.surface not in _REGIONS for t in before):
            return before[0].start
    return None


def longer_name(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The place of the company's name that only begins with a known one; None if it ends there.

    トヨタ自動車北海道株式会社 isn't トヨタ自動車.
    """
    match = _REST.match(text, end)
    return (start, match.end("rest")) if match else None


def looks_like_name(
    text: str,
    phrase: Sequence[Token],
    own: Collection[str],
    known: Collection[str],
    beside: Beside,
) -> bool:
    """Whether a phrase that is spoken of as a party can be somebody's name.

    Args:
        text: the question.
        phrase: a run of nouns in it.
        own: what the municipality is called itself.
        known: the terms that agreements hold; what none holds is taken for a name more readily.
        beside: tells who is spoken of beside the city.
    """
    start, end = phrase[0].start, phrase[-1].end
    said = text[start:end]
    if any(name in said for name in own):
        return False
    if LEGAL_FORM.search(said) or any(t.pos.endswith("固有名詞") for t in phrase):
        return True
    if not beside.agreeing(text, start, end):
        return False
    # Two katakana words in one make a name more often than a thing.
    if len(phrase) > 1 and _KATAKANA.fullmatch(said) and phrase[-1].term not in known:
        return True
    # A name is no word of the dictionary's; チーム and パートナー are.
    strange = [token for token in phrase if token.term not in known]
    unread = [token for token in strange if not token.reading]
    named = any(_KATAKANA.fullmatch(t.surface) or _LATIN.fullmatch(t.surface) for t in unread)
    return named or bool(strange and _BODY.search(said))
