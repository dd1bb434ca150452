"""Installs the project into this environment; every file has to match requirements.lock.

    python .ci/install.py dev audit        the project with these extras
    python .ci/install.py --download DIR   nothing installed: all files, into DIR, to carry over
    python .ci/install.py --print pip      the lock's entry, for a pip outside the environment
    python .ci/install.py --build NAME     lets NAME run code of its own to be built from source

pip's hash mode can't hold the project itself, which is a folder, nor what a build fetches for
itself. So pip and the build back end come first, then the dependencies, all by hash, and builds
use what is installed; the project's own folder comes last and fetches nothing.
Only the standard library: nothing is installed yet when this starts.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

from lockfile import LOCK, ROOT, LockError, Pin, normalized, pins_of, read_lock

# Delivered as source only, and its build fetches nothing. Others are refused: what the source of
# pytrec-eval-terrier downloads while it is built, for one, is under no hash.
_BUILT_HERE = "unidic-lite"
_BUILD_HELP = "ソースからの組み立てを許すパッケージ（その間に取り込むものは検査できません）"
_BY_HASH = ["--require-hashes", "--constraint", str(LOCK), "--no-build-isolation"]
_BY_HASH += ["--only-binary", ":all:", "--no-binary", _BUILT_HERE]


def main() -> int:
    """Run the command line; 0, 1 for a failed install, 2 for wrong usage."""
    parser = argparse.ArgumentParser(description="requirements.lock のとおりに依存を入れます")
    parser.add_argument("extras", nargs="*", help="pyproject.toml の optional-dependencies の名前")
    parser.add_argument("--download", type=Path, metavar="DIR", help="入れずに DIR へ集めます")
    parser.add_argument("--print", nargs="+", metavar="NAME", help="lock の該当箇所を表示します")
    parser.add_argument("--build", action="append", default=[], metavar="NAME", help=_BUILD_HELP)
    arguments = parser.parse_args()
    try:
        if arguments.print:
            print("\n".join(pin.text for pin in pins_of(set(arguments.print), read_lock())))
        else:
            _run(arguments.extras, arguments.download, arguments.build)
    except LockError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(
            "依存を入れられませんでした。上の pip の表示をご覧ください。HASH と書いてあれば、"
            "届いたファイルが requirements.lock の記録と違います。"
            "使わずに、入手元を確かめてください",
            file=sys.stderr,
        )
        return error.returncode
    return 0


def _run(extras: list[str], download: Path | None, built: list[str]) -> None:
    if sys.prefix == sys.base_prefix:
        raise LockError(
            "環境の外で実行されました。py -m venv .venv で環境を作り、.venv\\Scripts\\activate"
            "（Linux と macOS では . .venv/bin/activate）のあとに実行してください"
        )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = read_lock()
    builders = {"pip", *map(name_of, project["build-system"]["requires"])}
    with tempfile.TemporaryDirectory() as folder:
        first = _written(Path(folder) / "first.txt", (pin.text for pin in pins_of(builders, pins)))
        _pip("install", "--require-hashes", "--no-deps", "--requirement", first)
        wanted = roots(project["project"], extras, everything=download is not None)
        requirements = _written(Path(folder) / "requirements.txt", wanted)
        local = _written(Path(folder) / "local.txt", _local_builds(pins))
        by_hash = [*_BY_HASH, "--constraint", local]
        by_hash += [option for name in built for option in ("--no-binary", name)]
        if download is not None:
            _pip(
                "download", *by_hash, "--dest", str(download), *sorted(builders), "-r", requirements
            )
            return
        _pip("install", *by_hash, "--requirement", requirements)
        itself = ["--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)]
        # Quiet, as setuptools warns at length of data folders that aren't packages.
        _pip("install", "-qq", *itself)


def roots(project: dict[str, object], extras: list[str], *, everything: bool) -> list[str]:
    """The direct requirements of pyproject's ``[project]`` with these extras (or all of them)."""
    optional = project["optional-dependencies"]
    direct = project["dependencies"]
    if not isinstance(optional, dict) or not isinstance(direct, list):
        raise LockError(
            "pyproject.toml の dependencies と optional-dependencies を確かめてください"
        )
    if unknown := set(extras) - set(optional):
        raise LockError(
            f"{'、'.join(sorted(unknown))} という extra はありません。"
            f"{'、'.join(optional)} から選んでください"
        )
    chosen = list(optional) if everything else extras
    return [*direct, *(requirement for extra in chosen for requirement in optional[extra])]


def name_of(requirement: str) -> str:
    """The name in a requirement: ``setuptools>=77`` is of ``setuptools``."""
    end = next((i for i, c in enumerate(requirement) if not (c.isalnum() or c in "-_.")), None)
    return normalized(requirement[:end])


def _local_builds(pins: list[Pin]) -> list[str]:
    """A build with a local label (``2.13.0+cpu``) where pip is shown one.

    In hash mode pip ranks a file from a folder behind one whose hash the index states, and so
    would take the CUDA build although the CPU build lies there. Naming the label decides it; the
    hash must be in the lock all the same.
    """
    torch = next((pin for pin in pins if pin.name == "torch"), None)
    if torch is None:
        return []
    command = [sys.executable, "-m", "pip", "index", "versions", "--json", torch.name]
    listed = subprocess.run(  # noqa: S603 (a list, and no shell)
        command, capture_output=True, text=True, check=False, env=_environment()
    )
    if listed.returncode != 0:
        return []  # The install that follows says why it isn't there.
    versions = json.loads(listed.stdout)["versions"]
    labelled = [version for version in versions if version.startswith(f"{torch.version}+cpu")]
    return [f"{torch.name}=={version}" for version in labelled[:1]]


def _written(path: Path, lines: Iterable[str]) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments]
    subprocess.run(command, check=True, env=_environment())  # noqa: S603 (a list, and no shell)


def _environment() -> dict[str, str]:
    """What the caller set, less constraints: they come from the lock alone."""
    dropped = {"PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "PIP_REQUIRE_HASHES"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


if __name__ == "__main__":
    sys.exit(main())
