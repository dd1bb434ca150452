"""What a question about a numbered row asks for, where that is no column: 「No.43の周波数は？」

The last noun before the question's end is asked for. Where the row speaks of nothing like it, no
other row can help: the answer is an honest no.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from assistant.desk import Desk
from assistant.question import Question
from assistant.understanding.noun_phrases import noun_phrases
from assistant.understanding.quantities import Wanted
from index.normalization import without_space
from index.records import Agreement
from index.stopwords import is_about_table, says_something

# What may follow the noun that is asked for, up to the end.
_END = re.compile(
    r"(?:は|が|を|って|も|とは|について)?、?(?:(?:何|いくつ|どこ|どれ|どの|どう|どんな|誰)[^。?、]{0,12}"
    r"|(?:を|が|は)?(?:教え|知り|見せ|示し|お願い|分か|わか|聞)[^。?、]{0,12})?(?:です|でしょう)?か?[。?]{0,3}$"
)


def unspoken(desk: Desk, asked: Question, agreement: Agreement) -> Wanted | None:
    """What is asked of ``agreement`` that the row says nothing of; None if it may tell it."""
    if asked.column is not None or asked.intent != "lookup" or asked.english:
        return None
    text = without_space(asked.text)
    for phrase in reversed(list(noun_phrases(text))):
        start, end = phrase[0].start, phrase[-1].end
        if not _END.match(text, end):
            continue
        content = [
            t
            for t in phrase
            if says_something(t) and not is_about_table(t) and t.term not in _whole_words()
        ]
        if not content or phrase[-1].term in _whole_words():
            return None
        said = text[start:end]
        if any(c.start < end and start < c.end for c in asked.conditions):
            return None
        return None if _speaks_of(desk, agreement, said) else Wanted(f"「{said}」", start, end)
    return None


def _speaks_of(desk: Desk, agreement: Agreement, said: str) -> bool:
    """Whether a row meets any word of ``said``, be it in other words."""
    hits = desk.retriever.search(said, len(desk.index.passages), kinds=("agreement",))
    own = next((hit for hit in hits if hit.record.id == agreement.id), None)
    return own is not None and own.met > 0


@cache
def _whole_words() -> frozenset[str]:
    """Nouns for an agreement as a whole, and for parts of it that rows tell without naming them."""
    path = files("assistant").joinpath("data/missing_columns.toml")
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))["whole"])
