"""Reading labelled questions: what is read, and what is refused with file and line."""

import json
from collections import Counter
from pathlib import Path

import pytest

from assistant.evaluation.labels import (
    AnswerLabel,
    ConversationLabel,
    Expected,
    HostileLabel,
    RankingLabel,
    RefusalLabel,
    RoleLabel,
    read_labels,
)
from index.errors import RequestError

SAMPLE = Path(__file__).parent / "data" / "questions"
LOOKUP = {
    "id": "C1",
    "type": "lookup",
    "difficulty": "easy",
    "question": "雪",
    "relevant": {"1": 2},
}


def written(folder, *lines):
    file = folder / "q.jsonl"
    file.write_text(
        "\n".join(x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines),
        encoding="utf-8",
    )
    return file


def read_one(folder, values):
    sheet = read_labels([written(folder, values)])
    assert not sheet.notices
    return sheet.labels[0]


def test_every_line_of_the_sample_is_read_without_a_notice():
    sheet = read_labels(sorted(SAMPLE.glob("[chq]*.jsonl")))
    assert sheet.notices == ()
    assert Counter(type(label) for label in sheet.labels) == {
        RankingLabel: 26 + 6,
        AnswerLabel: 10 + 10 + 8 + 4 + 6,
        RoleLabel: 9,
        RefusalLabel: 18,
        ConversationLabel: 8,
        HostileLabel: 26,
    }


def test_the_examples_in_the_documentation_are_read_without_a_notice(tmp_path):
    page = (Path(__file__).parent.parent / "docs" / "evaluation.md").read_text(encoding="utf-8")
    examples = page.split("```jsonl\n")[1].split("```")[0]
    sheet = read_labels([written(tmp_path, examples)])
    assert sheet.notices == ()
    assert "".join(label.id for label in sheet.labels) == "abcdefghi"


def test_grades_are_read_by_agreement_number(tmp_path):
    label = read_one(tmp_path, LOOKUP | {"relevant": {"94": 2, "52": 1}})
    assert label == RankingLabel("C1", "lookup", "easy", "雪", {94: 2, 52: 1})


def test_a_similar_question_keeps_the_number_it_starts_from(tmp_path):
    label = read_one(tmp_path, LOOKUP | {"type": "similar", "given_no": 166})
    assert label.given_no == 166


def test_optional_numbers_stand_beside_the_answer_or_in_it(tmp_path):
    line = {"id": "S1", "type": "list", "question": "どれ", "answer": {"nos": [5]}}
    beside = read_one(tmp_path, line | {"optional_nos": [6]})
    inside = read_one(tmp_path, line | {"answer": {"nos": [5], "optional_nos": [6]}})
    assert beside.expected == inside.expected == Expected(nos=(5,), optional_nos=(6,))


def test_wordings_are_groups_of_alternatives(tmp_path):
    answer = {"number": 41.3, "unit": "%", "text": [["令和5年度", "R5"], ["東川町"]]}
    line = {"id": "S1", "type": "compare", "question": "どちら", "answer": answer}
    assert read_one(tmp_path, line).expected == Expected(
        number=41.3, unit="%", text=(("令和5年度", "R5"), ("東川町",))
    )


def test_a_repeated_input_is_written_out(tmp_path):
    assert read_one(tmp_path, {"id": "H1", "kind": "long", "repeat": ["ab", 3]}).input == "ababab"


def test_a_lone_surrogate_is_an_input_like_any_other(tmp_path):
    line = '{"id": "H1", "kind": "surrogate", "input": "\\udfff"}'
    assert read_one(tmp_path, line).input == "\udfff"


def test_empty_lines_a_byte_order_mark_and_windows_line_ends_are_no_matter(tmp_path):
    file = tmp_path / "q.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(LOOKUP).encode() + b"\r\n\r\n")
    assert len(read_labels([file]).labels) == 1


def test_an_unknown_type_is_reported_with_its_line(tmp_path):
    sheet = read_labels([written(tmp_path, LOOKUP, {"id": "X", "type": "poem", "question": "詩"})])
    assert len(sheet.labels) == 1
    (notice,) = sheet.notices
    assert (notice.file, notice.line) == ("q.jsonl", 2)
    assert "poem" in notice.reason


