"""Judging single answers: each judge accepts a right answer and rejects its wrong neighbours."""

import pytest

from assistant.evaluation.labels import Expected, RankingLabel, RefusalLabel, RoleLabel
from assistant.evaluation.scoring import (
    first_cited,
    format_nos,
    format_number,
    holds,
    judge_answer,
    judge_ranking,
    judge_refusal,
    judge_role,
    judge_turn,
    read_answer,
)
from index.errors import RequestError


def cited(no=None, quote="", record=None):
    return {"record": record or f"asahikawa-agreements/{no}", "no": no, "quote": quote}


def answer(kind="list", text="", number=None, unit=None, nos=(), citations=()):
    values = {"kind": kind, "text": text, "number": number, "unit": unit, "nos": list(nos)}
    return read_answer(values | {"citations": list(citations), "related": [{"no": 99}]})


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("令和 ６ 年２月\n６日に締結", "令和6年2月6日", True),
        ("ＤＸ", "DX", True),
        ("割合は11%です", "1%", False),
        ("割合は 1% です", "1%", True),
        ("100分の10", "100分の1", False),
        ("R6.2.6、5件", "R6.2.6", True),
        ("R6.2.6 5件", "R6.2.6", True),
        ("R6.2.65", "R6.2.6", False),
        ("R6.2.65とR6.2.6", "R6.2.6", True),
        ("128.0%", "28.0", False),
        ("**6,147件**", "6,147件", True),
        ("<p>応分の</p> <p>経費</p>", "応分の経費", True),
        ("<就任後>", "<就任後>", True),
        ("乙に対し応分", "甲に対し", False),
    ],
)
def test_a_phrase_is_found_whatever_its_width_and_white_space_but_not_inside_a_number(
    text, phrase, found
):
    assert holds(text, phrase) is found


def test_commas_count_unless_they_are_left_out():
    assert not holds("調査、研究等を行う", "調査研究等を行う")
    assert holds("調査，研究等を行う", "調査研究等を行う", ignore="、,")
    assert holds("甲、乙", "甲，乙", ignore="、,")
    assert holds("5、698件", "698件", ignore="、,")
    assert not holds("3,698件", "698件", ignore="、,")


def test_runs_of_numbers_are_drawn_together():
    assert format_nos([9, 3, 5, 6, 7, 3]) == "No.3, 5~7, 9"
    assert format_nos([]) == "No.なし"


def test_numbers_are_shown_without_idle_decimals():
    assert format_number(92.0, "件") == "92件"
    assert format_number(41.3, None) == "41.3"
    assert format_number(None, "件") == "なし"


COUNT = Expected(number=2, unit="件", nos=(5, 6), optional_nos=(7,), text=(("28.0", "約28"),))


@pytest.mark.parametrize("nos", [[5, 6], [6, 5], [5, 6, 7]])
def test_a_count_is_right_with_its_number_its_rows_and_its_wording(nos):
    given = answer("count", "2件で、全体の28.0%です。", 2, "件", nos)
    assert judge_answer("count", given, COUNT) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": 3}, "数が3件"),
        ({"number": None}, "数がなし"),
        ({"number": 2.004}, "数が2.004件"),
        ({"unit": "%"}, "単位が「%」"),
        ({"unit": None}, "単位が「なし」"),
        ({"nos": [5]}, "不足 No.6"),
        ({"nos": [5, 6, 8]}, "余分 No.8"),
        ({"nos": []}, "不足 No.5~6"),
        ({"text": "2件です。"}, "語句「28.0」がない"),
    ],
)
def test_a_count_is_wrong_when_one_thing_is(change, said):
    right = {"kind": "count", "text": "約28%", "number": 2, "unit": "件", "nos": [5, 6]}
    assert judge_answer("count", answer(**right | change), COUNT) == (said,)


def test_units_are_equal_whatever_their_width():
    assert judge_answer("compare", answer(number=41.3, unit="％"), Expected(41.3, "%")) == ()


def test_a_list_is_its_exact_set_and_citing_the_rows_is_not_enough():
    expected = Expected(nos=(1, 2))
    assert judge_answer("list", answer(nos=[2, 1]), expected) == ()
    given = answer(nos=[1], citations=[cited(1), cited(2)])
    assert judge_answer("list", given, expected) == ("不足 No.2",)


def test_an_attribute_must_cite_its_row_and_may_cite_more():
    expected = Expected(nos=(12,), text=(("中津市",),))
    given = answer("attribute", "中津市です。", nos=[12], citations=[cited(12), cited(13)])
    assert judge_answer("attribute", given, expected) == ()
    given = answer("attribute", "中津市です。", nos=[12], citations=[cited(13)])
    assert judge_answer("attribute", given, expected) == ("引用にNo.12がない",)


def test_a_wording_may_stand_in_a_quote_but_not_across_two():
    expected = Expected(text=(("中津市",),))
    assert judge_answer("fact", answer(citations=[cited(12, "大分県中津市")]), expected) == ()
    split = answer(citations=[cited(12, "大分県中"), cited(13, "津市")])
    assert judge_answer("fact", split, expected) == ("語句「中津市」がない",)


