"""A course of one tiny lesson with three open questions, and SIMULATED answers of twelve learners to them."""

import shutil

import nbformat
import pytest
import test_grading_cycle as cycle
from conftest import hand_in_graded
from test_grading_cycle import LESSON, STAGE, check_cell
from test_grading_cycle import answer as answer_cell

import trainlib.course
from grading.authoring import build
from grading.records import folders, log
from grading.records.gradebook import gradebook
from trainlib.notebook import graded_cells

QUESTIONS = ("open-table", "open-sentence", "open-number")
SOURCE = f"""
# %% [markdown] id="title"
# # 1-01 · Tiny

# %% id="imports"
from trainlib import lesson

# %% id="parameters" tags=["parameters"]
steps = 1_000_000  # as many as it takes

{cycle.answer("double-answer")}
def double(x):
    ### BEGIN SOLUTION
    return 2 * x * (steps > 0)
    ### END SOLUTION

{check_cell("double-tests", 3)}
lesson.check("two becomes four", got=double(2), want=4)
### BEGIN HIDDEN TESTS
lesson.check("three becomes six", got=double(3), want=6)
### END HIDDEN TESTS

# %% [markdown] id="table-task"
# ## Open question · Measure it
# How would you find out whether the training worked?
#
# | 1 point each for | full marks need |
# |---|---|
# | numbers | two numbers with a unit |
# | comparison | somebody who was not trained |
# | change | before and after |
# | chance | an interval |
# | stop | a number at which you stop |

{answer_cell("open-table", "[markdown] ")}
# ### BEGIN SOLUTION
# Tickets a week, before and after, against a team drawn by lot.
# ### END SOLUTION

# %% [markdown] id="sentence-task"
# ## Open question · Decide
#
# *Rubric, 5 points:* a decision with its price (2) · the reason why the other way
# lost (1½) · a number at which it changes (1), and a date (½).

{answer_cell("open-sentence", "[markdown] ")}
# ### BEGIN SOLUTION
# Hire, for 900 euros.
# ### END SOLUTION

# %% [markdown] id="number-task"
# ## Open question · Say it
# Anything that you would tell the next cohort.

{answer_cell("open-number", "[markdown] ")}
# ### BEGIN SOLUTION
# Begin early.
# ### END SOLUTION
"""
MEASURED = "We measure tickets solved per week before and after, against a team without training."
LIKED = "Everybody liked the course, so it worked."
SIMULATED = [  # of twelve learners; each answer is given to all three questions, with a word that differs
    MEASURED,
    MEASURED,
    "We measure tickets solved per week, before and after, against another team without any training.",
    "Measure tickets solved per week before and after the training, against a team without it.",
    LIKED,
    LIKED,
    "Everybody liked the course, and so it worked well.",
    "I would ask the trainer.",
    "I would ask the trainer.",
    "The median days from ticket to release, drawn by lot, with an interval; stop below 0.1.",
    "No idea, sorry.",
    "It does not matter: training always pays for itself in the end, as the books say.",
]
LEARNERS = [f"learner-{number:02}" for number in range(1, 13)]


@pytest.fixture(scope="module", autouse=True)
def tiny_course(tmp_path_factory):
    """A project folder with this lesson; built, in a state of its own."""
    root = tmp_path_factory.mktemp("a course")
    source = root / "grading" / "source" / STAGE / f"{LESSON}.py"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE.lstrip(), encoding="utf-8")
    (root / "notebooks").mkdir()
    (root / "notebooks" / "course.toml").write_text(cycle.TABLE.rpartition("[[lesson]]")[0], encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "root", root)
        patch.setattr(trainlib.course, "folder", lambda: root / "notebooks")
        trainlib.course.table.cache_clear()
        with folders.state_in(root / "built"), log.to_file():
            build.editions()
        shutil.copytree(root / "built" / "release", root / "notebooks", dirs_exist_ok=True)
        yield root
    trainlib.course.table.cache_clear()


def simulated(learner):
    """The three answers of one of the LEARNERS."""
    return dict.fromkeys(QUESTIONS, SIMULATED[LEARNERS.index(learner)])


def notebook_of(answers, beside=()):
    """The lesson as a learner left it; `beside` are cells added below the first open question."""
    notebook = nbformat.read(folders.state() / "release" / STAGE / f"{LESSON}.ipynb", as_version=4)
    for name, text in answers.items():
        graded_cells(notebook)[name][0].source = text
    place = next(i for i, cell in enumerate(notebook.cells) if cell.id == QUESTIONS[0])
    notebook.cells[place + 1 : place + 1] = list(beside)
    return notebook


def hand_in(learner, answers, beside=()):
    """Leave in state folder and gradebook what collecting and grading a learner's notebook leaves, without running
    it."""
    hand_in_graded(notebook_of(answers, beside), learner, STAGE, LESSON)
    with gradebook() as book:
        book.update_or_create_student(learner)
        book.update_or_create_submission(STAGE, learner)
        for name in QUESTIONS:
            grade = book.find_grade(name, LESSON, STAGE, learner)
            grade.auto_score = None if name in answers else 0
            grade.needs_manual_grade = name in answers or grade.manual_score is not None
        book.db.commit()


def cohort(course, folder):
    """A state folder of the built course in which all LEARNERS have handed in."""
    shutil.copytree(course / "built", folder)
    with folders.state_in(folder):
        for learner in LEARNERS:
            hand_in(learner, simulated(learner))
    return folder


def held(learner, cell):
    """(points, waits, comment) that the gradebook holds."""
    with gradebook() as book:
        grade = book.find_grade(cell, LESSON, STAGE, learner)
        comment = book.find_comment(cell, LESSON, STAGE, learner).manual_comment
        return grade.manual_score, grade.needs_manual_grade, comment
