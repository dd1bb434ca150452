"""Answers in English, composed from what an answer holds; quotes and names stay Japanese.

Nothing is translated by machine: figures, numbers, dates and citations are taken from the answer
and its records, and the sentence around them is written here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from string import capwords

from assistant.desk import Desk
from assistant.results import Answer, Citation
from assistant.understanding.english_questions import names
from assistant.wording import figure, one_line
from index.eras import fiscal_year
from index.records import Agreement, CompactRole, SurveyFact

_COLUMN = re.compile(r"項目＝([^、（]+)")
_LABEL = re.compile(r"(?<![^、])([^＝、]+)＝((?:(?!、[^＝、]+＝).)+)")
_HELP = (
    "I answer from the list of agreements, the survey, the cooperation compact with Biei, the "
    "Minamisorachi agreement and the budget slides, and show the lines that say so.\n"
    "Examples: “Who is the partner of No. 94?”, “How many agreements does the Environment "
    "Department have?”, “Which agreements were signed in 2023?”, “Who helps in a power cut?”"
)
_INVALID = (
    "I can't read this question: it is empty, too short or too long. Please ask one question in a "
    "sentence of up to 500 characters, for example “Who is the partner of No. 94?”"
)
_THANKS = "You're welcome. Please go on asking if there is more that you want to know."
# Reasons for a no, by what the reading of the question begins with or holds.
_REASONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"相手方＝非公表"),
        "The partner asked not to be named, so its name can't be given.",
    ),
    (
        re.compile(r"一覧にない項目"),
        "The documents don't tell this: the list has no such column, and the row says nothing "
        "about it. Please ask the department in charge.",
    ),
    (
        re.compile(r"収録した文書の外"),
        "Only the agreements of the City of Asahikawa are held here, not those that other "
        "municipalities have concluded. Please ask them.",
    ),
    (
        re.compile(r"当事者ではない"),
        "The municipality asked about is no party of this compact.",
    ),
    (
        re.compile(r"^番号＝[^、]*$"),
        "There is no agreement with this number, or the question takes something for granted "
        "that its row doesn't say.",
    ),
    (
        re.compile(r"^相手方＝[^、]*$"),
        "No agreement has this partner. Please check the name or try another spelling.",
    ),
    (
        re.compile(r"^(?!話題＝).*＝"),
        "No agreement meets all of these conditions, or the question takes for granted what the "
        "documents don't say.",
    ),
)
_NOTHING = (
    "Nothing in the documents answers this question. Please put it another way, or name an "
    "agreement's number, a partner, a department or a year."
)


def in_english(desk: Desk, answer: Answer) -> Answer:
    """``answer`` with an English text; all else stays as it is."""
    if answer.kind == "out_of_scope":
        text = (
            _HELP
            if "協定の一覧" in answer.text
            else _THANKS
            if "どういたし" in answer.text
            else _NOTHING
        )
    elif answer.kind == "invalid_question":
        text = _INVALID
    elif answer.kind == "not_found":
        text = _refused(desk, answer)
    else:
        text = "\n".join([*_lead(desk, answer), *_published(desk, answer)])
    reading = _reading(answer.interpretation)
    return replace(answer, text=text, interpretation=reading)


def _lead(desk: Desk, answer: Answer) -> list[str]:
    rows = [desk.agreements[no] for no in answer.nos]
    reading = _reading(answer.interpretation)
    if answer.kind == "attribute":
        return [_attribute(agreement, answer) for agreement in rows]
    if answer.kind in ("count", "list"):
        number = len(rows) if answer.number is None else answer.number
        head = f"{_amount(number, answer.unit or '件')} in all"
        what = f" ({reading})" if answer.filters or "＝" in answer.interpretation else ""
        return [f"{head}{what}.", *_rows(rows)]
    if answer.kind == "comparison":
        return [*_compared(answer, reading), *_rows(rows if answer.table is None else ())]
    if answer.kind == "role":
        return _roles(desk, answer)
    if answer.kind == "fact":
        return _facts(desk, answer, rows)
    return ["These agreements come nearest, the best first.", *_rows(rows, answer.citations)]


def _attribute(agreement: Agreement, answer: Answer) -> str:
    match = _COLUMN.search(answer.interpretation)
    column = match[1] if match else ""
    head = f"No.{agreement.no}「{one_line(agreement.title)}」"
    if column == "相手方":
        return f"The partner of {head} is {_partners(agreement)}."
    if column.startswith("締結"):
        return f"{head} was concluded on {_day(agreement)}."
    if column == "担当":
        return f"{head} is handled by {_department(agreement)}."
    if column in ("目的", "内容"):
        name = names()["columns"][column]
        said = agreement.purpose if column == "目的" else agreement.content
        return f"The {name} of {head}: 「{said}」"
    quotes = [one_line(c.quote) for c in answer.citations if c.no == agreement.no]
    return f"{head} says: {' '.join(f'「{quote}」' for quote in quotes)}"


def _compared(answer: Answer, reading: str) -> list[str]:
    lines = []
    if answer.number is not None:
        rows = answer.table.rows if answer.table else ()
        first = "、".join(label for label, value in rows if value == answer.number)
        who = f"「{first}」, " if first else ""
        lines.append(f"Result: {who}{_amount(answer.number, answer.unit or '')} ({reading}).")
    else:
        lines.append(f"By date of conclusion ({reading}):")
    if answer.table is not None:
        table = answer.table
        unit = table.unit
        lines += [f"・「{label}」: {_amount(value, unit)}" for label, value in table.rows]
    return lines


def _roles(desk: Desk, answer: Answer) -> list[str]:
    lines = []
    for citation in answer.citations:
        record = desk.index.records[citation.record]
        if isinstance(record, CompactRole):
            lines.append(
                f"In 「{record.initiative}」, the role of 「{record.party_name}」 is: "
                f"「{record.text}」"
            )
    return lines


def _facts(desk: Desk, answer: Answer, rows: Sequence[Agreement]) -> list[str]:
    lines = []
    if answer.number is not None:
        lines.append(f"Answer: {_amount(answer.number, answer.unit or '')}.")
    for citation in answer.citations:
        if citation.no is None:
            title = desk.index.documents[citation.span.document].title
            lines.append(f"「{title}」 says: 「{one_line(citation.quote)}」")
            break
    if rows:
        lines += ["These agreements of the list are near to it:", *_rows(rows)]
    return lines


def _refused(desk: Desk, answer: Answer) -> str:
    reading = _reading(answer.interpretation)
    found = next((t for pattern, t in _REASONS if pattern.search(answer.interpretation)), _NOTHING)
    lines = [found]
    if answer.number == 0:
        lines.insert(0, "0 agreements.")
    if reading:
        lines.append(f"How I read the question: {reading}.")
    near = [desk.agreements[c.no] for c in answer.related if c.no is not None]
    if near:
        lines += ["Related, but not the answer itself:", *_rows(list(dict.fromkeys(near)))]
    return "\n".join(lines)


def _published(desk: Desk, answer: Answer) -> list[str]:
    """The survey's figures beside a count of rows."""
    if answer.kind not in ("count", "comparison"):
        return []
    facts = [desk.index.records[c.record] for c in answer.citations if c.no is None]
    return [
        f"The survey publishes 「{fact.table}」「{fact.label}」: {_amount(fact.value, fact.unit)}."
        for fact in facts
        if isinstance(fact, SurveyFact)
    ]


