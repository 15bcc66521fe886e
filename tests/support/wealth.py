"""All that there is, over the whole world: bags and purses, what waits in trades, what waits in inboxes.

Pieces by kind, and coins. Whatever trades do, in the database it is as much as ever (`in_database`), and so
it is as players see it, with what is on its way between the stores (`as_seen`).
"""

from collections import Counter
from collections.abc import Iterable

from apps.game_core.modules.inventory.inventory.logic.sessions.traded import gives_of
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_row, is_inbox
from apps.game_core.modules.inventory.ports import LedgerEntry
from tests.support.world import World
from tools.support import riches
from tools.support.riches import BAGS, COINS, INBOXES, TRADES, Wealth

__all__ = ["Wealth", "as_seen", "in_database", "intact"]


async def in_database(world: World) -> Wealth:
    return await riches.in_database(world.core.engine)


async def as_seen(world: World) -> Wealth:
    """Sessions are believed before their rows: what one has given is on its way, what it received is here."""
    found: Wealth = Counter()
    sessions, received = dict[int, InventorySession](), set[int]()
    for each in await world.query("SELECT char_id FROM inventories"):
        session = await world.core.sessions.glance(each.char_id)
        if session is not None:
            sessions[each.char_id] = session
            pending = await unwritten(world, each.char_id)
            received |= {inbox_row(entry.op_id) for entry in pending if is_inbox(entry.op_id)}
            found += _of_session(session, pending)
    for row in await world.query(BAGS):
        if row.char_id not in sessions:
            found[row.kind] += row.pieces
    for row in await world.query(TRADES):
        found[row.kind] += row.pieces
    for row in await world.query(INBOXES):
        if row.id not in received:
            found[row.kind] += row.pieces
    return +found


async def unwritten(world: World, char_id: int) -> list[LedgerEntry]:
    """What a session has done that the ledger does not have; it may be acknowledged late."""
    state = await world.core.store.inspect(char_id)
    pending = [entry for entry in (state.pending if state else ()) if not entry.refused]
    written = {entry.op_id for entry in await world.ledger(char_id)}
    return [entry for entry in pending if entry.op_id not in written]


def _of_session(session: InventorySession, pending: Iterable[LedgerEntry]) -> Wealth:
    found = _of_items(placed.item for placed in session.placed())
    found[COINS] += session.coins
    for give in gives_of(pending):
        found += _of_items(give.items)
        found[COINS] += give.coins
    return found


def _of_items(items: Iterable[Item]) -> Wealth:
    found: Wealth = Counter()
    for item in items:
        found[item.base_id] += item.quantity
    return found


async def gifts_are_accounted_for(world: World) -> None:
    """Each give in a ledger waits in its trade, or is in one inbox; each receipt comes of a give.

    Of who is deleted neither ledger nor inbox is left.
    """
    gives = await world.query(
        "SELECT payload ->> 'trade' AS trade, payload ->> 'own_mark' AS mark, char_id,"
        " (payload ->> 'partner')::bigint AS partner FROM inventory_operations WHERE kind = 'give'"
    )
    alive = {row.char_id for row in await world.query("SELECT char_id FROM inventories")}
    rows = await world.query(
        "SELECT trade::text, mark::text, char_id, returned FROM inventory_inbox WHERE trade IS NOT NULL"
    )
    waiting = await world.query(
        "SELECT trade::text, own_mark::text AS mark FROM trade_gifts JOIN trades ON id = trade"
        " WHERE state = 'open'"
    )
    for give in gives:
        posted = [row for row in rows if (row.trade, row.mark) == (give.trade, give.mark)]
        held = [row for row in waiting if (row.trade, row.mark) == (give.trade, give.mark)]
        lost_with_partner = give.partner not in alive and not posted and not held
        assert len(posted) + len(held) == (0 if lost_with_partner else 1), (give, posted, held)
        for row in posted:
            assert row.char_id == (give.char_id if row.returned else give.partner), (give, row)


async def intact(world: World, wealth: Wealth) -> None:
    """All of it, in one place each."""
    assert await in_database(world) == wealth
    assert await as_seen(world) == wealth
    assert {
        item_id: where
        for item_id, where in (await riches.owners(world.core.engine)).items()
        if len(where) > 1
    } == {}
    await gifts_are_accounted_for(world)
