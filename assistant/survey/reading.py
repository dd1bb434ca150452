"""Read a question about the survey's figures into the keys that the figures themselves have.

A figure is only given if every word of the question that says something is accounted for: by a
department, field, year or state, or by the talk of figures. What is left unexplained makes it a
question about something else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TypeVar

from assistant.question import Question
from assistant.survey.cells import Dimension, Key, Measure, Survey, Years
from assistant.survey.words import (
    ACTIVITY,
    BARE_STATE,
    BY_DEPARTMENT,
    BY_YEAR,
    CONCLUDED,
    COUNTS,
    CROSS_TABLE,
    DEPARTMENT,
    DISCARDED,
    EITHER_STATE,
    FIELD_COUNT,
    INACTIVE,
    OF_FIELDS,
    PLANNED,
    SHARE,
    WHO,
    WHOLE_CITY,
    WITH,
    WITH_AGREEMENTS,
    WITHOUT,
    Strength,
    field_patterns,
    survey_words,
    year_labels,
)
from assistant.survey.years import ends_of, fiscal_years
from assistant.understanding.group_counts import group_counted
from assistant.understanding.intents import is_english
from assistant.understanding.periods import LAST_DAY
from index.normalization import without_space

Span = tuple[int, int]
T = TypeVar("T")

MOST_KEYS = 24
# 「集計して」 wants something counted; 「集計では」 speaks of the survey's.
_TALLIED = re.compile(r"集計(?:し|す|でき|を?お願い)")
_BOUND = re.compile(r"\d(?:件|分野|つ|個)")  # Departments are told by their own figures.


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question asks of the survey.

    Attributes:
        keys: what the figures asked for count; several for a comparison or a sum.
        open: the dimension whose values are ordered or listed, if one is.
        printed: whether the question says that a published figure is meant.
        clear: whether only the survey knows, and no row can be counted for it.
        counts: whether it asks for a number.
        explicit: whether it speaks of fields or of the survey.
        labels: whether it asks how many fields there are.
        loose: whether a calendar year was taken for the fiscal year that the survey prints.
        planned: whether plans alone are asked for, not results.
    """

    keys: tuple[Key, ...]
    open: Dimension | None
    printed: bool
    clear: bool
    counts: bool
    explicit: bool
    labels: bool
    loose: bool
    planned: bool


def read(
    survey: Survey,
    asked: Question,
    as_of: date,
    base: Key | None = None,
    *,
    lenient: bool = False,
) -> Reading | None:
    """Read ``asked``; None if it isn't about figures of the survey, or not altogether.

    Args:
        survey: the survey's cells.
        asked: the question.
        as_of: the day whose state the survey tells.
        base: the key last answered with, whose dimensions hold on where the question names none.
        lenient: whether a part of a field's label names it even where nothing else speaks of
            fields: 観光 for 観光・魅力発信.
    """
    if is_english(asked.text) or any(condition.negated for condition in asked.conditions):
        return None
    return _Reader(survey, asked, as_of, base, lenient=lenient).reading()


