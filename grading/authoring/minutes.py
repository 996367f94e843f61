"""How long a lesson takes a learner, computed from its cells: what course.toml promises may not be less."""

import re

from nbformat import NotebookNode

WORDS_A_MINUTE = 180  # of prose that explains, read for the first time
RUN_MINUTES = 1 / 3  # to run a cell that is no exercise and look at what it shows
OPEN_MINUTES = 10  # for an open question that names no minutes
SLACK = 5  # minutes by which course.toml may say less
SAID = re.compile(r"about (\d+) minutes")
EXERCISE = re.compile(r"Difficulty.*about (\d+) minutes")
NOT_READ = re.compile(r"<details>.*?</details>|\]\([^)]*\)", re.DOTALL)  # folded text, and addresses of links


def parts(notebook: NotebookNode) -> dict[str, float]:
    """The minutes of a lesson by what they go to: exercises, reading, runs, open questions."""
    exercises = reading = runs = questions = 0.0
    for cell in notebook.cells:
        graded = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown":
            words = len(re.findall(r"\w[\w'’-]*", NOT_READ.sub(" ", cell.source)))
            if graded.get("solution"):
                questions += float(said[1]) if (said := SAID.search(cell.source)) else OPEN_MINUTES
            elif said := EXERCISE.search(cell.source):
                exercises += float(said[1])  # which hold the reading of their own text
            else:
                reading += words / WORDS_A_MINUTE
        elif not graded and cell.get("id") not in ("set-up", "full-check"):
            runs += RUN_MINUTES
    return {"exercises": exercises, "reading": reading, "runs": runs, "open questions": questions}


def fault(minutes: int, notebook: NotebookNode) -> str | None:
    """What is to be said where a lesson promises less than its cells come to; None where it does not."""
    found = parts(notebook)
    if sum(found.values()) <= minutes + SLACK:
        return None
    said = ", ".join(f"{value:.0f} of {name}" for name, value in found.items())
    return f"course.toml says {minutes} minutes; its cells come to {sum(found.values()):.0f}: {said}"
