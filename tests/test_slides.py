"""Slides for the trainer: in a real browser with its network off nothing overflows, and notes stay with the trainer."""

import re
import shutil
from contextlib import contextmanager

import nbformat
import pytest
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
    below: Math.max(0, ...inside.map(one => one.offsetTop + one.offsetHeight)), scrolls: body
      ? body.scrollWidth - body.clientWidth : 0, seen: slide.innerText };
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
        assert [one["title"] for one in sizes if one["scrolls"] > 0] == []  # lines scroll in the box of their code
        seen = "\n".join(one["seen"] for one in sizes)
        assert "Exercise 1" in seen and "..." in seen
        assert not any(word in seen for word in ("Solution\n", "Common slips", "do not give it to learners"))
        asked = re.findall(r'"url":"(https?:[^"]+)"', str([one["message"] for one in browser.get_log("performance")]))
        assert asked == []
        assert [one["message"] for one in browser.get_log("browser") if one["level"] == "SEVERE"] == []
        picture(browser, "slides")


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
