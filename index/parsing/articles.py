"""What agreements between municipalities share: numbered articles, signatures and an annex.

Read from top to bottom, such a document is::

    title · preamble (前文, says who the parties are) · （caption） 第1条 … · closing (後文) ·
    date · one signature per party · 別表 (annex)

:mod:`index.parsing.annex` reads the annex on from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.eras import parse_date
from index.errors import ParseError
from index.records import Doubt, LeftOut, Record, Section, SourceDocument, SourceSpan

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_DEFINITION = re.compile(r"[（(]以下「([^「」（）()]{1,20})」という。[)）]")
_MUNICIPALITY = re.compile(r"[^\s、。「」（）()]{1,20}[市町村区]")
_CAPTION = re.compile(r"[（(]([^（）()。]{1,60})[)）]")
_ARTICLE = re.compile(r"第(\d{1,3})条\s")
_PARAGRAPH = re.compile(r"(\d{1,2})\s")
_NUMBERED_ITEM = re.compile(r"(?:- )?[（(](\d{1,2})[)）]")
_ITEM = re.compile(rf"{_NUMBERED_ITEM.pattern}|[ア-ン]\s")
_ITEM_OR_PARAGRAPH = re.compile(rf"{_ITEM.pattern}|{_PARAGRAPH.pattern}")
_DATE = re.compile(r"(?:昭和|平成|令和)(?:元|\d{1,2})年(?:[（(]\d{4}年[)）])?\d{1,2}月\d{1,2}日")
_WESTERN = re.compile(r"[（(](\d{4})年[)）]")
_ANNEX = re.compile(r"別表(?:第?\d{1,2})?(?:[（(][^（）()]{1,60}関係[)）])?")

_COVER, _SIGNED = "表紙", "締結者"

Parties = Mapping[str, tuple[str, ...]]
"""Names of the municipalities behind each label the preamble defines: ``{"甲": ("旭川市",)}``."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that isn't blank: its number, counted from 1, and its text as printed."""

    number: int
    raw: str

    @property
    def text(self) -> str:
        """The text with every run of white space as one space, none at its ends."""
        return " ".join(self.raw.split())

    @property
    def squeezed(self) -> str:
        """The text without any white space."""
        return "".join(self.raw.split())


@dataclass(frozen=True, slots=True)
class Body:
    """All of a document above its annex's first row, and the annex's rows still to be read."""

    records: tuple[Section, ...]
    doubts: tuple[Doubt, ...]
    parties: Parties
    annex_title: str
    annex: tuple[Line, ...]


def failure(
    document: SourceDocument, message: str, first: int, last: int | None = None
) -> ParseError:
    """A :class:`ParseError` for lines of ``document``, to be raised by the caller."""
    return ParseError(
        f"{message}。原本と見比べて、行を直してください。",
        file=document.file,
        first_line=first,
        last_line=last,
    )


def read_body(document: SourceDocument) -> Body:
    """Read everything above the annex: title, preamble, articles, closing, date, signatures.

    Raises:
        ParseError: if a part is missing, out of order or unreadable.
    """
    lines = [Line(n, raw) for n, raw in enumerate(document.lines, 1) if raw.strip()]

    def find(start: int, wanted: Callable[[Line], object], what: str) -> int:
        for index in range(start, len(lines)):
            if wanted(lines[index]):
                return index
        numbers = [line.number for line in lines[start:]] or [len(document.lines)]
        raise failure(document, f"{what}が見つかりません", numbers[0], numbers[-1])

    preamble = find(0, lambda line: _DEFINITION.search(line.text), "当事者を定める前文")
    articles = find(preamble + 1, _opens_article, "条文")
    closing = find(articles, lambda line: "を証するため" in line.text, "締結を証する後文")
    day = find(closing + 1, lambda line: _DATE.fullmatch(line.squeezed), "締結日")
    annex = find(day + 1, lambda line: _ANNEX.fullmatch(line.squeezed), "別表")

    _check_day(document, lines[day])
    for line in lines[:annex]:
        if "\t" in line.raw:
            raise failure(document, "別表より前に表の行があります", line.number)
    parties = _read_parties(document, lines[preamble:articles])
    signatures, doubts = _read_signatures(document, lines[day + 1 : annex], parties)
    prose = [
        _section(document, ("前文",), lines[preamble:articles]),
        *_read_articles(document, lines[articles:closing]),
        _section(document, ("後文",), lines[closing:day]),
    ]
    return Body(
        records=(
            *_read_front(document, lines[:preamble]),
            *prose,
            _section(document, ("締結日",), [lines[day]]),
            *signatures,
        ),
        doubts=(
            *(d for record in prose for d in doubt_unfinished(record.text, record.span)),
            *doubts,
        ),
        parties=parties,
        annex_title=lines[annex].squeezed,
        annex=tuple(lines[annex + 1 :]),
    )


