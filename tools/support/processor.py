"""CPU time of processes of this machine, where Linux tells it."""

import os
import resource
import sys
from pathlib import Path

_OWN, _REAPED = slice(11, 13), slice(13, 15)
"""Places in a `stat` after the name: user and system time, own and of children that ended."""


def of_server(pid: int | None) -> float:
    """Seconds of a process, of those it has started, and of those that ended since. 0: nobody tells."""
    if pid is None or sys.platform != "linux":
        return 0.0
    while True:
        reaped = _ticks(pid, _REAPED)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        alive = sum(sum(_ticks(int(each), _OWN)) for each in children)
        # Who ends between the two would be counted twice, or not at all.
        if _ticks(pid, _REAPED) == reaped:
            return (sum(_ticks(pid, _OWN)) + alive + sum(reaped)) / os.sysconf("SC_CLK_TCK")


def of_children() -> float:
    """Seconds of all processes that this one has started and waited for."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _ticks(pid: int, places: slice) -> list[int]:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return []
    told = stat.rpartition(")")[2].split()
    return [int(each) for each in told[places]]
