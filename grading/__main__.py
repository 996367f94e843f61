"""The instructor's commands: `python -m grading COMMAND`, run from the project's folder.

Every command lives here beside its options, and ends in one `Outcome`: what it says, the same as data, and whether all
went well. What it needs is imported when it runs, so that asking for help costs nothing.
"""

import functools
import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout, suppress
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path

import click

from grading.records import folders

PARTS = {  # the commands by the day on which they are used
    "Prepare": ("build", "site", "lite", "slides", "publish", "template", "demo"),
    "Grade": ("hub", "collect", "who", "status", "autograde", "grade-one", "mark", "answer", "regrade", "similar"),
    "Return": ("feedback", "export", "push"),
    "Office": ("certify", "verify", "items", "follow-up"),
    "Lead": ("cohort", "plan", "design", "report"),
}
HELP = """\
The instructor's and the training lead's commands, run from the project's folder.

A cohort's cycle: build, then for each stage collect, autograde, mark, feedback, export or push; after check-out items
and certify, and 30 and 90 days later follow-up. The training lead's: plan a training, design its cohort, and after it
cohort and report, then plan again with what was learnt (`plan --from-gradebook`).

Everything that these commands make lies in one folder, grading/state; the environment variable TRAINLIB_GRADING_STATE
names another one. Exit codes: 0 all went well; 1 something was refused, not graded or stopped, and the rest was done;
2 nothing was done.
"""
READY = """\
{folder} is ready: no solution and no hidden test is in it. What comes next:
1. Give it to your learners, as a repository of its own or as a zip; `make lab` in it opens the lessons.
2. Tell each learner the name to hand in with, and write the names to learners.csv in the state folder, a row a person.
3. Take in what comes back: `python -m grading collect FOLDER_OR_ZIP`; `python -m grading status` says who is missing.\
"""
AS_JSON = "print what came of it as JSON, and progress to stderr"
JOBS = click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="notebooks that run at once (one a core)")
NOT_ISOLATED = click.option(
    "--without-isolation", is_flag=True, help="DANGEROUS: let learners' code do and read all that you can"
)
FILE = click.Path(path_type=Path)


@dataclass(frozen=True)
class Outcome:
    """What a command has done: in words, as data for `--json`, and whether nothing was refused or left undone."""

    said: str = ""
    data: object = None
    well: bool = True


class StageName(click.ParamType):
    """The folder of a stage, as the table of lessons has it when the command runs."""

    name = "stage"

    def convert(self, value, parameter, context):
        known = [stage.folder for stage in folders.stages()]
        return value if value in known else self.fail(f"{value!r} is no stage; these are: {', '.join(known)}")


STAGE = click.argument("stage", type=StageName(), metavar="STAGE")
STAGES = click.argument("stages", type=StageName(), nargs=-1, required=True, metavar="STAGE...")


class Commands(click.Group):
    def format_commands(self, context, formatter):
        for part, names in PARTS.items():
            with formatter.section(part):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(200)) for name in names])


@click.group(
    cls=Commands, help=HELP, context_settings={"max_content_width": 120, "help_option_names": ["-h", "--help"]}
)
def cli():
    pass


def command(data: bool = False, **more) -> Callable:
    """Make a function that returns an `Outcome` a command, with what click takes; with `data` it has `--json`, too."""

    def register(run: Callable[..., Outcome]) -> Callable[..., Outcome]:
        @functools.wraps(run)
        def call(as_json: bool = False, **options):
            with redirect_stdout(sys.stderr) if as_json else nullcontext():
                outcome = run(**options)
            if as_json:
                say(json.dumps(outcome.data, default=_plain, indent=1, ensure_ascii=False), code=json.dumps)
            elif outcome.said:
                say(outcome.said)
            click.get_current_context().exit(0 if outcome.well else 1)

        if data:
            call = click.option("--json", "as_json", is_flag=True, help=AS_JSON)(call)
        cli.command(run.__name__.replace("_", "-"), **more)(call)
        return run

    return register


def say(text: object, error: bool = False, code: Callable[[str], str] = repr) -> None:
    """Print a text that may hold what learners wrote: it can do nothing to a terminal (see `terminal.visible`)."""
    from grading.records.terminal import visible

    click.echo(visible(text, code), err=error)


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) else str(value)


def _named(reasons: dict[tuple[str, str], object], name: str = "reason") -> list[dict]:
    """What is known by (learner, lesson), as rows."""
    return [{"learner": learner, "lesson": lesson, name: reason} for (learner, lesson), reason in reasons.items()]


@command()
@click.option("--check", is_flag=True, help="write nothing; list what differs and every fault")
def build(check: bool) -> Outcome:
    """Write notebooks/ from the lesson sources, and tell the gradebook about them."""
    from grading.authoring import build

    faults = build.check() if check else build.build()
    return Outcome("\n".join(faults) or "notebooks/ is what the sources make", well=not faults)


