"""What the survey says of itself: when and why it was made, and why its figures don't add up."""

from __future__ import annotations

import re

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer
from assistant.survey.cells import Key, Survey
from assistant.survey.reading import Reading
from assistant.survey.wording import amount_of, answer_of
from assistant.survey.words import survey_words
from assistant.understanding.group_counts import group_counted
from index.normalization import without_space
from index.records import Section

_SURVEY = re.compile(r"調査|アンケート")
_ABOUT = (
    (re.compile(r"基準日|いつ(?:の)?(?:現在|時点)|何日(?:現在|時点)"), "調査基準日"),
    (re.compile(r"期間|いつ|時期|日程|何月"), "調査期間"),
    (re.compile(r"目的|何のため|なんのため|ねらい|狙い|趣旨"), "目的"),
    (re.compile(r"対象|除[かい外く]|含まれな"), "調査対象"),
)


def why(desk: Desk, survey: Survey, reading: Reading) -> Answer | None:
    """Why published figures don't add up: what the survey says of it itself."""
    key = reading.keys[0]
    if key.measure == "share":
        said = _section(desk, "構成比")
    elif reading.open == "field" or key.field:
        said = _section(desk, "複数の分野")
    else:
        return _years_apart(desk, survey) if reading.open == "years" else None
    if said is None:
        return None
    quote = desk.cite_whole(said, said.text)
    text = f"調査の結果には、次の説明があります。\n{said.text}"
    return Answer(
        "fact", text, citations=(quote,), interpretation=f"調査の説明＝{said.heading[-1]}"
    )


def _years_apart(desk: Desk, survey: Survey) -> Answer | None:
    total = next((c for c in survey.cells if c.is_total and c.key.field is None), None)
    if total is None:
        return None
    rest = [
        cell
        for cell in survey.along(Key(), "years")
        if total.key.years and cell.key.years and cell.key.years[1] < total.key.years[0]
    ]
    labels = "、".join(f"{cell.fact.label}の {amount_of(cell)}" for cell in rest)
    text = (
        f"年度別の表の合計 {amount_of(total)}には、{labels}が入っていません。"
        f"足すと、全協定の {amount_of(survey.total)}になります。"
    )
    return answer_of(desk, [text], total.fact.value, total.fact.unit, [total, *rest, survey.total])


def about_survey(desk: Desk, asked: Question) -> Answer | None:
    """When, why and of what the survey was made; None if something else is asked."""
    text = without_space(asked.text)
    carrying = survey_words()["carrying"] | survey_words()["survey"]
    known = all(token.term in carrying or token.surface in carrying for token in asked.topic)
    if not _SURVEY.search(text) or not known or asked.conditions or asked.partners:
        return None
    if asked.intent == "count" or group_counted(text) is not None:
        return None
    wanted = next((heading for pattern, heading in _ABOUT if pattern.search(text)), None)
    own = [s for s in desk.sections if s.document == desk.facts[0].document]
    found = next((s for s in own if wanted and s.heading[-1].endswith(wanted)), None)
    if wanted is None or found is None:
        return None
    name = wanted if wanted.startswith("調査") else f"調査の{wanted}"
    said = f"{name}は、{found.text}です。"
    if "\n" in found.text or found.text.endswith("。"):
        said = f"{name}は次のとおりです。\n{found.text}"
    quote = desk.cite_whole(found, found.text)
    return Answer("fact", said, citations=(quote,), interpretation=f"調査の項目＝{wanted}")


def _section(desk: Desk, word: str) -> Section | None:
    document = desk.facts[0].document
    return next((s for s in desk.sections if s.document == document and word in s.text), None)
