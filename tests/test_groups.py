"""Groups that hand in together, on the two tiny lessons of `test_grading_cycle`; nothing is run."""

import csv
import io
import json
import shutil
import zipfile
from email import message_from_bytes
from email.policy import SMTP

import pytest
import test_grading_cycle as cycle
from test_collect import HANDED_IN, STAGE, stamped, with_settings
from test_due import exported
from test_grading_cycle import LESSON, OTHER, page, row_of, zipped
from test_status import graded

from grading.__main__ import main
from grading.intake import people
from grading.intake.collect import collect
from grading.marking import mastery, review_deck
from grading.marking.certificates import results
from grading.marking.feedback import feedback
from grading.marking.known import Known
from grading.marking.mail import drafts
from grading.marking.overview import GONE, overviews
from grading.marking.status import Status
from grading.records import settings
from grading.records.folders import Submission
from grading.records.glance import points
from grading.records.groups import Groups
from trainlib.course import CHECK_IN, CHECK_OUT

tiny_course, built = cycle.tiny_course, cycle.state  # fixtures
DAY = cycle.timedelta(days=1)
GROUPS = f'[groups]\nstages = ["{STAGE}"]\n'
ROSTER = "learner,name,group\nada,Ada L,Red\nben,Ben,red \ncy,Cy,\ndan,Dan,blue\n"
WRONG = {"double-answer": "0"}


@pytest.fixture
def state(built):
    """Ada and ben are a group, of which ada has handed in and has 5 points; cy and dan have no company."""
    (built / "learners.csv").write_text(ROSTER)
    with_settings(GROUPS)
    stamped(built, "ada", HANDED_IN)
    stamped(built, "cy", HANDED_IN)
    collect(built / "in")
    graded("ada", {"double-tests": 3, "count-tests": 2}, ["open-question"])
    graded("cy", {"double-tests": 3})
    return built


def waiting():
    return [one.learner for one in Groups().submissions(STAGE)]


def test_one_hand_in_counts_for_every_member_wherever_points_are_read(state, tmp_path, capsys):
    assert {name: row_of(name).score for name in ("ada", "ben", "cy")} == {"ada": 5, "ben": 5, "cy": 3}
    assert {name: points()[name, STAGE, LESSON].score for name in ("ada", "ben", "cy")} == {"ada": 5, "ben": 5, "cy": 3}
    assert [(one.learner, one.points["1 Principles"][0]) for one in results()] == [("ada", 5), ("ben", 5), ("cy", 3)]
    assert exported(tmp_path / "e.csv")["work_of"] == "ada"
    assert "note: 3 cells still wait" in capsys.readouterr().out  # with two that nobody handed in, and none for ben
    with open(tmp_path / "e.csv", newline="", encoding="utf-8") as file:
        rows = {(row["learner"], row["lesson"]): (row["work_of"], row["score"]) for row in csv.DictReader(file)}
    assert rows["ben", LESSON] == ("ada", "5.0") and rows["cy", LESSON] == ("", "3.0") and rows["ben", OTHER][1] == ""
    (stage,) = Status().stages()
    assert (stage.handed_in, stage.missing, stage.to_mark, stage.not_graded) == (3, ("dan",), 1, 0)
    assert main(["status", "ben"]) == 0 and "work of ada" in capsys.readouterr().out


def test_every_member_has_a_page_and_only_the_others_read_whose_work_it_is(state):
    pages, faults = feedback(STAGE)
    assert sorted(path.parts[-3] for path in pages) == ["ada", "ben", "cy"] and faults == {}
    assert "This is the work of ada, which counts for your group." in page(state, "ben")
    assert "This is the work of" not in page(state, "ada") and "5 of 10 points" in page(state, "ben")


