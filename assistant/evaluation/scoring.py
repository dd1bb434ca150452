"""Judging single answers against their labels.

Every judge gives the reasons why an answer is wrong, as Japanese phrases; none means right. Where
the label leaves a doubt, it counts against the answer: a required wording must not be cut out of a
longer number (``1%`` doesn't occur in ``11%``), a forbidden one may.

Texts are compared after NFKC, without white space and without the markup of the documents.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from assistant.evaluation.labels import Expected, RankingLabel, RefusalLabel, RoleLabel
from index.errors import RequestError

REFUSALS = frozenset({"not_found", "out_of_scope", "invalid_question"})
ANSWER_KINDS = REFUSALS | {"lookup", "list", "count", "comparison", "attribute", "fact", "role"}
CITED_FIRST = 3

_MARKUP = re.compile(r"\*\*|</?[a-z]{1,8}(?: [^<>]{0,80})?>")
_COMMAS = "、,"


@dataclass(frozen=True, slots=True)
class GivenCitation:
    """A citation as an answer gave it; ``no`` is ``None`` where it is no agreement row."""

    record: str
    no: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What is judged of an answer."""

    kind: str
    text: str
    number: float | None
    unit: str | None
    nos: tuple[int, ...]
    citations: tuple[GivenCitation, ...]

    @property
    def refused(self) -> bool:
        """Whether the answer says that there is none."""
        return self.kind in REFUSALS

    @property
    def cited_nos(self) -> tuple[int, ...]:
        """Numbers of the cited agreements, in order, each once."""
        return tuple(dict.fromkeys(c.no for c in self.citations if c.no is not None))

    @property
    def texts(self) -> tuple[str, ...]:
        """The answer's text, and every quote."""
        return (self.text, *(citation.quote for citation in self.citations))


def read_answer(values: object) -> GivenAnswer:
    """An answer from the JSON values of the machine interface.

    Raises:
        RequestError: if the values have another shape; names the key.
    """
    if not isinstance(values, Mapping):
        _broken("全体")
    kind, text, number, unit = (values.get(key) for key in ("kind", "text", "number", "unit"))
    if kind not in ANSWER_KINDS:
        _broken("kind")
    if not isinstance(text, str):
        _broken("text")
    if isinstance(number, bool) or not isinstance(number, int | float | None):
        _broken("number")
    if not isinstance(unit, str | None):
        _broken("unit")
    nos, citations = values.get("nos"), values.get("citations")
    if not isinstance(nos, list | tuple) or not all(_is_number(no) for no in nos):
        _broken("nos")
    if not isinstance(citations, list | tuple):
        _broken("citations")
    return GivenAnswer(kind, text, number, unit, tuple(nos), tuple(map(_citation, citations)))


def _citation(values: object) -> GivenCitation:
    if not isinstance(values, Mapping):
        _broken("citations")
    record, no, quote = (values.get(key) for key in ("record", "no", "quote"))
    if not isinstance(record, str) or not isinstance(quote, str):
        _broken("citations")
    if no is not None and not _is_number(no):
        _broken("citations")
    return GivenCitation(record, no, quote)


def judge_answer(kind: str, answer: GivenAnswer, expected: Expected) -> tuple[str, ...]:
    """Judge a count, list, fact, comparison or attribute; ``kind`` is the label's type.

    A count and a list must give exactly the labelled rows as ``nos`` (optional ones aside); the
    other types must cite them, and may cite more.
    """
    reasons = _number_reasons(answer, expected)
    if expected.nos is not None and kind in ("count", "list"):
        reasons += _set_reasons(answer.nos, expected)
    elif expected.nos is not None:
        missing = set(expected.nos) - set(answer.cited_nos)
        reasons += [f"引用に{format_nos(missing)}がない"] if missing else []
    return tuple(reasons + _group_reasons(answer, expected))


def judge_turn(answer: GivenAnswer, expected: Expected) -> tuple[str, ...]:
    """Judge the answer of one turn of a conversation: number, exact ``nos``, wordings."""
    reasons = _number_reasons(answer, expected)
    if expected.nos is not None:
        reasons += _set_reasons(answer.nos, expected)
    return tuple(reasons + _group_reasons(answer, expected))


def judge_ranking(answer: GivenAnswer, label: RankingLabel) -> tuple[str, ...]:
    """Judge whether a row of the highest grade is among the first three that the answer cites."""
    if answer.refused:
        return (f"答えがあるのに断った({answer.kind})",)
    best = {no for no, grade in label.relevant.items() if grade == max(label.relevant.values())}
    first = first_cited(answer, label.given_no)
    return () if best & set(first) else ("最初の3件に正解がない",)


def first_cited(answer: GivenAnswer, given_no: int | None = None) -> tuple[int, ...]:
    """The first three agreements of an answer, cited ones before merely named ones.

    The agreement that a question itself names (``given_no``) is no answer to it.
    """
    named = dict.fromkeys((*answer.cited_nos, *answer.nos))
    return tuple(no for no in named if no != given_no)[:CITED_FIRST]


