"""What the README says is so: its commands run, its outputs are the real ones, its links lead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from readme import README, agrees, examples, output_of

TEXT = README.read_text("utf-8")


@pytest.mark.parametrize("example", examples(TEXT), ids=lambda example: example.command)
def test_an_example_prints_what_the_readme_shows(
    example: object, built_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENKEI_HOME", str(built_home))
    assert agrees(example.output, output_of(example.command))


def test_an_example_that_differs_in_one_figure_is_noticed() -> None:
    assert agrees("a\n…\nc\n", "a\nb\nc\n")
    assert agrees("a\n", "a\n")
    assert not agrees("a\n…\nd\n", "a\nb\nc\n")
    assert not agrees("b\n…\n", "a\nb\n")
    assert not agrees("a\n", "a\nb\n")


def test_there_are_examples_of_every_way_to_ask() -> None:
    commands = {example.command.split()[1] for example in examples(TEXT)}
    assert commands >= {"ask", "search", "similar", "cite", "facts"}


def test_every_local_link_and_every_named_module_exists() -> None:
    root = README.parent
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (root / target).exists(), target
    for module in re.findall(r"`((?:index|assistant)/\w+\.py)`", TEXT):
        assert (root / module).exists(), module


def test_the_screenshot_is_a_picture_of_some_size() -> None:
    picture = (README.parent / "docs" / "screenshot.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") >= 1200
