"""The sliders of a plan's page: what they hold is what the solver finds, and a real browser moves them."""

import json
import re
import shutil
from dataclasses import replace

import pytest
from lead_helpers import SMALL_PLAN, words, written
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from test_browser import QUIET_CHROMIUM

from grading.__main__ import main
from grading.lead import plan_file, plan_sliders
from trainlib import plan

MISSING = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
needs_browser = pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} not found")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sliders")
    assert main(["plan", str(written(folder))]) == 0
    return folder / "plan.html"


@pytest.fixture(scope="module")
def held(page):
    text = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="grid">(.*?)</script>', text)[1])


@pytest.fixture
def opened(tmp_path):
    """Opens a page in a browser of a width, with or without JavaScript."""
    drivers = []

    def open_(path, width=1000, script=True):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in [*QUIET_CHROMIUM, f"--user-data-dir={tmp_path / f'profile{len(drivers)}'}"]:
            options.add_argument(argument)
        if not script:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        drivers.append(driver)
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        driver.get(path.as_uri())
        return driver

    yield open_
    for driver in drivers:
        driver.quit()


def test_each_place_of_the_sliders_is_a_plan_that_the_solver_finds(page, held):
    problem = plan_file.read(page.parent / "plan.toml").problem
    assert held["budgets"][2] == "900 EUR" and held["weeks"] == ["2 weeks", "3 weeks", "4 weeks"]
    for b, share in enumerate(plan_sliders.BUDGETS):
        for w, weeks in enumerate((2, 3, 4)):
            best = plan.best(replace(problem, budget=900 * share, weeks=weeks))
            place = held["places"][b][w][1]
            assert abs(float(place["gain"]) - best.gain) < 6e-4
            assert place["hours"] == f"{best.hours.to_numpy().sum():.0f} hours"


def test_better_trainers_are_the_same_ones_and_bring_more(page, held):
    problem = plan_file.read(page.parent / "plan.toml").problem
    own = plan.best(problem)
    holds = {
        one.name: tuple(stage for stage, name in own.trainers.items() if name == one.name) for one in problem.trainers
    }
    moved = [
        replace(one, quality=min(1.0, one.quality + 0.1), stages=holds[one.name])
        for one in problem.trainers
        if holds[one.name]
    ]
    better = plan.best(replace(problem, trainers=tuple(moved)))
    assert float(held["places"][2][1][2]["gain"]) == pytest.approx(better.gain, abs=6e-4)
    assert held["places"][2][1][0]["gain"] < held["places"][2][1][1]["gain"] < held["places"][2][1][2]["gain"]


def test_the_quick_page_has_no_sliders(tmp_path):
    assert main(["plan", "--quick", str(written(tmp_path))]) == 0
    text = (tmp_path / "plan.html").read_text("utf-8")
    assert "<script" not in text and "What if there were" not in words(text)


def test_a_name_cannot_leave_the_script(tmp_path):
    named = SMALL_PLAN.replace('"Ada"', '"</script><b>"')
    assert main(["plan", str(written(tmp_path, named))]) == 0
    assert "</script><b>" not in (tmp_path / "plan.html").read_text("utf-8")


@pytest.mark.slow
@needs_browser
def test_the_keyboard_moves_the_sliders_and_the_result_is_read_out(page, held, opened):
    driver = opened(page)
    said = driver.find_element(By.ID, "brings")
    assert said.get_attribute("aria-live") == "polite" and "(as the file has it)" in said.text
    slider = driver.find_element(By.ID, "budgets")
    label = driver.find_element(By.CSS_SELECTOR, 'label[for="budgets"]')
    assert label.text == "Budget" and label.is_displayed()
    slider.send_keys(Keys.ARROW_RIGHT)
    place = held["places"][3][1][1]
    assert slider.get_attribute("aria-valuetext") == held["budgets"][3] == "1,350 EUR"
    assert f"Gain {place['gain']} ({place['compared']}), for {place['cost']}, in {place['hours']}" in said.text
    assert place["binding"] in said.text and "more than as the file has it)" in said.text
    driver.find_element(By.ID, "weeks").send_keys(Keys.HOME)
    driver.find_element(By.ID, "qualities").send_keys(Keys.END)
    assert f"Gain {held['places'][3][0][2]['gain']} " in said.text
    assert not driver.find_element(By.CSS_SELECTOR, "#all-plans table").is_displayed()


@pytest.mark.slow
@needs_browser
def test_without_a_script_a_table_says_the_same(page, held, opened):
    driver = opened(page, script=False)
    assert not driver.find_element(By.ID, "sliders").is_displayed()
    rows = driver.find_elements(By.CSS_SELECTOR, "#all-plans tr")
    assert len(rows) == 1 + 45 and rows[1].is_displayed()
    assert held["places"][0][0][0]["gain"] in rows[1].text


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("width", [400, 1000])
def test_no_page_scrolls_sideways(page, opened, width):
    driver = opened(page, width)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
