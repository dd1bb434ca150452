"""What a question about a numbered row asks for, where that is no column: 「No.43の周波数は？」

The last noun before the question's end is asked for. Where the row speaks of nothing like it, no
other row can help: the answer is an honest no.
"""

from __future__ import annotations

import re

from assistant.desk import Desk
from assistant.noun_phrases import noun_phrases
from assistant.quantities import Wanted
from assistant.question import Question
from index.normalization import without_space
from index.records import Agreement
from index.stopwords import is_about_table, says_something

# What may follow the noun that is asked for, up to the end.
_END = re.compile(
    r"(?:は|が|を|って|も|とは|について)?、?(?:(?:何|いくつ|どこ|どれ|どの|どう|どんな|誰)[^。?、]{0,12}"
    r"|(?:を|が|は)?(?:教え|知り|見せ|示し|お願い|分か|わか|聞)[^。?、]{0,12})?(?:です|でしょう)?か?[。?]{0,3}$"
)
# Nouns for what an agreement is about as a whole, and for parts of it that rows tell unnamed.
_ABSTRACT = frozenset(
    "概要 要点 要約 要旨 ポイント 特徴 説明 情報 全体 意義 意味 メリット 利点 役割 位置 付け 取り組み 取組 対象 条件 範囲 種類 例 方法"
    " 流れ 手順 仕組み 事項 項目 ところ こと もの 件 話 背景 理由 義務 責任 活動 事業 連携 協力 支援 分野 テーマ 関係 部分 様子 状況"
    " 場合 とき 時 人 者 方 業務 サービス 提供 施設 場所 物 品目 中身 主旨 根拠 類似 違い 共通 点 全文 引用 出典 原文 記載 行 番号".split()
)


def unspoken(desk: Desk, asked: Question, agreement: Agreement) -> Wanted | None:
    """What is asked of ``agreement`` that the row says nothing of; None if it may tell it."""
    if asked.column is not None or asked.intent != "lookup" or asked.english:
        return None
    text = without_space(asked.text)
    for phrase in reversed(list(noun_phrases(text))):
        start, end = phrase[0].start, phrase[-1].end
        if not _END.match(text, end):
            continue
        content = [
            t
            for t in phrase
            if says_something(t) and not is_about_table(t) and t.term not in _ABSTRACT
        ]
        if not content or phrase[-1].term in _ABSTRACT:
            return None
        said = text[start:end]
        if any(c.start < end and start < c.end for c in asked.conditions):
            return None
        return None if _speaks_of(desk, agreement, said) else Wanted(f"「{said}」", start, end)
    return None


def _speaks_of(desk: Desk, agreement: Agreement, said: str) -> bool:
    """Whether a row meets any word of ``said``, be it in other words."""
    hits = desk.retriever.search(said, len(desk.index.passages), kinds=("agreement",))
    own = next((hit for hit in hits if hit.record.id == agreement.id), None)
    return own is not None and own.met > 0
