"""The figure in a passage that a question asks for: 「何人」, 「いくら」, 「令和5年度は何件」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.searching.labelled import Labelled, labelled, years_in
from index.normalization import normalized, without_space
from index.stopwords import is_about_table
from index.tokens import tokenize

# What a question asks for, and the units in which a text may give it: first in so many words, …
_UNITS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"いくら(?!か(?:の|減|増))|何円"), ("円",)),
    (re.compile(r"何名"), ("名", "人")),
    (re.compile(r"何人"), ("人", "名")),
    (re.compile(r"何(?:か所|箇所|ヶ所)"), ("か所", "箇所")),
    (re.compile(r"何(?:%|パーセント|割)"), ("%", "割")),
    (re.compile(r"何件"), ("件",)),
    (re.compile(r"何回|何度(?!も)"), ("回",)),
)
# … and then by the name of the quantity.
_NAMED: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(
            r"金額|(?:費|額|予算|売上|値段|[助付担学励]金)(?:は|が|って)?"
            r"(?:[?]|$|(?:どれ|どの)(?:くらい|ぐらい)|を?(?:教え|知り))"
        ),
        ("円",),
    ),
    (
        re.compile(
            r"(?:(?<![一-龠々])量|重さ)(?:は|が|って|を(?=教え|知り))?(?:[?]|$|(?:どれ|どの)(?:くらい|ぐらい)|教え|知り)"
        ),
        ("トン", "t", "kg", "キロ"),
    ),
    (re.compile(r"人数|(?:者|客)数"), ("人", "名")),
    (re.compile(r"件数"), ("件",)),
    (re.compile(r"回数"), ("回",)),
)
# Nothing but such a figure answers these; 何年 and 何団体 may be told in other ways.
_ONLY = re.compile(
    r"何[人名](?!か)|人数|何円|いくら(?!か)|何(?:%|パーセント|割)|何(?:台|戸|頭|球|発|トン|組|倍|回)(?!か|目)"
)
_ANY = re.compile(
    r"何(トン|か国|年生|都市|団体|部局|項目|企業|球|発|頭|台|通|組|社|者|校|倍|戸|個|本|枚|点|分|時間|日|年(?!生)|歳|種|棟|羽|[a-z]{1,3}[23]?)"
)
_ALIKE = {"社": ("社", "企業"), "企業": ("企業", "社")}
# What is asked for is no figure.
_NO_FIGURE = re.compile(r"いつ|誰|だれ|どなた|どこ|どんな|どういう|なぜ|どうして|何(?:を|が|の|と)")
# 「企業数は？」, 「台数を教えて」.
_NUMBER_OF = re.compile(
    r"(企業|団体|都市|部局|項目|台|戸|社|校|組|頭|棟|通|球|発|時間)数(?:は|が|を(?![増減超])|って|も|[?]|$)"
)
# A quantity that is asked for by its name: 「提言数は？」, 「作付面積を教えて」.
_QUANTITY = re.compile(
    r"([一-龠々ァ-ヶーa-z]{0,12}(?:数|額|率|量|費|面積|売上|規模|割合|比|人員|予算|寄附|者))"
    r"(?:は|を(?![増減超])|が|って|も|の(?:推移|見込|合計)|について|[?、]|$)"
)
# What is done with so many: 「何頭利用した」 may be asked of each figure.
_DONE = re.compile(r"何[^\W\dはがをに]{1,3}?(?:くらい|ぐらい|ほど)?[がを]?[一-龠]{2}(?=[しさす])")
# A ratio is told beside the quantity itself: 「41戸 約6倍」.
_RATIO = re.compile(r"(?:率|割合|比)$")
_RATIOS = ("倍", "割", "%")
_HOW_MUCH = re.compile(r"(?:どれ|どの)(?:くらい|ぐらい|だけ|ほど)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a passage gives in the unit asked for.

    Attributes:
        value: the number, None if the passage has several and the question doesn't say which.
        unit: as printed: 人, 万円.
        printed: the figure as printed, in one width.
        line: the passage's line that holds it; the first such line if there are several.
        alone: whether it is the only figure of that line, which tells its year, too.
        other_years: whether the question asks for years that the passage has no such figure for.
    """

    value: float | None
    unit: str
    printed: str
    line: str
    alone: bool = False
    other_years: bool = False


def units_asked(text: str) -> tuple[str, ...]:
    """The units that an answer to ``text`` may have; empty if no figure is asked for."""
    for pattern, units in _UNITS:
        if pattern.search(text):
            return units
    match = _ANY.search(text)
    if match is not None:
        return _ALIKE.get(match[1], (match[1],))
    for pattern, units in _NAMED:
        if pattern.search(text):
            return units
    match = _NUMBER_OF.search(text)
    return (match[1],) if match else ()


def wants_only_a_figure(text: str) -> bool:
    """Whether ``text`` asks for a figure that nothing but a number in its unit can tell."""
    return bool(_ONLY.search(without_space(text)))


