"""What a running server shows, to whom, and what it writes down: a real one is tried."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from assistant import cli
from assistant.operation.launching import options
from assistant.pages.server import HEADERS
from assistant.places import PROJECT
from index.errors import RequestError

SEEDS = PROJECT / "seeds"
PRIVATE = "秘密の質問"
QUESTION = f"{PRIVATE}：No.94の相手方は？"
ANSWER = "旭川トヨペット株式会社"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what must be recognised
# Looks every outgoing connection up in the resolver, and writes down what it was.
WATCHED = """
import socket, sys
def watch(event, values, opened=open):
    if event == "socket.getaddrinfo" or event == "socket.connect":
        with opened({record!r}, "a") as file:
            file.write(f"{{event}} {{values[-1] if event.endswith('connect') else values[0]}}\\n")
sys.addaudithook(watch)
"""


@dataclass(frozen=True)
class Server:
    """A started ``renkei app``."""

    port: int
    home: Path
    output: Path
    events: Path
    connections: Path

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; the path is sent as it stands."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.putrequest("GET", path, skip_host="Host" in headers)
            for name, value in headers.items():
                link.putheader(name, value)
            link.endheaders()
            answer = link.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read()
        finally:
            link.close()

    def open(self, host: str = "127.0.0.1", **headers: str) -> ClientConnection:
        """The connection that a page keeps open, by whatever name the browser knows us."""
        return connect(
            f"ws://{host}:{self.port}/_stcore/stream",
            sock=socket.create_connection(("127.0.0.1", self.port), timeout=10),
            subprotocols=["streamlit"],
            additional_headers=headers,
            max_size=50_000_000,
        )

    def ask(self, question: str) -> str:
        """What the page shows for a link with ``question``."""
        message = BackMsg()
        message.rerun_script.query_string = f"q={quote(question)}"
        shown = []
        with self.open() as connection:
            connection.send(message.SerializeToString())
            while True:
                answer = ForwardMsg()
                answer.ParseFromString(connection.recv(timeout=30, decode=False))
                if answer.WhichOneof("type") == "script_finished":
                    return unescape("".join(shown))
                if answer.delta.new_element.HasField("html"):
                    shown.append(answer.delta.new_element.html.body)

    def recorded(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.events.read_text("utf-8").split("\n")[:-1]]


@contextmanager
def started(home: Path, folder: Path, *arguments: str) -> Iterator[Server]:
    """Run ``renkei app`` as an operator would, with a watch on what it connects to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Server(port, home, folder / "output", folder / "events.jsonl", folder / "connections")
    server.connections.write_text("", "utf-8")
    (folder / "watch").mkdir()
    (folder / "watch" / "sitecustomize.py").write_text(
        WATCHED.format(record=str(server.connections)), "utf-8"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder / 'watch'}{os.pathsep}{PROJECT}",
        "RENKEI_LOG": str(server.events),
        "STREAMLIT_PRIVATES_FILES": str(folder / "none.toml"),
    }
    environment.pop("RENKEI_LOG_QUESTIONS", None)
    # As the console script does, whatever folder stands first on the path.
    command = [
        sys.executable, "-m", "assistant", "app", "--no-browser", "--port", str(port),
        "--home", str(home), "--seeds", str(SEEDS), *arguments,
    ]  # fmt: skip
    with server.output.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.get("/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(server.output.read_text("utf-8", "replace"))


@pytest.fixture(scope="module")
def server(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(built_home, tmp_path_factory.mktemp("exposed")) as running:
        yield running


# To whom


def listening(port: int) -> set[str]:
    """The addresses at which this machine listens on ``port``, as the kernel lists them."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            host, at = local.split(":")
            if state == "0A" and int(at, 16) == port:
                found.add(host)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list is Linux's")
def test_only_this_machine_reaches_the_server(server: Server) -> None:
    assert listening(server.port) == {"0100007F"}, "127.0.0.1 and nothing else"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://evil.example:443", "null", "http://127.0.0.1:1", ""]
)
def test_a_page_of_another_site_reaches_nothing(server: Server, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        server.open(Origin=origin)
    assert refused.value.response.status_code == 403
    for path in ("/healthz", "/_stcore/health", "/_stcore/host-config", "/"):
        status, headers, _ = server.get(path, Origin=origin)
        assert status == 403
        assert "access-control-allow-origin" not in headers
    assert {"visitor refused"} == {
        one["event"] for one in server.recorded() if one.get("reason") == "origin"
    }


def test_a_foreign_name_that_points_here_opens_no_page(server: Server) -> None:
    # DNS rebinding: the visitor's browser believes that this machine is the other site.
    for name in ("evil.example", "127.0.0.1.evil.example", "192.0.2.7"):
        with pytest.raises(InvalidStatus) as refused:
            server.open(name, Origin=f"http://{name}:{server.port}")
        assert refused.value.response.status_code == 403


def test_our_own_page_reaches_the_server(server: Server) -> None:
    with server.open(Origin=f"http://127.0.0.1:{server.port}") as connection:
        assert connection.subprotocol == "streamlit"


def test_uploads_need_the_token_of_our_own_page(server: Server) -> None:
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    link.request("PUT", "/_stcore/upload_file/session/file", body=b"x")
    assert link.getresponse().status == 403
    link.close()


# What


@pytest.mark.parametrize("path", ["/", "/browse", "/healthz", "/_stcore/health", "/nowhere"])
def test_every_answer_carries_the_headers_that_browsers_keep_to(server: Server, path: str) -> None:
    _, headers, _ = server.get(path)
    assert {name: headers.get(name.lower()) for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/static/../../../../pyproject.toml",
        "/static/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        "/app/static/../../pyproject.toml",
        "/component/any/..%2f..%2f..%2fpyproject.toml",
        "/media/..%2f..%2fpyproject.toml",
        "/pyproject.toml",
        "/app.py",
        "/.streamlit/config.toml",
        "/.streamlit/secrets.toml",
        "/.renkei/feedback.sqlite",
        "/seeds/",
        "//etc/passwd",
        "//evil.example/",
        "/\\evil.example/",
        "/\\..\\..\\pyproject.toml",
        "/%00",
    ],
)
def test_no_file_of_the_machine_is_served(server: Server, path: str) -> None:
    status, headers, body = server.get(path)
    # Streamlit answers unknown paths with its page, which then says that there is none.
    if status < 300:
        assert headers["content-type"].startswith("text/html")
        assert b'<div id="root">' in body
    # Nor is anybody sent on to another site.
    assert re.fullmatch(r"(/[\w.]+)*/?", headers.get("location", ""))
    for content in (b"root:", b"[project]", b"SQLite format", b"gatherUsageStats", b"import "):
        assert content not in body.split(b"<script", 1)[0]


def test_the_server_says_that_it_is_well(server: Server) -> None:
    status, _, body = server.get("/healthz")
    told = json.loads(body)
    assert status == 200
    assert told["server"] == "renkei"
    assert told["status"] == "ok"
    assert re.fullmatch(r"generation-[0-9a-f]{16}", told["generation"])


def test_a_server_that_cannot_answer_says_so_without_naming_folders(
    built_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(built_home, home)
    with started(home, tmp_path) as running:
        assert running.get("/healthz")[0] == 200
        for manifest in home.rglob("manifest.json"):
            manifest.write_text("{", "utf-8")
        status, _, body = running.get("/healthz")
    told = json.loads(body)
    assert (status, told["status"]) == (503, "unable")
    assert "索引が壊れています" in told["reason"]
    assert "renkei doctor" in told["reason"]
    assert str(tmp_path) not in body.decode()


# What is written down, and where the server turns to


def test_a_question_is_answered_and_written_down_nowhere(server: Server) -> None:
    assert ANSWER in server.ask(QUESTION)
    server.get(f"/?q={quote(QUESTION)}")
    events = server.recorded()
    (answered,) = [one for one in events if one["event"] == "question answered"]
    assert answered["kind"] == "attribute"
    for file in (server.output, server.events, *server.home.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            for form in (
                PRIVATE.encode(),
                quote(PRIVATE).encode(),
                json.dumps(PRIVATE)[1:-1].encode(),
            ):
                assert form not in content, file


def test_the_server_turns_to_nobody(server: Server) -> None:
    server.ask("除雪の協定は？")
    with pytest.raises(InvalidStatus):
        server.open(Origin="http://evil.example")
    turned_to = set(server.connections.read_text("utf-8").splitlines())
    # The port is tried before the server starts, and the address to listen at is looked up.
    own = {f"socket.connect ('127.0.0.1', {server.port})", "socket.getaddrinfo 127.0.0.1"}
    assert turned_to <= own, turned_to - own


def test_the_watch_on_connections_sees_one(tmp_path: Path) -> None:
    record = tmp_path / "connections"
    (tmp_path / "sitecustomize.py").write_text(WATCHED.format(record=str(record)), "utf-8")
    code = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert record.read_text("utf-8") == "socket.connect ('127.0.0.1', 9)\n"


# On a network


def hosts(told: Sequence[str]) -> set[str]:
    return {one.partition("=")[2] for one in told if one.startswith("--server.allowedHosts=")}


def test_the_page_answers_to_the_names_it_was_given_and_no_other() -> None:
    assert hosts(options("127.0.0.1", 8501)) == set(), "as .streamlit/config.toml says"
    own = {"127.0.0.1", "localhost", "::1"}
    assert hosts(options("192.0.2.7", 8501)) == own | {"192.0.2.7"}
    assert hosts(options(EVERYWHERE, 8501, "kyotei.city.example.jp")) == own | {
        "kyotei.city.example.jp"
    }
    assert hosts(options("127.0.0.1", 8501, "kyotei.city.example.jp")) == own | {
        "kyotei.city.example.jp"
    }


@pytest.mark.parametrize("host", [EVERYWHERE, "::"])
def test_listening_everywhere_needs_a_name(host: str) -> None:
    with pytest.raises(RequestError, match="--name kyotei"):
        options(host, 8501)


@pytest.mark.parametrize(
    "name", ["*", "", "http://x.example", "x.example:80", "x example", "-x", "x\n", "*.example"]
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="名前として使えません"):
        options(EVERYWHERE, 8501, name)


def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["app", "--no-browser", "--host", "all"]) == 1
    assert "--host「all」は IP アドレスではありません" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7", "::1%nowhere"])
def test_an_address_of_another_machine_is_refused(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["app", "--no-browser", "--host", host]) == 1
    err = capsys.readouterr().err
    assert f"--host「{host}」で待ち受けられません" in err
    assert "このサーバーの IP アドレスを指定してください" in err


def test_a_port_for_administrators_is_refused_with_one_for_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def bind(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", bind)
    assert cli.main(["app", "--no-browser", "--port", "80"]) == 1
    assert "ポート 80 で待ち受ける権限がありません" in capsys.readouterr().err


def test_who_opens_the_page_to_a_network_is_told_what_that_means(
    built_home: Path, tmp_path: Path
) -> None:
    name = "kyotei.city.example.jp"
    with started(built_home, tmp_path, "--host", EVERYWHERE, "--name", name) as running:
        told = running.output.read_text("utf-8")
        assert "ネットワークのほかの機械からもこの画面を開けます" in told
        assert "docs/operations.md" in told
        with running.open(name, Origin=f"http://{name}:{running.port}"):
            pass
        with pytest.raises(InvalidStatus):
            running.open("evil.example", Origin=f"http://evil.example:{running.port}")


def test_a_second_page_on_the_same_port_is_pointed_to_the_first(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["app", "--no-browser", "--port", str(server.port)]) == 1
    err = capsys.readouterr().err
    assert f"この画面はもう動いています。http://127.0.0.1:{server.port}" in err
