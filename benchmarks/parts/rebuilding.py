"""Documents that are corrected while their index is in use."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.store import current_generation
from parts.processes import renkei
from parts.shown import Shown
from parts.users import Talk, Truth

# Seconds between two looks for the new index.
_POLL = 0.01
_MARK = "（改訂）"
_TITLE = re.compile(r'^title = "(.*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Documents:
    """A folder of documents and one of their index."""

    seeds: Path
    home: Path

    def correct(self) -> None:
        """Correct all titles in one step, or take that back: 「一覧」 ↔ 「一覧（改訂）」."""
        declared = self.seeds / "sources.toml"
        text = declared.read_text(encoding="utf-8")
        new = declared.with_suffix(".new")
        new.write_text(_TITLE.sub(_other_title, text), encoding="utf-8")
        new.replace(declared)


def _other_title(match: re.Match[str]) -> str:
    title = match[1]
    other = title.removesuffix(_MARK) if title.endswith(_MARK) else title + _MARK
    return f'title = "{other}"'


async def rebuild_meanwhile(
    documents: Documents,
    truth: Truth,
    versions: Sequence[Mapping[Talk, Shown]],
    pauses: Sequence[float],
) -> list[float]:
    """Correct the documents after each of ``pauses`` (seconds), and rebuild their index.

    ``versions`` are the pages as they are after the first, third … and second, fourth … correction.

    Returns:
        Seconds from each correction to the new index's being in use.
    """
    took = []
    for number, pause in enumerate(pauses):
        await asyncio.sleep(pause)
        began = time.monotonic()
        before = current_generation(documents.home).name
        documents.correct()
        command = [*renkei(), "index"]
        folders = ["--home", str(documents.home), "--seeds", str(documents.seeds)]
        building = await asyncio.create_subprocess_exec(
            *command, *folders, stdout=asyncio.subprocess.DEVNULL, stderr=sys.stderr.fileno()
        )
        last_old = began
        while True:
            looked = time.monotonic()
            if current_generation(documents.home).name != before:
                break
            last_old = looked
            if building.returncode not in (None, 0):
                raise RuntimeError(f"索引を作り直せませんでした（{building.returncode}）")
            await asyncio.sleep(_POLL)
        truth.swap(versions[number % len(versions)], last_old, time.monotonic())
        took.append(time.monotonic() - began)
        await building.wait()
    return took
