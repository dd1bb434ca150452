"""Read an agreement of many municipalities under one collective name (連携市町).

Its annex has two columns, the initiative's name on a line above them, and one cell for all roles,
in which 【 】 names the municipalities that share what follows::

    地域防災体制等の充実
    取組の方向性   <tab> …
    取組内容       <tab> ・ … ・ …
    連携市町の役割 <tab> 【岩見沢市】 ・ … 【夕張市、美唄市、…】 ・ …
    備考           <tab> …
"""

from __future__ import annotations

import re

from index.parsing.annex import (
    ROLE_SUFFIX,
    Cell,
    Initiative,
    Row,
    cell_section,
    check_cells,
    read_annex,
)
from index.parsing.articles import Line, check_ids, doubt_unfinished, failure, markup_in, read_body
from index.records import CompactRole, Parsed, Record, SourceDocument

_AIM, _CONTENT, _NOTE = "取組の方向性", "取組内容", "備考"
_GROUP = re.compile(r"【([^【】]*)】")


def parse(document: SourceDocument) -> Parsed:
    """The agreement's articles and signatures as sections, its annex as sections and roles.

    Every municipality has a role of its own in every initiative; those named together share its
    text and span.

    Raises:
        ParseError: if a part is missing, twice there, out of order or unreadable.
    """
    body = read_body(document)
    initiatives = read_annex(document, body.annex, lambda line: _read_row(document, line))
    roles = {f"{label}{ROLE_SUFFIX}": names for label, names in body.parties.items()}
    records: list[Record] = [*body.records]
    doubts = [*body.doubts]
    for initiative in initiatives:
        check_cells(document, initiative, required=(_AIM, _CONTENT, *roles), optional=(_NOTE,))
        for cell in initiative.cells:
            if cell.key in roles:
                records += _roles(document, initiative, cell, roles[cell.key])
            else:
                doubts += doubt_unfinished(cell.text, cell.span)
                records.append(cell_section(document, body.annex_title, initiative, cell))
    check_ids(document, records)
    return Parsed(tuple(records), tuple(doubts), tuple(markup_in(document, records)))


def _read_row(document: SourceDocument, line: Line) -> Row:
    cells = [cell.strip() for cell in line.raw.split("\t")]
    if len(cells) == 1:
        return Row(name=line.text, key="", text="")
    if len(cells) == 2 and cells[1]:
        return Row(name="", key=cells[0], text=cells[1])
    raise failure(document, "欄の名前、内容の2列として読めない行です", line.number)


def _roles(
    document: SourceDocument, initiative: Initiative, cell: Cell, names: tuple[str, ...]
) -> list[CompactRole]:
    before, *groups = _GROUP.split(cell.text)
    lines = (cell.span.first_line, cell.span.last_line)
    if before.strip():
        raise failure(document, f"「{cell.key}」が【市町村名】で始まっていません", *lines)
    roles: dict[str, CompactRole] = {}
    for label, text in zip(groups[::2], groups[1::2], strict=True):
        for name in label.split("、"):
            if name not in names or name in roles or not text.strip():
                message = f"取組「{initiative.name}」で「{name}」の役割を読み取れません"
                raise failure(document, message, *lines)
            roles[name] = CompactRole(
                compact=document.key,
                field=initiative.field,
                initiative=initiative.name,
                party=name,
                party_name=name,
                text=text.strip(),
                span=cell.span,
            )
    missing = [name for name in names if name not in roles]
    if missing:
        message = f"取組「{initiative.name}」に{'、'.join(missing)}の役割がありません"
        raise failure(document, message, *lines)
    return list(roles.values())
