"""The search for a row's cells, on rows set by hand and by a small typesetter."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.parsing.columns import Gap, best_cut, cell_text, split_words
from index.parsing.table_layout import agreement_layout, head, text_width

LAYOUT = agreement_layout()
NAMES = [column.name for column in LAYOUT.columns]
GOLD = json.loads(
    (Path(__file__).parent / "data" / "agreements_gold.json").read_text(encoding="utf-8")
)
ROW = "建設部 道路課"


def cells(text, known=None):
    """The cells of a row, by column."""
    cut = best_cut(split_words(list(enumerate(text.split("\n"), 1))), LAYOUT, known or {})
    assert cut is not None
    columns = zip(LAYOUT.columns, cut.cells, strict=True)
    return {column.name: cell_text(words, column, LAYOUT) for column, words in columns}


def test_words_know_their_line_and_what_stands_before_them():
    words = split_words([(7, "  部 課　"), (8, "一　つ　 二"), (10, "三")])
    assert [(word.text, word.line, word.space, word.gap) for word in words] == [
        ("部", 7, "  ", Gap.BLANK),
        ("課", 7, " ", Gap.SPACE),
        ("一　つ", 8, "", Gap.NEWLINE),
        ("二", 8, "　 ", Gap.SPACE),
        ("三", 10, "", Gap.BLANK),
    ]


def test_seven_words_on_a_line_are_seven_cells():
    found = cells("建設部 道路課 除雪協定 東町 冬の応援 道の除雪 R5.1.2")
    assert found == dict(
        zip(
            NAMES,
            ["建設部", "道路課", "除雪協定", "東町", "冬の応援", "道の除雪", "R5.1.2"],
            strict=True,
        )
    )


def test_a_full_line_goes_on_in_the_next_and_a_short_one_ends_its_cell():
    found = cells(
        f"{ROW}\n"
        "大規模災害発生時道路除雪作業相互応援\n"  # 18 kanji, as wide as the column
        "協定\n"
        "東町\n"
        "雪の日の交通を守るため。\n\n"
        "道の除雪を行う。 R5.1.2"
    )
    assert found["title"] == "大規模災害発生時道路除雪作業相互応援協定"
    assert (found["partner"], found["purpose"]) == ("東町", "雪の日の交通を守るため。")


def test_the_partner_and_the_purpose_of_one_block_are_told_apart_by_their_widths():
    found = cells(
        f"{ROW}\n除雪協定\n\n"
        "東町\n東町の道路において大雪時に相互に協力し\nて除雪を行うため。\n\n"
        "道の除雪\n\nR5.1.2"
    )
    assert found["partner"] == "東町"
    assert found["purpose"] == "東町の道路において大雪時に相互に協力して除雪を行うため。"


def test_blank_lines_and_spaces_inside_the_content_stay_in_it():
    found = cells(
        f"{ROW} 除雪協定 東町\n\n冬の応援\n\n"
        "次のことを行う。\n(1) 除雪\n\n(2) 砂まき 凍結防止\n\nR5.1.2"
    )
    assert found["purpose"] == "冬の応援"
    assert found["content"] == "次のことを行う。\n(1) 除雪\n(2) 砂まき 凍結防止"


def test_of_two_cuts_as_good_as_each_other_the_one_with_known_cells_wins():
    row = f"{ROW} 除雪協定 東町\n冬の応援\n道の除雪\n道の砂まき R5.1.2"
    plain = best_cut(split_words(list(enumerate(row.split("\n"), 1))), LAYOUT, {})
    assert plain is not None
    assert plain.margin == 0
    assert cells(row, {"purpose": ["冬の応援"]})["purpose"] == "冬の応援"
    assert cells(row, {"content": ["道の砂まき"]})["content"] == "道の砂まき"


@pytest.mark.parametrize(
    "row",
    [
        "",
        "建設部 道路課 除雪協定 東町 冬の応援 R5.1.2",  # a cell is missing
        "建設部 道路課 除雪協定 東町 冬の応援 道の除雪",  # the date is missing
        "建設部 道路課 除雪協定 東町 冬の応援 道の除雪 R5.1.2 以上",
    ],
)
def test_a_row_without_a_cell_for_each_column_has_no_cut(row):
    assert best_cut(split_words([(1, row)]), LAYOUT, {}) is None


def test_new_items_keep_their_line_and_wrapped_lines_lose_it():
    found = cells(
        f"{ROW} 除雪協定 東町\n\n冬の応援\n\n"
        "（除雪）\n"
        "第１条　東町は，大規模な積雪により通行が困難となった道路について旭川市の要請に基づき\n"
        "除雪を行う。\n"
        "■費用\n"
        "東町が支払う。\n\n"
        "R5.1.2"
    )
    assert found["content"] == (
        "（除雪）\n"
        "第１条　東町は，大規模な積雪により通行が困難となった道路について旭川市の要請に基づき"
        "除雪を行う。\n"
        "■費用\n"
        "東町が支払う。"
    )


def test_names_that_fill_their_lines_stay_apart():
    found = cells(
        f"{ROW} 除雪協定\n\n"
        "北北海道東自動車販売株式会社\n"  # as wide as the column
        "東西海上火災保険株式会社旭川\n"
        "支店\n\n"
        "冬の応援 道の除雪 R5.1.2"
    )
    assert found["partner"] == "北北海道東自動車販売株式会社\n東西海上火災保険株式会社旭川支店"


def typeset(row, gaps):
    """A row as it is printed: cells wrapped at their columns' widths, ``gaps`` between them."""
    text, above = "", []
    for column, gap in zip(LAYOUT.columns, ["", *gaps], strict=True):
        lines = [line for item in row[column.name].split("\n") for line in wrap(item, column.width)]
        single = len(above) == len(lines) == 1
        text += " " if gap == " " and single else "\n\n" * bool(above)
        text += "\n".join(lines)
        above = lines
    return text


def wrap(text, width):
    lines = [""]
    while text:
        part = head(text)
        if lines[-1] and text_width(lines[-1] + part, LAYOUT) > width:
            lines.append("")
        lines[-1] += part
        text = text[len(part) :]
    return lines


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.data())
def test_cells_set_in_type_are_found_again(data):
    # Departments and sections go together; every other cell may meet any other.
    row = dict(data.draw(st.sampled_from(GOLD)))
    for name in NAMES[2:]:
        row[name] = data.draw(st.sampled_from(GOLD))[name]
    gaps = data.draw(st.lists(st.sampled_from([" ", ""]), min_size=6, max_size=6))
    cut = best_cut(split_words(list(enumerate(typeset(row, gaps).split("\n"), 1))), LAYOUT, {})
    assert cut is not None
    found = ["".join(word.text for word in words) for words in cut.cells]
    expected = ["".join(row[name].split()) for name in NAMES]
    assert [text.replace("　", "") for text in found] == expected
