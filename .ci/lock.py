"""Writes requirements.lock anew: one resolution for every system and Python, with all hashes.

Run by `make lock` in an environment that holds uv. uv reads each version's files from the index,
for all systems at once, and pip checks against them later. What the index doesn't list but is
legitimate all the same (PyTorch's CPU builds) stands in supply.toml with its digest.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from lockfile import LOCK, ROOT, LockError, normalized

POLICY = Path(__file__).with_name("supply.toml")

_HEADER = """\
# Every package of the tree, with all extras, for every system; written by: make lock
# pip takes no file whose SHA-256 isn't listed.
"""


def main() -> int:
    """Write the lock; 1 where the resolution fails or a listed extra file is of another version."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    also = tomllib.loads(POLICY.read_text(encoding="utf-8"))["also"]
    try:
        text = _HEADER + with_more_hashes(_resolved(pyproject), also)
    except LockError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print("依存の版を選べませんでした。上の uv の表示をご覧ください", file=sys.stderr)
        return error.returncode
    LOCK.write_text(text, encoding="utf-8")
    return 0


def _resolved(pyproject: dict[str, dict[str, object]]) -> str:
    """What uv resolves: pyproject with all extras, pip, and what builds the project."""
    builders = pyproject["build-system"]["requires"]
    python = str(pyproject["project"]["requires-python"]).removeprefix(">=")
    if not isinstance(builders, list):
        raise LockError("pyproject.toml の build-system を確かめてください")
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "builders.in"
        first.write_text("\n".join(["pip", *builders]) + "\n", encoding="utf-8")
        command = ["uv", "pip", "compile", str(ROOT / "pyproject.toml"), str(first)]
        # One version for all Pythons where there is one: what is tested is what runs elsewhere.
        command += ["--universal", "--python-version", python, "--fork-strategy", "fewest"]
        command += ["--all-extras", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
        done = subprocess.run(  # noqa: S603 (a list, and no shell)
            [sys.executable, "-m", *command],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
    return without_browsers(done.stdout)


def without_browsers(lock: str) -> str:
    """The lock less what is only for Python inside a browser, which nothing here supports."""
    return re.sub(
        r"^\S+ ;[^\n]* sys_platform == 'emscripten' \\\n(?: [^\n]*\n)+", "", lock, flags=re.M
    )


def with_more_hashes(lock: str, also: list[dict[str, str]]) -> str:
    """The lock with the digests of files that the index doesn't list.

    ``also`` holds ``file`` (a wheel's name) and ``sha256``. Raises LockError for a file of a
    version other than the locked one: its digest would never be used.
    """
    for entry in also:
        name, version = entry["file"].split("-")[:2]
        pin = f"{normalized(name)}=={version.partition('+')[0]}"
        start = re.search(rf"^{re.escape(pin)}(?= )[^\n]*\\\n", lock, re.MULTILINE)
        if start is None:
            raise LockError(
                f".ci/supply.toml の {entry['file']} は {pin} のものですが、選ばれた版と違います。"
                "新しい版の CPU 版のファイル名と SHA-256 に書き換えてください"
            )
        line = f"    --hash=sha256:{entry['sha256']} \\\n"
        if line.strip(" \\\n") not in lock:
            lock = lock[: start.end()] + line + lock[start.end() :]
    return lock


if __name__ == "__main__":
    sys.exit(main())
