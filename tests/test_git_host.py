"""Pushed lessons graded without a gradebook: the workflow's own step between two Git repositories, Gradescope's zip."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest
import yaml
from test_grading_cycle import LESSON, OTHER, SOURCES, STAGE, TABLE, answered, write

import trainlib.course
from grading.__main__ import main
from grading.authoring import build, items, template
from grading.authoring.rules import HIDDEN
from grading.marking import grade_one
from grading.records import folders, log

PROJECT = folders.root
SHELL = "/bin/bash"
LEAKS = """
import os
def double(x):
    found = [name for name in ("A_SECRET", "GITHUB_SHA", "PATH") if name in os.environ]
    raise RuntimeError(f"sees {found} <b>x</b> ##[add-mask]")
"""
SECRETS = ["negative number", "7654321", "7_654_321", "15308642", "what grading sets", "secret_input", "BEGIN HIDDEN"]


@pytest.fixture(scope="module", autouse=True)
def course(tmp_path_factory):
    """An instructor's project of two tiny lessons, with the real grading in it, built."""
    root = tmp_path_factory.mktemp("a host") / "course"
    ignore = shutil.ignore_patterns("__pycache__", "state", "source", "bank")
    shutil.copytree(PROJECT / "grading", root / "grading", ignore=ignore)
    shutil.copytree(PROJECT / "grading" / "bank", root / "grading" / "bank")
    shutil.copytree(PROJECT / "trainlib", root / "trainlib", ignore=ignore)
    shutil.copytree(PROJECT / "binder", root / "binder", ignore=ignore)
    for name in ("README.md", "LICENSE", "LICENSE-CONTENT", "Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copyfile(PROJECT / name, root / name)
    for name, source in SOURCES.items():
        path = root / "grading" / "source" / STAGE / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.lstrip(), encoding="utf-8")
    (root / "notebooks").mkdir()
    (root / "notebooks" / "course.toml").write_text(TABLE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "root", root)
        patch.setattr(items, "CHECKS", ())  # two lessons make no tracks, so no forms
        patch.setattr(trainlib.course, "folder", lambda: root / "notebooks")
        trainlib.course.table.cache_clear()
        built = root.parent / "built"
        with folders.state_in(built), log.to_file():
            build.editions()
        shutil.copytree(built / "release", root / "notebooks", dirs_exist_ok=True)
        yield root
    trainlib.course.table.cache_clear()


@pytest.fixture
def built(course):
    return course.parent / "built"


def with_python(folder):
    """A `.venv` as the set-up would have left one, with the Python and the `trainlib` that are installed here."""
    shutil.rmtree(folder / "trainlib")
    program = folder / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!{SHELL}\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)


