"""What a learner and an instructor see in a real browser: Debian's Chromium, headless. Pictures go to tests/output/."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from accessible import WCAG, violations
from nbgrader.utils import is_solution
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from grading.marking.autograde import autograde
from grading.marking.feedback import feedback
from grading.records import folders
from grading.records.gradebook import gradebook

ROOT = Path(__file__).parent.parent
PICTURES = Path(__file__).parent / "output"
# What the course itself shows in JupyterLab: the rest of the window is JupyterLab's own.
OURS = ".jp-NotebookPanel:not(.lm-mod-hidden) :is(.jp-RenderedMarkdown, .jp-OutputArea-output)"
# ipywidgets gives noUiSlider no name for the handle, and none of a slider's traits (description, tooltip) reaches it
UNNAMED_SLIDER = "aria-input-field-name: div[aria-value"
MISSING = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
QUIET_CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1300,1000",
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"{' and '.join(MISSING)} not found: `make test` installs them where it may"
    ),
]


@pytest.fixture
def browser(tmp_path):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in [*QUIET_CHROMIUM, f"--user-data-dir={tmp_path / 'profile'}"]:
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@contextmanager
def server(*command: str, folder: Path, home: Path, **settings: str):
    """Run a Jupyter server in `folder` until the block ends, and keep what it remembers in `home`; gives its address.

    Its pages open with `?token=test`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings |= {"JUPYTER_PORT": str(port), "JUPYTER_TOKEN": "test", "BROWSER": "true", "PYTHONPATH": str(ROOT)}
    settings |= {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    address, log = f"http://127.0.0.1:{port}", PICTURES / "server.log"
    PICTURES.mkdir(exist_ok=True)
    with log.open("w") as out:
        running = subprocess.Popen(
            [sys.executable, *command], cwd=folder, env=os.environ | settings, stdout=out, stderr=out
        )
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api/status?token=test", timeout=5).close()
                break
            except OSError:
                assert running.poll() is None, log.read_text()
                time.sleep(0.5)
        yield address
    finally:
        running.terminate()
        running.wait(timeout=30)


def wait(browser, condition, what: str, seconds: int = 60):
    """The first true value of `condition(browser)`; a failure names `what` was awaited and leaves a picture."""
    try:
        return WebDriverWait(browser, seconds, ignored_exceptions=(Exception,)).until(condition)
    except Exception:
        picture(browser, "failed")
        raise AssertionError(f"after {seconds} s: not {what}; tests/output/failed.png shows the page") from None


def in_notebook(browser, selector: str) -> list:
    """The elements that match `selector` in the notebook that is in front."""
    return browser.find_elements(By.CSS_SELECTOR, f".jp-NotebookPanel:not(.lm-mod-hidden) {selector}")


def text_of(element) -> str:
    """Its text, also where it is scrolled out of sight."""
    return element.get_attribute("textContent")


def picture(browser, name: str) -> None:
    browser.save_screenshot(str(PICTURES / f"{name}.png"))


def with_text(elements: list, text: str):
    return next((element for element in elements if text_of(element) == text), None)


def choose(browser, menu: str, item: str) -> None:
    """Click an item of JupyterLab's menu bar."""
    bar, items = (By.CSS_SELECTOR, ".lm-MenuBar-itemLabel"), (By.CSS_SELECTOR, ".lm-Menu-itemLabel")
    wait(browser, lambda b: with_text(b.find_elements(*bar), menu), f"a menu {menu}").click()
    wait(browser, lambda b: with_text(b.find_elements(*items), item), f"{item} in the menu").click()


def wait_for_kernel(browser) -> None:
    """Without one that is idle JupyterLab forgets what is to be run."""
    wait(browser, lambda b: "| Idle" in b.find_element(By.ID, "jp-main-statusbar").text, "an idle kernel")


def run_all_cells(browser) -> None:
    """Run the notebook in front, and wait until every code cell has its number."""
    wait_for_kernel(browser)
    choose(browser, "Run", "Run All Cells")
    waiting = ("[ ]:", "[*]:")  # a folded cell has no prompt at all
    prompts = ".jp-CodeCell .jp-InputPrompt"
    wait(
        browser,
        lambda b: all(text_of(prompt) not in waiting for prompt in in_notebook(b, prompts)),
        "all cells run",
        180,
    )


def test_the_lab_opens_the_index_and_a_lesson_whose_slider_moves_its_number(browser, tmp_path):
    with server("-m", "trainlib", folder=tmp_path, home=tmp_path / "home") as address:
        browser.get(f"{address}/?token=test")
        link = wait(
            browser, lambda b: b.find_element(By.PARTIAL_LINK_TEXT, "1-01"), "the index with its table of lessons"
        )
        assert browser.current_url.split("?")[0].endswith("/lab/tree/index.ipynb")
        picture(browser, "index")
        assert (found := violations(browser, WCAG, OURS)) == [], "\n".join(found)
        link.click()
        wait(browser, lambda b: "1-01" in b.current_url and in_notebook(b, ".jp-CodeCell"), "the lesson")
        run_all_cells(browser)
        errors = [text_of(output) for output in in_notebook(browser, "[data-mime-type$=stderr]")]
        assert not [error for error in errors if "NotImplementedError" not in error], (
            "nothing but open exercises may fail"
        )
        slider = in_notebook(browser, ".widget-slider")[0]
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", slider)
        moved = slider.find_element(By.CSS_SELECTOR, ".widget-readout")
        result = in_notebook(browser, ".widget-html-content")[0]
        before = text_of(moved), text_of(result)
        slider.find_element(By.CSS_SELECTOR, ".noUi-handle").send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
        changed = lambda b: text_of(moved) != before[0] and text_of(result) != before[1]
        wait(browser, changed, f"a number that follows the slider: it stays {before}")
        assert re.search(r"\d\.\d", text_of(result))
        found = [line for line in violations(browser, WCAG, OURS) if not line.startswith(UNNAMED_SLIDER)]
        assert not found, "\n".join(found)
        picture(browser, "slider")


REVIEW = """\
from datetime import date
from trainlib import review
review.today(day=date({}))"""


def test_a_review_goes_by_buttons_from_card_to_card_and_day_to_day(browser, tmp_path):
    choices, reasons = ["0.5, as before", "2", "3", "4"], ["it stays", "no", "no", "no"]
    question = {"lesson": "2-01", "skill": "loss functions", "question": "What is the loss? " * 8, "known": False}
    rows = [question | {"id": f"q{n}-1", "choices": choices, "reasons": reasons} for n in range(2)]
    deck = {"learner": "ada-l", "checked_out": "2026-03-01", "exercises": [], "questions": rows}
    (tmp_path / "review_deck_ada-l.json").write_text(json.dumps(deck))
    days = [nbformat.v4.new_code_cell(REVIEW.format(f"2026, 3, {day}")) for day in (2, 3)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=days, metadata=kernel), tmp_path / "review.ipynb")
    command = ("-m", "jupyterlab", "--allow-root", "--ServerApp.root_dir=.")
    with server(*command, folder=tmp_path, home=tmp_path / "home") as address:
        browser.get(f"{address}/lab/tree/review.ipynb?token=test")
        wait(browser, lambda b: len(in_notebook(b, ".jp-CodeCell")) == 2, "the notebook")
        wait_for_kernel(browser)
        choose(browser, "Run", "Run Selected Cell")
        shown = lambda words: wait(
            browser, lambda b: any(words in text_of(one) for one in in_notebook(b, ".widget-html-content")), words
        )
        press = lambda words: with_text(in_notebook(browser, "button.widget-button"), words).click()
        for left in ("2 cards today", "1 card today"):
            shown(left)
            picture(browser, "review-card")
            press("I do not know")
            shown("Right is “0.5, as before”. it stays")
            shown("It comes back on Tuesday, 03 March 2026, in 1 day")
            assert (found := violations(browser, WCAG, OURS)) == [], "\n".join(found)
            picture(browser, "review-reason")
            press("Next")
        shown("That is all for today.")
        choose(browser, "Run", "Run All Cells")  # the first day has nothing left, the second asks again
        shown("2 cards today")
    assert len(json.loads((tmp_path / "review.json").read_text())["answers"]) == 2


