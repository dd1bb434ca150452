"""Nothing is said without proof: what an answer's text states is read back and looked up.

Every date, year, agreement number, figure with its unit, 「quotation」 and known name in the text
must stand in a record that the answer cites or offers as related, be a result of its query, or
belong to what was asked. A line about one row is held to that row alone, so that no date or party
slips from one row to another. Numbers in kanji and free wording aren't read.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial

from assistant.citations import bare, label
from assistant.question import Question
from assistant.results import Answer
from assistant.statements import (
    ANY,
    Key,
    Statement,
    divisions,
    figure_key,
    keys_of,
    keys_of_day,
    plain,
    statements,
    sums,
    written,
)
from assistant.wording import percent
from index.opened import OpenIndex
from index.records import Agreement, CompactRole, Record, SourceSpan, SurveyFact

_log = logging.getLogger(__name__)
# They assert nothing.
_SILENT = frozenset({"out_of_scope", "invalid_question"})
_ROW = re.compile(r"(?:・|はい。|いいえ。)?No\.(\d{1,9}) ?「")
# Where answers name parties and who is in charge: these names needn't be known ones.
_LISTED = re.compile(
    r"相手方：([^／\n]{1,400}+)／|締結／([^（／\n]{1,400}+)|の相手方は、([^。\n]{1,400})です。"
)
# A bound or a place repeats what was asked: 3件以上, 2番目.
_BOUNDS = ("以上", "以下", "未満", "を超", "より")
_PLACES = frozenset("番位")
_OF_A_ROW = frozenset({"date", "number"})
# Marks of lists, that wrapping moves into a line.
_MARKS = re.compile(r"[・●○◯▶►]")
# Groups are counted in these: 部局, 課, 者, 年度, 年, 分野, か月, 日, 元号, 種類, 行.
_COUNTERS = "部課者年分か日元種行"
_LINES = 2_048
# A pattern for none: a survey or slides alone name nobody.
_NOTHING = r"(?!)"


@dataclass(frozen=True, slots=True)
class _Proof:
    """What a record, or what was asked, proves: text without white space, and keys."""

    text: str
    keys: frozenset[Key]

    def covers(self, statement: Statement) -> bool:
        if statement.kind in ("quote", "name"):
            return statement.value in self.text
        return statement.key in self.keys


@dataclass(frozen=True)
class _Basis:
    """What all records that an answer cites prove together."""

    proofs: tuple[_Proof, ...]

    @cached_property
    def whole(self) -> _Proof:
        keys: set[Key] = set()
        keys.update(*(proof.keys for proof in self.proofs))
        return _Proof("\n".join(proof.text for proof in self.proofs), frozenset(keys))


class Prover:
    """Holds answers to the records they cite; safe to share by threads.

    Args:
        index: the opened index, whose documents are the proof.
    """

    def __init__(self, index: OpenIndex) -> None:
        self._index = index
        rows = [record for record in index.records.values() if isinstance(record, Agreement)]
        self._nos = {row.no for row in rows}
        # The advice to ask the city itself names it.
        self._homes = {index.documents[row.document].municipality for row in rows}
        self._numbers, self._days = _ends(rows)
        self._lines = {key: document.lines for key, document in index.documents.items()}
        # One printed line holds several figures of the survey.
        self._facts: dict[SourceSpan, list[SurveyFact]] = defaultdict(list)
        for record in index.records.values():
            if isinstance(record, SurveyFact):
                self._facts[record.span].append(record)
        self._proofs: dict[str, _Proof] = {}
        # Of names, not of a method: a cycle would keep an index that was replaced in memory.
        names = _names(index.records.values())
        pattern = re.compile(_any_of(names) if names else _NOTHING)
        self._stated = lru_cache(maxsize=_LINES)(partial(_read, pattern))

    def proven(self, answer: Answer, turn: str, asked: Sequence[Question]) -> Answer:
        """``answer``, or a no in its place if part of it isn't proven.

        Args:
            answer: the answer.
            turn: the question as typed.
            asked: how it was read, and the questions it leans on.
        """
        missing = self.unproven(answer, turn, asked)
        if not missing:
            return answer
        _log.error("an answer of kind %s isn't proven: %s", answer.kind, "、".join(missing))
        return Answer(
            "not_found",
            "答えの一部を、収録した文書の記載で確かめられなかったため、表示しません。"
            "協定の番号・相手方の名前・部局・年度を挙げて、質問し直してください。",
        )

    def unproven(self, answer: Answer, turn: str, asked: Sequence[Question]) -> list[str]:
        """What ``answer`` states without proof, each with its line; see :meth:`proven`."""
        if answer.kind in _SILENT:
            return []
        missing = [*_without_basis(answer), *_off_table(answer)]
        cited = {c: self._proof_of(c.record) for c in (*answer.citations, *answer.related)}
        rows = {c.no: proof for c, proof in cited.items() if c.no is not None}
        basis = _Basis(tuple(dict.fromkeys(cited.values())))
        described = (answer.interpretation, *_labels(answer))
        asking, computed = self._asking((turn, *described), asked), self._computed(answer, asked)
        echo = _said(turn, asked)
        for line in answer.text.split("\n"):
            results = computed
            if "÷" in line or "＝" in line:
                results = computed | _written_down(plain(line), computed | basis.whole.keys)
            row = _ROW.match(line)
            alone = rows.get(int(row[1])) if row else None
            # What a line says of one row must stand in that row, whatever was asked.
            held = alone is not None and answer.kind != "not_found"
            for statement in self._stated(line):
                if statement.key in results and not (held and statement.kind in _OF_A_ROW):
                    continue
                if not held and asking.covers(statement):
                    continue
                if (alone or basis.whole).covers(statement):
                    continue
                if _repeats(answer, statement, line) and echo & {statement.key, statement.bare}:
                    continue
                missing.append(f"{statement.kind} {statement.printed}（{line[:80]}）")
        return missing

    def _proof_of(self, record_id: str) -> _Proof:
        proof = self._proofs.get(record_id)
        if proof is None:
            proof = self._proofs[record_id] = self._prove(self._index.records[record_id])
        return proof

    def _prove(self, record: Record) -> _Proof:
        span = record.span
        printed = "\n".join(self._lines[span.document][span.first_line - 1 : span.last_line])
        labelled = label(record, self._index.documents[span.document])
        # Cells are wrapped in the middle of dates and figures: as printed, and put together.
        keys = keys_of("\n".join(map(plain, (*printed.split("\n"), labelled))))
        keys |= keys_of(plain("".join(bare(printed).split())))
        text = f"{_squeezed(printed)}\n{_squeezed(labelled)}"
        if isinstance(record, Agreement):
            keys |= {("number", str(record.no), ""), figure_key(len(record.partners), "者")}
        elif isinstance(record, CompactRole):
            text += f"\n{_squeezed(record.party_name)}"
        elif isinstance(record, SurveyFact):
            for fact in self._facts[span]:
                keys |= {figure_key(fact.value, fact.unit), figure_key(fact.value, None)}
                keys |= keys_of(plain(fact.label))
                text += f"\n{_squeezed(fact.label)}"
        return _Proof(text, frozenset(keys))

    def _asking(self, said: Iterable[str], asked: Sequence[Question]) -> _Proof:
        """What the conditions of the query prove: they say what was counted.

        Of ``said`` only words are proven, no figure and no date.
        """
        keys: set[Key] = set()
        texts = [*said, *self._homes]
        for question in asked:
            texts += [question.text, *(token.surface for token in question.topic)]
            for condition in (*question.conditions, *question.references, *question.base):
                texts.append(condition.label)
                keys |= keys_of(plain(condition.label)) | _days(condition.values)
            for period in question.periods:
                for reading in (period, *period.others):
                    keys |= keys_of(plain(reading.name)) | _days((reading.first, reading.last))
        # What a person types isn't markup.
        told = (*map(_squeezed, texts), *(_MARKS.sub("", _compact(text)) for text in texts))
        return _Proof("\n".join(told), frozenset(keys))

    def _computed(self, answer: Answer, asked: Sequence[Question]) -> set[Key]:
        """The results of the answer's query, and of counting what it gives."""
        total = len(self._nos)
        figures: list[tuple[float, str | None]] = [(total, "件"), (len(answer.nos), "件")]
        for question in asked:
            unknown = [n for n in question.numbers if not n.isdecimal() or int(n) not in self._nos]
            figures.append((len(unknown), "件"))
        if answer.nos:
            figures.append((percent(len(answer.nos), total), "%"))
        if answer.number is not None:
            figures.append((answer.number, answer.unit or "件"))
        if answer.table is not None:
            values = [value for _, value in answer.table.rows]
            figures += [(value, answer.table.unit) for value in values]
            counts = (len(values), *Counter(values).values())
            figures += [(count, unit) for count in counts for unit in (*_COUNTERS, answer.unit)]
        for tally in answer.tallies:
            figures.append((tally.number, tally.unit))
        keys = {figure_key(value, unit) for value, unit in figures}
        keys |= {figure_key(value, None) for value, _ in figures}
        numbers = (*answer.nos, *(no for tally in answer.tallies for no in tally.counted))
        keys |= {("number", str(no), "") for no in numbers}
        # Only a no tells from when to when the table goes.
        return keys | self._numbers | (self._days if answer.kind == "not_found" else set())


