"""How people put their questions: for whom, in kana, several at once. The answers stay the same."""

from __future__ import annotations

import re
from datetime import date

import pytest

from assistant.engine import Assistant
from assistant.understanding import framing
from assistant.understanding.kana_words import kana_words
from assistant.understanding.party_words import without_filler
from assistant.understanding.preambles import without_preamble
from index.tokens import terms


def numbers(assistant: Assistant, question: str) -> tuple[int, ...]:
    return assistant.ask([question])[0].nos


# Why somebody asks


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("明日の庁議で説明するので、建築部の協定は何件ですか", "建築部の協定は何件ですか"),
        ("監査で資料の提出を求められたのですが、昭和の協定を一覧で", "昭和の協定を一覧で"),
        ("課長に報告するため、消防本部の協定数を教えて", "消防本部の協定数を教えて"),
        ("農政部の締結実績を集計したいのですが、何件ですか", "農政部の協定、何件ですか"),
    ],
)
def test_why_somebody_asks_is_left_aside(assistant: Assistant, asked: str, meant: str) -> None:
    assert without_preamble(asked) != asked
    answer, plain = assistant.ask([asked])[0], assistant.ask([meant])[0]
    assert answer.nos == plain.nos
    assert answer.number == plain.number
    assert answer.nos


def test_a_reason_that_holds_the_whole_question_is_read(assistant: Assistant) -> None:
    asked = "議員から除雪機の貸出しについて聞かれているのですが、ありますか"
    assert without_preamble(asked) == "ありますか"
    topic = assistant.answerer.read(asked).topic
    assert {"除雪"} <= {term for token in topic for term in terms(token.surface)}


def test_a_situation_is_no_reason() -> None:
    for text in (
        "一人暮らしの母が心配なので、見守ってくれる協定はありますか",
        "会社が倒産しそうなので、相談できるところは？",
    ):
        assert without_preamble(text) == text


# What only frames a question


def rows_of(assistant: Assistant, department: str) -> list[int]:
    return [no for no, row in assistant.agreements.items() if row.department == department]


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("新聞社の者です。土木部の協定は何件ありますか", "新聞社"),
        ("土木部の協定は何件？（議員からの問い合わせ）", "議員"),
        ("決算審査で使います。土木部の協定件数をお願いします。", "決算審査"),
        ("私は自治会の役員をしています。土木部の協定はいくつありますか", "自治会"),
        ("土木部の協定は何件でしょうか。市民に聞かれて困っています。", "市民"),
        ("土木部の協定が何件あるか、町長に伝えなければなりません", "町長"),
        ("広報誌の原稿用。土木部の協定は何件か。", "広報誌"),
        ("土木部の協定一覧をください。新任なので全体像をつかみたいです。", "新任"),
        ("うわさによると土木部の協定は多いそうですが、何件ですか", "うわさ"),
    ],
)
def test_what_stands_outside_of_the_clause_that_counts_is_no_condition(
    assistant: Assistant, question: str, left_out: str
) -> None:
    (answer,) = assistant.ask([question])
    assert list(answer.nos) == rows_of(assistant, "土木部")
    assert re.search(f"「{left_out}[^」]*」.*は条件にしていません", answer.interpretation)


@pytest.mark.parametrize(
    "question",
    [
        "土木部の協定は、年度を問わず何件ありますか",
        "協定の種類にかかわらず、土木部の件数を教えて",
        "土木部の協定件数を至急ご報告願います",
        "土木部が締結した協定の一覧が必要です",
        "土木部の協定は何件ですか。時期はいつでも構いません",
        "土木部の協定の名称と締結日を抜粋してください",
        "土木部の協定の一覧。理由や説明文の要約は不要です。",
        "土木部の協定は、正確には何件ですか",
        "土木部の協定がどれくらいあるのか、表にして見せてほしい",
        "土木部は協定が多いイメージですが、何件ありますか",
        "Q3. 土木部の協定は何件か。A4一枚にまとめたい。",
    ],
)
def test_how_the_answer_is_to_be_given_is_no_condition(assistant: Assistant, question: str) -> None:
    (answer,) = assistant.ask([question])
    assert list(answer.nos) == rows_of(assistant, "土木部")
    assert "条件にしていません" not in answer.interpretation


@pytest.mark.parametrize(
    "note", ["（小数点以下第2位を四捨五入）", "（整数で）", "（有効数字3桁まで）"]
)
def test_how_to_round_is_no_condition(assistant: Assistant, note: str) -> None:
    (answer,) = assistant.ask([f"土木部の協定の割合は何％ですか{note}"])
    rows = rows_of(assistant, "土木部")
    assert list(answer.nos) == rows
    assert answer.number == round(100 * len(rows) / len(assistant.agreements), 1)


