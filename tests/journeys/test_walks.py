"""Players without sense: whatever they tap and write is answered, and nothing is lost, doubled or untrue."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram.types import InlineKeyboardMarkup
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.doing import operation_runner
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.settings import CoreSettings
from apps.game_core.value import replace
from bot.callbacks.trading import AtTable, Deal
from bot.keyboards import inventory as keyboards
from bot.menus import message as menu_message
from bot.menus.menu import Menu
from bot.menus.orders import Order
from bot.views.screen import Notice, Row, disabled
from bot.views.screens import Screens
from tools.cli.walk import parties, played
from tools.support.forks import forks
from tools.walk.party import play
from tools.walk.trail import Trail
from tools.walk.walker import every_kind, untapped

WALKS, TAPS = 6, 140  # few, but long enough to come to most kinds of buttons


@pytest.fixture
def stores(database: AsyncEngine, redis: Redis) -> None:
    """Both of them empty."""


async def test_walks_meet_nothing_wrong(settings: CoreSettings, stores: None) -> None:
    # In a process of its own, as the command plays them.
    tapped = forks().Value("Q")
    [trails] = await asyncio.to_thread(lambda: list(played(iter([range(WALKS)]), settings, TAPS, tapped)))

    assert [line for trail in trails if trail.findings for line in trail.lines()] == []
    assert [trail.taps >= TAPS for trail in trails] == [True] * WALKS + [False]
    assert tapped.value >= TAPS * WALKS
    met, confirmed = (f"{AtTable.__prefix__}:{deal}" for deal in (Deal.SIT, Deal.CONFIRM))
    assert all(sum(trail.tapped[kind] for trail in trails) for kind in (met, confirmed))
    # What is offered depends on wounds, loot and luck: only long walks come to every kind.
    assert len(untapped(trails)) <= len(every_kind()) * 2 // 5


def test_what_was_never_tapped_is_known() -> None:
    trail = Trail(7)
    trail.tapped.update(every_kind() - {"a:eq", "o:bp"})
    other = Trail(8)
    other.tapped["o:bp"] += 1

    assert untapped([trail, other]) == {"a:eq"}


@pytest.mark.parametrize(
    ("first", "walks", "expected"),
    [(0, 20, [range(20)]), (7, 1, [range(7, 8)]), (15, 30, [range(15, 20), range(20, 40), range(40, 45)])],
)
def test_walks_are_played_in_parties(first: int, walks: int, expected: list[range]) -> None:
    assert list(parties(first, walks)) == expected


async def silent(self: Menu, notice: Notice | None = None) -> None:
    """Instead of an answer."""


def crowded(rows: list[Row]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[*rows, *[[disabled("x")]] * 13])


def generous(session: InventorySession, operation: Any, rules: Any) -> Any:
    """Every change puts a piece more into each stack, and nobody writes it down."""
    changed, result = apply(session, operation, rules)
    return replace(
        changed, backpack=tuple(replace(each, quantity=each.quantity + 1) for each in changed.backpack)
    ), result


async def idle(order: Order, live: int | None) -> None:
    """Instead of sending a menu."""


@pytest.mark.parametrize(
    ("where", "name", "broken", "noticed"),
    [
        (Menu, "answer", silent, "not answered: user"),
        (keyboards, "keyboard", crowded, "rows"),
        (operation_runner, "apply", generous, "from nowhere"),
        (menu_message, "_send", idle, "no answer to message"),
        (Screens, "lobby", None, "logged as error"),
    ],
    ids=["silence", "crowd", "generosity", "idleness", "error"],
)
async def test_a_walk_notices(  # noqa: PLR0917 - the fixtures, and a row of the table
    settings: CoreSettings,
    stores: None,
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    name: str,
    broken: object,
    noticed: str,
) -> None:
    monkeypatch.setattr(where, name, broken)

    trails = await play([7], settings, 60)

    assert noticed in " ".join(line for trail in trails for line in trail.lines())
    assert [*trails[0].lines()][-1] == "Again: python3 run.py walk --seed 7"


@pytest.fixture
async def half_settled(database: AsyncEngine) -> AsyncIterator[None]:
    """Whoever is born has a trade that is settled, and for which nobody gave anything."""
    async with database.begin() as connection:
        await connection.execute(
            text("""
            CREATE FUNCTION half_settled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO trades (id, first, state, ended_at)
            VALUES (NEW.char_id, NEW.char_id, 'settled', now());
            RETURN NULL; END $$""")
        )
        await connection.execute(
            text("""
            CREATE TRIGGER half_settled AFTER INSERT ON inventories
            FOR EACH ROW EXECUTE FUNCTION half_settled()""")
        )
    yield
    async with database.begin() as connection:
        await connection.execute(text("DROP FUNCTION half_settled CASCADE"))


async def test_a_walk_looks_at_trades(settings: CoreSettings, stores: None, half_settled: None) -> None:
    trails = await play([7], settings, 5)

    assert "it is settled, and nothing is kept of what" in " ".join(trails[-1].lines())
