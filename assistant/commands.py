"""What each command of ``renkei`` does, given its parsed options."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from assistant.citations import format_citations
from assistant.engine import Assistant, open_assistant
from assistant.export import as_json, export
from assistant.jsonl import answer_lines, dump, text_field
from assistant.operation import logs
from assistant.results import Answer, Hit, answer_to_json, hit_to_json
from assistant.survey.reconciliation import reconcile, report
from index.errors import RequestError


def index(options: argparse.Namespace) -> int:
    """Build or refresh the index and print its counts."""
    from index.build import build_index

    began = time.perf_counter()
    manifest, changed = build_index(
        options.seeds,
        options.home,
        model=options.model,
        backend=options.backend,
        report=_report,
    )
    if changed:
        logs.event(
            "index built",
            records=sum(manifest.counts.values()),
            duration_ms=logs.milliseconds(began),
        )
    print("索引を作りました。" if changed else "索引は最新です。文書もモデルも変わっていません。")
    names = {
        "agreement": "協定",
        "role": "役割",
        "fact": "調査の数値",
        "section": "条文・資料の段落",
    }
    for kind, name in names.items():
        print(f"  {name}: {manifest.counts.get(kind, 0):,} 件")
    print(f"  モデル: {manifest.model}")
    if manifest.doubts:
        print(
            f"読み取りに自信のない箇所が {len(manifest.doubts)} か所あります。"
            "原本と見比べてください。"
        )
        for doubt in manifest.doubts:
            span = doubt.span
            print(f"  {span.document} {span.first_line}~{span.last_line}行: {doubt.reason}")
    if manifest.left_out:
        print("記録に入れなかった文字は次のとおりです。")
        found = Counter((left.span.document, left.reason) for left in manifest.left_out)
        for (document, reason), count in found.items():
            print(f"  {document}: {reason} {count} か所")
    return 0


def ask(options: argparse.Namespace) -> int:
    """Answer one question, or one a line."""
    assistant = _open(options)
    if options.jsonl:
        answer_lines(_lines_given(), sys.stdout, lambda values: _ask_line(assistant, values))
        return 0
    answer = assistant.serve([_required(options.question)])[0]
    print(dump(answer_to_json(answer)) if options.json else render_answer(answer))
    return 0


def search(options: argparse.Namespace) -> int:
    """Search for one question, or one a line."""
    assistant = _open(options)
    if options.jsonl:

        def line(values: Mapping[str, Any]) -> dict[str, Any]:
            hits = assistant.search(text_field(values, "question"), options.limit)
            return {"hits": [hit_to_json(hit) for hit in hits]}

        answer_lines(_lines_given(), sys.stdout, line)
        return 0
    hits = assistant.search(_required(options.question), options.limit)
    _print_hits(assistant, hits, as_values=options.json, with_shared=False)
    return 0


def similar(options: argparse.Namespace) -> int:
    """Find agreements like one, or like one a line."""
    assistant = _open(options)
    if options.jsonl:

        def line(values: Mapping[str, Any]) -> dict[str, Any]:
            hits = assistant.similar(parse_number(values.get("no")), options.limit)
            return {"hits": [hit_to_json(hit, with_shared=True) for hit in hits]}

        answer_lines(_lines_given(), sys.stdout, line)
        return 0
    hits = assistant.similar(parse_number(_required(options.no)), options.limit)
    _print_hits(assistant, hits, as_values=options.json, with_shared=True)
    return 0


def cite(options: argparse.Namespace) -> int:
    """Print citations of agreements, ready to paste."""
    assistant = _open(options)
    agreements = [assistant.agreement(parse_number(no)) for no in options.no]
    print(format_citations(agreements, assistant.index.documents, options.style))
    return 0


def facts(options: argparse.Namespace) -> int:
    """Print the survey's figures and the reconciliation with the rows."""
    opened = _open(options).index
    rows = reconcile(opened)
    if options.json:
        print(
            dump(
                [
                    {
                        **as_json(opened, row.fact),
                        "counted": row.counted,
                        "equal": row.equal,
                        "note": row.note,
                    }
                    for row in rows
                ]
            )
        )
        return 0
    print(report(rows))
    return 0


def export_records(options: argparse.Namespace) -> int:
    """Write records as JSON, CSV or XLSX."""
    if options.output is None and sys.stdout is None:
        raise RequestError("標準出力がありません。--output で書き出し先を指定してください。")
    content = export(_open(options).index, options.kind, options.style)
    if options.output is None:
        sys.stdout.buffer.write(content)
        return 0
    try:
        options.output.write_bytes(content)
    except OSError as error:
        raise RequestError(f"{options.output} に書き込めません（{error.strerror}）。") from error
    print(f"{options.output} に書き出しました。", file=sys.stderr)
    return 0


def evaluate_files(options: argparse.Namespace) -> int:
    """Score files of labelled questions."""
    from assistant.evaluation import compare, diff, difference_text, evaluate, load, markdown, save
    from assistant.evaluation import text as as_text

    reports = {}
    for model in options.models or [None]:
        with _assistant_with(options, model) as assistant:
            reports[model or assistant.index.manifest.model] = evaluate(
                options.files, Subject(assistant), progress=_progress("採点")
            )
    report = next(iter(reports.values()))
    if len(reports) > 1:
        print(compare(reports))
    else:
        print(markdown(report) if options.markdown else as_text(report))
    if options.diff:
        print(difference_text(diff(report, load(options.diff))))
    if options.save:
        save(report, options.save)
    return 0


