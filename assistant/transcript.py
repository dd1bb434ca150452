"""A conversation on paper: Markdown or Word, every answer with its citations."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.citations import escape_markdown
from assistant.results import Answer, Citation
from index.eras import era_date
from index.records import SourceDocument

TITLE = "連携協定アシスタントの回答"
NOTE = (
    "引用はすべて、示した原文の行と一致することを確かめています。"
    "大切な判断の前には、原文と担当課をご確認ください。"
)
_FONT = "Yu Gothic"


@dataclass(frozen=True, slots=True)
class Said:
    """A question and its answer."""

    question: str
    answer: Answer


def as_markdown(said: Sequence[Said], documents: Mapping[str, SourceDocument], day: date) -> str:
    """The conversation in Markdown; texts of documents and users are escaped.

    Args:
        said: the questions and answers in order.
        documents: the documents that are cited, by key.
        day: the day it is written down.
    """
    lines = [f"# {TITLE}", "", f"{era_date(day)}作成", ""]
    for number, turn in enumerate(said, 1):
        lines += [f"## {number}. {_inline(turn.question)}", ""]
        # Two spaces at the end keep the break.
        lines += ["  \n".join(map(_inline, turn.answer.text.split("\n"))), ""]
        if turn.answer.interpretation:
            lines += [f"読み取り方：{_inline(turn.answer.interpretation)}", ""]
        for name, citations in _lists(turn.answer):
            lines += [f"**{name}**", ""]
            for place, citation in enumerate(citations, 1):
                lines.append(f"{place}. {_inline(_source(citation, documents))}")
                lines += [f"   > {_inline(line)}" for line in _lines(citation.quote)]
            lines.append("")
    return "\n".join([*lines, "---", "", NOTE, ""])


def as_word(said: Sequence[Said], documents: Mapping[str, SourceDocument], day: date) -> bytes:
    """The conversation as a Word document (DOCX); arguments as for :func:`as_markdown`."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document()
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Quote"):
        style = document.styles[name]
        style.font.name = _FONT
        # Word takes Japanese letters from a font of their own.
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.core_properties.title = TITLE
    document.core_properties.language = "ja-JP"
    document.add_heading(TITLE, level=0)
    document.add_paragraph(f"{era_date(day)}作成")
    for number, turn in enumerate(said, 1):
        document.add_heading(f"{number}. {_plain(turn.question)}", level=1)
        for line in _lines(turn.answer.text):
            document.add_paragraph(line)
        if turn.answer.interpretation:
            document.add_paragraph(f"読み取り方：{_plain(turn.answer.interpretation)}")
        for name, citations in _lists(turn.answer):
            document.add_heading(name, level=2)
            for place, citation in enumerate(citations, 1):
                document.add_paragraph(f"[{place}] {_plain(_source(citation, documents))}")
                document.add_paragraph("\n".join(_lines(citation.quote)), style="Quote")
    document.add_paragraph(NOTE)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _lists(answer: Answer) -> list[tuple[str, tuple[Citation, ...]]]:
    lists = (("根拠", answer.citations), ("関連（答えそのものではありません）", answer.related))
    return [(name, citations) for name, citations in lists if citations]


def _source(citation: Citation, documents: Mapping[str, SourceDocument]) -> str:
    span, as_of = citation.span, documents[citation.span.document].as_of
    where = f"{citation.file} {span.first_line}~{span.last_line}行"
    return f"{citation.label}（{where}、{era_date(as_of)}現在）"


def _inline(text: str) -> str:
    return escape_markdown(_plain(text))


def _plain(text: str) -> str:
    """``text`` on one line, without what can't be seen: XML takes no control characters."""
    seen = (c for c in text if c.isspace() or not unicodedata.category(c).startswith("C"))
    return " ".join("".join(seen).split())


def _lines(text: str) -> list[str]:
    return [line for line in map(_plain, text.split("\n")) if line]
