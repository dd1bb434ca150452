"""The page as a person meets it: a real server, a real Chromium, keys and clicks."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from browser import Visit, new_person

from assistant.places import PROJECT

expect = pytest.importorskip("playwright.sync_api", reason="Playwright がありません").expect

TABLE = PROJECT / "seeds" / "000_8cbe6bc9dd0e3e6e.txt"
TITLE_94 = "災害時等における給電車による電力供給に関する協定"
HOSTILE = (
    '<img src=x onerror="document.title=1"> <script>alert(1)</script>',
    ":red[給電車] :material/home: :smile: :blue-background[協定]",
    "$x^2$ と $$y$$",
    "[押す](javascript:alert(1)) https://example.com/ <a href='//example.com'>x</a>",
    "# 見出し **太字** `符号` | 表 | ~~線~~ &lt;b&gt;",
)


def test_a_citation_opens_to_the_quote_marked_in_its_numbered_lines(visit: Visit) -> None:
    page = visit.open()
    page.get_by_placeholder("例：断水のときの給水は？").fill("No.94の相手方は？")
    page.keyboard.press("Enter")
    citation = page.locator(".answer .citation").first
    citation.wait_for()
    assert "読み取り方：" in page.locator(".answer").inner_text()
    summary = citation.locator("summary")
    assert summary.inner_text().startswith("[1]")
    assert f"No.94「{TITLE_94}」" in summary.inner_text()
    mark = citation.locator("mark").first
    assert not mark.is_visible()
    summary.click()
    assert mark.is_visible()
    assert "✓ 原文一致" in citation.inner_text()
    _lines_are_those_of_the_file(citation)
    assert citation.locator("mark").all_inner_texts() == [
        "旭川トヨタ自動車株式会社",
        "旭川トヨペット株式会社",
        "トヨタカローラ旭川株式会社",
        "トヨタカローラ道北株式会社",
        "ネッツトヨタ旭川株式会社",
        "ネッツトヨタたいせつ株式会社",
        "株式会社トヨタレンタリース旭川",
    ]


def test_a_suggested_question_is_asked_by_one_click(visit: Visit) -> None:
    page = visit.open()
    suggestion = page.locator('[data-testid="stButtonGroup"] button').first
    text = suggestion.inner_text()
    suggestion.click()
    page.locator(".answer .citation").first.wait_for()
    assert page.locator(".question").inner_text() == text


def test_a_permanent_link_shows_the_same_card_to_someone_else(
    visit: Visit, chromium: object, address: str
) -> None:
    page = visit.open(q="No.94の相手方は？")
    page.locator(".answer .citation summary").first.click()
    page.get_by_role("link", name="この記録のページ").click()
    page.wait_for_url("**/agreement?id=asahikawa-agreements/94")
    link = visit.drawn().url
    someone_else = Visit(new_person(chromium), address)
    someone_else.page.goto(link)
    theirs = someone_else.drawn()
    assert theirs.locator("h1").inner_text() == f"No.94「{TITLE_94}」"
    assert TITLE_94 in theirs.title()
    card = theirs.locator("article.card")
    assert "令和2年5月22日（R2.5.22）" in card.inner_text()
    assert "".join(card.locator("mark").all_inner_texts()) == TITLE_94
    _lines_are_those_of_the_file(card)
    theirs.get_by_role("link", name="次：No.95").click()
    theirs.locator("h1", has_text="No.95").wait_for()
    someone_else.leave()


def test_texts_that_try_to_be_markup_are_shown_as_typed(visit: Visit) -> None:
    page = visit.open(q=list(HOSTILE))
    page.locator(".answer").nth(len(HOSTILE) - 1).wait_for()
    assert page.locator(".question").all_inner_texts() == list(HOSTILE)
    questions = page.locator('[data-testid="stChatMessage"] .question')
    assert questions.locator("*").count() == 0
    assert page.locator("img, .katex, a[href*='example.com'], a[href*='javascript']").count() == 0
    together = " ".join(HOSTILE)
    page = visit.open("cite", q=together)
    expect(page.get_by_label("協定の番号・相手方・名称")).to_have_value(together)
    page = visit.open("agreement", id=HOSTILE[0])
    assert HOSTILE[0] in page.locator(".notice").inner_text()


def test_the_keyboard_alone_asks_and_opens_a_citation(visit: Visit) -> None:
    page = visit.open()
    _tab_to(page, "TEXTAREA")
    page.keyboard.type("No.27の相手方は？")
    page.keyboard.press("Enter")
    page.locator(".answer .citation").first.wait_for()
    visit.drawn()
    _tab_to(page, "SUMMARY", key="Shift+Tab")
    page.keyboard.press("Enter")
    mark = page.locator(".answer mark").first
    assert mark.is_visible()
    assert mark.inner_text() == "日本郵便株式会社"


def test_enter_while_converting_japanese_does_not_send(visit: Visit) -> None:
    page = visit.open()
    field = page.locator("textarea")
    field.fill("ていでん")
    field.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', code: 'Enter', keyCode: 229, isComposing: true, bubbles: true}))"
    )
    page.wait_for_timeout(300)
    assert field.input_value() == "ていでん"
    assert page.locator(".question").count() == 0


def test_back_returns_to_the_question_before(visit: Visit) -> None:
    page = visit.open(q="No.94の相手方は？")
    page.locator("textarea").fill("No.27の相手方は？")
    page.keyboard.press("Enter")
    page.locator(".answer").nth(1).wait_for()
    page.wait_for_url("**No.27**")
    page.go_back()
    page.locator(".answer").nth(1).wait_for(state="detached")
    assert visit.drawn().locator(".question").all_inner_texts() == ["No.94の相手方は？"]


def test_similar_agreements_say_what_they_share_and_fold_their_copies(visit: Visit) -> None:
    page = visit.open("similar")
    page.get_by_label("協定の番号・相手方・名称").fill("205")
    page.get_by_role("button", name="さがす").click()
    page.locator(".hits > li").first.wait_for()
    assert "No.205「環境保全に関する協定」" in page.locator("h2").first.inner_text()
    assert page.locator(".hits > li").count() == 10
    for shared in page.locator(".hits .shared").all():
        assert shared.locator("li").count() >= 1
    copies = page.locator("details", has_text="ほぼ同じ文面の協定（3件）")
    copies.locator("summary").click()
    numbers = re.findall(r"No\.(\d+)", copies.inner_text())
    assert numbers == ["206", "207", "208"]
    copies.get_by_role("link", name="No.206").click()
    page.locator("h1", has_text="No.206").wait_for()


def test_a_citation_is_found_by_partner_and_copied_in_each_format(visit: Visit) -> None:
    page = visit.open("cite")
    page.get_by_label("協定の番号・相手方・名称").fill("ﾔﾌｰ")
    page.keyboard.press("Enter")
    page.locator("h2", has_text="No.91").wait_for()
    assert "「災害等における情報発信等に関する協定」（相手方：ヤフー株式会社" in _copied(page)
    page.get_by_text("Markdown", exact=True).click()
    page.locator("code", has_text="**災害等における情報発信等に関する協定**").wait_for()
    assert _copied(page).startswith("**災害等における情報発信等に関する協定**")
    page.get_by_text("CSL-JSON（文献管理ソフト用）").click()
    page.locator("code", has_text='"type": "treaty"').wait_for()
    (entry,) = json.loads(_copied(page))
    assert entry["id"] == "asahikawa-agreements/91"
    assert entry["issued"] == {"date-parts": [[2019, 7, 4]]}
    link = f"{visit.address}/agreement?id=asahikawa-agreements/91"
    assert page.locator("code", has_text=link).count() == 1


def test_two_visitors_keep_their_conversations_apart(
    visit: Visit, person: object, address: str
) -> None:
    other = Visit(person, address)
    visit.open(q="No.94の相手方は？")
    other.open(q="No.27の相手方は？")
    assert visit.page.locator(".question").all_inner_texts() == ["No.94の相手方は？"]
    assert other.page.locator(".question").all_inner_texts() == ["No.27の相手方は？"]
    assert "日本郵便" not in visit.page.locator(".answer").inner_text()
    other.leave()


def test_a_phone_needs_no_sideways_scrolling(chromium: object, address: str) -> None:
    phone = Visit(new_person(chromium, width=390, height=844), address)
    record = "asahikawa-agreements/94"
    for path, query in (
        ("", {}),
        ("", {"q": ["No.94の相手方は？", "停電のときに電気を借りられる協定は？", "あ" * 400]}),
        ("similar", {"q": "94"}),
        ("cite", {"q": "94"}),
        ("agreement", {"id": record}),
        ("about", {}),
    ):
        page = phone.open(path, **query)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        wide = page.evaluate(
            "[...document.querySelectorAll('.stMain, .stMain *')]"
            ".filter(part => part.getBoundingClientRect().right > innerWidth + 1)"
            ".map(part => part.outerHTML.slice(0, 200))"
        )
        assert (path, wide) == (path, [])
    phone.leave()


def _lines_are_those_of_the_file(part: Any) -> None:
    """Each numbered line in ``part`` is the line of that number in the document."""
    lines = TABLE.read_text(encoding="utf-8").split("\n")
    source = part.locator("ol.source")
    first = int(source.get_attribute("start"))
    shown = source.locator("li").evaluate_all("lines => lines.map(line => line.textContent)")
    expected = lines[first - 1 : first - 1 + len(shown)]
    assert [line.strip() for line in shown] == [line.strip() for line in expected]


def _tab_to(page: Any, tag: str, key: str = "Tab") -> None:
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.tagName") == tag:
            return
    raise AssertionError(f"no {tag} can be reached by {key}")


def _copied(page: Any) -> str:
    """What the first copy button puts on the clipboard."""
    page.locator('[data-testid="stCode"] button').first.click()
    page.wait_for_timeout(100)
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text
