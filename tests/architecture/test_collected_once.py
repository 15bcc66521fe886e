"""Tests are imported by one process and run by its forks, and whatever goes wrong is told as ever."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFTEST = """
import os
from tests.support.collected_once import forks_when_collected, has_forks

def pytest_configure(config):
    (forks_when_collected if config.getoption("dist", "no") == "no" else has_forks)(config)

def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        with open("ended", "a") as file:
            print(os.getpid(), file=file)
"""
TESTS = """
import os
from pathlib import Path
import pytest

with open("imported", "a") as file:
    print(os.getpid(), file=file)

@pytest.fixture
def broken():
    raise RuntimeError("in a fixture")

@pytest.fixture
def left():
    yield
    raise RuntimeError("in its end")

@pytest.mark.parametrize("number", range(8))
def test_runs(number, worker_id, tmp_path_factory):
    with open("ran", "a") as file:
        print(os.getpid(), worker_id, tmp_path_factory.getbasetemp().name, file=file)

def test_fails():
    print("as it said")
    assert {"a": 1} == {"a": 2}

def test_skipped():
    pytest.skip("for a reason")

def test_never_begins(broken):
    pass

def test_ends_badly(left):
    pass
"""


DIES = """
import os, signal

def test_dies():
    os.kill(os.getpid(), signal.SIGKILL)
"""
# In place of what bots import, which takes seconds.
NOTHING_MADE = """
import sys
from types import SimpleNamespace
sys.modules |= {
    "tools.support.forks": SimpleNamespace(forks=lambda: None),
    "tools.support.made": SimpleNamespace(make=lambda: print(file=open("made", "a"))),
}
"""
STARTS_BOTS = """
import multiprocessing, os, time
import psutil, pytest

@pytest.mark.parametrize("number", range(8))
def test_starts_one(number):
    bot = multiprocessing.get_context("forkserver").Process(target=time.sleep, args=(60,), daemon=True)
    bot.start()
    with open("started", "a") as file:
        print(os.getpid(), psutil.Process(bot.pid).ppid(), file=file)
    bot.kill()
    bot.join()
    assert bot.exitcode == -9
"""
LEFT_OUT = ("cacheprovider", "valkey", "asyncio", "hypothesispytest")


def played(folder: Path, **files: str) -> "subprocess.CompletedProcess[str]":
    for name, text in {"conftest": CONFTEST, **files}.items():
        (folder / f"{name}.py").write_text(text)
    options = ("-q", "-rs", "-n", "2", *(f"-pno:{name}" for name in LEFT_OUT))
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder,
        env={**ours, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere xdist starts its own processes")
def test_one_process_imports_and_its_forks_run(tmp_path: Path) -> None:
    done = played(tmp_path, test_them=TESTS, test_killed=DIES)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 failed, 9 passed, 1 skipped, 2 errors" in done.stdout
    for told in ("as it said", "{'a': 1} == {'a': 2}", "in a fixture", "in its end", "for a reason"):
        assert told in done.stdout
    assert "crashed while running 'test_killed.py::test_dies'" in done.stdout
    [imported] = (tmp_path / "imported").read_text().split()
    ran = [line.split() for line in (tmp_path / "ran").read_text().splitlines()]
    assert len(ran) == 8
    assert {folder for _, _, folder in ran} == {f"popen-{worker}" for _, worker, _ in ran}
    ended = (tmp_path / "ended").read_text().split()
    assert len(ended) == len(set(ended)) == 2, "one stands for who was killed"
    assert imported not in {*ended, *(process for process, _, _ in ran)}


def test_what_cannot_be_imported_is_told(tmp_path: Path) -> None:
    done = played(tmp_path, test_odd="import nothing_like_this")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "No module named 'nothing_like_this'" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere xdist starts its own processes")
def test_bots_of_all_forks_come_from_one_process_and_what_they_make_is_made_once(tmp_path: Path) -> None:
    done = played(tmp_path, conftest=NOTHING_MADE + CONFTEST, test_bots=STARTS_BOTS)

    assert "8 passed" in done.stdout, done.stdout + done.stderr
    started = [line.split() for line in (tmp_path / "started").read_text().splitlines()]
    assert len({worker for worker, _ in started}) == 2
    assert len({parent for _, parent in started}) == 1
    assert (tmp_path / "made").read_text() == "\n"
