"""The table and the downloads as a person meets them, and what every screen owes everybody."""

from __future__ import annotations

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from browser import Visit, chromium_path, new_person, served
from docx import Document
from openpyxl import load_workbook

from assistant.engine import Assistant
from assistant.places import PROJECT

expect = pytest.importorskip("playwright.sync_api", reason="Playwright がありません").expect
Axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe がありません").Axe

SCREENS: tuple[tuple[str, dict[str, str | list[str]]], ...] = (
    ("", {}),
    ("", {"q": ["環境部が令和5年度に結んだ協定は何件？", "協定の数が多い部局の順位は？"]}),
    ("similar", {"q": "No.94", "with": "109"}),
    ("similar", {"q": "No.205"}),
    ("cite", {"q": "94"}),
    ("browse", {"department": "環境部"}),
    ("agreement", {"id": "asahikawa-agreements/94"}),
    ("about", {}),
)
# Streamlit's own: it gives some of its parts roles and headings that the page can't change.
OWN = ("landmark", "region", "page-has-heading-one", "scrollable-region-focusable")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_breaks_a_rule_for_accessibility(
    chromium: object, address: str, scheme: str
) -> None:
    visit = Visit(new_person(chromium, scheme=scheme), address)
    found: dict[str, list[str]] = {}
    for path, query in SCREENS:
        page = visit.open(path, **query)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        report = (
            Axe()
            .run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
            .response
        )
        broken = [
            f"{rule['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            for rule in report["violations"]
            if not rule["id"].startswith(OWN)
            for node in rule["nodes"][:3]
        ]
        if broken:
            found[f"{path} {query}"] = broken
    visit.leave()
    assert found == {}


def test_the_table_is_narrowed_by_facets_and_the_link_shows_the_same_to_someone_else(
    chromium: object, visit: Visit, address: str
) -> None:
    page = visit.open("browse")
    page.get_by_role("combobox", name="部局").click()
    page.get_by_role("option", name="環境部（45件）").click()
    page.keyboard.press("Escape")
    expect(page.locator("p[role=status] strong")).to_have_text("45件")
    field = page.get_by_label("言葉で絞り込む")
    field.fill("レジ袋")
    field.press("Enter")
    expect(page.locator("p[role=status]")).to_contain_text("部局＝環境部、記載＝「レジ袋」")
    number = page.locator("p[role=status] strong").inner_text()
    rows = page.locator("table.rows tbody tr th").all_inner_texts()
    assert f"{len(rows)}件" == number
    other = Visit(new_person(chromium), address)
    other.page.goto(page.url)
    other.drawn()
    assert other.page.locator("table.rows tbody tr th").all_inner_texts() == rows
    other.leave()
    page.go_back()
    expect(page.locator("p[role=status] strong")).to_have_text("45件")


def test_figures_stand_beside_the_published_ones_and_the_timeline_leads_on(visit: Visit) -> None:
    page = visit.open("browse")
    page.get_by_role("tab", name="集計").click()
    expect(page.get_by_role("heading", name="調査の公表値との照合：部局別")).to_be_visible()
    assert page.get_by_text("✓ 一致").count() >= 20
    page.get_by_role("tab", name="年表").click()
    page.locator("summary", has_text="令和6年度").click()
    page.get_by_role("link", name="No.252").click()
    page.locator("h1").first.wait_for()
    expect(page.locator("h1")).to_contain_text("No.252")


def test_exports_open_in_other_programs_and_hold_the_rows_shown(
    visit: Visit, tmp_path: Path, assistant: Assistant
) -> None:
    page = visit.open("browse", department="農政部")
    files = {}
    for label, suffix in (("CSV", "csv"), ("XLSX", "xlsx"), ("JSON", "json")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label).click()
        files[suffix] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(files[suffix])
        assert files[suffix].name == f"kyotei-3ken.{suffix}"
    content = files["csv"].read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["No.", "250", "251", "252"]
    sheet = load_workbook(files["xlsx"]).active
    assert [cell.value for cell in sheet["A"]] == ["No.", 250, 251, 252]
    values = json.loads(files["json"].read_text("utf-8"))
    assert [value["title"] for value in values] == [
        assistant.agreement(no).title for no in (250, 251, 252)
    ]


def test_a_conversation_is_kept_as_word_and_markdown(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(q=["No.94の相手方は？", "締結日は？"])
    for name, suffix in (("Word", "docx"), ("Markdown", "md")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name).click()
        kept = tmp_path / f"kept.{suffix}"
        waiting.value.save_as(kept)
        if suffix == "docx":
            text = "\n".join(part.text for part in Document(str(kept)).paragraphs)
        else:
            text = kept.read_text("utf-8").replace("\\", "")
        assert "No.94の相手方は？" in text.replace("?", "？")
        assert "旭川トヨペット株式会社" in text
        assert "R2.5.22" in text


def test_a_filter_is_taken_off_by_its_button(visit: Visit) -> None:
    page = visit.open(q="環境部が令和5年度に結んだ協定は何件？")
    page.get_by_role("button", name="締結年度＝令和5年度").click()
    expect(page.locator(".answer .figure").last).to_contain_text("45")
    page.go_back()
    expect(page.locator(".answer .figure").last).to_contain_text("3")


def test_a_first_build_shows_progress_and_can_be_stopped_and_begun_again(
    chromium: object, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with served(home, PROJECT / "seeds", tmp_path / "log") as address:
        visit = Visit(new_person(chromium), address)
        page = visit.page
        page.goto(address)
        page.get_by_role("progressbar").wait_for()
        page.get_by_role("button", name="中止する").click()
        page.get_by_text("索引を作るのを中止しました").wait_for()
        assert not (home / "CURRENT").exists()
        page.get_by_role("button", name="索引を作る").click()
        page.get_by_placeholder("例：断水のときの給水は？").wait_for(timeout=60_000)
        visit.leave()


def test_ten_visitors_at_once_get_their_own_answers(address: str) -> None:
    if chromium_path() is None:
        pytest.skip("Chromium がありません")
    numbers = range(100, 110)
    with ThreadPoolExecutor(len(numbers)) as pool:
        shown = list(pool.map(lambda number: _asked(address, number), numbers))
    for number, text in zip(numbers, shown, strict=True):
        assert f"No.{number}「" in text
        assert not any(f"No.{other}「" in text for other in numbers if other != number)


def _asked(address: str, number: int) -> str:
    """What a browser of its own shows for a question about one agreement."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        visit = Visit(new_person(browser), address)
        visit.page.set_default_timeout(60_000)
        page: Any = visit.open(q=f"No.{number}の目的は？")
        page.locator(".answer").wait_for()
        text: str = page.locator(".answer").inner_text()
        visit.leave()
        browser.close()
    return text
