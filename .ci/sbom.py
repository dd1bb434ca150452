"""Writes the bill of materials (CycloneDX 1.6) and the licence table of docs/supply-chain.md.

cyclonedx-py describes what is installed. Added are the digests of the lock, the licences as the
policy concludes them, which packages run and which only test, and the data inside packages.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from installed import SETS, members, required_sets
from licences import LicenceError, Policy, class_of, licence_of, metadata_of, read_policy
from lockfile import ROOT, LockError, Pin, normalized, read_lock

SBOM = ROOT / "build" / "sbom.cdx.json"
DOCUMENT = ROOT / "docs" / "supply-chain.md"

_OPENING = "<!-- The rows below are written by: make sbom -->\n"
_CLOSING = "<!-- end of the rows -->\n"
_ELSEWHERE = "other systems"
# CycloneDX: what is excluded is documented, and no part of what runs.
_SCOPE = {"run": "required"}


@dataclass(frozen=True)
class Row:
    """One package of the lock: what it is for (a set, or other systems), and its licence.

    ``kind`` is the key of the policy's class, ``where`` the systems of a package not needed here.
    """

    name: str
    version: str
    set: str
    licence: str
    kind: str
    where: str = ""


def main() -> int:
    """Write both files; 1 where a licence is refused or the result isn't valid CycloneDX."""
    rows, problems = licence_rows(read_lock(), read_policy())
    problems = problems or write_bill(rows)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8"), rows), encoding="utf-8")
    print(f"{DOCUMENT.relative_to(ROOT)}: ライセンスの表 {len(rows)} 行")
    return 0