@command()
@click.option("--out", type=FILE, default=Path("site"), metavar="FOLDER", help="default: site")
@click.option("--lessons", default="", metavar="NUMBERS", help="a few lessons alone, for a look: 1-01,2-04")
@click.option("--scorm", type=FILE, metavar="FILE.zip", help="also as a SCORM 1.2 package for a learning platform")
def site(out: Path, lessons: str, scorm: Path | None) -> Outcome:
    """Write the course's website, its lessons executed, and the same as EPUB; `make site` sets up what that needs."""
    from grading.authoring.site import build

    return Outcome(build(out.resolve(), lessons, scorm))


@command()
@click.option("--out", type=FILE, default=Path("build/lite"), metavar="FOLDER", help="default: build/lite")
@click.option("--pyodide", type=FILE, metavar="FOLDER", help="a full Pyodide distribution, to serve along")
def lite(out: Path, pyodide: Path | None) -> Outcome:
    """Write a website that runs the lessons without models in the browser (`make lite`; docs/browser.md)."""
    from grading.authoring import lite

    return Outcome(lite.lite(out.resolve(), pyodide))


@command()
@click.argument("folder", type=FILE)
def publish(folder: Path) -> Outcome:
    """Copy what learners need to FOLDER, new or empty, and search it for solutions and hidden tests."""
    from grading.authoring.publish import publish

    found = publish(folder)
    said = f"DO NOT give {folder} away: {len(found)} secrets are in it" if found else READY.format(folder=folder)
    return Outcome("\n".join([*found, said]), well=not found)


@command()
@click.argument("host", type=click.Choice(["github", "github-instructor", "gradescope"]))
@click.argument("target", type=FILE, metavar="FOLDER_OR_ZIP")
@click.option("--stage", type=StageName(), metavar="STAGE", help="what is graded (default: the first)")
@NOT_ISOLATED
def template(host: str, target: Path, stage: str | None, without_isolation: bool) -> Outcome:
    """Write what grades pushed lessons on a Git host or on Gradescope (docs/git_host.md says whom to trust).

    github: a learner's repository with the lessons and a workflow, in a new folder; github-instructor: the workflow by
    which your own repository grades those of learners, into that repository's folder; gradescope: an autograder's zip.
    """
    from grading.authoring import template

    found = template.write(host, target, stage or folders.stages()[0].folder, not without_isolation)
    said = f"DO NOT give {target} away: {len(found)} secrets are in it" if found else template.NEXT[host]
    return Outcome("\n".join([*found, said.format(target=target)]), well=not found)


@command()
@click.argument("folder", type=FILE)
@click.argument("lessons", nargs=-1, metavar="[LESSON...]")
@click.option("--full", is_flag=True, help="run the lessons with their production parameters (long)")
def slides(folder: Path, lessons: tuple[str, ...], full: bool) -> Outcome:
    """Write slides of a LESSON such as 3-02 (default: all) to FOLDER, for the trainer: solutions are in the notes."""
    from grading.authoring.slides import slides

    written = slides(folder, list(lessons), full)
    return Outcome(f"{len(written)} written; open one in a browser, S shows your notes. Keep them from learners")


@command()
@click.option("--stage", type=StageName(), metavar="STAGE", help="default: the first")
@click.option(
    "--learners", type=int, default=4, metavar="N", help="default: 4; with 24 or more the report has all its parts"
)
@click.option("--lessons", type=int, default=2, metavar="N", help="of the stage, from its first on (default: 2)")
@click.option("--state", type=FILE, metavar="FOLDER", help="an empty folder to work in (default: a temporary one)")
def demo(stage: str | None, learners: int, lessons: int, state: Path | None) -> Outcome:
    """Run a small SIMULATED cohort through the whole cycle, for a first look."""
    from grading.demo import demo

    state = state or Path(tempfile.mkdtemp(prefix="trainlib-demo-"))
    if state.exists() and any(state.iterdir()):
        raise ValueError(
            f"{state} is not empty: the demo takes a folder of its own, so that no real grades are mixed with it"
        )
    with folders.state_in(state):
        return Outcome(well=demo(stage or folders.stages()[0].folder, learners, lessons))


@command()
def hub() -> Outcome:
    """Take what learners hand in on JupyterHub into the state folder's `received`; the hub starts it (docs/hub.md)."""
    from grading.hub import service

    service.serve()
    return Outcome()


