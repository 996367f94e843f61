"""Slides for the trainer: in a real browser with its network off nothing overflows, and notes stay with the trainer."""

import re
import shutil
from contextlib import contextmanager

import nbformat
import pytest
from selenium.webdriver import ActionChains
from test_browser import MISSING, QUIET_CHROMIUM, picture, wait, webdriver

from grading.__main__ import main
from grading.authoring import slides
from grading.authoring.rules import HIDDEN, SOLUTION
from grading.records import folders

LESSON = "1-01"
SIZES = """
return Reveal.getSlides().map(slide => {
  Reveal.slide(...Object.values(Reveal.getIndices(slide)).slice(0, 2));
  const body = slide.querySelector('.body'), inside = [...slide.children].filter(one => one.offsetParent);
  return { title: slide.innerText.slice(0, 60), height: slide.scrollHeight, width: slide.scrollWidth,
    below: Math.max(0, ...inside.map(one => one.offsetTop + one.offsetHeight)), seen: slide.innerText,
    letters: body ? parseFloat(getComputedStyle(body).fontSize) : 26, scrolls: body && [body,
      ...body.querySelectorAll('pre')].some(e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight) };
})
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    assert main(["slides", str(folder), LESSON]) == 0
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def source():
    (row,) = [row for row in folders.lessons() if row.number == LESSON]
    return (folders.root / "grading" / "source" / row.stage / f"{row.id}.py").read_text(encoding="utf-8")


@contextmanager
def opened(path, profile):
    options = webdriver.ChromeOptions()
    quiet = [one for one in QUIET_CHROMIUM if not one.startswith("--window-size")]
    for argument in [*quiet, "--window-size=1280,860", "--host-resolver-rules=MAP * ~NOTFOUND"]:
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.binary_location = shutil.which("chromium")
    options.page_load_strategy = (
        "none"  # the trainer's window is written by a script, and never says that it has loaded
    )
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        driver.get_log("performance")  # of the browser's own first page
        driver.get(path.as_uri())
        wait(driver, lambda one: one.execute_script("return window.Reveal && Reveal.isReady()"), "slides")
        yield driver
    finally:
        driver.quit()


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason="Chromium is not found: `make test` installs it where it may")
def test_nothing_overflows_and_nothing_is_fetched_and_notes_are_not_seen(made, tmp_path):
    with opened(made, tmp_path / "profile") as browser:
        sizes = browser.execute_script(SIZES)
        assert len(sizes) > 20
        too_large = [one for one in sizes if one["height"] > 720 or one["below"] > 720 or one["width"] > 1280]
        assert [one["title"] for one in too_large] == []
        assert [one["title"] for one in sizes if one["scrolls"]] == []
        assert min(one["letters"] for one in sizes) < 26 == max(one["letters"] for one in sizes)
        seen = "\n".join(one["seen"] for one in sizes)
        assert "Exercise 1" in seen and "..." in seen
        assert not any(word in seen for word in ("Solution\n", "Common slips", "do not give it to learners"))
        asked = re.findall(r'"url":"(https?:[^"]+)"', str([one["message"] for one in browser.get_log("performance")]))
        assert asked == []
        assert [one["message"] for one in browser.get_log("browser") if one["level"] == "SEVERE"] == []
        picture(browser, "slides")


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason="Chromium is not found: `make test` installs it where it may")
def test_the_trainers_window_shows_the_notes_of_the_slide_that_the_audience_sees(made, tmp_path):
    with opened(made, tmp_path / "profile") as browser:
        browser.execute_script("Reveal.slide(0)")
        audience = browser.current_window_handle
        ActionChains(browser).send_keys("s").perform()
        wait(browser, lambda one: len(one.window_handles) == 2, "the trainer's window")
        browser.switch_to.window(next(name for name in browser.window_handles if name != audience))
        notes = "return document.querySelector('.speaker-controls-notes .value').innerText"
        wait(browser, lambda one: "do not give it to learners" in one.execute_script(notes), "the first slide's notes")
        picture(browser, "slides_notes")
        browser.switch_to.window(audience)
        browser.execute_script(
            "const noted = one => /Solution/.test(one.querySelector('.notes')?.innerHTML);"
            "Reveal.slide(Reveal.getSlides().findIndex(noted))"
        )
        browser.switch_to.window(next(name for name in browser.window_handles if name != audience))
        wait(browser, lambda one: "Solution" in one.execute_script(notes), "the solution in the notes")


def test_what_is_too_long_for_a_slide_goes_on_on_the_next():
    lines = [f"line {number}" for number in range(60)]
    pieces = slides._texts("\n".join(lines))
    assert [piece.count("\n") + 1 for piece in pieces] == [24, 24, 12]
    assert len(slides._texts("\n".join(["word " * 100] * 8))) == 2  # each breaks into five
    figure, words = "<img alt='a' src='data:,'>", "<pre>one line</pre>"
    assert list(slides._shared_out([words, figure, figure, words], slides._lines)) == [[words, figure], [figure, words]]
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(40))
    table = f"<p>all of them</p><table><thead><tr><th>n</th></tr></thead><tbody>{rows}</tbody></table>"
    assert [piece.count("<tr") for piece in slides._pieces(table)] == [0, 17, 17, 9]
    assert list(slides._pieces("gain <b>0.4</b> of 1")) == ["gain <b>0.4</b> of 1"]


def test_text_without_a_heading_keeps_the_one_above_and_is_no_task():
    cells = [
        nbformat.v4.new_markdown_cell("## Exercise 1 · Add\n\nDo it."),
        nbformat.v4.new_markdown_cell("It is done."),
    ]
    task, after = slides._slides(cells)
    assert (task.title, after.title) == ("Exercise 1 · Add",) * 2 and (task.exercise, after.exercise) == (True, False)


def test_the_notes_hold_hints_slips_and_solutions_and_no_hidden_test(made, source):
    text = made.read_text(encoding="utf-8")
    notes = re.findall(r'<aside class="notes">(.*?)</aside>', text, re.DOTALL)
    rest = re.sub(r'<aside class="notes">.*?</aside>', "", text, flags=re.DOTALL)
    assert "do not give it to learners" in notes[0] and "small parameters" in notes[0]
    every = "".join(notes)
    assert every.count("<b>Solution</b>") == source.count("    ### BEGIN SOLUTION")
    assert "<b>Common slips</b>" in every and "Where do I start?" in every
    assert "Where do I start?" not in rest and "<b>Solution</b>" not in rest
    plain = re.sub(r"<[^>]+>", "", text)
    shown = HIDDEN.sub("", SOLUTION.sub("", source))
    hidden = [line.strip() for part in HIDDEN.findall(source) for line in part.splitlines() if len(line.strip()) > 25]
    assert [line for line in hidden if line not in shown and line in plain] == []


def test_slips_are_found_where_a_check_looks_them_up():
    said = slides.likely(
        'slips = {2: "that is the number itself"}\nnever = "this is no slip at all"\n'
        'def slip(got):\n    return "it is one too many" if got else ""\n'
        'lesson.check("a name of a check here", f(2), 4, likely=lambda got: slips.get(got) or slip(got))'
    )
    assert sorted(said) == ["it is one too many", "that is the number itself"]


def test_a_lesson_that_fails_here_gets_no_slides_unless_it_fails_on_purpose(tmp_path, monkeypatch, capsys):
    cell = nbformat.v4.new_code_cell("{}['a key']")
    monkeypatch.setattr(slides, "_source", lambda row, full: nbformat.v4.new_notebook(cells=[cell]))
    assert main(["slides", str(tmp_path), LESSON]) == 2
    assert "does not run here, so it has no slides: KeyError: 'a key'" in capsys.readouterr().err
    cell.metadata.tags = ["raises-exception"]
    assert main(["slides", str(tmp_path), LESSON]) == 0


@pytest.mark.parametrize(
    ("folder", "lesson", "said"),
    [
        ("docs", "1-01", "is published"),
        ("{}", "9-99", "no lesson with slides"),
        ("{}", "1-00", "no lesson with slides"),
    ],
)
def test_what_would_give_solutions_away_or_is_no_lesson_is_refused(tmp_path, capsys, folder, lesson, said):
    where = str(tmp_path) if folder == "{}" else str(folders.root / folder)
    assert main(["slides", where, lesson]) == 2 and said in capsys.readouterr().err
