"""What tests of several modules share: an index of all documents, a page over it, a browser."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Visit, chromium_path, new_person, served
from hostile import make_quick
from hypothesis import settings

from assistant.engine import Assistant, open_assistant
from assistant.places import PROJECT
from index.build import build_index

SEEDS = PROJECT / "seeds"

# The same examples at each run, so that a change's tests fail by that change alone; others are
# looked for with HYPOTHESIS_PROFILE=explore.
settings.register_profile("steady", derandomize=True)
settings.register_profile("explore")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of all documents, with the embedded model."""
    home = tmp_path_factory.mktemp("home")
    build_index(SEEDS, home, report=lambda *_: None)
    return home


@pytest.fixture(scope="session")
def quick_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of all documents without most words, which no test may change."""
    home = tmp_path_factory.mktemp("quick") / "home"
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch)
        build_index(SEEDS, home, report=lambda *_: None)
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the documents, to be damaged."""
    return shutil.copytree(SEEDS, tmp_path / "seeds")


@pytest.fixture(scope="session")
def assistant(built_home: Path) -> Assistant:
    """The assistant over that index."""
    return open_assistant(built_home, SEEDS)


class Unproven(logging.Handler):
    """Keeps what answers stated without proof."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture(autouse=True)
def unproven() -> Iterator[list[str]]:
    """What answers stated without proof during a test: it fails if anything is left in here."""
    handler = Unproven()
    log = logging.getLogger("assistant.proof")
    log.addHandler(handler)
    yield handler.messages
    log.removeHandler(handler)
    assert handler.messages == []


@pytest.fixture(scope="session")
def address(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server of the page."""
    with served(built_home, SEEDS, tmp_path_factory.mktemp("server") / "log") as started:
        yield started


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A started Chromium; the test is skipped where there is none."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        pytest.skip("Chromium がありません（Debian や Ubuntu なら apt install chromium）")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def person(chromium: object) -> object:
    """A browser of someone who comes again and again."""
    return new_person(chromium)


@pytest.fixture
def visit(person: object, address: str) -> Iterator[Visit]:
    """A window of 1280 × 900; fails if the page did what no page may do."""
    window = Visit(person, address)
    yield window
    window.leave()
