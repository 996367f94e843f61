"""The course's website: executed lessons, guides, API and glossary as sources of Sphinx, then as HTML and EPUB.

Nothing is written twice: guides are the README's sections, and links to files of the project are bent to where a
reader of the site finds them.
"""

import base64
import hashlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

import lxml.html
import nbformat
from lxml import etree
from nbformat import NotebookNode

import trainlib
from grading.authoring.executed import executed
from grading.authoring.scorm import package
from grading.records import folders
from trainlib._files import write
from trainlib.course import Lesson

EMPTY = {"img", "br", "hr", "input", "col", "wbr", "source"}  # elements of HTML that have no end
FIGURE = re.compile(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/=\s]+)")
LINK = re.compile(r"(\]\()([^)\s#]+)(#[^)\s]*)?(\))")
BADGE = re.compile(r"\[!\[([^\]]*)\]\([^)]*\)\]\(([^)]*)\)")
PAGES = {  # the page of each file of the project that has one
    "README.md": "index",
    "CONTRIBUTING.md": "contributing",
    "CHANGELOG.md": "changelog",
    "notebooks/index.ipynb": "index",
}
GUIDES = {
    "Learn": "learn",
    "Teach": "teach",
    "Lead": "lead",
    "Use the loop at work": "work",
    "Data and licences": "data",
}
MODULE = """\
# {name}

```{{eval-rst}}
.. automodule:: {name}
   :members:
```
"""


def build(out: Path, only: str = "", scorm: Path | None = None) -> str:
    """Write the site into `out`: `html`, and the EPUB beside its pages. Returns a sentence on it.

    `only` names lessons by their numbers, for a quick look; `scorm` the zip of a package of them. ValueError where a
    lesson cannot be shown or Sphinx finds a fault.
    """
    rows = _chosen(only)
    if scorm and scorm.suffix != ".zip":
        raise ValueError(f"--scorm names {scorm}: a package is a .zip")
    source = out / "source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    _prepare(source, rows, executed(rows, out / "executed"))
    for kind in ("html", "epub"):
        _sphinx(kind, source, out, partial=bool(only))
    for book in (out / "epub").glob("*.epub"):
        shutil.copy(book, out / "html" / "course.epub")
    said = f"{out / 'html' / 'index.html'} holds {len(rows)} lessons, and course.epub lies beside it."
    if scorm:
        package(out / "html", scorm, rows)
        said += f" {scorm} holds them for a learning platform."
    return said


def _chosen(only: str) -> list[Lesson]:
    rows, numbers = folders.lessons(), [number.strip() for number in only.split(",") if number.strip()]
    known = [row.number for row in rows]
    if unknown := [number for number in numbers if number not in known]:
        raise ValueError(f"--lessons names {', '.join(unknown)}; lessons are {', '.join(known)}")
    return [row for row in rows if row.number in numbers or not numbers]


