"""Is this installation well? Each thing that answering needs is looked at on its own.

``renkei doctor`` shows every finding; the server's ``/healthz`` asks :func:`unable`, which looks at
the cheap ones. What could itself be broken is imported by the check that looks at it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from assistant.operation import access, launching, logs
from assistant.operation.installed import (
    damaged_files,
    installed_version,
    locked_versions,
    needed_packages,
)
from assistant.places import PROJECT
from index.errors import (
    IndexDamagedError,
    IndexMissingError,
    IndexStaleError,
    RenkeiError,
    SeedError,
)

Level = Literal["ok", "warning", "error"]
LEVELS: Mapping[Level, str] = {"ok": "良好", "warning": "注意", "error": "異常"}
OLDEST_PYTHON = (3, 11)
LOCK = "requirements.lock"
# Bytes: a build writes the new index beside the present one and the one before (22 MB each).
_TIGHT, _SCARCE = 100_000_000, 500_000_000
_OTHERS_READ = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_REINSTALL = "「make run」か「python .ci/install.py」で入れ直してください。"
# What a package raises that is missing, half installed or lacks a library of the system.
_BROKEN = (ImportError, OSError, RuntimeError, ValueError)
# What visitors may know: the errors' own messages name folders.
_REASONS: Mapping[type[RenkeiError], str] = {
    IndexMissingError: "索引がまだありません。",
    IndexStaleError: "索引が古くなっています。",
    IndexDamagedError: "索引が壊れています。",
    SeedError: "文書を読めません。",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        check: its key, for programs.
        name: its Japanese name.
        level: whether it is well.
        text: what was found and, unless it is well, what to do; one line.
    """

    check: str
    name: str
    level: Level
    text: str


def examine(seeds: Path, home: Path, port: int) -> list[Finding]:
    """Look at everything, from Python to the port that the page would use.

    Args:
        seeds: the folder of the documents.
        home: the folder of the index.
        port: where ``renkei app`` would listen on this machine.
    """
    checks: list[tuple[str, str, Callable[[], tuple[Level, str]]]] = [
        ("python", "Python", python),
        ("packages", "パッケージの版", packages),
        ("engines", "検索エンジン", engines),
        ("dictionary", "辞書", dictionary),
        ("vectors", "単語ベクトル", word_vectors),
        ("documents", "文書", lambda: documents(seeds)),
        ("index", "索引", lambda: index_state(seeds, home)),
        ("port", f"ポート {port}", lambda: page_port(port)),
        ("disk", "空き容量", lambda: disk_space(home)),
        ("home", "索引のフォルダー", lambda: home_folder(home)),
        ("feedback", "ご意見のファイル", lambda: feedback_file(home)),
        ("log", f"記録（{logs.TARGET}）", log_file),
        ("sign-in", "サインイン", lambda: sign_in(access.secret_files())),
    ]
    return [Finding(check, name, *_looked_at(look)) for check, name, look in checks]


def _looked_at(look: Callable[[], tuple[Level, str]]) -> tuple[Level, str]:
    try:
        level, text = look()
    except OSError as error:
        # A folder that is closed to us or a name that is too long stops this check and no other.
        where = f"{error.filename}: " if error.filename else ""
        level, text = (
            "error",
            (f"調べられません（{where}{error.strerror or error}）。場所と権限を確かめてください。"),
        )
    return level, " ".join(text.split("\n"))


def unable(seeds: Path, home: Path) -> str:
    """Why questions can't be answered now, in Japanese and without names of folders; else empty.

    Compares the index with documents and rules, but doesn't read its larger files: about 10 ms.
    """
    from index.opened import check_current
    from index.store import current_generation, read_manifest

    try:
        check_current(read_manifest(current_generation(home)), seeds)
    except RenkeiError as error:
        reason = next((text for kind, text in _REASONS.items() if isinstance(error, kind)), "")
        return f"{reason}サーバーで「renkei doctor」を実行すると、直し方が分かります。"
    return ""


def as_values(findings: Sequence[Finding]) -> dict[str, object]:
    """The findings for JSON."""
    return {"ok": is_well(findings), "findings": [asdict(finding) for finding in findings]}


def as_line(finding: Finding) -> str:
    """A finding for the terminal."""
    return f"{LEVELS[finding.level]}  {finding.name}: {finding.text}"


