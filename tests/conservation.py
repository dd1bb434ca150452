"""An account of a document's characters that knows nothing of how parsers work.

Every character that isn't white space must be in a record (its text, cell or figure), in a header
or heading, or in what the parser reports as left out. Lines are counted in blocks: those that the
spans of records cover together. Of a line outside them, what isn't left out must head something.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations

from index.build import PARSERS
from index.errors import ParseError
from index.parsing.date_checks import check_dates
from index.passages import make_passages
from index.records import Agreement, CompactRole, Parsed, Record, Section, SourceDocument

SECONDS = 5.0
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
AGREEMENT_HEADER = "No.部局担当課連携協定の名称連携協定の相手方協定の目的協定の内容締結年月日"
YEAR_HEADER = "締結年度年度別協定数うち災害にかかわるもの"
CROSS_HEADER = ("協定の目的，内容に該当する分野", "部局", "協定数", "該当分野数")
SURVEY_HEADERS = (
    "部局協定数割合",
    "分野協定数",
    *(
        "".join(part) + YEAR_HEADER
        for n in range(5)
        for part in permutations(CROSS_HEADER, n)
    ),
)  # fmt: skip
# A bracket of an article's caption, and an arrow in a text, are shown in one form.
ONE_FORM = str.maketrans("()►％", "（）▶%")


def squeezed(text: str) -> str:
    return "".join(text.split()).translate(ONE_FORM)


def fault_of(source: SourceDocument, lines: Sequence[str]) -> str | None:
    """What is wrong with how a parser takes these lines in place of a document's; None if nothing.

    Right are records that conserve every character and have ids of their own, or an error that
    names the document and lines it has, in Japanese; either within seconds.
    """
    document = replace(source, text="\n".join(lines))
    start = time.perf_counter()
    try:
        parsed = PARSERS[document.kind](document)
        check_dates(document)
    except ParseError as error:
        refusal = error
        parsed = None
    seconds = time.perf_counter() - start
    if seconds > SECONDS:
        return f"took {seconds:.1f} s"
    if parsed is not None:
        return _fault_of_records(document, parsed)
    if not str(refusal).startswith(f"{source.file} ") or not JAPANESE.search(str(refusal)):
        return f"no document or no Japanese: {refusal}"
    if not 1 <= refusal.first_line <= refusal.last_line <= len(document.lines):
        return f"lines that there aren't: {refusal}"
    return None


def _fault_of_records(document: SourceDocument, parsed: Parsed) -> str | None:
    if lost := unaccounted(document, parsed):
        return f"not conserved: {lost}"
    if len({record.id for record in parsed.records}) < len(parsed.records):
        return "two records of one id"
    spans = [part.span for part in (*parsed.records, *parsed.doubts, *parsed.left_out)]
    if not all(1 <= span.first_line <= span.last_line <= len(document.lines) for span in spans):
        return "spans of lines that there aren't"
    make_passages(parsed.records, {document.key: document})
    return None


def unaccounted(document: SourceDocument, parsed: Parsed) -> list[str]:
    """What is lost or made up: one description for each block of lines that doesn't add up."""
    left_out: dict[int, Counter[str]] = {}
    for left in parsed.left_out:
        assert left.span.first_line == left.span.last_line
        assert left.text.strip()
        assert left.reason
        line = left_out.setdefault(left.span.first_line, Counter())
        line.update(squeezed(left.text))
    lines = {
        number: squeezed(line) for number, line in enumerate(document.lines, 1) if line.strip()
    }
    wrong = []
    covered: set[int] = set()
    for first, last, records in blocks(parsed.records):
        covered.update(range(first, last + 1))
        printed = Counter[str]()
        for number in range(first, last + 1):
            if not is_header(document, lines.get(number, "")):
                printed.update(lines.get(number, ""))
                printed.subtract(left_out.get(number, Counter()))
        printed.subtract(said(document, first, last, records))
        off = {char: count for char, count in printed.items() if count}
        if off and off not in [Counter(squeezed(part)) for part in headings(records)]:
            wrong.append(f"{first}~{last}行: {off}")
    names = {squeezed(part) for part in headings(parsed.records)} | set(
        map(squeezed, headers(document, parsed))
    )
    for number, line in lines.items():
        if number in covered:
            continue
        over = left_out.get(number, Counter()) - Counter(line)
        rest = without(line, left_out.get(number, Counter()))
        if over or not any(rest in name for name in names):
            wrong.append(f"{number}行: {line}")
    return wrong