def test_the_newest_hand_in_of_a_group_counts_and_the_same_work_is_graded_once(state):
    stamped(state, "ben", HANDED_IN + DAY)
    assert collect(state / "in").taken[1][0::4] == ("ben", "taken")
    assert waiting() == ["ada", "cy"]  # whose work ben has handed in once more
    stamped(state, "ben", HANDED_IN + 2 * DAY, answers=WRONG)
    report = collect(state / "in")
    said = [row[-1] for row in report.taken if row[0] == "ben" and row[3].startswith("2026-01-07")]
    assert said == ["taken, unlike the work of ada in the same group: ben's counts, the newest"]
    assert waiting() == ["ben", "cy"] and row_of("ada").score == 5  # until ben's is graded
    graded("ben", {"count-tests": 2})
    assert (row_of("ada").score, row_of("ben").score, row_of("ada").work_of) == (2, 2, "ben")
    stamped(state, "ada", HANDED_IN + 3 * DAY, answers={"count-answer": "0"})
    assert any("unlike the work of ben" in row[-1] and row[0] == "ada" for row in collect(state / "in").taken)
    assert waiting() == ["ada", "cy"]
    stamped(state, "ben", HANDED_IN + 4 * DAY, lesson=OTHER)
    collect(state / "in")
    assert [(one.learner, one.lesson) for one in Groups().submissions()][:2] == [("ada", LESSON), ("ben", OTHER)]


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
def test_what_does_not_count_is_not_run(state, capsys):
    stamped(state, "ben", HANDED_IN + DAY, answers=WRONG)
    collect(state / "in")
    assert main(["autograde", STAGE]) == 0
    assert "1 of 2 lessons to grade" in (said := capsys.readouterr().out) and f"[1/1] ben {LESSON}: 2 of 5" in said
    assert {name: row_of(name).score for name in ("ada", "ben", "cy")} == {"ada": 2, "ben": 2, "cy": 3}


def test_an_extension_counts_for_its_own_member_only(state):
    deadline = f"[deadlines]\n{STAGE} = 2026-01-04T09:00:00Z\n[late]\noutcome = 'penalty'\n"
    with_settings(f"{GROUPS}{deadline}[extensions.ben]\n{STAGE} = 2026-01-06T09:00:00Z\n")
    assert (row_of("ada").score, row_of("ben").score) == (pytest.approx(4.5), 5)
    assert points()["ada", STAGE, LESSON].score == pytest.approx(4.5) and points()["ben", STAGE, LESSON].score == 5
    assert {one.learner: bool(one.late) for one in Status().handed} == {"ada": True, "ben": False, "cy": True}
    feedback(STAGE)
    assert "points off" in page(state, "ada") and "points off" not in page(state, "ben")


def overview_of(state, learner):
    return (state / "feedback" / learner / "index.html").read_text(encoding="utf-8")


def test_no_draft_attaches_the_work_of_a_group_that_was_left(state, tmp_path):
    stamped(state, "ben", HANDED_IN, lesson=OTHER)
    collect(state / "in")
    graded("ben", {}, lesson=OTHER)
    roster = "learner,email,group\nada,a@example.org,red\nben,b@example.org,{}\n"
    (state / "learners.csv").write_text(roster.format("red"))
    assert main(["feedback", STAGE]) == 0 and f"{LESSON}.html" in overview_of(state, "ben")
    assert "work of ada" in overview_of(state, "ben") and "work of ada" not in overview_of(state, "ada")
    (state / "learners.csv").write_text(roster.format(""))
    (found,) = overviews(["ben"], Known())  # as if another stage had been asked for
    drafts(tmp_path / "mail", [found], Known())
    (attached,) = message_from_bytes((tmp_path / "mail" / "ben.eml").read_bytes(), policy=SMTP).iter_attachments()
    names = zipfile.ZipFile(io.BytesIO(attached.get_content())).namelist()
    assert found.news[0].text == GONE and GONE in overview_of(state, "ben")
    own = (f"{STAGE}/{OTHER}.html", "index.html", "review_deck_ben.json")
    assert names == [f"feedback-ben/{name}" for name in own]
    assert main(["feedback", STAGE]) == 0 and not Submission("ben", STAGE, LESSON).page.exists()


def test_an_overview_says_when_the_work_of_another_member_counts(state):
    (state / "learners.csv").write_text(ROSTER.replace("Red", ""))
    stamped(state, "ben", HANDED_IN - DAY, answers=WRONG)
    collect(state / "in")
    graded("ben", {"count-tests": 2})
    for group, said in (("", "graded: 2 of 10 points"), ("red", "the work of ada counts for you now; 5 of 10 points")):
        (state / "learners.csv").write_text(ROSTER.replace("Red", group))
        feedback(STAGE)
        overviews(["ben"], Known())
        assert said in overview_of(state, "ben")
    (state / "learners.csv").write_text(ROSTER.replace("Red", ""))
    feedback(STAGE)
    overviews(["ben"], Known())
    assert "your own work counts now; 2 of 10 points, down from 5" in overview_of(state, "ben")