@pytest.fixture
def state(course, tmp_path):
    return shutil.copytree(course, tmp_path / "state")


def test_the_formgrader_lists_the_stages_with_what_is_released(browser, state, tmp_path):
    stages = sorted({row.stage for row in folders.lessons()})
    command = ("-m", "jupyterlab", "--allow-root", f"--ServerApp.root_dir={state}")
    with server(
        *command, folder=ROOT / "grading", home=tmp_path / "home", TRAINLIB_GRADING_STATE=str(state)
    ) as address:
        browser.get(f"{address}/lab?token=test")
        choose(browser, "Nbgrader", "Formgrader")
        browser.switch_to.frame(
            wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, "iframe"), "the Formgrader tab")
        )
        listed = wait(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "td.name"), "the list of assignments")
        assert sorted(text_of(name).strip() for name in listed) == stages
        picture(browser, "formgrader")


def test_an_answer_is_shown_with_its_formulas_and_what_it_wants_to_run_does_not_run(browser, state, tmp_path):
    row = folders.lessons()[1]
    with folders.state_in(state):
        notebook = nbformat.read(state / "release" / row.file, as_version=4)
        answer = next(cell for cell in notebook.cells if cell.cell_type == "markdown" and is_solution(cell))
        answer.source = "Look: $\\frac{a}{b}$ <img src=x onerror=\"document.title='it ran'\">"
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell("<script>document.title = 'it ran'</script>"))
        path = state / "submitted" / "hostile" / row.file
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
        autograde(row.stage)
        (page,), _ = feedback(row.stage)
        with gradebook() as book:
            number = book.find_submission_notebook(row.id, row.stage, "hostile").id
    command = ("-m", "jupyterlab", "--allow-root", f"--ServerApp.root_dir={state}")
    with server(
        *command, folder=ROOT / "grading", home=tmp_path / "home", TRAINLIB_GRADING_STATE=str(state)
    ) as address:
        for name, shown in (
            ("formgrade", f"{address}/formgrader/submissions/{number}/?token=test"),
            ("feedback", page.as_uri()),
        ):
            browser.get(shown)
            fractions = wait(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "mfrac"), "formulas")
            assert all(fraction.rect["height"] > 10 for fraction in fractions)
            assert "Look:" in text_of(browser.find_element(By.TAG_NAME, "body")) and browser.title != "it ran"
            browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", fractions[0])
            picture(browser, name)
