"""docs/sandbox.md says only what is so."""

import re
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from telegram_sandbox.methods import SIMULATED
from telegram_sandbox.server import SandboxServer

from .test_journeys import polling

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "sandbox.md").read_text()


def block(language: str) -> str:
    found: str
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found


def test_the_table_names_tests_that_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    written = set(re.findall(r"def (test_\w+)", "".join(path.read_text() for path in HERE.glob("test_*.py"))))
    assert named
    assert named <= written


def test_every_row_of_the_table_names_a_test() -> None:
    table = PAGE.partition("## Conformance")[2]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 15
    assert [row for row in rows if not re.search(r"`test_\w+`", row)] == []


def test_pictures_are_there_and_small() -> None:
    shown = re.findall(r"images/sandbox-[\w-]+\.png", PAGE)
    assert len(shown) == 5
    assert [name for name in shown if (HERE.parents[1] / "docs" / name).stat().st_size > 200_000] == []


def test_the_table_names_every_simulated_method() -> None:
    table = PAGE.partition("## Conformance")[2]
    assert [cls.__api_method__ for cls in SIMULATED if cls.__api_method__ not in table] == []


async def test_the_worked_example_works(sandbox: SandboxServer) -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    async with polling(sandbox.url):
        await names["journey"](sandbox.url)


async def test_the_listed_control_calls_work(sandbox: SandboxServer, http: ClientSession) -> None:
    for line in block("http").splitlines():
        verb, path, *body = line.split(" ", 2)
        async with http.request(verb, sandbox.url + path, data="".join(body).encode() or None) as response:
            assert response.status == 200, (line, await response.text())