def _read(names: re.Pattern[str], line: str) -> tuple[Statement, ...]:
    """What a line states, each once; the words of quotations and names without spaces."""
    found: dict[Key, Statement] = {}
    for statement in statements(plain(line)):
        if statement.kind == "quote":
            words = _squeezed(statement.value)
            statement = Statement("quote", words, "", words)
        if statement.value:
            found.setdefault(statement.key, statement)
    named = [
        party
        for match in _LISTED.finditer(line)
        for party in (match[1] or match[2] or match[3]).split("、")
    ]
    for name in (*names.findall(_squeezed(line)), *map(_squeezed, named)):
        found.setdefault(("name", name, ""), Statement("name", name, "", name))
    return tuple(found.values())


def _ends(rows: Sequence[Agreement]) -> tuple[set[Key], set[Key]]:
    """The table's first and last number; and its oldest and newest row, with their dates."""
    if not rows:
        return set(), set()
    numbers = sorted(row.no for row in rows)
    by_day = sorted(rows, key=lambda row: (row.concluded, row.no))
    days: set[Key] = set()
    for row in (by_day[0], by_day[-1]):
        days |= {("number", str(row.no), ""), ("date", row.concluded.isoformat(), "")}
    return {("number", str(no), "") for no in (numbers[0], numbers[-1])}, days


