"""Make the screenshot of the README: ``python tests/screenshot.py``.

The page is served, asked and photographed as in the browser tests, so the picture shows what a
visitor sees.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from browser import Visit, chromium_path, new_person, served
from playwright.sync_api import sync_playwright

from assistant.places import PROJECT
from index.build import build_index

QUESTION = "停電のときに電気を借りられる協定は？"
PICTURE = PROJECT / "docs" / "screenshot.png"
HEIGHT = 1500


def main() -> None:
    """Write the picture to ``docs/screenshot.png``, 1280 pixels wide."""
    seeds = PROJECT / "seeds"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        build_index(seeds, home, report=lambda *_: None)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        with served(home, seeds, Path(folder) / "log") as address:
            visit = Visit(new_person(browser, height=HEIGHT), address)
            page = visit.open(q=QUESTION)
            page.locator(".citation summary").first.click()
            page.evaluate("document.querySelector('.stMain').scrollTo(0, 0)")
            page.evaluate("document.activeElement.blur()")
            PICTURE.parent.mkdir(exist_ok=True)
            page.screenshot(path=PICTURE)
            visit.leave()
        browser.close()


if __name__ == "__main__":
    main()
