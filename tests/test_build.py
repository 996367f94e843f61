"""The build: the same bytes each time, and a complaint for every fault that a lesson may have."""

import re
import shutil

import nbformat
import pytest

from grading.authoring import build
from grading.authoring.rules import faults_of_edition, faults_of_source, secret_lines
from grading.records import folders

ROW = next(row for row in folders.lessons() if row.id == "1-01_training_effect")
NAME = f"{ROW.stage}/{ROW.id}"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A course of lesson 1-01 alone, to break."""
    stages, *lessons = (folders.notebooks() / "course.toml").read_text().split("[[lesson]]")
    lesson = next(lesson for lesson in lessons if ROW.id in lesson.split("title")[0])
    (tmp_path / "notebooks").mkdir()
    stages = re.sub(r"core = \[.*?\]", f'core = ["{ROW.id}"]', stages, flags=re.DOTALL)
    (tmp_path / "notebooks" / "course.toml").write_text(f"{stages}[[lesson]]{lesson}")
    for name in (f"grading/source/{NAME}.py", "grading/source/index.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folders.root / name, tmp_path / name)
    (tmp_path / "README.md").write_text("\n".join(["# A course", *sum(build.README_MARKS.values(), ()), "The end."]))
    monkeypatch.setattr(folders, "root", tmp_path)
    monkeypatch.setenv("TRAINLIB_GRADING_STATE", str(tmp_path / "state"))
    return tmp_path


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(path, before, after):
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def test_what_is_committed_is_what_the_sources_make():
    assert build.check() == []


def test_two_builds_give_the_same_bytes_in_source_and_release(copy):
    assert build.build() == []
    first = contents(copy / "notebooks") | contents(copy / "state" / "source")
    shutil.rmtree(copy / "state")
    assert build.build() == []
    assert contents(copy / "notebooks") | contents(copy / "state" / "source") == first
    assert build.check() == []


def test_the_tables_of_lessons_and_data_are_written_into_readme_and_index(copy):
    build.build()
    readme, index = (copy / "README.md").read_text(), (copy / "notebooks" / "index.ipynb").read_text()
    assert f"[1-01 {ROW.title}](notebooks/{NAME}.ipynb)" in readme and readme.endswith("The end.")
    assert f"[1-01 {ROW.title}]({NAME}.ipynb)" in index
    assert "| `movie_sentences` | none is stated" in readme


def test_a_learner_edition_that_was_edited_by_hand_is_found(copy):
    build.build()
    change(copy / "notebooks" / f"{NAME}.ipynb", ROW.title, "What training brings")
    (copy / "notebooks" / "1_principles" / "1-99_stranger.ipynb").write_text("{}")
    assert build.check() == [
        f"notebooks/{NAME}.ipynb is not what its source makes: run `make build`",
        "notebooks/1_principles/1-99_stranger.ipynb is made by no source: run `make build`",
    ]


def test_a_build_with_faults_changes_nothing(copy):
    build.build()
    before = contents(copy / "notebooks")
    change(copy / "grading" / "source" / f"{NAME}.py", "# ## Further reading", "# ## Books")
    assert build.build() == [f"{ROW.id}: the section 'Further reading' is missing"]
    assert contents(copy / "notebooks") == before


def test_a_cell_without_an_id_is_named_by_its_text(copy):
    change(copy / "grading" / "source" / f"{NAME}.py", '# %% id="idea-code"', "# %%")
    with pytest.raises(ValueError, match="a cell has no id in its header.*trainer, content = 0.8, 0.5"):
        build.build()


def test_learners_get_no_solution_no_hidden_test_and_can_run_all_cells(copy):
    build.build()
    edition = nbformat.read(copy / "notebooks" / f"{NAME}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in edition.cells)
    source = build.source_notebook(ROW)
    assert len(secret_lines(source)) > 20 and not any(line in text for line in secret_lines(source))
    graded = [cell for cell in edition.cells if cell.cell_type == "code" and "nbgrader" in cell.metadata]
    assert len(graded) == 10 and all("raises-exception" in cell.metadata.tags for cell in graded)
    assert "raise NotImplementedError" in text
    checks = [cell for cell in graded if cell.metadata.nbgrader.locked]
    assert len(checks) == 5 and all(cell.source.startswith("# @title Check your answer") for cell in checks)
    assert all(cell.metadata.jupyter.source_hidden for cell in checks), "what a check says of slips stands in the open"


def test_the_set_up_cell_and_the_badges_know_the_repository(copy):
    change(copy / "notebooks" / "course.toml", '"OWNER/REPO"', '"somebody/course"')
    build.build()
    cells = {
        cell["id"]: cell.source for cell in nbformat.read(copy / "notebooks" / f"{NAME}.ipynb", as_version=4).cells
    }
    assert "git+https://github.com/somebody/course@main" in cells["set-up"]
    place = f"somebody/course/blob/main/notebooks/{NAME}.ipynb"
    for host in (
        "https://colab.research.google.com/github/",
        "https://kaggle.com/kernels/welcome?src=https://github.com/",
        "https://studiolab.sagemaker.aws/import/github/",
    ):
        assert f"]({host}{place})" in cells["badges"]
    assert f"gh/somebody/course/main?urlpath=lab/tree/work/{NAME}.ipynb" in cells["badges"]


def broken(edit):
    """The faults of lesson 1-01 after `edit` has changed its cells, given by id."""
    notebook = build.source_notebook(ROW)
    edit({cell["id"]: cell for cell in notebook.cells}, notebook.cells)
    return faults_of_source(ROW, notebook)


def test_the_lesson_itself_has_no_faults():
    assert broken(lambda by_id, cells: None) == []


def insert_line(cell, mark, text):
    """Put `text` on a line of its own before the first line that begins with `mark`, as deep as that."""
    place = re.search(rf"^( *){re.escape(mark)}", cell.source, re.MULTILINE)
    cell.source = f"{cell.source[: place.start()]}{place[1]}{text}\n{cell.source[place.start() :]}"


def test_what_is_folded_in_jupyterlab_is_folded_in_colab_too():
    for row in folders.lessons():
        for cell in build.source_notebook(row).cells:
            hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
            assert (cell.metadata.get("cellView") == "form") == hidden, (row.id, cell["id"])


def test_an_open_cell_may_have_25_lines_of_120_letters_and_a_folded_one_120_lines_of_200():
    def fill(by_id, cells):
        by_id["idea-code"].source = "\n".join([f"x = {'1' * 116}"] * 25)
        by_id["case-gain-slips"].source = "\n".join(["# In sight" + "." * 70, *[f"x = '{'y' * 194}'"] * 119])

    assert broken(fill) == []


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda by_id, cells: by_id["why"].update(source="word " * 121), "cell why: 121 words of prose; at most 120"),
        (lambda by_id, cells: by_id["case"].update(source="x = 1\n" * 26), "cell case: 26 lines of code; at most 25"),
        (
            lambda by_id, cells: by_id["case"].update(source=f"x = {'1' * 117}"),
            "cell case: a line of code with 121 letters; at most 120",
        ),
        (
            lambda by_id, cells: insert_line(by_id["case-gain-answer"], "### BEGIN SOLUTION", "x = " + "1" * 113),
            "cell case-gain-answer: a line of code with 121 letters; at most 120",
        ),
        (
            lambda by_id, cells: by_id["case-gain-slips"].update(source="x = 1\n" * 121),
            "cell case-gain-slips: 121 lines of folded code; at most 120",
        ),
        (
            lambda by_id, cells: insert_line(by_id["case-gain-tests"], "lesson.check(", "x = 1\n" * 121),
            "lines of folded code; at most 120",
        ),
        (
            lambda by_id, cells: by_id["case-gain-slips"].update(source="# " + "y" * 79),
            "cell case-gain-slips: 81 letters in the line that stays in sight when folded; at most 80",
        ),
        (
            lambda by_id, cells: by_id["case-gain-slips"].update(source=f"\nx = '{'y' * 195}'"),
            "cell case-gain-slips: a line of folded code with 201 letters; at most 200",
        ),
        (
            lambda by_id, cells: by_id["case-gain-slips"].update(source="x = 1  # fmt: skip"),
            "cell case-gain-slips: `# fmt: skip` in folded code",
        ),
        (lambda by_id, cells: cells.__delitem__(slice(15, None)), "it has 13 cells; 20 to 50 are allowed"),
        (lambda by_id, cells: by_id["case"].update(id="why"), "two cells have the id 'why'"),
        (lambda by_id, cells: by_id["why"].update(source="![](a.png)"), "cell why: a picture without alt text"),
        (lambda by_id, cells: by_id["why"].update(source='<img src="a.png">'), "cell why: a picture without alt text"),
        (
            lambda by_id, cells: by_id["why"].update(source="<details><summary>a</summary>\n\none\n\ntwo</details>"),
            "cell why: a folded text of several paragraphs needs an empty line",
        ),
        (
            lambda by_id, cells: by_id["why"].update(source="<details><summary>a</summary>one\n\ntwo\n\n</details>"),
            "cell why: a folded text of several paragraphs needs an empty line",
        ),
        (
            lambda by_id, cells: by_id["case"].update(source="plt.plot(1)"),
            "cell case: pyplot draws figures without alt",
        ),
        (
            lambda by_id, cells: by_id["case"].update(source="figures.new()"),
            "cell case: a figure is made and not shown",
        ),
        (
            lambda by_id, cells: by_id["case"].update(source="figures.show(f)"),
            "cell case: figures.show without alt text",
        ),
        (
            lambda by_id, cells: by_id["case"].update(source="widgets.interact(f)"),
            "cell case: ipywidgets' Output widget",
        ),
        (
            lambda by_id, cells: by_id["parameters"].update(source="seed = 7"),
            "sets draws, which the parameters cell does",
        ),
        (
            lambda by_id, cells: by_id["parameters"].update(source=by_id["parameters"].source + "\nunused = 1"),
            "the parameter unused is declared and never read",
        ),
        (
            lambda by_id, cells: by_id["case-gain-tests"].update(source="for draws in (1, 2):\n    pass"),
            "the parameter draws is overwritten by a later cell",
        ),
        (lambda by_id, cells: by_id["parameters"].metadata.update(tags=[]), "0 cells are tagged parameters"),
        (
            lambda by_id, cells: by_id["case-gain-answer"].update(source="def total_gain(): pass"),
            "cell case-gain-answer: an answer cell without ### BEGIN SOLUTION",
        ),
        (
            lambda by_id, cells: by_id["case-gain-tests"].update(source="lesson.check('x', 1, 1)"),
            "cell case-gain-tests: a test cell without hidden tests",
        ),
        (
            lambda by_id, cells: by_id["case-gain-tests"].metadata.nbgrader.update(grade_id="other"),
            "cell case-gain-tests: its grade_id is 'other'; it must be the cell's id",
        ),
    ],
)
def test_each_fault_of_a_source_is_named(edit, said):
    assert any(said in fault for fault in broken(edit)), broken(edit)


def edition_of(source):
    """A learner edition made by hand: all that is secret cut out."""
    edition = nbformat.from_dict(source)
    for cell in edition.cells:
        cell.source = re.sub(r"### BEGIN (\w+ ?\w*)\n.*?### END \1", "", cell.source, flags=re.DOTALL)
    return edition


@pytest.mark.parametrize(
    ("leak", "said"),
    [
        (
            "    weight, trainer_share, content_share = stages.T",
            "shows 'weight, trainer_share, content_share = stages.T'",
        ),
        ("### BEGIN SOLUTION", "still says BEGIN SOLUTION"),
        ("### BEGIN HIDDEN TESTS", "still says BEGIN HIDDEN TESTS"),
    ],
)
def test_each_leak_into_a_learner_edition_is_named(leak, said):
    source = build.source_notebook(ROW)
    edition = edition_of(source)
    assert faults_of_edition(ROW, source, edition) == []
    edition.cells[5].source += "\n" + leak
    assert any(said in fault for fault in faults_of_edition(ROW, source, edition))


def test_outputs_and_lost_ids_in_a_learner_edition_are_named():
    source = build.source_notebook(ROW)
    edition = edition_of(source)
    code = next(cell for cell in edition.cells if cell.cell_type == "code")
    code.outputs = [nbformat.v4.new_output("stream", text="x")]
    edition.cells[0]["id"] = "other"
    said = " ".join(faults_of_edition(ROW, source, edition))
    assert "has outputs" in said and "are not those of the source" in said
