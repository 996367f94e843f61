"""What learners read of their work: the page of a lesson by exercise, the overview above it, and drafts of emails.

Five simulated learners hand in the tiny lesson of `test_grading_cycle`, with headings and wide contents added to it.
"""

import html
import io
import os
import re
import shutil
import time
import zipfile
from email import message_from_bytes
from email.policy import SMTP

import pytest
import test_browser
import test_grading_cycle as cycle
from accessible import barriers
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from test_grading_cycle import LESSON, OTHER, STAGE

import trainlib.course
from grading.__main__ import main
from grading.authoring import build
from grading.intake.collect import collect
from grading.marking import autograde, mail, overview
from grading.marking.exercises import HIDDEN, places
from grading.marking.feedback import configure, feedback
from grading.marking.known import Known
from grading.records import folders, log
from grading.records.gradebook import gradebook
from grading.records.nbgrader import base_config

browser = test_browser.browser  # a fixture
WIDE = f"""
# %% [markdown] id="wide"
# ## Another section
# ## A section of its own
#
# | {" | ".join(f"column {number}" for number in range(20))} |
# |{"---|" * 20}
# | {" | ".join("a value" for _ in range(20))} |
#
# $${" + ".join(f"x_{{{number}}}^2" for number in range(40))}$$

# %% id="long-line"
from IPython.display import SVG, display
print("a long line " * 40)
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" width="1500" height="50"><text x="5" y="20">black</text></svg>'))

# %% [markdown] id="double-task"
# ## Exercise 1 · Twice `x`
#
"""
OPEN = """
# %% [markdown] id="open-task"
# ## Open question
"""
LEARNERS = {
    "ada": {},
    "ben": {"double-answer": "def double(x):\n    return abs(2 * x)"},
    "cy": {"double-answer": "def double(x):\n    return x  # " + "a long comment " * 20, "count-answer": None},
    "dan": None,
    "eve": {"double-answer": "def double(x):\n    return 2 *"},
}
ROSTER = """\
learner,name,email
ada,Ada <b>Lovelace</b>,ada@example.org
ben,"Ben
Bcc: everybody@example.org",ben@example.org
cy,Cy,
dan,Dan,"dan@example.org
Bcc: everybody@example.org"
"""
SAID = "Say <i>how</i> you *measured*."


