"""docs/operations.md, the guide for those who keep the page running, says what is so."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from assistant import cli
from assistant.operation import feedback, logs
from assistant.operation.access import Policy, read_policy
from assistant.places import PROJECT
from index.errors import RequestError

GUIDE = (PROJECT / "docs" / "operations.md").read_text("utf-8")
CODE = "\n".join(
    file.read_text("utf-8")
    for folder in ("index", "assistant")
    for file in (PROJECT / folder).rglob("*.py")
) + (PROJECT / "app.py").read_text("utf-8")


def block(language: str) -> str:
    match = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert match
    return match[1]


def test_the_example_of_signing_in_works_once_its_secret_is_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text(block("toml"), "utf-8")
    with pytest.raises(RequestError, match="cookie_secret は 32 字以上"):
        read_policy([file])
    filled = re.sub('cookie_secret = ".*"', f'cookie_secret = "{"0f" * 32}"', block("toml"))
    file.write_text(filled, "utf-8")
    assert read_policy([file]) == Policy(
        frozenset({"tanto@partner.example.jp"}), frozenset({"city.example.jp"})
    )


def test_every_event_of_the_code_is_described_and_no_other() -> None:
    made = set(re.findall(r'logs\.(?:event\(|named\()\s*"([a-z ]+)"', CODE))
    table = GUIDE[GUIDE.index("| event |") :]
    rows = table[: table.index("\n\n")].split("\n")[2:]
    described = {name for row in rows for name in re.findall(r"`([a-z ]+)`", row.split("|")[1])}
    assert described == made
    assert len(made) >= 8


def test_the_example_of_an_event_has_the_fields_of_one() -> None:
    event = json.loads(block("json"))
    assert set(event) <= {"time", "level", "event", "logger", *logs.FIELDS}
    assert event["event"] in CODE


def test_every_environment_variable_of_the_code_is_described_and_no_other() -> None:
    variables = r"RENKEI_[A-Z_]+"
    table = GUIDE[GUIDE.index("## 環境変数") :]
    assert set(re.findall(variables, table)) == set(re.findall(variables, CODE))


def test_every_command_of_the_guide_is_one_that_the_program_takes() -> None:
    parser = cli.build_parser()
    commands = re.findall(r"^renkei (.+)$", GUIDE, re.MULTILINE)
    commands += re.findall(r"`renkei ([^`]+)`", GUIDE)
    assert len(commands) >= 6
    for command in commands:
        parser.parse_args(command.split())


def test_the_files_of_the_guide_are_those_of_the_code() -> None:
    assert feedback.FILE in GUIDE
    assert "/.streamlit/secrets.toml" in (PROJECT / ".gitignore").read_text("utf-8").split()
    for target in re.findall(r"\]\(([^)#]+)\)", GUIDE):
        assert (PROJECT / "docs" / target).exists(), target


def test_what_errors_say_to_install_can_be_installed() -> None:
    for command in re.findall(r"python (\.ci/\S+?)(?: (\w+))?」", CODE):
        script, extra = command
        assert (PROJECT / script).is_file()
        assert extra in ("", *_extras())
    assert "python .ci/install.py signin" in GUIDE


def _extras() -> set[str]:
    read = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    return set(read["project"]["optional-dependencies"])