def test_a_line_of_no_known_shape_is_reported(tmp_path):
    (notice,) = read_labels([written(tmp_path, LOOKUP, {"id": "X"})]).notices
    assert notice.line == 2


def test_a_key_that_is_not_scored_is_reported(tmp_path):
    (notice,) = read_labels([written(tmp_path, LOOKUP | {"must_contian": ["雪"]})]).notices
    assert "must_contian" in notice.reason


COUNT = {"id": "S1", "type": "count", "question": "何件"}
ROLE = {"id": "R1", "type": "role", "question": "役割"}
REFUSAL = {"id": "U1", "question": "火星", "kind": "no_partner", "may_cite": []}
TURN = {"question": "どれ", "expect": {"nos": [1]}}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "JSON"),
        pytest.param("[" * 100_000, "JSON", id="deeply nested"),
        ("[1]", "オブジェクト"),
        ('{"id": "S1", "type": "count", "question": "何件", "answer": {"number": NaN}}', "JSON"),
        (LOOKUP | {"id": " "}, "id"),
        (LOOKUP | {"question": 3}, "question"),
        (LOOKUP | {"difficulty": 3}, "difficulty"),
        (LOOKUP | {"relevant": [94]}, "relevant"),
        (LOOKUP | {"relevant": {}}, "relevant"),
        (LOOKUP | {"relevant": {"94": 0}}, "段階1以上"),
        (LOOKUP | {"relevant": {"九": 2}}, "九"),
        (LOOKUP | {"relevant": {"94": True}}, "94"),
        (LOOKUP | {"type": "similar"}, "given_no"),
        (COUNT, "answer"),
        (COUNT | {"answer": {"nos": [1]}}, "answer.number"),
        (COUNT | {"answer": {"number": "92"}}, "number"),
        (
            '{"id": "S1", "type": "count", "question": "何件", "answer": {"number": 1e999}}',
            "number",
        ),
        (COUNT | {"answer": {"number": 9, "nos": ["1"]}}, "nos"),
        (COUNT | {"answer": {"number": 9, "text": ["28%"]}}, "text"),
        (COUNT | {"answer": {"number": 9, "text": [[]]}}, "空の組"),
        (COUNT | {"answer": {"number": 9, "txet": [["a"]]}}, "txet"),
        (COUNT | {"type": "fact", "answer": {}}, "1つもありません"),
        (COUNT | {"type": "list", "answer": {"number": 2}}, "answer.nos"),
        (ROLE, "must_contain"),
        (ROLE | {"must_contain": []}, "must_contain"),
        (ROLE | {"must_contain": [""]}, "must_contain"),
        (REFUSAL | {"may_cite": None}, "may_cite"),
        (REFUSAL | {"must_not_contain": "雪"}, "must_not_contain"),
        ({"id": "V1", "turns": []}, "turns"),
        ({"id": "V1", "turns": [TURN, {"question": "どれ"}]}, "2番目"),
        ({"id": "V1", "turns": [TURN | {"expect": {"nso": [1]}}]}, "nso"),
        ({"id": "H1", "kind": "x", "input": 1}, "input"),
        ({"id": "H1", "kind": "x", "repeat": ["a", 10**12]}, "repeat"),
        ({"id": "H1", "kind": "x", "repeat": ["a", -1]}, "repeat"),
        (LOOKUP | {"id": "first"}, "重なって"),
    ],
)
def test_a_line_that_cannot_be_scored_is_an_error_naming_file_and_line(tmp_path, line, said):
    file = written(tmp_path, LOOKUP | {"id": "first"}, line)
    with pytest.raises(RequestError, match=r"^q\.jsonl 2行: ") as caught:
        read_labels([file])
    assert said in str(caught.value)


def test_a_missing_file_says_where_to_look(tmp_path):
    with pytest.raises(RequestError, match=r"nothing\.jsonl を読めません"):
        read_labels([tmp_path / "nothing.jsonl"])


def test_another_encoding_is_named(tmp_path):
    file = tmp_path / "sjis.jsonl"
    file.write_bytes("質問".encode("shift_jis"))
    with pytest.raises(RequestError, match="UTF-8ではありません"):
        read_labels([file])


def test_a_file_without_questions_is_an_error(tmp_path):
    with pytest.raises(RequestError, match="採点できる質問がありません"):
        read_labels([written(tmp_path, "")])
