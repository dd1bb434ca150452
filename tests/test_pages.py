"""What the screens show, without a browser: escaped texts, marked quotes, clear states."""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit
from reading import Reader
from streamlit.testing.v1 import AppTest

from assistant.engine import Assistant
from assistant.operation.feedback import read
from assistant.pages import ask, serving
from assistant.pages.cards import answer_card
from assistant.pages.finding import find
from assistant.pages.links import Turn
from assistant.places import PROJECT
from assistant.results import Answer
from assistant.suggestions import suggestions
from index.build import build_index
from index.errors import ModelError, RequestError

SEEDS = PROJECT / "seeds"
SMALL = "004_a78267131826a9f1.txt"


# Answers


def test_a_long_answer_is_folded_and_nothing_of_it_is_lost(assistant: Assistant) -> None:
    citation = assistant.ask(["No.94の相手方は？"])[0].citations[0]
    lines = [f"・行{number}" for number in range(30)]
    answer = Answer("list", "\n".join(lines), number=30, unit="件", citations=(citation,) * 50)
    card = Reader(answer_card(assistant, answer))
    assert [text for tag, text in card.texts if tag == "p" and text in lines] == lines
    assert "続きの18行を開く" in card.text("summary")
    assert "残りの40件を開く" in card.text("summary")
    assert [f"[{n}]" in card.text("span") for n in (1, 10, 40, 41)] == [True, True, True, False]
    assert sum(text == citation.label for tag, text in card.texts if tag == "a") == 10


def test_each_suggested_question_has_a_cited_answer(assistant: Assistant) -> None:
    for question in suggestions(assistant):
        (answer,) = assistant.ask([question])
        assert answer.kind not in ("not_found", "out_of_scope", "invalid_question"), question
        assert answer.citations, question


# Finding agreements


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("94", [94]),
        ("No.94", [94]),
        ("ＮＯ．９４", [94]),
        ("94番、109", [94, 109]),
        ("ヤフー", [91]),
        ("ﾔﾌｰ", [91]),
        ("ドッグランの整備", []),
        ("公立大学法人旭川市立大学", [11]),
    ],
)
def test_agreements_are_found_by_number_partner_or_title(
    assistant: Assistant, text: str, numbers: list[int]
) -> None:
    assert [agreement.no for agreement in find(assistant, text).agreements] == numbers


def test_a_number_that_does_not_exist_is_said_not_to(assistant: Assistant) -> None:
    with pytest.raises(RequestError, match=r"No\.330 の協定はありません"):
        find(assistant, "330")


# Screens


def test_the_first_screen_says_what_it_is_and_as_of_when(screen: AppTest) -> None:
    screen.run()
    assert not screen.exception
    assert "329件、令和6年6月1日現在" in _text(screen)
    assert [page.proto.label for page in screen.get("page_link")] == [
        "質問する",
        "似た協定をさがす",
        "出典を引く",
        "一覧と集計",
        "この資料について",
    ]


def test_a_question_is_answered_and_stands_in_the_address(screen: AppTest) -> None:
    screen.run().chat_input[0].set_value("No.94の相手方は？").run()
    assert "旭川トヨペット株式会社" in _text(screen)
    assert screen.query_params["q"] == "No.94の相手方は？"
    screen.button[0].click().run()
    assert "旭川トヨペット株式会社" not in _text(screen)
    assert "q" not in screen.query_params


def test_a_linked_conversation_is_asked_again(screen: AppTest) -> None:
    screen.query_params["q"] = ["No.94の相手方は？", "No.27の相手方は？"]
    screen.run()
    text = _text(screen)
    assert "旭川トヨペット株式会社" in text
    assert "日本郵便株式会社" in text


def test_a_filter_is_taken_off_put_back_and_stands_in_the_address(screen: AppTest) -> None:
    screen.run().chat_input[0].set_value("環境部が令和5年度に結んだ協定は何件？").run()
    both = _text(screen)
    (time,) = [b for b in screen.button if b.label.startswith("締結年度＝令和5年度")]
    time.click().run()
    assert not screen.exception
    assert "環境部の協定は 45 件です" in _text(screen)
    assert screen.query_params["off"] in ("1:締結年度＝令和5年度", ["1:締結年度＝令和5年度"])
    (back,) = [b for b in screen.button if b.label == "外した条件を戻す"]
    back.click().run()
    assert _text(screen) == both
    assert "off" not in screen.query_params


