"""The command that confines a process: no network, and nothing in sight but what lessons need."""

import os
import sys
from pathlib import Path

import trainlib
from trainlib.full_check import FILE as FULL_CHECK

INSIDE = Path(__file__).with_name("inside")
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "LANG": "C.UTF-8",
}
NO_ISOLATION = (
    "learners' code cannot be confined here: {reason}. Grading needs Linux with bubblewrap (Debian: apt-get install "
    "bubblewrap) and user namespaces, which a Linux container or a virtual machine gives on macOS and Windows. "
    "`--without-isolation` grades all the same: then a notebook can read and change all that you can, the gradebook "
    "and hidden tests too, and can use the network"
)


def in_sight() -> list[str]:
    """The files and folders, outside of /usr, that lessons need."""
    package = Path(trainlib.__file__).resolve().parent
    paths = [sys.prefix, sys.base_prefix, package, package.parent / "notebooks", "/etc/alternatives"]
    paths += ["/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/sys/devices/system/cpu"]
    return [path for path in dict.fromkeys(map(str, paths)) if not Path(path).is_relative_to("/usr")]


def sandbox() -> list[str]:
    """The command that runs what follows it with no network and nothing in sight but what lessons need."""
    words = ["bwrap", "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
    words += ["--new-session", "--clearenv", "--ro-bind", "/usr", "/usr"]
    if os.getuid() != 0:
        words += ["--unshare-user"]
    for path in map(Path, ("/bin", "/sbin", "/lib", "/lib32", "/lib64")):
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            words += ["--ro-bind", str(path), str(path)]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # first: the project may stand below /tmp
    for folder in dict.fromkeys(folder for path in in_sight() for folder in reversed(Path(path).parents[:-1])):
        words += ["--perms", "0755", "--dir", str(folder)]  # a folder that bubblewrap makes by itself is for root only
    for path in in_sight():
        words += ["--ro-bind-try", path, path]
    for path in (file for file in map(Path, in_sight()) if (file / FULL_CHECK).exists()):
        words += ["--ro-bind", os.devnull, str(path / FULL_CHECK)]  # hidden tests, for who learns alone
    words += ["--ro-bind", str(INSIDE), "/inside"]
    words += ["--dir", "/dev/shm", "--remount-ro", "/dev", "--remount-ro", "/"]
    for name, value in (ENVIRONMENT | _home("/tmp/home")).items():
        words += ["--setenv", name, value]
    return words


def _home(folder: str) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    return {"HOME": folder, "USER": "learner", "LOGNAME": "learner", "PATH": path, "TMPDIR": str(Path(folder).parent)}
