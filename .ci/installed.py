"""What is installed: which packages run and which only test, and whether their files are whole.

RECORD, the list that every installed package carries, names each file with its SHA-256 (the
packaging specification "Recording installed projects").
"""

import base64
import hashlib
import sysconfig
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

from lockfile import ROOT, Pin, normalized
from packaging.requirements import Requirement

# The first set that needs a package holds it.
SETS = ("run", "install", "signin", "dev", "bench", "audit")


def required_sets() -> dict[str, list[Requirement]]:
    """The direct requirements of each set, as pyproject.toml states them."""
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = read["project"]
    stated = {
        "run": project["dependencies"],
        "install": ["pip", *read["build-system"]["requires"]],
        **project["optional-dependencies"],
    }
    return {name: [Requirement(text) for text in stated[name]] for name in SETS}


def members(required: Mapping[str, Iterable[Requirement]]) -> tuple[dict[str, str], set[str]]:
    """Every package that the sets need here, with its set; and those of them not installed.

    Names are normalized. A package that isn't installed has requirements that nobody can read.
    """
    found: dict[str, str] = {}
    missing: set[str] = set()
    for set_name, requirements in required.items():
        seen: set[tuple[str, str]] = set()
        waiting = [(requirement, "") for requirement in requirements]
        while waiting:
            requirement, extra = waiting.pop()
            if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
                continue
            name = normalized(requirement.name)
            found.setdefault(name, set_name)
            try:
                inner = distribution(requirement.name).requires or []
            except PackageNotFoundError:
                missing.add(name)
                continue
            for wanted in {"", *requirement.extras}:
                if (name, wanted) not in seen:
                    seen.add((name, wanted))
                    waiting += [(Requirement(text), wanted) for text in inner]
    return found, missing


def differences(pins: Iterable[Pin], installed: Iterable[Distribution]) -> list[str]:
    """What is installed and isn't in the lock, or in another version, in words.

    A local label doesn't count: 2.13.0+cpu is 2.13.0. Whether a pin is for this system doesn't
    either: what isn't needed here isn't installed, and what is missing pip tells at once.
    """
    locked: dict[str, set[str]] = {}
    for pin in pins:
        locked.setdefault(pin.name, set()).add(pin.version)
    found = []
    for package in installed:
        name = normalized(package.name)
        version = package.version.partition("+")[0]
        if name == "renkei":
            continue
        if name not in locked:
            found.append(f"{name} {package.version} は requirements.lock にありません")
        elif version not in locked[name]:
            wanted = "、".join(sorted(locked[name]))
            found.append(
                f"{name} は {package.version} ですが、requirements.lock では {wanted} です"
            )
    return found


def damaged_files(package: Distribution) -> list[str]:
    """Files of the package that are missing or differ from its RECORD, in words."""
    found = []
    for file in package.files or []:
        path = Path(str(file.locate()))
        if file.hash is None:
            continue  # RECORD itself and compiled caches carry none.
        if not path.is_file():
            found.append(f"{package.name}: {file} がありません")
        elif _digest(path, file.hash.mode) != file.hash.value:
            found.append(f"{package.name}: {file} が入れたときと違います")
    if package.files is None:
        found.append(f"{package.name}: RECORD がなく、確かめられません")
    return found


def stray_files(packages: Iterable[Distribution], site: Path | None = None) -> list[str]:
    """Files beside the packages that no RECORD names, in words: nobody vouches for them."""
    paths = sysconfig.get_paths()
    # Pure and compiled packages share one folder on most systems, and have one each on some.
    sites = [site] if site else sorted({Path(paths[kind]) for kind in ("purelib", "platlib")})
    files = (file for package in packages for file in package.files or [])
    known = {Path(str(file.locate())).resolve() for file in files}
    return [
        f"{path.relative_to(folder)} は、どのパッケージのものでもありません"
        for folder in sites
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.resolve() not in known
    ]


def everything() -> list[Distribution]:
    """Every distribution of this environment, by name."""
    return sorted(distributions(), key=lambda package: normalized(package.name))


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, algorithm).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
