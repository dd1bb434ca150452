"""Start the page's server, and a browser on it."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import json
import os
import re
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from assistant.places import PROJECT
from index.errors import RequestError

HOST = "127.0.0.1"
LAST_PORT = 65_535
# By these the machine calls itself; the same stand in .streamlit/config.toml.
OWN_NAMES = ("127.0.0.1", "localhost", "::1")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what must be recognised
_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,20}")
# Seconds to wait for the server before giving up on opening a browser, and between two looks.
_STARTED_WITHIN, _POLL = 60.0, 0.1
# Seconds that a server on this machine has for its answer, and the most bytes of it that are read.
_PATIENCE, _LONGEST = 3.0, 10_000


def serve(
    home: Path, seeds: Path, port: int, *, host: str = HOST, name: str | None = None, browser: bool
) -> None:
    """Serve the page until it is interrupted.

    Args:
        home: the folder of the index.
        seeds: the folder of the documents.
        port: where to listen.
        host: the address to listen at; only this machine's own unless somebody says otherwise.
        name: how visitors' browsers call this machine, if not by ``host``.
        browser: whether to open a browser on the page.

    Raises:
        RequestError: if the address or the name is none or not this machine's, the name is missing,
            or the port is taken or needs an administrator.
    """
    told = options(host, port, name)
    here = HOST if host in _EVERYWHERE else host
    if not _is_free(host, port) or answers(here, port):
        raise RequestError(_taken(here, port))
    from streamlit.web import cli

    os.environ["RENKEI_SEEDS"] = str(seeds)
    os.environ["RENKEI_HOME"] = str(home)
    if not is_own_machine(host):
        print(_exposed(host), file=sys.stderr)
    print(f"画面を用意しています: {address(here, port)}（終わるときは Ctrl+C）", file=sys.stderr)
    if browser:
        threading.Thread(target=_browse, args=(here, port), daemon=True).start()
    cli.main(["run", str(PROJECT / "app.py"), *told], standalone_mode=False)


def options(host: str, port: int, name: str | None = None) -> list[str]:
    """What the server is told beyond ``.streamlit/config.toml``; see :func:`serve`.

    Raises:
        RequestError: if the address or the name is none, or the name is missing.
    """
    own = is_own_machine(host)
    if name is not None and not _NAME.fullmatch(name):
        raise RequestError(
            f"--name「{name}」は名前として使えません。ブラウザーに入力する名前を、"
            "kyotei.city.example.jp のように http:// やポート番号をつけずに指定してください。"
        )
    if host in _EVERYWHERE and name is None:
        raise RequestError(
            f"--host {host} で公開するときは、利用者がブラウザーに入力する名前も"
            "「--name kyotei.city.example.jp」のように指定してください。"
            "ほかの名前では開けないので、よそのサイトが名前を偽ってのぞくことを防げます。"
        )
    told = [f"--server.port={port}", f"--server.address={host}"]
    if name is not None or not own:
        told += [f"--server.allowedHosts={one}" for one in (*OWN_NAMES, name or host)]
    return told


def is_own_machine(host: str) -> bool:
    """Whether only programs of this machine reach ``host``.

    Raises:
        RequestError: if it is no IP address.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise RequestError(
            f"--host「{host}」は IP アドレスではありません。"
            "192.168.1.10 のような、このサーバーの IP アドレスを指定してください。"
        ) from None


def address(host: str, port: int) -> str:
    """The address to open in a browser."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def answers(host: str, port: int) -> bool:
    """Whether anything listens there."""
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.settimeout(_PATIENCE)
        return probe.connect_ex((host, port)) == 0


def _is_free(host: str, port: int) -> bool:
    """Whether a server of ours may listen there.

    Raises:
        RequestError: if it may not, for another reason than that somebody else does.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with closing(socket.socket(family)) as probe:
            if os.name == "posix":
                # As the server does: connections that have ended don't hold the port.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError:
        raise RequestError(
            f"ポート {port} で待ち受ける権限がありません。"
            "「--port 8501」のように、1024 以上の番号を指定してください。"
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise RequestError(
            f"--host「{host}」で待ち受けられません（{error.strerror}）。"
            "192.168.1.10 のような、このサーバーの IP アドレスを指定してください。"
        ) from error
    return True


def ask_server(host: str, port: int) -> Mapping[str, object] | None:
    """What the page's server says of itself at ``/healthz``; None if it isn't one of ours."""
    # Neither a proxy on the way to the internet nor where another server sends us has a part here.
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
    deadline = time.monotonic() + _PATIENCE
    content = b""
    try:
        with closing(connection):
            connection.request("GET", "/healthz")
            reply = connection.getresponse()
            while len(content) < _LONGEST and (piece := reply.read1(_LONGEST)):
                content += piece
                # A server that sends a byte now and then would never be done.
                if time.monotonic() > deadline:
                    return None
        told = json.loads(content)
    # Whatever uses the port may speak something else than HTTP, or nest its JSON without end.
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        return None
    return told if isinstance(told, dict) and told.get("server") == "renkei" else None


def another(port: int) -> int:
    """A port to try in place of one that is taken."""
    return port + 1 if port < LAST_PORT else port - 1


def _taken(host: str, port: int) -> str:
    if ask_server(host, port):
        return (
            f"この画面はもう動いています。{address(host, port)} をブラウザーで開いてください。"
            "もう一つ動かすときは --port で別の番号を指定してください。"
        )
    return (
        f"ポート {port} はほかのプログラムが使っています。"
        f"「renkei app --port {another(port)}」のように別の番号を指定してください。"
    )


def _exposed(host: str) -> str:
    return (
        f"ご注意: {host} を指定したので、ネットワークのほかの機械からもこの画面を開けます。"
        "通信は暗号化されず、サインインを設定しないかぎり誰でも質問できます。"
        "庁内に公開するときは docs/operations.md をご覧ください。"
    )


def _browse(host: str, port: int) -> None:
    deadline = time.monotonic() + _STARTED_WITHIN
    while time.monotonic() < deadline and not answers(host, port):
        time.sleep(_POLL)
    webbrowser.open(address(host, port))
