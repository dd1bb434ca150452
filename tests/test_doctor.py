"""`renkei doctor`: each thing that can be amiss is found, and the line says what to do."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import metadata
from pathlib import Path

import pytest

from assistant import cli
from assistant.operation import feedback, health, launching, logs
from assistant.operation.installed import damaged_files, locked_versions, needed_packages
from assistant.places import PROJECT

SEEDS = PROJECT / "seeds"
needs_permissions = pytest.mark.skipif(
    os.name != "posix", reason="only POSIX systems have permissions of this kind"
)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a record nor sign-in is set up on the machine that runs the tests."""
    monkeypatch.delenv(logs.TARGET, raising=False)
    monkeypatch.delenv(logs.QUESTIONS, raising=False)
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(tmp_path / "none.toml"))


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def found(seeds: Path, home: Path, port: int) -> dict[str, health.Finding]:
    return {finding.check: finding for finding in health.examine(seeds, home, port)}


# As it should be


def test_a_good_installation_is_well_in_every_point(built_home: Path, free_port: int) -> None:
    findings = found(SEEDS, built_home, free_port)
    assert {check: one.level for check, one in findings.items() if one.level != "ok"} == {}
    assert list(findings) == [
        "python", "packages", "engines", "dictionary", "vectors", "documents", "index", "port",
        "disk", "home", "feedback", "log", "sign-in",
    ]  # fmt: skip
    assert "sha256 一致" in findings["vectors"].text
    assert "空いています" in findings["port"].text


