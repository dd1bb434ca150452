"""Says under which licence each package stands, and whether supply.toml admits it.

A licence is an SPDX expression. What isn't in the policy is refused, whatever it is: somebody has
to read it first and write down what it allows.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import PackageMetadata
from pathlib import Path

from lockfile import normalized

POLICY = Path(__file__).with_name("supply.toml")

_TOKEN = re.compile(r"[()]|[^\s()]+")
_CLASSIFIER = "License :: OSI Approved :: "


class LicenceError(Exception):
    """A licence that is unknown, has changed, or forbids what the project is for."""


@dataclass(frozen=True)
class LicenceClass:
    """What licences of one class allow a municipality: use, change and pass on."""

    key: str
    use: str
    modify: str
    redistribute: str
    licences: tuple[str, ...]


@dataclass(frozen=True)
class Metadata:
    """What core metadata (2.4) says of a package's licence: three fields, any empty."""

    expression: str = ""
    text: str = ""
    classifiers: tuple[str, ...] = ()

    @property
    def declared(self) -> str:
        """The first that says something; of a whole licence text its first line."""
        text = self.text.strip().split("\n")[0]
        if self.expression or text not in ("", "UNKNOWN"):
            return self.expression or text
        return "; ".join(name.removeprefix(_CLASSIFIER) for name in self.classifiers)


@dataclass(frozen=True)
class Policy:
    """supply.toml, read.

    ``classes`` stand from the freest to the strictest, ``refused`` maps patterns to reasons,
    ``names`` a wording to its SPDX expression, ``packages`` a package to ``declared`` (the wording
    it is true for), ``licence`` and ``reason``; ``elsewhere`` the packages for other systems.
    """

    classes: tuple[LicenceClass, ...]
    refused: Mapping[str, str]
    names: Mapping[str, str]
    packages: Mapping[str, Mapping[str, str]]
    elsewhere: Mapping[str, Mapping[str, str]]
    data: tuple[Mapping[str, str], ...]


def read_policy(path: Path = POLICY) -> Policy:
    """The policy of the file."""
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    classes = (entry | {"licences": tuple(entry["licences"])} for entry in read["class"])
    return Policy(
        classes=tuple(LicenceClass(**entry) for entry in classes),
        refused={name: entry["reason"] for entry in read["refused"] for name in entry["licences"]},
        names=read["names"],
        packages=read["package"],
        elsewhere=read["elsewhere"],
        data=tuple(read["data"]),
    )


def metadata_of(fields: PackageMetadata) -> Metadata:
    """The licence fields of core metadata, and of its classifiers those about licences."""
    expression, text, classifiers = (
        fields.get_all(name) or [] for name in ("License-Expression", "License", "Classifier")
    )
    return Metadata(
        expression="".join(expression),
        text="".join(text),
        classifiers=tuple(name for name in classifiers if name.startswith("License :: ")),
    )


def licence_of(name: str, metadata: Metadata, policy: Policy) -> str:
    """The package's licence as an SPDX expression.

    Raises LicenceError where the metadata says nothing that the policy can read, or no longer says
    what the policy's entry for this package was written for.
    """
    entry = policy.packages.get(normalized(name))
    if entry is not None:
        if entry["declared"] != metadata.declared:
            raise LicenceError(
                f"{name} のライセンスの表示が「{entry['declared']}」から"
                f"「{metadata.declared}」に変わりました。"
                f"内容を読み、.ci/supply.toml の [package.{normalized(name)}] を直してください"
            )
        return entry["licence"]
    if metadata.expression:
        return metadata.expression
    try:
        return policy.names[metadata.declared]
    except KeyError:
        raise LicenceError(
            f"{name} のライセンス「{metadata.declared or '表示なし'}」が分かりません。"
            "パッケージの LICENSE を読み、.ci/supply.toml に "
            f"[package.{normalized(name)}] を加えてください"
        ) from None


def class_of(expression: str, policy: Policy) -> LicenceClass:
    """What the expression allows: of an OR the freest choice, of an AND the strictest part.

    Raises LicenceError for a part that the policy refuses or doesn't know.
    """
    tokens = _TOKEN.findall(expression)
    found, rest = _either(tokens, policy)
    if rest:
        raise LicenceError(f"ライセンスの式「{expression}」を読み取れません")
    if isinstance(found, str):
        raise LicenceError(found)
    return policy.classes[found]


# Each of these reads from the front of ``tokens``, and gives the rank of a class, or the reason
# why there is none, and the tokens left over.


def _either(tokens: list[str], policy: Policy) -> tuple[int | str, list[str]]:
    best, rest = _both(tokens, policy)
    while rest[:1] == ["OR"]:
        other, rest = _both(rest[1:], policy)
        if isinstance(best, str) or (isinstance(other, int) and other < best):
            best = other
    return best, rest


def _both(tokens: list[str], policy: Policy) -> tuple[int | str, list[str]]:
    worst, rest = _one(tokens, policy)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:], policy)
        if isinstance(worst, int) and (isinstance(other, str) or other > worst):
            worst = other
    return worst, rest


def _one(tokens: list[str], policy: Policy) -> tuple[int | str, list[str]]:
    if tokens[:1] == ["("]:
        found, rest = _either(tokens[1:], policy)
        return (found, rest[1:]) if rest[:1] == [")"] else ("括弧が閉じていません", rest)
    taken = 3 if tokens[1:2] == ["WITH"] else 1
    return _rank(" ".join(tokens[:taken]), policy), tokens[taken:]


def _rank(licence: str, policy: Policy) -> int | str:
    for rank, known in enumerate(policy.classes):
        if licence in known.licences:
            return rank
    for pattern, reason in policy.refused.items():
        if fnmatchcase(licence, pattern):
            return f"{licence} は使えません（{reason}）"
    return (
        f"{licence or '空の式'} は .ci/supply.toml にありません。"
        "内容を読み、使えるなら [[class]] に加えてください"
    )