def is_well(findings: Sequence[Finding]) -> bool:
    """Whether nothing stands in the way of answering."""
    return all(found.level != "error" for found in findings)


# Each check says how it is and, in one sentence, what was found and what to do.


def python(found: Sequence[int] = sys.version_info[:3]) -> tuple[Level, str]:
    """Python's version."""
    version = ".".join(map(str, found))
    if tuple(found[:2]) < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return "error", f"{version} は古すぎます。{oldest} 以上を入れてください。"
    return "ok", version


def packages(lock: Path = PROJECT / LOCK, package: str = "renkei") -> tuple[Level, str]:
    """Whether the packages that ``package`` needs are there, in the versions of ``lock``."""
    try:
        locked = locked_versions(lock.read_text(encoding="utf-8"))
        versions = {name: installed_version(name) for name in needed_packages(package)}
    except (OSError, ImportError) as error:
        return "warning", f"{LOCK} と比べられません（{error}）。{_REINSTALL}"
    missing = sorted(name for name, version in versions.items() if version is None)
    if missing:
        return "error", f"{'、'.join(missing)} がありません。{_REINSTALL}"
    other = [
        f"{name} {version}（正しくは {locked.get(name, 'なし')}）"
        for name, version in sorted(versions.items())
        if version != locked.get(name)
    ]
    if other:
        return "warning", f"{LOCK} と違うものがあります: {'、'.join(other)}。{_REINSTALL}"
    return "ok", f"{len(versions)} 個すべて {LOCK} のとおりです"


def engines() -> tuple[Level, str]:
    """Whether the search engines load: on Windows they need libraries of the system."""
    try:
        from index.keywords import KeywordIndex
        from index.vectors import VectorIndex
    except _BROKEN as error:
        return "error", f"読み込めません（{error}）。{_REINSTALL}"
    return "ok", f"{KeywordIndex.__name__} と {VectorIndex.__name__} を読み込めました"


def dictionary() -> tuple[Level, str]:
    """Whether Japanese text can be cut into words."""
    try:
        from index.tokens import dictionary_version, terms

        damaged = damaged_files("unidic-lite")
        versions, cut = dictionary_version(), terms("協定を結んだ")
    except _BROKEN as error:
        return "error", f"辞書を読めません（{error}）。{_REINSTALL}"
    if damaged:
        return "error", f"{damaged[0]} が壊れています。{_REINSTALL}"
    if cut != ["協定", "結ぶ"]:
        return "error", f"{versions} で文を正しく分けられません。{_REINSTALL}"
    return "ok", f"{versions}（sha256 一致）"


def word_vectors() -> tuple[Level, str]:
    """Whether the embedded model's word vectors are whole."""
    try:
        from index.word_vectors import PACKAGE, fingerprint

        versions, damaged = fingerprint(), damaged_files(PACKAGE)
    except RenkeiError as error:
        return "error", str(error)
    except _BROKEN as error:
        return "error", f"単語ベクトルを読めません（{error}）。{_REINSTALL}"
    if damaged:
        return "error", f"{damaged[0]} が壊れています。{_REINSTALL}"
    return "ok", f"{versions}（sha256 一致）"


def documents(seeds: Path) -> tuple[Level, str]:
    """Whether the documents are the declared ones."""
    from index.seeds import read_sources

    try:
        found = read_sources(seeds)
    except RenkeiError as error:
        return "error", str(error)
    return "ok", f"{len(found)} つの文書が記録どおりです（sha256 一致、{seeds}）"


def index_state(seeds: Path, home: Path) -> tuple[Level, str]:
    """Whether there is an index, whole and of the present documents, rules and model."""
    try:
        from index.opened import open_index

        opened = open_index(home, seeds)
        # Compares the model with the one that the index was built with; may load it.
        embedder = opened.embedder
    except RenkeiError as error:
        return "error", str(error)
    except _BROKEN as error:
        return "error", f"索引を開けません（{error}）。{_REINSTALL}"
    manifest = opened.manifest
    megabytes = sum(size for size, _ in manifest.files.values()) / 1e6
    return "ok", (
        f"{len(opened.records):,} 件、{megabytes:.0f} MB、モデル {manifest.model}"
        f"（{embedder.dimension} 次元）、世代 {opened.generation}"
    )


