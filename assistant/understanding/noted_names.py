"""Notes in parentheses right behind a partner's name: 「ツルハ(薬局)との協定」.

Such a note says who the partner is once more, in another word. It would part the name from what is
said of it, and its words aren't conditions of their own. Patterns are matched on normalized text
without white space.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.understanding.mentions import NamedPartner
from assistant.understanding.names import PartnerNames
from assistant.understanding.noun_phrases import is_noun_phrase
from assistant.understanding.party_words import LEGAL_FORM

_NOTE = re.compile(r"(?<=[^、。?「『\"(])\((?P<said>[^()]{1,30})\)")
# What only stresses that the name itself is meant.
_ITSELF = re.compile(r"(?:そのもの|自体|自身|本体)$")
# Legal forms and the roles of a compact's parties are written so.
_OWN_USE = re.compile(rf"{LEGAL_FORM.pattern}|\([甲乙丙丁]\)")
_SEVERAL = frozenset({"kind", "placed", "legal", "municipality"})


def notes_aside(
    text: str, names: PartnerNames, claimed: Callable[[str], bool]
) -> tuple[str, list[str]]:
    """``text`` without the notes behind partners' names, and what these notes add.

    Of two names of one partner the one with fewer agreements stays: イオン(イオン北海道).

    Args:
        text: a question.
        names: finds the partners that a text names.
        claimed: whether a note says something else: when, or which department.
    """
    passed = []
    for match in reversed(list(_NOTE.finditer(text))):
        said = _ITSELF.sub("", match["said"])
        if _OWN_USE.fullmatch(match.group()) or claimed(said):
            continue
        named = _ending(text[: match.start()], text[match.end() :], names)
        if named is None:
            continue
        noted = _ending(text[: named.start] + said, text[match.end() :], names)
        if noted is not None and _tells_more(noted, named):
            text = text[: named.start] + said + text[match.end() :]
        elif noted is None and not _is_name(said):
            continue
        elif named.kind not in _SEVERAL and (noted is None or not _is_another(noted, named)):
            text = text[: match.start()] + text[match.end() :]
            passed += [said] if noted is None and said == match["said"] else []
    return text, passed


def _is_name(said: str) -> bool:
    """Whether a note is nouns only: 薬局, 医師の団体."""
    return all(map(is_noun_phrase, said.split("の")))


def _ending(before: str, after: str, names: PartnerNames) -> NamedPartner | None:
    """The party whose name ends where ``before`` does, if it is spoken of as one."""
    text, end = before + after, len(before)
    if not before:
        return None
    return next(
        (
            p
            for p in names.find(text)
            if p.end == end and names.beside.spoken_of(text, p.start, end)
        ),
        None,
    )


def _tells_more(noted: NamedPartner, named: NamedPartner) -> bool:
    """Whether a note names one party of those meant, and the words before it several or none."""
    own = set(noted.numbers)
    if noted.kind in _SEVERAL or not own:
        return False
    longer = named.name in noted.name and named.name != noted.name
    return longer or not named.numbers or own < set(named.numbers)


def _is_another(noted: NamedPartner, named: NamedPartner) -> bool:
    """Whether a note names somebody else."""
    return noted.kind not in _SEVERAL and not set(noted.numbers) & set(named.numbers)
