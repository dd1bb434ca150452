"""Facts from running text: articles, signatures, slides, with the line that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.commands import Subject
from assistant.engine import Assistant
from assistant.evaluation import evaluate
from assistant.results import Answer
from assistant.searching.figures import asked_for, units_asked
from assistant.searching.labelled import labelled

QUESTIONS = Path(__file__).parent / "data" / "questions"


def ask(assistant: Assistant, question: str) -> Answer:
    return assistant.ask([question])[0]


def test_most_questions_about_texts_are_answered_right(assistant: Assistant) -> None:
    report = evaluate([QUESTIONS / "text_facts.jsonl"], Subject(assistant))
    wrong = [outcome for outcome in report.outcomes if not outcome.right]
    assert len(wrong) <= 0.05 * len(report.outcomes), [outcome.id for outcome in wrong]


@pytest.mark.parametrize(
    ("question", "number", "unit"),
    [
        ("いじめの認知件数は令和5年度で何件ですか", 6147, "件"),
        ("いじめの認知件数は令和4年度に何件", 1698, "件"),
        ("手話劇祭には何人来た？", 476, "人"),
        ("スマート農業導入支援の令和6年度の予算額は", 3540, "万円"),
        ("企業版ふるさと納税は令和6年度いくら集まった？", 4752, "万円"),
    ],
)
def test_a_figure_is_taken_from_the_quoted_line(
    assistant: Assistant, question: str, number: float, unit: str
) -> None:
    answer = ask(assistant, question)
    assert (answer.number, answer.unit) == (number, unit)
    digits = f"{int(number):,}"
    assert digits in answer.citations[0].quote or str(number) in answer.citations[0].quote


def test_several_figures_that_the_question_does_not_choose_from_give_no_number() -> None:
    passage = "利用数：延べ犬3,740頭\n冬は1,283頭"
    figure = asked_for("何頭利用した？", passage)
    assert figure is not None
    assert figure.value is None
    assert figure.line == "利用数：延べ犬3,740頭"
    assert asked_for("何人利用した？", passage) is None


def test_years_in_other_writings_are_the_same_year() -> None:
    passage = "R4年度 14万球\nR5年度 21万球"
    for asked in ("令和5年度は何球", "R5は何球？", "Ｒ５年度の電球は何球"):
        figure = asked_for(asked, passage)
        assert figure is not None
        assert (figure.value, figure.unit) == (21, "万球"), asked


@pytest.mark.parametrize(
    ("question", "units"),
    [
        ("助成はいくら？", ("円",)),
        ("何人が来た", ("人", "名")),
        ("何トン運んだ", ("トン",)),
        ("どんな協定？", ()),
    ],
)
def test_the_unit_asked_for_is_known(question: str, units: tuple[str, ...]) -> None:
    assert units_asked(question) == units


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("連携協約の第4条には何が書いてある？", "第4条"),
        ("連携協約を途中で変更するときの決まりは？", "第6条"),
        ("南空知の協定を解消するには何が必要？", "第6条"),
        ("南空知の協定書は何通作成された？", "後文"),
    ],
)
def test_an_article_is_found_by_number_and_by_subject(
    assistant: Assistant, question: str, heading: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "fact"
    assert answer.citations[0].record.split("/")[1].startswith(heading)


def test_who_signed_for_one_party_is_that_party_alone(assistant: Assistant) -> None:
    answer = ask(assistant, "美瑛町長として署名したのは誰？")
    assert "角和浩幸" in answer.text
    assert "今津" not in answer.text


def test_the_parties_are_counted(assistant: Assistant) -> None:
    answer = ask(assistant, "南空知の協定に参加している市町は？")
    assert (answer.number, answer.unit) == (9, "者")


@pytest.mark.parametrize(
    ("question", "last"),
    [
        ("南空知の協定書の第十条には何と書いてありますか", "第7条（定めのない事項等の処理）"),
        ("連携協約の第12条を教えて", "第7条（疑義の解決）"),
        ("南空知の協定書の8条で決めた違約金はいくら", "第7条（定めのない事項等の処理）"),
    ],
)
def test_an_article_beyond_the_last_is_refused_with_the_last(
    assistant: Assistant, question: str, last: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert last in answer.text
    assert [c.record.split("/")[1] for c in answer.related] == [last]


def test_articles_of_a_law_and_streets_are_no_articles_of_the_agreement(
    assistant: Assistant,
) -> None:
    law = ask(assistant, "連携協約で地方自治法第252条の2は何のために出てきますか")
    assert law.kind == "fact"
    assert law.citations[0].record.endswith("前文")
    street = ask(assistant, "7条の通りの道路施設を商店街が管理する協定は")
    assert 291 in street.nos


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("南空知の協定は何年まで有効ですか", "有効期限"),
        ("美瑛町との協約はいつまで続く約束ですか", "有効期限"),
        ("美瑛町との連携協約を守らなかったときのペナルティは", "罰則"),
        ("南空知の協定はいつ見直すことになっていますか", "更新"),
    ],
)
def test_what_no_article_tells_of_the_agreement_is_refused(
    assistant: Assistant, question: str, name: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert name in answer.text
    assert all("条" in citation.record for citation in answer.related)


def test_an_article_of_a_row_is_not_held(assistant: Assistant) -> None:
    answer = ask(assistant, "No.107の第2条には何と書いてありますか")
    assert answer.kind == "not_found"
    assert "第2条" in answer.text
    assert {citation.no for citation in answer.related} == {107}


@pytest.mark.parametrize(
    ("question", "number", "unit"),
    [
        ("いじめの再調査委員会は合わせて何回開かれた？", 22, "回"),
        ("学校ヒアリングをしたのは何校？", 58, "校"),
        ("通学が自宅外だと給付型の奨学金はいくら？", 50, "万円"),
        ("社会資本整備総合交付金はR1年度にいくらだった？", 3600, "万円"),
        ("除排雪の当初予算が過去最大のとき、いくらだった？", 3_521_500_000, "円"),
        ("さつまいもの作付面積は令和2年には？", 30, "a"),
        ("有機農業の取組事業者は令和5年に何者？", 8, "者"),
        ("市制施行100年記念式典で表彰されたのは何人？", 1045, "人"),
        ("買物公園の社会実験で電動モビリティに乗ったのは何人？", 1139, "人"),
        ("冬のドッグランの飼い主は何人？", 1788, "人"),
        ("凱旋パレードのメディア来場は何名？", 139, "名"),
        ("旭川空港の乗降客の見込みは何人？", 112, "万人"),
    ],
)
def test_of_several_figures_the_one_that_is_named_is_meant(
    assistant: Assistant, question: str, number: float, unit: str
) -> None:
    answer = ask(assistant, question)
    assert (answer.number, answer.unit) == (number, unit)


def test_a_figure_for_a_year_that_the_passage_has_none_for_is_a_no(assistant: Assistant) -> None:
    answer = ask(assistant, "いじめ重大事態の認定は令和2年度に何件？")
    assert (answer.kind, answer.number) == ("not_found", None)
    assert "令和3年度：1件" in answer.text


def test_where_each_year_has_its_figure_none_is_given_for_all(assistant: Assistant) -> None:
    answer = ask(assistant, "未来会議2030の提言数は？")
    assert answer.number is None
    assert "165項目" in answer.text
    assert "57項目" in answer.text


def test_what_has_a_word_of_another_document_does_not_name_the_survey(assistant: Assistant) -> None:
    answer = ask(assistant, "再調査委員会の開催回数は令和5年度に？")
    assert (answer.number, answer.unit) == (14, "回")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("雪対策の条例が制定された日はいつとなっていますか", "R5.9.15"),
        ("教室のエアコンはいつまでに整備すると書いてある？", "令和9年度まで"),
        ("ハロン大学と協定を結んだのはいつ？", "R5.11.17"),
    ],
)
def test_when_is_told_by_the_line_with_the_day(
    assistant: Assistant, question: str, words: str
) -> None:
    assert words in ask(assistant, question).citations[0].quote


def test_years_below_a_chart_go_with_the_figures_above_them() -> None:
    chart = "事業者の数\n3社 5億円\n4社 6億円\n令和2年\n令和3年（見込）"
    told = [(f.value, f.unit, sorted(f.years)) for f in labelled(chart)]
    assert told == [
        (3, "社", [2020]),
        (5, "億円", [2020]),
        (4, "社", [2021]),
        (6, "億円", [2021]),
    ]


def test_a_figure_is_not_for_the_year_that_it_exceeds() -> None:
    first, second = labelled("R1年度の107万人を超える112万人の見込み")
    assert sorted(first.years) == [2019]
    assert not second.years


def test_a_line_of_years_alone_is_a_header_and_a_stretch_is_not() -> None:
    table = labelled("交付金の額\nR1年度　R5年度\n3千万円　5千万円")
    assert [sorted(figure.years) for figure in table] == [[2019], [2023]]
    stretch = labelled("合宿の参加者 (R4～R6)\n選手20人 監督3人")
    assert len({figure.years for figure in stretch}) == 1


def test_a_note_after_a_figure_tells_its_year() -> None:
    (figure,) = labelled("支援制度に登録 (R5.8.10) ※全国で286箇所 (R6時点)")
    assert sorted(figure.years) == [2024]


@pytest.mark.parametrize(
    "question",
    [
        "南空知の約束を打ち切りたい場合の手順は",
        "南空知の申し合わせから抜ける方法を教えて",
        "南空知との合意を白紙に戻すには",
        "南空知の決まりを解約するときはどうする",
    ],
)
def test_how_an_agreement_is_ended_is_told_by_its_article_in_whatever_words(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask([question])[0]
    assert [c.quote for c in answer.citations] == [
        "第6条 連携市町は、この協定を解消しようとするときは、協議により合意を得るものとする。"
    ]


def test_how_the_compact_is_ended_is_told_by_its_article_on_changes(assistant: Assistant) -> None:
    answer = assistant.ask(["美瑛町との決まりごとを取りやめるには"])[0]
    assert "あらかじめ議会の議決を経なければ" in answer.text


def test_how_a_rows_agreement_is_ended_is_told_by_no_row(assistant: Assistant) -> None:
    answer = assistant.ask(["ローソンとの協定を打ち切る場合の手続きは"])[0]
    assert answer.kind == "not_found"
    assert "解消・廃止の手続き" in answer.text


def test_which_agreements_were_ended_is_told_by_no_row(assistant: Assistant) -> None:
    answer = assistant.ask(["協定を打ち切った企業はありますか"])[0]
    assert answer.kind == "not_found"


@pytest.mark.parametrize(
    ("question", "nos"),
    [("美瑛町との約束は何件", {15, 155}), ("岩見沢市と交わした協定の一覧", {16})],
)
def test_rows_are_meant_where_agreements_with_a_party_of_it_are_counted(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    assert set(assistant.ask([question])[0].nos) == nos