def app(options: argparse.Namespace) -> int:
    """Serve the page until it is interrupted."""
    from assistant.operation.launching import serve

    serve(
        options.home,
        options.seeds,
        options.port,
        host=options.host,
        name=options.name,
        browser=not options.no_browser,
    )
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Look at everything that answering needs, and say what to do where something is wrong."""
    from assistant.operation.health import as_line, as_values, examine, is_well

    findings = examine(options.seeds, options.home, options.port)
    print(dump(as_values(findings)) if options.json else "\n".join(map(as_line, findings)))
    return 0 if is_well(findings) else 1


class Subject:
    """The assistant as the evaluation wants it: the JSON shapes of the contract."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def search(self, question: str, limit: int) -> list[dict[str, Any]]:
        """Hits for a question."""
        return [hit_to_json(hit) for hit in self._assistant.search(question, limit)]

    def similar(self, no: int, limit: int) -> list[dict[str, Any]]:
        """Agreements like number ``no``."""
        return [hit_to_json(hit, with_shared=True) for hit in self._assistant.similar(no, limit)]

    def ask(self, turns: Sequence[str]) -> list[dict[str, Any]]:
        """An answer to each turn of a conversation."""
        return [answer_to_json(answer) for answer in self._assistant.ask(turns)]


def render_answer(answer: Answer) -> str:
    """An answer for the terminal."""
    lines = [answer.text]
    for title, citations in (("根拠", answer.citations), ("関連", answer.related)):
        if citations:
            lines.append(f"\n{title}:")
        for number, citation in enumerate(citations, 1):
            span = citation.span
            lines.append(f"  [{number}] {citation.label}")
            lines.append(f"      「{' '.join(citation.quote.split())}」")
            lines.append(f"      {citation.file} {span.first_line}~{span.last_line}行（原文一致）")
    if answer.interpretation:
        lines.append(f"\n読み取り方: {answer.interpretation}")
    return "\n".join(lines)


def parse_number(value: object) -> int:
    """An agreement's number as typed or sent.

    Raises:
        RequestError: if it is none.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value).strip().lower().removeprefix("no.").lstrip() if isinstance(value, str) else ""
    if not text.isdecimal() or len(text) > 9:
        raise RequestError("協定の番号は 94 のような整数で指定してください。")
    return int(text)


def _ask_line(assistant: Assistant, values: Mapping[str, Any]) -> dict[str, Any]:
    if "turns" not in values:
        answer = assistant.serve([text_field(values, "question")])[0]
        return {"answer": answer_to_json(answer)}
    turns = values["turns"]
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise RequestError('"turns" には質問の文字列のリストを入れてください。')
    return {"answers": [answer_to_json(answer) for answer in assistant.serve(turns)]}


def _open(options: argparse.Namespace) -> Assistant:
    reranker = getattr(options, "reranker", None)
    return open_assistant(options.home, options.seeds, reranker=reranker)


@contextmanager
def _assistant_with(options: argparse.Namespace, model: str | None) -> Any:  # noqa: ANN401
    """The assistant over the present index, or over one built for ``model`` for the time being."""
    if model is None:
        with nullcontext():
            yield _open(options)
        return
    from index.build import build_index

    with tempfile.TemporaryDirectory() as folder:
        build_index(options.seeds, Path(folder), model=model, report=_report)
        yield open_assistant(Path(folder), options.seeds, reranker=options.reranker)


def _lines_given() -> BinaryIO:
    # A job that was started without standard input has none at all.
    if sys.stdin is None:
        raise RequestError("標準入力がありません。「<」か「|」で1行に1つの JSON を渡してください。")
    return sys.stdin.buffer


def _required(value: str | None) -> str:
    if value is None:
        raise RequestError("質問を指定するか、--jsonl で標準入力から渡してください。")
    return value


def _print_hits(
    assistant: Assistant, hits: Sequence[Hit], *, as_values: bool, with_shared: bool
) -> None:
    if as_values:
        print(dump({"hits": [hit_to_json(hit, with_shared=with_shared) for hit in hits]}))
        return
    if not hits:
        print("見つかりませんでした。別の言い方で試してください。")
    from assistant.citations import label

    for rank, hit in enumerate(hits, 1):
        name = label(hit.record, assistant.index.documents[hit.record.span.document])
        print(f"{rank:2}. {name}（{hit.score:.2f}）")
        print(f"    {' ／ '.join(hit.shared if with_shared else hit.found_by)}")


def _progress(stage: str) -> Any:  # noqa: ANN401
    return lambda done, whole: _report(stage, done, whole)


def _report(stage: str, done: int, whole: int) -> None:
    """Progress on standard error: redrawn in a terminal, a line per finished stage elsewhere."""
    if sys.stderr.isatty():
        end = "\n" if done == whole else ""
        print(f"\r{stage}: {done}/{whole}", end=end, file=sys.stderr, flush=True)
    elif done == whole:
        print(f"{stage}: {done}/{whole}", file=sys.stderr)
