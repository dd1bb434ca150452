"""Rules and thesaurus know the language, not the sample: none of its wording stands in them.

A question gives itself away by its whole text, or by a stretch of it that the documents don't
hold. A stretch is 12 characters, or 24 where it is all ASCII: a single English word may have 13.
A question shorter than a stretch counts where it stands alone, not as a part of a longer word.
"""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SAMPLE = Path(__file__).parent / "data" / "questions"
STRETCH, ASCII_STRETCH = 12, 24
RULES = {".py", ".toml", ".json", ".jsonl", ".tsv", ".csv", ".txt", ".yaml", ".yml", ".md"}


def squeezed(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


@cache
def questions():
    """Every question text of the sample: single ones, turns and inputs."""
    found = []
    for file in sorted(SAMPLE.glob("[chq]*.jsonl")):
        for line in file.read_text(encoding="utf-8").split("\n"):
            if line:
                values = json.loads(line)
                found += [turn["question"] for turn in values.get("turns", [])]
                found += [values[key] for key in ("question", "input") if key in values]
    return found


@cache
def seeds():
    return squeezed("".join(f.read_text(encoding="utf-8") for f in (ROOT / "seeds").glob("*.txt")))


def rule_files():
    folders = (ROOT / "index", ROOT / "assistant")
    return [f for folder in folders for f in folder.rglob("*") if f.suffix in RULES]


@cache
def stretches(question, known):
    """The stretches of a question that the known text doesn't hold."""
    found = []
    text = squeezed(question)
    for start in range(len(text)):
        size = STRETCH
        if text[start : start + STRETCH].isascii():
            size = ASCII_STRETCH
        stretch = text[start : start + size]
        if len(stretch) == size and stretch not in known:
            found.append(stretch)
    return found


def sample_wording(text, asked, known):
    """The questions and stretches of questions that stand in a text."""
    body = squeezed(text)
    spaced = " ".join(unicodedata.normalize("NFKC", text).split())
    found = []
    for question in asked:
        whole = squeezed(question)
        if len(whole) >= STRETCH and whole in body:
            found.append(question)
        elif re.search(r"\w", whole) and len(whole) < STRETCH:
            alone = rf"(?<!\w){re.escape(whole)}(?!\w)"
            found += [question] if len(whole) > 1 and re.search(alone, spaced) else []
        found += [stretch for stretch in stretches(question, known) if stretch in body]
    return found


def test_there_are_questions_and_rules_to_compare():
    assert len(questions()) == 41 + 38 + 18 + (5 * 4 + 3 * 3) + 23
    assert {"records.py", "retrieval.py"} <= {file.name for file in rule_files()}


@pytest.mark.parametrize("file", rule_files(), ids=lambda f: str(f.relative_to(ROOT)))
def test_no_wording_of_the_sample_stands_in_a_rule(file):
    found = sample_wording(file.read_text(encoding="utf-8"), questions(), seeds())
    assert found == [], f"{file} holds wording of the sample questions"


ASKED = [
    "停電のとき、車から電気を分けてもらえる?",
    "ドンキ",
    "environmental education with the zoo",
]


@pytest.mark.parametrize(
    "text",
    [
        "# 停電のとき、車から電気を分けてもらえる？",
        "車から 電気を\n分けてもらえる",
        'words = ["ドンキ", "ドン・キホーテ"]',
        "Environmental: environmental education with animals",
    ],
)
def test_a_question_a_stretch_of_it_or_a_short_one_alone_is_found(text):
    assert sample_wording(text, ASKED, known="")


@pytest.mark.parametrize(
    "text",
    [
        "停電のとき、車から",
        'words = ["ドンキホーテ"]',
        "environmental education",
        "電気を分ける",
    ],
)
def test_words_that_anybody_would_use_are_not_taken_for_the_sample(text):
    assert not sample_wording(text, ASKED, known="")


def test_a_stretch_that_the_documents_hold_is_no_wording_of_the_sample():
    asked = ["地域社会の活性化に関する包括連携協定の相手は?"]
    known = "地域社会の活性化に関する包括連携協定"
    assert not sample_wording(known, asked, known)
    assert sample_wording(known, asked, "")