def test_a_linked_conversation_keeps_the_filters_that_were_taken_off(screen: AppTest) -> None:
    screen.query_params["q"] = "環境部が令和5年度に結んだ協定は何件？"
    screen.query_params["off"] = ["1:締結年度＝令和5年度", "7:x", "zz"]
    screen.run()
    assert not screen.exception
    assert "環境部の協定は 45 件です" in _text(screen)


def test_an_opinion_is_kept_only_when_it_is_sent(
    screen: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ask, "home_folder", lambda: tmp_path)
    screen.run().chat_input[0].set_value("No.94の相手方は？").run()
    (pills,) = [group for group in screen.button_group if "役に立ちましたか" in group.label]
    pills.set_value(":material/thumb_down: 役に立たなかった").run()
    assert read(tmp_path) == []
    screen.text_area[0].set_value("古い名前です")
    (send,) = [button for button in screen.button if button.label == "ご意見を保存する"]
    send.click().run()
    assert "ご意見を保存しました" in _text(screen)
    (entry,) = read(tmp_path)
    assert (entry.verdict, entry.question, entry.reason) == (
        "bad",
        "No.94の相手方は？",
        "古い名前です",
    )


def test_a_question_that_is_too_long_gets_a_clear_answer_and_no_link(screen: AppTest) -> None:
    screen.run().chat_input[0].set_value("旭川市の協定を教えて。" * 2000).run()
    text = _text(screen)
    assert "質問が長すぎます（22,000字、上限500字）" in text
    assert "22,000字のうち、はじめの100字を表示しています" in text
    assert "q" not in screen.query_params


def test_an_inner_error_is_a_sentence_with_an_id_and_its_trace_is_in_the_log(
    screen: AppTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    screen.run()
    with monkeypatch.context() as broken:
        broken.setattr(Assistant, "ask", _raise(ZeroDivisionError("秘密の詳細")))
        with caplog.at_level(logging.ERROR):
            screen.run().chat_input[0].set_value("No.94の相手方は？").run()
    assert not screen.exception
    text = _text(screen)
    (incident,) = re.findall(r"番号をお知らせください：([0-9a-f]{8})", text)
    assert "秘密の詳細" not in text
    assert incident in caplog.text
    assert "ZeroDivisionError: 秘密の詳細" in caplog.text
    # The next question isn't spoilt by the one before.
    screen.chat_input[0].set_value("No.27の相手方は？").run()
    assert "日本郵便株式会社" in _text(screen)
    assert "お知らせください" not in _text(screen)
    assert screen.session_state["talk"] == [Turn("No.27の相手方は？")]


def test_an_expected_error_is_shown_as_its_own_sentence(
    screen: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Assistant, "ask", _raise(ModelError("モデルがありません。<b>")))
    screen.run().chat_input[0].set_value("No.94の相手方は？").run()
    assert "ご注意：モデルがありません。<b>" in _text(screen)


def test_similar_agreements_leave_out_copies_of_the_one_asked_for(screen_of: Screens) -> None:
    screen = screen_of("similar", q="205").run()
    text = _text(screen)
    assert "もとの協定：No.205「環境保全に関する協定」" in text
    assert "ほぼ同じ文面の協定（3件）" in text
    hits = text[text.index("似た協定（近い順）") :]
    assert not re.search(r"No\.20[5-8]「", hits)


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("similar", "330", "No.330 の協定はありません"),
        ("cite", "330", "No.330 の協定はありません"),
        ("similar", "　", "質問を入力してください"),
        ("cite", "　", "質問を入力してください"),
        ("cite", "ドッグランの整備", "その名前の協定は見つかりませんでした"),
        ("similar", "ドッグランの整備", "その名前の協定はないため、文章の内容からさがしました"),
    ],
)
def test_what_is_not_there_is_said_with_a_way_on(
    screen_of: Screens, name: str, asked: str, said: str
) -> None:
    screen = screen_of(name, q=asked).run()
    assert not screen.exception
    assert said in _text(screen)