def _sphinx(kind: str, source: Path, out: Path, partial: bool) -> None:
    """Run Sphinx in a process of its own. A warning is a fault."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", kind, "-c", str(folders.root / "docs")]
    command += ["-d", str(out / "doctrees"), *(["-t", "partial"] if partial else []), str(source), str(out / kind)]
    shutil.rmtree(out / kind, ignore_errors=True)
    done = subprocess.run(command, cwd=folders.root, stderr=subprocess.PIPE, text=True, env=os.environ)
    if done.returncode:
        raise ValueError(f"Sphinx found faults in the {kind} pages:\n{done.stderr[-6000:]}")


def _prepare(source: Path, rows: list[Lesson], notebooks: dict[str, NotebookNode]) -> None:
    """Write all that Sphinx reads."""
    made = {row.file.as_posix() for row in rows}
    for name, notebook in notebooks.items():
        _write(
            source / "lessons" / f"{name}.ipynb", nbformat.writes(_for_sphinx(notebook, folders.lesson(name), source))
        )
    root, readme = folders.root, (folders.root / "README.md").read_text(encoding="utf-8")
    for title, page in GUIDES.items():
        _write(source / f"{page}.md", _bent(f"# {title}\n{_section(readme, title)}", "README.md", source))
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        text = (root / name).read_text(encoding="utf-8")
        _write(source / f"{PAGES[name]}.md", _bent(text, name, source))
    for path in sorted((root / "docs").glob("*.md")):
        _write(source / path.name, _bent(path.read_text(encoding="utf-8"), f"docs/{path.name}", source))
    _index(source, readme, made)
    _api(source)


def _index(source: Path, readme: str, made: set[str]) -> None:
    """The first page: what the course is, the tracks and the table of lessons, and the order of all pages."""
    head, table = readme.partition("\n## ")[0], readme.partition("<!-- lessons:")[2].partition("-->")[2]
    table = BADGE.sub(r"[\1](\2)", table.partition("<!-- end of lessons -->")[0])
    guides = "\n".join(f"{page}" for page in GUIDES.values() if page != "learn")
    own = "\n".join(path.stem for path in sorted((folders.root / "docs").glob("*.md")) if path.stem != "glossary")
    trees = [("Begin", "learn\nglossary")]
    for stage in folders.stages():
        here = [row.id for row in folders.lessons(stage.folder) if row.file.as_posix() in made]
        trees.append((stage.title, "\n".join(f"lessons/{name}" for name in here)))
    trees += [("Guides", guides), ("Reference", f"api/index\n{own}\ncontributing\nchangelog")]
    book = "Here you read the lessons. You work in notebooks of your own: {doc}`Learn <learn>` says how to get them. "
    book += 'To read offline: <a href="course.epub" download="course.epub">the course as EPUB</a>.'
    text = f"{head}\n\n{book}\n\n## Tracks and lessons\n{table}\n"
    for caption, pages in trees:
        if pages:
            text += f"\n```{{toctree}}\n:caption: {caption}\n:hidden:\n\n{pages}\n```\n"
    _write(source / "index.md", _bent(text, "README.md", source))


def _api(source: Path) -> None:
    """A page for each module of `trainlib` that is for others to import."""
    found = [one.name for one in pkgutil.iter_modules(trainlib.__path__, "trainlib.")]
    names = [name for name in found if not name.rpartition(".")[2].startswith(("_", "tiny_", "jupyterlab"))]
    for name in names:
        _write(source / "api" / f"{name}.md", MODULE.format(name=name))
    pages = "\n".join(names)
    _write(source / "api" / "index.md", f"# API of trainlib\n\n```{{toctree}}\n:maxdepth: 1\n\n{pages}\n```\n")


def _section(text: str, title: str) -> str:
    """What stands under a heading of the README, without what the build writes for the first page."""
    body = text.partition(f"\n## {title}\n")[2].split("\n## ")[0]
    return re.sub(r"<!-- lessons:.*?<!-- end of lessons -->", "[All lessons](README.md)", body, flags=re.DOTALL)


def _bent(text: str, file: str, source: Path) -> str:
    """Markdown with its links, which start from `file`, bent to where they lead from a page of the site."""
    here = PurePosixPath(file).parent
    text = re.sub(r"```mermaid\n(.*?)```\n", _listed, text, flags=re.DOTALL)
    return LINK.sub(lambda found: _bend(found, here, "", source), text)


def _listed(diagram: re.Match) -> str:
    """A Mermaid diagram, which needs a script from elsewhere, as its own description and a list of its arrows."""
    said = re.search(r"^accDescr: *(.+)$", diagram[1], re.MULTILINE)
    names = dict(re.findall(r"(\w+)\[([^\]]+)\]", diagram[1]))
    arrows = re.findall(r"^(\w+)(?:\[[^\]]+\])? --> (.+)$", diagram[1], re.MULTILINE)
    lines = [f"- {names.get(start, start)} → {'; '.join(ends.split(' & '))}" for start, ends in arrows]
    return "\n".join([f"{said[1]}:" if said else "", "", *lines, ""])


def _bend(found: re.Match, here: PurePosixPath, up: str, source: Path) -> str:
    """One link: to a page of the site, to a picture that is copied, or to the file on GitHub."""
    target, anchor = found[2], found[3] or ""
    if re.match(r"[a-z]+:", target) or target == "course.epub":
        return found[0]
    path = PurePosixPath(os.path.normpath(here / target)).as_posix()
    if page := _page(path):
        return f"{found[1]}{up}{page}{found[4]}"
    if path.endswith(".png"):
        (source / "pictures").mkdir(exist_ok=True)
        shutil.copy(folders.root / path, source / "pictures")
        return f"{found[1]}{up}pictures/{PurePosixPath(path).name}{found[4]}"
    course = folders.table()
    return f"{found[1]}https://github.com/{course.repository}/blob/{course.branch}/{path}{anchor}{found[4]}"


def _page(path: str) -> str | None:
    """The source of the page that shows a file of the project; None where none does."""
    if path in PAGES:
        return f"{PAGES[path]}.md"
    if path.startswith("docs/") and path.endswith(".md"):
        return path.removeprefix("docs/")
    if path.startswith("notebooks/") and path.endswith(".ipynb"):
        return f"lessons/{PurePosixPath(path).name}"
    return None


def _for_sphinx(notebook: NotebookNode, row: Lesson, source: Path) -> NotebookNode:
    """An executed lesson as myst-nb reads it: badges as plain links, folded cells marked, figures in files."""
    here = PurePosixPath("notebooks") / row.stage
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = BADGE.sub(r"[\1](\2)", cell.source).replace(") [", ") · [") if cell.id == "badges" else cell.source
            text = text.replace("<br>", "<br/>")  # an EPUB is XML
            cell.source = LINK.sub(lambda found: _bend(found, here, "../", source), text)
            continue
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata.tags = [*cell.metadata.get("tags", []), "hide-input"]
        for output in cell.outputs:
            if "text/html" in output.get("data", {}):
                output.data = {"text/html": _markup(output.data["text/html"], source)}
    return notebook


def _markup(text: str, source: Path) -> str:
    """An output's HTML that is XML too, as an EPUB wants it, with its pictures in files beside the pages."""
    part = lxml.html.fragment_fromstring(text, create_parent="div")
    for element in part.iter(etree.Element):
        if element.tag == "img" and (found := FIGURE.fullmatch(element.get("src", ""))):
            element.set("src", f"../_static/figures/{_file(found, source)}")
        if element.tag not in EMPTY and element.text is None and not len(element):
            element.text = ""
        if element.tag == "th" and not element.text_content().strip():
            element.tag = "td"  # the corner of a table of pandas heads nothing
        if re.fullmatch("h[1-4]", element.tag):
            element.tag = f"h{int(element.tag[1]) + 2}"  # the page has its own title and sections
        if element.tag == "table":
            element.attrib.pop("border", None)
    return etree.tostring(part, encoding="unicode", method="xml")


def _file(figure: re.Match, source: Path) -> str:
    data = base64.b64decode(figure[2])
    name = f"{hashlib.sha256(data).hexdigest()[:16]}.{figure[1]}"
    folder = source / "static" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return name


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, text.encode())
