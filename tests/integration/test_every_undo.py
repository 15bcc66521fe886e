"""Each button that can be undone: once and wholly, whoever writes or dies in between, never done afresh."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import DropManyResult, DropResult
from apps.game_core.modules.inventory.errors import CannotUndoError, OperationRefusedError, UndoObstacle
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.settings import Cleanup, CoreSettings
from bot.callbacks.deeds import UNDOING, Do
from tests.support.undo_play import Play, Stage
from tests.support.undoable import DEEDS
from tests.support.world import World
from tools.support.clocks import AdjustableClock

Interlude = Callable[[Play], Awaitable[None]]
DROPS = (DropResult, DropManyResult)
LATE = 31
ONE_OF_EACH_KIND = tuple({deed.kind: do for do, deed in DEEDS.items()}.values())


@pytest.fixture(scope="module")
async def stage(servers: EmbeddedServers, engine: AsyncEngine) -> AsyncIterator[Stage]:
    settings = CoreSettings(
        _env_file=None,
        redis_url=servers.redis_url,
        database_url=servers.database_url,
        inventory_worker=False,
        inventory_cleanup=Cleanup.AGGRESSIVE,
    )
    clock = AdjustableClock()
    async with open_core(settings, clock=clock) as one, open_core(settings, clock=clock) as other:
        yield Stage(settings, clock, World(one, 10**6), World(other))


async def others_changed_it(play: Play) -> None:
    """The process that the player taps at does not know yet."""
    letter = next(each for each, row in play.before.rows.items() if row.item.base_id == "sealed_letter")
    await play.stage.other.gateway.lock_item(play.char_id, letter)
    await play.stage.other.gateway.unlock_item(play.char_id, letter)


async def rebased(play: Play) -> None:
    """Onto others than the rows that the button touches."""
    await play.rebase(play.before.rows.keys() - play.touched)


async def rebased_on_all(play: Play) -> None:
    """Onto rows none of which is as the button met it."""
    await play.rebase(play.before.rows)


async def rebased_while_saving(play: Play) -> None:
    play.before_the_next_save(rebased_on_all)


async def restarted(play: Play) -> None:
    """Nothing was written."""
    await play.restart()


async def closed_and_rebased(play: Play) -> None:
    """It is written and its session gone; others load it, and are put onto rows that SQL has changed."""
    await play.write(leaving=True)
    assert await play.at.document(play.char_id) is None
    await others_changed_it(play)
    await rebased(play)
    await play.restart()


async def late_for_now(play: Play) -> None:
    done = await play.now()
    play.stage.clock.advance(LATE)
    with pytest.raises(CannotUndoError) as refused:
        await play.undo()
    assert refused.value.obstacle is UndoObstacle.TOO_LATE
    assert await play.now() == done
    play.stage.clock.advance(-LATE)


async def late_elsewhere(play: Play) -> None:
    play.stage.clock.advance(LATE)
    play.at = play.stage.other


async def written(play: Play) -> None:
    await play.write()


async def written_and_lost(play: Play) -> None:
    await written(play)
    await play.at.core.redis.flushall()


@dataclass(frozen=True)
class Road:
    """`between` a tap and its Undo, and `after` that. `overtaken`: the Undo loses a compare-and-set."""

    between: Sequence[Interlude]
    after: Sequence[Interlude] = ()
    overtaken: bool = False


ROADS = {
    "rebased, then written and lost": Road(
        [rebased_on_all], [written_and_lost, late_elsewhere], overtaken=True
    ),
    "closed, then rebased": Road([closed_and_rebased, late_for_now], [rebased]),
}
MORE_ROADS = {
    "restarted, then written": Road([restarted, late_for_now], [written, late_elsewhere]),
    "rebased while saving, and again": Road([rebased_while_saving], [rebased], overtaken=True),
}
PLAYS = [*product(UNDOING, ROADS), *product(ONE_OF_EACH_KIND, MORE_ROADS)]


def test_each_kind_of_operation_that_can_be_taken_back_is_here() -> None:
    undoable = {kind for kind, each in OPERATIONS.items() if each.reverts or each.result_type in DROPS}
    assert undoable == {deed.kind.kind for deed in DEEDS.values()}


@pytest.mark.parametrize(("do", "road"), PLAYS)
async def test_all_is_as_it_was_and_no_tap_counts_again(stage: Stage, do: Do, road: str) -> None:
    way = (ROADS | MORE_ROADS)[road]
    async with stage.play(do) as play:
        first = await play.tap_first()
        assert play.touched & play.before.rows.keys()
        for interlude in way.between:
            await interlude(play)
        conflicts = play.at.core.metrics.counts().conflicts
        undone = await play.undo()
        assert (play.at.core.metrics.counts().conflicts > conflicts) is way.overtaken
        assert await play.now() == play.expected
        for interlude in way.after:
            await interlude(play)

        taps = await play.tap(), await play.undo()

        assert all(each.repeated for each in taps)
        assert taps[1].result == undone.result
        if not play.aged.keys() & play.touched:
            assert taps[0].result == first.result
        assert await play.settled() == play.expected
        assert await play.ledger() == [DEEDS[do].kind.kind, "revert" if DEEDS[do].kind.reverts else "undo"]


@pytest.mark.parametrize("do", ONE_OF_EACH_KIND)
async def test_all_at_once_at_two_processes_it_is_undone_once(stage: Stage, do: Do) -> None:
    async with stage.play(do) as play:
        first = await play.tap_first()
        at = (stage.one, stage.other) * 2

        outcomes = await asyncio.gather(*map(play.undo, at), *map(play.tap, at))

        undos, taps = outcomes[: len(at)], outcomes[len(at) :]
        assert [each.repeated for each in undos].count(False) == 1
        assert all(each.result == undos[0].result for each in undos)
        assert [(each.repeated, each.result) for each in taps] == [(True, first.result)] * len(at)
        assert await play.settled() == play.expected


@pytest.mark.parametrize("undone", ["before", "after"])
@pytest.mark.parametrize("do", ONE_OF_EACH_KIND)
async def test_what_a_rebase_leaves_out_is_not_given_back(stage: Stage, do: Do, undone: str) -> None:
    """SQL has taken a row of what the button has touched."""
    async with stage.play(do) as play:
        await play.tap_first()
        if undone == "before":
            await play.undo()
        gone = min(play.touched & play.before.rows.keys())
        row = await play.take(gone)
        if undone == "after":
            with suppress(CannotUndoError):
                await play.undo()

        left, told, kept = await play.now(), await play.told(), play.before.without(gone)
        if left != kept:  # the rest of it stands, and that its Undo does not was told
            assert (undone, told) == ("before", ("revert",))
            assert left.pieces == kept.pieces
            play.spoilt = True
        for again in (play.tap, play.undo):
            with suppress(OperationRefusedError):
                await again()
        assert await play.settled() == left
        await play.give_back(row)


async def test_their_ledgers_explain_all_of_it(stage: Stage) -> None:
    assert await stage.findings() == []
