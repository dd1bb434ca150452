"""``renkei``: a thin shell over the library; results on standard output, talk on standard error.

Exit status 0, 1 for a failed command, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from assistant import commands
from assistant.citations import FORMATS as CITATION_FORMATS
from assistant.export import FORMATS as EXPORT_FORMATS
from assistant.export import KINDS
from assistant.operation import logs
from assistant.operation.launching import HOST, LAST_PORT
from assistant.places import home_folder, seeds_folder
from index.errors import RenkeiError
from index.transformer import BACKENDS

# What argparse says in English, by its pattern.
_USAGE_ERRORS = (
    (r"the following arguments are required: (.+)", r"\1 が足りません"),
    (r"unrecognized arguments: (.+)", r"\1 は使えない引数です"),
    (
        r"argument (.+): invalid choice: (.+) \(choose from (.+)\)",
        r"\1 に \2 は使えません（\3 から選びます）",
    ),
    (r"argument (.+): invalid .+ value: (.+)", r"\1 に \2 は使えません"),
    (r"argument (.+): expected .+", r"\1 の値が足りません"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 と \2 は一緒に使えません"),
)


class _Parser(argparse.ArgumentParser):
    """argparse in Japanese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"add_help": False, "allow_abbrev": False, **options})
        self._positionals.title = "引数"
        self._optionals.title = "オプション"
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        self.add_argument("-h", "--help", action="help", help="この説明を表示する")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", "使い方: ", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "使い方: ", 1)

    def error(self, message: str) -> NoReturn:
        for pattern, japanese in _USAGE_ERRORS:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, japanese, message)
                break
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}。「{self.prog} --help」で説明を見られます。\n")


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1000:
        raise ValueError
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= LAST_PORT:
        raise ValueError
    return number


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = _Parser(
        prog="renkei",
        description="自治体の連携協定について質問し、根拠となる行を示した答えを得る。",
        epilog='例: renkei ask "停電のとき、電気を借りられる協定は？"',
    )
    parser.add_argument(
        "--version", action="version", version=f"renkei {version('renkei')}", help="版を表示する"
    )
    subparsers = parser.add_subparsers(
        title="コマンド", dest="command", required=True, metavar="コマンド", parser_class=_Parser
    )

    def command(
        name: str, run: Callable[[argparse.Namespace], int], summary: str, example: str
    ) -> argparse.ArgumentParser:
        sub = subparsers.add_parser(
            name, help=summary, description=f"{summary}。", epilog=f"例: {example}"
        )
        sub.add_argument(
            "--seeds",
            type=Path,
            default=seeds_folder(),
            metavar="DIR",
            help="文書のフォルダー（既定: %(default)s）",
        )
        sub.add_argument(
            "--home",
            type=Path,
            default=home_folder(),
            metavar="DIR",
            help="索引のフォルダー（既定: %(default)s）",
        )
        sub.set_defaults(run=run)
        return sub

    index = command("index", commands.index, "文書を読み取り、索引を作る・更新する", "renkei index")
    index.add_argument(
        "--model",
        metavar="NAME",
        help="埋め込みモデルの名前かフォルダー。words は付属の単語ベクトル"
        "（既定: 今の索引と同じ、なければ words）",
    )
    index.add_argument(
        "--backend",
        default="torch",
        choices=BACKENDS,
        help="モデルを動かす方式（既定: torch）",
    )

    ask = command(
        "ask", commands.ask, "質問に、根拠となる行を示して答える", 'renkei ask "No.94の相手方は？"'
    )
    _question(ask)
    _reranker(ask)

    search = command(
        "search", commands.search, "言葉や意味の近い記録を探す", 'renkei search "給水車" --limit 5'
    )
    _question(search)
    _limit(search)
    _reranker(search)

    similar = command(
        "similar", commands.similar, "ある協定に似た協定を探す", "renkei similar 94 --limit 5"
    )
    similar.add_argument("no", nargs="?", metavar="番号", help="協定の番号")
    _machine(similar)
    _limit(similar)

    cite = command(
        "cite",
        commands.cite,
        "協定の出典を、貼り付けられる形で示す",
        "renkei cite 94 109 --format markdown",
    )
    cite.add_argument("no", nargs="+", metavar="番号", help="協定の番号（複数可）")
    cite.add_argument(
        "--format",
        default="text",
        choices=CITATION_FORMATS,
        dest="style",
        help="出典の形式（既定: text）",
    )

    facts = command(
        "facts", commands.facts, "調査の公表値と、一覧の行数との照合を示す", "renkei facts"
    )
    facts.add_argument("--json", action="store_true", help="JSON で出力する")

    export = command(
        "export",
        commands.export_records,
        "記録を書き出す",
        "renkei export --kind agreements --format csv > kyotei.csv",
    )
    export.add_argument(
        "--kind",
        default="agreements",
        choices=tuple(KINDS),
        help="書き出す記録（既定: agreements）",
    )
    export.add_argument(
        "--format",
        default="json",
        choices=EXPORT_FORMATS,
        dest="style",
        help="形式（既定: json）。csv は Excel でそのまま開けます",
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="書き出し先（既定: 標準出力）")

    evaluate = command(
        "eval",
        commands.evaluate_files,
        "正解つきの質問で採点する",
        "renkei eval tests/data/questions/questions_staff.jsonl",
    )
    evaluate.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="正解つきの質問（JSONL）"
    )
    evaluate.add_argument(
        "--model",
        action="append",
        metavar="NAME",
        dest="models",
        help="比べるモデル（複数可）。それぞれの索引を一時的に作る",
    )
    evaluate.add_argument("--save", type=Path, metavar="FILE", help="結果を保存する")
    evaluate.add_argument(
        "--diff", type=Path, metavar="FILE", help="保存した結果と質問ごとに比べる"
    )
    evaluate.add_argument("--markdown", action="store_true", help="Markdown の表で出力する")

    _reranker(evaluate)

    app = command("app", commands.app, "質問の画面をブラウザーで開く", "renkei app")
    app.add_argument("--port", type=_port, default=8501, help="ポート番号（既定: 8501）")
    app.add_argument(
        "--host",
        default=HOST,
        metavar="ADDRESS",
        help="待ち受ける IP アドレス（既定: %(default)s、この機械からだけ開ける）",
    )
    app.add_argument(
        "--name",
        help="利用者がブラウザーに入力する、この機械の名前（例: kyotei.city.example.jp）",
    )
    app.add_argument("--no-browser", action="store_true", help="ブラウザーを開かない")

    doctor = command(
        "doctor", commands.doctor, "動かすのに必要なものを点検し、直し方を示す", "renkei doctor"
    )
    doctor.add_argument("--json", action="store_true", help="JSON で出力する")
    doctor.add_argument("--port", type=_port, default=8501, help="画面のポート番号（既定: 8501）")
    return parser


