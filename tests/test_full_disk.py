"""Nowhere to write: a full disk, a folder that may only be read; and nothing is unpickled."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hostile import (
    digests,
    make_quick,
    refusal,
)
from index_fixtures import (
    nothing,
    offline_environment,
    small_corpus,
)

from index import build, keywords, store
from index.build import build_index
from index.errors import RenkeiError

unix_only = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs the files of a Unix")


@pytest.fixture(autouse=True)
def _builds_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_quick(monkeypatch)


# Nowhere to write


def limited(folder: Path, home: Path, size: int) -> subprocess.CompletedProcess[str]:
    """A build in a process that may write no file larger than ``size`` bytes."""
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from index.build import build_index; from index.errors import RenkeiError\n"
        "from index_fixtures import leave_out_what_takes_time, nothing\n"
        "leave_out_what_takes_time()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))\n"
        "try:\n"
        "    build_index(Path(sys.argv[1]), Path(sys.argv[2]), report=nothing)\n"
        "except RenkeiError as error:\n"
        "    sys.exit(str(error))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program, str(folder), str(home), str(size)],
        env=offline_environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@unix_only
def test_a_disk_without_room_for_any_of_the_files_is_told_and_the_old_index_stays(
    tmp_path: Path,
) -> None:
    corpus = small_corpus(tmp_path / "seeds")
    build_index(corpus, tmp_path / "home", report=nothing)
    before = digests(tmp_path / "home")
    path = corpus / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("協定書", "協定", 1), encoding="utf-8")
    # Word vectors, the keyword index' many small files, the large JSON files: each is the first
    # that has no room, at one of these sizes.
    for size in (0, 1_000, 5_000, 20_000, 60_000, 200_000):
        done = limited(corpus, tmp_path / "home", size)
        assert done.returncode == 1, done.stderr
        assert done.stderr.startswith("索引を書き込めません"), done.stderr
        assert "空き容量" in done.stderr
        assert "File too large" in done.stderr
    after = digests(tmp_path / "home")
    assert after == before
    assert limited(corpus, tmp_path / "home", 50_000_000).returncode == 0


def test_what_the_keyword_index_cannot_write_is_an_error_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise ValueError("An IO error occurred: 'No space left on device (os error 28)'")

    monkeypatch.setattr(keywords.tantivy, "Index", full)
    with pytest.raises(RenkeiError, match=r"No space left.*空き容量.*確かめてください"):
        build_index(small_corpus(tmp_path / "seeds"), tmp_path / "home", report=nothing)


@pytest.mark.parametrize(
    ("number", "name"), [(13, "Permission denied"), (30, "Read-only file system")]
)
def test_a_folder_that_may_only_be_read_is_told(
    folder: Path, quick_home: Path, monkeypatch: pytest.MonkeyPatch, number: int, name: str
) -> None:
    make = Path.mkdir

    def refuse(self: Path, *arguments: Any, **options: Any) -> None:
        if self.name.startswith("generation-"):
            raise OSError(number, name)
        make(self, *arguments, **options)

    # An administrator may write everywhere.
    monkeypatch.setattr(store.Path, "mkdir", refuse)
    message = refusal(folder, quick_home, RenkeiError)
    assert name in message
    assert "書き込み権限" in message
    assert "以前の索引は元のまま" in message


# Nothing is unpickled


def test_no_array_is_read_or_written_with_pickles() -> None:
    calls = []
    root = Path(build.__file__).parents[1]
    folders = ("index", "assistant", "benchmarks")
    for path in sorted(path for folder in folders for path in (root / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(?:torch\.load|read_pickle|to_pickle|yaml\.load)\b", text), path
        calls += re.findall(r"\bnp\.(?:load|save|savez)\([^()]*(?:\([^()]*\)[^()]*)*\)", text)
    assert len(calls) >= 4
    assert [call for call in calls if "allow_pickle=False" not in call] == []