@command(data=True)
@click.argument("path", type=FILE, metavar="FOLDER_OR_ZIP")
def collect(path: Path) -> Outcome:
    """Take in what learners handed in; of each lesson the newest attempt counts, none is lost.

    Zips of lesson.hand_in, a download of Moodle or Canvas, or folders of them.
    """
    from grading.intake.collect import BEFORE, collect
    from grading.records.terminal import text_table

    report, header = collect(path), ("learner", "stage", "lesson", "handed in (UTC)", "outcome")
    new = [row for row in report.taken if not row[-1].startswith(BEFORE)]
    said = [text_table(header, new)] if new else []
    people, old = len({learner for learner, *_ in new}), len(report.taken) - len(new)
    said.append(f"{len(new)} new, of {people} learners; {old} collected before; {len(report.refused)} refused")
    if report.refused:
        said.append(f"REFUSED, {len(report.refused)}:")
        said += [f"  {what}: {why}" for what, why in report.refused]
    taken = [dict(zip(("learner", "stage", "lesson", "handed_in", "outcome"), row)) for row in report.taken]
    refused = [{"what": what, "reason": why} for what, why in report.refused]
    return Outcome("\n".join(said), {"taken": taken, "refused": refused}, not refused)


@command()
@click.argument("sender")
@click.argument("learner")
def who(sender: str, learner: str) -> Outcome:
    """Say which LEARNER somebody is whom collect asks about, once and for all: SENDER as collect names them."""
    from grading.intake.people import settle

    return Outcome(settle(sender, learner))


@command(data=True)
@click.argument("what", metavar="[STAGE|LEARNER]", required=False)
@click.option(
    "--days", type=click.IntRange(min=1), default=7, metavar="N", help="without work for so long is stuck (default: 7)"
)
def status(what: str | None, days: int) -> Outcome:
    """Say who handed in, who is missing, late or stuck, and what waits for you: of all, a STAGE or a LEARNER.

    Who is missing is known where learners.csv is in the state folder. Stuck is who handed in nothing for N days, or
    failed an exercise in three attempts.
    """
    from grading.marking import status

    now, stages = status.Status(), [stage.folder for stage in folders.stages()]
    stuck, notes = now.stuck(days), [f"note: {note}" for note in now.notes]
    if what in now.learners:
        own, stuck = now.of(what), [one for one in stuck if one.learner == what]
        from grading.marking import mastery  # with numpy and scipy, which no other status needs

        knows, asked = mastery.of(what, now), [one for one in now.requests if one.learner == what]
        said = [status.lesson_table(own), *(f"STUCK: {what} {one.why}" for one in stuck), *status.request_lines(asked)]
        said += ["", *mastery.said(knows)]
        lessons = {row.id: own.get(row.id) for row in folders.lessons()}
        data = {"learner": what, "lessons": lessons, "stuck": stuck, "requests": asked, "mastery": knows}
        return Outcome("\n".join(said), data)
    if what not in (None, *stages):
        known = ", ".join(now.learners) or "nobody yet"
        raise ValueError(f"{what!r} is no stage ({', '.join(stages)}) and no learner: these are known: {known}")
    found = now.stages(what)
    said = [status.stage_table(found)]
    if what:
        said += [*status.names_of(found[0]), "", status.learner_table(now.learners, now, what)]
    said += ["", status.stuck_table(stuck)] if stuck else ["nobody is stuck"]
    return Outcome("\n".join([*said, *notes]), {"stages": found, "stuck": stuck, "notes": now.notes})


@command(data=True)
@STAGES
@click.option("--force", is_flag=True, help="grade everything again, such as after a test was mended")
@JOBS
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", help="ray: on a Ray cluster's machines")
@click.option("--address", default="local", help="of that cluster, HOST:PORT or auto (default: one of this machine)")
@NOT_ISOLATED
def autograde(stages, force, jobs, engine, address, without_isolation) -> Outcome:
    """Grade what is new or has changed of a STAGE, or of several."""
    from grading.marking.autograde import autograde, suspicious
    from grading.marking.before import Stopped
    from grading.records.glance import rows
    from grading.records.terminal import score_table

    scores, undone, odd, stopped = [], [], [], []
    for stage in stages:
        try:
            faults = autograde(stage, force, jobs, not without_isolation, address if engine == "ray" else None)
        except ValueError as error:
            if not (scores or isinstance(error, Stopped)):
                raise
            faults, stopped = getattr(error, "faults", {}), [*stopped, f"{stage}: {error}"]
        say("\n" + score_table(rows(stage)))
        for (learner, lesson), reason in faults.items():
            say(f"NOT GRADED, or not in full: {learner} {lesson}: {reason}")
        for (learner, lesson), what in suspicious(stage).items():
            say(f"LOOK AT IT: {learner} {lesson}: it {'; it '.join(what)}")
        scores += rows(stage)
        undone += _named(faults)
        odd += _named(suspicious(stage), "what")
    data = {"scores": scores, "not_graded": undone, "look_at": odd, "stopped": stopped}
    return Outcome("\n".join(f"STOPPED: {why}" for why in stopped), data, not undone and not stopped)


