"""No character of a document is lost without a word: not of the real ones, not of damaged ones."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from conservation import fault_of, unaccounted
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import mutated

from index.build import PARSERS
from index.errors import ParseError
from index.records import LeftOut, Parsed, SourceDocument, SourceSpan
from index.seeds import read_sources

SEEDS = {d.key: d for d in read_sources(Path(__file__).parents[1] / "seeds")}
every_document = pytest.mark.parametrize("key", SEEDS)


def parse(document: SourceDocument) -> Parsed:
    return PARSERS[document.kind](document)


def left_out(key: str) -> list[tuple[int, str]]:
    return [(left.span.first_line, left.text) for left in parse(SEEDS[key]).left_out]


@every_document
def test_every_character_is_in_a_record_or_header_or_reported(key: str) -> None:
    assert unaccounted(SEEDS[key], parse(SEEDS[key])) == []


@every_document
def test_a_character_lost_or_made_up_would_be_noticed(key: str) -> None:
    parsed = parse(SEEDS[key])
    text = SEEDS[key].text
    for place in random.Random(key).sample(range(len(text)), 12 if len(text) > 30_000 else 60):  # noqa: S311 - no secret
        if text[place].isspace():
            continue
        shorter = replace(SEEDS[key], text=text[:place] + text[place + 1 :])
        longer = replace(SEEDS[key], text=text[:place] + "龠" + text[place:])
        assert unaccounted(longer, parsed) != []
        line = SEEDS[key].lines[text.count("\n", 0, place)]
        records = (r.span for r in parsed.records)
        inside = any(s.first_line <= text.count("\n", 0, place) + 1 <= s.last_line for s in records)
        # The rest of a heading might be one as well.
        assert unaccounted(shorter, parsed) != [] or not inside, line


def test_nothing_of_the_agreement_table_is_left_out() -> None:
    assert left_out("asahikawa-agreements") == []


def test_of_the_survey_captions_ranks_and_uncertain_figures_are_left_out() -> None:
    # Read off the document. Its cross table has lost its empty cells (see test_survey).
    left = left_out("asahikawa-survey")
    captions = [(number, text) for number, text in left if not text[0].isdecimal()]
    assert sorted(captions) == [
        (43, "民間企業等との連携協定の締結状況に関する調査（結果）"),
        (45, "（降順）"),
        (92, "◯集計結果"),
        (102, "◯集計結果"),
        (103, "（降順）"),
        (172, "【部局と協定の分野の関連性】"),
        (174, "（3）年別集計"),
        (176, "◯集計結果"),
        (178, "（4）取組実績・予定"),
        (180, "◯集計結果"),
        (289, "【年度別協定締結状況】"),
    ]
    assert [(n, t) for n, t in left if t in "１２３"] == [(1, "１"), (27, "２"), (88, "３")]
    ranks = [text for number, text in left if 48 < number < 88]
    assert ranks == [str(rank) for rank in range(1, 21)]
    uncertain = {number: text for number, text in left if 212 <= number <= 250}
    # Of 20 departments only 経済部, with a figure in every field, has all its figures placed.
    assert len(uncertain) == 19
    assert uncertain[212] == "16 3 7"
    assert uncertain[214] == "3 3 44 10 3 1"
    assert len(left) == len(captions) + 3 + 20 + 19


def test_of_the_compact_markup_and_rules_are_left_out() -> None:
    left = left_out("biei-compact")
    assert [text for _, text in left if text.startswith("<")] == ["<p>", "</p>"]
    rules = [text for _, text in left if not text.strip("-")]
    assert len(rules) == len(left) - 2 == 2


def test_of_the_agreement_markup_alone_is_left_out() -> None:
    printed = re.findall(r"</?(?:p|ul)[^>]*>", SEEDS["minamisorachi-agreement"].text)
    assert Counter(text for _, text in left_out("minamisorachi-agreement")) == Counter(
        "".join(tag.split()) for tag in printed
    )


def test_of_the_slides_marks_and_the_citys_name_are_left_out() -> None:
    left = Counter(text for _, text in left_out("asahikawa-budget"))
    assert left.pop("ASAHIKAWACITY") == 11
    assert set("".join(left)) == set("-・●○▶►【】*|")


def test_what_was_left_out_is_kept_with_the_index(built_home: Path) -> None:
    from index.opened import open_index

    kept = open_index(built_home).manifest.left_out
    assert LeftOut(SourceSpan("asahikawa-survey", 45, 45), "（降順）", "表題や表の見出し") in kept
    assert len(kept) == sum(len(parse(document).left_out) for document in SEEDS.values())


@every_document
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), most=st.integers(1, 6))
def test_a_damaged_document_is_read_without_loss_or_refused_with_its_lines(
    key: str, seed: int, most: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same faults each time, no secret
    others = [document.lines for document in SEEDS.values()]
    # The first pages of the long table: all of it takes longer and says no more.
    lines = SEEDS[key].lines[:1200]
    fault = fault_of(SEEDS[key], mutated(lines, others, chance.randrange, most))
    assert fault is None, fault


@every_document
def test_every_document_under_the_name_of_another_kind_is_refused(key: str) -> None:
    for other in SEEDS.values():
        if other.key != key:
            with pytest.raises(ParseError) as caught:
                parse(replace(SEEDS[key], text=other.text))
            assert caught.value.file == SEEDS[key].file