def test_a_conversation_that_is_full_stays_and_says_how_to_go_on(
    screen: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "MAX_TURNS", 2)
    screen.run()
    for number in ("94", "27", "91"):
        screen.chat_input[0].set_value(f"No.{number}の相手方は？").run()
    text = _text(screen)
    assert "No.27の相手方は？" in text
    assert "No.91の相手方は？" not in text
    assert "2問まで" in text
    (anew,) = [button for button in screen.button if button.label == "新しい会話を始める"]
    anew.click().run()
    screen.chat_input[0].set_value("No.91の相手方は？").run()
    assert "2問まで" not in _text(screen)
    assert "No.91の相手方は？" in _text(screen)


def test_two_agreements_stand_side_by_side_with_marks_in_words(screen_of: Screens) -> None:
    screen = screen_of("similar", q="No.94")
    screen.query_params["with"] = "109"
    text = _text(screen.run())
    assert "2つの協定を並べる" in text
    for words in ("No.94「", "No.109「", "≠ 違う", "旭川日産自動車株式会社"):
        assert words in text


def test_an_unknown_second_agreement_in_the_address_is_no_error(screen_of: Screens) -> None:
    for number in ("94", "330", "x", "-1", "9" * 5_000):
        screen = screen_of("similar", q="No.94")
        screen.query_params["with"] = number
        screen.run()
        assert not screen.exception
        assert "似た協定（近い順）" in _text(screen)


def test_every_format_of_a_citation_can_be_chosen(screen_of: Screens) -> None:
    screen = screen_of("cite", q="91").run()
    starts = []
    for style in screen.radio[0].options:
        screen.radio[0].set_value(style).run()
        starts.append(screen.code[0].value[:2])
    assert starts == ["「災", "**", "[\n"]


def test_any_record_has_a_card_and_an_unknown_one_a_way_on(screen_of: Screens) -> None:
    role = _text(screen_of("agreement", id="biei-compact/小児二次救急医療の連携/乙").run())
    assert "小児二次救急医療の連携（美瑛町の役割）" in role
    assert "✓ 原文一致" in role
    unknown = _text(screen_of("agreement", id="asahikawa-agreements/9999").run())
    assert "「asahikawa-agreements/9999」という記録はありません" in unknown
    assert "番号・相手方・名称でさがす" in unknown


def test_the_last_screen_lists_documents_index_and_doubts(
    screen_of: Screens, assistant: Assistant
) -> None:
    text = _text(screen_of("about").run())
    for document in assistant.index.contents.documents:
        assert document.title in text
        assert document.sha256 in text
    assert assistant.index.generation in text
    doubts = assistant.index.manifest.doubts
    assert f"読み取りに自信のない箇所（{len(doubts)}か所）" in text
    assert all(doubt.reason in text for doubt in doubts)


# States of the index


def test_the_page_builds_a_missing_index_and_refuses_a_stale_one_until_it_is_rebuilt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seeds, home = _small_seeds(tmp_path), tmp_path / "home"
    screen = _app(monkeypatch, home, seeds).run()
    assert not screen.exception
    assert "1つの文書を調べ" in _text(screen)
    first = (home / "CURRENT").read_text("ascii")

    text = (seeds / SMALL).read_text("utf-8")
    (seeds / SMALL).write_bytes(f"{text}\n".encode())
    digest = _declare(seeds)
    streamlit.cache_resource.clear()  # as if the server had been started anew
    screen.run()
    assert "索引が古くなっています（文書が変わりました）" in _text(screen)
    assert not screen.chat_input

    screen.button[0].click().run()
    assert not screen.exception
    assert screen.chat_input
    assert (home / "CURRENT").read_text("ascii") != first
    opened = serving.ready()
    assert opened.index.documents["minamisorachi-agreement"].sha256 == digest