@pytest.mark.parametrize(
    "said",
    ["年号が変わってから、つまり令和になってから", "令和、すなわち年号が変わったあとに"],
)
def test_what_is_said_again_in_other_words_counts_once(assistant: Assistant, said: str) -> None:
    rows = assistant.agreements.items()
    reiwa = [no for no, row in rows if row.concluded >= date(2019, 5, 1)]
    assert list(numbers(assistant, f"{said}土木部以外が結んだ協定は何件")) == [
        no for no in reiwa if assistant.agreement(no).department != "土木部"
    ]


@pytest.mark.parametrize(
    "question",
    [
        "土木部の水族館の協定は何件ですか",
        "水族館について知りたいです。土木部の協定は何件ありますか",
        "水族館の話です。土木部の協定は何件？",
        "水族館。土木部の協定は何件？",
        "水族館に関する質問です。土木部の協定は何件ですか",
        "水族館についてのものではと思うのですが、土木部の協定は何件ですか（水族館に限る）",
        "土木部の協定（水族館に関するもの）は何件",
        "土木部の協定（水族館）は何件ですか",
        "何件の土木部の協定が水族館に関するものですか",
    ],
)
def test_what_narrows_the_agreements_is_a_condition_wherever_it_stands(
    assistant: Assistant, question: str
) -> None:
    (answer,) = assistant.ask([question])
    assert answer.number == 0
    assert not answer.nos
    assert "水族館" in answer.text


def test_a_note_on_the_noun_that_is_counted_narrows_it(assistant: Assistant) -> None:
    plain = numbers(assistant, "防災課の物資の協定は何件")
    assert 0 < len(plain) < len(rows_of(assistant, "防災安全部"))
    assert numbers(assistant, "防災課の協定（物資関係）は何件") == plain
    assert numbers(assistant, "防災課の協定は何件ですか（物資）") == plain


@pytest.mark.parametrize(
    "period",
    [
        "令和2年中（1月1日から12月31日まで）に",
        "令和2年（暦年）に",
        "令和2年1月から12月までの一年間に",
        "2020年の年初から、すなわち2020年に",
    ],
)
def test_a_note_on_a_period_counts_nothing_else(assistant: Assistant, period: str) -> None:
    expected = [no for no, row in assistant.agreements.items() if row.concluded.year == 2020]
    assert list(numbers(assistant, f"{period}締結した件数を教えてください")) == expected


def test_the_surveys_word_is_not_left_aside(assistant: Assistant) -> None:
    (answer,) = assistant.ask(["市の調べでは土木部の協定は何件ですか"])
    assert answer.interpretation.startswith("調査の公表値")
    (answer,) = assistant.ask(["うわさでは聞いたので、土木部の協定は何件ですか（公表値）"])
    assert answer.interpretation.startswith("調査の公表値")


def test_a_day_up_to_which_is_counted_is_not_the_day_of_conclusion(assistant: Assistant) -> None:
    for asked in (
        "土木部の協定は現時点（令和6年6月1日）で何件",
        "現在（令和6年6月1日）土木部の協定は何件",
    ):
        assert list(numbers(assistant, asked)) == rows_of(assistant, "土木部")


def test_what_is_asked_about_is_no_note(assistant: Assistant) -> None:
    for text in (
        "市民課の届出は不要ですか",
        "参加するとき年齢は問いませんか",
        "利用料は関係ありませんか",
    ):
        assert framing.without_notes(text) == text


def test_an_occasion_is_no_topic_of_a_search_either(assistant: Assistant) -> None:
    asked = assistant.answerer.read("庁議の資料です。給電車の協定はどこと結んでいますか")
    assert not {"庁議", "資料"} & {token.surface for token in asked.topic}
    assert asked.aside == ("庁議",)


def test_what_somebody_tells_of_themselves_may_be_what_they_look_for(assistant: Assistant) -> None:
    asked = assistant.answerer.read("除雪を頼みたいのですが、何件の協定がありますか")
    assert "除雪" in {token.surface for token in asked.topic}


def test_a_situation_is_the_topic_where_nothing_else_is_said(assistant: Assistant) -> None:
    (answer,) = assistant.ask(["冬の停電が心配です。協定は何件ありますか"])
    assert answer.number != len(assistant.agreements)


# Typed in hiragana


@pytest.mark.parametrize(
    ("kana", "kanji"),
    [
        ("どぼくぶのきょうていはなんけん", "土木部の協定は何件"),
        ("へいせい29ねんどにていけつしたけんすう", "平成29年度に締結した件数"),
        ("れいわ3ねん4がつのきょうてい", "令和3年4月の協定"),
        ("へいせいがんねんどのおぼえがき", "平成元年度の覚書"),
    ],
)
def test_the_tables_own_words_are_read_in_hiragana(kana: str, kanji: str) -> None:
    assert kana_words(["土木部", "広報広聴課"])(kana) == kanji