def judge_role(answer: GivenAnswer, label: RoleLabel) -> tuple[str, ...]:
    """Judge whether all phrases are said or quoted, and from the right initiative and party."""
    reasons = [
        f"語句「{phrase}」がない"
        for phrase in label.must_contain
        if not any(holds(text, phrase, ignore=_COMMAS) for text in answer.texts)
    ]
    return tuple(reasons + _initiative_reasons(answer, label))


def judge_refusal(answer: GivenAnswer, label: RefusalLabel) -> tuple[str, ...]:
    """Judge the answer to a question that has none: refused, nothing made up, no wrong row."""
    reasons = [] if answer.refused else [f"断らずに答えた({answer.kind})"]
    for phrase in label.must_not_contain:
        target = squeeze(phrase, _COMMAS)
        if any(target in squeeze(text, _COMMAS) for text in answer.texts):
            reasons.append(f"あってはならない語句「{phrase}」がある")
    stray = {*answer.cited_nos, *answer.nos} - set(label.may_cite)
    reasons += [f"関係のない{format_nos(stray)}を示した"] if stray else []
    return tuple(reasons)


def holds(text: str, phrase: str, *, ignore: str = "") -> bool:
    """Whether a text holds a phrase, and not merely as the inside of a longer number.

    Args:
        text: any text.
        phrase: what to find.
        ignore: characters to leave out of the comparison beside white space and markup.
    """
    body, gaps = _squeeze(text, ignore)
    target = squeeze(phrase, ignore)
    start = body.find(target)
    while start >= 0:
        ends = (start, start + len(target))
        if not any(_inside_number(body, at) and at not in gaps for at in ends):
            return True
        start = body.find(target, start + 1)
    return False


def squeeze(text: str, ignore: str = "") -> str:
    """NFKC without white space, markup and the characters of ``ignore``."""
    return _squeeze(text, ignore)[0]


def format_nos(nos: Sequence[int] | set[int]) -> str:
    """Agreement numbers for reading, runs drawn together: ``No.3, 5~9``."""
    runs: list[list[int]] = []
    for no in sorted(set(nos)):
        if runs and no == runs[-1][-1] + 1:
            runs[-1].append(no)
        else:
            runs.append([no])
    shown = [str(run[0]) if len(run) == 1 else f"{run[0]}~{run[-1]}" for run in runs]
    return "No." + ", ".join(shown) if shown else "No.なし"


def _squeeze(text: str, ignore: str) -> tuple[str, set[int]]:
    """The squeezed text, and the positions in it where white space or 、 parted its neighbours."""
    kept: list[str] = []
    gaps: set[int] = set()
    for char in _MARKUP.sub("", unicodedata.normalize("NFKC", text)):
        if char.isspace() or (char == "、" and char in ignore):
            gaps.add(len(kept))
        elif char not in ignore:
            kept.append(char)
    return "".join(kept), gaps


def _inside_number(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isdecimal() and text[at].isdecimal()


def _number_reasons(answer: GivenAnswer, expected: Expected) -> list[str]:
    if expected.number is None:
        return []
    if answer.number is None or not math.isclose(answer.number, expected.number, rel_tol=1e-9):
        return [f"数が{format_number(answer.number, answer.unit)}"]
    if expected.unit is not None and squeeze(answer.unit or "") != squeeze(expected.unit):
        return [f"単位が「{answer.unit or 'なし'}」"]
    return []


def _set_reasons(nos: Sequence[int], expected: Expected) -> list[str]:
    wanted = set(expected.nos or ())
    missing = wanted - set(nos)
    extra = set(nos) - wanted - set(expected.optional_nos)
    reasons = []
    if missing:
        reasons.append(f"不足 {format_nos(missing)}")
    if extra:
        reasons.append(f"余分 {format_nos(extra)}")
    return reasons


def _group_reasons(answer: GivenAnswer, expected: Expected) -> list[str]:
    return [
        f"語句「{group[0]}」がない"
        for group in expected.text
        if not any(holds(text, phrase) for phrase in group for text in answer.texts)
    ]


def _initiative_reasons(answer: GivenAnswer, label: RoleLabel) -> list[str]:
    """A wrong initiative or party, as far as the ids of the cited records name one.

    Ids are ``document/initiative/party``; records with shorter ids name none.
    """
    if label.initiative is None:
        return []
    wanted = squeeze(label.initiative)
    ids = [squeeze(citation.record) for citation in answer.citations]
    named = [tuple(id_.split("/", 1)[1].rsplit("/", 1)) for id_ in ids if id_.count("/") >= 2]
    parties = {party for path, party in named if wanted in path or wanted in party}
    if named and not parties:
        return ["別の取組を引用した"]
    if parties and label.party is not None and squeeze(label.party) not in parties:
        return ["別の当事者の役割を引用した"]
    return []


def format_number(number: float | None, unit: str | None) -> str:
    """A number for reading: whole ones without decimals, ``なし`` where there is none."""
    return "なし" if number is None else f"{number:.10g}{unit or ''}"


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _broken(key: str) -> NoReturn:
    raise RequestError(f"回答の形が決まりと違います({key})")
