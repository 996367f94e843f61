"""How a process confines itself against its siblings: namespaces of its own, no capabilities, and limits."""

import ctypes
import fcntl
import os
import resource
import socket
import struct

COUNTS = ("/proc/sys/fs", "/proc/sys/kernel/pty")  # of what all processes have open, which all can read
UNSHARE = 0x00020000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000  # mount, ipc, user, pid, net (sched.h)
USERS = 0x70000000  # above all users of a system


LIBC = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments) -> None:
    if getattr(LIBC, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def prepare() -> None:
    """Make ready what processes of other users need: namespaces of workers need a /proc without covers first."""
    if os.getuid() == 0:
        _call("mount", b"proc", b"/proc", b"proc", 0, None)
        os.chmod("/tmp", 0o777)


def become(number: int) -> None:
    """Where this is root: become a user of one's own, whom no other process belongs to, and for whom limits hold."""
    if os.getuid() == 0:
        user = USERS + number
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        _call("prctl", 4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, or its own /proc would be root's


def leave() -> None:
    """Enter namespaces of one's own: user, mount, ipc, network, and for the next child process ids."""
    user, group = os.getuid(), os.getgid()
    _call("unshare", UNSHARE)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def confine(limits: dict, in_sight: list[str]) -> None:
    """A /proc, /tmp and loopback of one's own, no way to more namespaces, no capabilities, and limits.

    What is `in_sight` below /tmp stays there.
    """
    _call("mount", b"proc", b"/proc", b"proc", 0xE, None)  # nosuid, nodev, noexec
    for folder in filter(os.path.isdir, COUNTS):
        _call("mount", b"tmpfs", folder.encode(), b"tmpfs", 0xF, b"size=4k,nr_inodes=1")
    kept = {path: os.open(path, os.O_PATH) for path in in_sight if path.startswith("/tmp/") and os.path.exists(path)}
    _call("mount", b"tmpfs", b"/tmp", b"tmpfs", 0x6, f"size={limits['disk_mib']}m,nr_inodes=20k,mode=0700".encode())
    for path, handle in kept.items():
        os.makedirs(path, exist_ok=True)
        source = f"/proc/self/fd/{handle}".encode()
        _call("mount", source, path.encode(), None, 0x5000, None)  # bind, with what is in it
        os.close(handle)
    os.mkdir("/tmp/shm")
    _call("mount", b"/tmp/shm", b"/dev/shm", None, 0x1000, None)  # bind
    if os.path.isdir("/dev/pts"):
        _call(
            "mount", b"tmpfs", b"/dev/pts", b"tmpfs", 0xF, b"size=4k,nr_inodes=1"
        )  # terminals have numbers that all see
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")
    for name, most in (
        ("FSIZE", limits["disk_mib"] << 20),
        ("NPROC", limits["processes"]),
        ("CORE", 0),
        ("NOFILE", 1024),
        ("CPU", limits["notebook_seconds"] + 60),
        ("AS", _address_space() + (limits["memory_mib"] << 20)),
    ):
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    header, nothing = struct.pack("II", 0x20080522, 0), bytes(24)
    _call("capset", header, nothing)
    _call("prctl", 38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS


def _address_space() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
