"""The installed packages: which are needed, in which versions, and whether they are whole."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from pathlib import Path


def installed_version(package: str) -> str | None:
    """The version of ``package``, without what a local build adds (2.13.0+cpu is 2.13.0)."""
    try:
        return version(package).split("+")[0]
    except PackageNotFoundError:
        return None


def locked_versions(lock: str) -> dict[str, str]:
    """Each package's version in a lock file's text, by its normalized name."""
    from packaging.utils import canonicalize_name

    lines = (line for line in lock.split("\n") if "==" in line and line[:1].isalnum())
    pins = (line.split("==", 1) for line in lines)
    # What follows the version are markers and hashes.
    return {str(canonicalize_name(name)): re.split(r"[\s;\\]", pin)[0] for name, pin in pins}


def needed_packages(package: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """Normalized names of all packages that ``package`` needs here, and those that they need.

    Raises:
        PackageNotFoundError: if ``package`` itself isn't installed.
    """
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    distribution(package)
    found: set[str] = set()
    waiting = [(package, extras)]
    seen = set(waiting)
    while waiting:
        name, wanted_extras = waiting.pop()
        for line in _requirements(name):
            wanted = Requirement(line)
            if wanted.marker and not any(
                wanted.marker.evaluate({"extra": extra}) for extra in (*wanted_extras, "")
            ):
                continue
            entry = (str(canonicalize_name(wanted.name)), frozenset(wanted.extras))
            found.add(entry[0])
            if entry not in seen:
                seen.add(entry)
                waiting.append(entry)
    return found


def damaged_files(package: str) -> list[str]:
    """Files of an installed package that are missing or not as they were installed.

    Raises:
        PackageNotFoundError: if the package isn't installed.
    """
    damaged = []
    for file in distribution(package).files or ():
        if file.hash is None:
            continue
        try:
            with Path(str(file.locate())).open("rb") as opened:
                digest = hashlib.file_digest(opened, file.hash.mode).digest()
        except OSError:
            damaged.append(str(file))
            continue
        if base64.urlsafe_b64encode(digest).rstrip(b"=") != file.hash.value.encode():
            damaged.append(str(file))
    return damaged


def _requirements(package: str) -> list[str]:
    try:
        return requires(package) or []
    except PackageNotFoundError:
        return []
