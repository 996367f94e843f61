"""The page for marking open questions in a real browser: by mouse and by keys, narrow and dark, and what it takes."""

import re
import threading
from contextlib import contextmanager

import marking_helpers as helpers
import test_browser
from marking_helpers import LEARNERS, LIKED, MEASURED, QUESTIONS, hand_in, held, simulated
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from test_browser import picture, text_of, wait
from test_grading_cycle import STAGE

from grading.marking import mark_server
from grading.marking.feedback import feedback
from grading.marking.likeness import Vectors
from grading.records import folders, requests
from grading.sandbox.markup import rendered
from trainlib._files import write

pytestmark = test_browser.pytestmark
tiny_course, browser = helpers.tiny_course, test_browser.browser  # fixtures


@contextmanager
def served(folder):
    """The address of a server on a state folder, in a thread of this process."""
    test_browser.PICTURES.mkdir(exist_ok=True)
    with folders.state_in(folder):
        Vectors("tiny-bert")({"first": "a text"})  # so that no page has to wait for what is loaded once
        rendered("a text", {})
        server, listening, address = mark_server.prepare(STAGE, encoder="tiny-bert", alike=0.95)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join(timeout=30)


class Person:
    """Somebody at the page, whose clicks and keys are counted."""

    def __init__(self, browser):
        self.browser, self.clicks, self.keys = browser, 0, 0

    def click(self, element):
        self.clicks += 1
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def press(self, *keys):
        self.keys += len(keys)
        for key in keys:
            shifted = key.startswith(Keys.SHIFT)
            acts = ActionChains(self.browser)
            acts = acts.key_down(Keys.SHIFT) if shifted else acts
            acts = acts.send_keys(key.removeprefix(Keys.SHIFT))
            (acts.key_up(Keys.SHIFT) if shifted else acts).perform()

    def loaded_anew(self, act, *what):
        """Do what makes the page load again, and wait for it."""
        page = "return [performance.timeOrigin, document.readyState]"
        before, _ = self.browser.execute_script(page)
        act(*what)
        is_there = lambda found: found[0] != before and found[1] == "complete"
        wait(self.browser, lambda b: is_there(b.execute_script(page)), "loaded again", 300)

    @property
    def group(self):
        """The group in front, where one still waits."""
        found = self.browser.find_elements(By.CSS_SELECTOR, ".group.current[data-waits]")
        return found[0] if found else None

    def find(self, selector):
        return self.group.find_elements(By.CSS_SELECTOR, selector)


def worth(text):
    """The boxes of five points that a SIMULATED person sees in an answer."""
    return (
        (0, 1, 2) if "tickets" in text else (0, 1, 2, 3, 4) if "interval" in text else (2,) if "course" in text else ()
    )


def read(person):
    (answer, *_) = person.find("article > .text")
    return worth(text_of(answer))


def mark_with_the_mouse(person):
    while person.group:
        for box in read(person):
            person.click(person.find("input[type=checkbox]")[box])
        if not read(person):
            person.loaded_anew(person.click, person.find("[data-at-once='0']")[0])
        else:
            person.loaded_anew(person.click, person.find("button[type=submit]")[0])


def mark_with_keys(person):
    while person.group:
        points = len(read(person))
        person.loaded_anew(person.press, Keys.SHIFT + str(points))


def mark_at_once(person):
    while person.group:
        points = len(read(person))
        person.loaded_anew(person.click, person.find(f"[data-at-once='{points}']")[0])


def test_twelve_learners_with_three_open_questions_are_marked_in_under_two_acts_an_answer(
    browser, tiny_course, tmp_path, record_property
):
    helpers.cohort(tiny_course, tmp_path / "state")
    with served(tmp_path / "state") as address:
        browser.get(address)
        person = Person(browser)
        person.loaded_anew(person.click, browser.find_element(By.CSS_SELECTOR, "tbody a"))
        counted = {}
        for name, mark in zip(QUESTIONS, (mark_with_the_mouse, mark_with_keys, mark_at_once)):
            before = person.clicks + person.keys
            mark(person)
            counted[mark.__name__] = person.clicks + person.keys - before
            assert "0 of 12 answers wait" in text_of(browser.find_element(By.CSS_SELECTOR, "[role=status]"))
            if name != QUESTIONS[-1]:
                person.loaded_anew(person.click, browser.find_element(By.CSS_SELECTOR, "[rel=next]"))
        picture(browser, "mark_done")
        for name in QUESTIONS:
            for learner in LEARNERS:
                points, waits, _ = held(learner, name)
                assert (points, waits) == (len(worth(simulated(learner)[name])), False), (learner, name)
    acts = person.clicks + person.keys
    record_property("acts", acts)
    print(f"\n{acts} acts ({person.clicks} clicks, {person.keys} keys) for 36 answers: {acts / 36:.2f} each; {counted}")
    assert acts < 2 * 36