def test_who_leaves_a_group_keeps_no_page_of_its_work(state):
    everybody = lambda: sorted(path.parent.name for path in (state / "feedback").rglob("index.html"))
    assert main(["feedback", STAGE]) == 0 and everybody() == ["ada", "ben", "cy"]
    (state / "learners.csv").write_text(ROSTER.replace("red ", ""))
    assert main(["feedback", STAGE]) == 0 and everybody() == ["ada", "cy"]
    pages = sorted((state / "feedback").glob(f"*/{STAGE}/*.html"))
    assert [path.parts[-3] for path in pages] == ["ada", "cy"] and feedback(STAGE) == (pages, {})


@pytest.mark.parametrize(
    ("roster", "fault"),
    [
        ("learner,group\nada,red\nAda,blue\n", "learners.csv, line 3: Ada stands in line 2 too"),
        ("learner,group\nada,red\n,red\n", "learners.csv, line 3: learner is ''"),
        ("learner,group\nada l,red\n", "learners.csv, line 2: learner is 'ada l'"),
    ],
)
def test_a_fault_in_the_roster_is_named_with_its_line_wherever_points_are_read(state, roster, fault):
    (state / "learners.csv").write_text(roster)
    for reader in (Groups, people.roster):
        with pytest.raises(ValueError, match=fault):
            reader()


def test_rows_that_a_spreadsheet_leaves_empty_are_nobody(state):
    (state / "learners.csv").write_text(f"{ROSTER},,\n , ,\n")
    assert people.roster() == ["ada", "ben", "cy", "dan"] and Groups().members("ben", STAGE) == ("ada", "ben")


def test_elsewhere_and_in_what_measures_a_person_everybody_stands_alone(state):
    groups = Groups()
    assert groups.members("ben", STAGE) == ("ada", "ben") and groups.members("dan", STAGE) == ("dan",)
    for alone in (("ben", "2_theory"), ("ben", STAGE, CHECK_IN), ("ben", STAGE, CHECK_OUT)):
        assert groups.members(*alone) == ("ben",)
    with_settings("")
    assert Groups().members("ben", STAGE) == ("ben",) and ("ben", STAGE, LESSON) not in points()


def test_the_name_of_a_group_is_no_name_of_a_person(state):
    (state / "learners.csv").write_text("learner,group\nada,ben\nben,ben\n")
    report = collect(zipped(state / "ben.zip", {f"ben/{STAGE}/{OTHER}.ipynb": "{}"}))
    assert "learners.csv has several" not in str(report.refused) and people.roster() == ["ada", "ben"]
    assert Submission("ben", STAGE, OTHER).file.exists() is False


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('[groups]\nstages = ["9_nowhere"]', "line 2: .*'9_nowhere'; it must be one of 1_principles"),
        ('[groups]\nstages = "1_principles"', "line 2: groups.stages is '1_principles'; it must be a list of stages"),
    ],
)
def test_a_fault_in_the_stages_for_groups_is_named_with_its_line(built, said, fault):
    with_settings(said)
    for reader in (settings.read, Groups):
        with pytest.raises(ValueError, match=fault):
            reader()


def test_stages_for_groups_without_groups_are_noted(state, capsys):
    (state / "learners.csv").write_text("learner\nada\n")
    assert main(["status"]) == 0 and "note: settings.toml names stages for groups" in capsys.readouterr().out


def test_what_failed_comes_back_for_every_member_and_says_nothing_of_what_one_of_them_knows(state, capsys):
    graded("ada", {"double-tests": 0, "count-tests": 2})
    said = {name: mastery.of(name, Status()) for name in ("ada", "ben", "cy")}
    assert {name: (len(one.exercises), one.of_group) for name, one in said.items()} == {
        "ada": (0, 1),
        "ben": (0, 1),
        "cy": (1, 0),
    }
    feedback(STAGE)
    decks = {name: json.loads(review_deck.path_of(name).read_text()) for name in ("ada", "ben", "cy")}
    assert decks["ben"]["exercises"] == decks["ada"]["exercises"] == [{"lesson": LESSON, "exercise": "double"}]
    assert main(["status", "ben"]) == 0
    assert "1 lesson is left out: what a group handed in says nothing of one member" in capsys.readouterr().out
    (state / "learners.csv").write_text(ROSTER.replace("red ", ""))
    feedback(STAGE)
    assert not review_deck.path_of("ben").exists() and review_deck.path_of("ada").exists(), "ben has left the group"


def test_who_is_alone_in_a_group_is_noted(state, capsys):
    assert main(["status"]) == 0 and "note: dan is alone in a group" in (said := capsys.readouterr().out)
    assert "note: cy" not in said
