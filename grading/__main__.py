"""The instructor's commands: `python -m grading COMMAND`, run from the project's folder.

A cohort's cycle: build, then for each stage collect, autograde, mark the open questions (`make grade`), feedback, export;
after check-out items and certify, and 30 days later follow-up. The training lead's: plan a training, and after it cohort
and report, then plan again with what was learnt (`plan --from-gradebook`).
Everything that these commands make lies in one folder, grading/state; the environment variable TRAINLIB_GRADING_STATE
names another one. Exit codes: 0 all went well; 1 something was refused or could not be graded, and the rest was done;
2 nothing was done.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from grading.records import folders


def build(arguments: argparse.Namespace) -> bool:
    from grading.authoring import build

    faults = build.check() if arguments.check else build.build()
    print("\n".join(faults) or "notebooks/ is what the sources make")
    return not faults


def collect(arguments: argparse.Namespace) -> bool:
    from grading.intake.collect import collect
    from grading.records.terminal import text_table

    report = collect(arguments.path)
    if report.taken:
        print(text_table(("learner", "stage", "lesson", "handed in (UTC)", "outcome"), report.taken))
    if report.refused:
        print(f"\nREFUSED, {len(report.refused)}:\n" + "\n".join(f"  {what}: {why}" for what, why in report.refused))
    return not report.refused


def who(arguments: argparse.Namespace) -> bool:
    from grading.intake.people import settle
    from grading.records.terminal import visible

    print(visible(settle(arguments.sender, arguments.learner)))
    return True


def autograde(arguments: argparse.Namespace) -> bool:
    done = [_autograde(stage, arguments) for stage in arguments.stage]
    return all(done)


def _autograde(stage: str, arguments: argparse.Namespace) -> bool:
    from grading.marking.autograde import autograde, suspicious
    from grading.records.gradebook import rows
    from grading.records.terminal import score_table

    cluster = arguments.address if arguments.engine == "ray" else None
    faults = autograde(stage, arguments.force, arguments.jobs, not arguments.without_isolation, cluster)
    print("\n" + score_table(rows(stage)))
    for (learner, lesson), reason in faults.items():
        print(f"NOT GRADED, or not in full: {learner} {lesson}: {reason}")
    for (learner, lesson), what in suspicious(stage).items():
        print(f"LOOK AT IT: {learner} {lesson}: it {'; it '.join(what)}")
    return not faults


def regrade(arguments: argparse.Namespace) -> bool:
    from grading.marking.regrade import change_table, regrade

    changes, faults = regrade(arguments.stage, arguments.jobs, isolated=not arguments.without_isolation)
    print("\n" + change_table(changes))
    return not faults


def similar(arguments: argparse.Namespace) -> bool:
    from grading.marking.similar import pair_table, write

    page = arguments.page or folders.state() / f"similar_{arguments.stage}.html"
    print(pair_table(write(arguments.stage, page)))
    print(f"a hint for a person, not a finding; side by side: {page}")
    return True


def feedback(arguments: argparse.Namespace) -> bool:
    done = [_feedback(stage) for stage in arguments.stage]
    return all(done)


def _feedback(stage: str) -> bool:
    from grading.marking.feedback import feedback
    from grading.records.gradebook import rows

    pages, faults = feedback(stage)
    print("\n".join(str(page) for page in pages))
    if waiting := [f"{row.learner} {row.lesson}" for row in rows(stage) if row.to_grade]:
        print(f"note: cells still wait for a person (`make grade`), and count 0 so far: {', '.join(waiting)}")
    for (learner, lesson), reason in faults.items():
        print(f"NO PAGE: {learner} {lesson}: {reason}")
    return not faults


def export(arguments: argparse.Namespace) -> bool:
    from grading.marking.export import export
    from grading.records.gradebook import rows

    print(f"{export(arguments.csv, arguments.form)} rows written to {arguments.csv}")
    if waiting := sum(row.to_grade for row in rows()):
        print(f"note: {waiting} cells still wait for a person, and count 0 so far")
    return True


def certify(arguments: argparse.Namespace) -> bool:
    from grading.marking.certificates import certify
    from grading.records.terminal import text_table

    results, pages, key = certify()
    body = [
        (one.learner, *(f"{score:g} of {most:g}" for score, most in one.points.values()))
        + (str(pages.get(one.learner, "not passed")), f"{one.to_grade} cells wait for you" if one.to_grade else "")
        for one in results
    ]
    print(text_table(("learner", *results[0].points, "certificate", ""), body))
    print(f"public key, to be published: {key}")
    return True


def verify(arguments: argparse.Namespace) -> bool:
    from grading.marking.certificates import verify

    title, fault = verify(arguments.file, arguments.key)
    print(f"NOT VALID: {arguments.file}: {fault}" if fault else f"valid: {title}")
    return not fault


def items(arguments: argparse.Namespace) -> bool:
    from grading.lead import item_scores
    from grading.records.terminal import text_table

    rows, changes = item_scores.write_items(arguments.csv), item_scores.changes()
    shown = [
        (one.learner, one.first, *("" if share is None else f"{share:.2f}" for share in (one.pre, one.post)))
        for one in changes
    ]
    print(text_table(("learner", "first form", "before", "after"), shown) if shown else "nobody took a test yet")
    if both := item_scores.over_both_orders(changes):
        print(f"mean over both orders: {both[0]:.3f} before, {both[1]:.3f} after")
    if twice := item_scores.same_form_twice():
        print(f"note: the same form twice, under two names, so no change: {', '.join(sorted(twice))}")
    print(f"{rows} rows written to {arguments.csv}")
    return True


def follow_up(arguments: argparse.Namespace) -> bool:
    from grading.lead.follow_up import score_follow_up

    forms, refused = sorted(arguments.folder.glob("*.toml")), 0
    if not forms:
        raise ValueError(f"{arguments.folder} holds no follow_up_NAME.toml, as lesson 4-06 writes them")
    for path in forms:
        try:
            found, page = score_follow_up(path)
        except ValueError as reason:
            refused += 1
            print(f"REFUSED: {reason}")
            continue
        path.with_suffix(".html").write_text(page, encoding="utf-8")
        print(f"{found.pop('learner')}: {found.pop('right')} of {found.pop('of')} right after {found.pop('days')} days")
        print("".join(f"  {name}: {value}\n" for name, value in found.items() if value), end="")
    return not refused


def cohort(arguments: argparse.Namespace) -> bool:
    from grading.lead.cohort import read

    found = read(arguments.file)
    found.table.to_csv(arguments.csv, index=False)
    learners = found.table.drop_duplicates("learner")
    print(
        f"{found.title}: {len(learners)} learners in {learners.team.nunique()} teams and {found.table.stage.nunique()} "
        f"stages, {learners.post.notna().sum()} with a check-out; {len(found.table)} rows written to {arguments.csv}"
    )
    print("".join(f"note: {note}\n" for note in found.notes), end="")
    return True


def plan(arguments: argparse.Namespace) -> bool:
    from grading.lead.plan import report

    cohort_file = arguments.cohort or arguments.file.parent / "cohort.toml"
    output = arguments.output or arguments.file.with_suffix(".html")
    print(report(arguments.file, output, cohort_file if arguments.from_gradebook or arguments.cohort else None))
    return True


def report(arguments: argparse.Namespace) -> bool:
    from grading.lead.report_page import write

    page = arguments.page or folders.state() / ("report_shared.html" if arguments.shared else "report.html")
    beside = {"cohort": "cohort.toml", "plan": "plan.toml", "follow_up": "follow_up"}
    files = [getattr(arguments, name) or page.parent / default for name, default in beside.items()]
    print(write(page, *files, shared=arguments.shared))
    return True


def publish(arguments: argparse.Namespace) -> bool:
    from grading.authoring.publish import publish

    found = publish(arguments.folder)
    print("\n".join(found))
    print(
        f"DO NOT give {arguments.folder} away: {len(found)} secrets are in it"
        if found
        else f"{arguments.folder} is ready"
    )
    return not found


def demo(arguments: argparse.Namespace) -> bool:
    from grading.demo import demo

    state = arguments.state or Path(tempfile.mkdtemp(prefix="trainlib-demo-"))
    if state.exists() and any(state.iterdir()):
        raise ValueError(
            f"{state} is not empty: the demo takes a folder of its own, so that no real grades are mixed with it"
        )
    with folders.state_in(state):
        return demo(arguments.stage, arguments.learners)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m grading", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(run: Callable[[argparse.Namespace], bool], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            run.__name__.replace("_", "-"), help=text, description=text[0].upper() + text[1:] + "."
        )
        added.set_defaults(run=run)
        return added

    stages = [row.folder for row in folders.stages()]
    added = command(build, "write notebooks/ from the lesson sources, and tell the gradebook about them")
    added.add_argument("--check", action="store_true", help="write nothing; list what differs and every fault")
    added = command(collect, "take in what learners handed in; of each lesson the newest attempt counts, none is lost")
    added.add_argument(
        "path", type=Path, metavar="FOLDER_OR_ZIP", help="zips of lesson.hand_in, a download of Moodle or Canvas, …"
    )
    added = command(who, "say which learner somebody is whom collect asks about, once and for all")
    added.add_argument("sender", metavar="SENDER", help="as collect names whoever sent something")
    added.add_argument("learner", metavar="LEARNER", help="the learner's name, known or new")
    added = command(autograde, "grade what is new or has changed of a stage, or of several")
    added.add_argument("stage", choices=stages, nargs="+", metavar="STAGE", help=", ".join(stages))
    added.add_argument("--force", action="store_true", help="grade everything again, such as after a test was mended")
    added.add_argument("--jobs", type=_count, metavar="N", help="notebooks that run at once (default: one a core)")
    added.add_argument(
        "--engine", choices=["local", "ray"], default="local", help="ray: on the machines of a Ray cluster"
    )
    added.add_argument(
        "--address", default="local", help="of that cluster, HOST:PORT or auto (default: one of this machine)"
    )
    added.add_argument(
        "--without-isolation", action="store_true", help="DANGEROUS: let learners' code do and read all that you can"
    )
    added = command(regrade, "grade one stage again, such as after a test was mended and built, and show who changed")
    added.add_argument("stage", choices=stages, metavar="STAGE", help=", ".join(stages))
    added.add_argument("--jobs", type=_count, metavar="N", help="as in autograde")
    added.add_argument("--without-isolation", action="store_true", help="DANGEROUS: as in autograde")
    added = command(
        similar, "list similar submissions of one stage, and write them side by side, as a hint for a person"
    )
    added.add_argument("stage", choices=stages, metavar="STAGE", help=", ".join(stages))
    added.add_argument("--page", type=Path, metavar="FILE", help="default: similar_STAGE.html in the state folder")
    added = command(feedback, "write an HTML page for each graded lesson of a stage, or of several")
    added.add_argument("stage", choices=stages, nargs="+", metavar="STAGE", help=", ".join(stages))
    added = command(
        export, "write all scores to a CSV file, a row for each lesson, or as Moodle or Canvas imports them"
    )
    added.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the file to write")
    added.add_argument("--form", choices=["rows", "moodle", "canvas"], default="rows", help="default: rows")
    command(certify, "write a signed page for each learner who has passed every stage")
    added = command(verify, "check a certificate, without a network")
    added.add_argument("file", type=Path, metavar="FILE", help="the page")
    added.add_argument("--key", metavar="KEY", help="the issuer's public key (default: that of the state folder)")
    added = command(items, "write a row for each learner and question of check-in and check-out, and show the change")
    added.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the file to write")
    added = command(
        follow_up, "score the forms that come back 30 days after the course, with a page of reasons for each"
    )
    added.add_argument("folder", type=Path, metavar="FOLDER", help="where the follow_up_NAME.toml files lie")
    added = command(cohort, "write a cohort's table, from gradebook, surveys and cohort.toml, and say what is missing")
    added.add_argument("file", type=Path, metavar="COHORT_TOML", help="see grading/cohort.example.toml")
    added.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the file to write")
    added = command(plan, "write a two-page report on the best training for a budget and a deadline")
    added.add_argument("file", type=Path, metavar="PLAN_TOML", help="see grading/plan.example.toml")
    added.add_argument("--output", type=Path, metavar="FILE", help="the page to write (default: beside PLAN_TOML)")
    added.add_argument(
        "--from-gradebook",
        action="store_true",
        help="use weights and ratings of the last cohort instead of assumed ones",
    )
    added.add_argument(
        "--cohort", type=Path, metavar="FILE", help="that cohort (default: cohort.toml beside PLAN_TOML)"
    )
    added = command(report, "write a page on what the last training bought, and what to change")
    added.add_argument(
        "page",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="the page to write (default: report.html in the state folder)",
    )
    added.add_argument("--shared", action="store_true", help="leave out names, texts and groups of fewer than 5")
    added.add_argument("--cohort", type=Path, metavar="FILE", help="default: cohort.toml beside the page")
    added.add_argument("--plan", type=Path, metavar="FILE", help="stages to fit (default: plan.toml beside the page)")
    added.add_argument("--follow-up", type=Path, metavar="FOLDER", help="default: follow_up beside the page")
    added = command(publish, "copy what learners need to an empty folder, and search it for solutions and hidden tests")
    added.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder outside of the project")
    added = command(demo, "run a small SIMULATED cohort through the whole cycle, for a first look")
    added.add_argument("--stage", choices=stages, default=stages[0], metavar="STAGE", help=f"default: {stages[0]}")
    added.add_argument(
        "--learners", type=int, default=4, metavar="N", help="default: 4; with 24 or more the report has all its parts"
    )
    added.add_argument(
        "--state", type=Path, metavar="FOLDER", help="an empty folder to work in (default: a temporary one)"
    )
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


def main(words: list[str] | None = None) -> int:
    """Run one command. Returns its exit code."""
    try:
        arguments = _parser().parse_args(words)
        return 0 if arguments.run(arguments) else 1
    except KeyboardInterrupt:
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
    """Tell why nothing more was done, as a sentence that can do nothing to a terminal. Returns the exit code."""
    from grading.records.terminal import visible

    _log(error)
    print(f"error: {visible(sentence)}", file=sys.stderr)
    return 2


def _log(error: Exception) -> None:
    """Keep the traceback for whoever looks for a fault of the course itself."""
    from grading.records import log

    with log.to_file():
        logging.getLogger(__name__).error("%s", error, exc_info=error)


if __name__ == "__main__":
    sys.exit(main())
