"""The lock, and the installer that takes nothing but what the lock lists."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / ".ci"))

import installed  # noqa: E402 (the path above)
import lock as locking  # noqa: E402
from lockfile import LockError, pins_of, read_lock  # noqa: E402


@pytest.fixture(scope="module")
def pins():
    return read_lock()


# The lock


def test_the_lock_holds_every_package_that_the_metadata_asks_for(pins):
    found, missing = installed.members(
        {name: needed for name, needed in installed.required_sets().items() if name != "bench"}
    )
    assert missing == set()
    assert set(found) - {pin.name for pin in pins} == set()
    # Not empty walks: what each set asks for in the second place, too.
    assert found["spacy"] == found["tokenizers"] == "run"
    assert found["pip"] == "install"
    assert found["pytest"] == found["pluggy"] == "dev"
    assert found["cyclonedx-python-lib"] == "audit"


def test_every_pin_has_an_exact_version_and_hashes_and_no_address(pins):
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(pins) == len({pin.name for pin in pins}) > 100
    assert all(pin.hashes and "*" not in pin.version for pin in pins)
    assert "://" not in text
    assert "--index-url" not in text


def test_the_lock_serves_all_systems(pins):
    markers = {pin.name: pin.marker for pin in pins}
    assert markers["colorama"] == "sys_platform == 'win32'"
    [numpy] = pins_of({"numpy"}, pins)
    # Four systems, four Pythons: fewer files than that can't be all of them.
    assert len(numpy.hashes) > 16


def test_the_cpu_builds_of_torch_are_in_the_lock_beside_the_public_ones(pins):
    [torch] = pins_of({"torch"}, pins)
    cpu = "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b"
    assert cpu in torch.hashes
    assert len(torch.hashes) > 8 + 16


def test_a_pin_without_a_hash_or_version_is_an_error_that_names_it(tmp_path):
    for entry in ("good==1 \\\n    --hash=sha256:" + "a" * 64 + "\nbare==2\n", "loose>=1\n"):
        lock = tmp_path / "lock"
        lock.write_text(entry, encoding="utf-8")
        with pytest.raises(LockError, match=r"bare==2|loose>=1"):
            read_lock(lock)


def test_a_listed_cpu_build_of_another_version_stops_the_lock():
    lock = f"torch==2.14.0 \\\n    --hash=sha256:{'a' * 64}\n"
    old = {"file": "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl", "sha256": "b" * 64}
    with pytest.raises(LockError, match=r"torch==2\.13\.0"):
        locking.with_more_hashes(lock, [old])
    new = {"file": "torch-2.14.0+cpu-cp311-cp311-linux_x86_64.whl", "sha256": "b" * 64}
    more = f"torch==2.14.0 \\\n    --hash=sha256:{'b' * 64} \\\n    --hash=sha256:{'a' * 64}\n"
    assert locking.with_more_hashes(lock, [new]) == more
    assert locking.with_more_hashes(more, [new]) == more


# Installing


def wheel(folder: Path, name: str, label: str, requires: str = "") -> Path:
    """A package of one empty module, as a wheel."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{label}-py3-none-any.whl"
    info = f"{name}-{label}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {label}\n{requires}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def collected(tmp_path: Path, hashes: dict[str, str], *options: str, index: Path | None = None):
    """What the installer takes for a project that needs these packages (name==version: digest)."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / ".ci", project / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    # pip of this version is here already, so this one is collected and never installed.
    pip = wheel(tmp_path / "files", "pip", version("pip"))
    entries = {f"pip=={version('pip')}": digest(pip)} | hashes
    lock = "".join(f"{pin} \\\n    --hash=sha256:{value}\n" for pin, value in entries.items())
    (project / "requirements.lock").write_text(lock, encoding="utf-8")
    needed = [pin.partition("==")[0] for pin in hashes if not pin.startswith("inner")]
    (project / "pyproject.toml").write_text(
        f"[build-system]\nrequires = []\n[project]\ndependencies = {needed}\n"
        "[project.optional-dependencies]\n",
        encoding="utf-8",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    source = {"PIP_INDEX_URL": index.as_uri()} if index else {"PIP_NO_INDEX": "1"}
    done = subprocess.run(
        [sys.executable, ".ci/install.py", "--download", "taken", *options],
        cwd=project,
        env=kept
        | source
        | {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": str(tmp_path / "files")},
        capture_output=True,
        text=True,
        check=False,
    )
    taken = {path.name for path in (project / "taken").glob("*")}
    return done, taken - {pip.name}


def test_a_file_that_matches_the_lock_is_taken(tmp_path):
    file = wheel(tmp_path / "files", "tiny", "1.0")
    done, taken = collected(tmp_path, {"tiny==1.0": digest(file)})
    assert done.returncode == 0, done.stderr
    assert taken == {file.name}


def test_a_file_that_was_changed_is_refused_with_its_digest(tmp_path):
    file = wheel(tmp_path / "files", "tiny", "1.0")
    honest = digest(file)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("more.py", "print('not what was locked')")
    done, taken = collected(tmp_path, {"tiny==1.0": honest})
    assert done.returncode == 1
    assert taken == set()
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert digest(file) in done.stderr
    assert "requirements.lock の記録と違います" in done.stderr


def test_what_a_package_asks_for_is_held_to_the_lock_as_well(tmp_path):
    outer = wheel(tmp_path / "files", "tiny", "1.0", "Requires-Dist: inner\n")
    inner = wheel(tmp_path / "files", "inner", "2.0")
    done, taken = collected(tmp_path, {"tiny==1.0": digest(outer)})
    assert done.returncode == 1
    assert taken == set()
    shutil.rmtree(tmp_path / "project")
    done, taken = collected(tmp_path, {"tiny==1.0": digest(outer), "inner==2.0": digest(inner)})
    assert done.returncode == 0, done.stderr
    assert taken == {outer.name, inner.name}


@pytest.mark.parametrize("shown", [True, False])
def test_a_cpu_build_in_a_folder_wins_over_the_one_of_the_index(tmp_path, shown):
    public = wheel(tmp_path / "public", "torch", "2.13.0")
    cpu = wheel(tmp_path / "files", "torch", "2.13.0+cpu")
    page = tmp_path / "index" / "torch" / "index.html"
    page.parent.mkdir(parents=True)
    link = f'<a href="{public.as_uri()}#sha256={digest(public)}">{public.name}</a>'
    page.write_text(f"<!DOCTYPE html><html><body>{link}</body></html>", encoding="utf-8")
    both = f"{digest(public)} \\\n    --hash=sha256:{digest(cpu)}"
    if not shown:
        cpu.unlink()
    done, taken = collected(tmp_path, {"torch==2.13.0": both}, index=tmp_path / "index")
    assert done.returncode == 0, done.stderr
    assert taken == {cpu.name if shown else public.name}


def test_a_package_that_would_run_code_to_be_built_is_refused_and_its_code_does_not_run(tmp_path):
    (tmp_path / "files").mkdir()
    source = tmp_path / "files" / "tiny-1.0.tar.gz"
    setup = tmp_path / "setup.py"
    setup.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    with tarfile.open(source, "w:gz") as archive:
        archive.add(setup, "tiny-1.0/setup.py")
    done, taken = collected(tmp_path, {"tiny==1.0": digest(source)})
    assert done.returncode == 1
    assert taken == set()
    assert not (tmp_path / "ran").exists()
    # The same with leave: it was the rule that held it back.
    shutil.rmtree(tmp_path / "project")
    collected(tmp_path, {"tiny==1.0": digest(source)}, "--build", "tiny")
    assert (tmp_path / "ran").exists()