@pytest.fixture(scope="module", autouse=True)
def tiny_course(tmp_path_factory):
    """The tiny course, whose first lesson has sections and contents that are wider than a telephone."""
    root = tmp_path_factory.mktemp("a course")
    (root / "grading" / "source" / STAGE).mkdir(parents=True)
    (root / "notebooks").mkdir()
    (root / "notebooks" / "course.toml").write_text(cycle.TABLE, encoding="utf-8")
    for name, source in cycle.SOURCES.items():
        marks = {'\n# %% id="double-answer"': WIDE, '\n# %% [markdown] id="open-question"': OPEN}
        text = source
        for mark, more in marks.items():
            text = text.replace(mark, more + mark)
        (root / "grading" / "source" / STAGE / f"{name}.py").write_text(text.lstrip(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "root", root)
        patch.setattr(trainlib.course, "folder", lambda: root / "notebooks")
        trainlib.course.table.cache_clear()
        with folders.state_in(root / "built"), log.to_file():
            build.editions()
        shutil.copytree(root / "built" / "release", root / "notebooks", dirs_exist_ok=True)
        yield root
    trainlib.course.table.cache_clear()


@pytest.fixture(scope="module")
def graded(tiny_course, tmp_path_factory):
    """A state folder in which all of them were graded."""
    folder = tmp_path_factory.mktemp("graded") / "state"
    shutil.copytree(tiny_course / "built", folder)
    with folders.state_in(folder):
        for learner, answers in LEARNERS.items():
            notebook = cycle.answered(folder, LESSON, answers)
            notebook.cells = [cell for cell in notebook.cells if (learner, cell.id) != ("eve", "wide")]
            cycle.write(folder / "in" / learner / STAGE / f"{LESSON}.ipynb", notebook)
        assert collect(folder / "in").refused == []
        assert autograde.autograde(STAGE) == {}
        (folder / "learners.csv").write_text(ROSTER, encoding="utf-8")
        certificates = '[certificates.names]\neve = "Eve of the certificates"\n'
        (folder / "settings.toml").write_text(certificates, encoding="utf-8")
    return folder


@pytest.fixture
def state(graded, tmp_path):
    with folders.state_in(shutil.copytree(graded, tmp_path / "state")) as _:
        yield tmp_path / "state"


def page(learner, name=f"{STAGE}/{LESSON}.html"):
    return (folders.state() / "feedback" / learner / name).read_text(encoding="utf-8")


def told(text):
    """What a page says: its words, without tags."""
    text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", text)).split())


def table(learner):
    """The rows of the table at the top: (exercise, points, how it went)."""
    rows = re.findall(
        r'<tr><th scope="row">(.*?)</th><td.*?>(.*?)</td>\s*<td>(.*?)</td></tr>', page(learner), re.DOTALL
    )
    return [tuple(told(cell) for cell in row) for row in rows]


def give(learner, points, comment=None):
    """A person marks the open question."""
    with gradebook() as book:
        grade = book.find_grade("open-question", LESSON, STAGE, learner)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.find_comment("open-question", LESSON, STAGE, learner).manual_comment = comment
        book.db.commit()


def overviews():
    known = Known()
    feedback(STAGE, known)
    return overview.overviews(LEARNERS, known)


def test_a_page_says_by_exercise_what_came_of_it_in_words(state):
    give("ada", 4, SAID)
    feedback(STAGE)
    double, count = "Exercise 1 · Twice x: double", "Exercise 1 · Twice x: count"
    assert table("ada")[:2] == [(double, "3 of 3", "passed"), (count, "2 of 2", "passed")]
    assert table("ada")[2][1:] == ("4 of 5", "marked by hand Say how you measured .")
    assert "<em>measured</em>" in page("ada") and "9 of 10 points" in told(page("ada"))
    assert table("ben")[0] == (double, "0 of 3", f"failed : {HIDDEN}")
    assert table("ben")[2][1:] == ("– of 5", "waits for a mark") and "2 of 10 points, so far: 5 wait" in told(
        page("ben")
    )
    assert table("cy")[0][2] == "failed : in the check “two becomes four”" and table("cy")[1][2] == "not tried"
    assert [how for *_, how in table("dan")] == ["not tried"] * 3
    assert table("eve")[0][2].startswith("failed : ")
    for learner in LEARNERS:
        text = page(learner)
        links = re.findall(r'<th scope="row"><a href="#([^"]+)"', text)
        assert len(links) == 3 and all(text.count(f'id="{link}"') == 1 for link in links)
        assert "Test cell" not in text and "negative number" not in text and "7654321" not in text


def test_a_page_names_the_learner_as_the_roster_or_the_certificates_do_and_the_stage_and_the_day(state):
    feedback(STAGE)
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt; (ada) · 1 Principles · graded on 20" in page("ada")
    assert "<p>Eve of the certificates (eve) ·" in page("eve")
    (state / "learners.csv").unlink()
    feedback(STAGE)
    assert "<p>ada · 1 Principles" in page("ada")


def test_a_page_that_would_say_the_same_is_not_written_again(state):
    pages, _ = feedback(STAGE)
    for path in pages:
        os.utime(path, (1, 1))
    assert feedback(STAGE)[0] == pages and {path.stat().st_mtime for path in pages} == {1}
    give("ben", 5)
    feedback(STAGE)
    assert [path.parts[-3] for path in pages if path.stat().st_mtime != 1] == ["ben"]
    pages[0].write_text("half of a pa")
    feedback(STAGE)
    assert "</html>" in page("ada")


def test_nbgraders_own_button_makes_the_same_page(state):
    config = base_config()
    configure(config)
    directory = CourseDirectory(config=config, student_id="ada", assignment_id=STAGE, notebook_id=LESSON)
    GenerateFeedback(coursedir=directory, config=config, force=True).start()
    by_button = page("ada")
    (state / "feedback" / "ada" / STAGE / f"{LESSON}.html").unlink()
    feedback(STAGE)
    assert page("ada") == by_button


def test_titles_and_sections_are_those_of_the_lesson(graded):
    with folders.state_in(graded):
        found = places(STAGE, LESSON)
    assert list(found) == ["double-tests", "count-tests", "open-question"]
    own = found["double-tests"]
    assert (own.section, own.section_cell, own.section_number) == ("A section of its own", "wide", 1)
    assert found["double-tests"].answer == "double-answer" and "NotImplemented" in found["double-tests"].released


def test_an_overview_has_all_lessons_what_is_new_and_what_to_review_and_links_that_lead_there(state):
    overviews()
    text = page("cy", "index.html")
    assert "1-01 Tiny : graded: 0 of 10 points" in told(text) and "Not handed in: 1-02 Other" in told(text)
    assert "0 of 4" not in told(text), "what was not handed in has no points"
    assert "Exercise 1 · Twice x: double : 0 of 3 points, failed . Read again: A section of its own" in told(text)
    assert "Read again" not in told(page("eve", "index.html")), "she has deleted that section"
    for link in re.findall(r'href="([^"]+)"', text):
        file, _, place = link.partition("#")
        assert not place or f'id="{place}"' in page("cy", file)
    assert re.search('<h3 id="section-wide-1">A section of its own</h3>', page("cy"))
    assert "No exercise that was graded has lost points" in told(page("ada", "index.html"))
    assert "negative number" not in page("ben", "index.html") and "hidden" not in page("ben", "index.html")


def test_news_tell_of_marks_and_comments_and_of_scores_that_rise_or_fall(state):
    overviews()
    give("ben", 4, SAID)
    give("cy", 1)
    with gradebook() as book:
        book.find_grade("count-tests", LESSON, STAGE, "ben").manual_score = 0
        book.db.commit()
    found = {one.learner: one.news[0].text for one in overviews()}
    assert (
        found["ben"] == "4 of 10 points, up from 2 of 10; Open question was marked, 4 of 5; a comment on Open question"
    )
    give("cy", 0)
    assert {one.learner: one.news[0].text for one in overviews()}["cy"] == "0 of 10 points, down from 1 of 10"
    before = page("cy", "index.html")
    overviews()
    assert page("cy", "index.html") == before


def test_a_run_that_is_stopped_loses_no_news(state, monkeypatch):
    overviews()
    give("ben", 4)
    feedback(STAGE)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(overview, "_write_page", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        for learner in ("ben", "ada"):
            overview.overviews([learner], Known())
    overviews()
    assert "6 of 10 points, up from 2 of 10" in told(page("ben", "index.html"))
    overview.record_of("ben").write_text('{"said": 1}')
    with pytest.raises(ValueError, match="ben.json cannot be read"):
        overviews()


def test_an_overview_tells_no_points_of_a_lesson_without_a_page(state):
    cycle.write(state / "in" / "ada" / STAGE / f"{OTHER}.ipynb", cycle.answered(state, OTHER, {}))
    collect(state / "in")
    overviews()
    assert "1-02 Other handed in; feedback is to come" in told(page("ada", "index.html"))


def test_an_overview_tells_no_marks_before_the_page_of_their_lesson_does(state):
    overviews()
    give("ben", 4)
    (found,) = overview.overviews(["ben"], Known())
    assert (found.standings[0].state, found.standings[0].points) == (overview.OLDER, "") and found.review == []
    assert [one.text for one in found.news] == ["graded: 2 of 10 points"]
    assert f"{LESSON}.html" not in page("ben", "index.html")
    overviews()
    assert "6 of 10 points, up from 2 of 10" in told(page("ben", "index.html"))


def test_a_page_says_what_to_do_next_and_until_when(state):
    feedback(STAGE)
    assert "What to do next: nothing, until the rest is marked." in told(page("ada"))
    assert "next: start with Exercise 1 · Twice x: double , then see the table for 1 more. Mend" in told(page("cy"))
    assert "in your notebook, and hand in again: the newest hand-in counts." in told(page("cy"))
    give("ada", 5)
    with open(state / "settings.toml", "a") as file:
        file.write(f"[deadlines]\n{STAGE} = 2030-01-04T09:00:00Z\n[late]\noutcome = 'penalty'\n")
    feedback(STAGE)
    assert "What to do next: nothing; no exercise has lost points." in told(page("ada"))
    assert "hand in again by 2030-01-04 09:00 UTC: the newest hand-in counts. After that, each day" in told(page("cy"))


def draft(folder, learner):
    message = message_from_bytes((folder / f"{learner}.eml").read_bytes(), policy=SMTP)
    (attached,) = message.iter_attachments()
    return message, message.get_body().get_content(), zipfile.ZipFile(io.BytesIO(attached.get_content()))


def test_each_learner_with_an_address_has_a_draft_with_the_pages_and_the_others_are_named(state, tmp_path, capsys):
    assert main(["feedback", STAGE, "--mail", str(tmp_path / "mail")]) == 0
    said = capsys.readouterr().out
    assert "2 drafts in" in said and "NO DRAFT, learners.csv has no email: cy, eve" in said
    message, text, pages = draft(tmp_path / "mail", "ada")
    assert message["To"] == '"Ada <b>Lovelace</b>" <ada@example.org>' and message["X-Unsent"] == "1"
    assert message["Subject"] == "Feedback: A course for tests" and message["From"] is None
    assert "- 1-01 Tiny: 5 of 10 points, 1 exercise to be marked" in text and "Not handed in: 1-02" in text
    assert sorted(pages.namelist()) == [f"feedback-ada/{STAGE}/{LESSON}.html", "feedback-ada/index.html"]
    assert "review_deck" not in text, "nothing of ada's comes back"
    assert pages.read("feedback-ada/index.html").decode() == page("ada", "index.html")
    assert "7654321" not in text and "double: 0 of 3 points, failed" in draft(tmp_path / "mail", "ben")[1]
    deck, (_, text, pages) = "review_deck_ben.json", draft(tmp_path / "mail", "ben")
    assert f"Put its file {deck}" in text
    assert pages.read(f"feedback-ben/{deck}") == (state / "feedback" / "ben" / deck).read_bytes()


def test_no_name_and_no_address_can_add_a_header(state, tmp_path, capsys):
    assert main(["feedback", STAGE, "--mail", str(tmp_path / "mail")]) == 0
    assert "is no address: dan" in capsys.readouterr().out
    message, *_ = draft(tmp_path / "mail", "ben")
    assert [address.addr_spec for address in message["To"].addresses] == ["ben@example.org"]
    assert set(message.keys()) == {"To", "Subject", "X-Unsent", "MIME-Version", "Content-Type"}
    for name, email in (("A\r\nBcc: b@c.d", "a@b.c"), ("A\x0bB\u2028C\x85D", "a@b.c"), ("A", "a@b.c\nBcc: b@c.d")):
        try:
            to = mail._address(name, email)
        except ValueError:
            continue
        assert to.addr_spec == "a@b.c" and str(to).isprintable()
    for email in ("eve", "a@", "@b.c", "a b@c.d", "a@b.c, d@e.f", "a@b.c\r\nX: y", "ä@b.c", "a@b@c", "<a@b.c>"):
        with pytest.raises(ValueError, match="is no address"):
            mail._address("A", email)


def test_a_draft_tells_what_no_draft_before_it_told(state, tmp_path):
    assert main(["feedback", STAGE, "--mail", str(tmp_path / "first")]) == 0
    give("ben", 4)
    time.sleep(0.01)
    assert main(["feedback", STAGE]) == 0
    for folder in ("second", "again"):
        assert main(["feedback", STAGE, "--mail", str(tmp_path / folder)]) == 0
        text = draft(tmp_path / folder, "ben")[1]
        assert "Open question was marked, 4 of 5" in text and "graded: " not in text


def test_drafts_want_a_folder_without_older_ones_before_anything_is_done(state, tmp_path, capsys):
    (tmp_path / "older.eml").write_text("To: somebody")
    assert main(["feedback", STAGE, "--mail", str(tmp_path)]) == 2
    assert "must be a new or empty folder" in capsys.readouterr().err and not (state / "feedback").exists()


@pytest.mark.slow
@pytest.mark.skipif(bool(test_browser.MISSING), reason="chromium is not installed")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1300])
def test_pages_can_be_read_in_both_themes_and_on_a_telephone(browser, state, theme, width):
    give("ada", 4, SAID)
    overviews()
    for learner in ("ada", "cy"):
        for name in (f"{STAGE}/{LESSON}.html", "index.html"):
            browser.get((state / "feedback" / learner / name).as_uri())
            assert (found := barriers(browser, theme, width)) == [], (learner, name, found)
            back = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
            assert (max(map(int, re.findall(r"\d+", back)[:3])) > 200) == (theme == "light")
            assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
            assert browser.execute_script("return [...document.images].every(i => i.width <= innerWidth)")