def write_bill(rows: list[Row]) -> list[str]:
    """Write the bill of materials; in words, what keeps it from being valid CycloneDX."""
    bill = bill_of_materials(rows, read_lock(), read_policy())
    SBOM.parent.mkdir(exist_ok=True)
    SBOM.write_text(json.dumps(bill, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{SBOM.relative_to(ROOT)}: 部品 {len(bill['components'])} 点（CycloneDX 1.6）")
    return schema_errors(bill)


def licence_rows(pins: list[Pin], policy: Policy) -> tuple[list[Row], list[str]]:
    """A row for every package of the lock that can be judged here, and in words what can't be.

    Packages of a set that isn't installed here are in neither: nothing says what they are.
    """
    sets, missing = members(required_sets())
    rows, problems = [], []
    for pin in pins:
        if pin.name in missing:
            continue
        try:
            rows.append(_row(pin, sets, policy))
        except LicenceError as error:
            problems.append(str(error))
    order = [*SETS, _ELSEWHERE]
    return sorted(rows, key=lambda row: (order.index(row.set), row.name)), problems


def _row(pin: Pin, sets: Mapping[str, str], policy: Policy) -> Row:
    if pin.name in sets:
        licence = licence_of(pin.name, metadata_of(distribution(pin.name).metadata), policy)
        return Row(pin.name, pin.version, sets[pin.name], licence, class_of(licence, policy).key)
    for pattern, entry in policy.elsewhere.items():
        if fnmatchcase(pin.name, pattern):
            licence = entry["licence"]
            kind = class_of(licence, policy).key
            return Row(pin.name, pin.version, _ELSEWHERE, licence, kind, entry["where"])
    raise LicenceError(
        f"{pin.name} はこの環境に要らないため、ライセンスを読めません。.ci/supply.toml に "
        f"[elsewhere.{pin.name}] を加えてください"
    )


def with_table(document: str, rows: list[Row]) -> str:
    """The document with these rows between the marks that make sbom writes to."""
    before, opening, rest = document.partition(_OPENING)
    _, closing, after = rest.partition(_CLOSING)
    if not closing:
        raise LockError(f"{DOCUMENT.name} に表の目印「{_OPENING.strip()}」がありません")
    return before + opening + "\n" + table(rows) + "\n" + closing + after


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| package | version | for | licence | class |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.name} | {row.version} | {row.where or row.set} | {row.licence} | {row.kind} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def bill_of_materials(rows: list[Row], pins: list[Pin], policy: Policy) -> dict[str, Any]:
    """The bill of what is installed here, as a CycloneDX 1.6 object.

    It holds the packages of ``rows`` that are needed here, and the policy's data.
    """
    bill = _described()
    here = {row.name: row for row in rows if row.set != _ELSEWHERE}
    kept = [part for part in bill["components"] if normalized(part["name"]) in here]
    hashes = {pin.name: pin.hashes for pin in pins}
    for part in kept:
        row = here[normalized(part["name"])]
        part["scope"] = _SCOPE.get(row.set, "excluded")
        part["licenses"] = [{"expression": row.licence, "acknowledgement": "concluded"}]
        part["properties"] = [{"name": "renkei:set", "value": row.set}]
        # Instead of links to web sites, which take the check against the schema half a minute.
        part["externalReferences"] = [_files(hashes[row.name])]
    bill["metadata"]["component"]["licenses"] = [{"license": {"id": "MIT"}}]
    references = {normalized(part["name"]): part["bom-ref"] for part in kept}
    references["renkei"] = bill["metadata"]["component"]["bom-ref"]
    _connect(bill, set(references.values()))
    bill["components"] = kept
    for entry in policy.data:
        if entry["package"] in references:
            _add_data(bill, entry, references[entry["package"]])
    return bill


def _described() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "bill.json"
        command = ["cyclonedx_py", "environment", "--pyproject", str(ROOT / "pyproject.toml")]
        command += [
            "--output-format",
            "JSON",
            "--spec-version",
            "1.6",
            "--output-reproducible",
            "--no-validate",
        ]
        command += ["--mc-type", "application", "--output-file", str(written), sys.executable]
        command = [sys.executable, "-m", *command]
        done = subprocess.run(  # noqa: S603 (a list, and no shell)
            command, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise LockError(f"部品表を作れませんでした（cyclonedx-py）: {done.stderr.strip()}")
        bill: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    return bill


def _files(hashes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "distribution",
        "url": "requirements.lock",
        "comment": "SHA-256 of every file that may be installed as this package",
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in hashes],
    }


def _connect(bill: dict[str, Any], kept: set[str]) -> None:
    """Keep the dependency graph to the parts that are kept."""
    bill["dependencies"] = [
        entry | {"dependsOn": [name for name in entry.get("dependsOn", []) if name in kept]}
        for entry in bill["dependencies"]
        if entry["ref"] in kept
    ]


def _add_data(bill: dict[str, Any], entry: Mapping[str, str], owner: str) -> None:
    reference = f"data:{entry['name']}"
    part: dict[str, Any] = {
        "type": "data",
        "bom-ref": reference,
        "name": entry["name"],
        "version": entry["version"],
        "description": entry["note"],
        "hashes": [{"alg": "SHA-256", "content": _digest(_located(entry))}],
        "properties": [{"name": "renkei:file", "value": entry["path"]}],
    }
    if entry["licence"]:
        part["licenses"] = [{"expression": entry["licence"], "acknowledgement": "concluded"}]
    bill["components"].append(part)
    bill["dependencies"].append({"ref": reference, "dependsOn": []})
    holder = next(known for known in bill["dependencies"] if known["ref"] == owner)
    holder["dependsOn"].append(reference)


def _located(entry: Mapping[str, str]) -> Path:
    if entry["package"] == "renkei":
        return ROOT / entry["path"]
    return Path(str(distribution(entry["package"]).locate_file(entry["path"])))


def _digest(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of what sha256sum lists for its files."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    files = sorted(file for file in path.iterdir() if file.is_file())
    listed = "".join(f"{_digest(file)}  {file.name}\n" for file in files)
    return hashlib.sha256(listed.encode()).hexdigest()


def schema_errors(bill: dict[str, Any]) -> list[str]:
    """In words, what of the bill isn't valid by the schema of CycloneDX 1.6."""
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill))
    return [] if error is None else [f"部品表が CycloneDX 1.6 の書式に合いません: {error}"]


if __name__ == "__main__":
    sys.exit(main())
