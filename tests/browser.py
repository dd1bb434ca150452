"""A real server and a real visitor, and what the page may never do on a visit."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

APP = Path(__file__).parent.parent / "app.py"
# On an address below its root, Streamlit's own script first looks for the server there.
_SEEKING_THE_SERVER = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")


def chromium_path() -> str | None:
    """Where Chromium is, if anywhere."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def new_person(browser: Any, *, width: int = 1280, height: int = 900, scheme: str = "light") -> Any:
    """A browser context of its own: someone else's browser."""
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale="ja-JP",
        permissions=["clipboard-read", "clipboard-write"],
    )


@contextmanager
def served(home: Path, seeds: Path, log: Path) -> Iterator[str]:
    """Run the page on a free port of this machine; gives its address."""
    with started(home, seeds, log) as (address, _):
        yield address


@contextmanager
def started(home: Path, seeds: Path, log: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Like :func:`served`; gives the process as well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(APP), f"--server.port={port}"]
    environment = {**os.environ, "RENKEI_HOME": str(home), "RENKEI_SEEDS": str(seeds)}
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=APP.parent, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/_stcore/health", server, log)
            yield address, server
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server didn't start:\n{log.read_text(errors='replace')}")


class Visit:
    """One visitor's window, with a memory of what went wrong in it.

    Args:
        context: a browser context; windows that share one share its cache, as a person's do.
        address: the server's address.
    """

    def __init__(self, context: Any, address: str) -> None:
        self.address = address
        self.problems: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("request", self._request)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)

    def open(self, path: str = "", **query: str | list[str]) -> Any:
        """Open an address of the page and wait until it is drawn."""
        self.page.goto(f"{self.address}/{path}?{urlencode(query, doseq=True)}")
        return self.drawn()

    def drawn(self) -> Any:
        """Wait until the server has nothing more to draw."""
        self.page.locator("h1").first.wait_for()
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        links = self.page.locator("[href], form[action]")
        for target in links.evaluate_all("found => found.map(one => one.href ?? one.action)"):
            # Inside a drawing, a reference is an object of its own and stays in the document.
            if isinstance(target, str) and not target.startswith(f"{self.address}/"):
                self.problems.append(f"foreign link: {target}")
        return self.page

    def leave(self) -> None:
        """Close the window; fails if anything went wrong in it."""
        self.page.close()
        assert self.problems == []

    def _request(self, request: Any) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.problems.append(f"foreign request: {request.url}")

    def _console(self, message: Any) -> None:
        if message.type == "error" and not _SEEKING_THE_SERVER.search(message.location["url"]):
            self.problems.append(f"console: {message.text} {message.location}")

    def _dialog(self, dialog: Any) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()
