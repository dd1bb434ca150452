"""How soon the page answers: the first visitor of a cold server, one visitor, twenty at once.

A real server and a real Chromium; a question is asked by opening its link, and the time runs until
the answer is on the screen, the browser's own work included. Twenty browsers would measure each
other, so many visitors speak the page's protocol instead. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from parts.processes import PROJECT
from parts.tables import markdown_table
from parts.visitors import arrive
from playwright.async_api import Browser, async_playwright

sys.path.insert(0, str(PROJECT / "tests"))
from browser import chromium_path, served

from assistant.places import home_folder, seeds_folder

WIDTH = {"width": 1280, "height": 900}


async def measure(address: str, visitors: int, rounds: int) -> list[list[str]]:
    """The rows of the table.

    Args:
        address: a server that has just come up.
        visitors: how many ask at once.
        rounds: how often everybody asks.
    """
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        cold = await _asked(browser, address, 94)
        alone = [await _asked(browser, address, 100 + number) for number in range(10)]
        await browser.close()
    together = await _at_once(address, visitors, rounds)
    return [
        ["first answer of a cold server", "1", f"{cold:.2f}", ""],
        ["a new visitor, page and answer", "1", *_spread(alone)],
        ["open pages, all asking at once, without browsers", str(visitors), *_spread(together)],
    ]


async def _asked(browser: Browser, address: str, number: int) -> float:
    """Seconds from opening a link in a new browser to its answer."""
    context = await browser.new_context(viewport=WIDTH)
    page = await context.new_page()
    began = time.perf_counter()
    await page.goto(f"{address}/?{urlencode({'q': f'No.{number}の相手方は？'})}")
    await page.locator(".answer").first.wait_for(timeout=60_000)
    spent = time.perf_counter() - began
    await context.close()
    return spent


async def _at_once(address: str, visitors: int, rounds: int) -> list[float]:
    """Seconds until each of many open pages has its answer, all asking at the same moment."""
    pages = [await arrive(address) for _ in range(visitors)]
    for page in pages:
        await page.ask("No.94の相手方は？")
    spent: list[float] = []
    for turn in range(rounds):
        numbers = range(1 + turn * visitors, 1 + (turn + 1) * visitors)
        asked = (page.ask(f"No.{no}の相手方は？") for page, no in zip(pages, numbers, strict=True))
        for number, (seconds, shown) in zip(numbers, await asyncio.gather(*asked), strict=True):
            if f"No.{number}</a>" not in shown:
                raise RuntimeError(f"No.{number} の回答が返りませんでした")
            spent.append(seconds)
    for page in pages:
        await page.leave()
    return spent


def _spread(seconds: Sequence[float]) -> list[str]:
    ordered = sorted(seconds)
    return [f"{statistics.median(ordered):.2f}", f"{ordered[int(0.95 * (len(ordered) - 1))]:.2f}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=20, help="同時に質問する人数（既定: 20）")
    parser.add_argument("--rounds", type=int, default=3, help="繰り返し（既定: 3）")
    options = parser.parse_args(arguments)
    if chromium_path() is None:
        print("Chromium がないため、測りませんでした。", file=sys.stderr)
        return 0
    with (
        tempfile.TemporaryDirectory() as folder,
        served(home_folder(), seeds_folder(), Path(folder) / "log") as address,
    ):
        rows = asyncio.run(measure(address, options.visitors, options.rounds))
    print(markdown_table(["case", "visitors", "median s", "p95 s"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
