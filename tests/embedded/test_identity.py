"""PostgreSQL refuses to run as root: the two ways around it, each tried for real."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
# Become root of a user namespace that holds every user but allows no further namespace.
NO_MORE_NAMESPACES = """
import ctypes, os, sys
ready, inside = os.pipe()
go, outside = os.pipe()
child = os.fork()
if child == 0:
    assert ctypes.CDLL(None).unshare(0x10000000) == 0
    os.write(inside, b"x")
    os.read(go, 1)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")
    os.execv(sys.argv[1], sys.argv[1:])
os.read(ready, 1)
for name in ("uid_map", "gid_map"):
    with open(f"/proc/{child}/{name}", "w") as file:
        file.write("0 0 65536")
os.write(outside, b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
START = """
import os, sys
from pathlib import Path
from apps.embedded import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1]), durable=False, redis=False) as servers:
    print(os.stat(f"/proc/{servers.postgres.pid}").st_uid, servers.postgres.data.stat().st_uid)
"""
NOBODY = 65534

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user needs no way around")


def start(folder: Path, *wrapper: str) -> list[int]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*wrapper, sys.executable, "-c", START, str(folder)]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=env, timeout=PATIENCE)
    return [int(word) for word in result.stdout.split()]


@needs_root
def test_with_namespaces_and_without_and_with_again(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    blocked = (sys.executable, "-c", NO_MORE_NAMESPACES)
    assert start(private / "data") == [0, 0], (
        "inside its namespace root is nobody; outside the files stay root's"
    )
    assert start(private / "data", *blocked) == [NOBODY, NOBODY]
    assert start(private / "data") == [NOBODY, NOBODY], "the owner of the data keeps it"
