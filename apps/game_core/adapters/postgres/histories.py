"""Whole histories of inventories, for the audit: many inventories a statement."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypedDict, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from apps.game_core.adapters.postgres import inbox_rows, ledger_rows
from apps.game_core.adapters.postgres.checkpoints import opened
from apps.game_core.adapters.postgres.engine import database_errors, isolated
from apps.game_core.adapters.postgres.history_statements import BY_ID, BY_RANGE, HistoryStatements
from apps.game_core.modules.inventory.history import (
    Checkpoint,
    Edit,
    History,
    PurseChange,
    Traits,
    traits_at_birth,
)
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.model import (
    Buff,
    Hero,
    Limits,
    Parcel,
    PlacedItem,
    Vitals,
)
from apps.game_core.modules.inventory.inventory.operation_ids import STARTER, inbox_id
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InboxGrant, InventorySnapshot

# A busy player's ledger is long, so that it is read in portions of this many rows.
_PORTION = 1000
_CHARACTERS = sa.text("""
SELECT char_id FROM inventories
WHERE char_id > :after AND char_id <= coalesce(CAST(:upto AS bigint), char_id) ORDER BY char_id LIMIT :limit
""")
_rows = msgspec.json.Decoder(tuple[PlacedItem, ...])
_row = msgspec.json.Decoder(PlacedItem)
_raw_rows = msgspec.json.Decoder(list[msgspec.Raw])
_loadout = msgspec.json.Decoder(Loadout)
_vitals = msgspec.json.Decoder(Vitals)
_buffs = msgspec.json.Decoder(tuple[Buff, ...])
_hero = msgspec.json.Decoder(dict[str, dict[str, int]])
_coins = msgspec.json.Decoder(PurseChange)
_birth = msgspec.json.Decoder(dict[str, int] | None)

Rows = Sequence[sa.Row[Any]]
Asked = Mapping[str, object]
R = TypeVar("R")


class PostgresHistories:
    """Implements `HistoryReader`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = isolated(engine, "REPEATABLE READ")

    async def char_ids(self, after: int, limit: int, upto: int | None = None) -> Sequence[int]:
        asked = {"after": after, "limit": limit, "upto": upto}
        with database_errors():
            async with self._engine.connect() as connection:
                return list((await connection.execute(_CHARACTERS, asked)).scalars())

    async def read(self, char_id: int) -> History | None:
        """None: there is no such inventory (any more). Raises DatabaseDownError."""
        found = [history async for history in self.read_all(char_id - 1, char_id)]
        return found[0] if found else None

    def read_all(self, after: int, upto: int) -> AsyncIterator[History]:
        return self._read(BY_RANGE, {"after": after, "upto": upto})

    def read_these(self, char_ids: Collection[int]) -> AsyncIterator[History]:
        return self._read(BY_ID, {"char_ids": list(char_ids)})

    async def _read(self, statements: HistoryStatements, asked: Asked) -> AsyncIterator[History]:
        with database_errors():
            async with self._engine.connect() as connection:
                async for history in _histories(connection, statements, asked):
                    yield history


async def _histories(
    connection: AsyncConnection, statements: HistoryStatements, asked: Asked
) -> AsyncIterator[History]:
    inventories = iter((await connection.execute(statements.inventories, asked)).all())
    beside = {
        name: await _by_owner(connection, statement, asked) for name, statement in statements.beside.items()
    }

    def history(row: sa.Row[Any], ledger: Rows = ()) -> History:
        return _history(row, ledger, **{name: rows.get(row.char_id, ()) for name, rows in beside.items()})

    async for owner, ledger in _ledgers(connection, statements.ledger, asked):
        for row in inventories:
            if row.char_id == owner:
                yield history(row, ledger)
                break
            yield history(row)
    for row in inventories:
        yield history(row)


async def _by_owner(connection: AsyncConnection, statement: sa.TextClause, asked: Asked) -> dict[int, Rows]:
    found = (await connection.execute(statement, asked)).all()
    return {char_id: list(rows) for char_id, rows in groupby(found, lambda row: row.char_id)}


async def _ledgers(
    connection: AsyncConnection, statement: sa.TextClause, asked: Asked
) -> AsyncIterator[tuple[int, list[sa.Row[Any]]]]:
    """Each owner's rows, without holding those of everybody."""
    owner, mine = 0, list[sa.Row[Any]]()
    async with connection.stream(statement, asked, execution_options={"yield_per": _PORTION}) as rows:
        async for portion in rows.partitions():
            for char_id, some in groupby(portion, lambda row: row.char_id):
                if char_id != owner and mine:
                    yield owner, mine
                    mine = []
                owner = char_id
                mine.extend(some)
    if mine:
        yield owner, mine