def git(*words, folder):
    who = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "a@example.org"}
    who |= {"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env=os.environ | who)


def repository(folder):
    git("init", "-q", folder=folder)
    git("add", "-A", folder=folder)
    git("commit", "-q", "-m", "all", folder=folder)
    return folder


def run_step(step, place, **environment):
    """Run the step of a workflow as a runner does: bash with -e, in its folder, with few variables."""
    known = {"PATH": os.environ["PATH"], "HOME": str(place), "GITHUB_STEP_SUMMARY": str(place / "summary.md")}
    known |= {"GITHUB_REPOSITORY": "ada/answers", "GITHUB_SHA": "c0ffee", "OMP_NUM_THREADS": "1"}
    command = [SHELL, "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
    folder = place / step.get("working-directory", ".")
    return subprocess.run(command, cwd=folder, env=known | environment, capture_output=True, text=True)


def workflow(folder):
    return yaml.load((folder / ".github" / "workflows" / "grade.yml").read_text(), yaml.BaseLoader)


@pytest.fixture
def learner(course, built, tmp_path):
    """A learner's repository from the template, with the answers in `work/` that `answers` gives, pushed."""

    def make(answers):
        folder = tmp_path / "pushed"
        assert main(["template", "github", str(folder), "--stage", STAGE]) == 0
        with folders.state_in(built):
            write(folder / "work" / STAGE / f"{LESSON}.ipynb", answered(built, LESSON, answers))
            write(folder / "work" / STAGE / f"{OTHER}.ipynb", answered(built, OTHER, None))
        return repository(folder)

    return make


def graded_by_the_step(course, pushed, tmp_path, **environment):
    place = tmp_path / "runner"
    place.mkdir()
    if not (course / ".git").exists():
        repository(course)
    for source, name in ((pushed, "learner"), (course, "course")):
        git("clone", "-q", str(source), name, folder=place)
    with_python(place / "course")
    (step,) = [one for one in workflow(pushed)["jobs"]["grade"]["steps"] if one.get("name") == "Grade"]
    done = run_step(step, place, **environment)
    said = (place / "summary.md").read_text() if (place / "summary.md").exists() else ""
    result = json.loads((place / "result.json").read_text()) if (place / "result.json").exists() else None
    return done, result, said


def test_the_workflows_step_grades_a_pushed_lesson_by_tests_of_another_repository(course, learner, tmp_path):
    pushed = learner({"double-answer": "def double(x):\n    return abs(2 * x)"})
    texts = "".join(path.read_text(errors="ignore") for path in pushed.rglob("*") if path.is_file())
    assert not any(line in texts for source in SOURCES.values() for line in HIDDEN.findall(source))
    done, result, said = graded_by_the_step(course, pushed, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (result["schema"], result["score"], result["max-score"]) == ("classroom50/result/v1", 2, 9)
    assert result["commit"] == "https://github.com/ada/answers/commit/c0ffee" and result["assignment"] == STAGE
    told = {test["test-name"]: (test["passed"], test["score"], test["max-score"]) for test in result["tests"]}
    assert sorted(told.values()) == [(False, 0, 3), (False, 0, 4), (True, 2, 2)]
    assert all(isinstance(value, int) for _, *values in told.values() for value in values)
    assert "## 2 of 9 points" in said and "hidden test failed" in said and "waits for a person" in said
    everything = done.stdout + done.stderr + json.dumps(result) + said
    assert [secret for secret in SECRETS if secret in everything] == []


def test_what_a_learner_writes_reads_no_secret_of_the_step_and_is_text_alone(course, learner, tmp_path):
    done, result, said = graded_by_the_step(course, learner({"double-answer": LEAKS}), tmp_path, A_SECRET="hunter2")
    (sentence,) = [test["output"] for test in result["tests"] if "RuntimeError" in test["output"]]
    assert "sees ['PATH'] <b>x</b>" in sentence
    assert "<b>" not in said and "##[" not in done.stdout + said + sentence
    assert not re.search("^(::|##)", done.stdout, re.MULTILINE)


def test_a_visible_checks_sentence_is_told(built, tmp_path, capsys):
    with folders.state_in(built):
        wrong = {"double-answer": "def double(x):\n    return x"}
        file = write(tmp_path / f"{LESSON}.ipynb", answered(built, LESSON, wrong))
        assert main(["grade-one", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [test["output"] for test in said["tests"]][0] == "failed: in the check “two becomes four”"


def test_an_untouched_lesson_has_no_points_and_is_not_run(built, tmp_path, monkeypatch):
    monkeypatch.setattr("grading.sandbox.engine.Engine.run", None)
    with folders.state_in(built):
        write(tmp_path / f"{LESSON}.ipynb", answered(built, LESSON, None))
        (graded,) = grade_one.grade([tmp_path])
    assert [one.state for one in graded.exercises] == ["not tried"] * 2 and grade_one.points([graded]) == (0, 5)


def test_what_cannot_be_graded_is_no_success(built, tmp_path, capsys):
    result = tmp_path / "result.json"
    (tmp_path / "empty").mkdir()
    for path, said in ((tmp_path / "nowhere", "is not there"), (tmp_path / "empty", "no lesson is in")):
        assert main(["grade-one", str(path), "--result", str(result)]) == 2
        assert said in capsys.readouterr().err and not result.exists()
    (tmp_path / "a" / f"{LESSON}.ipynb").parent.mkdir()
    (tmp_path / "a" / f"{LESSON}.ipynb").write_text("{")
    (tmp_path / "a" / f"{OTHER}.ipynb").symlink_to("/etc/hostname")
    assert main(["grade-one", str(tmp_path / "a"), "--result", str(result)]) == 1
    assert json.loads(result.read_text())["score"] == 0
    assert "it is a link" in (said := capsys.readouterr().out) and "cannot be read as a notebook" in said
    shutil.copytree(tmp_path / "a", tmp_path / "a" / "again", symlinks=True)
    assert main(["grade-one", str(tmp_path / "a")]) == 2 and "is there twice" in capsys.readouterr().err


def test_a_learners_folder_that_is_a_link_brings_nobody_elses_answers(tmp_path, capsys):
    (tmp_path / "ben" / "work").mkdir(parents=True)
    (tmp_path / "ben" / "work" / f"{LESSON}.ipynb").write_text("{")
    (tmp_path / "work").symlink_to(tmp_path / "ben" / "work")
    assert main(["grade-one", str(tmp_path / "work")]) == 2 and "is a link to a folder" in capsys.readouterr().err


def test_names_that_browsers_make_are_read_where_the_lessons_own_is_not_there(tmp_path):
    folder = tmp_path / "Übung – Käthe"
    folder.mkdir()
    (folder / f"{LESSON} (1).ipynb").write_text("{")
    assert [file.name for _, file in grade_one.find([folder])] == [f"{LESSON} (1).ipynb"]
    (folder / f"{LESSON}.ipynb").write_text("{")
    assert [file.name for _, file in grade_one.find([folder])] == [f"{LESSON}.ipynb"]
    (folder / f"{LESSON}.ipynb").rename(folder / f"{LESSON} (2).ipynb")
    with pytest.raises(ValueError, match="is there twice"):
        grade_one.find([folder])


def test_the_zip_grades_a_submission_as_gradescope_calls_it(course, built, tmp_path):
    root, file = tmp_path / "autograder", tmp_path / "autograder.zip"
    assert main(["template", "gradescope", str(file), "--stage", STAGE]) == 0
    with zipfile.ZipFile(file) as packed:
        packed.extractall(root / "source")
        modes = {name: packed.getinfo(name).external_attr >> 16 for name in ("setup.sh", "run_autograder")}
    assert set(modes.values()) == {0o755}
    with folders.state_in(built):
        write(root / "submission" / f"{LESSON}.ipynb", answered(built, LESSON, {}))
    fake = tmp_path / "python"
    fake.write_text(f'#!{SHELL}\necho "$@" > "{tmp_path}/called"\n')
    fake.chmod(0o755)
    bare = {"PATH": f"{tmp_path / 'no'}:/usr/bin:/bin", "AUTOGRADER_ROOT": str(root), "HOME": str(tmp_path)}
    (tmp_path / "no").mkdir()
    (tmp_path / "no" / "id").write_text("#!/bin/sh\necho 1000\n")  # no root here, so nothing is installed
    (tmp_path / "no" / "id").chmod(0o755)
    set_up = [SHELL, str(root / "source" / "setup.sh")]
    subprocess.run(set_up, env=bare | {"PYTHON": str(fake)}, check=True, capture_output=True)
    assert (tmp_path / "called").read_text() == "binder/install.py grading\n"
    assert (root / "source" / "binder" / "install.py").exists()
    assert (root / "source" / "requirements.lock").exists()
    with_python(root / "source")
    done = subprocess.run([SHELL, str(root / "source" / "run_autograder")], env=bare, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads((root / "results" / "results.json").read_text())
    assert said["score"] == 5 and sum(test["max_score"] for test in said["tests"]) == 9
    assert {test["visibility"] for test in said["tests"]} == {"visible"}
    assert all(set(test) >= {"name", "score", "max_score", "output"} for test in said["tests"])
    assert not any(secret in json.dumps(said) for secret in SECRETS)
    (root / "submission" / f"{LESSON}.ipynb").write_text("{")
    done = subprocess.run([SHELL, str(root / "source" / "run_autograder")], env=bare, capture_output=True, text=True)
    said = json.loads((root / "results" / "results.json").read_text())
    assert done.returncode == 0 and said["score"] == 0 and "cannot be read as a notebook" in said["output"]


@pytest.fixture(params=["learner.yml", "instructor.yml"])
def a_workflow(request):
    return yaml.load(template._filled(request.param, STAGE), yaml.BaseLoader)


def test_a_workflow_may_read_only_and_gives_no_secret_to_the_step_that_grades(a_workflow):
    assert set(a_workflow) <= {"name", "on", "permissions", "concurrency", "jobs"}
    assert a_workflow["permissions"] == {"contents": "read"}
    assert set(a_workflow["on"]) <= {"push", "schedule", "workflow_dispatch"}
    for job in a_workflow["jobs"].values():
        known = {"runs-on", "timeout-minutes", "container", "steps", "needs", "strategy", "outputs"}
        assert set(job) <= known and {"runs-on", "timeout-minutes", "steps"} <= set(job)
        kept = [step.get("if") for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
        assert set(kept) <= {"${{ !cancelled() }}"}  # the result of a lesson that could not be read is kept, too
        for step in job["steps"]:
            assert set(step) <= {"name", "id", "uses", "with", "working-directory", "env", "run", "if"}
            assert ("uses" in step) != ("run" in step)
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
                assert "checkout" not in step["uses"] or step["with"]["persist-credentials"] == "false"
            else:
                assert "secrets." not in json.dumps(step) and "${{" not in step["run"]
                assert subprocess.run([SHELL, "-n", "-c", step["run"]]).returncode == 0


def test_the_list_of_learners_becomes_the_jobs_of_the_night(tmp_path, course):
    assert main(["template", "github-instructor", str(tmp_path), "--stage", STAGE]) == 0
    (tmp_path / ".github" / "learners.txt").write_text("ada/answers\nben/answers\n")
    text = (tmp_path / ".github" / "workflows" / "grade_learners.yml").read_text()
    step = next(one for one in yaml.safe_load(text)["jobs"]["list"]["steps"] if "run" in one)
    assert run_step(step, tmp_path, GITHUB_OUTPUT=str(tmp_path / "out")).returncode == 0
    assert (tmp_path / "out").read_text() == 'repositories=["ada/answers", "ben/answers"]\n'
    assert main(["template", "github-instructor", str(tmp_path)]) == 2  # nothing is replaced


def test_a_learners_readme_says_in_three_lines_how_to_hand_in(learner):
    text = (learner({}) / "README.md").read_text()
    assert text.splitlines()[2:5] == template.README.format(stage=STAGE).splitlines() and "git push" in text
    assert nbformat.read(folders.notebooks() / STAGE / f"{LESSON}.ipynb", as_version=4).cells
