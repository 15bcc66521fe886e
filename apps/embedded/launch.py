"""Run in the child process: tie its life to the parent's, leave root, become the server.

A script of its own and not a `preexec_fn`, which may deadlock in a program with threads.
Standard library only:

    launch.py PARENT_PID DEATH_SIGNAL [FOLDER …] -- COMMAND …

Where folders are given the command does not run as root (PostgreSQL refuses to);
they will belong to whoever runs it.
"""

import ctypes
import os
import pwd
import sys
from pathlib import Path

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER = 0x10000000

libc = ctypes.CDLL(None, use_errno=True)


def main(argv: list[str]) -> None:
    end = argv.index("--")
    parent, death_signal, *folders = argv[1:end]
    command = argv[end + 1 :]
    if folders:
        leave_root(command[0], [Path(folder) for folder in folders])
    # After the change of identity, which would clear the signal.
    die_with_parent(int(parent), int(death_signal))
    os.execv(command[0], command)  # noqa: S606 - the caller's own command, no shell


def die_with_parent(parent: int, death_signal: int) -> None:
    if LINUX:
        libc.prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        sys.exit("The parent is gone already")


def leave_root(program: str, folders: list[Path]) -> None:
    owner = folders[0].stat()
    if owner.st_uid == os.geteuid() and not initdb_refuses(owner.st_uid):
        return
    if owner.st_uid == os.geteuid() and LINUX and namespace_works(program, folders):
        enter_user_namespace()
    elif os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        uid, gid = (owner.st_uid, owner.st_gid) if owner.st_uid else (nobody.pw_uid, nobody.pw_gid)
        give(folders, uid, gid)
        become(uid, gid)


def initdb_refuses(uid: int) -> bool:
    """Root, and a user without a name (a container started with `--user 1234`)."""
    if uid == 0:
        return True
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return True
    return False


def namespace_works(program: str, folders: list[Path]) -> bool:
    """Whether a namespace can be made and reaches its files; tried in a child, for there is no way back."""
    child = os.fork()
    if child == 0:
        try:
            enter_user_namespace()
            reached = os.access(program, os.X_OK) and all(os.access(path, os.W_OK) for path in folders)
            os._exit(0 if reached else 1)
        except OSError:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def enter_user_namespace() -> None:
    uid, gid, nobody = os.geteuid(), os.getegid(), pwd.getpwnam("nobody")
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{nobody.pw_uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{nobody.pw_gid} {gid} 1", encoding="ascii")


def give(folders: list[Path], uid: int, gid: int) -> None:
    for folder in folders:
        if folder.stat().st_uid == uid:
            continue
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, gid, follow_symlinks=False)


def become(uid: int, gid: int) -> None:
    if LINUX:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if LINUX:
        keep_path_access()


def keep_path_access() -> None:
    """Let the server through parent folders closed to its user (a checkout in /root); best effort."""
    mask = 1 << CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    if libc.capset(header, sets) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


if __name__ == "__main__":
    main(sys.argv)