def asked_for(
    text: str, passage: str, leaning: Sequence[str] = (), heading: Sequence[str] = ()
) -> Figure | None:
    """The figure of ``passage`` that ``text`` asks for; None if it has none of that kind.

    Args:
        text: the question, normalized.
        passage: the text that may hold the answer.
        leaning: the questions about the same passage that it leans on, the last first: they say
            what it leaves out (the unit, the year, what the figure is of).
        heading: what the passage stands under; a year there is that of all its figures.
    """
    pool, meant = _meant((text, *leaning), passage, heading)
    if not pool:
        return None
    found = labelled(passage)
    if not meant:
        return _told(pool[0], found, None, other_years=True)
    one = len({(figure.value, figure.unit) for figure in meant}) == 1
    return _told(meant[0], found, meant[0].value if one else None)


def years_of(
    text: str, passage: str, leaning: Sequence[str] = (), heading: Sequence[str] = ()
) -> frozenset[int]:
    """The year of the one figure that ``text`` asks for; empty if it isn't one."""
    _, meant = _meant((text, *leaning), passage, heading)
    return meant[0].years if len(meant) == 1 else frozenset()


def _meant(
    texts: Sequence[str], passage: str, heading: Sequence[str]
) -> tuple[list[Labelled], list[Labelled]]:
    """The figures of the kind asked for; and those of them that ``texts`` say most of.

    The second is empty if all are for other years than those asked for.
    """
    above = next((years for part in heading for years in years_in(part)), frozenset())
    found = [f if f.years or f.total else replace(f, years=above) for f in labelled(passage)]
    # What all of the passage is about tells none of its figures from the others.
    subject = normalized(heading[-1]) if heading else ""
    found = [
        replace(f, label=f.label.removeprefix(subject), above=f.above.removeprefix(subject))
        for f in found
    ]
    bare = len(texts) > 1
    # 「何社？」 and 「いつ？」 ask for something else than the questions before.
    if bare and (units_asked(texts[0]) or _NO_FIGURE.search(texts[0])):
        kinds = texts[:1] if units_asked(texts[0]) else ()
    else:
        kinds = texts
    pool = next(filter(None, (_of_kind(found, said, bare=bare) for said in kinds)), [])
    asked = next(filter(None, (years_in(said) for said in texts)), [])
    wanted = frozenset().union(*asked)
    meant = [figure for figure in pool if figure.years & wanted] if wanted else pool
    if not meant and all(figure.years for figure in pool):
        return pool, []
    meant = meant or [figure for figure in pool if not figure.years]
    best = _said_most(meant, [_terms(_DONE.sub("", said)) for said in texts], _terms(subject))
    if len({(figure.value, figure.line) for figure in best}) > len({f.line for f in best}) == 1:
        # Within one sentence the verb tells, too: 「9通を作成し、各自1通を保有する」.
        best = _said_most(best, [_terms(said) for said in texts], _terms(subject))
    # 何人 means 人 where a passage counts in 名, too.
    units = next(filter(None, map(units_asked, texts)), ())
    best = [figure for figure in best if figure.unit.endswith(units[:1])] or best
    # Of a sum and its parts the sum is meant where no part is named.
    return pool, best if wanted else ([figure for figure in best if figure.total] or best)


def _told(
    meant: Labelled, found: Sequence[Labelled], value: float | None, *, other_years: bool = False
) -> Figure:
    alone = sum(figure.line == meant.line for figure in found) == 1
    return Figure(value, meant.unit, meant.printed, meant.line, alone, other_years)


def _of_kind(found: Sequence[Labelled], text: str, *, bare: bool) -> list[Labelled]:
    """Those of ``found`` in the unit asked for, or else of the quantity that is named.

    ``bare`` says that the question leans on others: whatever words it has name the quantity.
    """
    units = units_asked(text)
    if units:
        return [figure for figure in found if figure.unit.lstrip("億万千") in units]
    names = _QUANTITY.findall(text)
    if bare and not names:
        names = [text]
    for name in names:
        words = _terms(name)
        own = [f for f in found if words and words <= _said_of(f) | _terms(f.above)]
        own = [f for f in own if _RATIO.search(name) or not f.unit.endswith(_RATIOS)] or own
        named = [figure for figure in own if words & _said_of(figure)]
        if named or (own and not bare):
            return named or own
    if not _HOW_MUCH.search(text):
        return []
    words = _terms(text)
    return [figure for figure in found if words & (_said_of(figure) | _terms(figure.above))]


def _said_most(
    meant: Sequence[Labelled], asked: Sequence[frozenset[str]], subject: frozenset[str]
) -> list[Labelled]:
    """Those whose words are said most of, what is said last first.

    What the whole passage is about (``subject``) tells a figure from the others only where that is
    all that the figure's label says.
    """

    def met(figure: Labelled) -> tuple[tuple[int, int, int], ...]:
        above, own = _terms(figure.above), _said_of(figure) - _terms(figure.above)
        label = _terms(figure.label)
        told = []
        for words in asked:
            mine = own if label <= words else own - subject
            whole = -len(label - words) if words & mine else 0
            told.append((len(words & (mine | above)), len(words & mine), whole))
        return tuple(told)

    most = max(map(met, meant))
    return [figure for figure in meant if met(figure) == most]


def _said_of(figure: Labelled) -> frozenset[str]:
    return _terms(figure.label) | _terms(figure.tail)


@lru_cache(maxsize=4_096)
def _terms(text: str) -> frozenset[str]:
    """The terms of ``text`` that tell something; that it is an agreement's doesn't."""
    return frozenset(
        token.term
        for token in tokenize(text)
        if not token.term.isdecimal() and not is_about_table(token)
    )
