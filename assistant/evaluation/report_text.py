"""Reports for reading: Japanese terminal text, and Markdown tables for a README."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from assistant.evaluation.metrics import METRICS, Estimate
from assistant.evaluation.reports import (
    Difference,
    Outcome,
    RateRow,
    Report,
    RetrievalRow,
    TimingRow,
    rate_rows,
    retrieval_rows,
    timing_rows,
)

WEAK = 0.5

_TYPES = {"lookup": "話題で探す", "similar": "似た協定"}
_DIFFICULTIES = {None: "全体", "easy": "易しい", "medium": "中くらい", "hard": "難しい"}
_RATES = {
    "lookup": "話題で探す(最初の3件に正解)",
    "similar": "似た協定(最初の3件に正解)",
    "count": "件数",
    "list": "一覧",
    "fact": "事実",
    "compare": "比較",
    "attribute": "項目",
    "role": "役割",
    "exact": "件数~役割の合計",
    "unanswerable": "答えのない質問(断り方も正しい)",
    "refused": "答えのない質問(断った)",
    "false_refusal": "答えがあるのに断った(少ないほどよい)",
    "false_refusal_right": "　そのうち内容は正解",
    "turn": "会話(1問ごと)",
    "conversation": "会話(全問正解)",
    "hostile": "異常な入力(例外なく時間内に回答)",
}
_TIMES = {"search": "検索", "similar": "似た協定", "ask": "回答"}
_RETRIEVAL_HEAD = ("質問", "難しさ", "問", *METRICS, "上位10件の協定以外")
_RATE_HEAD = ("質問", "問", "該当", "率(%) [95%区間]")
_TIME_HEAD = ("呼び出し", "問", "中央値(ms)", "95%点(ms)")
_COMPARE_HEAD = (
    "モデル",
    "nDCG@10 [95%区間]",
    "易 / 中 / 難",
    "P@1",
    "R@20",
    "MRR",
    "似た協定 nDCG@10",
    "正答",
    "正しい断り",
    "誤った断り",
    "検索(ms) 中央値 / 95%点",
)

Table = Sequence[Sequence[str]]


def text(report: Report) -> str:
    """The report for a terminal: tables, wrong answers, weak rankings, what wasn't scored."""
    parts = []
    for title, table in _tables(report):
        parts.append(f"■ {title}\n{_aligned(table)}")
    parts.append(_wrong(report.wrong))
    weak = [o for o in report.outcomes if o.right and o.scores.get(METRICS[0], 1) < WEAK]
    if weak:
        parts.append(_weak(weak))
    if report.notices:
        lines = [f"  {n.file} {n.line}行: {n.reason}" for n in report.notices]
        parts.append("\n".join(["■ 採点していないもの", *lines]))
    return "\n\n".join(parts) + "\n"


def markdown(report: Report) -> str:
    """The tables of a report in Markdown, without the single answers."""
    parts = [_markdown_table(table) for _, table in _tables(report)]
    if report.notices:
        parts.append(f"採点していない行・項目: {len(report.notices)}件")
    return "\n\n".join(parts) + "\n"


def compare(reports: Mapping[str, Report]) -> str:
    """Several runs side by side, one Markdown row each; a dash where nothing was measured."""
    rows = [_compare_row(name, report) for name, report in reports.items()]
    return _markdown_table([_COMPARE_HEAD, *rows]) + "\n"


def difference_text(difference: Difference) -> str:
    """What changed since an earlier run, for a terminal."""
    parts = []
    if difference.ndcg is not None:
        gain = difference.ndcg
        parts.append(
            f"話題で探す nDCG@10 の差: {gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
            f"(同じ{gain.n}問、95%区間)"
        )
    for title, outcomes in (
        ("正解になった", difference.newly_right),
        ("誤りになった", difference.newly_wrong),
    ):
        if outcomes:
            lines = [f"  {o.id} {o.question} → {o.got}" for o in outcomes]
            parts.append("\n".join([f"■ {title}: {len(outcomes)}問", *lines]))
    if difference.moved:
        moved = sorted(difference.moved, key=lambda row: (row[2] - row[1], row[0]))
        rows = [(id_, f"{old:.3f}", f"{new:.3f}", f"{new - old:+.3f}") for id_, old, new in moved]
        parts.append("■ nDCG@10 が変わった\n" + _aligned([("id", "前", "今", "差"), *rows]))
    for title, ids in (
        ("今回だけの質問", difference.only_now),
        ("前回だけの質問", difference.only_earlier),
    ):
        if ids:
            parts.append(f"■ {title}: {', '.join(ids)}")
    return "\n\n".join(parts or ["前回と同じ結果です。"]) + "\n"


