"""The suite's processes: which tests share one, and that they do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.together import BROWSER, together

ROOT = Path(__file__).parents[2]
CONFTEST = """
import pytest
from tests.support.together import Together

def pytest_xdist_make_scheduler(config, log):
    return Together(config, log)

@pytest.fixture(autouse=True)
def tell(worker_id, request):
    with open("where", "a") as file:
        print(request.path.name, worker_id, file=file)
"""
TWELVE = "import pytest\n\n@pytest.mark.parametrize('number', range(12))\ndef test(number): pass\n"


def test_whatever_opens_a_browser_is_in_its_process(request: pytest.FixtureRequest) -> None:
    opening = [item for item in request.session.items if "browser" in getattr(item, "fixturenames", ())]
    assert {together(item.nodeid) for item in opening} <= {BROWSER}


def test_tests_of_a_file_share_a_process(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for name in ("test_one.py", "test_two.py", "test_three.py"):
        (tmp_path / name).write_text(TWELVE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-n", "2", "-p", "no:cacheprovider"]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env = {**ours, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    lines = (tmp_path / "where").read_text().split("\n")[:-1]
    assert len(lines) == 36
    assert len(set(lines)) == 3, "each file in one process"
    assert len({line.split()[1] for line in lines}) == 2, "and not all in the same"
