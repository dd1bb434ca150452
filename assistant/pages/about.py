"""この資料について: the documents, what was read from them, and the index in use."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version

import streamlit as st

from assistant.engine import Assistant
from assistant.operation.feedback import as_csv, read
from assistant.pages.gate import on_this_machine
from assistant.pages.layout import heading, write
from assistant.pages.markup import Html, element, fold, terms
from assistant.pages.serving import opened
from assistant.places import home_folder
from index.embedding import WORDS
from index.eras import era_date
from index.records import SourceDocument, SourceSpan, kind_of

KIND_NAMES = {
    "agreement": "協定",
    "role": "役割",
    "fact": "調査の数値",
    "section": "条文・資料の段落",
}
LIMITS = (
    "収録した文書に書かれていないこと（有効期限、金額、担当者の名前など、一覧に列のない事項）",
    "基準日より後に結ばれた協定や、変更された内容",
    "ほかの自治体の協定",
    "法律上の判断や、手続の代行",
)


def show() -> None:
    """Draw the screen."""
    assistant = opened()
    heading("この資料について", "回答のもとになる文書と、その読み取りの状態です。")
    write(element("h2", "収録した文書"))
    for document in assistant.index.contents.documents:
        write(_document(assistant, document))
    write(
        element("h2", "お答えできないこと"),
        element("ul", *(element("li", limit) for limit in LIMITS)),
        element(
            "p",
            "見つからないときは、見つからないとお答えします。大切な判断の前には、"
            "示した原文の行と、担当課をご確認ください。",
        ),
    )
    write(*_index(assistant))
    write(*_doubts(assistant))
    write(*_left_out(assistant))
    if on_this_machine():
        _feedback()


def _feedback() -> None:
    """Offer what visitors said to those who keep the server, and to nobody else."""
    entries = read(home_folder())
    helped = sum(entry.verdict == "good" for entry in entries)
    write(
        element("h2", f"寄せられたご意見（{len(entries):,}件）"),
        element(
            "p",
            f"役に立った {helped:,}件、役に立たなかった {len(entries) - helped:,}件。"
            "この欄は、このサーバーで開いた画面にだけ表示されます。",
        ),
    )
    if entries:
        st.download_button(
            "ご意見を CSV で保存",
            as_csv(entries),
            "renkei-goiken.csv",
            "text/csv",
            on_click="ignore",
        )


def _document(assistant: Assistant, document: SourceDocument) -> Html:
    counts = Counter(
        kind_of(record)
        for record in assistant.index.records.values()
        if record.span.document == document.key
    )
    held = "、".join(
        f"{name} {counts[kind]:,}件" for kind, name in KIND_NAMES.items() if counts[kind]
    )
    return element(
        "article",
        element("h3", document.title),
        terms(
            (
                ("自治体", document.municipality),
                ("基準日", f"{era_date(document.as_of)}現在"),
                ("読み取った記録", held),
                ("ファイル", document.file),
                ("SHA-256", element("code", document.sha256)),
            )
        ),
        css="card",
    )


def _index(assistant: Assistant) -> tuple[Html, Html]:
    manifest = assistant.index.manifest
    model = "付属の単語ベクトル" if manifest.model == WORDS else manifest.model
    counts = "、".join(f"{name} {manifest.counts.get(k, 0):,}件" for k, name in KIND_NAMES.items())
    return element("h2", "索引"), terms(
        (
            ("記録", counts),
            ("埋め込みモデル", f"{model}（{manifest.embedder}）"),
            ("世代", assistant.index.generation),
            ("読み取り規則の版", manifest.rules),
            ("アシスタントの版", version("renkei")),
            ("ライブラリー", "、".join(f"{k} {v}" for k, v in manifest.libraries.items())),
        )
    )


def _doubts(assistant: Assistant) -> tuple[Html, Html]:
    doubts = assistant.index.manifest.doubts
    title = element("h2", f"読み取りに自信のない箇所（{len(doubts)}か所）")
    if not doubts:
        return title, element("p", "ありません。")
    rows = (element("li", f"{_place(assistant, d.span)}：{d.reason}") for d in doubts)
    return title, fold("箇所を見る（原本と見比べてください）", element("ul", *rows), css="citation")


def _left_out(assistant: Assistant) -> tuple[Html, Html]:
    left_out = assistant.index.manifest.left_out
    title = element("h2", f"記録に入れなかった文字（{len(left_out)}か所）")
    if not left_out:
        return title, element("p", "ありません。")
    rows = (
        element("li", f"{_place(assistant, left.span)}：{left.reason}「{left.text}」")
        for left in left_out
    )
    return title, fold("箇所を見る（罫線や書式の印など）", element("ul", *rows), css="citation")


def _place(assistant: Assistant, span: SourceSpan) -> str:
    file = assistant.index.documents[span.document].file
    return f"{file} {span.first_line}~{span.last_line}行"