def test_the_command_prints_a_line_a_finding_and_succeeds(
    built_home: Path, free_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--home", str(built_home), "--port", str(free_port)]
    assert cli.main(["doctor", *where]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    assert all(line.startswith("良好  ") for line in lines)
    assert cli.main(["doctor", "--json", *where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert [set(one) for one in told["findings"]] == [{"check", "name", "level", "text"}] * 13


# The index and the documents


def test_a_missing_index_is_an_error_with_the_command_that_makes_it(
    tmp_path: Path, free_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--home", str(tmp_path / "nowhere"), "--port", str(free_port)]
    assert cli.main(["doctor", *where]) == 1
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("異常")]
    assert "renkei index" in line
    assert not (tmp_path / "nowhere").exists(), "looking changes nothing"


def test_a_damaged_index_is_an_error(built_home: Path, tmp_path: Path, free_port: int) -> None:
    home = tmp_path / "home"
    shutil.copytree(built_home, home)
    largest = max((f for f in home.rglob("*") if f.is_file()), key=lambda f: f.stat().st_size)
    with largest.open("r+b") as file:
        file.seek(100)
        byte = file.read(1)
        file.seek(100)
        file.write(bytes([byte[0] ^ 1]))
    finding = found(SEEDS, home, free_port)["index"]
    assert finding.level == "error"
    assert largest.name in finding.text
    assert "renkei index" in finding.text


def test_an_edited_document_is_an_error_that_names_it(
    built_home: Path, tmp_path: Path, free_port: int
) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    edited = next(file for file in sorted(seeds.iterdir()) if file.suffix == ".txt")
    edited.write_bytes(edited.read_bytes() + b"x")
    findings = found(seeds, built_home, free_port)
    assert findings["documents"].level == "error"
    assert edited.name in findings["documents"].text


# Packages


def test_an_old_python_is_an_error_with_the_version_to_have() -> None:
    assert health.python((3, 11, 0)) == ("ok", "3.11.0")
    level, text = health.python((3, 10, 14))
    assert level == "error"
    assert "3.11 以上" in text


def test_packages_of_another_version_than_locked_are_named(tmp_path: Path) -> None:
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    other = tmp_path / "requirements.lock"
    streamlit = metadata.version("streamlit")
    other.write_text(lock.replace(f"streamlit=={streamlit}", "streamlit==0.1"), "utf-8")
    level, text = health.packages(other)
    assert level == "warning"
    assert f"streamlit {streamlit}（正しくは 0.1）" in text
    assert health.packages(tmp_path / "missing")[0] == "warning"


def test_a_package_that_is_not_installed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        health, "installed_version", lambda name: None if name == "tantivy" else "1"
    )
    level, text = health.packages()
    assert level == "error"
    assert text.startswith("tantivy がありません。「make run」")


def test_a_lock_is_read_with_its_hashes_and_markers() -> None:
    lock = (
        "# written by: make lock\n"
        "Some_Package==1.2 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01==\n"
        'colorama==0.4 ; sys_platform == "win32" \\\n    --hash=sha256:02\n'
        "plain==3\n"
    )
    assert locked_versions(lock) == {"some-package": "1.2", "colorama": "0.4", "plain": "3"}


def test_needed_packages_include_what_they_need_themselves() -> None:
    needed = needed_packages("renkei")
    assert {"streamlit", "torch", "pandas", "markupsafe"} <= needed
    assert "pytest" not in needed
    assert "pytest" in needed_packages("renkei", frozenset({"dev"}))


@contextmanager
def package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A made-up installed package of one file; gives the file."""
    content = b"words\n"
    digest = hashlib.sha256(content).digest()
    from base64 import urlsafe_b64encode

    (folder / "made_up").mkdir(parents=True)
    (folder / "made_up" / "data.bin").write_bytes(content)
    info = folder / "made_up-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-up\nVersion: 1\n", "utf-8")
    text = urlsafe_b64encode(digest).rstrip(b"=").decode()
    (info / "RECORD").write_text(
        f"made_up/data.bin,sha256={text},{len(content)}\nmade_up-1.dist-info/RECORD,,\n", "utf-8"
    )
    monkeypatch.syspath_prepend(str(folder))
    yield folder / "made_up" / "data.bin"


def test_a_changed_or_missing_file_of_a_package_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with package(tmp_path, monkeypatch) as file:
        assert damaged_files("made-up") == []
        file.write_bytes(b"wordz\n")
        assert damaged_files("made-up") == ["made_up/data.bin"]
        file.unlink()
        assert damaged_files("made-up") == ["made_up/data.bin"]


@pytest.mark.parametrize(
    ("check", "name"),
    [(health.dictionary, "unidic-lite"), (health.word_vectors, "ja-ginza")],
)
def test_a_damaged_dictionary_or_model_is_an_error(
    monkeypatch: pytest.MonkeyPatch, check: object, name: str
) -> None:
    monkeypatch.setattr(
        health, "damaged_files", lambda package: [f"{name}/x.bin"] if package != "" else []
    )
    assert callable(check)
    level, text = check()
    assert level == "error"
    assert f"{name}/x.bin が壊れています" in text
    assert "make run" in text


def test_a_package_that_does_not_load_is_said_before_anything_else(
    tmp_path: Path, built_home: Path
) -> None:
    # A package of the same name that stands first on the path and can't be imported.
    (tmp_path / "faiss.py").write_text("raise ImportError('DLL load failed')", "utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}",
        "RENKEI_HOME": str(built_home),
    }
    told = subprocess.run(
        [sys.executable, "-m", "assistant", "doctor"],
        capture_output=True, text=True, encoding="utf-8", env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert told.returncode == 1
    lines = told.stdout.splitlines()
    assert any(line.startswith("異常  検索エンジン: 読み込めません") for line in lines), told
    assert any(line.startswith("良好  辞書") for line in lines), "what works is still looked at"
    assert "Traceback" not in told.stdout + told.stderr


# The machine


def test_a_full_disk_is_an_error_and_a_nearly_full_one_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, level in ((50_000_000, "error"), (300_000_000, "warning"), (2 * 10**9, "ok")):
        usage = type("usage", (), {"free": free})
        monkeypatch.setattr(health.shutil, "disk_usage", lambda _, usage=usage: usage)
        assert health.disk_space(tmp_path)[0] == level


def test_a_folder_that_cannot_be_written_to_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(health.tempfile, "TemporaryFile", refused)
    level, text = health.home_folder(tmp_path)
    assert level == "error"
    assert str(tmp_path) in text
    assert "RENKEI_HOME" in text


@needs_permissions
def test_a_folder_that_others_may_write_to_is_a_warning(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    level, text = health.home_folder(tmp_path)
    assert level == "warning"
    assert "chmod go-w" in text


def test_a_port_that_another_program_uses_is_an_error(free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        level, text = health.page_port(free_port)
    assert level == "error"
    assert f"renkei app --port {free_port + 1}" in text


@contextmanager
def web_server(port: int, status: int, body: bytes) -> Iterator[None]:
    """Something that answers everything with ``body``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the test's standard error."""

    server = HTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "level", "text"),
    [
        (200, b'{"server": "renkei", "status": "ok"}', "ok", "画面が動いています"),
        (
            503,
            '{"server": "renkei", "status": "unable", "reason": "索引が古く"}'.encode(),
            "error",
            "索引が古く",
        ),
        (200, b'{"status": "ok"}', "error", "ほかのプログラム"),
        (200, b"<html>", "error", "ほかのプログラム"),
        (200, b'["renkei"]', "error", "ほかのプログラム"),
        (200, b'{"server": "renkei", ' + b" " * 20_000, "error", "ほかのプログラム"),
    ],
)
def test_what_answers_at_the_port_is_told_apart(
    free_port: int, status: int, body: bytes, level: str, text: str
) -> None:
    with web_server(free_port, status, body):
        found_level, found_text = health.page_port(free_port)
    assert found_level == level
    assert text in found_text


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 9_999,
    ],
)
def test_a_program_that_speaks_otherwise_at_the_port_is_another_program(
    free_port: int, said: bytes
) -> None:
    with socket_server(free_port, said):
        level, text = health.page_port(free_port)
    assert (level, "ほかのプログラム" in text) == ("error", True)


