"""Checks what is installed, and says of each check whether it held: `make audit`.

The lock against what is installed, installed files against their RECORD, licences against the
policy, the bill of materials against its schema, and locked versions against a database of known
vulnerabilities. A check that couldn't be made counts as failed, unless it was asked to be left out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from installed import damaged_files, differences, everything, members, required_sets, stray_files
from licences import read_policy
from lockfile import Pin, read_lock
from sbom import DOCUMENT, Row, licence_rows, with_table, write_bill


def main() -> int:
    """Run every check; 0 where all held, otherwise 1."""
    parser = argparse.ArgumentParser(description="入っているものを検査します")
    parser.add_argument("--offline", action="store_true", help="脆弱性の照会を省きます")
    arguments, for_pip_audit = parser.parse_known_args()
    rows, licence_problems = licence_rows(read_lock(), read_policy())
    held = [
        _told("requirements.lock との一致", _installed_problems()),
        _told("入れたファイルの改変の有無 (RECORD)", _file_problems()),
        _told("ライセンス", licence_problems + _document_problems(rows)),
    ]
    _summarize(rows)
    held.append(_told("部品表 (CycloneDX)", write_bill(rows)))
    if arguments.offline:
        print(
            "==> 既知の脆弱性\n    照会していません（オフラインの指定）。"
            "つながる PC で make audit を実行してください"
        )
    else:
        held.append(_told("既知の脆弱性", vulnerabilities(read_lock(), for_pip_audit)))
    print("すべての検査に合格しました" if all(held) else "合格しなかった検査があります")
    return 0 if all(held) else 1


def vulnerabilities(pins: list[Pin], options: list[str]) -> list[str]:
    """In words, the known vulnerabilities of these versions, or why they can't be known.

    ``options`` go to pip-audit as they are. A package that the database couldn't be asked about is
    a finding: silence must mean that it was asked.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        # Without markers: what only other systems install is asked about as well.
        asked = Path(folder) / "asked.txt"
        asked.write_text("".join(f"{pin.name}=={pin.version}\n" for pin in pins), encoding="utf-8")
        command = ["pip_audit", "--requirement", str(asked), "--no-deps", "--disable-pip"]
        command += ["--format", "json", "--output", str(report), "--progress-spinner", "off"]
        done = subprocess.run(  # noqa: S603 (a list, and no shell)
            [sys.executable, "-m", *command, *options], capture_output=True, text=True, check=False
        )
        if not report.is_file() or not report.read_text(encoding="utf-8").strip():
            reason = done.stderr.strip().split("\n")[-1]
            return [
                "脆弱性のデータベースに届かず、照会できませんでした。"
                f"安全かどうかは分かりません（{reason}）"
            ]
        packages = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    return findings(packages)


def findings(packages: list[dict[str, Any]]) -> list[str]:
    """In words, what pip-audit's report says of its packages, those it couldn't ask about too."""
    unasked = [package for package in packages if "skip_reason" in package]
    found = [
        f"{package['name']} {package['version']}: {entry['id']}（直った版: "
        f"{'、'.join(entry['fix_versions']) or 'まだありません'}）"
        for package in packages
        for entry in package.get("vulns", [])
    ]
    if unasked:
        found.append(
            f"{len(packages)} 件のうち {len(unasked)} 件を照会できませんでした。"
            f"安全かどうかは分かりません（{unasked[0]['name']}: {unasked[0]['skip_reason']}）"
        )
    return found


def _installed_problems() -> list[str]:
    _, missing = members(required_sets())
    lacking = [f"{name} が入っていません" for name in sorted(missing)]
    return lacking + differences(read_lock(), everything())


def _file_problems() -> list[str]:
    packages = everything()
    damaged = [problem for package in packages for problem in damaged_files(package)]
    return damaged + stray_files(packages)


def _document_problems(rows: list[Row]) -> list[str]:
    text = DOCUMENT.read_text(encoding="utf-8")
    if text == with_table(text, rows):
        return []
    return [
        f"docs/{DOCUMENT.name} の表が、入っているものと違います。make sbom で書き直してください"
    ]


def _summarize(rows: list[Row]) -> None:
    running = Counter(row.kind for row in rows if row.set in ("run", "install", "signin"))
    testing = Counter(row.kind for row in rows if row.set in ("dev", "bench", "audit"))
    elsewhere = Counter(row.kind for row in rows if row.where)
    for title, counts in (("実行", running), ("開発と検査", testing), ("ほかの OS", elsewhere)):
        listed = "、".join(f"{kind} {count}" for kind, count in counts.most_common())
        print(f"    {title}: {counts.total()} 件（{listed}）")


def _told(title: str, problems: list[str]) -> bool:
    """Print the check and what it found; True where it found nothing."""
    print(f"==> {title}")
    print(
        "\n".join(f"    {problem}" for problem in problems) if problems else "    問題はありません"
    )
    return not problems


if __name__ == "__main__":
    sys.exit(main())
