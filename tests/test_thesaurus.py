"""Concepts: where their phrases stand in terms, and what the data files say of them."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import index
from index.thesaurus import (
    NARROWER,
    RELATED,
    SAME,
    Concept,
    Phrase,
    PhraseTable,
    matched,
    read_concepts,
)
from index.tokens import tokenize

DATA = Path(index.__file__).parent / "data"
LISTS = {"words", "official", "english", "narrower", "related"}


def concept(name: str, *phrases: str) -> Concept:
    """A concept with phrases of terms written with spaces between them."""
    return Concept(name, name, tuple(Phrase(tuple(p.split()), p, SAME) for p in phrases))


def found(table: PhraseTable, terms: str) -> list[tuple[str, str, int, int]]:
    return [
        (table.concepts[mention.concept].id, mention.phrase.text, mention.start, mention.end)
        for mention in table.find(terms.split())
    ]


def test_a_phrase_is_found_where_its_terms_stand_side_by_side() -> None:
    table = PhraseTable([concept("snow", "雪 捨てる", "除雪")])
    assert found(table, "何処 雪 捨てる 除雪") == [
        ("snow", "雪 捨てる", 1, 3),
        ("snow", "除雪", 3, 4),
    ]
    assert found(table, "雪 を 捨てる") == []
    assert found(table, "捨てる 雪") == []


def test_phrases_that_overlap_are_all_found() -> None:
    table = PhraseTable([concept("a", "x y", "y z", "y"), concept("b", "x y z")])
    assert sorted(found(table, "x y z")) == [
        ("a", "x y", 0, 2),
        ("a", "y", 1, 2),
        ("a", "y z", 1, 3),
        ("b", "x y z", 0, 3),
    ]


def test_a_phrase_of_two_concepts_names_both() -> None:
    table = PhraseTable([concept("a", "水"), concept("b", "水")])
    assert [entry[0] for entry in found(table, "水")] == ["a", "b"]


def test_a_phrase_cut_off_by_the_end_is_not_found() -> None:
    table = PhraseTable([concept("a", "x", "x y")])
    assert found(table, "x") == [("a", "x", 0, 1)]


def test_nothing_is_found_in_nothing() -> None:
    assert PhraseTable([concept("a", "x")]).find([]) == []
    assert PhraseTable([]).find(["x"]) == []


words = st.lists(st.sampled_from("abc"), min_size=1, max_size=3)


@given(st.lists(st.lists(words, min_size=1, max_size=4), max_size=5), st.lists(words, max_size=5))
def test_mentions_are_those_of_a_plain_search(
    listed: Sequence[Sequence[list[str]]], text: Sequence[list[str]]
) -> None:
    concepts = [
        concept(str(n), *dict.fromkeys(" ".join(p) for p in phrases))
        for n, phrases in enumerate(listed)
    ]
    terms = [term for part in text for term in part]
    expected = {
        (number, phrase.text, start)
        for number, each in enumerate(concepts)
        for phrase in each.phrases
        for start in range(len(terms) - len(phrase.terms) + 1)
        if terms[start : start + len(phrase.terms)] == list(phrase.terms)
    }
    mentions = PhraseTable(concepts).find(terms)
    assert len(mentions) == len(expected)
    assert {(m.concept, m.phrase.text, m.start) for m in mentions} == expected
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    assert all(m.end - m.start == len(m.phrase.terms) for m in mentions)


@pytest.fixture(scope="module")
def table() -> PhraseTable:
    return PhraseTable(read_concepts())


@pytest.fixture(scope="module")
def concepts(table: PhraseTable) -> dict[str, Concept]:
    return {concept.id: concept for concept in table.concepts}


def ids_in(table: PhraseTable, text: str) -> set[str]:
    terms = [token.term for token in matched(tokenize(text))]
    return {table.concepts[mention.concept].id for mention in table.find(terms)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("停電したら電気が止まって困る", "utilities-power-outage"),
        ("電気が止まりました", "utilities-power-outage"),
        ("高齢者の見守り", "welfare-watch-over"),
        ("お年寄りが心配", "welfare-elderly"),
        ("ｸﾗｳﾄﾞﾌｧﾝﾃﾞｨﾝｸﾞ", "industry-crowdfunding"),
        ("Where can I find CROWDFUNDING?", "industry-crowdfunding"),
        ("Any start-up help?", "industry-startup"),
    ],
)
def test_inflected_and_differently_written_phrases_are_found_in_questions(
    table: PhraseTable, text: str, expected: str
) -> None:
    assert expected in ids_in(table, text)


def test_a_phrase_says_what_it_is_to_its_concept(concepts: dict[str, Concept]) -> None:
    relations = {p.text: p.relation for p in concepts["utilities-power-outage"].phrases}
    assert relations["停電"] == relations["電気が止まる"] == relations["power outage"] == SAME
    assert relations["発電機"] == NARROWER
    assert relations["ライフライン"] == RELATED
    assert concepts["utilities-power-outage"].name == "停電"


def test_a_phrase_listed_twice_keeps_its_closest_relation(concepts: dict[str, Concept]) -> None:
    for file, entry in entries():
        listed = [text for name in ("words", "official", "english") for text in entry.get(name, ())]
        phrases = concepts[entry["id"]].phrases
        assert len({phrase.terms for phrase in phrases}) == len(phrases), (file, entry["id"])
        for phrase in phrases:
            assert (phrase.relation == SAME) == (phrase.text in listed), (file, entry["id"])


def test_a_name_is_found_by_its_nickname_and_by_its_kind(
    concepts: dict[str, Concept], table: PhraseTable
) -> None:
    assert "name:旭川医科大学" in ids_in(table, "旭医大との協定")
    members = {phrase.text: phrase.relation for phrase in concepts["kind:大学"].phrases}
    assert members["大学"] == SAME
    assert members["旭川医科大学"] == NARROWER


def test_a_kind_holds_the_members_of_the_kinds_below_it(concepts: dict[str, Concept]) -> None:
    names = read_file(DATA / "names.toml")
    below = next(kind for kind in names["kind"] if "broader" in kind)
    members = {entry["name"] for entry in names["name"] if entry["kind"] == below["name"]}
    above = {phrase.terms for phrase in concepts[f"kind:{below['broader']}"].phrases}
    assert members
    assert {
        phrase.terms
        for phrase in concepts[f"kind:{below['name']}"].phrases
        if phrase.text in members
    } <= above


def read_file(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def entries() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.name, entry)
        for path in sorted((DATA / "thesaurus").glob("*.toml"))
        for entry in read_file(path)["concept"]
    ]


def test_concept_ids_are_unique_over_all_files() -> None:
    counted = Counter(entry["id"] for _, entry in entries())
    assert len(counted) > 500
    assert [concept_id for concept_id, n in counted.items() if n > 1] == []


def test_every_concept_of_the_files_is_read_with_at_least_one_phrase(
    table: PhraseTable, concepts: dict[str, Concept]
) -> None:
    names = read_file(DATA / "names.toml")
    expected = {entry["id"] for _, entry in entries()} | {
        f"{sort}:{entry['name']}" for sort, listed in names.items() for entry in listed
    }
    assert set(concepts) == expected
    assert all(each.phrases for each in concepts.values())
    assert len(table.concepts) == len(concepts)


def test_a_file_holds_only_what_is_read_and_no_empty_or_repeated_phrase() -> None:
    for file, entry in entries():
        assert set(entry) <= LISTS | {"id"}, (file, entry["id"])
        for name in LISTS & set(entry):
            listed = entry[name]
            assert all(isinstance(text, str) and text.strip() for text in listed), (file, entry)
            assert len(set(listed)) == len(listed), (file, entry["id"], name)


def test_every_phrase_of_the_files_has_a_term_to_be_found_by() -> None:
    empty = [
        (file, entry["id"], text)
        for file, entry in entries()
        for name in LISTS & set(entry)
        for text in entry[name]
        if not tokenize(text)
    ]
    assert empty == []


def test_names_groups_and_kinds_speak_of_each_other_by_known_names() -> None:
    names = read_file(DATA / "names.toml")
    known = {sort: [entry["name"] for entry in listed] for sort, listed in names.items()}
    for sort, listed in known.items():
        assert len(set(listed)) == len(listed), sort
    for entry in names["name"]:
        assert {entry["kind"], *entry.get("further_kinds", ())} <= set(known["kind"]), entry
    assert {entry["broader"] for entry in names["kind"] if "broader" in entry} <= set(known["kind"])
    assert {member for entry in names["group"] for member in entry["members"]} <= set(known["name"])
