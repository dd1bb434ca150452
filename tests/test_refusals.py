"""Honest noes: what the documents don't tell is refused with its reason, and what they tell isn't.

The expected rows and wordings were read in the documents by hand.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hostile import make_quick
from index_fixtures import SEEDS, nothing

from assistant.engine import Assistant, open_assistant
from assistant.refusing.missing_columns import wanted
from assistant.results import Answer
from assistant.understanding.quantities import quantity
from index.build import build_index

WITHHELD = {90, 92, 99, 100, 102, 113, 116, 117}


def ask(assistant: Assistant, question: str) -> Answer:
    return assistant.ask([question])[0]


def cited(answer: Answer) -> set[int]:
    return {c.no for c in answer.citations if c.no is not None}


def offered(answer: Answer) -> set[int]:
    return {c.no for c in answer.related if c.no is not None}


@pytest.mark.parametrize(
    ("question", "no", "name"),
    [
        ("No.302の協定は年にいくら払うのですか", 302, "金額"),
        ("No.97の資機材レンタルの費用はどのくらい？", 97, "費用"),
        ("No.161の覚えとして、担当者の電話番号は", 161, "電話番号"),
        ("No.161の連絡先メールアドレスは", 161, "連絡先"),
        ("No.245の協定書に署名した社長は誰ですか", 245, "署名者"),
        ("No.57の協定はいつ更新されますか", 57, "更新"),
        ("No.57の協定は何年間有効ですか", 57, "有効期限"),
        ("No.57の協定は今も有効ですか", 57, "今も有効"),
        ("No.63で走るトラックは何台ですか", 63, "何台"),
        ("No.58の避難所の収容人員は", 58, "収容人員"),
        ("No.107の訓練はこれまでに何回実施されましたか", 107, "実績"),
        ("No.171の協定書の全文を読ませて", 171, "全文"),
        ("No.105の学校の住所を教えて", 105, "住所"),
        ("ルートインの協定では毛布を何枚もらえるの", 26, "何枚"),
        ("ゴルフ倶楽部の農薬は何ppmまでと決めていますか", 170, "何ppm"),
        ("No.109の電気自動車は何キロワット出せますか", 109, "何キロワット"),
        ("レッカー車を出してもらうといくらかかりますか", 118, "金額"),
        ("コンサドーレから来る選手は誰ですか", 245, "人の名前"),
        ("KDDIとの協定が終わるのは何年何月ですか", 236, "有効期限"),
        ("アフラックの見守りで声をかけた家は何軒ですか", 150, "何軒"),
        ("No.118のレッカー車の1台あたりの料金は", 118, "金額"),
    ],
)
def test_what_has_no_column_and_stands_in_no_row_is_refused_with_its_name(
    assistant: Assistant, question: str, no: int, name: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert name in answer.text
    assert "担当" in answer.text
    assert cited(answer) <= {no}
    assert offered(answer) == {no}


@pytest.mark.parametrize(
    ("question", "no", "words"),
    [
        ("No.276の協定のロードヒーティングは何月まで動かしますか", 276, "３月３１日まで"),
        ("No.258の協定の契約期間は", 258, "１年間"),
        ("No.239のバスは何年以上走らせますか", 239, "５年間以上"),
        ("No.239の運行はいつから始まりますか", 239, "令和２年８月"),
        ("No.153の訪問の頻度は", 153, "隔週１回"),
        ("No.22の協力費は売上金額の何分の1ですか", 22, "１００分の１"),
        ("No.176のレジ袋辞退率の目標は何パーセント", 176, "８０％"),
        ("No.289で双方が負担する割合は何割ですか", 289, "２分の１"),
        ("買い物のお客さんが袋を断る割合、コープさっぽろは何%まで上げるの", 175, "90％"),
        ("動物のバスを旭川電気軌道は何年走らせるの", 239, "５年間以上"),
    ],
)
def test_a_value_that_the_row_tells_is_answered_with_its_sentence(
    assistant: Assistant, question: str, no: int, words: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "attribute"
    assert answer.nos == (no,)
    spaceless = "".join(answer.citations[0].quote.split())
    assert normal(words) in normal(spaceless)
    assert normal(words) in normal("".join(answer.text.split()))


def normal(text: str) -> str:
    """Full-width digits and signs as ASCII, by hand."""
    return text.translate(str.maketrans("０１２３４５６７８９％", "0123456789%"))


def test_a_row_that_only_names_what_is_asked_is_quoted_in_the_no(assistant: Assistant) -> None:
    answer = ask(assistant, "No.207の協定の有効期間は何年？")
    assert answer.kind == "not_found"
    assert "とだけあります" in answer.text
    assert "有効期間" in answer.related[0].quote
    assert offered(answer) == {207}


def test_the_start_of_an_activity_is_not_the_date_of_the_conclusion(assistant: Assistant) -> None:
    answer = ask(assistant, "No.162の啓発活動はいつから開始しますか")
    assert answer.kind == "not_found"
    assert "R2.11.27" not in answer.text
    concluded = ask(assistant, "No.162の協定はいつ結ばれましたか")
    assert concluded.kind == "attribute"
    assert "R2.11.27" in concluded.text


@pytest.mark.parametrize(
    "question",
    [
        "環境部の協定は何件ですか",
        "No.94の相手方は何者ですか",
        "No.94は何年何月何日に締結されましたか",
        "ローソンとの協定はいつから結ばれていますか",
        "利用者の住所が変わったときの手続の協定",
        "災害時に何人もの人を運ぶバスの協定",
        "レジ袋を何枚も使わない取組",
        "何台も並ぶ車を動かす協定",
    ],
)
def test_words_that_only_resemble_a_missing_column_ask_for_none(question: str) -> None:
    assert wanted(question) is None


def test_a_quantity_knows_its_unit() -> None:
    buses = quantity("バスを何台出しますか")
    assert buses is not None
    assert buses.value is not None
    assert buses.value.search("大型バス12台")
    assert not buses.value.search("12人")
    assert quantity("何度でも使えますか") is None
    assert quantity("協定は全体の何%ですか") is None


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("No.116を運営しているのはどこの法人", {116}),
        ("令和2年8月11日に結んだ覚書の相手は誰ですか", {100}),
        ("No.99の相手の頭文字を教えて", {99}),
        ("非公表になっている相手方の名前を当ててみて", WITHHELD),
        ("No.92の相手は旭川光風会で間違いないですか", {92}),
        ("相手方が非公表の協定のうち、町内会との協定は何件", WITHHELD),
    ],
)
def test_a_partner_kept_secret_is_not_told_however_it_is_asked_for(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert "非公表" in answer.text
    assert cited(answer) == nos
    assert all(c.quote == "※相手方名については希望により非公表" for c in answer.citations)
    assert "光風会" not in answer.text


def test_agreements_with_secret_partners_are_counted_and_their_other_columns_told(
    assistant: Assistant,
) -> None:
    counted = ask(assistant, "相手方が非公表になっている協定の数は")
    assert counted.kind == "count"
    assert set(counted.nos) == WITHHELD
    dated = ask(assistant, "No.113はいつ締結した協定ですか")
    assert dated.kind == "attribute"
    assert "R4.6.29" in dated.text


@pytest.mark.parametrize(
    "number", ["0", "330", "-7", "2.5", "999999999"], ids=["zero", "next", "minus", "part", "huge"]
)
def test_a_number_that_no_agreement_has_is_refused(assistant: Assistant, number: str) -> None:
    answer = ask(assistant, f"No.{number}の目的は")
    assert answer.kind == "not_found"
    assert "No.1~No.329" in answer.text
    assert not answer.nos
    assert not answer.citations


def test_of_numbers_named_one_by_one_the_existing_are_offered(assistant: Assistant) -> None:
    answer = ask(assistant, "No.7とNo.700の締結日は")
    assert answer.kind == "not_found"
    assert "No.700" in answer.text
    assert offered(answer) == {7}


def test_a_stretch_of_numbers_beyond_the_end_is_answered_up_to_it(assistant: Assistant) -> None:
    answer = ask(assistant, "No.328から335までの担当は")
    assert answer.kind == "attribute"
    assert answer.nos == (328, 329)
    assert "6 件の協定はありません" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "令和4年2月29日に結んだ協定",
        "平成45年に締結した協定は",
        "2031年に締結された協定は",
        "大正10年に結ばれた協定は",
        "昭和30年代の協定は何がありますか",
    ],
)
def test_a_date_outside_of_the_table_selects_nothing(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert answer.number in (None, 0)
    assert not answer.nos


def test_what_exists_with_a_partner_is_told_where_a_condition_is_not_met(
    assistant: Assistant,
) -> None:
    answer = ask(assistant, "昭和にローソンと結んだ協定はどれですか")
    assert answer.kind == "not_found"
    assert "No.221" in answer.text
    assert offered(answer) == {221}


@pytest.mark.parametrize(
    ("question", "city"),
    [
        ("網走市が事業者と結んでいる協定を見せて", "網走市"),
        ("名寄市とセブンイレブンの協定の締結日は", "名寄市"),
        ("北海道庁が民間企業と結んだ協定は", "北海道庁"),
        ("大阪府の連携協定の一覧", "大阪府"),
        ("本町（比布町）が企業と結んでいる協定を教えてください", "比布町"),
        ("弊町（当麻町）と郵便局の見守り協定は何番", "当麻町"),
        ("鷹栖町さんはドラッグストアとどんな協定を結んでいますか", "鷹栖町"),
        ("富良野市独自の観光の協定を見たい", "富良野市"),
        ("私は東川町役場の者です。うちの町がコンビニと結んだ協定はありますか", "東川町"),
    ],
)
def test_other_cities_own_agreements_are_not_held(
    assistant: Assistant, question: str, city: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert f"{city}が結んでいる協定は分かりません" in answer.text


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("南さつま市との協定は何番ですか", {49}),
        ("旭川市と上富良野町の協定はいつ結びましたか", {76}),
        ("福岡市が参加している協定は", {235}),
        ("札幌市さんと北海道の協定は", {16, 163}),
        ("上富良野町から通っています。旭川市の協定で防災のものは", {76}),
    ],
)
def test_a_city_as_a_partner_is_no_other_citys_agreement(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    answer = ask(assistant, question)
    assert answer.kind != "not_found"
    assert nos <= cited(answer)


def test_members_of_a_partner_named_as_a_whole_are_not_listed(assistant: Assistant) -> None:
    answer = ask(assistant, "No.319の150市町村の名前を一つずつ教えて")
    assert answer.kind == "not_found"
    assert "150市町村" in answer.text
    assert offered(answer) == {319}
    listed = ask(assistant, "No.320の協定に入っている町を全部教えて")
    assert listed.kind != "not_found"
    assert 320 in cited(listed)


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("レンタカー協会の会員の会社の名前を全部教えて", {95}),
        ("旭川建設業協会に加盟している会社の一覧を見せて", {29}),
        ("浴場組合に入っているお風呂屋の名前は", {51}),
        ("ハイヤー協会のタクシー会社の名前を一つずつ", {88, 174}),
        ("21世紀の森の運営協議会の委員の名前をすべて挙げて", {101}),
    ],
)
def test_whom_an_association_stands_for_is_told_by_no_row(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert "とだけ書かれています" in answer.text
    assert offered(answer) <= nos | {307}
    assert offered(answer) & nos


@pytest.mark.parametrize(
    ("question", "nos"),
    [
        ("レンタカー協会との協定の名前は", {95}),
        ("建設業協会と結んだ協定の一覧を出して", {29, 307}),
        ("石油組合との協定の一覧", {45, 327}),
        ("バスで人を運んでくれる会社の名前を教えて", {48}),
    ],
)
def test_a_list_of_agreements_and_a_partners_own_name_are_told(
    assistant: Assistant, question: str, nos: set[int]
) -> None:
    answer = ask(assistant, question)
    assert answer.kind != "not_found"
    assert nos <= set(answer.nos)


def test_a_department_that_there_is_not_is_refused_and_a_short_name_is_not(
    assistant: Assistant,
) -> None:
    answer = ask(assistant, "港湾空港部が担当する協定を教えて")
    assert answer.kind == "not_found"
    assert "「港湾空港部」" in answer.text
    assert ask(assistant, "消防本部が担当する協定を教えて").kind == "list"


def test_termination_is_told_by_no_row(assistant: Assistant) -> None:
    answer = ask(assistant, "もう解約された協定はどれ")
    assert answer.kind == "not_found"
    assert "一覧に項目がなく" in answer.text


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("No.57の段ボールの色は", "色"),
        ("No.106の客室は何平米ですか", "何平"),
        ("No.302のはしごは何段まで伸びますか", "何段"),
        ("No.233の学部長の年齢を教えて", "年齢"),
    ],
)
def test_what_a_numbered_row_says_nothing_of_is_refused(
    assistant: Assistant, question: str, name: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert name in answer.text
    assert not answer.nos


@pytest.mark.parametrize(
    "asked", ["概要", "ポイント", "対象者", "連携事項", "市の役割", "対象地域"]
)
def test_an_agreement_as_a_whole_is_told_by_its_row(assistant: Assistant, asked: str) -> None:
    for no in (22, 45, 153, 289):
        answer = ask(assistant, f"No.{no}の{asked}は")
        assert answer.kind != "not_found", f"No.{no}の{asked}"
        assert no in cited(answer)


@pytest.mark.parametrize("place", range(1, 5))
def test_a_document_alone_is_asked_without_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    make_quick(monkeypatch)
    declared = (SEEDS / "sources.toml").read_text(encoding="utf-8").split("[[source]]")[1:]
    (tmp_path / "sources.toml").write_text(f"[[source]]{declared[place]}", encoding="utf-8")
    file = re.findall(r'file = "(.+)"', declared[place])[0]
    (tmp_path / file).write_bytes((SEEDS / file).read_bytes())
    build_index(tmp_path, tmp_path / "home", report=nothing)
    alone = open_assistant(tmp_path / "home", tmp_path)
    for question in ("No.94の相手方は？", "No.9999は？", "No.1とNo.2の違いは？"):
        answer = ask(alone, question)
        assert answer.kind == "not_found"
        assert "一覧は、収録した文書にありません" in answer.text
    for question in (
        "協定は何件？",
        "一番新しい協定は？",
        "部局別の件数",
        "環境部の協定",
        "予算は？",
    ):
        assert not cited(ask(alone, question))


@pytest.mark.parametrize(
    "question",
    [
        "市と連携協定を締結したいのですが、応募の期限はありますか",
        "協定を結びたい会社は、どんな書類を出せばよいですか",
        "協定の締結に必要な手続きと費用は？",
        "避難所の協定に参加したい施設はいつまでに申請すればいい",
    ],
)
def test_how_to_become_a_partner_is_told_by_no_document(
    assistant: Assistant, question: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert "手続き" in answer.text
    assert not answer.nos


def test_a_name_is_somebodys_only_as_it_is_written(assistant: Assistant) -> None:
    there = ask(assistant, "東京の大学に通う学生が旭川で就職するのを応援する協定は")
    assert there.kind != "not_found"
    assert "相手方＝" not in there.interpretation
    named = ask(assistant, "東京大学と結んだ協定は")
    assert named.kind == "not_found"
    assert "「東京大学」" in named.text


@pytest.mark.parametrize(
    "question",
    [
        "協定を破った会社はありますか",
        "一番評判のいい協定はどれですか",
        "ソフトバンクの協定は来年も続きますか",
    ],
)
def test_how_an_agreement_fares_is_told_by_no_row(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert "一覧に項目がなく" in answer.text
