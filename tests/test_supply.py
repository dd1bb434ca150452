"""What is installed: its files, the licence policy, the bill of materials, the audit."""

import base64
import hashlib
import json
import sys
import threading
from dataclasses import replace
from email import message_from_string
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / ".ci"))

import audit  # noqa: E402 (the path above)
import installed  # noqa: E402
import sbom  # noqa: E402
from licences import (  # noqa: E402
    LicenceError,
    Metadata,
    class_of,
    licence_of,
    metadata_of,
    read_policy,
)
from lockfile import Pin, normalized, read_lock  # noqa: E402

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
    with dictionary.open("rb") as file:
        whole = hashlib.file_digest(file, "sha256").hexdigest()
    assert parts["UniDic"]["hashes"][0]["content"] == whole
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
