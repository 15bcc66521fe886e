"""`admin foresee`: what changed item files would do to what players own, before they are loaded."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from apps.game_core.container import Core
from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.modules.inventory.foresight import (
    IN_INBOX,
    IN_TRADE,
    Affected,
    FindOwners,
    Foresee,
    Foresight,
    Oddity,
    Owner,
)
from apps.game_core.modules.inventory.keeping_errors import RowUnreadableError
from apps.game_core.modules.items.changes import KindChange, kind_changes
from apps.game_core.modules.items.contracts import Catalog, Effect
from apps.game_core.modules.items.loader import load_catalog
from bot.cli.asking import asked
from bot.cli.looks import Looks
from bot.cli.progress import Progress, quiet_option

_MOST_ROUNDS = 5
_ODDITIES = {
    Oddity.GONE: "no such kind any more: can only be dropped",
    Oddity.MISPLACED: "worn, or at hand, where it does not belong: stays until it is taken off",
    Oddity.UNMET: "worn by who could not put it on again",
    Oddity.OVERSTACKED: "in stacks bigger than allowed: nothing more goes onto them",
    Oddity.RETURNED: "in a quick slot that would be gone: into the backpack with the next change of gear",
    Oddity.UNTRADABLE: "on a table, and could not be given: has to be taken away from it",
    Oddity.STUCK: "would stay in the inbox, and come out of it as things are",
}


@dataclass(slots=True)
class _Seen:
    """Over all inventories. `pieces`, `owners`, `odd` (stacks) and `absent` (pieces) are by base_id."""

    pieces: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    odd: Counter[tuple[str, Oddity]] = field(default_factory=Counter)
    absent: Counter[tuple[str, str]] = field(default_factory=Counter)
    characters: int = 0
    overweight: int = 0
    returned: int = 0

    def add(self, found: Foresight) -> None:
        self.characters += 1
        self.overweight += found.overweight
        self.returned += bool(found.returned)
        self.owners.update({piece.base_id for piece in found.pieces})
        for piece in found.pieces:
            self.pieces[piece.base_id] += piece.quantity
            self.absent[piece.base_id, piece.place] += piece.quantity
            self.odd.update((piece.base_id, each) for each in piece.oddities)


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--each", is_flag=True, help="Name every stack that it would bear on, and its owner.")
@quiet_option
def foresee(directory: Path, *, each: bool, quiet: bool) -> None:
    """Say what the item files in DIRECTORY would do to what players own, before they are loaded.

    Compares them with those in use (CATALOG_DIR, or the game's own), and looks at all that is theirs who have
    something of a kind that would change: carried, given for open trades, or waiting in inboxes.
    Changes nothing, and is safe while the game runs.
    """
    then = load_catalog(directory)

    async def look(core: Core) -> None:
        changes, looks = kind_changes(core.catalog.current, then), Looks()
        async for owners in _owners(core, [change.base_id for change in changes], looks):
            with Progress("Inventories", len(owners), quiet=quiet) as progress:
                for owner in owners:
                    await _look(core, owner, then, looks)
                    progress.advance()
        for line in (*(_stacks(looks) if each else ()), *_summary(changes, looks)):
            click.echo(line)
        if core.catalog.current.loot != then.loot:
            click.echo("loot tables would change")
        if core.catalog.current.wares != then.wares:
            click.echo("what the merchant sells would change")

    asked(look)


async def _owners(core: Core, base_ids: Sequence[str], looks: Looks) -> AsyncIterator[Sequence[Owner]]:
    """Whoever has some of it; then who else has it by now, and to whom a trade has sent something; and so on.

    Where many play there is always somebody, so that it has to end.
    """
    asked = FindOwners(tuple(base_ids))
    for _ in range(_MOST_ROUNDS if base_ids else 0):
        if not (owners := looks.due(await core.router.ask(asked))):
            return
        yield owners
    looks.moving = len(looks.due(await core.router.ask(asked))) if base_ids else 0


async def _look(core: Core, owner: Owner, then: Catalog, looks: Looks) -> None:
    try:
        looks.add(owner, await core.router.ask(Foresee(owner.char_id, then)))
    except CharacterNotFoundError:  # erased since
        looks.add(owner)
    except RowUnreadableError:
        looks.add(owner, readable=False)


def _stacks(looks: Looks) -> Iterator[str]:
    for found in sorted(looks.found(), key=lambda each: each.char_id):
        for piece in found.pieces:
            odd = "; ".join(_ODDITIES[each] for each in piece.oddities) or "changed"
            yield f"character {found.char_id}: {piece.base_id} x{piece.quantity} ({_where(piece)}): {odd}"


def _where(piece: Affected) -> str:
    item = "" if piece.item_id is None else f"item {piece.item_id}, "
    if piece.place == IN_TRADE:
        return f"{item}given in trade {piece.trade}"
    if piece.place == IN_INBOX:
        return f"{item}inbox row {piece.inbox_row}"
    return f"{item}{piece.place}" + ("" if piece.trade is None else f", on the table of trade {piece.trade}")


def _summary(changes: tuple[KindChange, ...], looks: Looks) -> Iterator[str]:
    seen = _Seen()
    for found in looks.found():
        seen.add(found)
    for change in changes:
        yield from _kind(change, seen)
    for base_id in sorted(seen.pieces.keys() - {change.base_id for change in changes}):
        yield f"{base_id}: stays as it is; pieces that feel it: {_counted(base_id, seen)}"
        yield from _odd(base_id, seen)
    yield f"kinds that would change: {len(changes)}, characters who own some of it: {seen.characters}"
    if looks.moving:
        yield f"characters to whom more has come meanwhile: {looks.moving}; look again when less is traded"
    if looks.unreadable:
        unreadable = ", ".join(map(str, sorted(looks.unreadable)))
        yield f"characters of whom something cannot be read, left out: {unreadable}"
    if seen.overweight:
        yield f"characters who would carry too much: {seen.overweight}"
    if seen.returned:
        yield f"characters who would have fewer quick slots than they use: {seen.returned}"


def _kind(change: KindChange, seen: _Seen) -> Iterator[str]:
    base_id = change.base_id
    what = "new" if change.before is None else "gone" if change.after is None else "changed"
    yield f"{base_id}: {what}; pieces owned: {_counted(base_id, seen)}"
    for name, (before, after) in change.fields().items():
        yield f"  {name}: {_told(name, before)} -> {_told(name, after)}"
    yield from _odd(base_id, seen)


def _counted(base_id: str, seen: _Seen) -> str:
    return f"{seen.pieces[base_id]}, owners: {seen.owners[base_id]}"


def _odd(base_id: str, seen: _Seen) -> Iterator[str]:
    for oddity, text in _ODDITIES.items():
        if stacks := seen.odd[base_id, oddity]:
            yield f"  stacks: {stacks}, {text}"
    if given := seen.absent[base_id, IN_TRADE]:
        yield f"  pieces given in open trades: {given}"
    if waiting := seen.absent[base_id, IN_INBOX]:
        yield f"  pieces that wait in inboxes: {waiting}"


def _told(name: str, value: object) -> str:
    """As it is written in an item file, more or less."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {each}" for key, each in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(_told(name, each) for each in value) or "none"
    if isinstance(value, Effect):
        until = f" for {value.duration} s" if value.duration else ""
        return f"{value.kind} {value.amount}{f' {value.stat}' if value.stat else ''}{until}"
    if isinstance(value, int) and name == "weight":
        return f"{value / 1000:g}"
    return "none" if value is None else str(value)
