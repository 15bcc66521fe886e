"""The worked examples of the sandbox's README, as a project of somebody else's that has only installed it."""

import re
import sys
from pathlib import Path

import pytest

from .conftest import ROOT, Installed

README = (ROOT / "telegram_sandbox" / "README.md").read_text()
EXAMPLES = dict(re.findall(r"in `(\w+\.py)`:\n\n```python\n(.*?)```", README, re.DOTALL))
WHERE = """
def test_it_is_the_installed_one():
    import telegram_sandbox
    print("from", telegram_sandbox.__file__)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, code in EXAMPLES.items():
        (tmp_path / name).write_text(code)
    (tmp_path / "test_where.py").write_text(WHERE)
    return tmp_path


def test_the_page_has_a_bot_and_both_kinds_of_tests() -> None:
    assert list(EXAMPLES) == ["greeter.py", "conftest.py", "test_greeter.py", "test_greet.py"]
    lines = [line for line in EXAMPLES["test_greeter.py"].splitlines() if line]
    assert len(lines) == 5


def test_a_foreign_project_plays_with_its_bot(sandbox: Installed, project: Path) -> None:
    told = sandbox.run(sys.executable, "-m", "pytest", "-sv", "-p", "no:valkey", within=project)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "3 passed" in told.stdout
    assert f"from {sandbox.site}" in told.stdout


def test_its_other_tests_do_not_load_telegrams_types(sandbox: Installed, tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text(
        "def test_nothing(request):\n"
        "    import sys\n"
        "    assert request.config.pluginmanager.has_plugin('telegram_sandbox')\n"
        "    assert 'aiogram' not in sys.modules\n"
    )
    told = sandbox.run(sys.executable, "-m", "pytest", "-p", "no:valkey", within=tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_command_is_there(sandbox: Installed, tmp_path: Path) -> None:
    told = sandbox.run("telegram-sandbox", "--help", within=tmp_path)
    assert told.stdout.startswith("Usage: telegram-sandbox"), told.stderr