def check_ids(document: SourceDocument, records: Iterable[Record]) -> None:
    """Make sure that every record's id is its own.

    Raises:
        ParseError: at the second record of an id.
    """
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            span = record.span
            raise failure(
                document, f"「{record.id}」が2つあります", span.first_line, span.last_line
            )
        seen.add(record.id)


def doubt_unfinished(text: str, span: SourceSpan) -> tuple[Doubt, ...]:
    """A doubt if prose stops before its full stop, as it does when a wrapped line was lost."""
    last = text.rpartition("\n")[2]
    if last.endswith("。") or last.startswith("・") or _ITEM.match(last):
        return ()
    return (Doubt(span, "文の途中で終わっているように見えます。原本を確かめてください。"),)


def readable(pieces: Sequence[str], marks: re.Pattern[str] = _ITEM) -> str:
    """Undo wrapping: markup out, broken lines joined without a character between them.

    A line of the result is a sentence where the source has a space after the full stop, an item of
    a list, or what else begins with one of ``marks``.
    """
    joined = ""
    for piece in pieces:
        text = " ".join(_TAG.sub("", piece).split())
        # Pages and lines break anywhere; only a full stop or an item's mark shows a new line.
        new_line = joined.endswith("。") or bool(marks.match(text))
        joined += f"\n{text}" if joined and new_line else text
    return joined.replace("。 ", "。\n").replace(" ・ ", "\n・ ")


def markup_in(document: SourceDocument, records: Iterable[Record]) -> list[LeftOut]:
    """The markup that :func:`readable` took out of the records' lines."""
    spans = {
        (record.span.first_line, record.span.last_line)
        for record in records
        # Cover and signatures are kept as printed.
        if not (isinstance(record, Section) and record.heading[0] in (_COVER, _SIGNED))
    }
    lines = document.lines
    return [
        LeftOut(SourceSpan(document.key, number, number), "".join(tag.split()), "書式のタグ")
        for first, last in sorted(spans)
        for number in range(first, last + 1)
        for tag in _TAG.findall(lines[number - 1].rpartition("\t")[2])
    ]


def span_of(document: SourceDocument, lines: Sequence[Line]) -> SourceSpan:
    """From the first of ``lines`` to the last; there must be one."""
    return SourceSpan(document.key, lines[0].number, lines[-1].number)


def _check_day(document: SourceDocument, line: Line) -> None:
    """A day of signature is one of the calendar and of its era, its western year the same."""
    western = _WESTERN.search(line.squeezed)
    try:
        day = parse_date(_WESTERN.sub("", line.squeezed))
    except ValueError as error:
        raise failure(document, f"締結日: {str(error).rstrip('。')}", line.number) from error
    if western and int(western.group(1)) != day.year:
        message = f"締結日「{line.squeezed}」の西暦が{day.year}年ではありません"
        raise failure(document, message, line.number)


def _section(
    document: SourceDocument,
    heading: tuple[str, ...],
    lines: Sequence[Line],
    marks: re.Pattern[str] = _ITEM,
) -> Section:
    text = readable([line.raw for line in lines], marks)
    return Section(document.key, heading, text, span_of(document, lines))


def _read_front(document: SourceDocument, lines: Sequence[Line]) -> tuple[Section, ...]:
    if not lines:
        raise failure(document, "前文の上に表題がありません", 1)
    *cover, title = lines
    # A cover repeats the title; without one, all that stands above the preamble is the title.
    if not any(line.squeezed == title.squeezed for line in cover):
        return (_section(document, ("表題",), lines),)
    text = "\n".join(line.text for line in cover).replace("、\n", "、")
    return (
        Section(document.key, (_COVER,), text, span_of(document, cover)),
        _section(document, ("表題",), [title]),
    )


def _read_parties(document: SourceDocument, lines: Sequence[Line]) -> Parties:
    text = "".join(line.text for line in lines)
    parties: dict[str, tuple[str, ...]] = {}
    start = 0
    for definition in _DEFINITION.finditer(text):
        subject = text[start : definition.start()]
        if start and subject.startswith("は"):
            break  # The sentence's subject is complete; what follows defines other terms.
        names = tuple(filter(None, re.split("、|及び|並びに", subject.removeprefix("と"))))
        label = definition.group(1)
        named = [name for others in parties.values() for name in others] + list(names)
        readable_names = all(_MUNICIPALITY.fullmatch(name) for name in names)
        if not names or not readable_names or label in parties or len(set(named)) < len(named):
            message = f"前文から「{label}」がどの市町村か読み取れません"
            raise failure(document, message, lines[0].number, lines[-1].number)
        parties[label] = names
        start = definition.end()
    return parties


