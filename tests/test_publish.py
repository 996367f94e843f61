"""What learners get from a private repository: everything they need, and nothing that tells an answer."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grading.__main__ import main
from grading.authoring.publish import publish, search
from grading.records import folders
from grading.records.settings import hidden_seed
from trainlib.course import Stage

SOURCE = """\
# %% [markdown] id="title"
# # A lesson

# %% id="mean-answer"
def mean(values):
    ### BEGIN SOLUTION
    total = sum(value for value in values)
    return total / max(len(values), 1)
    ### END SOLUTION

# %% id="mean-tests"
lesson.check("the mean of one value", got=mean([5]), want=5)
### BEGIN HIDDEN TESTS
lesson.check("the mean of \\"nothing\\" is 0", got=mean([]), want=0)
### END HIDDEN TESTS

# %% [markdown] id="open-question"
# ### BEGIN SOLUTION
# Because half of the learners are below the median.
# ### END SOLUTION
"""
HIDDEN = 'lesson.check("the mean of \\"nothing\\" is 0", got=mean([]), want=0)'
OPEN_ANSWER = "Because half of the learners are below the median."


def notebook(*sources):
    return json.dumps({"cells": [{"source": source.splitlines(keepends=True)} for source in sources]})


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project with everything that learners get, and with what they must not get."""
    root = tmp_path / "a project"
    files = {
        "README.md": "Read me.\n\n## Learn\n\nRead.\n\n## Teach\n\nGrade.\n\n## Lead\n\nPlan.\n\n## Licences\n",
        "LICENSE": "MIT",
        "LICENSE-CONTENT": "CC BY 4.0",
        "Makefile": "help:\n\t@echo\n\nlab: ## learn\n\t@a\n\t@b\n\n"
        "grade: build ## teach\n\t@c \\\n\t\td\n\nbuild:\n\t@e\n",
        "pyproject.toml": "[project]",
        "requirements.lock": "numpy==2.4.0",
        "CONTRIBUTING.md": "For authors.",
        "binder/install.py": "print()",
        "notebooks/1_principles/1-01_mean.ipynb": notebook(
            "# A lesson", "def mean(values):\n    raise NotImplementedError"
        ),
        "notebooks/1_principles/.ipynb_checkpoints/1-01_mean-checkpoint.ipynb": notebook(OPEN_ANSWER),
        "trainlib/__init__.py": '"""What lessons import."""',
        "trainlib/__pycache__/secret.cpython-311.pyc": HIDDEN,
        "grading/source/1_principles/1-01_mean.py": SOURCE,
        "tests/test_mean.py": SOURCE,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(folders, "root", root)
    with folders.state_in(tmp_path / "state"):
        yield root


def test_learners_get_lessons_and_what_they_need_and_nothing_else(project, tmp_path):
    assert publish(tmp_path / "public") == []
    written = {
        path.relative_to(tmp_path / "public").as_posix() for path in (tmp_path / "public").rglob("*") if path.is_file()
    }
    assert written == {
        "README.md",
        "LICENSE",
        "LICENSE-CONTENT",
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        "binder/install.py",
        "notebooks/1_principles/1-01_mean.ipynb",
        "trainlib/__init__.py",
    }


def test_the_copy_names_no_command_that_it_has_not(project, tmp_path):
    publish(tmp_path / "public")
    assert (tmp_path / "public" / "README.md").read_text() == "Read me.\n\n## Learn\n\nRead.\n\n## Licences\n"
    assert (tmp_path / "public" / "Makefile").read_text() == "help:\n\t@echo\n\nlab: ## learn\n\t@a\n\t@b\n\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("notebooks/a.ipynb", notebook("    total = sum(value for value in values)"), "a solution of 1-01_mean"),
        ("notebooks/a.ipynb", notebook("# a note\n" + HIDDEN), "a hidden test of 1-01_mean"),
        ("notebooks/a.ipynb", notebook("Answer: " + OPEN_ANSWER), "a solution of 1-01_mean"),
        ("trainlib/hint.py", HIDDEN, "a hidden test of 1-01_mean"),
        ("docs/answers.md", SOURCE.split("SOLUTION")[1], "a solution of 1-01_mean"),
        ("grading/records/folders.py", "", "the instructor's"),
        ("binder/tests/test_mean.py", "", "the instructor's"),
    ],
)
def test_a_secret_is_found_wherever_it_stands(project, tmp_path, name, text, said):
    path = tmp_path / "public" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert [said in sentence and name in sentence for sentence in search(tmp_path / "public")] == [True]


def test_the_hidden_seed_is_found(project, tmp_path):
    seed = hidden_seed()
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "notes.md").write_text(f"we used {seed}")
    assert "a hidden seed of this course's settings" in search(tmp_path / "public")[0]


def test_one_line_that_the_library_and_a_solution_share_is_no_secret(project, tmp_path):
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "effect.py").write_text("    return total / max(len(values), 1)")
    assert search(tmp_path / "public") == []


def test_a_find_makes_the_command_fail_and_says_not_to_give_the_copy_away(project, tmp_path, capsys):
    (project / "trainlib" / "hint.py").write_text(HIDDEN)
    stages = [Stage("1_principles", "1 Principles", "a promise")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "stages", lambda: stages)
        assert main(["publish", str(tmp_path / "public")]) == 1
        assert "DO NOT give" in capsys.readouterr().out
        (project / "trainlib" / "hint.py").unlink()
        assert main(["publish", str(tmp_path / "clean")]) == 0
    said = capsys.readouterr().out
    assert "is ready" in said and "learners.csv" in said and "python -m grading collect" in said


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda project, folder: (folder.mkdir(), (folder / "old").touch()), "is not an empty folder"),
        (lambda project, folder: folder.touch(), "is not an empty folder"),
        (lambda project, folder: (project / "LICENSE").unlink(), "the project has no LICENSE"),
    ],
)
def test_publishing_refuses_before_it_writes(project, tmp_path, prepare, said):
    prepare(project, tmp_path / "public")
    with pytest.raises(ValueError, match=said):
        publish(tmp_path / "public")


def test_publishing_into_the_project_itself_is_refused(project):
    with pytest.raises(ValueError, match="inside the project"):
        publish(project / "public")


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """The real course, published, and what the search found in it."""
    folder = tmp_path_factory.mktemp("a place") / "public"
    return folder, publish(folder)


def test_this_course_can_be_published_without_a_secret(public):
    folder, found = public
    assert found == []
    assert len(list(folder.rglob("*.ipynb"))) == len(folders.lessons()) + 1


def test_a_published_copy_gives_learners_their_lessons(public, tmp_path):
    folder, _ = public
    command = [sys.executable, "-m", "trainlib", "copy", "--folder", str(tmp_path / "work")]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    copied = {path.relative_to(tmp_path / "work") for path in (tmp_path / "work").rglob("*.ipynb")}
    assert copied == {Path("index.ipynb")} | {row.file for row in folders.lessons()}