@command(data=True)
@click.argument("paths", type=FILE, nargs=-1, required=True, metavar="NOTEBOOK_OR_FOLDER...")
@click.option("--stage", type=StageName(), metavar="STAGE", help="all its lessons and no other; what is missing has 0")
@click.option("--result", type=FILE, metavar="FILE", help="write points and sentences as JSON")
@click.option(
    "--format", "form", type=click.Choice(["classroom50", "gradescope"]), default="classroom50", help="of the result"
)
@click.option("--summary", type=FILE, metavar="FILE", help="append them as Markdown, such as to $GITHUB_STEP_SUMMARY")
@NOT_ISOLATED
def grade_one(
    paths: tuple[Path, ...],
    stage: str | None,
    result: Path | None,
    form: str,
    summary: Path | None,
    without_isolation: bool,
) -> Outcome:
    """Grade one learner's notebooks without a gradebook, for hosts that keep the points themselves.

    Exit codes: 0 it graded, whatever the points; 1 a notebook could not be read, which has 0 points; 2 nothing was
    graded, and no file was written.
    """
    from grading.marking import grade_one
    from grading.records.terminal import text_table
    from trainlib._files import write

    graded = grade_one.grade(list(paths), stage, not without_isolation)
    data = grade_one.FORMS[form](graded, os.environ)
    if result:
        write(result, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    if summary:
        with summary.open("a", encoding="utf-8") as file:
            file.write(grade_one.summary(graded))
    lines = [(one.lesson.number, each, f"{each.points:g}") for one in graded for each in one.exercises]
    body = [(lesson, each.title, own, f"{each.most:g}", grade_one.sentence(each)) for lesson, each, own in lines]
    said = [text_table(("lesson", "exercise", "points", "of", "what came of it"), body)]
    for one in graded:
        said += [f"NOT GRADED, or not in full: {one.lesson.id}: {line}" for line in [one.fault] if line]
        said += [f"LOOK AT IT: {one.lesson.id}: it {'; it '.join(one.suspicious)}"] if one.suspicious else []
    own, most = grade_one.points(graded)
    return Outcome("\n".join([*said, f"{own:g} of {most:g} points"]), data, not any(one.unread for one in graded))


@command()
@STAGE
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="of 127.0.0.1 (default: any free one)"
)
@click.option(
    "--alike",
    type=click.FloatRange(0, 1),
    default=0.85,
    metavar="COSINE",
    help="of one group, at least (default: 0.85)",
)
@click.option(
    "--encoder",
    type=click.Choice(["minilm", "tiny-bert", "none"]),
    default="minilm",
    help="what finds answers that are alike; none: only identical texts are one group (default: minilm)",
)
def mark(stage: str, port: int, alike: float, encoder: str) -> Outcome:
    """Mark the open questions of one STAGE in a browser: alike answers in one go, by the rubric, with undo."""
    from grading.marking.mark_server import prepare

    server, listening, address = prepare(stage, port, encoder, alike)
    say(f"Open this address in a browser on this machine; Ctrl+C ends it.\n{address}")
    with suppress(KeyboardInterrupt):
        server.run([listening])
    return Outcome("ended; every mark is in the gradebook")


@command(context_settings={"allow_interspersed_args": False})  # a text may begin with "-"
@click.argument("learner")
@STAGE
@click.argument("text")
def answer(learner: str, stage: str, text: str) -> Outcome:
    """Answer what a LEARNER asks about a STAGE: TEXT closes all that is open, and stands on the feedback pages with it.

    Where nothing is open, it takes the place of your last answer.
    """
    from grading.records.requests import answer
    from grading.records.terminal import line

    said = [f"answered: {line(one.text)}" for one in answer(learner, stage, text)]
    where = f"`python -m grading feedback {stage}` puts it on each page of the stage that {learner} gets"
    return Outcome("\n".join([*said, where]))


@command(data=True)
@STAGE
@JOBS
@NOT_ISOLATED
@click.option("--all", "everything", is_flag=True, help="lessons with the same tests, too, such as for a new library")
def regrade(stage: str, jobs: int | None, without_isolation: bool, everything: bool) -> Outcome:
    """Grade again what has other tests in one STAGE, such as after one was mended and built, and show who changed.

    Marks that you gave stay. Whatever stops it, the same command does the rest, and shows all changes.
    """
    from grading.marking.regrade import change_table, regrade

    done = regrade(stage, jobs, not without_isolation, everything)
    said = ["", change_table(done.changes)]
    said += [f"the scores before are those of {done.since} UTC, when this began"] if done.since else []
    said += [f"NOT GRADED, or not in full: {' '.join(place)}: {why}" for place, why in done.faults.items()]
    said += [f"STOPPED: {done.stopped}"] if done.stopped else []
    changes = [asdict(change) | {"by": change.by} for change in done.changes]
    data = {"changes": changes, "not_graded": _named(done.faults), "stopped": done.stopped, "since": done.since}
    return Outcome("\n".join(said), data, not done.faults and not done.stopped)


