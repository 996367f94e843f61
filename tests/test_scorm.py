"""The lessons as a SCORM 1.2 package: what a platform reads of it, and what a lesson tells it in a real browser."""

import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from xml.etree import ElementTree

import pytest
import test_browser

from grading.authoring import scorm
from grading.records import folders

browser = test_browser.browser  # fixture
LESSON = "1-01_training_effect"
PAGE = """<!DOCTYPE html><html lang="en"><head><title>{title}</title><link rel="next" title="on" href="x.html" /></head>
<body><nav class="way">site</nav><article><section id="first"><h1>{title}</h1><p style="height: 3000px">
<a href="1-02_talent_growth.html#first">a</a> <a class="x" href="../glossary.html#loss">b</a> <a href="https://e.org/x.html">c</a></p>
<section id="second"><h2>Later</h2><p style="height: 3000px">long</p></section></section></article></body></html>"""
# A platform's frame. As SCORM 1.2 asks (run-time environment, 3.2 and 3.3), values are taken between Initialize and
# Finish alone, and only what has the right form.
PLATFORM = """<!DOCTYPE html><html lang="en"><title>platform</title><body><script>
const kept = {"cmi.core.lesson_status": "not attempted", "cmi.core.lesson_location": ""}, said = [];
const forms = {"cmi.core.lesson_status": /^(completed|incomplete)$/, "cmi.core.lesson_location": /^.{0,255}$/,
  "cmi.core.session_time": /^\\d{2,4}:\\d\\d:\\d\\d(\\.\\d{1,2})?$/, "cmi.core.exit": /^(suspend|logout|time-out|)$/};
let open = false;
window.API = {
  LMSInitialize: () => { said.push("initialize"); const fine = !open; open = true; return String(fine); },
  LMSGetValue: (name) => open ? kept[name] ?? "" : "",
  LMSSetValue: (name, value) => {
    const fine = open && name in forms && forms[name].test(value);
    if (fine) kept[name] = value; else said.push(`refused ${name} ${value}`);
    return String(fine);
  },
  LMSCommit: () => String(open), LMSGetLastError: () => "0", LMSGetErrorString: () => "", LMSGetDiagnostic: () => "",
  LMSFinish: () => { said.push("finish"); const fine = open; open = false; return String(fine); },
};
</script><iframe id="lesson" width="800" height="600" title="lesson"></iframe></body></html>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The form of a built site, with short pages."""
    folder = tmp_path_factory.mktemp("site")
    names = ["lessons/" + row.id for row in folders.lessons()]
    for name in [*names, "index", "search", "api/trainlib.data"]:
        path = folder / f"{name}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(PAGE.format(title=name), encoding="utf-8")
    (folder / "_static").mkdir()
    (folder / "_static/site.css").write_text("p { margin: 0 }")
    return folder


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    assert scorm.package(site, folder / "course.zip", folders.lessons()) == len(folders.lessons())
    with zipfile.ZipFile(folder / "course.zip") as archive:
        archive.extractall(folder / "in")
    return folder / "in"


def test_the_manifest_lists_each_lesson_in_order_and_each_file_once(unpacked):
    tree = ElementTree.parse(unpacked / "imsmanifest.xml")
    tag = f"{{{scorm.PACKAGE}}}"
    said = [tree.find(f"{tag}metadata/{tag}{name}").text for name in ("schema", "schemaversion")]
    assert said == ["ADL SCORM", "1.2"]
    resources = {one.get("identifier"): one for one in tree.iter(f"{tag}resource")}
    items = [one for one in tree.iter(f"{tag}item") if one.get("identifierref")]
    opened = [resources[one.get("identifierref")] for one in items]
    assert [one.get("href") for one in opened] == [f"lessons/{row.id}.html" for row in folders.lessons()]
    assert {one.get(f"{{{scorm.ADL}}}scormtype") for one in opened} == {"sco"}
    assert {one.find(f"{tag}dependency").get("identifierref") for one in opened} == {"shared"}
    listed = [one.get("href") for one in tree.iter(f"{tag}file")]
    there = [path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()]
    assert sorted([*listed, "imsmanifest.xml"]) == sorted(there)
    names = [one.get("identifier") for one in tree.iter() if one.get("identifier")]
    assert len({*names}) == len(names)


def test_the_same_site_gives_the_same_package_and_a_site_without_a_lesson_is_refused(site, tmp_path):
    for name in ("a.zip", "b.zip"):
        scorm.package(site, tmp_path / name, folders.lessons())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with pytest.raises(ValueError, match="1-00_check_in.html is not there: build the site"):
        scorm.package(tmp_path, tmp_path / "c.zip", folders.lessons())


def test_a_link_to_what_is_not_in_the_package_leads_nowhere_and_the_others_stay(unpacked):
    page = (unpacked / f"lessons/{LESSON}.html").read_text(encoding="utf-8")
    assert (
        '<a href="1-02_talent_growth.html#first">a</a> <a class="x">b</a> <a href="https://e.org/x.html">c</a>' in page
    )


@pytest.fixture
def platform(unpacked):
    (unpacked / "platform.html").write_text(PLATFORM, encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=unpacked)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.slow
@pytest.mark.skipif(bool(test_browser.MISSING), reason="no browser: `make test` installs one where it may")
def test_a_lesson_tells_the_platform_that_it_was_read_to_its_end_and_where_its_reader_stopped(browser, platform):
    def state():
        return browser.execute_script("return [kept['cmi.core.lesson_status'], said]")

    def visit(page):
        browser.execute_script("document.getElementById('lesson').src = arguments[0]", page)

    def scrolled(place):
        browser.execute_script("document.getElementById('lesson').contentWindow.scrollTo(0, arguments[0])", place)

    browser.get(f"{platform}/platform.html")
    visit(f"lessons/{LESSON}.html")
    test_browser.wait(browser, lambda _: state()[0] == "incomplete", "begun")
    scrolled(3200)
    test_browser.wait(
        browser, lambda _: browser.execute_script("return frames[0].scrollY") > 3000, "scrolled to the second heading"
    )
    visit("about:blank")
    test_browser.wait(browser, lambda _: "finish" in state()[1], "finished")
    assert state() == ["incomplete", ["initialize", "finish"]]
    assert browser.execute_script("return kept['cmi.core.lesson_location']") == "second"
    assert browser.execute_script("return kept['cmi.core.exit']") == "suspend"

    visit(f"lessons/{LESSON}.html")
    test_browser.wait(browser, lambda _: browser.execute_script("return frames[0].scrollY") > 3000, "gone on there")
    assert state()[0] == "incomplete"
    scrolled(9000)
    test_browser.wait(browser, lambda _: state()[0] == "completed", "completed")
    visit("about:blank")
    test_browser.wait(browser, lambda _: state()[1].count("finish") == 2, "finished once more")
    visit(f"lessons/{LESSON}.html")
    test_browser.wait(browser, lambda _: state()[1].count("initialize") == 3, "opened again")
    assert state() == ["completed", ["initialize", "finish"] * 2 + ["initialize"]]


@pytest.mark.slow
@pytest.mark.skipif(bool(test_browser.MISSING), reason="no browser: `make test` installs one where it may")
def test_outside_of_a_platform_a_lesson_is_a_page_like_any_other(browser, platform):
    browser.get(f"{platform}/lessons/{LESSON}.html")
    assert browser.execute_script("return document.documentElement.className") == ""
    assert not [line for line in browser.get_log("browser") if "favicon" not in line["message"]]