def test_an_answer_without_an_end_is_not_waited_for(
    free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "_PATIENCE", 0.2)
    began = time.monotonic()
    with socket_server(free_port, b"HTTP/1.1 200 OK\r\n\r\n", every=0.05):
        assert launching.ask_server("127.0.0.1", free_port) is None
    assert time.monotonic() - began < 5


def test_another_server_does_not_send_us_elsewhere(free_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.1)
        place = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/"
        with socket_server(free_port, f"HTTP/1.1 302 Found\r\nLocation: {place}\r\n\r\n".encode()):
            assert health.page_port(free_port)[0] == "error"
        with pytest.raises(TimeoutError):
            elsewhere.accept()


@contextmanager
def socket_server(port: int, said: bytes, *, every: float | None = None) -> Iterator[None]:
    """Something that says ``said`` to whoever comes, and then a space each ``every`` seconds."""
    over = threading.Event()

    def talk(server: socket.socket) -> None:
        while not over.is_set():
            visitor, _ = server.accept()
            # Whoever comes may have gone.
            with visitor, suppress(OSError):
                visitor.sendall(said)
                while every and not over.wait(every):
                    visitor.sendall(b" ")

    with socket.create_server(("127.0.0.1", port)) as server:
        thread = threading.Thread(target=talk, args=(server,))
        thread.start()
        yield
        over.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
        thread.join()