def shows(browser, width, scheme):
    """The page's width of content and its background, as a window of a width and a colour scheme shows them."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    return browser.execute_script(
        "return [document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]"
    )


def test_the_page_refuses_aloud_undoes_fits_a_phone_and_runs_nothing_that_a_learner_wrote(
    browser, tiny_course, tmp_path
):
    helpers.shutil.copytree(tiny_course / "built", tmp_path / "state")
    hostile = f"{MEASURED} <img src=x onerror=\"document.title='it ran'\"> {'long' * 80} $\\frac{{a}}{{b}}$"
    with folders.state_in(tmp_path / "state"):
        for learner, text in (("ada", hostile), ("ben", MEASURED), ("chloe", LIKED)):
            hand_in(learner, {QUESTIONS[0]: text})
        for learner, asked in (("ada", "Why not 5? <img src=x onerror=\"document.title='it ran'\">"), ("ben", "Done?")):
            write(folders.attempts_of(learner, STAGE) / "20260105T090000.000000" / "request.txt", asked)
        requests.answer("ben", STAGE, "It is.")
    with served(tmp_path / "state") as address:
        browser.get(f"{address}question/1/")
        person = Person(browser)
        person.press("p", "7", Keys.ENTER)
        alert = wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, "[role=alert]:not([hidden])"), "a refusal")
        assert "points is '7'; it must be a number from 0 to 5" in text_of(alert)
        person.press(Keys.ESCAPE)
        person.press("a")
        assert person.find("[name=points]")[0].get_attribute("value") == "5"
        person.press("1", "c")
        person.press("Add an interval.", Keys.ESCAPE)
        first = person.group.get_attribute("data-seen")
        person.loaded_anew(person.press, "g")
        (learner,) = re.findall(r'"(\w+)":', first)
        points, waits, comment = held(learner, QUESTIONS[0])
        assert (points, waits) == (4, False) and comment.endswith("Add an interval.") and "0 of 1: numbers" in comment
        person.loaded_anew(person.press, "u")
        assert held(learner, QUESTIONS[0]) == (None, True, None)
        assert browser.title != "it ran" and browser.find_elements(By.CSS_SELECTOR, "mfrac")
        (asked,) = browser.find_elements(By.CSS_SELECTOR, "article .request")  # ben's is answered
        assert "ada asks, of this stage: Why not 5? <img src=x" in text_of(asked)
        assert f'python -m grading answer ada {STAGE} "…"' in text_of(asked)
        for details in browser.find_elements(By.CSS_SELECTOR, "details"):
            browser.execute_script("arguments[0].open = true", details)
        colours = set()
        for scheme in ("light", "dark"):
            width, colour = shows(browser, 400, scheme)
            assert width <= 400
            colours.add(colour)
            picture(browser, f"mark_{scheme}")
        assert len(colours) == 2
        outside = "return performance.getEntriesByType('resource').map(one => one.name)"
        assert all(name.startswith(address) for name in browser.execute_script(outside))


def test_a_feedback_page_fits_a_phone_whatever_a_learner_and_an_instructor_wrote(browser, tiny_course, tmp_path):
    helpers.shutil.copytree(tiny_course / "built", tmp_path / "state")
    with folders.state_in(tmp_path / "state"):
        hand_in("ada", {QUESTIONS[0]: "long" * 200})
        write(folders.attempts_of("ada", STAGE) / "20260105T090000.000000" / "request.txt", "why" * 300)
        requests.answer("ada", STAGE, "so" * 300)
        (page,), _ = feedback(STAGE)
        browser.get(page.as_uri())
        assert shows(browser, 400, "light")[0] <= 400
