"""Labelled questions: JSON Lines with the answers that people gave → checked, frozen labels.

One object a line. What a line is follows from its keys:

===================================  =====================================================
``type`` lookup, similar             :class:`RankingLabel`, graded agreement numbers
``type`` count, list, fact,          :class:`AnswerLabel`, an exact number, set or wording
compare, attribute
``type`` role                        :class:`RoleLabel`, phrases that the answer must hold
``may_cite``                         :class:`RefusalLabel`, a question without an answer
``turns``                            :class:`ConversationLabel`, several questions in a row
``input`` or ``repeat``              :class:`HostileLabel`, an input that must not do harm
===================================  =====================================================

The files come from outside: a line that can't be scored is an error that names file and line, and
a line of an unknown type is handed back as a notice.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

from index.errors import RequestError

RANKING_TYPES = ("lookup", "similar")
ANSWER_TYPES = ("count", "list", "fact", "compare", "attribute")
LONGEST_HOSTILE = 5_000_000

_NOTES = {"source", "basis", "note", "why", "expect"}
_QUESTION_KEYS = {"id", "type", "difficulty", "question"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a right answer holds; ``None`` and empty fields are not checked.

    ``text`` is a sequence of groups: of each group one wording must occur. ``optional_nos`` may
    stand beside ``nos`` without being right or wrong.
    """

    number: float | None = None
    unit: str | None = None
    nos: tuple[int, ...] | None = None
    optional_nos: tuple[int, ...] = ()
    text: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class RankingLabel:
    """A question for agreements. ``relevant`` maps numbers to grades (2 answers, 1 is near it)."""

    id: str
    type: str
    difficulty: str | None
    question: str
    relevant: Mapping[int, int]
    given_no: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerLabel:
    """A question with an exact answer."""

    id: str
    type: str
    difficulty: str | None
    question: str
    expected: Expected


@dataclass(frozen=True, slots=True)
class RoleLabel:
    """A question for a passage of a compact or a slide; every phrase must be said or quoted."""

    id: str
    type: str
    difficulty: str | None
    question: str
    must_contain: tuple[str, ...]
    initiative: str | None = None
    party: str | None = None


@dataclass(frozen=True, slots=True)
class RefusalLabel:
    """A question that the documents don't answer; ``reason`` says why not, in one word."""

    id: str
    question: str
    reason: str
    may_cite: tuple[int, ...]
    must_not_contain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConversationLabel:
    """Questions asked in a row, each with what its answer must hold."""

    id: str
    turns: tuple[tuple[str, Expected], ...]


@dataclass(frozen=True, slots=True)
class HostileLabel:
    """An input of any shape, to which an answer must come back in time."""

    id: str
    reason: str
    input: str


Label = RankingLabel | AnswerLabel | RoleLabel | RefusalLabel | ConversationLabel | HostileLabel


