"""What grades lessons outside of this machine: repositories for a Git host, and Gradescope's autograder zip."""

import zipfile
from pathlib import Path

from grading.authoring.publish import LEFT_OUT, WANTED, publish, search
from grading.records import folders
from trainlib._files import replacing
from trainlib._files import write as write_file

HOSTS = Path(__file__).with_name("hosts")
WORKFLOWS = Path(".github", "workflows")
IGNORED = ".venv/\n__pycache__/\n.ipynb_checkpoints/\nresult.json\n"
README = """\
**Your repository.** `make lab` copies the lessons into `work/` and opens them; write your answers there and save.
`git add work && git commit -m "My answers" && git push` hands in; what is in `work/{stage}` is graded then.
Points, and a sentence for each exercise, stand on the run's page under **Actions** some minutes later.
"""
NEXT = {
    "github": "{target} is ready: no solution and no hidden test is in it. Push it as a template repository, and give "
    "it the secret COURSE_DEPLOY_KEY. Who may push there can read that secret, and change what is graded: see "
    "docs/git_host.md, and `template github-instructor` for points that count.",
    "github-instructor": "written into {target}: list the learners' repositories in .github/learners.txt, and give "
    "your repository the secret LEARNERS_TOKEN, which may read them.",
    "gradescope": "{target} is ready, with solutions and hidden tests in it: upload it to Gradescope, and give it to "
    "nobody else. Send one submission of your own first: this zip was never run on Gradescope itself.",
}


def write(host: str, target: Path, stage: str, isolated: bool = True) -> list[str]:
    """Write the template of a host. Returns what was found in a learner's that must not be there.

    ValueError where something is there already that it would replace.
    """
    target = Path(target).resolve()
    if not isolated and host != "gradescope":
        raise ValueError("--without-isolation is for gradescope: a workflow's container can confine learners' code")
    if host == "github":
        return _learner(target, stage)
    if host == "gradescope":
        _gradescope(target, stage, isolated)
    else:
        _instructor(target, stage)
    return []


def _learner(folder: Path, stage: str) -> list[str]:
    publish(folder)
    write_file(folder / WORKFLOWS / "grade.yml", _filled("learner.yml", stage))
    write_file(folder / ".gitignore", IGNORED)
    title, _, rest = (folder / "README.md").read_text(encoding="utf-8").partition("\n")
    write_file(folder / "README.md", f"{title}\n\n{README.format(stage=stage)}{rest}")
    return search(folder)


def _instructor(folder: Path, stage: str) -> None:
    files = {WORKFLOWS / "grade_learners.yml": _filled("instructor.yml", stage), Path(".github/learners.txt"): ""}
    if there := [str(folder / name) for name in files if (folder / name).exists()]:
        raise ValueError(f"{', '.join(there)} is there already: remove it first, or give another folder")
    for name, text in files.items():
        write_file(folder / name, text)


def _gradescope(file: Path, stage: str, isolated: bool) -> None:
    """The zip: the project as it is, without what a command or a person made in it."""
    if file.exists() or file.suffix != ".zip":
        raise ValueError(f"{file} must be the name of a new file that ends in .zip")
    options = "" if isolated else "--without-isolation "
    with replacing(file) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ("setup.sh", "run_autograder"):
            entry = zipfile.ZipInfo(name)
            entry.external_attr, entry.compress_type = 0o755 << 16, zipfile.ZIP_DEFLATED
            packed.writestr(entry, _filled(name, stage).replace("OPTIONS ", options))
        for path in _project():
            packed.write(path, path.relative_to(folders.root))


def _project() -> list[Path]:
    """The files that grading needs."""
    found, waiting = [], [folders.root / name for name in (*WANTED, "grading") if name != "docs"]
    while waiting:
        path = waiting.pop()
        if path.is_dir():
            names = [inner.name for inner in path.iterdir()]
            out = LEFT_OUT(str(path), names) | ({"state"} if path.name == "grading" else set())
            waiting += [path / name for name in names if name not in out]
        elif path.exists():
            found.append(path)
    return sorted(found)


def _filled(name: str, stage: str) -> str:
    text = (HOSTS / name).read_text(encoding="utf-8")
    return text.replace("STAGE", stage).replace("REPOSITORY\n", f"{folders.table().repository}\n")
