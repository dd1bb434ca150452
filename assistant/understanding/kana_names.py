"""Parties' names typed in hiragana: つるはとのきょうてい, いしかい, にほんゆうびん.

A name is read as the analyser reads it, and where its dictionary reads it otherwise than people do,
as ``assistant/data/readings.toml`` says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from assistant.understanding.party_words import LEGAL_FORM
from assistant.understanding.readings import cut
from index.normalization import without_space
from index.stopwords import says_something
from index.tokens import Token, tokenize

SHORTEST = 3
LONGEST = 40
_SURE = 6
"""How many kana make a name unlikely to stand there by chance."""
_RUN = re.compile(r"[ぁ-ゖー]{3,}")
_KANA_ONLY = re.compile(r"[ぁ-ゖー]+")
_KANA = re.compile(r"[ぁ-ゖァ-ヴー]+")
_WORD = re.compile(r"[ァ-ヺー一-龠々a-z0-9]")
_FOREIGN = re.compile(r"[^ぁ-ゖァ-ヺ一-龠々]+")
_LONGEST_NAME = 18
_TO_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(ord("ァ"), ord("ヷ"))}
_UNSPOKEN = str.maketrans("", "", "・-&() ")
# Behind these a word may begin within a run of hiragana.
_BEFORE = frozenset("とのはがをにもや")
_BEHIND = re.compile(
    r"$|と|の|は|が|を|に|も|や|へ|か|で|から|さん|って|とか|など|きょうてい|協定|[^ぁ-ゖァ-ヺー一-龠々]"
)
# Short readings are words of their own, too, unless somebody is spoken of as a party.
_AS_PARTY = re.compile(
    r"(?:さん)?(?:と(?:の|は|も|って|むす|結|締|ていけつ|交|組|協|きょう|いつ|なに|何|どん|どう|$|[?、。])"
    r"|の(?:協定|きょうてい)|きょうてい|協定|って)"
)
# People say either.
_EITHER = ("にっぽん", "にほん")


def kana_names(names: Iterable[str]) -> Callable[[str], str]:
    """What writes ``names`` as they are written into a text that has them in hiragana.

    Of names that are read alike the first counts; names in hiragana are left as they are.
    """
    listed = tuple(names)
    written = lru_cache(maxsize=1)(lambda: _written(listed))

    def with_names(text: str) -> str:
        if not has_doubtful_run(text):
            return text
        parts, position = [], 0
        for start, end, name in _found(text, written()):
            parts += [text[position:start], name]
            position = end
        return "".join([*parts, text[position:]])

    return with_names


def _written(names: Iterable[str]) -> dict[str, str]:
    """Readings to the names read so."""
    written: dict[str, str] = {}
    special = _special_readings()
    said = [name for name in dict.fromkeys(map(without_space, names)) if _is_said(name)]
    for name, tokens, start in cut(said):
        for reading in (*special.get(name, ()), *_readings(name, tokens, start)):
            if SHORTEST <= len(reading) <= LONGEST:
                written.setdefault(reading, name)
    return written


def has_doubtful_run(text: str) -> bool:
    """Whether the analyser reads into some hiragana of ``text`` more than a question's own words.

    Most questions have none, and readings of all names take a tenth of a second.
    """
    runs = [run.span() for run in _RUN.finditer(text)]
    return bool(runs) and any(
        start <= token.start and token.end <= end and says_something(token)
        for token in tokenize(text)
        for start, end in runs
    )


def _is_said(name: str) -> bool:
    """Whether people may type ``name`` in hiragana: not with its legal form, nor at any length."""
    short = len(name) <= _LONGEST_NAME and not LEGAL_FORM.search(name)
    return short and not _KANA_ONLY.fullmatch(name) and not _FOREIGN.fullmatch(name)


def _found(text: str, written: dict[str, str]) -> Iterator[tuple[int, int, str]]:
    """The longest names in the runs of hiragana of ``text``: (start, end, name)."""
    for run in _RUN.finditer(text):
        place = run.start()
        while place < run.end():
            end = _end_of_name(text, place, run.end(), written) if _begins(text, place, run) else 0
            if end:
                yield place, end, written[text[place:end]]
            place = end or place + 1


def _begins(text: str, place: int, run: re.Match[str]) -> bool:
    if place == run.start():
        # コープさっぽろ is one name.
        return not (place and _WORD.match(text[place - 1]))
    return text[place - 1] in _BEFORE


def _end_of_name(text: str, start: int, last: int, written: dict[str, str]) -> int:
    """Where the longest name that begins at ``start`` ends; 0 if none does."""
    for end in range(min(last, start + LONGEST), start + SHORTEST - 1, -1):
        if text[start:end] not in written:
            continue
        whole = start == 0 and end == len(text)
        behind = _BEHIND if end - start >= _SURE else _AS_PARTY
        if whole or behind.match(text, end):
            return end
    return 0


def _readings(name: str, tokens: Sequence[Token], start: int) -> tuple[str, ...]:
    """How ``name`` is read, in hiragana; nothing where a part of it has no reading."""
    parts, position = [], 0
    for token in tokens:
        # Particles are no tokens; they are kana.
        parts.append(name[position : token.start - start])
        spoken = token.surface if _KANA.fullmatch(token.surface) else token.reading
        if not spoken:
            return ()
        parts.append(spoken)
        position = token.end - start
    reading = "".join([*parts, name[position:]]).translate(_TO_HIRAGANA).translate(_UNSPOKEN)
    if not _KANA_ONLY.fullmatch(reading):
        return ()
    return tuple(dict.fromkeys((reading, reading.replace(*_EITHER))))


@lru_cache(maxsize=1)
def _special_readings() -> dict[str, tuple[str, ...]]:
    """Names to the readings that the dictionary doesn't know."""
    path = files("assistant").joinpath("data/readings.toml")
    read: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))["readings"]
    return {without_space(name): tuple(readings) for name, readings in read.items()}