@pytest.mark.parametrize("fault", ["edited", "declared", "gone", "damaged"])
def test_the_page_answers_on_while_documents_and_index_are_exchanged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str
) -> None:
    seeds, home = _small_seeds(tmp_path), tmp_path / "home"
    screen = _app(monkeypatch, home, seeds).run()
    before = serving.ready().index.generation
    text = (seeds / SMALL).read_text("utf-8")
    if fault == "gone":
        (seeds / SMALL).unlink()
    elif fault == "damaged":
        (home / "CURRENT").write_text("nonsense", "ascii")
    else:
        (seeds / SMALL).write_text(text + "\n", "utf-8")
        if fault == "declared":
            _declare(seeds)
    serving._check.clear()  # as if CHECKED_EVERY had passed
    screen.run()
    assert not screen.exception
    assert "変わる前の内容で答えています" in _text(screen)
    screen.chat_input[0].set_value("この協定はいつ結ばれましたか").run()
    assert not screen.exception
    assert len(screen.chat_input) == 1
    assert _text(screen).count("変わる前の内容で答えています") == 1
    assert serving.ready().index.generation == before

    (seeds / SMALL).write_text(text + "\n", "utf-8")
    _declare(seeds)
    build_index(seeds, home, report=lambda *_: None)
    screen.run()
    assert "変わる前の内容" not in _text(screen)
    assert serving.ready().index.generation != before


def test_a_changed_document_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seeds = _small_seeds(tmp_path)
    (seeds / SMALL).write_text("違う", "utf-8")
    screen = _app(monkeypatch, tmp_path / "home", seeds).run()
    assert not screen.exception
    assert SMALL in _text(screen)


# Fixtures and helpers


def _declare(seeds: Path) -> str:
    """Write the present digest of the one document into its declaration; gives it."""
    declared, digest = seeds / "sources.toml", hashlib.sha256((seeds / SMALL).read_bytes())
    text = re.sub(
        r'sha256 = "\w+"', f'sha256 = "{digest.hexdigest()}"', declared.read_text("utf-8")
    )
    declared.write_text(text, "utf-8")
    return digest.hexdigest()


Screens = Callable[..., AppTest]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, built_home: Path) -> AppTest:
    return _app(monkeypatch, built_home, SEEDS)


@pytest.fixture
def screen_of(monkeypatch: pytest.MonkeyPatch, built_home: Path) -> Screens:
    """Makes the screen of a page that the address names, e.g. ``("cite", q="94")``."""
    monkeypatch.setenv("RENKEI_HOME", str(built_home))
    monkeypatch.setenv("RENKEI_SEEDS", str(SEEDS))

    def make(name: str, **query: str) -> AppTest:
        script = f"from assistant.pages import serving, {name}\nserving.ready()\n{name}.show()\n"
        made = AppTest.from_string(script, default_timeout=30)
        for key, value in query.items():
            made.query_params[key] = value
        return made

    return make


def _app(monkeypatch: pytest.MonkeyPatch, home: Path, seeds: Path) -> AppTest:
    monkeypatch.setenv("RENKEI_HOME", str(home))
    monkeypatch.setenv("RENKEI_SEEDS", str(seeds))
    return AppTest.from_file(str(PROJECT / "app.py"), default_timeout=30)


def _text(screen: AppTest) -> str:
    """All text on the screen that isn't in a field."""
    return "\n".join(Reader(part.proto.body).text() for part in screen.get("html"))


def _raise(error: Exception) -> Callable[..., object]:
    def fail(*_: object) -> object:
        raise error

    return fail


def _small_seeds(folder: Path) -> Path:
    """A folder with the one document that is read fastest."""
    seeds = folder / "seeds"
    seeds.mkdir()
    shutil.copy(SEEDS / SMALL, seeds)
    declared = (SEEDS / "sources.toml").read_text("utf-8").split("[[source]]")
    (entry,) = [part for part in declared if SMALL in part]
    (seeds / "sources.toml").write_text(f"[[source]]{entry}", "utf-8")
    return seeds
