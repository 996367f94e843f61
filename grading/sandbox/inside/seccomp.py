"""Calls of the kernel that no honest answer needs, closed by libseccomp where it is installed.

Closed: looking into other processes, keyrings that all share, rings and files in memory that no limit counts, what
tells which files others have opened or read, further namespaces, and sockets of families that no namespace of the
network holds, such as those between a virtual machine and its host. Locks do as if they worked: of a file that two
notebooks can see, a lock would be a signal from one to the other; those of a notebook's own files are not needed by
it alone.
"""

import ctypes
import ctypes.util
import errno

ALLOW, ERROR, EQUAL, GREATER = 0x7FFF0000, 0x00050000, 4, 6
CLOSED = (
    "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd add_key keyctl request_key io_uring_setup "
    "io_uring_enter "
    "io_uring_register memfd_create memfd_secret userfaultfd perf_event_open bpf shmget inotify_init inotify_init1 "
    "inotify_add_watch fanotify_init mincore cachestat preadv2 readahead name_to_handle_at open_by_handle_at unshare "
    "setns mount umount2 pivot_root chroot fsopen fspick open_tree move_mount syslog acct personality iopl ioperm"
).split()
IDLE = ("flock", "fadvise64")  # they say yes, and do nothing
LAST_FAMILY = 16  # AF_NETLINK; local and internet sockets are below it
LOCKS, NOTES, EVICT = (6, 7, 37, 38), (1024, 1026), (20, 21)  # commands of fcntl; advice of madvise


class _Compare(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("how", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def library() -> ctypes.CDLL | None:
    """libseccomp, or None where it is not installed."""
    try:
        found = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        found.seccomp_init.restype = ctypes.c_void_p
        return found
    except OSError:
        return None


def close(found: ctypes.CDLL) -> None:
    """Close these calls for this process and all that it starts. OSError where the kernel refuses."""
    context = ctypes.c_void_p(found.seccomp_init(ALLOW))

    def rule(name: str, error: int, *compare: _Compare) -> None:
        number = found.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            found.seccomp_rule_add_array(
                context, ERROR | error, number, len(compare), (_Compare * len(compare))(*compare)
            )

    for name in CLOSED:
        rule(name, errno.ENOSYS)
    for name in IDLE:
        rule(name, 0)
    for command in LOCKS:
        rule("fcntl", 0, _Compare(1, EQUAL, command, 0))
    for name in ("socket", "socketpair"):
        rule(name, errno.EAFNOSUPPORT, _Compare(0, GREATER, LAST_FAMILY, 0))
    for command in NOTES:
        rule("fcntl", errno.EPERM, _Compare(1, EQUAL, command, 0))
    for advice in EVICT:
        rule("madvise", errno.EPERM, _Compare(2, EQUAL, advice, 0))
    if failed := found.seccomp_load(context):
        raise OSError(-failed, "seccomp_load")
