"""Tests are imported and collected once: the processes that run them are forks of the one that did.

xdist itself has each of its processes do all that anew. Here it starts a client in place of each
(`fork_client.py`), which hands its pipes to a fork.
"""

import atexit
import os
import select
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import execnet
import pytest
from execnet.gateway_base import get_execmodel, init_popen_io, serve
from xdist import remote

_CLIENT = Path(__file__).with_name("fork_client.py")
_LISTENER = "TESTS_FORK_LISTENER"
_NOBODY_ELSE = ("-n", "0", "--dist", "no")

_BOTS = "tools.support.forks"
"""Imported by whatever test starts some."""

_WORK = "from tests.support.collected_once import Collected; Collected.one.work(channel)"


def has_forks(config: pytest.Config) -> None:
    """Those who run the tests that this process hands out are forked."""
    config.pluginmanager.register(_Forked(config))


class _Forked:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, specs: list[execnet.XSpec]) -> None:
        folder = TemporaryDirectory(prefix="forks-")
        address = f"{folder.name}/socket"
        collecting = self._collecting(address)

        def end() -> None:
            collecting.communicate()
            folder.cleanup()

        self._config.add_cleanup(end)
        for spec in specs:
            spec.python = shlex.join([sys.executable, "-I", "-S", str(_CLIENT), address])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_getremotemodule(self) -> str:
        return _WORK

    def _collecting(self, address: str) -> "subprocess.Popen[bytes]":
        """The process to fork, which listens there."""
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen()
            return subprocess.Popen(
                [sys.executable, "-m", "pytest", *self._config.invocation_params.args, *_NOBODY_ELSE],
                env={**os.environ, _LISTENER: str(listener.fileno())},
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            )


def forks_when_collected(config: pytest.Config) -> None:
    """Nothing, unless this is the process that is to be forked."""
    descriptor = os.environ.pop(_LISTENER, None)
    if descriptor is not None:
        config.pluginmanager.register(Collected(socket.socket(fileno=int(descriptor))))


class Collected:
    """The session of the process that is forked, and in each fork the one that it runs."""

    one: "Collected"

    def __init__(self, listener: socket.socket) -> None:
        Collected.one = self
        self._listener = listener
        self._told: list[Callable[[remote.WorkerInteractor], None]] = []
        self._session: pytest.Session

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._told.append(lambda worker: worker.pytest_collectreport(report))

    def pytest_warning_recorded(self, warning_message: Any, when: Any, nodeid: str, location: Any) -> None:
        about = {"warning_message": warning_message, "when": when, "nodeid": nodeid, "location": location}
        self._told.append(lambda worker: worker.pytest_warning_recorded(**about))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        self._session = session
        session.config.pluginmanager.unregister(self)
        _capturing(session).stop_global_capturing()
        if _BOTS in sys.modules:
            _make_for_all()
        listener, forks = self._listener.fileno(), []
        while listener in select.select([listener, 0], [], [])[0]:
            client, _ = self._listener.accept()
            forks.append(os.fork())
            if not forks[-1]:
                self._serve(client)
            client.close()
        for fork in forks:
            os.waitpid(fork, 0)
        os._exit(0)  # the session was theirs

    def _serve(self, client: socket.socket) -> None:
        """What xdist would start, as far as importing and collecting tests."""
        self._listener.close()
        _, pipes, _, _ = socket.recv_fds(client, 1, 3)
        for number, pipe in enumerate(pipes):
            os.dup2(pipe, number)
            os.close(pipe)
        while not os.read(0, 2**16).endswith(b"\n"):
            """execnet's own source, which is here already."""
        line = init_popen_io(get_execmodel("main_thread_only"))
        line.write(b"1")
        serve(line, id="forked")  # type: ignore[arg-type] # as execnet itself does
        atexit._run_exitfuncs()
        os._exit(0)

    def work(self, channel: execnet.Channel) -> None:
        """As the module that xdist executes in a process of its own."""
        worker, session = self._worker(channel), self._session
        worker.pytest_sessionstart(session)
        for tell in self._told:
            tell(worker)
        worker.pytest_collection_finish(session)
        worker.pytest_runtestloop(session)
        session.config.hook.pytest_sessionfinish(session=session, exitstatus=bool(session.testsfailed))
        session.config._ensure_unconfigure()

    def _worker(self, channel: execnet.Channel) -> remote.WorkerInteractor:
        given, _, options, _ = channel.receive()
        for name, value in (("", "workerid"), ("_COUNT", "workercount")):
            os.environ[f"PYTEST_XDIST_WORKER{name}"] = str(given[value])
        os.environ["PYTEST_XDIST_TESTRUNUID"] = given["testrunuid"]
        config: Any = self._session.config
        remote.setup_config(config, options.get("basetemp"))
        config.workerinput, config.workeroutput = given, {}
        config._tmp_path_factory = pytest.TempPathFactory.from_config(config, _ispytest=True)
        _capturing(self._session).start_global_capturing()
        _silence(config.pluginmanager)
        remote.interactor = worker = remote.WorkerInteractor(config, channel)
        if not config.option.durations:
            worker.sendevent = partial(_send_news, worker.sendevent)
        return worker


def _make_for_all() -> None:
    """What each of those who run tests would make anew, and the process that their bots are forked from."""
    sys.modules[_BOTS].forks()
    forkserver.ensure_running()
    # It is no child of theirs, whose end they could wait for: it ends when the last of us has.
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]
    import_module("tools.support.made").make()


def _capturing(session: pytest.Session) -> Any:
    return session.config.pluginmanager.getplugin("capturemanager")


def _send_news(send: Callable[..., None], name: str, **event: Any) -> None:
    """Of most tests nobody wants to hear more than that they passed: the rest is half of what xdist costs."""
    report = event.get("data", {})
    went_well = report.get("outcome") == "passed" and report.get("when") != "call" and not report["sections"]
    if name not in {"logstart", "logfinish"} and not (name == "testreport" and went_well):
        send(name, **event)


def _silence(plugins: pytest.PytestPluginManager) -> None:
    """Nobody sees what a process of xdist's would write on a terminal; how it would look is asked for."""
    terminal: Any = plugins.unregister(name="terminalreporter")
    plugins.register(SimpleNamespace(_tw=terminal._tw), "terminalreporter")