@command(data=True)
@STAGE
@click.option("--page", type=FILE, metavar="FILE", help="default: similar_STAGE.html in the state folder")
def similar(stage: str, page: Path | None) -> Outcome:
    """List similar submissions of one STAGE, and write them side by side, as a hint for a person."""
    from grading.marking.similar import pair_table, write

    page = page or folders.state() / f"similar_{stage}.html"
    pairs = write(stage, page)
    said = f"{pair_table(pairs)}\na hint for a person, not a finding; side by side: {page}"
    return Outcome(said, {"page": page, "pairs": pairs})


@command(data=True)
@STAGES
@click.option("--mail", type=FILE, metavar="FOLDER", help="write an email draft for each learner there; sends nothing")
def feedback(stages: tuple[str, ...], mail: Path | None) -> Outcome:
    """Write an HTML page for each graded lesson of a STAGE, or of several, and an overview for each learner."""
    from grading.marking.feedback import feedback
    from grading.marking.known import Known
    from grading.marking.mail import drafts, refuse
    from grading.marking.overview import OLDER, overviews, page_of
    from grading.marking.review_deck import path_of
    from grading.records.glance import rows

    if mail:
        refuse(mail)
    written, missing, known = [], [], Known()
    before = [path for stage in stages for path in (folders.state() / "feedback").glob(f"*/{stage}/*.html")]
    learners = {path.parts[-3] for path in before}  # some may have left a group, and lose a page
    for stage in stages:
        pages, faults = feedback(stage, known)
        say("\n".join(map(str, pages)))
        if waiting := [f"{row.learner} {row.lesson}" for row in rows(stage) if row.to_grade]:
            how = f"`python -m grading mark {stage}`"
            said = "and count what they had before, or 0"
            say(f"note: cells still wait for a person ({how}), {said}: {', '.join(waiting)}")
        for (learner, lesson), reason in faults.items():
            say(f"NO PAGE: {learner} {lesson}: {reason}")
        written += pages
        missing += _named(faults)
        learners |= {path.parts[-3] for path in pages} | {learner for learner, _ in faults}
    found = overviews(learners, known)
    say(f"{len(found)} overviews, a page a learner above these: {page_of('LEARNER')}")
    older = {standing.row.stage for one in found for standing in one.standings if standing.state == OLDER}
    if older:
        how = f"`python -m grading feedback {' '.join(sorted(older))}`"
        say(f"note: work or marks have changed since pages of other stages were made; {how} brings them up to date")
    decks = [deck for name in sorted({page.parts[-3] for page in written}) if (deck := path_of(name)).exists()]
    if decks:
        say(f"{len(decks)} files for the own review, to be put beside index.ipynb: {path_of('LEARNER')}")
    data = {"pages": written, "no_page": missing, "overviews": [page_of(one.learner) for one in found]}
    data |= {"review_decks": decks}
    if mail:
        made = drafts(mail, found, known)
        say(f"{len(made.written)} drafts in {mail}: open each in your mail program, look at it and send it")
        for why, names in made.without.items():
            say(f"NO DRAFT, {why}: {', '.join(names)}")
        for why, names in made.notes.items():
            say(f"LOOK AT IT, {why}: {', '.join(names)}")
        data |= {"drafts": made.written, "no_draft": made.without}
    return Outcome(data=data, well=not missing)


@command()
@click.option("--csv", type=FILE, metavar="FILE", help="the table to write")
@click.option("--form", type=click.Choice(["rows", "moodle", "canvas"]), default="rows", help="default: rows")
@click.option(
    "--xapi", type=FILE, metavar="FILE", help="write xAPI statements, one a line, for a learning record store"
)
def export(csv: Path | None, form: str, xapi: Path | None) -> Outcome:
    """Write all scores to a CSV file, a row for each lesson, or as Moodle or Canvas imports them; or as xAPI."""
    from grading.marking.export import export
    from grading.records.glance import rows

    if csv is None and xapi is None:
        raise click.UsageError("Missing option '--csv' or '--xapi'.", click.get_current_context())
    said = [f"{export(csv, form)} rows written to {csv}"] if csv else []
    if xapi:
        from grading.marking.xapi import export as export_statements

        said.append(f"{export_statements(xapi)} statements written to {xapi}")
    if waiting := sum(row.to_grade for row in rows() if row.is_own):
        said.append(f"note: {waiting} cells still wait for a person, and count what they had before, or 0")
    return Outcome("\n".join(said))