@pytest.mark.parametrize("port", ["0", "-1", "65536", "99999", "http"])
@pytest.mark.parametrize("command", ["doctor", "app"])
def test_a_number_that_no_port_has_is_wrong_usage(
    command: str, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([command, "--port", port])
    assert stopped.value.code == 2
    assert f"--port に '{port}' は使えません" in capsys.readouterr().err


def test_the_last_port_of_all_is_not_followed_by_another() -> None:
    assert (launching.another(8501), launching.another(65_535)) == (8502, 65_534)


# What is kept


@needs_permissions
def test_opinions_that_others_can_read_are_an_error(tmp_path: Path) -> None:
    opinion = feedback.Feedback("2026-11-21T01:02:03+00:00", "good", "q", "count", "a", "", "g")
    assert health.feedback_file(tmp_path) == ("ok", "まだありません")
    feedback.keep(tmp_path, opinion)
    assert health.feedback_file(tmp_path) == ("ok", "1 件、持ち主だけが読めます")
    (tmp_path / feedback.FILE).chmod(0o644)
    level, text = health.feedback_file(tmp_path)
    assert level == "error"
    assert "chmod 600" in text


def test_a_file_of_opinions_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / feedback.FILE
    path.write_bytes(b"not a database" * 100)
    path.chmod(0o600)
    level, text = health.feedback_file(tmp_path)
    assert level == "error"
    assert str(path) in text
    path.unlink()
    sqlite3.connect(path).close()
    path.chmod(0o600)
    assert health.feedback_file(tmp_path)[0] == "error", "a database without the table"


def test_a_record_with_questions_is_a_warning_and_one_that_fails_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(logs.TARGET, str(tmp_path / "events.jsonl"))
    level, text = health.log_file()
    assert (level, "質問と回答の文は残しません" in text) == ("ok", True)
    monkeypatch.setenv(logs.QUESTIONS, "1")
    level, text = health.log_file()
    assert level == "warning"
    assert "RENKEI_LOG_QUESTIONS を外してください" in text
    monkeypatch.setenv(logs.TARGET, str(tmp_path))
    assert health.log_file()[0] == "error"


@needs_permissions
@needs_permissions
def test_a_record_that_others_can_read_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "events.jsonl"
    record.touch(0o644)
    monkeypatch.setenv(logs.TARGET, str(record))
    level, text = health.log_file()
    assert (level, f"chmod 600 {record}" in text) == ("warning", True)
    record.chmod(0o600)
    assert health.log_file()[0] == "ok"


def test_settings_of_signing_in_are_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    auth = (
        '[auth]\nredirect_uri = "https://x.example.jp/oauth2callback"\n'
        'cookie_secret = "0123456789abcdef0123456789abcdef"\nclient_id = "a"\n'
        'client_secret = "hidden-secret"\nserver_metadata_url = "https://x.example.jp/m"\n'
    )
    file.write_text(auth, "utf-8")
    file.chmod(0o600)
    level, text = health.sign_in([file])
    assert level == "error"
    assert "許可する人が一人も" in text
    file.write_text(auth + '[access]\ndomains = ["city.example.jp"]\n', "utf-8")
    assert health.sign_in([file]) == ("ok", "必要です（許可: アドレス 0 件、ドメイン 1 件）")
    file.chmod(0o640)
    level, text = health.sign_in([file])
    assert level == "error"
    assert f"chmod 600 {file}" in text
    assert "hidden-secret" not in text


@needs_permissions
def test_a_place_that_cannot_be_looked_at_stops_one_check_and_no_other(
    free_port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    really = Path.stat

    def stat_of(path: Path, **options: bool) -> os.stat_result:
        # As the system does for whoever isn't the administrator.
        if path.is_relative_to(closed):
            raise PermissionError(13, "Permission denied", str(path))
        return really(path, **options)

    monkeypatch.setattr(Path, "stat", stat_of)
    for home in (closed / "home", tmp_path / ("a" * 300)):
        findings = found(SEEDS, home, free_port)
        assert len(findings) == 13
        assert findings["feedback"].level == "error"
        assert "調べられません" in findings["feedback"].text
        assert findings["documents"].level == "ok"


def test_a_working_folder_that_is_gone_is_no_incident(
    free_port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def gone() -> str:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.delenv("STREAMLIT_SECRETS_FILES")
    monkeypatch.setattr(os, "getcwd", gone)
    assert found(SEEDS, Path("home"), free_port)["sign-in"].level == "error"


def test_looking_leaves_no_record_behind_and_tells_of_one_that_cannot_be_written(
    built_home: Path,
    free_port: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    where = ["doctor", "--home", str(built_home), "--port", str(free_port)]
    monkeypatch.setenv(logs.TARGET, str(tmp_path / "new" / "events.jsonl"))
    assert cli.main(where) == 0
    assert "events.jsonl に書きます" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()
    monkeypatch.setenv(logs.TARGET, str(tmp_path))
    assert cli.main(where) == 1
    told = capsys.readouterr().out
    assert "異常  記録（RENKEI_LOG）" in told
    assert "良好  文書" in told


def test_every_finding_is_one_line_even_where_an_error_has_several(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "documents", lambda _: ("error", "一行目\n二行目"))
    finding = found(SEEDS, tmp_path, free_port)["documents"]
    assert health.as_line(finding) == "異常  文書: 一行目 二行目"
