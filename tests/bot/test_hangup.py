"""SIGHUP means "read the files anew", but a process whose terminal was closed goes with it."""

import os
import pty
import signal
import sys

LISTENER = """
import asyncio, signal, sys
from bot.process.hangup import on_hangup
from tools.support.patience import PATIENCE
async def run():
    stopped = asyncio.Event()
    on_hangup(lambda: print("reload", file=sys.stderr, flush=True), stopped.set)
    print("ready", file=sys.stderr, flush=True)
    await asyncio.wait_for(stopped.wait(), PATIENCE)
    print("stop", file=sys.stderr, flush=True)
asyncio.run(run())
"""


def test_an_operators_signal_reloads_and_a_closed_terminal_stops() -> None:
    says, said = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.dup2(said, 2)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the suite may run under nohup
        os.execv(sys.executable, [sys.executable, "-c", LISTENER])
    os.close(said)
    with os.fdopen(says) as lines:
        assert lines.readline() == "ready\n"
        os.kill(pid, signal.SIGHUP)
        assert lines.readline() == "reload\n"
        os.close(terminal)
        assert lines.readline() == "stop\n"
    assert os.waitpid(pid, 0)[1] == 0
