"""A newcomer's first minutes, tapped through a chat, and what both stores must have of them then."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from telegram_sandbox.client import Player, TapResult

DEEDS = ("equip_item", "use_consumable", "move_to_quick_slot", "use_consumable", "drop_item")
_KINDS = sa.text("""
SELECT o.kind FROM inventory_operations o JOIN characters c ON c.id = o.char_id
WHERE c.user_id = :user_id AND o.version > 0 ORDER BY o.version
""")
_ROWS = sa.text("""
SELECT i.base_id, i.place, i.quantity FROM inventory_items i JOIN characters c ON c.id = i.char_id
WHERE c.user_id = :user_id AND i.base_id IN ('iron_sword', 'health_potion', 'bread')
""")
_KEPT = {("iron_sword", "main_hand", 1), ("health_potion", "quick_slot", 3)}


class NotSaidError(AssertionError):
    def __init__(self, wanted: str, said: str | None) -> None:
        super().__init__(f"{wanted!r} is not in the answer {said!r}")


async def first_minutes(alice: Player) -> None:
    """Start, wear, drink, quick slot, drop, turn pages, close. Raises what says that it is otherwise."""
    await alice.send("/start")
    await alice.sees("Welcome, adventurer!")
    await alice.tap("Inventory")
    await alice.sees("level 1")

    await alice.tap("Backpack")
    await alice.sees("page 1 of 2")
    await alice.tap("▶️")
    await alice.sees("page 2 of 2")
    await alice.tap("◀️")
    await alice.tap("Iron Sword")
    _says("Iron Sword", await alice.tap("Wear"))
    main = await alice.offers("⚔️ Iron Sword")
    _says("🛡 Off hand", main.as_text())

    await alice.tap("Backpack")
    await alice.tap("Health Potion")
    _says("+", await alice.tap("Use"))
    await alice.sees("×4")
    await alice.tap("To quick slot")
    await alice.tap("[1]")
    await alice.tap("1 🧪 ×4")
    await alice.sees("it would be wasted")
    _says("left", await alice.tap("Use anyway"))

    await alice.tap("Backpack")
    await alice.tap("Bread")
    await alice.tap("Drop")
    await alice.tap("All (3)")
    await alice.sees("Drop 3 pieces?")
    await alice.tap("Yes, drop")
    await alice.tap("Back")
    await alice.tap("Close")
    await alice.sees("the tavern hums")


def _says(wanted: str, answer: TapResult | str) -> None:
    said = answer if isinstance(answer, str) else answer.text
    if wanted not in (said or ""):
        raise NotSaidError(wanted, said)


async def unlike(engine: AsyncEngine, user_id: int) -> list[str]:
    """What PostgreSQL has otherwise, once the menu is closed."""
    async with engine.connect() as connection:
        asked = {"user_id": user_id}
        kinds = tuple((await connection.execute(_KINDS, asked)).scalars())
        rows = {tuple(row) for row in await connection.execute(_ROWS, asked)}
    pairs = (("in the ledger", kinds, DEEDS), ("among the rows", rows, _KEPT))
    return [f"{where}: {found}, not {meant}" for where, found, meant in pairs if found != meant]