@command(data=True)
@click.argument("platform", type=click.Choice(["canvas", "moodle", "lti"]))
@click.argument("stages", type=StageName(), nargs=-1, metavar="[STAGE...]")
@click.option("--send", is_flag=True, help="change the grades there (default: show what would change)")
@click.option("--overwrite", is_flag=True, help="also those that were changed there since they were sent")
def push(platform: str, stages: tuple[str, ...], send: bool, overwrite: bool) -> Outcome:
    """Compare grades with those on Canvas, Moodle or an LTI 1.3 platform, and with --send change them there.

    A grade for each STAGE (default: all) of which a learner handed in a lesson, in the platform's points; check-in
    and check-out are in no sum. [platform.PLATFORM] in settings.toml says where (see grading/records/settings.py),
    the column PLATFORM of learners.csv who: the user's number on Canvas or Moodle, or the `sub` of an LTI launch.
    Secrets come from the environment alone: CANVAS_TOKEN, MOODLE_TOKEN, or LTI_PRIVATE_KEY, the path of a key.

    Tested against servers that speak the published interfaces, not yet against a real Canvas, Moodle or LTI platform:
    look at the table, and at one stage there, before you send all.
    """
    from grading.marking import push

    pushed = push.push(platform, stages, send, overwrite)
    said = [push.table(pushed), *(f"note: {note}" for note in pushed.notes)]
    said += [f"STOPPED: {pushed.stopped}"] if pushed.stopped else []
    said += [] if send else ["nothing was sent: --send sends what is new or has changed"]
    return Outcome("\n".join(said), push.as_data(pushed), pushed.is_well)


@command(data=True)
def certify() -> Outcome:
    """Write a signed page, and an Open Badge 3.0 beside it, for each learner who has passed every stage."""
    from grading.marking.certificates import certify
    from grading.records.terminal import text_table

    results, pages, key = certify()
    body = [
        (one.learner, *(f"{score:g} of {most:g}" for score, most in one.points.values()))
        + (str(pages.get(one.learner, "not passed")), f"{one.to_grade} to mark by hand" if one.to_grade else "")
        for one in results
    ]
    table = text_table(("learner", *results[0].points, "certificate", ""), body)
    learners = [asdict(one) | {"page": pages.get(one.learner)} for one in results]
    said = [table, *(["beside each page lies the same as an Open Badge 3.0: NAME.jwt"] if pages else [])]
    said.append(f"public key, to be published: {key}")
    return Outcome("\n".join(said), {"learners": learners, "public_key": key})


@command()
@click.argument("file", type=FILE)
@click.option("--key", metavar="KEY", help="the issuer's public key (default: that of the state folder)")
@click.option("--holder", metavar="TEXT", help="an email or a name: was the badge issued to it?")
def verify(file: Path, key: str | None, holder: str | None) -> Outcome:
    """Check the certificate in FILE, a page or an Open Badge (.jwt), without a network."""
    from grading.marking.certificates import verify

    title, fault = verify(file, key, holder)
    return Outcome(f"NOT VALID: {file}: {fault}" if fault else f"valid: {title}", well=not fault)


@command(data=True)
@click.option("--csv", type=FILE, required=True, metavar="FILE", help="the file to write")
def items(csv: Path) -> Outcome:
    """Write a row for each learner and question of check-in and check-out, and show the change."""
    from grading.lead import item_scores
    from grading.records.terminal import text_table

    summary = item_scores.write(csv)
    shown = [
        (row.learner, row.track, row.first, *("" if share is None else f"{share:.2f}" for share in (row.pre, row.post)))
        for row in summary.changes
    ]
    header = ("learner", "track", "first form", "before", "after")
    said = [text_table(header, shown) if shown else "nobody took a test yet"]
    for track, (before, after) in summary.over_both_orders.items():
        said.append(f"{track}: mean over both orders: {before:.3f} before, {after:.3f} after")
    for names, why in (
        (summary.same_form_twice, "the same form twice, under two names, so no change"),
        (summary.changed_track, "another track at check-out, which asks other questions, so no change"),
        (summary.without_track, "a test that names no track, so no score"),
    ):
        said += [f"note: {why}: {', '.join(names)}"] if names else []
    said.append(f"{summary.rows} rows written to {csv}")
    return Outcome("\n".join(said), summary)