def _question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", nargs="?", metavar="質問", help="質問や言葉")
    _machine(parser)


def _reranker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reranker",
        metavar="NAME",
        help="上位を読み直すモデル（CrossEncoder）の名前かフォルダー（既定: なし）",
    )


def _machine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON で出力する")
    parser.add_argument(
        "--jsonl", action="store_true", help="標準入力から1行に1つの JSON を読み、1行ずつ答える"
    )


def _limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--limit", type=_count, default=10, metavar="N", help="件数の上限（既定: 10）"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles and pipes default to other encodings; the contract is UTF-8.
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="replace")
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        if options.command != "doctor":
            # Which looks at the record itself, and leaves nothing behind.
            logs.set_up()
        run: Callable[[argparse.Namespace], int] = options.run
        status = run(options)
        if sys.stdout is not None:
            # Now, and not when Python ends: what could not be written is still told.
            sys.stdout.flush()
        return status
    except RenkeiError as error:
        print(f"renkei: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader has closed the pipe (e.g. `| head`): nothing is left to say.
        _let_go_of_output()
        sys.stderr.close()
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else "標準入力か標準出力: "
        print(
            f"renkei: 読み書きできません（{where}{error.strerror or error}）。"
            "空き容量と権限、「<」や「>」で指定したものを確かめてください。",
            file=sys.stderr,
        )
        _let_go_of_output()
        return 1
    except MemoryError:
        print(
            "renkei: メモリーが足りません。ほかのプログラムを閉じるか、"
            "このプログラムに許すメモリーを増やしてください。",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("renkei: 中断しました。", file=sys.stderr)
        return 1


def _let_go_of_output() -> None:
    """Keep Python from trying again, at its end, to write what could not be written."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
