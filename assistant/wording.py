"""How answers put records into words."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.understanding.intents import Column
from index.eras import era_date, fiscal_year, fiscal_year_name
from index.records import Agreement, CompactRole, Record, SurveyFact

COLUMN_NAMES: dict[Column, str] = {
    "title": "名称",
    "partner": "相手方",
    "purpose": "目的",
    "content": "内容",
    "concluded": "締結日",
    "department": "担当",
    "count": "相手方の数",
}


def number_and_title(agreement: Agreement) -> str:
    """``No.94「災害時等における…」``."""
    return f"No.{agreement.no}「{one_line(agreement.title)}」"


def full_date(agreement: Agreement) -> str:
    """The date in every way people write it, the printed one among them."""
    day = agreement.concluded
    western = f"{day.year}年{day.month}月{day.day}日"
    return (
        f"{era_date(day)}（{agreement.concluded_text}、{western}、"
        f"{fiscal_year_name(fiscal_year(day))}）"
    )


def summary(agreement: Agreement) -> str:
    """One line on an agreement: number, title, parties, date, who is in charge."""
    return (
        f"{number_and_title(agreement)} 相手方：{'、'.join(agreement.partners)}／"
        f"{agreement.concluded_text}締結／{agreement.department} {agreement.section}"
    )


def summaries(agreements: Iterable[Agreement]) -> list[str]:
    """A line for each agreement."""
    return [f"・{summary(agreement)}" for agreement in agreements]


def column_sentence(agreement: Agreement, column: Column) -> str:
    """What a column of an agreement says, as a sentence."""
    head = number_and_title(agreement)
    if column == "concluded":
        return f"{head}の締結日は{full_date(agreement)}です。"
    if column == "partner":
        return f"{head}の相手方は、{'、'.join(agreement.partners)}です。"
    if column == "count":
        parties = agreement.partners
        return f"{head}の相手方は、{'、'.join(parties)}です（{len(parties)}者）。"
    if column == "department":
        return f"{head}の担当は、{agreement.department} {agreement.section}です。"
    if column == "title":
        return f"No.{agreement.no} の名称は「{one_line(agreement.title)}」です。"
    return f"{head}の{COLUMN_NAMES[column]}は次のとおりです。\n{getattr(agreement, column)}"


def column_quote(agreement: Agreement, column: Column | None) -> str:
    """The printed text that carries a column."""
    if column == "concluded":
        return agreement.concluded_text
    if column == "department":
        return f"{agreement.department} {agreement.section}"
    if column in (None, "title"):
        return agreement.title
    return agreement.partner if column == "count" else str(getattr(agreement, str(column)))


def name_of(record: Record) -> str:
    """A record in one line."""
    if isinstance(record, Agreement):
        return summary(record)
    if isinstance(record, CompactRole):
        return f"{record.initiative}（{record.party_name}の役割）"
    if isinstance(record, SurveyFact):
        return f"{record.table} {record.label}：{figure(record.value)}{record.unit}"
    return " > ".join(record.heading)


def figure(value: float) -> str:
    """A number as people write it: 329, 41.3, 11,271."""
    return f"{int(value):,}" if value == int(value) else f"{value:,.1f}"


def one_line(text: str) -> str:
    """``text`` with its line breaks closed up."""
    return "".join(text.split("\n"))


def share(part: int, whole: int) -> str:
    """``28.0%``: a share rounded half up to one decimal."""
    return f"{percent(part, whole):.1f}%"


def percent(part: int, whole: int) -> float:
    """A share in percent, rounded half up to one decimal."""
    return (part * 2000 + whole) // (2 * whole) / 10 if whole else 0.0