def test_departments_are_read_in_hiragana(assistant: Assistant) -> None:
    expected = tuple(no for no, row in assistant.agreements.items() if row.section == "広報広聴課")
    assert expected
    assert numbers(assistant, "こうほうこうちょうかのきょうていはなんけんですか") == expected


def test_clay_and_other_words_in_kana_stay_as_they_are() -> None:
    in_kanji = kana_words(["土木部", "保健所"])
    for text in (
        "ほけんしょうの更新",
        "事故が起きないように",
        "忘れないような工夫",
        "ねんどで遊ぶ",
        "がつがつ食べる",
        "ないものねだり",
        "どぼくの仕事",
    ):
        assert in_kanji(text) == text


# Words that tell nothing


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("農協・団体との協定", "農協との協定"),
        ("町内会や団体と結んだ協定", "町内会と結んだ協定"),
        ("大手スーパーとの協定", "スーパーとの協定"),
        ("ホテル大手との協定", "ホテルとの協定"),
        ("団体との協定", "団体との協定"),
        ("企業・団体の一覧", "企業・団体の一覧"),
        ("大手町の道路の協定", "大手町の道路の協定"),
    ],
)
def test_words_beside_a_kind_of_partner_that_tell_nothing_are_passed_over(
    text: str, bare: str
) -> None:
    assert without_filler(text) == bare


def test_partners_abroad_are_a_kind(assistant: Assistant) -> None:
    abroad = {
        no
        for no, row in assistant.agreements.items()
        if any(place in party for party in row.partners for place in ("マレーシア", "台北", "香港"))
    }
    assert set(numbers(assistant, "海外の団体と結んだ協定をすべて挙げて")) == abroad
    # A topic is none: nobody abroad is a partner here.
    assert not set(numbers(assistant, "企業の海外展開を支える協定は？")) & abroad


# Several things at once


def test_several_columns_are_told_each_with_its_quote(assistant: Assistant) -> None:
    row = assistant.agreement(50)
    (answer,) = assistant.ask(["No.50はどこと、いつ結び、どの課が担当していますか"])
    assert answer.nos == (50,)
    for told in (row.partners[0], "平成24年2月8日", row.section):
        assert told in answer.text
    quotes = {" ".join(citation.quote.split()) for citation in answer.citations}
    assert quotes == {row.partner, row.concluded_text, f"{row.department} {row.section}"}


def test_how_many_partners_are_told_with_who_they_are(assistant: Assistant) -> None:
    row = assistant.agreement(94)
    (answer,) = assistant.ask(["No.94の相手方は何社で、どこですか"])
    assert f"（{len(row.partners)}者）" in answer.text
    assert all(party in answer.text for party in row.partners)
    assert answer.text.count(row.partners[0]) == 1


def test_several_columns_of_a_list_are_in_its_lines(assistant: Assistant) -> None:
    (answer,) = assistant.ask(["昭和に結んだ協定の目的と担当課の一覧"])
    for no in answer.nos:
        row = assistant.agreement(no)
        assert row.purpose in answer.text
        assert f"{row.department} {row.section}" in answer.text


def test_of_several_named_together_each_is_counted(assistant: Assistant) -> None:
    (answer,) = assistant.ask(["土木部と建築部の協定はそれぞれ何件ですか"])
    rows = assistant.agreements.values()
    for department in ("土木部", "建築部"):
        count = sum(row.department == department for row in rows)
        assert f"{department} {count} 件" in answer.text
    assert answer.number == sum(row.department in ("土木部", "建築部") for row in rows)


@pytest.mark.parametrize(
    "question", ["土木部と建築部、協定が多いのはどちらですか", "少ないのはどっち、土木部と建築部"]
)
def test_which_has_more_is_a_comparison_in_either_order(
    assistant: Assistant, question: str
) -> None:
    assert assistant.ask([question])[0].kind == "comparison"


# Bare words


def test_a_bare_number_is_an_agreements(assistant: Assistant) -> None:
    for question in ("94", "No.94", "９４"):
        (answer,) = assistant.ask([question])
        assert answer.nos == (94,)
        assert "相手方" in answer.text, "in Japanese, although no letter says so"


def test_abbreviations_keep_their_letters() -> None:
    assert terms("AED") == ["aed"]
    assert terms("evacuated") == terms("evacuating")


# Figures of texts


@pytest.mark.parametrize(
    "question",
    [
        "美瑛町から派遣される職員は何人ですか",
        "ゼロカーボンの取組で減らした灯油は何トンですか",
        "調査票に記入した職員は何名ですか",
    ],
)
def test_a_text_without_such_a_figure_is_no_answer(assistant: Assistant, question: str) -> None:
    (answer,) = assistant.ask([question])
    assert answer.kind == "not_found"
    assert not answer.citations


