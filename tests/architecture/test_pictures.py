"""Pictures and maps for newcomers say what is there."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from tests.architecture.imports import FILES, ROOT, tree
from tests.architecture.rooms import PAGE, PICTURES, Picture, needed, redrawn

OUTSIDE = {"Telegram", "Redis", "PostgreSQL"}
TEXT = PAGE.read_text(encoding="utf-8")
SCRIPTS = {path.name for top in ("apps", "bot") for path in (ROOT / top).rglob("*.lua")}
_SEQUENCE = re.compile(r"```mermaid\nsequenceDiagram\n(.*?)```", re.DOTALL)
_PARTICIPANT = re.compile(r"participant (\w+) as (\S+)$", re.MULTILINE)
_MESSAGE = re.compile(r"^ *(\w+)-?->>(\w+): (.*)$", re.MULTILINE)
_CALL = re.compile(r"(\w+)\(\)")
_SCRIPT = re.compile(r"\w+\.lua")
_CLASS = re.compile(r"(?<=`)[A-Z]\w+(?=`)|\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")


@dataclass(frozen=True)
class Message:
    caller: str
    callee: str
    text: str


@cache
def classes() -> dict[str, ast.ClassDef]:
    found = [each for path in FILES for each in tree(path).body if isinstance(each, ast.ClassDef)]
    return {each.name: each for each in found}


def body(name: str) -> ast.AST | None:
    """The class of that name, or the only module whose path ends so."""
    files = [path for path in FILES if f"/{path.relative_to(ROOT)}".endswith(f"/{name}")]
    return tree(files[0]) if len(files) == 1 else classes().get(name)


@cache
def functions(name: str) -> set[str]:
    found = ast.iter_child_nodes(body(name) or ast.Module([], []))
    return {each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


@cache
def calls(name: str) -> set[str]:
    names = set()
    for each in ast.walk(body(name) or ast.Module([], [])):
        if isinstance(each, ast.Call):
            names.add(getattr(each.func, "attr", getattr(each.func, "id", "")))
    return names


def participants(page: str) -> set[str]:
    return {name for found in _SEQUENCE.findall(page) for _, name in _PARTICIPANT.findall(found)}


def messages(page: str) -> Iterator[Message]:
    for sequence in _SEQUENCE.findall(page):
        names = dict(_PARTICIPANT.findall(sequence))
        yield from (
            Message(names[one], names[other], text) for one, other, text in _MESSAGE.findall(sequence)
        )


def lies(page: str) -> list[str]:
    """Whatever a page's sequences and words name that is not there."""
    found = [f"nobody is {name}" for name in participants(page) - OUTSIDE if body(name) is None]
    found += [f"no script {name}" for name in _SCRIPT.findall(page) if name not in SCRIPTS]
    said = _CLASS.findall(re.sub(r"```mermaid\nflowchart.*?```", "", page, flags=re.DOTALL))
    found += [f"no class {name}" for name in said if name not in classes() and name not in OUTSIDE]
    for each in messages(page):
        for name in _CALL.findall(each.text):
            if name not in functions(each.callee):
                found.append(f"{each.callee} has no {name}()")
            if each.caller not in OUTSIDE and name not in calls(each.caller):
                found.append(f"{each.caller} calls no {name}()")
    return found


def test_the_rooms_are_as_the_imports_are() -> None:
    assert redrawn(TEXT) == TEXT, "draw them anew: .venv/bin/python -m tests.architecture.rooms"


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_is_on_the_page(name: str) -> None:
    assert f"<!-- rooms: {name} -->\n```mermaid\n" in TEXT


@pytest.mark.parametrize("name", PICTURES)
def test_every_room_has_somebody_in_it(name: str) -> None:
    picture = PICTURES[name]()
    lived_in = {picture.room_of(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in FILES}
    assert set(picture.rooms) <= lived_in


def test_a_picture_leaves_out_what_follows_and_nothing_else() -> None:
    straight = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset[str]()}
    assert needed(straight) == {**straight, "a": frozenset("b")}
    mutual = {"a": frozenset("bc"), "b": frozenset("ac"), "c": frozenset[str]()}
    kept = needed(mutual)
    assert "b" in kept["a"]
    assert "a" in kept["b"]
    assert [room for room, others in kept.items() if "c" in others] in (["a"], ["b"])


def test_a_module_is_in_the_innermost_room() -> None:
    picture = Picture({"bot/": ("bot",), "bot/cli/": ("bot.cli",)})
    assert picture.room_of("bot.cli.main") == "bot/cli/"
    assert picture.room_of("bot.climate") == "bot/"
    assert picture.room_of("apps.listening") is None


def test_the_sequences_name_what_is_there() -> None:
    assert lies(TEXT) == []
    assert len(list(messages(TEXT))) > 30


@pytest.mark.parametrize(
    ("true", "false", "told"),
    [
        ("as OperationRunner", "as OperationWalker", "nobody is OperationWalker"),
        ("handlers/acting.py", "handlers/doing.py", "nobody is handlers/doing.py"),
        ("save.lua, one", "safe.lua, one", "no script safe.lua"),
        ("`SessionRebase`", "`SessionRebirth`", "no class SessionRebirth"),
        ("`Intake`", "`Outtake`", "no class Outtake"),
        ("an EquipItem", "an EquipThing", "no class EquipThing"),
        ("M->>D: save()", "M->>D: store()", "RedisSessionStore has no store()"),
        ("R->>M: save_session()", "S->>M: save_session()", "InventoryService calls no save_session()"),
    ],
)
def test_a_sequence_that_lies_is_noticed(true: str, false: str, told: str) -> None:
    assert true in TEXT
    assert told in lies(TEXT.replace(true, false))
