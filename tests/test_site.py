"""The website, built once with few lessons and read in a real browser that reaches nothing but this machine."""

import functools
import http.server
import json
import re
import shutil
import threading
import zipfile

import nbformat
import pytest
from accessible import barriers, out_of_reach, shown
from lxml import etree
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from grading.__main__ import main
from grading.authoring import executed, site
from grading.records import folders

LESSONS = "1-00,1-01,1-04a,2-02"
LESSON = "lessons/1-01_training_effect.html"
CORNER = "lessons/2-02_optimisers.html"  # its table has a corner that heads nothing
PAGES = ("index.html", LESSON, CORNER, "lessons/1-04a_transformer.html", "api/trainlib.measure.html", "glossary.html")
ALONE = [
    "--headless=new",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
needs_browser = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")), reason="chromium or chromedriver not found"
)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    package = folder / "package.zip"
    assert main(["site", "--out", str(folder), "--lessons", LESSONS, "--scorm", str(package)]) == 0
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder / "html" / "package")
    return folder


@pytest.fixture(scope="module")
def address(out):
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    handler = functools.partial(quiet, directory=str(out / "html"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    for argument in [*ALONE, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def requested(browser) -> list[str]:
    """The addresses that pages asked for since the last look."""
    said = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [one["params"]["request"]["url"] for one in said if one["method"] == "Network.requestWillBeSent"]
    return [url for url in asked if url.startswith(("http", "ws"))]


def phone(browser, on: bool) -> None:
    metrics = {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics) if on else browser.execute_cdp_cmd(
        "Emulation.clearDeviceMetricsOverride", {}
    )


@needs_browser
def test_no_page_asks_another_machine_for_anything(browser, address):
    requested(browser)
    for page in (*PAGES, "search.html"):
        browser.get(f"{address}/{page}")
    asked = requested(browser)
    assert len(asked) > len(PAGES)
    assert [url for url in asked if not url.startswith(address)] == []


@needs_browser
def test_a_lesson_shows_its_figures_with_their_texts_and_no_traceback(browser, address):
    browser.get(f"{address}/{LESSON}")
    figures = browser.find_elements(By.CSS_SELECTOR, ".cell_output img")
    assert figures
    for figure in figures:
        assert len(figure.get_attribute("alt").split()) > 3
        assert browser.execute_script("return arguments[0].naturalWidth", figure) > 100
    notes = browser.find_elements(By.CSS_SELECTOR, "details.missing summary")
    assert executed.OPEN in [note.get_attribute("textContent") for note in notes]
    assert "Traceback" not in browser.page_source
    assert browser.find_elements(By.CSS_SELECTOR, "a[href*='colab.research.google.com']")


PLATFORM = """window.API = {LMSInitialize: () => "true", LMSGetValue: () => "", LMSSetValue: () => "true",
  LMSCommit: () => "true", LMSFinish: () => "true"}"""
WAYS = ".sidebar-drawer, .mobile-header, .related-pages, [role=search], a[href$='index.html']"


@needs_browser
@pytest.mark.parametrize("narrow", [False, True])
def test_in_a_learning_platform_a_lesson_hides_the_ways_to_other_pages(browser, address, narrow):
    script = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": PLATFORM})
    phone(browser, narrow)
    try:
        browser.get(f"{address}/package/{LESSON}")
        assert "in-platform" in browser.execute_script("return document.documentElement.className")
        assert [
            way.get_attribute("class") for way in browser.find_elements(By.CSS_SELECTOR, WAYS) if way.is_displayed()
        ] == []
        assert browser.find_element(By.CSS_SELECTOR, "article h1").is_displayed()
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    finally:
        phone(browser, False)
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_a_package_that_is_no_zip_is_refused_before_anything_is_made(tmp_path, capsys):
    assert main(["site", "--out", str(tmp_path / "site"), "--scorm", str(tmp_path / "course.tar")]) == 2
    assert "a package is a .zip" in capsys.readouterr().err and not (tmp_path / "site").exists()


def test_a_diagram_stands_on_the_site_as_a_list(out):
    page = (out / "html" / "contributing.html").read_text(encoding="utf-8")
    assert "Each room may import from the rooms below it" in page and "flowchart" not in page
    assert "<li><p>hub: what JupyterHub’s learners send and get → intake<" in page


@needs_browser
def test_search_finds_a_lesson_by_a_word_in_it(browser, address):
    browser.get(f"{address}/search.html?q=bootstrap")
    found = WebDriverWait(browser, 60).until(lambda b: b.find_elements(By.CSS_SELECTOR, "#search-results li a"))
    assert any("lessons/" in link.get_attribute("href") for link in found)


@needs_browser
def test_next_and_previous_lead_through_the_lessons(browser, address):
    browser.get(f"{address}/{LESSON}")
    after = browser.find_element(By.CSS_SELECTOR, "a.next-page").get_attribute("href")
    assert after.endswith("1-04a_transformer.html")
    browser.get(after)
    assert browser.find_element(By.CSS_SELECTOR, "a.prev-page").get_attribute("href").endswith(LESSON)


@needs_browser
def test_light_and_dark_differ(browser, address):
    colours = []
    for scheme in ("light", "dark"):
        media = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
        browser.get(f"{address}/{LESSON}")
        colours.append(browser.execute_script("return getComputedStyle(document.body).backgroundColor"))
    assert len(set(colours)) == 2


@needs_browser
def test_no_page_scrolls_sideways_on_a_telephone_and_wide_boxes_are_reached_by_keyboard(browser, address):
    phone(browser, True)
    try:
        for page in (*PAGES, "teach.html", "search.html"):
            browser.get(f"{address}/{page}")
            assert browser.execute_script("return document.documentElement.scrollWidth") <= 400, page
        browser.get(f"{address}/index.html")
        assert browser.find_elements(By.CSS_SELECTOR, ".table-wrapper[tabindex='0']")
    finally:
        phone(browser, False)


@needs_browser
@pytest.mark.parametrize(("theme", "width"), [("light", 1300), ("dark", 400)])
@pytest.mark.parametrize("page", [*PAGES, "search.html"])
def test_no_page_has_a_barrier_and_the_keyboard_reaches_all_of_it(browser, address, page, theme, width):
    try:
        shown(browser, theme, width)
        browser.get(f"{address}/{page}")
        assert barriers(browser, theme, width) == []
        assert out_of_reach(browser) == []
    finally:
        phone(browser, False)


UNSEEN = """return [...document.querySelectorAll(".sidebar-drawer *")].filter(one => one.getBoundingClientRect().right
    <= 0 && one.checkVisibility({ visibilityProperty: true })).length"""


@needs_browser
def test_on_a_telephone_the_menu_opens_and_shuts_by_keyboard_and_nobody_tabs_through_it_unseen(browser, address):
    pressed, drawer = ActionChains(browser), ".sidebar-drawer a"
    phone(browser, True)
    try:
        browser.get(f"{address}/{LESSON}")
        assert browser.execute_script(UNSEEN) == 0
        for _ in range(5):
            pressed.send_keys(Keys.TAB).perform()
            if browser.switch_to.active_element.accessible_name == "All pages":
                break
        pressed.send_keys(Keys.SPACE).perform()
        assert browser.switch_to.active_element == browser.find_element(By.CSS_SELECTOR, drawer)
        assert browser.find_element(By.CSS_SELECTOR, "[aria-expanded=true]").accessible_name == "All pages"
        pressed.send_keys(Keys.ESCAPE).perform()
        assert browser.switch_to.active_element.accessible_name == "All pages"
        assert not browser.find_element(By.CSS_SELECTOR, drawer).is_displayed()
    finally:
        phone(browser, False)


def test_a_data_card_is_a_table_and_no_line_of_python(out):
    page = (out / "html" / LESSON).read_text(encoding="utf-8")
    assert "Card(name=" not in page and "Known faults:" in page


def test_the_book_holds_the_lessons_and_all_of_it_is_well_formed(out):
    with zipfile.ZipFile(out / "html" / "course.epub") as book:
        pages = [name for name in book.namelist() if name.endswith(".xhtml")]
        assert any("1-01_training_effect" in name for name in pages)
        for name in pages:
            etree.fromstring(book.read(name))


def test_formulas_are_mathml(out):
    page = (out / "html" / LESSON).read_text(encoding="utf-8")
    assert "<math" in page and not re.search("<script[^>]*mathjax", page, re.IGNORECASE)


def test_a_table_in_a_docstring_is_a_table(out):
    page = (out / "html" / "api" / "trainlib.effect.html").read_text(encoding="utf-8")
    assert "|---|" not in page and page.count("<th class=") == 4 and "trainer_share" in page.partition("<table")[2]


def test_a_list_in_a_docstring_is_a_list_and_a_formula_is_not_read_as_python(out):
    page = (out / "html" / "api" / "trainlib.cohort.html").read_text(encoding="utf-8")
    assert "<li><p>E is a trainer" in page and "* E is a trainer" not in page
    assert 'class="highlight-text' in page and 'class="highlight-python' not in page
    assert 'class="highlight-python' in (out / "html" / "api" / "trainlib.search.html").read_text(encoding="utf-8")


def test_the_first_page_leads_to_the_notebooks(out):
    page = (out / "html" / "index.html").read_text(encoding="utf-8")
    assert "says how to get them" in page.partition('href="learn.html"')[2]


def test_a_lesson_that_was_executed_is_not_run_again(out, monkeypatch):
    monkeypatch.setattr(executed, "Engine", None)
    found = executed.executed([folders.lesson("1-01_training_effect")], out / "executed")
    assert any(cell.get("outputs") for cell in found["1-01_training_effect"].cells)


def test_an_error_that_no_missing_answer_explains_is_refused():
    output = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("{}['x']", outputs=[output])])
    with pytest.raises(ValueError, match="1-01_training_effect: a cell fails, .*KeyError"):
        executed._as_shown(notebook, folders.lesson("1-01_training_effect"))


def test_a_header_that_says_nothing_is_a_cell_like_others(tmp_path):
    said = site._markup("<table><tr><th></th><th>loss</th></tr></table>", tmp_path)
    assert "<tr><td></td><th>loss</th></tr>" in said


def test_a_heading_that_a_cell_shows_is_not_the_pages_title(tmp_path):
    assert "<h3>Threat model</h3>" in site._markup("<h1>Threat model</h1>", tmp_path)


def test_a_lesson_that_is_not_there_is_refused_by_its_number(tmp_path):
    with pytest.raises(ValueError, match="9-99"):
        site.build(tmp_path, "9-99")


def test_each_term_of_the_glossary_is_used_by_the_lesson_that_it_names():
    text = (folders.root / "docs" / "glossary.md").read_text(encoding="utf-8")
    entries = re.findall(r"^- \*\*(.+?)\*\*: .+\]\(\.\./(notebooks/\S+)\)$", text, re.MULTILINE)
    assert len(entries) == text.count("\n- ") >= 20
    for term, path in entries:
        cells = nbformat.read(folders.root / path, as_version=4).cells
        said = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert re.search(rf"\b{re.escape(term)}", said, re.IGNORECASE), f"{term} is not in {path}"