# What is left out


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("除雪以外の協定は何件ですか", "除雪"),
        ("見守りを除いた協定の件数", "見守り"),
        ("動物に関するもの以外の協定は何件", "動物"),
    ],
)
def test_a_topic_that_is_left_out_is_held_by_no_row(
    assistant: Assistant, question: str, word: str
) -> None:
    (answer,) = assistant.ask([question])
    (held,) = assistant.ask([f"{word}の協定は何件ですか"])
    assert answer.kind == "count"
    assert set(answer.nos) == set(assistant.agreements) - set(held.nos)
    assert f"「{word}」の記載がない" in answer.text


def test_of_a_topic_another_is_left_out(assistant: Assistant) -> None:
    whole = set(numbers(assistant, "高齢者の協定は何件"))
    watched = set(numbers(assistant, "見守りの協定は何件"))
    assert whole & watched
    (answer,) = assistant.ask(["見守り以外の高齢者の協定は何件"])
    assert set(answer.nos) == whole - watched


@pytest.mark.parametrize(
    ("question", "kind", "whole"),
    [
        ("大学以外との協定は何件ですか", "大学", None),
        ("銀行以外の金融機関との協定", "銀行", "金融機関"),
        ("町以外の自治体との協定は何件", "町", "自治体"),
    ],
)
def test_a_kind_of_partner_that_is_left_out_is_in_no_row(
    assistant: Assistant, question: str, kind: str, whole: str | None
) -> None:
    left_out = set(assistant.partners_of_kind(kind))
    every = set(assistant.partners_of_kind(whole)) if whole else set(assistant.agreements)
    assert left_out & every
    assert set(numbers(assistant, question)) == every - left_out


# Times and orders


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("令和5年度の上半期に結んだ協定は何件", (2023, 4), (2023, 9)),
        ("2022年度下半期の協定", (2022, 10), (2023, 3)),
        ("令和4年度第4四半期の協定は何件", (2023, 1), (2023, 3)),
        ("令和元年度前期に締結した協定の数", (2019, 4), (2019, 9)),
    ],
)
def test_halves_and_quarters_of_a_fiscal_year_are_months(
    assistant: Assistant, question: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    expected = {
        no
        for no, row in assistant.agreements.items()
        if first <= (row.concluded.year, row.concluded.month) <= last
    }
    assert expected
    assert set(numbers(assistant, question)) == expected


def test_the_oldest_is_told_with_how_many_there_are(assistant: Assistant) -> None:
    banks = assistant.partners_of_kind("銀行")
    (answer,) = assistant.ask(["銀行との協定は何件で、一番古いのはいつ？"])
    assert f"{len(banks)} 件のうち" in answer.text
    assert answer.nos == (min(banks, key=lambda no: assistant.agreement(no).concluded),)


def test_who_concluded_many_is_a_ranking(assistant: Assistant) -> None:
    answer = assistant.ask(["協定を多く結んでいる課はどこ"])[0]
    sections = [(row.department, row.section) for row in assistant.agreements.values()]
    department, section = max(set(sections), key=sections.count)
    assert f"{department} {section}の {sections.count((department, section))} 件" in answer.text


def test_a_partner_without_agreements_is_named_beside_those_with_some(
    assistant: Assistant,
) -> None:
    (answer,) = assistant.ask(["ローソンと西友との協定は何件"])
    assert answer.number == len(answer.nos) == 1
    assert "「西友」が入っている協定は、一覧にありません" in answer.text


def test_a_claim_that_is_so_is_confirmed(assistant: Assistant) -> None:
    (answer,) = assistant.ask(["No.50は平成24年に結ばれましたよね？"])
    assert answer.text.startswith("はい")
    (answer,) = assistant.ask(["No.50は平成25年に結ばれたんですよね"])
    assert answer.text.startswith("いいえ")


def test_a_nickname_that_the_analyser_loses_is_a_partners_all_the_same(
    assistant: Assistant,
) -> None:
    held = tuple(
        no
        for no, row in assistant.agreements.items()
        if "FMりべーる" in row.partner or "シティネットワーク" in row.partner
    )
    assert len(held) > 1
    assert numbers(assistant, "FMりべーるとの協定") == held
    # Nobody here is called so: that is a no, and not whoever is near (近).
    assert assistant.ask(["近ツリとの協定は？"])[0].kind == "not_found"
    assert "放送" in assistant.ask(["FM放送の協定は？"])[0].text


def test_a_word_in_kana_that_only_the_thesaurus_knows_is_asked_about(assistant: Assistant) -> None:
    (answer,) = assistant.ask(["だんぼーる"])
    assert set(answer.nos[:2]) == {57, 96}  # 段ボール stands in these two rows alone.
