"""A quote found again in its document: the lines around it, with the quote marked."""

from __future__ import annotations

import re

from assistant.citations import bare
from assistant.pages.markup import Html, element, escaped, joined
from index.records import SourceDocument, SourceSpan

# What `bare` leaves out, in one pass over a text whose offsets are still wanted.
_LEFT_OUT = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,9}>|\*\*|--+|\s+")
AROUND = 2


def locate(text: str, quote: str) -> tuple[int, int] | None:
    """Where ``quote`` stands in ``text``, white space and markup aside.

    Returns:
        Offsets of its first character and behind its last; None if it doesn't stand there. A figure
        that stands by itself is preferred to the same digits within a longer figure.
    """
    wanted = bare(quote)
    kept: list[int] = []
    position = 0
    for match in _LEFT_OUT.finditer(text):
        kept.extend(range(position, match.start()))
        position = match.end()
    kept.extend(range(position, len(text)))
    plain = "".join(text[offset] for offset in kept)
    places = []
    start = plain.find(wanted) if wanted else -1
    while start >= 0:
        places.append((kept[start], kept[start + len(wanted) - 1] + 1))
        start = plain.find(wanted, start + 1)
    whole = (place for place in places if not _cuts_a_figure(text, *place))
    return next(whole, places[0] if places else None)


def source_view(
    document: SourceDocument, span: SourceSpan, quote: str | None, *, whole: bool
) -> Html:
    """The document's lines around ``quote``, numbered, with the quote marked.

    Args:
        document: where the quote stands.
        span: the lines of the record that is quoted.
        quote: the quote; if it isn't found, that is said, and all lines of the record are shown.
            None marks nothing and claims nothing.
        whole: show all lines of the record, even those far from the quote.
    """
    lines = document.lines
    first, last = span.first_line, span.last_line
    text = "\n".join(lines[first - 1 : last])
    place = None if quote is None else locate(text, quote)
    if place and not whole:
        first, last = (first + text.count("\n", 0, offset) for offset in place)
    shown_first, shown_last = max(1, first - AROUND), min(len(lines), last + AROUND)

    rows = []
    # Offsets in `text` of the line at hand; negative before the record begins.
    start = -sum(len(line) + 1 for line in lines[shown_first - 1 : span.first_line - 1])
    start += sum(len(line) + 1 for line in lines[span.first_line - 1 : shown_first - 1])
    for number in range(shown_first, shown_last + 1):
        line = lines[number - 1]
        inside = span.first_line <= number <= span.last_line
        content = _marked(line, start, place) if inside and place else escaped(line)
        rows.append(element("li", content or escaped(" "), css="" if inside else "beside"))
        start += len(line) + 1
    return joined(
        [
            _caption(document, span, None if quote is None else place is not None),
            element("ol", *rows, css="source", start=shown_first),
        ]
    )


def _caption(document: SourceDocument, span: SourceSpan, found: bool | None) -> Html:
    where = f"{document.file} {span.first_line}~{span.last_line}行"
    verdicts = {
        True: [" ", element("strong", "✓ 原文一致", css="agrees")],
        False: [" ", element("strong", "✕ 原文と一致しません", css="differs")],
        None: [],
    }
    return element("p", f"原文（{where}）", *verdicts[found], css="source-caption")


def _marked(line: str, start: int, place: tuple[int, int]) -> Html:
    """``line``, which begins at offset ``start``, with its part of ``place`` marked."""
    begin = min(max(place[0] - start, 0), len(line))
    end = min(max(place[1] - start, 0), len(line))
    part = line[begin:end]
    if not part.strip():
        return escaped(line)
    begin += len(part) - len(part.lstrip())
    end -= len(part) - len(part.rstrip())
    return joined([line[:begin], element("mark", line[begin:end]), line[end:]])


def _cuts_a_figure(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start].isdecimal() and text[start].isdecimal()
    after = text[end : end + 1].isdecimal() and text[end - 1].isdecimal()
    return before or after
