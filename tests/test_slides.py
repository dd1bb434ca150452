"""The mayor's slides: a section per topic, nothing lost, figures joined to what they count."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ParseError
from index.parsing.slides import FRONT, parse
from index.records import Parsed, Section, SourceDocument, record_to_json
from index.seeds import read_sources

HERE = Path(__file__).parent
# What is printed in front of a line, and the markup that the text was left with.
MARKS = re.compile(r"^(?:- )?(?:[・●○◯▶►])?", re.MULTILINE)
ANY_MARK = re.compile(r"[\s*|・●○◯▶►【】-]")
PERIOD = re.compile(r"【[^【】]*年度】")
PICTURE = "\n\n\n\n"
"""What is left of a picture between two paragraphs: three blank lines."""


def document(text: str) -> SourceDocument:
    return SourceDocument(
        key="deck",
        title="予算の概要",
        municipality="東市",
        kind="slides",
        as_of=date(2025, 2, 1),
        file="deck.txt",
        sha256="",
        text=text,
    )


def sections_of(text: str) -> dict[str, str]:
    """Paths (without the deck's key) and texts of a deck's sections."""
    return {r.id.removeprefix("deck/"): r.text for r in parse(document(text)).records}


def slide(text: str) -> dict[str, str]:
    """The sections of one slide called 題名 in a section called 区分."""
    found = sections_of(f"区分\n\nEAST CITY\n\n題名\n\n{text}")
    return {path.removeprefix("区分/題名").lstrip("/"): text for path, text in found.items()}


def bare(text: str) -> str:
    """Text without white space, markup and list marks: how text and source lines are compared."""
    lines = (MARKS.sub("", line.strip()) for line in text.split("\n") if line.strip("|- "))
    return "".join(re.sub(r"[\s|*]", "", line) for line in lines)


@pytest.fixture(scope="module")
def budget() -> SourceDocument:
    return next(d for d in read_sources(HERE.parent / "seeds") if d.key == "asahikawa-budget")


@pytest.fixture(scope="module")
def sections(budget) -> dict[str, Section]:
    return {r.heading[-1]: r for r in parse(budget).records if isinstance(r, Section)}


def test_the_slides_read_as_the_golden_records(budget):
    golden = json.loads((HERE / "golden" / "asahikawa-budget.json").read_text(encoding="utf-8"))
    parsed = [json.loads(json.dumps(record_to_json(r))) for r in parse(budget).records]
    assert [r for r in parsed if r not in golden] == []
    assert parsed == golden


def test_every_text_stands_in_the_lines_of_its_span(budget):
    for record in parse(budget).records:
        assert isinstance(record, Section)
        lines = budget.lines[record.span.first_line - 1 : record.span.last_line]
        assert lines[0].strip()
        assert lines[-1].strip()
        source = bare("\n".join(lines))
        if "【" in source:  # A year's own line heads its sections: 【令和6年度】2分野で開催.
            source = PERIOD.sub("", source)
        if record.span.first_line == record.span.last_line:
            assert bare(record.text) in source  # Two topics may share a line.
        else:
            assert bare(record.text) == source


def test_no_line_is_lost(budget):
    records = [record for record in parse(budget).records if isinstance(record, Section)]
    covered = {n for r in records for n in range(r.span.first_line, r.span.last_line + 1)}
    headings = {bare(part) for record in records for part in record.heading}
    rest = [
        line
        for number, line in enumerate(budget.lines, 1)
        if line.strip() and number not in covered and bare(line).strip("【】") not in headings
    ]
    # The city's name, on the title page of each of the eleven sections.
    assert rest == ["ASAHIKAWA CITY"] * 11


def test_every_id_is_its_own(budget):
    ids = [record.id for record in parse(budget).records]
    assert len(ids) == len(set(ids))


def test_the_slides_are_those_of_the_deck(budget):
    # Read off the document, slide by slide.
    expected = [
        "いじめ防止・教育・子育て支援 > いじめ防止対策「旭川モデル」",
        "いじめ防止・教育・子育て支援 > 子育て支援の充実",
        "デザイン創造都市 > デザイン創造都市～ユネスコ創造都市との連携・交流～",
        "デザイン創造都市 > デザイン創造都市あさひかわの取組",
        "除排雪先進都市",
        "健幸福祉都市",
        "食・一次産業 > 旭川の可”農”性無限大～意見を施策に反映～",
        "食・一次産業 > オーガニックビレッジの取組",
        "食・一次産業 > 旭川の食の魅力発信",
        "経済・まちづくり > 旭川市政アドバイザー",
        "経済・まちづくり > 旭川市市制施行100年記念事業 買物公園50周年記念事業",
        "経済・まちづくり > 航空路線の誘致",
        "経済・まちづくり > 企業誘致実績",
        "経済・まちづくり > 中心市街地活性化～買物公園エリア社会実験の実施～",
        "経済・まちづくり > 中心市街地活性化～かわまちづくり・ドッグラン～",
        "観光・スポーツ・文化 > 観光振興～インバウンド市場の拡大～",
        "観光・スポーツ・文化 > 冬の観光コンテンツ～旭川冬まつり・街あかりイルミネーション～",
        "観光・スポーツ・文化 > スポーツによるまちづくり",
        "観光・スポーツ・文化 > 北口榛花さん関連イベント",
        "ゼロ カーボン > ゼロカーボンシティ旭川の実現へ",
        "女性・若者・市民参加 > 女性活躍の推進",
        "女性・若者・市民参加 > 旭川市立大学の連携交流",
        "女性・若者・市民参加 > 旭川未来会議2030",
        "DX・市役所改革 > 日本一の窓口",
        "DX・市役所改革 > ふるさと納税の強化",
        "DX・市役所改革 > 伝える広報～分かりやすい情報発信～",
        "国・他都市との連携 > 大雪圏域連携中枢都市圏の推進",
        "国・他都市との連携 > 国・道への要望",
    ]
    one_slide = ("除排雪先進都市", "健幸福祉都市")
    found = dict.fromkeys(
        record.heading[:1] if record.heading[0] in one_slide else record.heading[:2]
        for record in parse(budget).records
        if isinstance(record, Section) and record.heading != (FRONT,)
    )
    assert [" > ".join(path) for path in found] == expected


@pytest.mark.parametrize(
    ("topic", "line", "text"),
    [
        ("令和4年12月に「旭川市いじめ問題再調査委員会」設置", 46, "合計22回にわたる調査"),
        ("いじめの積極的な把握", 81, "令和4年度：1,698件 ▶ 令和5年度：6,147件"),
        (
            "R6.12.5 旭川市総合教育会議 第三者委員会20件",
            50,
            "再調査委員会29件の提言を踏まえた再発防止対策を公表",
        ),
        ("いじめ問題再調査委員会", 67, "委員長　尾木 直樹　教育評論家"),
        (
            "高齢者補聴器購入助成を新設",
            333,
            "高齢者補聴器購入助成を新設 (R6年度) 助成額5万円 ※318人から申請",
        ),
        ("地域まるごと支援員 を配置", 330, "地域まるごと支援員 を配置 (R4.4.1)"),
        (
            "あさひかわ健幸アプリ のリリース",
            324,
            "あさひかわ健幸アプリ のリリース 利用者数 11,271人 (R7.2.1時点)",
        ),
        (
            "道路除排雪に関する協定",
            266,
            "道路除排雪に関する協定 (R4.1.27) 旭川開発建設部 上川総合振興局・旭川市で協定",
        ),
        ("動物園通り産業団地への進出", 602, "(株)サウンズグッド　新宿区　人材派遣"),
        ("星野 佳路 氏 R6.1.10 委嘱", 499, "株式会社星野リゾート代表取締役社長"),
        ("伝える広報～分かりやすい情報発信～", 1090, "Instagram (R1.9.11開設以降) 198件"),
        ("旭川大雪圏域市長・町長サミット", 1157, "R5年度　2回　(R5.9.11.R6.2.8)"),
    ],
)
def test_figures_and_names_stay_with_what_they_belong_to(sections, topic, line, text):
    record = sections[topic]
    assert any(text in printed for printed in record.text.split("\n"))
    assert record.span.first_line <= line <= record.span.last_line


def test_titles_told_by_their_words_alone_are_doubts(budget):
    lines = budget.lines
    told = [lines[doubt.span.first_line - 1] for doubt in parse(budget).doubts]
    assert told == [
        "オーガニックビレッジの取組",
        "旭川の食の魅力発信",
        "航空路線の誘致",
        "スポーツによるまちづくり",
        "北口榛花さん関連イベント",
        "旭川市立大学の連携交流",
        "ふるさと納税の強化",
        "国・道への要望",
    ]


def test_topics_stand_under_section_slide_and_year():
    text = (
        "区分\n\nEAST CITY\n\n題名\n\n【令和5年度】\n\n●給食\n\n・無償化\n\n【令和6年度】全校で実施"
    )
    assert sections_of(text) == {
        "区分/題名/令和5年度/給食": "給食\n無償化",
        "区分/題名/令和6年度": "全校で実施",
    }


def test_what_stands_above_the_first_section_is_kept_together():
    found = sections_of("- 1 予算\n - 2 取組\n\n区分\n\nEAST CITY\n\n題名\n\n●給食")
    assert found == {FRONT: "1 予算\n2 取組", "区分/題名/給食": "給食"}


def test_a_slide_named_as_its_section_is_not_named_twice():
    assert sections_of("除雪\n\nEAST CITY\n\n除雪\n\n- 排雪を増加") == {
        "除雪/排雪を増加": "排雪を増加"
    }


def test_headings_without_anything_below_them_are_kept():
    assert sections_of("区分\n\nEAST CITY\n\n甲\n\nEAST CITY\n\n題名\n\n【令和5年度】") == {
        "区分": "区分",
        "甲/題名/令和5年度": "令和5年度",
    }


def test_a_topic_that_comes_again_is_numbered():
    assert slide("●給食\n\n●医療\n\n●給食\n\n無償化") == {
        "給食": "給食",
        "医療": "医療",
        "給食（2）": "給食\n無償化",
    }


def test_dates_and_notes_stay_in_the_text_of_a_topic_and_out_of_its_heading():
    assert slide("●制度の導入 (R6.1.16)（新規）") == {"制度の導入": "制度の導入 (R6.1.16)（新規）"}


def test_a_long_topic_is_cut_at_a_space():
    long = "情報通信・デザイン関連企業 進出支援補助金 賃借料・通信回線使用料を助成"
    assert slide(f"●{long}") == {"情報通信・デザイン関連企業 進出支援補助金": long}


def test_two_topics_on_a_line_are_two():
    assert slide("●事務所開設 (R4.4.1) ●Center of East") == {
        "事務所開設": "事務所開設 (R4.4.1)",
        "Center of East": "Center of East",
    }


def test_an_arrow_with_content_is_a_topic_beside_the_one_above():
    assert slide("●面談\n\n写真\n\n▶導入支援\n\n補助率5割") == {
        "面談": "面談\n写真",
        "導入支援": "導入支援\n補助率5割",
    }


def test_arrows_right_below_a_topic_are_parts_of_it():
    assert slide("●観戦会\n\n►予選\n\n・50人\n\n►決勝\n\n・400人") == {
        "観戦会": "観戦会",
        "観戦会/予選": "予選\n50人",
        "観戦会/決勝": "決勝\n400人",
    }


def test_an_arrow_without_content_or_in_a_year_says_what_followed():
    assert slide("●検討会議\n\n8回開催\n\n▶構想を策定") == {
        "検討会議": "検討会議\n8回開催\n▶構想を策定"
    }
    assert slide("【令和4年度】\n\n- 提言\n\n▶補助の提言\n\n補助を実施") == {
        "令和4年度": "提言\n▶補助の提言\n補助を実施"
    }


def test_items_are_topics_where_a_slide_has_no_others():
    assert slide("- 協定\n\n(R4.1.27)\n国・県で協定\n- 基金\n5億円") == {
        "協定": "協定 (R4.1.27) 国・県で協定",
        "基金": "基金 5億円",
    }
    assert slide("●支援\n\n- 協定\n- 基金") == {"支援": "支援\n協定\n基金"}


def test_a_list_below_a_line_with_only_a_space_belongs_to_the_item_above():
    assert slide("- 除雪DX\n\n \n- センサー\n- 映像装置\n\n- 路面対策") == {
        "除雪DX": "除雪DX\nセンサー\n映像装置",
        "路面対策": "路面対策",
    }


def test_what_follows_a_picture_is_not_given_to_the_item_above_it():
    assert slide(f"- 交付金\n\n- 協働{PICTURE}国費が9倍に") == {
        "交付金": "交付金",
        "協働": "協働",
        "": "国費が9倍に",
    }


def test_a_label_above_a_list_or_table_is_a_topic():
    text = "東野 一郎 氏 R5.5.25 委嘱\n\n- 医師\n- 助言を実施\n\n委員会\n\n役職\t氏名\n委員長\t西野"
    assert slide(text) == {
        "東野 一郎 氏 R5.5.25 委嘱": "東野 一郎 氏 R5.5.25 委嘱\n医師\n助言を実施",
        "委員会": "委員会\n役職　氏名\n委員長　西野",
    }


def test_a_bullet_that_begins_with_a_date_is_an_event_and_no_heading():
    assert slide("- 委員会を設置\n\n合計22回\n\n● R6.9.1 報告書を受領") == {
        "委員会を設置": "委員会を設置\n合計22回",
        "R6.9.1 報告書を受領": "R6.9.1 報告書を受領",
    }


def test_drawn_tables_become_rows_and_their_rules_go():
    table = (
        "●開催\n\n- | | | |\n|------|----|---|\n| R3年度 | 1回 | (R4.1.12) |\n| R4年度 | 2回 | |"
    )
    assert slide(table) == {"開催": "開催\nR3年度　1回　(R4.1.12)\nR4年度　2回"}


def test_broken_lines_are_joined_and_figures_set_apart():
    text = (
        "●協働\n\n計**8**回開催し、官民の\n\n「会議」を設立\n\n世界の\n都市が参加\n\nR4年度\n14万球"
    )
    assert slide(text) == {
        "協働": "協働\n計8回開催し、官民の「会議」を設立\n世界の都市が参加\nR4年度 14万球"
    }


def test_a_line_that_begins_with_a_particle_goes_on_after_a_picture():
    assert slide(f"●会議 20件{PICTURE}の提言を公表") == {
        "会議 20件の提言を公表": "会議 20件の提言を公表"
    }


def test_a_title_below_a_picture_shares_words_with_its_slide_and_a_caption_with_the_topic_above():
    start = f"●創造都市の年次総会\n\n・参加{PICTURE}"
    title = slide(f"{start}航空路線の誘致\n\n●東空港の航空会社")
    assert title == {
        "創造都市の年次総会": "創造都市の年次総会\n参加",
        **{"区分/航空路線の誘致/東空港の航空会社": "東空港の航空会社"},
    }
    caption = slide(f"{start}総会での講演\n\n●東空港の航空会社")
    assert caption == {
        "創造都市の年次総会": "創造都市の年次総会\n参加\n総会での講演",
        "東空港の航空会社": "東空港の航空会社",
    }


def test_the_ends_of_katakana_words_are_no_shared_words():
    text = f"●会議\n\n・参加{PICTURE}モビリティ運行\n\n57人\n\nアクティビティを開催"
    assert slide(text) == {"会議": "会議\n参加\nモビリティ運行\n57人\nアクティビティを開催"}


def test_a_title_with_a_subtitle_or_above_a_topic_needs_no_shared_words():
    assert "区分/広報～発信～" in slide("●給食\n\n無償化\n\n広報～発信～\n\n徹底する")
    assert "区分/広報/投稿" in slide("●給食\n\n無償化\n\n広報\n\n●投稿")


@pytest.mark.parametrize("text", ["", "\n \n", "題名\n\n●給食\n\n- 無償化"])
def test_a_deck_without_title_pages_is_an_error(text):
    with pytest.raises(ParseError, match="区切りのスライド") as error:
        parse(document(text))
    assert (error.value.file, error.value.first_line) == ("deck.txt", 1)


PIECES = [
    *("●", "○", "▶", "►", "・", "- ", " - ", "**", "|", "\t", " ", "　", "\r", "\x00"),
    *(
        "【令和5年度】",
        "【主な実績】",
        "EAST CITY",
        "(R4.1.27)",
        "（新規）",
        "※",
        "、",
        "の",
        "～",
        "/",
    ),
    *("題名", "スポーツ", "1,698件", "𠮷"),
]


def outcome(source: SourceDocument, lines: list[str]) -> Parsed | ParseError:
    try:
        return parse(replace(source, text="\n".join(lines)))
    except ParseError as error:
        return error


def survives(source: SourceDocument, lines: list[str]) -> None:
    """Damaged lines give sections that they hold, or a ``ParseError`` that names lines."""
    parsed = outcome(source, lines)
    if isinstance(parsed, ParseError):
        assert 1 <= parsed.first_line <= parsed.last_line <= len(lines)
        return
    ids = [record.id for record in parsed.records]
    assert len(ids) == len(set(ids))
    for record in parsed.records:
        assert isinstance(record, Section)
        assert all(record.heading)
        assert 1 <= record.span.first_line <= record.span.last_line <= len(lines)
        source = "".join(lines[record.span.first_line - 1 : record.span.last_line])
        # Damage puts marks anywhere, so they are left aside wherever they stand.
        rest = ANY_MARK.sub("", source)
        for line in record.text.split("\n"):
            wanted = ANY_MARK.sub("", line)
            assert wanted in rest
            rest = rest[rest.index(wanted) + len(wanted) :]
    spans = [record.span for record in parsed.records]
    covered = {n for span in spans for n in range(span.first_line, span.last_line + 1)}
    headings = {ANY_MARK.sub("", part) for r in parsed.records for part in r.heading}
    for number, line in enumerate(lines, 1):
        text = ANY_MARK.sub("", line)
        is_mark = not text or text.endswith("CITY")
        assert is_mark or number in covered or any(text in heading for heading in headings)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_decks_are_read_or_refused(budget, data):
    lines = list(budget.lines)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "move", "shuffle", "garble"])):
            case "drop":
                del lines[at : at + data.draw(st.integers(1, 30))]
                lines = lines or [""]
            case "move":
                lines.insert(data.draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case "shuffle":
                lines[at : at + 8] = data.draw(st.permutations(lines[at : at + 8]))
            case "garble":
                lines[at] = data.draw(st.sampled_from(PIECES)) + lines[at]
    survives(budget, lines)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), max_size=25))
def test_any_mixture_of_marks_is_read_or_refused(lines):
    survives(document(""), lines or [""])