@command(data=True)
@click.argument("folder", type=FILE)
def follow_up(folder: Path) -> Outcome:
    """Score the forms that come back 30 and 90 days after the course, in FOLDER, with a page of reasons for each."""
    from grading.lead import retention
    from grading.lead.follow_up import score_folder
    from grading.pages.numbers import interval
    from grading.records.terminal import line

    forms = score_folder(folder)
    days = retention.by_days(forms.scored)
    said = [line(f"REFUSED: {reason}") for reason in forms.refused]
    for form in forms.scored:
        said.append(f"{form.learner}: {form.right} of {form.asked} right after {form.days} days")
        said += [line(f"  {name}: {value}") for name, value in ({"form": form.form} | form.use).items() if value]
        said += [f"  note: {note}" for note in form.notes]
    for span in days:
        share = interval(span.share) if span.share else f"too few for a share: under {retention.LEAST}"
        people = f"{span.learners} learner{'s' if span.learners > 1 else ''}"
        said.append(f"{span.name} days after check-out, {people}, share right: {share}")
    data = asdict(forms) | {"by_days": [asdict(span) for span in days]}
    return Outcome("\n".join(said), data, well=not forms.refused)


@command(data=True)
@click.argument("file", type=FILE, metavar="COHORT_TOML")
@click.option("--csv", type=FILE, required=True, metavar="FILE", help="the file to write")
def cohort(file: Path, csv: Path) -> Outcome:
    """Write a cohort's table, from gradebook, surveys and COHORT_TOML (see grading/cohort.example.toml)."""
    from grading.lead import cohort_table

    summary = cohort_table.write(file, csv)
    said = (
        f"{summary.title}: {summary.learners} learners in {summary.teams} teams and {summary.stages} stages, "
        f"{summary.with_check_out} with a check-out; {len(summary.rows)} rows written to {csv}"
    )
    return Outcome("\n".join([said, *(f"note: {note}" for note in summary.notes)]), summary)


@command(data=True)
@click.argument("plans", type=FILE, nargs=-1, required=True, metavar="PLAN_TOML [OTHER_PLAN_TOML]")
@click.option("--output", type=FILE, metavar="FILE", help="the page to write (default: beside PLAN_TOML)")
@click.option("--from-gradebook", is_flag=True, help="use weights and ratings of the last cohort, not assumed ones")
@click.option("--cohort", type=FILE, metavar="FILE", help="that cohort (default: cohort.toml beside PLAN_TOML)")
@click.option("--csv", type=FILE, metavar="FILE", help="write the plan as a table, too")
@click.option("--excel", type=FILE, metavar="FILE", help="write it as a workbook with formulas (.xlsx), too")
@click.option("--calendar", type=FILE, metavar="FILE", help="write its weeks as events for calendars (.ics), too")
@click.option("--actual", type=FILE, metavar="COHORT_TOML", help="show what was held beside what was planned")
@click.option("--quick", is_flag=True, help="without the sliders, whose plans take most of the time")
def plan(
    plans: tuple[Path, ...],
    output: Path | None,
    from_gradebook: bool,
    cohort: Path | None,
    quick: bool,
    actual: Path | None,
    **files: Path | None,
) -> Outcome:
    """Write a report on the best training for a budget and a deadline (see grading/plan.example.toml).

    With OTHER_PLAN_TOML, write a page with both plans side by side and their differences.
    """
    source = (cohort or plans[0].parent / "cohort.toml") if from_gradebook or cohort else None
    if len(plans) > 1:
        return _two_plans(
            plans, output, source, [f"--{name}" for name, path in {**files, "actual": actual}.items() if path]
        )
    from grading.lead.plan_page import Files, write

    summary = write(plans[0], output or plans[0].with_suffix(".html"), source, Files(**files), quick, actual)
    notes = [f"note: {note}" for note in summary.notes]
    written = [f"written: {path}" for path in (summary.page, *summary.files)]
    return Outcome("\n".join([summary.answer, *summary.sources, *notes, *written]), summary)


def _two_plans(plans: tuple[Path, ...], output: Path | None, source: Path | None, refused: list[str]) -> Outcome:
    """Compare two plans."""
    from grading.lead.plan_pair import write

    if len(plans) > 2 or refused:
        raise click.UsageError(f"{refused[0]} is for one plan" if refused else f"{len(plans)} plans: give one or two")
    first, second = plans
    pair = write(first, second, output or first.with_name(f"{first.stem}_and_{second.stem}.html"), source)
    said = [f"{path}: {answer}" for path, answer in zip(plans, pair.answers)]
    differ = [row for row in pair.rows if row.difference.startswith(("+", "−"))]
    said += [f"difference: {row.what}: {row.difference}" for row in differ]
    said += [f"field: {row.what}: {row.first} and {row.second}" for row in pair.fields]
    said += [] if differ or pair.fields else ["no difference"]
    return Outcome("\n".join([*said, *(f"note: {note}" for note in pair.notes), f"written: {pair.page}"]), pair)