def blocks(records: Iterable[Record]) -> Iterator[tuple[int, int, list[Record]]]:
    """Records by the lines that their spans cover together."""
    present: list[Record] = []
    first = last = 0
    for record in sorted(records, key=lambda r: (r.span.first_line, r.span.last_line)):
        if present and record.span.first_line > last:
            yield first, last, present
            present = []
        if not present:
            first, last = record.span.first_line, 0
        last = max(last, record.span.last_line)
        present.append(record)
    if present:
        yield first, last, present


def said(document: SourceDocument, first: int, last: int, records: list[Record]) -> str:
    """All that a block's records say, each thing once."""
    kind = document.kind
    if kind == "agreement-table":
        return squeezed("".join(map(row_text, records)))
    if kind == "survey":
        return squeezed("".join(facts_text(records)))
    if kind == "slides":
        return squeezed("".join(record.text for record in records if isinstance(record, Section)))
    cells = (
        cell.strip()
        for number in range(first, last + 1)
        for cell in document.lines[number - 1].split("\t")[:-1]
    )
    names = {*headings(records), *(f"{party}の役割" for party in parties(document, records))}
    return squeezed("".join(name for name in cells if name in names) + "".join(annex_text(records)))


def row_text(record: Record) -> str:
    assert isinstance(record, Agreement)
    cells = (record.department, record.section, record.title, record.partner, record.purpose)
    return "".join((str(record.no), *cells, record.content, record.concluded_text))


def facts_text(records: list[Record]) -> Iterator[str]:
    """Texts; of a table's row its name once, and every figure."""
    texts = [record for record in records if isinstance(record, Section)]
    yield from (record.text for record in texts)
    inside = {n for r in texts for n in range(r.span.first_line, r.span.last_line + 1)}
    labels = {}
    for fact in records:
        if isinstance(fact, Section) or fact.span.last_line in inside:
            continue
        by_column = fact.table in ("部局×分野", "取組実績・予定")
        labels[fact.span] = fact.label.split(" ")[0] if by_column else fact.label
        yield f"{fact.value:.1f}%" if fact.unit == "%" else f"{fact.value:.0f}"
    yield from labels.values()


def annex_text(records: list[Record]) -> Iterator[str]:
    """Texts; of roles that municipalities share, the text once below all their names."""
    yield from (record.text for record in records if isinstance(record, Section))
    shared: dict[tuple[int, str], list[CompactRole]] = {}
    for role in records:
        if isinstance(role, CompactRole):
            shared.setdefault((role.span.first_line, role.text), []).append(role)
    for (_, text), roles in shared.items():
        yield text
        if roles[0].party == roles[0].party_name:
            yield "【" + "、".join(role.party for role in roles) + "】"


def parties(document: SourceDocument, records: Iterable[Record]) -> Iterator[str]:
    """What roles are named after: a party as the records name it, or all of them together."""
    roles = [record for record in records if isinstance(record, CompactRole)]
    yield from (role.party for role in roles)
    if any(role.party == role.party_name for role in roles):
        yield from re.findall(r"（以下「(.*?)」という。）", document.text)


def is_header(document: SourceDocument, line: str) -> bool:
    return document.kind == "agreement-table" and line == AGREEMENT_HEADER


def headings(records: Iterable[Record]) -> Iterator[str]:
    """All headings that lead to records, without the number of one that comes again."""
    for record in records:
        if isinstance(record, Section):
            for part in record.heading:
                yield part
                yield re.sub(r"（\d+）$", "", part)
        elif isinstance(record, CompactRole):
            yield from (*record.field.split(" > "), record.initiative)


def headers(document: SourceDocument, parsed: Parsed) -> Iterator[str]:
    """Headers of tables; those of columns that are no headers of their own are names of figures."""
    if document.kind == "agreement-table":
        yield AGREEMENT_HEADER
    if document.kind == "survey":
        yield from SURVEY_HEADERS
        for table, row in (("部局×分野", "総計"), ("取組実績・予定", None)):
            labels = [
                r.label.split(" ") for r in parsed.records if getattr(r, "table", "") == table
            ]
            columns = dict.fromkeys(name for first, name in labels if row in (None, first))
            yield "".join(columns)


def without(line: str, chars: Counter[str]) -> str:
    """The line without each of ``chars`` where it comes first."""
    for char, count in chars.items():
        line = line.replace(char, "", count)
    return line
