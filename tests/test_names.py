"""Partners by the names that people say; expected rows read in the table by hand."""

from __future__ import annotations

import pytest

from assistant.engine import Assistant
from assistant.understanding.name_spelling import fold, folded
from assistant.understanding.names import NamedPartner, PartnerNames
from assistant.understanding.strangers import well_known
from index.normalization import without_space


@pytest.fixture(scope="module")
def names(assistant: Assistant) -> PartnerNames:
    return PartnerNames(assistant.index)


def found(names: PartnerNames, question: str) -> list[NamedPartner]:
    return names.find(without_space(question))


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("㈱ローソンとの協定", {221}),
        ("株式會社ローソンとの協定", {221}),
        ("ﾛｰｿﾝとの協定", {221}),
        ("日本製紙株式会社との協定", {164, 315}),
        ("日本製紙㈱との協定", {164, 315}),
        ("セブン-イレブンとの協定", {84, 144}),
        ("セブン・イレブンとの協定", {84, 144}),
        ("コカコーラとの協定", {224, 243}),
        ("コカ・コーラとの協定", {224, 243}),
        ("旭川醫科大学との協定", {2, 304, 329}),
        ("旭川医大との協定", {2, 304, 329}),
        ("北海道銀行との協定", {216}),
        ("コンサドーレとの協定", {245}),
    ],
)
def test_a_partner_is_found_in_every_spelling(
    names: PartnerNames, question: str, nos: set[int]
) -> None:
    partners = found(names, question)
    assert [set(partner.numbers) for partner in partners] == [nos]


def test_a_katakana_name_is_found_by_its_beginning(names: PartnerNames) -> None:
    (partner,) = found(names, "サイネックとの協定")
    assert set(partner.numbers) == {8, 9}


@pytest.mark.parametrize(
    "question",
    [
        "任天堂との協定はいつですか",
        "京都大学と結んだ協定",
        "株式会社みちのく水産との協定",
        "旭川市とスターフライヤーの協定",
        "XYZと結んだ協定",
        "トヨタ自動車九州株式会社との協定",
    ],
)
def test_a_stranger_is_found_as_a_partner_without_agreements(
    names: PartnerNames, question: str
) -> None:
    partners = found(names, question)
    assert partners
    assert not any(partner.numbers for partner in partners)


@pytest.mark.parametrize(
    "question",
    [
        "地域との交流を進める協定",
        "スポーツのチームと市はどう組んでいますか",
        "道北市長会の応援の覚書",
        "一社ずつ約束を交わした協定",
    ],
)
def test_what_is_no_partners_name_is_none(names: PartnerNames, question: str) -> None:
    assert not any(p.kind == "unknown" or not p.numbers for p in found(names, question))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("東京の大学との協定", ["大学"]),
        ("日本の生命保険会社との協定", ["生命保険会社"]),
        ("札幌の動物園との協定", ["動物園"]),
        ("福岡の動物園との協定", ["福岡の動物園"]),
        ("鷹栖町と東川町との協定", ["鷹栖町", "東川町"]),
    ],
)
def test_a_place_before_a_kind_makes_no_proper_name_of_it(
    names: PartnerNames, question: str, said: list[str]
) -> None:
    assert [partner.name for partner in found(names, question)] == said


def test_a_legal_form_belongs_to_the_name_beside_it(names: PartnerNames) -> None:
    text = without_space("（株）ツルハとの協定")
    (partner,) = found(names, text)
    assert text[partner.start : partner.end] == "(株)ツルハ"
    assert set(partner.numbers) == {78, 255}


def test_a_name_that_no_document_holds_is_known_to_be_in_none(names: PartnerNames) -> None:
    assert names.is_documented("旭川ガス株式会社")
    assert not names.is_documented("大江戸鉄道")


def test_a_folded_text_knows_where_its_characters_stand() -> None:
    plain = folded("(株)コカ・コーラ")
    assert plain.text == "株式会社コカコーラ"
    start = plain.text.index("コカコーラ")
    assert plain.source(start, start + 5) == (3, 9)
    assert plain.source(0, 4) == (0, 3)
    assert fold("キャノン") == fold("キヤノン")


def test_a_well_known_name_is_found_with_exactly_the_agreements_that_have_it(
    assistant: Assistant, names: PartnerNames
) -> None:
    for name in well_known():
        (partner, *others) = found(names, f"{name}と結んだ協定はありますか")
        assert not others, name
        # The plainest of rules: no cell that the name isn't written in, in whatever spelling.
        held = {
            a.no for a in assistant.agreements.values() if name in fold(without_space(a.partner))
        }
        assert set(partner.numbers) <= held, name