def _history(
    row: sa.Row[Any],
    ledger: Rows,
    *,
    items: Rows,
    loadouts: Rows,
    edits: Rows,
    delivered: Rows,
    refused: Rows,
    checkpoints: Rows,
) -> History:
    doubts: list[str] = []
    entries = tuple(map(ledger_rows.entry, ledger))
    begun = beginning(doubts, entries)
    understood = (_understood(doubts, f"edit at version {each.version}", _edit, each) for each in edits)
    edited = [each for each in understood if each]
    archived = checkpoints[0].version if checkpoints else -1
    before = (
        tuple(each for each in edited if each.version <= archived),
        dict(_delivered(doubts, [each for each in delivered if each.archived])),
    )
    return History(
        snapshot=_snapshot(doubts, row, items, loadouts),
        **begun,
        ledger=tuple(entry for entry in entries if entry is not begun["birth"]),
        edits=tuple(each for each in edited if each.version > archived),
        delivered=dict(_delivered(doubts, [each for each in delivered if not each.archived])),
        refused=frozenset(conflict.op_id for conflict in refused),
        unreadable=tuple(doubts),
        checkpoint=_checkpoint(checkpoints[0], *before) if checkpoints else None,
    )


class Beginning(TypedDict):
    """What a birth tells of a `History`."""

    birth: LedgerEntry | None
    starter: tuple[PlacedItem, ...] | None
    born_hp: int | None
    born_at: int | None
    born_hero: Traits


def beginning(doubts: list[str], entries: Sequence[LedgerEntry]) -> Beginning:
    """All unknown, where the birth is not among the entries."""
    born = next((entry for entry in entries if entry.op_id == STARTER), None)
    birth = born and _understood(doubts, "birth", _birth.decode, born.result)
    return {
        "birth": born,
        "starter": _understood(doubts, "starting kit", _rows.decode, born.payload) if born else None,
        "born_hp": birth.get("hp") if birth else None,
        "born_at": born.at if born else None,
        "born_hero": traits_at_birth(birth or {}),
    }


def _checkpoint(
    row: sa.Row[Any], edits: tuple[Edit, ...], delivered: Mapping[str, Gift | Parcel | None]
) -> Checkpoint:
    return Checkpoint(row.version, row.at, row.digest, opened(row.state), edits, delivered)


def _snapshot(doubts: list[str], row: sa.Row[Any], items: Rows, loadouts: Rows) -> InventorySnapshot:
    kept = (_understood(doubts, f"loadout {each.id}", _loadout.decode, each.loadout) for each in loadouts)
    return InventorySnapshot(
        char_id=row.char_id,
        version=row.version,
        rev=row.rev,
        hero=Hero(row.name, row.level, row.strength, row.max_hp, row.experience),
        vitals=Vitals(row.hp, _understood(doubts, "buffs", _buffs.decode, row.buffs) or ()),
        limits=Limits(row.max_slots, row.quick_slots),
        items=tuple(placed for each in items for placed in _placed(doubts, each.rows)),
        loadouts=tuple(each for each in kept if each),
        coins=row.coins,
    )


def _placed(doubts: list[str], rows: str) -> Sequence[PlacedItem]:
    try:
        return _rows.decode(rows)
    except msgspec.MsgspecError:
        # Not all of them are understood: one after the other.
        each = (_understood(doubts, _name(raw), _row.decode, raw) for raw in _raw_rows.decode(rows))
        return [placed for placed in each if placed]


def _name(raw: msgspec.Raw) -> str:
    return f"item {msgspec.json.decode(raw)['item']['id']}"


def _understood(doubts: list[str], name: str, decode: Callable[[Any], R], stored: object) -> R | None:
    """None with a doubt for what was edited into something that the game does not know."""
    try:
        return decode(stored)
    except (ValueError, msgspec.MsgspecError) as error:
        doubts.append(f"{name}: {error}")
        return None


def _delivered(doubts: list[str], rows: Rows) -> Iterator[tuple[str, Gift | Parcel | None]]:
    for row in inbox_rows.rows(each.granted for each in rows):
        if isinstance(row, InboxGrant):
            yield inbox_id(row.inbox_id), row.contents
        else:
            doubts.append(f"inbox row {row.inbox_id}: {row.reason}")
            yield inbox_id(row.inbox_id), None


def _edit(row: sa.Row[Any]) -> Edit:
    vitals = None if row.vitals is None else _vitals.decode(row.vitals)
    hero = {} if row.hero is None else _hero.decode(row.hero)
    before, after = hero.get("before", {}), hero.get("after", {})
    rows = (_rows.decode(row.before), _rows.decode(row.after))
    coins = None if row.coins is None else _coins.decode(row.coins)
    return Edit(row.version, *rows, vitals, before, after, row.at, row.edited_by, row.id, coins)
