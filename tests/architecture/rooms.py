"""The pictures of the rooms in `docs/architecture.md`, drawn from the code's own imports.

`python -m tests.architecture.rooms` draws them anew.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from tests.architecture.imports import FILES, ROOT, all_imports, module_name, own, within

PAGE = ROOT / "docs" / "architecture.md"
COMMANDS = ("bot.cli", "bot.__main__")
CORE = "apps.game_core"
SANDBOX = "telegram_sandbox"
BESIDE = "files beside the folders"
_BLOCK = re.compile(r"(<!-- rooms: (\w+) -->\n).*?(<!-- end of rooms -->)", re.DOTALL)

Arrows = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Picture:
    """Rooms by name, each with the packages and modules that it is made of.

    Whatever lies in several of them is in the innermost; what lies in none is not in the picture.
    """

    rooms: Mapping[str, tuple[str, ...]]

    def room_of(self, module: str) -> str | None:
        fitting = [
            (len(part), room) for room, parts in self.rooms.items() for part in parts if within(module, part)
        ]
        return max(fitting)[1] if fitting else None

    def arrows(self) -> Arrows:
        """Which rooms each room imports, itself left out."""
        found: dict[str, set[str]] = {room: set() for room in self.rooms}
        room_of = cache(self.room_of)
        for each in all_imports():
            importer, imported = room_of(each.module), room_of(each.name)
            if own(each.name) and importer and imported and importer != imported:
                found[importer].add(imported)
        return {room: frozenset(others) for room, others in found.items()}


def packages(*roots: str, without: Collection[str] = ()) -> set[str]:
    """The packages under `roots` that have modules of their own."""
    modules = (module_name(path) for path in FILES if path.name != "__init__.py")
    found = {module.rpartition(".")[0] for module in modules}
    return {each for each in found if within(each, *roots) and not within(each, *without)}


def house() -> Picture:
    """Each of `apps`, `bot` divided into what runs and what is typed, and what stands beside it."""
    apps = {
        module_name(path)
        for path in (ROOT / "apps").iterdir()
        if path.name[0] not in "_." and path.suffix in {"", ".py"}
    }
    parts = {_folder(each): (each,) for each in sorted(apps)}
    beside = {f"{each}/": (each,) for each in (SANDBOX, "tools")}
    return Picture({**parts, "bot/": ("bot",), "bot/cli/": COMMANDS, **beside})


def core() -> Picture:
    """The composition root and the gateway are apart from what lies beside them."""
    apart = {f"{CORE}.container", f"{CORE}.modules.inventory.inventory_gateway"}
    inner = (f"{CORE}.adapters.postgres.migrations", f"{CORE}.system.context_assembler")
    return _inside(CORE, packages(CORE, without=inner) | apart)


def bot() -> Picture:
    return _inside("bot", packages("bot", without=COMMANDS))


def sandbox() -> Picture:
    """What all its rooms use is apart from what is built on them."""
    apart = {f"{SANDBOX}.{each}" for each in ("config", "errors", "doors.listening", "world.model")}
    return _inside(SANDBOX, packages(SANDBOX) | apart)


def tools() -> Picture:
    return _inside("tools", packages("tools"))


PICTURES = {"house": house, "core": core, "bot": bot, "sandbox": sandbox, "tools": tools}


def _inside(root: str, parts: Iterable[str]) -> Picture:
    return Picture({_folder(part).removeprefix(_folder(root)) or BESIDE: (part,) for part in sorted(parts)})


def _folder(module: str) -> str:
    path = module.replace(".", "/")
    return f"{path}/" if (ROOT / path).is_dir() else f"{path}.py"


def needed(arrows: Arrows) -> Arrows:
    """The arrows without those that follow from others, so that a picture can be read.

    Between rooms that import each other, in however many steps, all stay.
    """
    kept = {room: set(others) for room, others in arrows.items()}
    for room, others in arrows.items():
        for other in sorted(others):
            kept[room].discard(other)
            if other not in _reachable(kept, room) or room in _reachable(arrows, other):
                kept[room].add(other)
    return {room: frozenset(others) for room, others in kept.items()}


def _reachable(arrows: Mapping[str, Collection[str]], room: str) -> set[str]:
    found: set[str] = set()
    waiting = [room]
    while waiting:
        new = set(arrows[waiting.pop()]) - found
        found |= new
        waiting.extend(new)
    return found


def drawn(picture: Picture) -> str:
    """A diagram for the eye, and under it the list with every arrow."""
    arrows = picture.arrows()
    names = {room: f"r{number}" for number, room in enumerate(picture.rooms)}
    boxes = [f'  {name}["{room}"]' for room, name in names.items()]
    lines = [
        f"  {names[room]} --> {names[other]}"
        for room, others in needed(arrows).items()
        for other in sorted(others)
    ]
    rows = [f"| {_code(room)} | {_codes(others)} |" for room, others in arrows.items()]
    diagram = ["```mermaid", "flowchart TD", *boxes, *lines, "```"]
    return "\n".join([*diagram, "", "| Room | Imports |", "|---|---|", *rows, ""])


def _codes(rooms: Iterable[str]) -> str:
    return " · ".join(_code(room) for room in sorted(rooms)) or "nothing of ours"


def _code(room: str) -> str:
    return room if room == BESIDE else ", ".join(f"`{part}`" for part in room.split(", "))


def redrawn(page: str) -> str:
    """The page with all its pictures as the code is now."""
    return _BLOCK.sub(lambda found: found[1] + drawn(PICTURES[found[2]]()) + found[3], page)


if __name__ == "__main__":
    PAGE.write_text(redrawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
