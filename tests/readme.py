"""The README's examples: ``console`` blocks, each a command after ``$`` and its output.

``python tests/readme.py`` writes today's outputs into the README, so that they're reviewed as a
diff; :mod:`test_readme` holds the README to them.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from assistant import cli

README = Path(__file__).resolve().parents[1] / "README.md"
LEFT_OUT = "…"
_BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A command and its output as the README prints it."""

    command: str
    output: str


def examples(text: str) -> list[Example]:
    """All examples of a README."""
    return [Example(match["command"], match["output"]) for match in _BLOCK.finditer(text)]


def output_of(command: str) -> str:
    """What ``renkei …`` prints on standard output."""
    name, *arguments = shlex.split(command)
    if name != "renkei":
        raise ValueError(f"not a renkei command: {command}")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = cli.main(arguments)
    if status:
        raise ValueError(f"status {status}: {command}")
    return out.getvalue()


def agrees(printed: str, real: str) -> bool:
    """Whether ``printed`` is ``real``, a line of ``…`` standing for any lines."""
    parts = [part.strip("\n") for part in re.split(rf"(?m)^{LEFT_OUT}$", printed)]
    position = 0
    for number, part in enumerate(parts):
        found = real.find(part, position)
        if found < 0 or (number == 0 and found != 0):
            return False
        position = found + len(part)
    return len(parts) > 1 or printed.strip() == real.strip()


def updated(text: str, keep: int = 14) -> str:
    """``text`` with each example's output made anew, cut after ``keep`` lines."""

    def example(match: re.Match[str]) -> str:
        lines = output_of(match["command"]).strip("\n").split("\n")
        if len(lines) > keep:
            lines = [*lines[:keep], LEFT_OUT]
        return "\n".join(["```console", f"$ {match['command']}", *lines, "```"])

    return _BLOCK.sub(example, text)


if __name__ == "__main__":
    README.write_text(updated(README.read_text("utf-8")), "utf-8")
    print(f"{README.name} written", file=sys.stderr)
