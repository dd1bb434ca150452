"""What may be installed: the lock, the licence policy, the bill of materials, the audit."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from dataclasses import replace
from email import message_from_string
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import distribution, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / ".ci"))

import audit  # noqa: E402 (the path above)
import installed  # noqa: E402
import lock as locking  # noqa: E402
import sbom  # noqa: E402
from licences import (  # noqa: E402
    LicenceError,
    Metadata,
    class_of,
    licence_of,
    metadata_of,
    read_policy,
)
from lockfile import LockError, Pin, normalized, pins_of, read_lock  # noqa: E402

TESTED = {name: needed for name, needed in installed.required_sets().items() if name != "bench"}


@pytest.fixture(scope="module")
def pins():
    return read_lock()


@pytest.fixture(scope="module")
def policy():
    return read_policy()


@pytest.fixture(scope="module")
def rows(pins, policy):
    found, problems = sbom.licence_rows(pins, policy)
    assert problems == []
    return found


# The lock


def test_the_lock_holds_every_package_that_the_metadata_asks_for(pins):
    found, missing = installed.members(TESTED)
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


# What is installed


def unpacked(tmp_path: Path):
    """A package installed by hand, with a RECORD of its one file."""
    info = tmp_path / "tiny-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
    (tmp_path / "tiny.py").write_text("whole = True\n")
    raw = hashlib.sha256(b"whole = True\n").digest()
    value = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    names = "tiny-1.0.dist-info/METADATA,,\ntiny-1.0.dist-info/RECORD,,\n"
    (info / "RECORD").write_text(f"tiny.py,sha256={value},13\n{names}")
    return type(distribution("pip")).at(info)


def test_a_changed_a_missing_and_an_added_file_are_found(tmp_path):
    package = unpacked(tmp_path)
    assert installed.damaged_files(package) == []
    assert installed.stray_files([package], tmp_path) == []
    (tmp_path / "tiny.py").write_text("whole = None\n")
    assert installed.damaged_files(package) == ["tiny: tiny.py が入れたときと違います"]
    (tmp_path / "tiny.py").unlink()
    assert installed.damaged_files(package) == ["tiny: tiny.py がありません"]
    (tmp_path / "start.pth").write_text("import os\n")
    [stray] = installed.stray_files([package], tmp_path)
    assert stray.startswith("start.pth ")


def test_a_package_of_another_version_or_beside_the_lock_is_found(tmp_path):
    package = unpacked(tmp_path)
    same = Pin("tiny", "1.0", "", ("a" * 64,), "")
    assert installed.differences([same], [package]) == []
    [other] = installed.differences([replace(same, version="1.1")], [package])
    assert other == "tiny は 1.0 ですが、requirements.lock では 1.1 です"
    [beside] = installed.differences([], [package])
    assert beside == "tiny 1.0 は requirements.lock にありません"


# Licences


@pytest.mark.parametrize(
    ("expression", "key"),
    [
        ("MIT", "permissive"),
        ("MIT AND (Apache-2.0 OR BSD-2-Clause)", "permissive"),
        ("MIT AND MPL-2.0", "weak copyleft"),
        ("GPL-3.0-only OR MIT", "permissive"),
        ("Apache-2.0 WITH LLVM-exception", "permissive"),
        ("BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1", "with exception"),
        ("AGPL-3.0-only OR (MPL-2.0 AND MIT)", "weak copyleft"),
    ],
)
def test_a_choice_is_as_free_as_its_freest_part_and_a_sum_as_its_strictest(expression, key, policy):
    found = class_of(expression, policy)
    assert found.key == key
    assert found.use.startswith("yes")


@pytest.mark.parametrize(
    "expression",
    [
        "AGPL-3.0-only",
        "AGPL-3.0-or-later",
        "SSPL-1.0",
        "CC-BY-NC-SA-4.0",
        "PolyForm-Noncommercial-1.0.0",
        "BUSL-1.1",
        "Elastic-2.0",
        "GPL-3.0-or-later",
        "MIT AND CC-BY-NC-4.0",
        "AGPL-3.0-only OR SSPL-1.0",
    ],
)
def test_a_forbidding_licence_is_refused_with_a_reason(expression, policy):
    with pytest.raises(LicenceError, match=r"は使えません（.+）"):
        class_of(expression, policy)


@pytest.mark.parametrize(
    "expression", ["LicenseRef-House-Rules", "", "MIT AND", "GPL-3.0-only WITH X", "(MIT", "MIT)"]
)
def test_an_unknown_licence_is_refused(expression, policy):
    with pytest.raises(LicenceError):
        class_of(expression, policy)


def read_as(text: str) -> Metadata:
    return metadata_of(message_from_string(f"Metadata-Version: 2.4\nName: fake\n{text}\n\n"))


def test_the_licence_is_read_from_the_three_places_where_metadata_states_it(policy):
    classifier = "Classifier: License :: OSI Approved :: MIT License"
    stated = ["License-Expression: MIT", "License: MIT License", classifier]
    stated.append(f"License: UNKNOWN\n{classifier}")
    for text in stated:
        assert licence_of("fake", read_as(text), policy) == "MIT"


@pytest.mark.parametrize(
    "text", ["", "License: UNKNOWN", "License: BSD", "License: see our web site"]
)
def test_a_package_that_states_no_licence_or_an_unclear_one_is_refused(text, policy):
    with pytest.raises(LicenceError, match="が分かりません"):
        licence_of("fake", read_as(text), policy)


def test_a_decision_is_void_once_the_package_states_something_else(policy):
    assert licence_of("plac", read_as("License: BSD License"), policy) == "BSD-2-Clause"
    with pytest.raises(LicenceError, match=r"「AGPL-3\.0-only」に変わりました"):
        licence_of("plac", read_as("License-Expression: AGPL-3.0-only"), policy)


def test_every_decision_is_about_a_package_of_the_lock(pins, policy):
    names = {pin.name for pin in pins}
    assert set(policy.packages) <= names
    assert {entry["package"] for entry in policy.data} <= names | {"renkei"}
    assert all(entry["reason"] for entry in policy.packages.values())
    assert all(entry["reason"] for entry in policy.elsewhere.values())


def test_what_runs_may_be_used_changed_and_passed_on(rows, policy):
    free = {kind.key for kind in policy.classes if kind.modify == "yes"}
    assert {row.kind for row in rows if not row.where} <= free
    # The one class that may not be changed comes with CUDA alone.
    assert {row.where for row in rows if row.kind not in free} == {"Linux, PyTorch with CUDA"}


def test_the_table_of_the_document_is_what_is_installed(rows, pins):
    text = (ROOT / "docs" / "supply-chain.md").read_text(encoding="utf-8")
    written = [line for line in text.split("\n") if line.startswith("| ")]
    made = [line for line in sbom.table(rows).split("\n") if line.startswith("| ")]
    assert [line for line in made if line not in written] == [], "make sbom で書き直してください"
    listed = [line.split(" | ")[0].removeprefix("| ") for line in written]
    for pin in pins:
        assert listed.count(pin.name) == 1


def test_the_document_names_every_data_set_with_its_licence(policy):
    text = (ROOT / "docs" / "supply-chain.md").read_text(encoding="utf-8")
    for entry in policy.data:
        line = next(line for line in text.split("\n") if line.startswith(f"| {entry['name']} "))
        assert f"| {entry['licence'] or 'none stated'} |" in line


# The bill of materials


@pytest.fixture(scope="module")
def bill(rows, pins, policy):
    return sbom.bill_of_materials(rows, pins, policy)


def test_the_bill_names_every_run_dependency_with_version_licence_and_hashes(bill, pins):
    parts = {normalized(part["name"]): part for part in bill["components"]}
    running, _ = installed.members({"run": TESTED["run"]})
    locked = {pin.name: pin for pin in pins}
    for name in running:
        part = parts[name]
        assert part["scope"] == "required"
        assert part["version"].partition("+")[0] == locked[name].version
        assert part["licenses"][0]["expression"]
        [files] = part["externalReferences"]
        assert tuple(entry["content"] for entry in files["hashes"]) == locked[name].hashes
    assert parts["pytest"]["scope"] == "excluded"
    assert bill["metadata"]["component"]["name"] == "renkei"


def test_the_bill_names_the_data_inside_packages_with_digests(bill):
    parts = {part["name"]: part for part in bill["components"] if part["type"] == "data"}
    dictionary = Path(str(distribution("unidic-lite").locate_file("unidic_lite/dicdir/sys.dic")))
    assert parts["UniDic"]["hashes"][0]["content"] == digest(dictionary)
    assert parts["UniDic"]["licenses"][0]["expression"] == "BSD-3-Clause"
    assert parts["chiVe"]["licenses"][0]["expression"] == "Apache-2.0"
    assert "licenses" not in parts["seeds"]
    holders = {entry["ref"]: entry["dependsOn"] for entry in bill["dependencies"]}
    assert "data:UniDic" in holders["unidic-lite==1.0.8"]


def test_the_bill_is_valid_cyclonedx_and_a_broken_one_is_not(bill):
    assert sbom.schema_errors(bill) == []
    broken = bill | {"components": [{"type": "no such type", "name": "x"}]}
    [error] = sbom.schema_errors(broken)
    assert "no such type" in error


# Known vulnerabilities


class Advisories(BaseHTTPRequestHandler):
    """A database that knows one vulnerability, of tiny 1.0."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((asked["package"]["name"], asked["version"]))
        known = {"id": "TEST-2026-1", "summary": "a hole", "affected": []}
        body = json.dumps({"vulns": [known]} if asked["package"]["name"] == "tiny" else {})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def database():
    server = HTTPServer(("127.0.0.1", 0), Advisories)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def asking(server) -> list[str]:
    address = f"http://127.0.0.1:{server.server_port}/v1/query"
    return ["--vulnerability-service", "osv", "--osv-url", address]


TINY = Pin("tiny", "1.0", "sys_platform == 'nowhere'", ("a" * 64,), "")
SOUND = Pin("sound", "2.0", "", ("a" * 64,), "")


def test_a_known_vulnerability_is_found_in_packages_for_other_systems_too(database):
    assert audit.vulnerabilities([SOUND], asking(database)) == []
    [found] = audit.vulnerabilities([TINY, SOUND], asking(database))
    assert found.startswith("tiny 1.0: TEST-2026-1")
    assert ("sound", "2.0") in database.asked


def test_a_database_out_of_reach_is_a_finding_and_never_a_pass():
    nobody = ["--vulnerability-service", "osv", "--osv-url", "http://127.0.0.1:9/v1/query"]
    [found] = audit.vulnerabilities([SOUND], nobody)
    assert "照会できませんでした。安全かどうかは分かりません" in found


def test_packages_that_the_database_was_not_asked_about_are_a_finding():
    report = [
        {"name": "tiny", "version": "1.0", "vulns": []},
        {"name": "sound", "skip_reason": "could not be audited"},
    ]
    [found] = audit.findings(report)
    assert found.startswith("2 件のうち 1 件を照会できませんでした")
