"""What the tests of items, cohort, plan and report share: learners, tests handed in, and a page as people read it."""

import html
import re
from html.parser import HTMLParser

import nbformat
from conftest import hand_in_graded

from grading import demo
from grading.authoring import items
from grading.records.gradebook import gradebook
from trainlib.questions import CHECK_IN, CHECK_OUT, form

PARTS = ["part_1", "part_2", "part_3", "part_4"]
TRACK = demo.TRACK
STAGES = {CHECK_IN: "1_principles", CHECK_OUT: "4_project"}
NAMES = {
    which: [name for name in map("learner-{}".format, range(20)) if form(name, CHECK_IN) == which] for which in "AB"
}
FIRST_A, SECOND_A = NAMES["A"][:2]
FIRST_B = NAMES["B"][0]
LEAD, CHANGED = NAMES["B"][1], NAMES["A"][2]  # one of the other track, and one of it at check-out only


SMALL_PLAN = """\
title = "Small <b> & course"
currency = "EUR"
people = 4
budget = 900
weeks = 3
hours_per_week = 6
content = 0.6
weights_from = "a guess of the team lead"

[[stage]]
name = "principles"
weight = 0.4
trainer_share = 0.6
content_share = 0.4
hours_scale = 5

[[stage]]
name = "practice"
weight = 0.5
trainer_share = 0.5
content_share = 0.5
hours_scale = 10

[[skill]]
name = "SQL"
level = 0.3
target = 0.4

[[trainer]]
name = "Ada"
quality = 0.8
rate = 100
hours = 12

[[trainer]]
name = "Ben"
quality = 0.5
rate = 50
"""


def written(folder, content=SMALL_PLAN, name="plan.toml"):
    """A file of this content."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def hand_in(learner, stage, lesson, answer="a", track=TRACK):
    """Leave the traces of a check-in or check-out that was collected and graded."""
    answers = nbformat.v4.new_code_cell(f'learner = "{learner}"\ntrack = "{track}"\npart_1 = {{1: "{answer}"}}')
    answers.metadata["nbgrader"] = {"solution": True, "grade": False, "grade_id": "part_1-answer"}
    hand_in_graded(nbformat.v4.new_notebook(cells=[answers]), learner, stage, lesson)


def fill_tests(typed, known, absent):
    """The check-ins and check-outs of a cohort, as graded notebooks and in nbgrader's database, but for one."""
    ids = dict(zip(typed.learner, known.learner))
    answers = demo.answered_tests(typed)
    with gradebook() as book:
        for lesson, stage in STAGES.items():
            book.add_assignment(stage)
            book.add_notebook(lesson, stage)
            for place in items.places():
                book.add_grade_cell(items.cell_name(*place), lesson, stage, max_score=1, cell_type="code")
        for learner in ids.values():
            book.add_student(learner)
        for (learner, lesson), cells in answers.items():
            if (learner, lesson) == absent:
                continue
            given = {}
            exec("\n".join(cells.values()), given)
            keys = {part: items.solution(lesson, part, learner, TRACK) for part in PARTS}
            for grade in book.add_submission(STAGES[lesson], ids[learner]).notebooks[0].grades:
                part, number = grade.name.split("-")
                grade.auto_score = float(given[part][int(number)] == keys[part][int(number)])
                grade.needs_manual_grade = False
            notebook = nbformat.v4.new_notebook()
            for name, source in cells.items():
                cell = nbformat.v4.new_code_cell(source)
                cell.metadata["nbgrader"] = {"solution": True, "grade": False, "grade_id": name}
                notebook.cells.append(cell)
            hand_in_graded(notebook, ids[learner], STAGES[lesson], lesson)
            book.db.commit()


def words(page):
    """What a reader sees of a page."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)))


def part(page, id):
    """What a reader sees of one part of a report."""
    return words(re.search(rf'<section>\s*<h2 id="{id}">.*?</section>', page, re.DOTALL)[0])


class Reader(HTMLParser):
    """Notes ids, links, and tags that are not closed in the order in which they were opened."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.open, self.faults = [], [], [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [value for name, value in attributes.items() if name in ("href", "src")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)
