"""Two agreements side by side are the same where their texts are, and nowhere else."""

from __future__ import annotations

from assistant.contrast import Column, contrast
from assistant.engine import Assistant


def columns_of(assistant: Assistant, left: int, right: int) -> dict[str, Column]:
    columns = contrast(assistant.agreement(left), assistant.agreement(right))
    return {column.name: column for column in columns}


def test_an_agreement_is_the_same_as_itself(assistant: Assistant) -> None:
    assert {column.likeness for column in columns_of(assistant, 94, 94).values()} == {"same"}


def test_agreements_of_one_wording_differ_in_partner_and_date(assistant: Assistant) -> None:
    # No.13 and No.14: one project with two companies.
    columns = columns_of(assistant, 13, 14)
    kinds = {name: column.likeness for name, column in columns.items()}
    assert kinds["名称"] == kinds["目的"] == kinds["担当"] == "same"
    assert kinds["相手方"] == "different"


def test_nothing_of_either_side_is_lost(assistant: Assistant) -> None:
    left, right = assistant.agreement(94), assistant.agreement(109)
    columns = columns_of(assistant, 94, 109)
    assert tuple(part.text for part in columns["相手方"].left) == left.partners
    assert tuple(part.text for part in columns["相手方"].right) == right.partners
    rest = left.content
    for part in columns["内容"].left:
        assert part.text in rest
        rest = rest.replace(part.text, "", 1)
    assert set(rest) <= set("\n ・")
    assert columns["内容"].likeness != "same"


def test_a_sentence_in_nearly_the_same_words_is_alike(assistant: Assistant) -> None:
    # The titles differ in 物資の供給 and 物資等の供給.
    (title,) = columns_of(assistant, 210, 85)["名称"].left
    assert title.likeness == "alike"