def page_port(port: int) -> tuple[Level, str]:
    """Whether the page's port is free, or our own server answers there, and is well."""
    if not launching.answers(launching.HOST, port):
        return "ok", "空いています（画面は動いていません）"
    told = launching.ask_server(launching.HOST, port)
    if told is None:
        return "error", (
            "ほかのプログラムが使っています。"
            f"「renkei app --port {launching.another(port)}」のように別の番号を指定してください。"
        )
    if told.get("status") != "ok":
        return "error", f"画面は動いていますが、{told.get('reason')}"
    return "ok", f"画面が動いています（{launching.address(launching.HOST, port)}）"


def disk_space(home: Path) -> tuple[Level, str]:
    """Whether an index can be built anew beside the present one."""
    folder = _existing(home)
    free = shutil.disk_usage(folder).free
    text = f"残り {free / 1e9:,.1f} GB"
    if free < _SCARCE:
        level: Level = "error" if free < _TIGHT else "warning"
        return level, f"{text} しかありません（{folder}）。不要なファイルを消してください。"
    return "ok", text


def home_folder(home: Path) -> tuple[Level, str]:
    """Whether the index's folder can be written to, by nobody else."""
    folder = _existing(home)
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
    except OSError as error:
        return "error", (
            f"{folder} に書き込めません（{error.strerror}）。権限を直すか、"
            "環境変数 RENKEI_HOME で別のフォルダーを指定してください。"
        )
    if _mode(folder) & _OTHERS_WRITE:
        return "warning", (
            f"{folder} にはほかの利用者も書き込めます。「chmod go-w {folder}」を実行してください。"
        )
    return "ok", f"書き込めます（{folder}）"


def feedback_file(home: Path) -> tuple[Level, str]:
    """Whether the opinions are whole and for their owner alone."""
    try:
        from assistant.operation.feedback import FILE
    except _BROKEN as error:
        return "error", f"読み込めません（{error}）。{_REINSTALL}"
    path = home / FILE
    if not path.exists():
        return "ok", "まだありません"
    if _mode(path) & _OTHERS_READ:
        return "error", f"ほかの利用者も読めます。「chmod 600 {path}」を実行してください。"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            (state,) = database.execute("pragma quick_check").fetchone()
            (entries,) = database.execute("select count(*) from feedback").fetchone()
    except sqlite3.Error as error:
        state = str(error)
    if state != "ok":
        return "error", (
            f"壊れています（{state}）。{path} を別の場所に移してください。"
            "新しいものが自動で作られます。"
        )
    return "ok", f"{entries:,} 件、持ち主だけが読めます"


def log_file() -> tuple[Level, str]:
    """Where events are recorded, and whether questions are."""
    try:
        where = logs.describe()
    except RenkeiError as error:
        return "error", str(error)
    kept = logs.file()
    if kept and kept.is_file() and _mode(kept) & _OTHERS_READ:
        # Made by somebody else: those that are made here are the owner's alone.
        return "warning", (
            f"{kept} をほかの利用者も読めます。「chmod 600 {kept}」を実行してください。"
        )
    if logs.with_questions():
        return "warning", (
            f"{where}。質問と回答の文も残ります。調べ終わったら {logs.QUESTIONS} を外してください。"
        )
    return "ok", f"{where}。質問と回答の文は残しません"


def sign_in(files: Sequence[Path]) -> tuple[Level, str]:
    """Whether visitors must sign in, and whether they can."""
    try:
        policy = access.read_policy(files)
    except RenkeiError as error:
        return "error", str(error)
    if policy is None:
        return "ok", "使っていません（設定がありません）"
    if installed_version("authlib") is None:
        return "error", access.NO_AUTHLIB
    if policy.is_empty:
        return "error", access.NOBODY
    for file in files:
        if file.exists() and _mode(file) & _OTHERS_READ:
            return "error", (
                f"{file} をほかの利用者も読めます。「chmod 600 {file}」を実行してください。"
            )
    allowed = f"アドレス {len(policy.addresses)} 件、ドメイン {len(policy.domains)} 件"
    return "ok", f"必要です（許可: {allowed}）"


def _existing(folder: Path) -> Path:
    """``folder``, or the nearest folder above it that exists."""
    whole = folder.absolute()
    return next((place for place in (whole, *whole.parents) if place.is_dir()), Path(whole.anchor))


def _mode(path: Path) -> int:
    """Permissions of ``path``; 0 on systems without POSIX's, whose bits mean nothing."""
    return stat.S_IMODE(path.stat().st_mode) if os.name == "posix" else 0
