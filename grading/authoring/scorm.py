"""The website's lessons as one SCORM 1.2 package, for a company whose learning platform takes that.

Each lesson is an item that the platform opens, and that tells it when it was read to its end. Points are not in it:
they come from what is handed in (`push` and `export` bring them to a platform).
"""

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from grading.records import folders
from trainlib._files import write
from trainlib.course import Lesson

__all__ = ["package"]

PACKAGE = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"  # IMS Content Packaging 1.1.2, as ADL's SCORM 1.2 takes it
ADL = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
ELSEWHERE = ("search.html", "searchindex.js", "genindex.html", "py-modindex.html", "objects.inv", "course.epub")
NO_SITE = "{page} is not there: build the site with all its lessons first (make site)"
PAGE_LINK = re.compile(r' href="(?![a-z]+:)([^"#]*\.html)(?:#[^"]*)?"')
ALWAYS = (1980, 1, 1, 0, 0, 0)  # the time of each file, so that the same site gives the same package


def package(html: Path, target: Path, rows: list[Lesson]) -> int:
    """Write these lessons of a built site as a package into a zip. Returns how many there are.

    ValueError where a lesson's page is missing.
    """
    pages = {row.id: html / "lessons" / f"{row.id}.html" for row in rows}
    if missing := [page for page in pages.values() if not page.is_file()]:
        raise ValueError(NO_SITE.format(page=missing[0]))
    shared = sorted(path for path in html.rglob("*") if path.is_file() and not _is_page(path, html))
    made, known = io.BytesIO(), {page.name for page in pages.values()}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        names = [path.relative_to(html).as_posix() for path in shared]
        script = (folders.root / "docs/site/scorm.js").read_text(encoding="utf-8")
        _add(package, "imsmanifest.xml", manifest(rows, [*names, "scorm.js"]))
        _add(package, "scorm.js", script.encode())
        for name, path in zip(names, shared):
            _add(package, name, path.read_bytes())
        for page in pages.values():
            _add(package, f"lessons/{page.name}", _for_platform(page.read_text(encoding="utf-8"), known).encode())
    write(target, made.getvalue())
    return len(pages)


def manifest(rows: list[Lesson], shared: list[str]) -> bytes:
    """What the platform reads first: stages and lessons in their order, and the files that they need."""
    for prefix, address in (("", PACKAGE), ("adlcp", ADL)):
        ElementTree.register_namespace(prefix, address)
    course = folders.table()
    top = ElementTree.Element(f"{{{PACKAGE}}}manifest", {"identifier": "course", "version": "1.1"})
    _texts(_under(top, "metadata"), schema="ADL SCORM", schemaversion="1.2")
    organisation = _under(_under(top, "organizations", default="lessons"), "organization", identifier="lessons")
    _texts(organisation, title=course.title)
    resources = _under(top, "resources")
    for stage in folders.stages():
        lessons = [row for row in rows if row.stage == stage.folder]
        if not lessons:
            continue
        item = _under(organisation, "item", identifier=f"stage-{stage.name}")
        _texts(item, title=stage.title)
        for row in lessons:
            _add_lesson(item, resources, row)
    _resource(resources, "shared", "asset", shared)
    return ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)


def _add_lesson(item: ElementTree.Element, resources: ElementTree.Element, row: Lesson) -> None:
    name = f"lesson-{row.id}"
    _texts(_under(item, "item", identifier=name, identifierref=f"page-{row.id}"), title=f"{row.number} {row.title}")
    page = f"lessons/{row.id}.html"
    resource = _resource(resources, f"page-{row.id}", "sco", [page])
    resource.set("href", page)
    _under(resource, "dependency", identifierref="shared")


def _resource(resources: ElementTree.Element, name: str, kind: str, files: list[str]) -> ElementTree.Element:
    resource = _under(resources, "resource", identifier=name, type="webcontent")
    resource.set(f"{{{ADL}}}scormtype", kind)
    for file in files:
        _under(resource, "file", href=file)
    return resource


def _under(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, f"{{{PACKAGE}}}{tag}", attributes)


def _texts(parent: ElementTree.Element, **texts: str) -> None:
    for tag, text in texts.items():
        _under(parent, tag).text = text


def _is_page(path: Path, html: Path) -> bool:
    """Whether a file is a page, or serves what only the whole site has, such as its search."""
    return path.suffix == ".html" or path.name in ELSEWHERE or path.relative_to(html).parts[0] in (".doctrees", "api")


def _for_platform(page: str, known: set[str]) -> str:
    """A lesson's page that talks to the platform. What leads to a page that is not in the package leads nowhere."""
    page = re.sub(r"<link[^>]*rel=\"(?:index|search|next|prev)\"[^>]*>", "", page)
    page = re.sub(PAGE_LINK, lambda found: found[0] if found[1] in known else "", page)
    return page.replace("</head>", '<script src="../scorm.js"></script></head>', 1)


def _add(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    package.writestr(zipfile.ZipInfo(name, ALWAYS), content, zipfile.ZIP_DEFLATED)
