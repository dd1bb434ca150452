"""Records as JSON, CSV and XLSX: complete, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from index.opened import OpenIndex
from index.records import Agreement, CompactRole, Record, SourceSpan, SurveyFact

KINDS: Mapping[str, type[Record]] = {
    "agreements": Agreement,
    "roles": CompactRole,
    "facts": SurveyFact,
}
FORMATS = ("json", "csv", "xlsx")
_HEADERS: Mapping[str, Mapping[str, str]] = {
    "agreements": {
        "no": "No.",
        "department": "部局",
        "section": "担当課",
        "title": "連携協定の名称",
        "partner": "連携協定の相手方",
        "partners": "相手方（1者ずつ）",
        "purpose": "協定の目的",
        "content": "協定の内容",
        "concluded": "締結年月日（西暦）",
        "concluded_text": "締結年月日",
    },
    "roles": {
        "compact": "協約",
        "field": "分野",
        "initiative": "取組",
        "party": "当事者",
        "text": "役割",
    },
    "facts": {"table": "表", "label": "項目", "value": "値", "unit": "単位"},
}
_SOURCE_HEADERS = ("出典ファイル", "開始行", "終了行")
# A cell that begins with one of these is run as a formula by spreadsheet programs; Japanese ones
# take full-width signs for the same, and importing may trim what can't be seen before them.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def export(index: OpenIndex, kind: str, style: str) -> bytes:
    """All records of one kind.

    Args:
        index: the opened index.
        kind: one of :data:`KINDS`.
        style: one of :data:`FORMATS`; CSV begins with a byte order mark, as Excel wants it.
    """
    records = [record for record in index.records.values() if is_kind(record, kind)]
    return written(index, records, kind, style)


def written(index: OpenIndex, records: Iterable[Record], kind: str, style: str) -> bytes:
    """Given records of one kind; arguments otherwise as for :func:`export`."""
    rows = [as_json(index, record) for record in records]
    if style == "json":
        return (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
    table = [_cells(row, kind) for row in rows]
    header = [*_HEADERS[kind].values(), *_SOURCE_HEADERS]
    return _csv([header, *table]) if style == "csv" else _xlsx(kind, [header, *table])


def is_kind(record: Record, kind: str) -> bool:
    """Whether ``record`` belongs to an export ``kind``."""
    return isinstance(record, KINDS[kind])


def as_json(index: OpenIndex, record: Record) -> dict[str, Any]:
    """A record in the contract's shape; dates are ISO, ``source`` counts lines from 1."""
    if isinstance(record, Agreement):
        values: dict[str, Any] = {
            "no": record.no,
            "department": record.department,
            "section": record.section,
            "title": record.title,
            "partner": record.partner,
            "partners": list(record.partners),
            "purpose": record.purpose,
            "content": record.content,
            "concluded": record.concluded.isoformat(),
            "concluded_text": record.concluded_text,
        }
    elif isinstance(record, CompactRole):
        values = {
            "compact": record.compact,
            "field": record.field,
            "initiative": record.initiative,
            "party": record.party,
            "text": record.text,
        }
    elif isinstance(record, SurveyFact):
        value = int(record.value) if record.value == int(record.value) else record.value
        values = {
            "table": record.table,
            "label": record.label,
            "value": value,
            "unit": record.unit,
        }
    else:
        values = {"heading": list(record.heading), "text": record.text}
    return {**values, "source": _source(index, record.span)}


def safe_cell(value: object) -> object:
    """``value``, with text that a spreadsheet would run as a formula made plain text."""
    if isinstance(value, str):
        seen = value.lstrip(f"{string.whitespace}\u3000{_UNSEEN}")
        if value.startswith(_FORMULA) or seen.startswith(_FORMULA):
            return f"'{value}"
    return value


def _source(index: OpenIndex, span: SourceSpan) -> dict[str, Any]:
    return {
        "document": index.documents[span.document].file,
        "first_line": span.first_line,
        "last_line": span.last_line,
    }


def _cells(row: Mapping[str, Any], kind: str) -> list[object]:
    cells: list[object] = []
    for name in _HEADERS[kind]:
        value = row[name]
        cells.append(safe_cell("、".join(value) if isinstance(value, list) else value))
    return [*cells, *row["source"].values()]


def _csv(table: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(title: str, table: Sequence[Sequence[object]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in table:
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
