"""Every page that people meet can be used by everybody: axe finds nothing against WCAG 2.2 AA, in both themes and on a
telephone, and the keyboard reaches all of it.

Reports and follow-ups are tried in `test_report`, and what JupyterLab shows in `test_browser`.
"""

import shutil

import pytest
import test_browser
import test_feedback
from accessible import barriers, out_of_reach, shown, violations
from lead_helpers import SMALL_PLAN, written
from test_grading_cycle import LESSON, STAGE
from test_mark_page import served

from grading.__main__ import main
from grading.marking import certificates
from grading.marking.similar import Pair
from grading.pages.page import render
from grading.records import folders

pytestmark = test_browser.pytestmark
tiny_course, graded, browser = test_feedback.tiny_course, test_feedback.graded, test_browser.browser  # fixtures
PAGES = ["lesson", "overview", "certificate", "similar", "plan", "pair"]


@pytest.fixture(scope="module")
def state(graded, tmp_path_factory):
    folder = shutil.copytree(graded, tmp_path_factory.mktemp("pages") / "state")
    with folders.state_in(folder):
        test_feedback.give("ada", 4, test_feedback.SAID)
        test_feedback.overviews()
        yield folder


@pytest.fixture(scope="module")
def pages(state):
    """The file of each of PAGES."""
    folder = state.parent
    dated = SMALL_PLAN.replace("people = 4", "people = 4\nstart = 2026-03-02")
    plan, other = written(folder, dated), written(folder, SMALL_PLAN.replace("budget = 900", "budget = 1400"), "b.toml")
    assert main(["plan", str(plan)]) == 0
    assert main(["plan", str(plan), str(other), "--output", str(folder / "pair.html")]) == 0
    result = certificates.Result("ada", {"1 Tiny": (8.1, 10)}, True, 0, "2026-03-02")
    (folder / "certificate.html").write_text(certificates._page(result, "Ada", 0.6, "A firm", "ab" * 32))
    pair = Pair(
        "ada", "ben", LESSON, 1.0, (("double-answer", "def double(x):\n    return 2 * x  # " + "long" * 30, "…"),)
    )
    values = {"title": "Alike", "pairs": [pair], "threshold": 0.8, "words": 0.5}
    (folder / "similar.html").write_text(render("similar_page.html", **values))
    own = {"lesson": f"feedback/cy/{STAGE}/{LESSON}.html", "overview": "feedback/cy/index.html"}
    return {name: state / own[name] if name in own else folder / f"{name}.html" for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barriers_in_both_themes_and_on_a_telephone(browser, pages, name):
    browser.get(pages[name].as_uri())
    found = {(theme, width): barriers(browser, theme, width) for theme, width in (("light", 1300), ("dark", 400))}
    assert not any(found.values()), "\n".join(line for lines in found.values() for line in lines)
    lost = out_of_reach(browser)
    assert not lost, "\n".join(lost)


@pytest.mark.parametrize("place", ["", "question/1/"])
def test_open_questions_are_marked_without_barriers(browser, state, place):
    with served(state) as address:
        browser.get(address + place)
        found = [*barriers(browser, "dark", 400), *barriers(browser, "light", 1300), *out_of_reach(browser)]
        assert not found, "\n".join(found)


def test_a_barrier_is_named_by_rule_selector_and_sentence(browser, tmp_path):
    page = written(
        tmp_path,
        "<html><body><div style='overflow: auto; width: 50px'><pre>" + "a" * 99 + "</pre></div>"
        "<button></button><a href='#' style='outline: none; color: #999; background: #fff'>faint</a>",
        "bad.html",
    )
    browser.get(page.as_uri())
    shown(browser)
    found = violations(browser)
    wanted = {"html-has-lang", "button-name", "color-contrast", "scrollable-region-focusable", "document-title"}
    assert wanted <= {line.partition(":")[0] for line in found}
    assert any(line.startswith("button-name: button: Fix any of") for line in found)
    assert [line.partition(":")[0] for line in out_of_reach(browser)] == ["no ring"]