def _without_basis(answer: Answer) -> Iterator[str]:
    """An answer that says something cites what it rests on, and a count is that of its rows."""
    if answer.kind != "not_found" and not answer.citations:
        yield "引用"
    if answer.kind in ("count", "list") and answer.number != len(answer.nos):
        yield "件数"
    for tally in answer.tallies:
        if tally.unit == "件" and tally.number != len(tally.counted):
            yield f"{tally.description}の件数"


def _labels(answer: Answer) -> Iterator[str]:
    """What the rows of the answer's table are called."""
    for name, _ in answer.table.rows if answer.table else ():
        yield name


def _off_table(answer: Answer) -> Iterator[str]:
    """Lines that give another figure than the table's row of the same name."""
    rows = dict(answer.table.rows) if answer.table else {}
    for line in answer.text.split("\n") if rows else ():
        name, _, figure = line.removeprefix("・").rpartition("：")
        if line.startswith("・") and name in rows:
            said = [s.value for s in statements(plain(figure)) if s.kind == "figure"]
            if said[:1] != [figure_key(rows[name], None)[1]]:
                yield line


def _written_down(line: str, proven: set[Key] | frozenset[Key]) -> set[Key]:
    """The results of the divisions and sums that a line writes down, if their parts are proven."""
    found: set[Key] = set()
    for part, whole in divisions(line):
        if {figure_key(part, None), figure_key(whole, None)} <= proven and whole:
            found.add(figure_key(percent(part, whole), "%"))
    for parts in sums(line):
        if all(figure_key(part, None) in proven for part in parts):
            found |= {figure_key(sum(parts), unit) for unit in (None, "件")}
    return found


def _repeats(answer: Answer, statement: Statement, line: str) -> bool:
    """Whether an answer may repeat this from the question: a no anything, others a bound."""
    if answer.kind == "not_found" or statement.unit in _PLACES:
        return True
    after = plain(line).partition(statement.printed)[2]
    return statement.kind == "figure" and after.startswith(_BOUNDS)


def _days(values: Iterable[object]) -> set[Key]:
    return {key for value in values if isinstance(value, date) for key in keys_of_day(value)}


def _said(turn: str, asked: Sequence[Question]) -> set[Key]:
    """What the question itself says."""
    texts = [turn, *(question.text for question in asked)]
    keys = {key for text in texts for key in keys_of(plain(text))}
    for number in (number for question in asked for number in question.numbers):
        keys |= {("number", written(number), ""), ("figure", written(number), ANY)}
    return keys


def _names(records: Iterable[Record]) -> set[str]:
    """The names of departments, sections and parties, without white space."""
    names: set[str] = set()
    for record in records:
        if isinstance(record, Agreement):
            names |= {record.department, record.section, *record.partners}
        elif isinstance(record, CompactRole):
            names.add(record.party_name)
    return {name for name in map(_squeezed, names) if len(name) > 1}


def _any_of(names: Collection[str]) -> str:
    """A pattern for the longest of ``names`` at a place, that tries each character once."""
    first, last = min(names), max(names)
    pairs = zip(first, last, strict=False)
    size = next((n for n, (one, other) in enumerate(pairs) if one != other), len(first))
    shared = first[:size]
    branches: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if name != shared:
            branches[name[size]].add(name[size:])
    said = "|".join(_any_of(rest) for _, rest in sorted(branches.items()))
    ending = f"(?:{said}){'?' if shared in names else ''}" if said else ""
    return re.escape(shared) + ending


def _squeezed(text: str) -> str:
    """``text`` as it is looked up: in one width and case, without markup, marks and spaces."""
    return _MARKS.sub("", _compact(bare(text)))


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
