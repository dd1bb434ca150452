"""Start the page's server, and a browser on it."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
import webbrowser
from contextlib import closing
from pathlib import Path

from assistant.places import PROJECT
from index.errors import RequestError

HOST = "127.0.0.1"
# Seconds to wait for the server before giving up on opening a browser, and between two looks.
_STARTED_WITHIN, _POLL = 60.0, 0.1


def serve(home: Path, seeds: Path, port: int, *, browser: bool) -> None:
    """Serve the page until it is interrupted.

    Args:
        home: the folder of the index.
        seeds: the folder of the documents.
        port: where to listen on this machine.
        browser: whether to open a browser on the page.

    Raises:
        RequestError: if the port is taken.
    """
    from streamlit.web import cli

    if _answers(port):
        raise RequestError(
            f"ポート {port} はほかのプログラムが使っています。"
            "--port で別の番号を指定するか、すでに開いている画面を使ってください。"
        )
    os.environ["RENKEI_SEEDS"] = str(seeds)
    os.environ["RENKEI_HOME"] = str(home)
    address = f"http://{HOST}:{port}"
    print(f"画面を用意しています: {address}（終わるときは Ctrl+C）", file=sys.stderr)
    if browser:
        threading.Thread(target=_browse, args=(address, port), daemon=True).start()
    cli.main(["run", str(PROJECT / "app.py"), f"--server.port={port}"], standalone_mode=False)


def _browse(address: str, port: int) -> None:
    deadline = time.monotonic() + _STARTED_WITHIN
    while time.monotonic() < deadline and not _answers(port):
        time.sleep(_POLL)
    webbrowser.open(address)


def _answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex((HOST, port)) == 0