def test_every_group_of_wordings_is_needed():
    expected = Expected(text=(("6月13日", "6.13"), ("7月5日", "7.5")))
    assert judge_answer("fact", answer(text="6.13から7月5日"), expected) == ()
    assert judge_answer("fact", answer(text="6.13から"), expected) == ("語句「7月5日」がない",)


def test_a_turn_is_judged_by_its_exact_numbers():
    expected = Expected(number=80, nos=(162,))
    assert judge_turn(answer(number=80, unit="件", nos=[162]), expected) == ()
    assert judge_turn(answer(number=80, nos=[162, 163]), expected) == ("余分 No.163",)


RANKING = RankingLabel("C1", "lookup", None, "停電", {94: 2, 52: 1})


def test_a_lookup_is_right_when_a_row_of_the_highest_grade_is_among_the_first_three_cited():
    given = answer("lookup", nos=[1, 52, 94], citations=[cited(1), cited(1), cited(52), cited(94)])
    assert judge_ranking(given, RANKING) == ()
    given = answer("lookup", citations=[cited(1), cited(2), cited(52), cited(94)])
    assert judge_ranking(given, RANKING) == ("最初の3件に正解がない",)


def test_a_lookup_without_citations_of_agreements_is_judged_by_the_rows_it_names():
    role = cited(None, record="biei-compact/除雪/甲")
    assert first_cited(answer("lookup", nos=[94, 1], citations=[role])) == (94, 1)


def test_a_refused_lookup_is_wrong():
    given = answer("not_found", citations=[cited(94)])
    assert judge_ranking(given, RANKING) == ("答えがあるのに断った(not_found)",)


def test_the_agreement_that_a_question_names_is_no_answer_to_it():
    label = RankingLabel("C2", "similar", None, "No.166と似た協定", {164: 2}, given_no=166)
    given = answer("lookup", nos=[166, 1, 2, 164])
    assert judge_ranking(given, label) == ()


ROLE = RoleLabel("R1", "role", None, "負担", ("応分の経費", "負担する"), "小児二次救急", "乙")


def quoted(record):
    return answer("role", citations=[cited(None, "応分の、経費を 負担する", record)])


def test_a_role_is_right_from_the_initiative_and_party_asked_for():
    assert judge_role(quoted("biei-compact/小児二次救急/乙"), ROLE) == ()


def test_a_role_is_judged_by_its_words_alone_where_no_record_names_an_initiative():
    assert judge_role(quoted("biei-compact/第4条"), ROLE) == ()
    assert judge_role(answer("role", "応分の経費を負担する。"), ROLE) == ()


def test_another_party_or_initiative_is_wrong():
    assert judge_role(quoted("biei-compact/小児二次救急/甲"), ROLE) == (
        "別の当事者の役割を引用した",
    )
    assert judge_role(quoted("biei-compact/図書館/乙"), ROLE) == ("別の取組を引用した",)


def test_an_initiative_may_hold_a_slash_or_stand_behind_its_number():
    label = RoleLabel("R1", "role", None, "負担", ("応分の経費",), "救急/消防", "乙")
    assert judge_role(quoted("biei-compact/(2) 救急/消防/乙"), label) == ()


def test_every_phrase_of_a_role_is_needed():
    given = answer("role", "応分の経費を持つ")
    assert judge_role(given, ROLE) == ("語句「負担する」がない",)


REFUSAL = RefusalLabel("U1", "No.1234は？", "bad_no", (90,), ("イトーヨーカ堂", "1年間"))


@pytest.mark.parametrize("kind", ["not_found", "out_of_scope", "invalid_question"])
def test_a_refusal_is_right_and_may_point_to_what_the_label_allows(kind):
    assert judge_refusal(answer(kind, "ありません。", citations=[cited(90)]), REFUSAL) == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer("attribute", "ありません。"), "断らずに答えた(attribute)"),
        (answer("not_found", "イトー ヨーカ堂"), "あってはならない語句「イトーヨーカ堂」がある"),
        (
            answer("not_found", citations=[cited(90, "11年間")]),
            "あってはならない語句「1年間」がある",
        ),
        (answer("not_found", citations=[cited(123)]), "関係のないNo.123を示した"),
        (answer("not_found", nos=[123]), "関係のないNo.123を示した"),
    ],
)
def test_a_refusal_is_wrong_when_it_answers_invents_or_points_elsewhere(given, said):
    assert judge_refusal(given, REFUSAL) == (said,)


RIGHT_SHAPE = {"kind": "list", "text": "", "number": None, "unit": None, "nos": [], "citations": []}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "poem"),
        ("text", None),
        ("number", "92"),
        ("number", True),
        ("unit", 3),
        ("nos", ["1"]),
        ("nos", None),
        ("citations", None),
        ("citations", [{"record": "a/1", "no": "1", "quote": ""}]),
        ("citations", [{"record": "a/1", "no": 1}]),
        ("citations", ["a/1"]),
    ],
)
def test_an_answer_of_another_shape_is_an_error_naming_the_key(key, value):
    with pytest.raises(RequestError, match=key):
        read_answer(RIGHT_SHAPE | {key: value})
    assert read_answer(RIGHT_SHAPE).kind == "list"
