"""Articles of an agreement's text, by number: the one asked for, or that there is none.

「第4条は？」 gets that article; 「第12条に罰則が…」 where the text ends with 第7条 is a no.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from assistant.desk import Desk
from assistant.question import Question
from assistant.refusing.missing_columns import compact_item
from assistant.results import Answer
from assistant.understanding.named_numbers import article_number, articles_named, overlaps
from index.normalization import normalized, without_space
from index.records import Section
from index.stopwords import is_about_table, says_something
from index.tokens import terms, tokenize

_HEADING = re.compile(r"第(?P<n>\d{1,4}|[一二三四五六七八九十]{1,4})条")
_OF_CHANGE = re.compile(r"変更|解消|廃止|効力|期間")
# What is said of an article as such.
_OF_ARTICLE = frozenset(
    {"条文", "見出し", "規定", "定める", "条項", "箇条", "文言", "全文", "本文", "項"}
)


def told(desk: Desk, asked: Question, keys: Collection[str]) -> Answer | None:
    """What an agreement's articles tell, or the no to what none of them does; else None.

    Args:
        desk: the desk.
        asked: the question.
        keys: the documents that it names.
    """
    return _by_number(desk, asked, keys) or _of_the_whole(desk, asked, keys)


def _by_number(desk: Desk, asked: Question, keys: Collection[str]) -> Answer | None:
    """The article that a question names, or the no to one that doesn't exist."""
    text = without_space(asked.text)
    wanted = {match.group(): number for match, number in articles_named(text)}
    held = _held(desk, keys) if wanted else None
    if held is None:
        return None
    key, articles = held
    missing = [said for said, number in wanted.items() if number not in articles]
    title = desk.index.documents[key].title
    if missing:
        last = articles[max(articles)]
        return Answer(
            "not_found",
            f"「{title}」に{'、'.join(missing)}はありません。最後の条文は"
            f"「{last.heading[-1]}」です。条の番号を確かめてください。",
            related=(desk.cite_whole(last, last.text),),
            interpretation=f"文書＝{title}",
        )
    found = [articles[number] for number in dict.fromkeys(wanted.values())]
    return _quoted(desk, asked, title, found)


def _of_the_whole(desk: Desk, asked: Question, keys: Collection[str]) -> Answer | None:
    """What is asked of a whole agreement's text that its articles tell, or don't.

    How long it is in force, what happens to who breaks it: told by an article or by nothing.
    """
    item = compact_item(asked.text)
    held = _held(desk, keys) if item is not None and item.value is not None else None
    if item is None or item.value is None or held is None:
        return None
    key, articles = held
    title = desk.index.documents[key].title
    for section in articles.values():
        plain = without_space(normalized(section.text))
        if item.value.search(plain) and any(anchor in plain for anchor in item.anchors):
            return _quoted(desk, asked, title, [section], whole=True)
    near = [s for s in articles.values() if _OF_CHANGE.search(s.heading[-1])]
    return Answer(
        "not_found",
        f"{item.name}は、「{title}」の条文に定めがありません。変更などについての条文を関連として示します。",
        related=tuple(desk.cite_whole(section, section.text) for section in near),
        interpretation=f"文書＝{title}、知りたい項目＝{item.name}",
    )


def _quoted(
    desk: Desk, asked: Question, title: str, found: list[Section], *, whole: bool = False
) -> Answer | None:
    """The articles themselves, unless the question is about something in them."""
    document = desk.index.documents[found[0].document]
    own = set(terms(" ".join((document.title, document.municipality, *document.called))))
    text = without_space(asked.text)
    named = [match.span() for match, _ in articles_named(text)]
    topic = {
        token.term
        for token in tokenize(text)
        if says_something(token)
        and not is_about_table(token)
        and not overlaps(named, token.start, token.end)
    }
    if not whole and topic - own - _OF_ARTICLE:
        return None
    lines = [
        f"{title}「{section.heading[-1]}」は次のとおりです。\n{section.text}" for section in found
    ]
    return Answer(
        "fact",
        "\n".join(lines),
        citations=tuple(desk.cite_whole(section, section.text) for section in found),
        interpretation=f"文書＝{title}",
    )


def _held(desk: Desk, keys: Collection[str]) -> tuple[str, Mapping[int, Section]] | None:
    """The one document of ``keys`` that has articles, and these; None if not just one has."""
    held = [(key, articles) for key in keys if (articles := _articles(desk, key))]
    return held[0] if len(held) == 1 else None


def _articles(desk: Desk, key: str) -> Mapping[int, Section]:
    """The articles of a document by their number."""
    found: dict[int, Section] = {}
    for section in desk.sections:
        match = _HEADING.match(normalized(section.heading[0])) if section.document == key else None
        if match:
            found.setdefault(article_number(match["n"]), section)
    return found
