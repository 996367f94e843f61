"""`python -m trainlib` copies the lessons into `work` and opens them in JupyterLab.

`python -m trainlib copy` only copies; `python -m trainlib doctor` says what this machine has; `python -m trainlib serve
FOLDER` serves a model that you saved (`--help` after it says more). Further options of `lab` go to JupyterLab, such as
`--no-browser` or `--port=8890`.
"""

import argparse
import os
import sys
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

from trainlib import editions

SETTINGS = Path(__file__).parent / "jupyterlab"  # JupyterLab neither asks about news nor looks for updates


def copy(folder: Path) -> None:
    """Copy the lessons into `folder` and say what was written. SystemExit says why nothing could be."""
    try:
        said = editions.copy_lessons(folder)
    except OSError as error:
        sys.exit(f"The lessons could not be copied: {error}. Another place for them: --folder FOLDER")
    print("\n".join(said) or "Your copies are up to date.")
    print(f"Your lessons are in {folder}")


def lab(folder: Path, options: list[str]) -> None:
    """Open the learner's copies in JupyterLab, and stay until it is stopped. `options` are JupyterLab's own.

    JupyterLab starts in `folder`: links between lessons and the link to what you hand in stay inside it.
    """
    if find_spec("jupyterlab") is None:
        sys.exit(
            'JupyterLab is not installed here: run pip install -c requirements.lock -e ".[lab]" in the course\'s '
            "folder."
        )
    copy(folder)
    print("Opening JupyterLab. Stop it with Ctrl+C here.", flush=True)
    from jupyterlab.labapp import LabApp

    os.chdir(folder)
    root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # the only user of many a container
    own = ["--log-level=WARN", f"--LabApp.app_settings_dir={SETTINGS}", "--LabApp.default_url=/lab/tree/index.ipynb"]
    LabApp.launch_instance([*own, *root, *options])


def serve(words: list[str]) -> None:
    """`python -m trainlib serve`: serve, or say who answers from now on. SystemExit says what cannot be."""
    from trainlib import releases

    try:
        from trainlib import serve as service
    except ImportError as missing:
        sys.exit(f"{missing}")

    parser = argparse.ArgumentParser(
        prog="python -m trainlib serve",
        description=service.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--release", metavar="VERSION")
    change.add_argument("--candidate", metavar="VERSION")
    change.add_argument("--roll-back", action="store_true")
    parser.add_argument("--share", type=float, help="of the requests that the candidate answers; default: 0")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 takes any free one")
    parser.add_argument(
        "--engine", default="torch", choices=["torch", "onnx", "onnx-int8"], help="what computes; default: torch"
    )
    for one in fields(service.Limits):
        parser.add_argument(f"--{one.name}", type=one.type, default=one.default, help=f"default: {one.default}")
    asked = parser.parse_args(words)
    if asked.share is not None and not asked.candidate:
        parser.error(f"--share is {asked.share:g}, the share of a candidate: name it with --candidate")
    try:
        if asked.release:
            print(releases.release(asked.folder, asked.release))
        elif asked.candidate:
            print(releases.try_out(asked.folder, asked.candidate, asked.share or 0.0))
        elif asked.roll_back:
            print(releases.roll_back(asked.folder))
        else:
            limits = service.Limits(**{one.name: getattr(asked, one.name) for one in fields(service.Limits)})
            service.serve(asked.folder, asked.host, asked.port, limits, asked.engine)
    except (OSError, ValueError) as error:
        sys.exit(f"{error}")


def main() -> None:
    """The command line: lab, copy, doctor or serve."""
    if sys.argv[1:2] == ["serve"]:
        return serve(sys.argv[2:])
    parser = argparse.ArgumentParser(
        prog="python -m trainlib", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", nargs="?", default="lab", choices=["lab", "copy", "doctor"], help="default: lab")
    parser.add_argument("--folder", type=Path, default=Path("work"), help="where your lessons are (default: ./work)")
    arguments, options = parser.parse_known_args()
    if options and arguments.command != "lab":
        parser.error(f"{arguments.command} does not know {' '.join(options)}")
    folder = arguments.folder.resolve()
    if arguments.command == "lab":
        lab(folder, options)
    elif arguments.command == "copy":
        copy(folder)
    else:
        from trainlib import lesson

        lesson.doctor()


if __name__ == "__main__":
    main()