@pytest.mark.parametrize(
    "question",
    [
        "マックって旭川市と何か協定してる？",
        "ケーズデンキと市って何か約束してます？",
        "無印良品の店に避難できる協定はありますか",
        "すき家が炊き出しをしてくれるのはどれ",
        "ヨドバシとも連携していましたよね、ツルハみたいに",
        "レバンガとの包括連携はコンサドーレと同じ部署ですか",
        "セイコマから水をもらえる協定は何番",
    ],
)
def test_a_well_known_company_that_is_no_partner_is_refused_by_its_everyday_name(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask([question])[0]
    assert answer.kind == "not_found"
    assert "入っている協定は、一覧（全329件）にありません" in answer.text


@pytest.mark.parametrize(
    "question", ["道路の清掃、アークスは何をする", "アークスとの協定", "買い物の件でアークスは"]
)
def test_a_name_in_katakana_is_found_whatever_stands_beside_it(
    names: PartnerNames, question: str
) -> None:
    assert [set(partner.numbers) for partner in found(names, question)] == [{179}]


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("ヤマト運輸みたいに高齢者を見守ってくれる郵便局の協定は", {138}),
        ("LINEで防災の情報を流すのはヤフーとの協定ですか", {91}),
        ("ライオンの治療について学べる動物園との協定", {229}),
    ],
)
def test_a_likeness_and_an_everyday_tool_are_no_partner_asked_for(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    answer = assistant.ask([question])[0]
    assert "一覧（全329件）にありません" not in answer.text
    assert nos <= set(answer.nos)


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("海外との協定は何件", {225, 229, 249}),
        ("外国の団体や役所と結んだ協定", {225, 229, 249}),
        ("国外の相手との覚書を挙げて", {229}),
        ("日本以外の組織と結んだ協定", {225, 229, 249}),
        ("海外の動物園との協定", {229}),
        ("外国の大学との協定", set()),
    ],
)
def test_partners_abroad_are_a_kind_that_narrows_another(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    answer = assistant.ask([question])[0]
    assert set(answer.nos) == nos
    assert answer.kind in ("count", "list") if nos else answer.kind == "not_found"


@pytest.mark.parametrize("question", ["外国人の相談に乗る協定", "海外市場に売り出す協定"])
def test_words_that_only_begin_with_abroad_name_no_partner(
    names: PartnerNames, question: str
) -> None:
    assert found(names, question) == []


@pytest.mark.parametrize(
    "question",
    [
        "買い物袋の割合、アークスはどう",
        "アークスは袋を減らす",
        "昔からアークスと",
        "アークスが買う",
    ],
)
def test_a_nickname_is_the_same_name_wherever_the_analyser_would_cut_it(
    names: PartnerNames, question: str
) -> None:
    (partner,) = found(names, question)
    assert (partner.name, set(partner.numbers)) == ("アークス", {179})


@pytest.mark.parametrize(
    "question",
    [
        "北彩都ガーデンについて結んだのはどの課",
        "北彩都ガーデン利活用の協定はいつ",
        "市長会構成市相互の応援の協定はどれ",
    ],
)
def test_a_nickname_that_only_begins_a_longer_word_of_other_rows_is_no_partner(
    names: PartnerNames, question: str
) -> None:
    assert found(names, question) == []


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("北彩都病院と結んだ協定", {283}),
        ("北彩都との協定", {283}),
        ("旭川医科大学図書館と結んだ協定", {304}),
        ("コメリ災害協定の担当課", {70}),
    ],
)
def test_a_name_that_goes_on_as_its_own_rows_do_or_as_none_does_is_a_partner(
    names: PartnerNames, question: str, nos: set[int]
) -> None:
    (partner,) = found(names, question)
    assert set(partner.numbers) == nos


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("サンドラッグ（薬局）と結んだ協定を挙げてください", {85}),
        ("コメリ（ホームセンター）が相手方の協定の一覧", {70}),
        ("北海道（都道府県）との協定の一覧", {59, 71, 163, 219, 318, 319}),
        ("北海道（自治体そのもの）が相手方に入っている協定の一覧", {59, 71, 163, 219, 318, 319}),
        ("北海道開発局（国）と結んだ協定の一覧", {37, 39, 40}),
        ("旭川信用金庫（地元の金融機関）との協定の一覧", {160, 214, 217}),
    ],
)
def test_a_note_behind_a_partners_name_parts_it_from_nothing(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    assert set(assistant.ask([question])[0].nos) == nos


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("薬局（ツルハ）との協定の一覧", {78, 255}),
        ("大学（東海大学）と結んだ協定の一覧", {3}),
        ("イオン（イオン北海道）との協定の一覧", {176, 211}),
    ],
)
def test_a_note_that_names_one_of_those_meant_is_who_is_meant(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    assert set(assistant.ask([question])[0].nos) == nos


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("ツルハ（防災課）との協定の一覧", {78}),
        ("ツルハ（平成28年）との協定の一覧", {78}),
        ("ツルハ（サンドラッグも含む）との協定の一覧", {78, 85, 255}),
    ],
)
def test_a_note_with_a_condition_of_its_own_behind_a_name_is_one(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    assert set(assistant.ask([question])[0].nos) == nos


@pytest.mark.parametrize(
    ("question", "stranger"),
    [
        ("多摩動物公園と旭山動物園の協定はあるか", "多摩動物公園"),
        ("旭山動物園と天王寺動物園の協定の締結日", "天王寺動物園"),
        ("みちのく銀行と市立旭川病院の協定について", "みちのく銀行"),
        ("スターフライヤーと土木管理課の協定の内容", "スターフライヤー"),
        ("函館図書館と中央図書館の協定の担当課", "函館図書館"),
    ],
)
def test_whoever_is_named_beside_the_citys_own_department_is_a_party(
    assistant: Assistant, question: str, stranger: str
) -> None:
    answer = assistant.ask([question])[0]
    assert (answer.kind, answer.interpretation) == ("not_found", f"相手方＝{stranger}")


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("旭山動物園と台北市立動物園の覚書の一覧", {229}),
        ("旭川医大と市立病院の協定の一覧", {329}),
        ("防災課とトヨタの協定の一覧", {94, 104}),
    ],
)
def test_a_partner_beside_the_citys_own_department_is_found_with_its_rows(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    assert set(assistant.ask([question])[0].nos) == nos
