"""Parties of a partner cell: marks, joiners, lines, branches and notes."""

import pytest

from index.parsing.parties import split_parties


@pytest.mark.parametrize(
    ("cell", "parties"),
    [
        ("①鷹栖町②東神楽町③当麻町\n④比布町", ("鷹栖町", "東神楽町", "当麻町", "比布町")),
        (
            "・豊橋市（豊橋総合動植物公園）\n・株式会社どうぶつ王国",
            ("豊橋市（豊橋総合動植物公園）", "株式会社どうぶつ王国"),
        ),
        (
            "・NPO法人C・C・C富良野自然塾\n・オリックス自動車株式会社",
            ("NPO法人C・C・C富良野自然塾", "オリックス自動車株式会社"),
        ),
    ],
)
def test_list_marks_part_the_parties_and_are_not_kept(cell, parties):
    assert split_parties(cell) == parties


@pytest.mark.parametrize(
    ("cell", "parties"),
    [
        ("北海道,北海道市長会及び北海道町村会", ("北海道", "北海道市長会", "北海道町村会")),
        ("鷹栖町、東神楽町、当麻町", ("鷹栖町", "東神楽町", "当麻町")),
        (
            "株式会社ここはれて，慶應義塾大学大学院メディアデザイン研究科",
            ("株式会社ここはれて", "慶應義塾大学大学院メディアデザイン研究科"),
        ),
        (
            "東日本電信電話株式会社北海道事業部及びエヌ・ティ・ティ・コミュニケーションズ株式会社",
            (
                "東日本電信電話株式会社北海道事業部",
                "エヌ・ティ・ティ・コミュニケーションズ株式会社",
            ),
        ),
    ],
)
def test_words_and_commas_part_the_parties(cell, parties):
    assert split_parties(cell) == parties


def test_a_joiner_within_brackets_parts_nothing():
    cell = "甲社（乙支店及び丙支店）及び丁社"
    assert split_parties(cell) == ("甲社（乙支店及び丙支店）", "丁社")


def test_dots_part_municipalities_only():
    assert split_parties("留萌市・稚内市・紋別市・\n士別市・富良野市") == (
        "留萌市",
        "稚内市",
        "紋別市",
        "士別市",
        "富良野市",
    )
    assert split_parties("三・七みなの会") == ("三・七みなの会",)
    assert split_parties("株式会社セブン・イレブン・ジャパン") == (
        "株式会社セブン・イレブン・ジャパン",
    )


def test_each_line_of_an_unmarked_list_is_a_party():
    cell = "道北バス株式会社\n旭川電気軌道株式会社"
    assert split_parties(cell) == ("道北バス株式会社", "旭川電気軌道株式会社")


@pytest.mark.parametrize(
    "cell",
    [
        "ヤマト運輸株式会社\nリテール事業本部\n道北主管支店",
        "国立大学法人岐阜大学\n応用生物科学部動物繁殖学研究室",
        "一般社団法人日本建設機械レンタル協会\n北海道支部旭川地区部会",
        "厚生労働省\n北海道労働局",
        "日本郵便株式会社\n旭川中央郵便局",
        "三井住友海上あいおい生命保険株式会社\n北海道営業部　北海道中央生保支社",
    ],
)
def test_a_branch_on_its_own_line_belongs_to_the_party_above(cell):
    assert split_parties(cell) == (cell.replace("\n", ""),)


def test_a_body_whose_name_holds_a_branch_is_a_party_of_its_own():
    cell = "旭川市\n公益社団法人日本水道協会北海道支部\n旭川市\n北海道支社"
    assert split_parties(cell) == (
        "旭川市",
        "公益社団法人日本水道協会北海道支部",
        "旭川市",
        "北海道支社",
    )


@pytest.mark.parametrize(
    ("cell", "party"),
    [
        ("旭川市内郵便局\n（締結権者　日本郵便株式会社北海道支社長）", "旭川市内郵便局"),
        (
            "公益財団法人旭川市体育協会（現　旭川市スポーツ協会）",
            "公益財団法人旭川市体育協会",
        ),
        ("東神楽町(乙)", "東神楽町"),
        ("①150市町村（乙）", "150市町村"),
        ("マレーシア国サバ州野生生物局\n（ＳＷＤ）", "マレーシア国サバ州野生生物局（ＳＷＤ）"),
        ("（株）ライナーネットワーク", "（株）ライナーネットワーク"),
        ("※相手方名については希望により非公表", "※相手方名については希望により非公表"),
    ],
)
def test_notes_and_roles_add_no_party(cell, party):
    assert split_parties(cell) == (party,)


def test_an_indented_line_goes_on_under_its_mark():
    cell = (
        "①旭川信用金庫\n④北海道税理士会\n旭川支部\n⑤独立行政法人中小\n企業基盤整備機構\n北海道本部"
    )
    assert split_parties(cell) == (
        "旭川信用金庫",
        "北海道税理士会旭川支部",
        "独立行政法人中小企業基盤整備機構北海道本部",
    )
