"""Trades of which one cannot be finished: each is ended by itself, and a store that is away is left alone."""

import pytest

from apps.game_core.modules.inventory.errors import (
    ChangesOverdueError,
    CharacterNotFoundError,
    DatabaseDownError,
    DatabaseRefusedError,
    InventoryError,
    SessionStoreDownError,
)
from apps.game_core.modules.trade.ending import TradeEnding
from apps.game_core.modules.trade.exchanging import Exchanging
from apps.game_core.modules.trade.halves import Side
from apps.game_core.settings import CoreSettings
from tests.faults.test_trades import UNTOUCHED, both_have, given_alone, overdue
from tests.support.deals import Deal, dealing
from tests.support.seats import state, write
from tests.support.world import World

_answer = Exchanging.answer


@pytest.fixture
def settings(settings: CoreSettings) -> CoreSettings:
    """Sessions that outlive a busy machine's pauses."""
    return settings.model_copy(update={"inventory_session_ttl": 600})


@pytest.fixture
async def deals(world: World) -> list[Deal]:
    """Overdue, in the order in which they are looked at; the other of the first has still confirmed."""
    deals = sorted([await dealing(world) for _ in range(3)], key=lambda deal: deal.trade)
    for deal in deals:
        await given_alone(deal, world)
        await write(world, deal.first)
    for deal in deals[1:]:
        await deal.leave(deal.second)
    await overdue(world)
    return deals


def ending_of(world: World) -> TradeEnding:
    [ending] = [chore for chore in world.core.worker.chores if isinstance(chore, TradeEnding)]
    return ending


async def states(deals: list[Deal]) -> list[str | None]:
    return [await state(deal.world, deal.trade) for deal in deals]


def failing(patching: pytest.MonkeyPatch, deal: Deal, error: InventoryError) -> list[int]:
    """Answers for one trade fail; for which there are any is told."""
    asked: list[int] = []

    async def answer(exchange: Exchanging, side: Side) -> bool:
        asked.append(side.half.trade)
        if side.half.trade == deal.trade:
            raise error
        return await _answer(exchange, side)

    patching.setattr(Exchanging, "answer", answer)
    return asked


@pytest.mark.parametrize(
    "error",
    [ChangesOverdueError(1), DatabaseRefusedError("no"), CharacterNotFoundError(1)],
    ids=lambda error: type(error).__name__,
)
async def test_a_trade_that_cannot_be_finished_waits_alone(
    world: World, deals: list[Deal], monkeypatch: pytest.MonkeyPatch, error: InventoryError
) -> None:
    with monkeypatch.context() as patching:
        failing(patching, deals[0], error)
        assert await ending_of(world).round() == len(deals) - 1
        assert await states(deals) == ["open", "off", "off"]

    assert await ending_of(world).round() == 1
    assert await states(deals) == ["settled", "off", "off"]
    assert [await both_have(deal) for deal in deals[1:]] == [UNTOUCHED] * 2


@pytest.mark.parametrize(
    "error", [DatabaseDownError(), SessionStoreDownError()], ids=lambda error: type(error).__name__
)
async def test_a_store_that_is_away_ends_the_round_and_the_next_goes_on_behind(
    world: World, deals: list[Deal], monkeypatch: pytest.MonkeyPatch, error: InventoryError
) -> None:
    """What only seems to be the whole store holds up the others no longer than a round."""
    asked = failing(monkeypatch, deals[0], error)

    with pytest.raises(type(error)):
        await ending_of(world).round()
    assert asked == [deals[0].trade]
    assert await states(deals) == ["open"] * 3

    assert await ending_of(world).round() == len(deals) - 1
    assert await states(deals) == ["open", "off", "off"]
    with pytest.raises(type(error)):
        await ending_of(world).round()
