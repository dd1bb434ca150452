"""Split the partner cell of an agreement into its parties.

A cell lists its parties with marks (①…, ・), with words or commas between them (及び, ，), or a
line each. A line of its own may also be a branch of the party above it (支店, 学部), and notes
stand among the names: a role in the agreement (（乙）), a present name, who signed.
"""

from __future__ import annotations

import re

_NOTE = re.compile(r"\n?[（(](?:現|締結権者)[　 :：][^（）()]*[）)]")
_ROLE = re.compile(r"[（(][甲乙丙丁戊己][）)]$")
_MARK = re.compile(r"[①-⑳]|^・", re.MULTILINE)
_JOINER = re.compile(r"及び|並びに|[，、,]")
_MUNICIPALITY = re.compile(r"[^・]{1,6}[市町村区]|北海道")
# A line that names a branch doesn't name a body of its own.
_BODY = re.compile(r"会社|法人|[（(]株[）)]|㈱|組合|協会|大学|機構|公社|財団|連合会|省")
_BRANCH = re.compile(
    r"(?:支店|支社|支部|支所|[事営]業部|本部|統括部|部会|ブロック"
    r"|学部|研究科|研究室|研究所|労働局|郵便局|事務所|事業所|工場)$"
)


def split_parties(cell: str) -> tuple[str, ...]:
    """The parties of a partner cell, in its order and as printed.

    ``cell`` has a line break only where a new item begins (:attr:`Agreement.partner`). List marks,
    notes and marks of roles are left out of the names.
    """
    text = _NOTE.sub("", cell)
    entries = _marked(text) if _MARK.match(text) else _by_lines(text)
    names = (_ROLE.sub("", name.strip()).strip() for entry in entries for name in _joined(entry))
    return tuple(name for name in names if name)


def _marked(text: str) -> list[str]:
    """The entries of a list with marks; their other line breaks mean nothing."""
    return ["".join(map(str.strip, entry.split("\n"))) for entry in _MARK.split(text)]


def _by_lines(text: str) -> list[str]:
    """The entries of a list without marks: a line each, with its branches and remarks."""
    first, *others = text.split("\n")
    entries = [first]
    for line in others:
        is_branch = _BRANCH.search(line) and not _BODY.search(line) and _BODY.search(entries[-1])
        if is_branch or line.startswith(("（", "(")):
            entries[-1] = entries[-1].rstrip() + line
        else:
            entries.append(line)
    return entries


def _joined(entry: str) -> list[str]:
    """The names that words or commas outside brackets join, or dots between municipalities."""
    names: list[str] = [""]
    end = 0
    for match in _JOINER.finditer(entry):
        names[-1] += entry[end : match.start()]
        end = match.end()
        if _depth(names[-1]):
            names[-1] += match[0]
        else:
            names.append("")
    names[-1] += entry[end:]
    return [part for name in names for part in _municipalities(name)]


def _depth(text: str) -> int:
    return sum((char in "（(") - (char in "）)") for char in text)


def _municipalities(name: str) -> list[str]:
    parts = [part for part in name.split("・") if part]
    return parts if all(map(_MUNICIPALITY.fullmatch, parts)) else [name]