def _opens_article(line: Line) -> bool:
    return bool(_CAPTION.fullmatch(line.squeezed) or _ARTICLE.match(line.text))


def _read_articles(document: SourceDocument, lines: Sequence[Line]) -> list[Section]:
    captions: list[Line] = []
    articles: list[list[Line]] = []
    for line in lines:
        number = _ARTICLE.match(line.text)
        if len(captions) > len(articles) and not number:
            raise failure(document, "見出しの次に条文がありません", line.number)
        if _CAPTION.fullmatch(line.squeezed):
            captions.append(line)
        elif number:
            if int(number.group(1)) != len(articles) + 1:
                raise failure(document, "条の番号が続いていません", line.number)
            if len(captions) == len(articles):
                raise failure(document, "条文の上に見出しがありません", line.number)
            articles.append([line])
        else:
            articles[-1].append(line)
    if len(captions) > len(articles):
        raise failure(document, "見出しの次に条文がありません", captions[-1].number)
    for article in articles:
        _check_numbers(document, article)
    return [
        _section(document, (_article_heading(caption, article[0]),), article, _ITEM_OR_PARAGRAPH)
        for caption, article in zip(captions, articles, strict=True)
    ]


def _article_heading(caption: Line, article: Line) -> str:
    return f"{article.text.split()[0]}（{caption.squeezed[1:-1]}）"


def _check_numbers(document: SourceDocument, article: Sequence[Line]) -> None:
    # An article's first paragraph bears no number; items count from 1 under each paragraph.
    paragraph, item = 1, 0
    for line in article[1:]:
        if number := _PARAGRAPH.match(line.text):
            paragraph, item, expected = paragraph + 1, 0, paragraph + 1
        elif number := _NUMBERED_ITEM.match(line.text):
            item = expected = item + 1
        else:
            continue
        if int(number.group(1)) != expected:
            raise failure(document, "項や号の番号が続いていません", line.number)


def _read_signatures(
    document: SourceDocument, lines: Sequence[Line], parties: Parties
) -> tuple[list[Section], list[Doubt]]:
    names = {name for group in parties.values() for name in group}
    spellings = {f"{label}{name}": name for label, group in parties.items() for name in group}
    spellings |= {name: name for name in names}
    sections: list[Section] = []
    doubts: list[Doubt] = []
    start = 0
    while start < len(lines):
        block = lines[start : start + 4]
        section, name, person = _read_signature(document, block, spellings)
        if name not in names:
            raise failure(document, f"{name}の署名が2つあります", block[0].number)
        names.remove(name)
        used = [line for line in block if line.number <= section.span.last_line]
        sections.append(section)
        if len(person) < 3:
            reason = f"氏名「{person}」は一部が抜けている可能性があります。原本を確かめてください。"
            doubts.append(Doubt(span_of(document, used[-1:]), reason))
        start += len(used)
    if names:
        where = lines[-1].number if lines else len(document.lines)
        raise failure(document, f"{'、'.join(sorted(names))}の署名がありません", where)
    return sections, doubts


def _read_signature(
    document: SourceDocument, block: Sequence[Line], spellings: Mapping[str, str]
) -> tuple[Section, str, str]:
    """The signature on top of ``block``, its municipality and its signatory.

    Address, party and office stand on a line each. The signatory's name may share the office's
    line; letters that are spaced apart are put together.
    """
    first, last = block[0].number, block[-1].number
    if len(block) < 3:
        raise failure(document, "署名が途中で終わっています", first, last)
    address, party, office = block[:3]
    name = spellings.get(party.squeezed, "")
    title = f"{name}長"
    if not name or name not in address.squeezed or not office.squeezed.startswith(title):
        raise failure(document, "住所、当事者、職の順の署名として読めません", first, last)
    person, used = office.squeezed.removeprefix(title), block[:3]
    if not person and len(block) > 3:
        person, used = block[3].squeezed, block
    if not person.isalpha():
        raise failure(document, f"{title}の氏名を読み取れません", first, last)
    label = f"{party.squeezed.removesuffix(name)} {name}".strip()
    text = f"{address.squeezed}\n{label}\n{title} {person}"
    section = Section(document.key, (_SIGNED, label), text, span_of(document, used))
    return section, name, person
