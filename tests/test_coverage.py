"""What docs/coverage.md says that lessons answer, the table of lessons and the README's hold together."""

import re
from pathlib import Path

import pytest

from grading.authoring import items
from grading.records import folders

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"\b\d-\d\d[ab]?\b")
PAGE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
NUMBERS = {row.number for row in folders.lessons()}


def rows_of(title: str) -> list[list[str]]:
    """The cells of each row of the table below a title, without its two lines of head."""
    part = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


TOPICS, ERRORS, ADDED = (rows_of(title) for title in ("Topics", "Errors", "Additions of the course's own"))


def test_every_lesson_that_the_page_names_is_one_of_the_course():
    named = {number for row in [*TOPICS, *ERRORS, *ADDED] for cell in row for number in NUMBER.findall(cell)}
    assert named - NUMBERS == set()


@pytest.mark.parametrize("row", [*TOPICS, *ERRORS], ids=lambda row: row[0][:30])
def test_every_topic_and_every_error_has_a_lesson_that_answers_it(row):
    assert len(row) == 3 and all(row)
    assert re.fullmatch(rf"{NUMBER.pattern}(?:, {NUMBER.pattern})*", row[1])


def test_no_topic_is_lost_and_none_stands_twice():
    assert len(TOPICS) == len({row[0] for row in TOPICS}) == 37
    assert [row[0] for row in ERRORS] == [f"E{number}" for number in range(1, 19)]


def test_published_errors_of_the_course_are_those_of_the_page():
    of_course = {(error, row.number) for row in folders.lessons() for error in row.published_errors}
    of_page = {(row[0], number) for row in ERRORS for number in NUMBER.findall(row[1])}
    assert of_page == of_course


def test_every_lesson_answers_a_topic_or_is_named_as_an_addition():
    answers = {number for row in [*TOPICS, *ERRORS] for number in NUMBER.findall(row[1])}
    added = {row[0] for row in ADDED}
    checks = {row.number for row in folders.lessons() if row.id in items.CHECKS}
    assert NUMBERS - checks - answers - added == set()
    assert added & answers == set()


def test_the_table_of_the_readme_has_the_same_lessons():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| \[(\d-\d\d[ab]?) [^\]]*\]\(notebooks/", text, flags=re.MULTILINE)
    assert table == [row.number for row in folders.lessons()]


def test_readme_and_contributing_name_the_page():
    assert all("docs/coverage.md" in (ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md"))
