"""`python -m trainlib` copies the lessons into `work` and opens them in JupyterLab.

`python -m trainlib copy` only copies; `python -m trainlib doctor` says what this machine has. Further options of `lab`
go to JupyterLab, such as `--no-browser` or `--port=8890`.
"""

import argparse
import os
import sys
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


def main() -> None:
    """The command line: lab, copy or doctor."""
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