@dataclass(frozen=True, slots=True)
class Notice:
    """A line, or a key of it, that wasn't scored; ``reason`` is a Japanese sentence."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """All labels of some files in order, and what was left aside."""

    labels: tuple[Label, ...]
    notices: tuple[Notice, ...]


def read_labels(files: Sequence[Path]) -> LabelSheet:
    """Read labelled questions.

    Raises:
        RequestError: if a file can't be read, a line can't be scored, an id stands twice or
            nothing is left to score; names file and line.
    """
    labels: dict[str, Label] = {}
    notices: list[Notice] = []
    for file in files:
        for number, line in enumerate(_lines(file), 1):
            if not line.strip():
                continue
            try:
                label, reasons = _label(line)
                if label is not None and label.id in labels:
                    _reject(f"id「{label.id}」が重なっています。別のidにしてください。")
            except RequestError as error:
                raise RequestError(f"{file.name} {number}行: {error}") from None
            notices += [Notice(file.name, number, reason) for reason in reasons]
            if label is not None:
                labels[label.id] = label
    if not labels:
        raise RequestError(
            "採点できる質問がありません。ラベル付きJSONL(1行に1問)のファイルを指定してください。"
        )
    return LabelSheet(tuple(labels.values()), tuple(notices))


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise RequestError(
            f"{file} を読めません({error.strerror})。ファイルの場所を確かめてください。"
        ) from None
    except UnicodeDecodeError:
        raise RequestError(f"{file} はUTF-8ではありません。UTF-8で保存し直してください。") from None


def _label(line: str) -> tuple[Label | None, list[str]]:
    """The label of a line (``None`` for an unknown type) and the reasons for notices."""
    try:
        values = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        _reject("JSONとして読めません。1行に1つのオブジェクトを書いてください。")
    if not isinstance(values, dict):
        _reject("JSONのオブジェクト({…})ではありません。")
    shape = _shape(values)
    if shape is None:
        kind = values.get("type", "(なし)")
        return None, [f"種類「{kind}」は知らないため、採点していません。"]
    build, known = shape
    unused = sorted(set(values) - known - _NOTES)
    return build(values), [f"項目「{key}」は採点に使っていません。" for key in unused]


def _shape(
    values: Mapping[str, Any],
) -> tuple[Callable[[Mapping[str, Any]], Label], set[str]] | None:
    """The function that reads such a line, and the keys that it reads."""
    kind = values.get("type")
    if kind in RANKING_TYPES:
        return _ranking, _QUESTION_KEYS | {"relevant", "given_no"}
    if kind in ANSWER_TYPES:
        return _answer, _QUESTION_KEYS | {"answer", "optional_nos"}
    if kind == "role":
        return _role, _QUESTION_KEYS | {"must_contain", "initiative", "party"}
    if kind is not None:
        return None
    if "turns" in values:
        return _conversation, {"id", "turns"}
    if "may_cite" in values:
        return _refusal, {"id", "question", "kind", "may_cite", "must_not_contain"}
    if "input" in values or "repeat" in values:
        return _hostile, {"id", "kind", "input", "repeat"}
    return None


def _ranking(values: Mapping[str, Any]) -> RankingLabel:
    relevant = values.get("relevant")
    if not isinstance(relevant, dict):
        _reject('relevantは{"番号": 段階}の形で書いてください。')
    grades = {}
    for no, grade in relevant.items():
        if not (
            no.isascii() and no.isdecimal() and len(no) < 10 and _is_integer(grade) and grade >= 0
        ):
            _reject(f"relevantの「{no}: {grade}」を読めません。番号と0以上の整数を書いてください。")
        grades[int(no)] = grade
    if not any(grades.values()):
        _reject("relevantに段階1以上の番号がありません。")
    similar = values["type"] == "similar"
    if similar and not _is_integer(values.get("given_no")):
        _reject("similarの質問にはgiven_no(もとの協定の番号)が必要です。")
    return RankingLabel(
        **_common(values), relevant=grades, given_no=values["given_no"] if similar else None
    )


def _answer(values: Mapping[str, Any]) -> AnswerLabel:
    answer = values.get("answer")
    if not isinstance(answer, dict):
        _reject("answerは{…}の形で書いてください。")
    if values["type"] == "list" and "nos" not in answer:
        _reject("listの質問にはanswer.nosが必要です。")
    if values["type"] == "count" and "number" not in answer:
        _reject("countの質問にはanswer.numberが必要です。")
    optional = values.get("optional_nos", [])
    return AnswerLabel(
        **_common(values), expected=_expected(answer, _integers(optional, "optional_nos"))
    )


def _role(values: Mapping[str, Any]) -> RoleLabel:
    phrases = _strings(values.get("must_contain"), "must_contain")
    if not phrases:
        _reject("must_containが空です。答えに必要な語句を書いてください。")
    return RoleLabel(
        **_common(values),
        must_contain=phrases,
        initiative=_optional_string(values, "initiative"),
        party=_optional_string(values, "party"),
    )


def _refusal(values: Mapping[str, Any]) -> RefusalLabel:
    return RefusalLabel(
        id=_string(values, "id"),
        question=_string(values, "question"),
        reason=_string(values, "kind"),
        may_cite=_integers(values.get("may_cite"), "may_cite"),
        must_not_contain=_strings(values.get("must_not_contain", []), "must_not_contain"),
    )


def _conversation(values: Mapping[str, Any]) -> ConversationLabel:
    turns = values["turns"]
    if not isinstance(turns, list) or not turns:
        _reject('turnsは1つ以上の{"question", "expect"}の並びで書いてください。')
    read = []
    for number, turn in enumerate(turns, 1):
        if not isinstance(turn, dict) or not isinstance(turn.get("expect"), dict):
            _reject(f'turnsの{number}番目に{{"question", "expect"}}がありません。')
        read.append((_string(turn, "question"), _expected(turn["expect"], ())))
    return ConversationLabel(_string(values, "id"), tuple(read))


def _hostile(values: Mapping[str, Any]) -> HostileLabel:
    text = values.get("input")
    if "repeat" in values:
        repeat = values["repeat"]
        if not (
            isinstance(repeat, list)
            and len(repeat) == 2
            and isinstance(repeat[0], str)
            and _is_integer(repeat[1])
            and 0 <= len(repeat[0]) * repeat[1] <= LONGEST_HOSTILE
        ):
            _reject(f"repeatは[文字列, 回数]で、全体を{LONGEST_HOSTILE:,}字以下にしてください。")
        text = repeat[0] * repeat[1]
    if not isinstance(text, str):
        _reject("inputは文字列で書いてください。")
    return HostileLabel(_string(values, "id"), _string(values, "kind"), text)


def _common(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _string(values, "id"),
        "type": values["type"],
        "difficulty": _optional_string(values, "difficulty"),
        "question": _string(values, "question"),
    }


def _expected(values: Mapping[str, Any], optional_nos: tuple[int, ...]) -> Expected:
    number = values.get("number")
    if number is not None and not (
        isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
    ):
        _reject("numberは数で書いてください。")
    groups = values.get("text", [])
    if not isinstance(groups, list):
        _reject("textは[[言い方, 別の言い方], …]の形で書いてください。")
    text = tuple(_strings(group, "text") for group in groups)
    if not all(text):
        _reject("textに空の組があります。")
    nos = _integers(values["nos"], "nos") if "nos" in values else None
    unknown = sorted(set(values) - {"number", "unit", "nos", "optional_nos", "text"})
    if unknown:
        _reject(f"正解の項目「{'」「'.join(unknown)}」を知りません。綴りを確かめてください。")
    if number is None and nos is None and not text:
        _reject("正解(number、nos、text)が1つもありません。")
    return Expected(
        number=number,
        unit=_optional_string(values, "unit"),
        nos=nos,
        optional_nos=optional_nos + _integers(values.get("optional_nos", []), "optional_nos"),
        text=text,
    )


def _string(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not value.strip():
        _reject(f"{key}は空でない文字列で書いてください。")
    return value


def _optional_string(values: Mapping[str, Any], key: str) -> str | None:
    return _string(values, key) if values.get(key) is not None else None


def _strings(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        _reject(f"{key}は空でない文字列の並び[…]で書いてください。")
    return tuple(cast("list[str]", value))


def _integers(value: object, key: str) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(_is_integer(v) for v in value):
        _reject(f"{key}は協定の番号の並び[…]で書いてください。")
    return tuple(cast("list[int]", value))


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _reject(message: str) -> NoReturn:
    raise RequestError(message)