def _tables(report: Report) -> list[tuple[str, Table]]:
    tables: list[tuple[str, Table]] = []
    retrieval, rates, times = retrieval_rows(report), rate_rows(report), timing_rows(report)
    if retrieval:
        tables.append(("検索 [95%区間]", [_RETRIEVAL_HEAD, *map(_retrieval_cells, retrieval)]))
    if rates:
        tables.append(("回答", [_RATE_HEAD, *map(_rate_cells, rates)]))
    if times:
        tables.append(("時間", [_TIME_HEAD, *map(_time_cells, times)]))
    return tables


def _retrieval_cells(row: RetrievalRow) -> Sequence[str]:
    level = _DIFFICULTIES.get(row.difficulty, row.difficulty or "")
    scores = [_interval(row.metrics[name]) for name in METRICS]
    return (_TYPES[row.type], level, str(row.n), *scores, f"{row.strangers:.1f}")


def _rate_cells(row: RateRow) -> Sequence[str]:
    rate = row.estimate
    share = f"{100 * rate.mean:.1f} [{100 * rate.low:.0f}, {100 * rate.high:.0f}]"
    return (_RATES[row.name], str(rate.n), str(row.right), share)


def _time_cells(row: TimingRow) -> Sequence[str]:
    return (_TIMES[row.name], str(row.n), f"{row.median:.1f}", f"{row.p95:.1f}")


def _compare_row(name: str, report: Report) -> Sequence[str]:
    retrieval = {(row.type, row.difficulty): row.metrics for row in retrieval_rows(report)}
    rates = {row.name: row for row in rate_rows(report)}
    times = {row.name: row for row in timing_rows(report)}
    lookup = retrieval.get(("lookup", None))
    levels = [retrieval.get(("lookup", level)) for level in ("easy", "medium", "hard")]
    similar = retrieval.get(("similar", None))
    search = times.get("search")
    return (
        _cell(name),
        _interval(lookup["nDCG@10"]) if lookup else "–",
        " / ".join(_mean(level, "nDCG@10") for level in levels),
        *(_mean(lookup, metric) for metric in ("P@1", "R@20", "MRR")),
        _interval(similar["nDCG@10"]) if similar else "–",
        *(_share(rates.get(rate)) for rate in ("exact", "unanswerable", "false_refusal")),
        f"{search.median:.1f} / {search.p95:.1f}" if search else "–",
    )


def _mean(metrics: Mapping[str, Estimate] | None, name: str) -> str:
    return f"{metrics[name].mean:.3f}" if metrics else "–"


def _share(row: RateRow | None) -> str:
    return f"{row.right}/{row.estimate.n}" if row else "–"


def _interval(estimate: Estimate) -> str:
    return f"{estimate.mean:.3f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def _wrong(outcomes: Sequence[Outcome]) -> str:
    if not outcomes:
        return "■ 誤答はありません"
    lines = [f"■ 誤答: {len(outcomes)}問"]
    for outcome in outcomes:
        lines += [
            f"  {outcome.id} [{outcome.type}] {outcome.question}",
            f"    正解: {outcome.expected}",
            f"    回答: {outcome.got or 'なし'}",
            f"    理由: {'、'.join(outcome.reasons)}",
        ]
    return "\n".join(lines)


def _weak(outcomes: Sequence[Outcome]) -> str:
    lines = [f"■ 正解でも nDCG@10 が {WEAK:g} 未満: {len(outcomes)}問"]
    for outcome in sorted(outcomes, key=lambda o: o.scores[METRICS[0]]):
        lines += [
            f"  {outcome.id} {outcome.scores[METRICS[0]]:.3f} {outcome.question}",
            f"    正解: {outcome.expected}",
            f"    結果: {outcome.got}",
        ]
    return "\n".join(lines)


def _aligned(table: Table) -> str:
    """Columns by display width: the first left-aligned, numbers right-aligned."""
    widths = [max(map(display_width, column)) for column in zip(*table, strict=True)]
    lines = []
    for row in table:
        cells = []
        for cell, width in zip(row, widths, strict=True):
            pad = " " * (width - display_width(cell))
            cells.append(pad + cell if _numeric(cell) else cell + pad)
        lines.append(("  " + "  ".join(cells)).rstrip())
    return "\n".join(lines)


def display_width(value: str) -> int:
    """Terminal columns of a text: two for a full-width character, none for a combining mark."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in value
    )


def _numeric(cell: str) -> bool:
    return cell[:1].isdecimal() or cell[:1] in "+-"


def _markdown_table(table: Table) -> str:
    head, *rows = table
    columns = list(zip(*rows, strict=True))
    rule = ["--:" if all(map(_numeric, column)) else "---" for column in columns]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def _cell(value: str) -> str:
    """A text from outside as a Markdown table cell."""
    return " ".join(value.replace("|", "\\|").split())
