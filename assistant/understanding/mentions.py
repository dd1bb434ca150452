"""Mentions of partners: which are spoken of as parties, which of overlapping ones count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.understanding.noun_phrases import noun_phrases
from assistant.understanding.party_context import connected
from assistant.understanding.strangers import Beside
from index.tokens import Token

# The kind of a mention that tells where a party is: 海外.
PLACED = "placed"
_KINDS = ("kind", "municipality", "legal")
_RANK = ("unknown", "municipality", "place", "group", "name", "common", "kind", PLACED, "legal")


@dataclass(frozen=True, slots=True)
class NamedPartner:
    """A partner that a question names.

    Attributes:
        name: as the question says it.
        numbers: the agreements with that partner; empty for one that is known but has none.
        start: where the question names it (in the text without white space).
        end: end of that (excluded).
        kind: ``name``, ``group``, ``kind``, ``placed`` (a kind by where it is), ``legal`` (a legal
            form), ``municipality`` (市町村 as such), ``part`` (of a name) or ``unknown``.
    """

    name: str
    numbers: tuple[int, ...]
    start: int
    end: int
    kind: str = "name"


def parties_meant(text: str, found: Sequence[NamedPartner], beside: Beside) -> list[NamedPartner]:
    """Those spoken of as parties; whoever stands beside one in a row (銀行や信用金庫) is, too."""
    forms = any(partner.kind == "legal" for partner in found)
    phrases = list(noun_phrases(text)) if forms else []
    found = [
        partner
        for partner in found
        if partner.kind != "legal" or not _joins_name(partner, found, phrases)
    ]
    meant = [
        partner.kind in ("name", "group", "legal")
        or beside.spoken_of(text, partner.start, partner.end)
        for partner in found
    ]
    for position in range(len(found) - 1, 0, -1):
        if meant[position] and connected(text, found[position - 1].end, found[position].start):
            meant[position - 1] = True
    for position in range(1, len(found)):
        if meant[position - 1] and connected(text, found[position - 1].end, found[position].start):
            meant[position] = True
    return [partner for partner, is_meant in zip(found, meant, strict=True) if is_meant]


def _joins_name(
    form: NamedPartner, found: Sequence[NamedPartner], phrases: Sequence[Sequence[Token]]
) -> bool:
    """Whether a legal form belongs to a name beside it: 株式会社安井組."""
    beside = any(
        other.kind != "legal" and (other.end == form.start or other.start == form.end)
        for other in found
    )
    return beside or any(
        phrase[0].start <= form.start
        and form.end <= phrase[-1].end
        and any(
            token.pos.endswith("固有名詞") and not form.start <= token.start < form.end
            for token in phrase
        )
        for phrase in phrases
    )


def longest(found: Iterable[NamedPartner]) -> list[NamedPartner]:
    """The longest of overlapping mentions; of equal ones, all their agreements."""
    by_span: dict[tuple[int, int], NamedPartner] = {}
    for partner in found:
        span = partner.start, partner.end
        same = by_span.get(span)
        if same is None:
            by_span[span] = partner
        elif {same.kind, partner.kind} & {"legal", "municipality"}:
            by_span[span] = same if same.kind in ("legal", "municipality") else partner
        else:
            numbers = tuple(sorted({*same.numbers, *partner.numbers}))
            kind = min(same.kind, partner.kind, key=_RANK.index)
            by_span[span] = replace(same, numbers=numbers, kind=kind)
    kept: list[NamedPartner] = []
    for partner in sorted(by_span.values(), key=lambda p: (p.start - p.end, p.start)):
        if not any(partner.start < k.end and k.start < partner.end for k in kept):
            kept.append(partner)
    return sorted(kept, key=lambda partner: partner.start)


def overlaps(taken: Sequence[tuple[int, int]], partner: NamedPartner) -> bool:
    """Whether a mention overlaps one of the places ``taken``."""
    return any(start < partner.end and partner.start < end for start, end in taken)


def narrowed(text: str, found: Sequence[NamedPartner]) -> list[NamedPartner]:
    """``found``, with a kind of partner that is told to be somewhere in one: 海外の大学."""
    made: list[NamedPartner] = []
    for partner in found:
        before = made[-1] if made else None
        beside = before is not None and text[before.end : partner.start] == "の"
        if before is not None and beside and before.kind == PLACED and partner.kind in _KINDS:
            both = tuple(no for no in partner.numbers if no in before.numbers)
            name = text[before.start : partner.end]
            made[-1] = replace(partner, name=name, numbers=both, start=before.start)
        else:
            made.append(partner)
    return made