class _Reader:
    def __init__(
        self, survey: Survey, asked: Question, as_of: date, base: Key | None, *, lenient: bool
    ) -> None:
        self.survey = survey
        self.asked = asked
        self.as_of = as_of
        self.base = base
        self.text = without_space(asked.text)
        self.used: list[Span] = []
        self.loose = False
        words = survey_words()["printed"]
        said = _TALLIED.sub("", self.text)
        self.printed = base is not None or any(word in said for word in words)
        self.explicit = bool(OF_FIELDS.search(self.text))
        self.lenient = lenient or self.explicit or self.printed

    def reading(self) -> Reading | None:
        departments = self._departments()
        fields = self._fields()
        activity = bool(ACTIVITY.search(self.text)) or bool(
            self.base and self.base.activity is not None
        )
        times = self._times(activity)
        if times is None:
            return None
        years, since, done = times
        measure = self._measure(departments, fields, years)
        labels = measure == "fields" and not departments and not BY_DEPARTMENT.search(self.text)
        measure = "agreements" if labels else measure
        states = self._states(activity, measure)
        if activity and not done:
            done = self._default_activity()
        if not self._explained() or self._is_vague(measure) or WHO.search(self._rest()):
            return None
        opened = self._open(departments, fields, years, measure, activity)
        keys = self._keys(
            measure,
            departments,
            [field for field, _, _ in fields],
            years,
            since,
            done if activity else [],
            states,
            opened,
        )
        strengths = {strength for _, strength, _ in fields}
        counts = bool(COUNTS.search(self.text))
        words = [self.text[start:end] for _, _, (start, end) in fields]
        clear = (
            activity
            or labels
            or measure in ("departments", "fields")
            or (self.explicit and (bool(fields) or opened == "field"))
            or "label" in strengths
            or (measure == "share" and "構成比" in self.text)
            or ("word" in strengths and (counts or (bool(years) and "協定" not in self.text)))
            or (bool(years) and any("かかわ" in word or "関わ" in word for word in words))
        )
        known = self.explicit or self.printed or "label" in strengths
        return Reading(
            tuple(keys),
            opened,
            self.printed,
            clear,
            counts,
            known,
            labels,
            self.loose,
            planned=activity and bool(PLANNED.search(self.text)) and "実績" not in self.text,
        )

    def _departments(self) -> list[str]:
        found = []
        for condition in self.asked.conditions:
            if condition.name == "department" and condition.values[0] in self.survey.departments:
                found.append(str(condition.values[0]))
                self.used.append((condition.start, condition.end))
        for match in DISCARDED.finditer(self.text):
            # 「環境部の件数ではなく」: what stands before it is set aside.
            names = [n for n in self.survey.departments if self.text.endswith(n, 0, match.start())]
            if names:
                self.used.append((match.start() - len(max(names, key=len)), match.end()))
        return list(dict.fromkeys(found))

    def _fields(self) -> list[tuple[str, Strength, Span]]:
        found = [
            (field, strength, match.span())
            for field, strength, pattern in field_patterns(self.survey.fields)
            for match in pattern.finditer(self.text)
        ]
        kept: list[tuple[str, Strength, Span]] = []
        for field, strength, span in sorted(found, key=lambda f: (f[2][0] - f[2][1], f[2][0])):
            if strength == "part" and not self.lenient:
                continue
            if not _overlaps(self.used, span):
                kept.append((field, strength, span))
                self.used.append(span)
        kept.sort(key=lambda field: field[2])
        return list({field: (field, strength, span) for field, strength, span in kept}.values())

    def _times(self, activity: bool) -> tuple[list[Years], list[date], list[int]] | None:
        """Years of conclusion, days from which on, and years of activity; None if unreadable."""
        years: list[Years] = []
        since: list[date] = []
        done: list[int] = []
        for label, found in year_labels(self.survey):
            match = re.search(rf"{re.escape(label)}(?![\d./~-])(?:年度?)?", self.text)
            if match is not None and not _overlaps(self.used, match.span()):
                years.append(found)
                self.used.append(match.span())
        compares = activity or self.asked.intent == "difference"
        for period in ends_of(self.asked.periods) if compares else self.asked.periods:
            span = (period.start, period.end)
            if _overlaps(self.used, span):
                continue
            self.used.append(span)
            read = fiscal_years(period, self.as_of)
            if read is not None:
                stretch, loose = read
                self.loose = self.loose or loose
                single = stretch[0] == stretch[1]
                concluded = CONCLUDED.match(self.text, period.end)
                if activity and single and not (concluded and period.end < len(self.text) // 2):
                    done.append(stretch[0])
                else:
                    years.append(stretch)
            elif (period.last == LAST_DAY) and Key(since=period.first) in self.survey.by_key:
                since.append(period.first)
            elif period.last != self.as_of:
                return None
        self.used += [(period.start, period.end) for period in self.asked.periods]
        return years, since, done

    def _measure(
        self,
        departments: Sequence[str],
        fields: Sequence[tuple[str, Strength, Span]],
        years: Sequence[Years],
    ) -> Measure:
        if FIELD_COUNT.search(self.text) and not fields:
            return "fields"
        shared = bool(SHARE.search(self.text))
        if self._speaks_of_departments(departments, fields):
            return "departments"
        if shared and not fields and not years and (departments or "構成比" in self.text):
            return "share"
        if self.base is not None and self.base.measure != "departments" and not shared:
            return self.base.measure
        return "agreements"

    def _speaks_of_departments(
        self, departments: Sequence[str], fields: Sequence[tuple[str, Strength, Span]]
    ) -> bool:
        if departments or fields or self.explicit or ACTIVITY.search(self.text):
            return False
        if self.base is not None and self.base.measure == "departments":
            return True
        among = re.search(DEPARTMENT, self.text)
        stated = WITHOUT.search(self.text) or WITH.search(self.text)
        of_all = among and ("全庁" in self.text or "回答" in self.text)
        if of_all or self._counts_departments():
            return True
        return bool(stated and (among or self.printed))

    def _counts_departments(self) -> bool:
        """Whether the survey is asked how many departments there are, of which no bound is set."""
        if group_counted(self.text) != "department" or self.asked.conditions:
            return False
        bounded = bool(_BOUND.search(self.text) or SHARE.search(self.text))
        return not bounded and (self.printed or bool(WHOLE_CITY.search(self.text)))

    def _states(self, activity: bool, measure: Measure) -> list[bool]:
        text = self.text
        if activity:
            if EITHER_STATE.search(text):
                return [True, False]
            if self.base is not None and not ACTIVITY.search(text):
                bare = BARE_STATE.search(text)
                if bare is None:
                    return [] if self.base.present is None else [self.base.present]
                return [bare["yes"] is not None]
            return [not INACTIVE.search(text)]
        if measure != "departments":
            return []
        if EITHER_STATE.search(text):
            return [True, False]
        if WITHOUT.search(text):
            return [True, False] if WITH.search(text) else [False]
        if WITH.search(text) or WITH_AGREEMENTS.search(text):
            return [True]
        bare = BARE_STATE.search(text) if self.base is not None else None
        return [bare["yes"] is not None] if bare else []

    def _default_activity(self) -> list[int]:
        if self.base is not None and self.base.activity is not None:
            return [self.base.activity]
        planned = bool(PLANNED.search(self.text))
        if planned and "実績" in self.text and self.asked.intent == "difference":
            return list(self.survey.activities)
        return [
            year
            for year, column in self.survey.activities.items()
            if bool(PLANNED.search(column)) == planned
        ][:1]

    def _explained(self) -> bool:
        """Whether nothing is left that the keys or the talk of figures don't account for."""
        carrying = survey_words()["carrying"]
        named = [(condition.start, condition.end) for condition in self.asked.conditions]
        named += [(partner.start, partner.end) for partner in self.asked.partners]
        if not all(_holds(self.used, span) for span in named):
            return False
        return all(
            token.term in carrying
            or token.surface in carrying
            or _overlaps(self.used, (token.start, token.end))
            for token in self.asked.topic
        )

    def _rest(self) -> str:
        """The question without what its keys account for."""
        chars = list(self.text)
        for start, end in self.used:
            chars[start:end] = "□" * (end - start)
        return "".join(chars)

    def _is_vague(self, measure: Measure) -> bool:
        """Whether 回答数 may be that of departments or of agreements: the survey prints neither."""
        return "回答" in self.text and measure != "departments" and "協定" not in self.text

    def _keys(
        self,
        measure: Measure,
        departments: Sequence[str],
        fields: Sequence[str],
        years: Sequence[Years],
        since: Sequence[date],
        done: Sequence[int],
        states: Sequence[bool],
        opened: Dimension | None,
    ) -> list[Key]:
        # What is asked for isn't what was answered with before.
        base = (self.base or Key()).without(opened)
        whole = list(
            product(
                _or(departments, base.department),
                _or(fields, base.field),
                _or(years, base.years),
                _or(since, base.since),
                _or(done, base.activity),
                _or(states, base.present),
            )
        )
        return [Key(measure, *values) for values in whole[:MOST_KEYS]]

    def _open(
        self,
        departments: Sequence[str],
        fields: Sequence[tuple[str, Strength, Span]],
        years: Sequence[Years],
        measure: Measure,
        activity: bool,
    ) -> Dimension | None:
        if measure == "departments" or activity:
            return None
        wanted = self.asked.group
        text = CROSS_TABLE.sub("", self.text)
        by_department = not departments and bool(BY_DEPARTMENT.search(text))
        by_field = not fields and bool(OF_FIELDS.search(text)) and measure != "fields"
        by_year = not years and bool(BY_YEAR.search(self.text))
        if by_department and (wanted == "department" or not by_field):
            return "department"
        if measure == "share" and not departments:
            return "department"
        if by_field:
            return "field"
        return "years" if by_year else None


def _or(found: Sequence[T], otherwise: T | None) -> Sequence[T | None]:
    return found or [otherwise]


def _holds(spans: Collection[Span], span: Span) -> bool:
    """Whether one of ``spans`` holds ``span``, quotation marks aside."""
    return any(first - 1 <= span[0] and span[1] <= last + 1 for first, last in spans)


def _overlaps(spans: Collection[Span], span: Span) -> bool:
    return any(first < span[1] and span[0] < last for first, last in spans)