@command(data=True)
@click.argument("file", type=FILE, metavar="[DESIGN_TOML]", required=False)
@click.option("--cohort", type=FILE, metavar="FILE", help="take weights and luck from this cohort.toml's cohort")
@click.option(
    "--assign", type=FILE, metavar="CSV", help="draw waves and hours of these learners (learner, score or team)"
)
@click.option("--out", type=FILE, metavar="FOLDER", help="for roster, calendar and seed of --assign")
@click.option("--check", type=FILE, metavar="FOLDER", help="draw an assignment again, and compare")
def design(
    file: Path | None, cohort: Path | None, assign: Path | None, out: Path | None, check: Path | None
) -> Outcome:
    """Simulate designs of the next cohort by DESIGN_TOML (see grading/design.example.toml), or draw who gets what."""
    from grading.lead import assignment, designing
    from grading.records.terminal import text_table

    if (file is None) == (check is None) or (assign is None) != (out is None) or (check and assign):
        raise click.UsageError("give DESIGN_TOML, or it with --assign CSV --out FOLDER, or --check FOLDER alone")
    if check:
        checked = assignment.check(check)
        said = [f"DIFFERS: {fault}" for fault in checked.faults] or ["the same: it is what list, design and seed give"]
        said.append(f"fingerprint: {checked.fingerprint}; it must be the one that was sent when it was drawn")
        return Outcome("\n".join(said), checked, checked.same)
    if assign:
        drawn = assignment.assign(file, assign, out)
        waves = ", ".join(f"{count} in {name}" for name, count in drawn.waves.items())
        said = f"{drawn.learners} learners drawn with seed {drawn.seed}, stratified by {drawn.strata}: {waves}"
        said += f"\nwritten: {drawn.folder}; anybody can check it with `design --check`"
        send = "send it to somebody now, as proof that nobody draws again"
        return Outcome(f"{said}\nfingerprint: {drawn.fingerprint}; {send}", drawn)
    summary = designing.compare(file, cohort, tell=functools.partial(say, error=True))
    said = [
        f"SIMULATED cohorts, {summary.simulations} a design, seed {summary.seed}: nobody took part.",
        summary.advice,
    ]
    said += [
        "",
        "Median width of each weight's 95 % interval, how often the least sure one holds the truth, and what the",
    ]
    said += ["design takes beyond the usual course: hours, tests, weeks of waiting and money.", ""]
    said += [text_table(*designing.table(summary)), "", text_table(*designing.narrowed_table(summary)), ""]
    return Outcome("\n".join([*said, *(f"note: {note}" for note in summary.notes)]), summary)


@command(data=True)
@click.argument("page", type=FILE, metavar="[FILE]", required=False)
@click.option("--shared", is_flag=True, help="leave out names, texts and groups of fewer than 5")
@click.option("--cohort", type=FILE, metavar="FILE", help="default: cohort.toml beside the page")
@click.option("--plan", type=FILE, metavar="FILE", help="stages to fit (default: plan.toml beside the page)")
@click.option("--follow-up", type=FILE, metavar="FOLDER", help="default: follow_up beside the page")
def report(page: Path | None, shared: bool, cohort: Path | None, plan: Path | None, follow_up: Path | None) -> Outcome:
    """Write a page on what the last training bought, and what to change: FILE, or report.html in the state folder."""
    from grading.lead.report_page import write

    page = page or folders.state() / ("report_shared.html" if shared else "report.html")
    beside = [page.parent / name for name in ("cohort.toml", "plan.toml", "follow_up")]
    files = [given or default for given, default in zip((cohort, plan, follow_up), beside)]
    summary = write(page, *files, shared=shared)
    return Outcome(f"{summary.answer}\nwritten: {summary.page}", summary)


def main(words: list[str] | None = None) -> int:
    """Run one command. Returns its exit code."""
    try:
        return cli.main(words, prog_name="python -m grading", standalone_mode=False) or 0
    except click.UsageError as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        print("\nstopped: what was finished stays, and the same command goes on from there", file=sys.stderr)
        return 130
    except (ValueError, OSError) as error:
        return _say(error, str(error))
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("sqlalchemy", "sqlite3"):
            raise
        said = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return _say(error, f"the gradebook of {folders.state()} cannot be read or written: {said}")


def _say(error: Exception, sentence: str) -> int:
    """Tell why nothing more was done. Returns the exit code."""
    _log(error)
    say(f"error: {sentence}", error=True)
    return 2


def _log(error: Exception) -> None:
    """Keep the traceback for whoever looks for a fault of the course itself."""
    from grading.records import log

    with log.to_file():
        logging.getLogger(__name__).error("%s", error, exc_info=error)


if __name__ == "__main__":
    sys.exit(main())