def _rows(rows: Sequence[Agreement], citations: Sequence[Citation] = ()) -> list[str]:
    quotes = {citation.no: one_line(citation.quote) for citation in reversed(citations)}
    lines = []
    for agreement in rows:
        said = quotes.get(agreement.no, "")
        quote = f" says: 「{said}」" if said and said != one_line(agreement.title) else ""
        lines.append(
            f"・No.{agreement.no}「{one_line(agreement.title)}」{quote}; partner: "
            f"{_partners(agreement)}; concluded on {_day(agreement)}; "
            f"{_department(agreement)}"
        )
    return lines


def _day(agreement: Agreement) -> str:
    day = agreement.concluded
    return (
        f"{day.day} {day:%B %Y} (printed as 「{agreement.concluded_text}」, "
        f"fiscal year {fiscal_year(day)})"
    )


def _department(agreement: Agreement) -> str:
    english = names()["departments"].get(agreement.department, [""])[0]
    # "women's" keeps its small s.
    gloss = f"{capwords(english).replace(' And ', ' and ')} " if english else ""
    return f"{gloss}「{agreement.department} {agreement.section}」"


def _partners(agreement: Agreement) -> str:
    return ", ".join(f"「{partner}」" for partner in agreement.partners)


def _amount(number: float, unit: str) -> str:
    """``45 agreements``, ``13.7 %``, ``1 department``."""
    one, many = names()["units"].get(unit, (f"「{unit}」", f"「{unit}」") if unit else ("", ""))
    return f"{figure(number)} {one if number == 1 else many}".rstrip()


def _reading(interpretation: str) -> str:
    """``部局＝環境部`` → ``department = 「環境部」``; empty for an empty reading."""
    labels = names()["labels"]
    parts = [
        f"{labels.get(label, f'「{label}」')} = 「{value}」"
        for label, value in _LABEL.findall(interpretation)
    ]
    if parts:
        return ", ".join(parts)
    if interpretation == "すべての協定":
        return "all agreements"
    return f"「{interpretation}」" if interpretation else ""
