"""Agreements are alike by what is promised, whoever promises it."""

from __future__ import annotations

from assistant.engine import Assistant
from assistant.searching.similarity import duties_of
from index.records import Agreement


def similar(assistant: Assistant, no: int, limit: int = 10) -> list[int]:
    hits = assistant.similar(no, limit)
    return [hit.record.no for hit in hits if isinstance(hit.record, Agreement)]


def test_the_same_help_by_other_partners_comes_first(assistant: Assistant) -> None:
    assert set(similar(assistant, 94, 2)) == {109, 112}  # vehicles that give electricity
    assert 46 in similar(assistant, 45, 3)  # petrol and heating oil in a disaster


def test_the_agreement_itself_is_left_out(assistant: Assistant) -> None:
    for no in (1, 94, 187, 329):
        assert no not in similar(assistant, no, 300)


def test_copies_are_known_as_a_family(assistant: Assistant) -> None:
    family = assistant.comparer.family(187)
    assert {185, 186, 187, 188, 189} <= set(family)
    assert 94 not in family
    assert assistant.comparer.family(94) == (94,)


def test_copies_of_another_family_do_not_hide_the_rest(assistant: Assistant) -> None:
    family = set(assistant.comparer.family(187))
    found = similar(assistant, 168, 10)  # a golf course's environmental agreement
    assert len(family.intersection(found)) <= 3
    assert {169, 170} <= set(found)


def test_what_is_shared_is_said(assistant: Assistant) -> None:
    shared = {hit.record.id: hit.shared for hit in assistant.similar(189, 30)}
    other = shared["asahikawa-agreements/191"]  # the same partner, word for word
    assert "ほぼ同じ文面" in other
    assert any(reason.startswith("同じ相手方：株式会社朝日運輸") for reason in other)
    assert any(reason.startswith("同じ担当課") for reason in other)
    assert any(reason.startswith("同じ事項：") for reason in other)


def test_duties_are_the_listed_items_without_their_marks(assistant: Assistant) -> None:
    assert duties_of(assistant.agreement(226)) == [
        "野生生物の共同調査・研究，環境教育など普及啓発事業に関する事項",
        "人材活用や相互職員研修に関する事項",
        "施設の相互利用に関する事項",
    ]
