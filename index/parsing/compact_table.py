"""Read a compact of two municipalities (連携協約): a three-column table of who does what.

Each initiative is a row per cell, its name in the first row only; a page break leaves the rest of
a cell in a row of its own, with a row of dashes below it::

    二次救急医療の連携 <tab> 取組の内容 <tab> …
                       <tab> 甲の役割   <tab> …
                       <tab> 乙の役割   <tab> …施
                       <tab>            <tab> するに当たり…
    --                 <tab> --         <tab> ----
"""

from __future__ import annotations

from index.parsing.annex import (
    ROLE_SUFFIX,
    Row,
    cell_section,
    check_cells,
    read_annex,
)
from index.parsing.articles import Line, check_ids, doubt_unfinished, failure, markup_in, read_body
from index.records import CompactRole, LeftOut, Parsed, Record, SourceDocument, SourceSpan

_CONTENT = "取組の内容"


def parse(document: SourceDocument) -> Parsed:
    """The compact's articles and signatures as sections, its annex as contents and roles.

    Raises:
        ParseError: if a part is missing, twice there, out of order or unreadable.
    """
    body = read_body(document)
    initiatives = read_annex(document, body.annex, lambda line: _read_row(document, line))
    labels = {f"{label}{ROLE_SUFFIX}": label for label in body.parties}
    records: list[Record] = [*body.records]
    doubts = [*body.doubts]
    for initiative in initiatives:
        check_cells(document, initiative, required=(_CONTENT, *labels))
        for cell in initiative.cells:
            doubts += doubt_unfinished(cell.text, cell.span)
            if cell.key == _CONTENT:
                records.append(cell_section(document, body.annex_title, initiative, cell))
                continue
            label = labels[cell.key]
            role = CompactRole(
                compact=document.key,
                field=initiative.field,
                initiative=initiative.name,
                party=label,
                party_name="、".join(body.parties[label]),
                text=cell.text,
                span=cell.span,
            )
            records.append(role)
    check_ids(document, records)
    rules = (
        LeftOut(SourceSpan(document.key, line.number, line.number), line.squeezed, "表の罫線")
        for line in body.annex
        if _is_rule(line)
    )
    return Parsed(tuple(records), tuple(doubts), (*markup_in(document, records), *rules))


def _is_rule(line: Line) -> bool:
    """Whether a row consists of dashes, as below a page's end."""
    cells = [cell.strip() for cell in line.raw.split("\t")]
    return len(cells) == 3 and all(cell and not cell.strip("-") for cell in cells)


def _read_row(document: SourceDocument, line: Line) -> Row | None:
    if _is_rule(line):
        return None
    cells = [cell.strip() for cell in line.raw.split("\t")]
    name, key, text = cells if len(cells) == 3 else ("", "", "")
    if not text or (name and not key):
        raise failure(document, "取組、欄の名前、内容の3列として読めない行です", line.number)
    return Row(name, key, text)
