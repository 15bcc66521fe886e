"""Taps, writes and accidents in random order: I1 to I9 hold after each step and at the end."""

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from unittest.mock import patch

import pytest

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.contracts import Grant
from apps.game_core.modules.inventory.errors import DatabaseDownError, OperationRefusedError
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data, to_row
from apps.game_core.modules.inventory.ports import Written
from apps.game_core.modules.inventory.session_store import Acknowledgement, Claim
from tests.support.invariants import check, items_of
from tests.support.world import World

_ROW = """
INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)
VALUES (:id, :char_id, 'bread', 1, 'common', 0, 'backpack', :position)
"""


@dataclass
class Walk:
    """One character's life. `told`: the bread a player was told to have gained, by operation id."""

    worlds: tuple[World, World]
    char_id: int
    dice: random.Random
    told: dict[str, int] = field(default_factory=dict)
    drops: list[str] = field(default_factory=list)
    elsewhere: int = 0
    stalled: list[Claim] = field(default_factory=list)
    committed: list[Claim] = field(default_factory=list)
    steps: int = 0
    version: int = 0

    @property
    def world(self) -> World:
        return self.dice.choice(self.worlds)

    async def bread(self) -> int:
        """The id of some bread in the backpack; 1 when there is none."""
        view = await self.world.gateway.view(self.char_id)
        found = [item.id for item in view.backpack if item.base_id == "bread"]
        return self.dice.choice(found) if found else 1

    async def add(self) -> None:
        op_id = f"add:{self.steps}"
        outcome = await self.world.gateway.add_item(self.char_id, "bread", 2, op_id=op_id)
        self.told[op_id] = outcome.result.quantity

    async def drop(self) -> None:
        op_id = f"drop:{self.steps}"
        quantity = self.dice.choice((1, None))
        outcome = await self.world.gateway.drop_item(self.char_id, await self.bread(), quantity, op_id=op_id)
        self.told[op_id] = -outcome.result.quantity
        self.drops.append(op_id)

    async def undo(self) -> None:
        if self.drops:
            of = self.dice.choice(self.drops)
            outcome = await self.world.gateway.undo(self.char_id, of)
            self.told[f"undo:{of}"] = sum(back.quantity for back in outcome.result.dropped)

    async def split(self) -> None:
        op_id = f"split:{self.steps}"
        await self.world.gateway.split_stack(self.char_id, await self.bread(), 1, op_id=op_id)
        self.told[op_id] = 0

    async def again(self) -> None:
        """A redelivered update."""
        for op_id in self.dice.sample(self.drops, min(1, len(self.drops))):
            outcome = await self.world.gateway.drop_item(self.char_id, await self.bread(), 1, op_id=op_id)
            assert outcome.repeated

    async def sync(self) -> None:
        await self.world.gateway.sync_inventory(self.char_id)

    async def work(self) -> None:
        for chore in self.world.core.worker.chores:
            await chore.round()
        await self.world.core.worker.drain()

    async def stall(self) -> None:
        """A worker claims and is paused."""
        token = f"stalled{self.steps}"
        claims = await self.world.core.store.claim([self.char_id], token)
        self.stalled += [claim for claim in claims if isinstance(claim, Claim)]

    async def commit_late(self) -> None:
        """A paused worker goes on, and dies before it acknowledges."""
        if self.stalled:
            claim = self.stalled.pop(self.dice.randrange(len(self.stalled)))
            async with PostgresUnitOfWork(self.world.core.engine) as unit:
                data = inventory_data(claim)
                outcome = await unit.inventories.update_character_inventory(self.char_id, data)
                if isinstance(outcome, Written):
                    await unit.commit()
                    self.committed.append(claim)

    async def acknowledge_late(self) -> None:
        if self.committed:
            claim = self.committed.pop(self.dice.randrange(len(self.committed)))
            await self.world.core.store.acknowledge([Acknowledgement(claim, to_row(claim))])

    async def commit_unheard(self) -> None:
        commit = PostgresUnitOfWork.commit

        async def unheard(self: PostgresUnitOfWork) -> None:
            await commit(self)
            raise DatabaseDownError

        with patch.object(PostgresUnitOfWork, "commit", unheard), suppress(DatabaseDownError):
            await self.sync()

    async def reward(self) -> None:
        """An operator's SQL."""
        await self.world.execute(_ROW, id=1000 + self.steps, position=1000 + self.steps, char_id=self.char_id)
        self.elsewhere += 1

    async def take(self) -> None:
        """Another operator's."""
        taken = await self.world.query(
            "SELECT id, quantity FROM inventory_items WHERE char_id = :id AND base_id = 'bread' LIMIT 1",
            id=self.char_id,
        )
        for row in taken:
            await self.world.execute("DELETE FROM inventory_items WHERE id = :id", id=row.id)
            self.elsewhere -= row.quantity

    async def grant(self) -> None:
        await self.world.core.router.route("inventory", "grant", Grant(self.char_id, "bread", 1))
        self.elsewhere += 1

    async def lose_document(self) -> None:
        await self.world.core.redis.delete(keys.session(self.char_id))

    async def spoil_document(self) -> None:
        await self.world.core.redis.set(keys.session(self.char_id), b"{}", xx=True, keepttl=True)

    async def lose_index(self) -> None:
        await self.world.core.redis.delete(keys.DIRTY_INDEX)
        for _ in range(2):
            for chore in self.world.core.worker.chores:
                await chore.round()

    async def restart(self) -> None:
        """The same data under another server process."""
        run_id = f"{self.steps:040x}"
        for each in self.worlds:
            each.store._identity.run_id = run_id

    async def step(self) -> None:
        self.steps += 1
        often = (self.add, self.drop, self.undo, self.split, self.sync, self.work, self.stall)
        rarely = (
            self.again,
            self.commit_late,
            self.acknowledge_late,
            self.commit_unheard,
            self.reward,
            self.take,
            self.grant,
            self.lose_document,
            self.spoil_document,
            self.lose_index,
            self.restart,
        )
        with suppress(OperationRefusedError):
            await self.dice.choice(self.dice.choice((often, often, rarely)))()
        row = await self.world.row(self.char_id)
        assert row.version >= self.version
        self.version = row.version
        await check(self.world, self.char_id, compare=False)

    async def end(self) -> None:
        """Everybody comes back to life, and the books are made up."""
        world = self.world
        for _ in range(3):
            for chore in world.core.worker.chores:
                await chore.round()
            await world.core.worker.drain()
        # A foreign write after the last change is noticed by the next one.
        await world.gateway.add_item(self.char_id, "bread", 1, op_id="last")
        self.told["last"] = 1
        await world.gateway.sync_inventory(self.char_id)


@pytest.mark.parametrize("seed", [*range(4), 105])
async def test_invariants_hold_under_random_accidents(world: World, other: World, seed: int) -> None:
    char_id = await world.character()
    walk = Walk((world, other), char_id, random.Random(seed))
    for _ in range(120):
        await walk.step()
    await walk.end()

    written = Counter(entry.op_id for entry in await world.ledger(char_id))
    refused = Counter(row.op_id for row in await world.query("SELECT op_id FROM inventory_conflicts"))
    assert set((written + refused).values()) == {1}, "I2: an operation in two places"
    lost = set(walk.told) - set(written) - set(refused)
    assert not lost, "I1, I9: acknowledged and gone"
    assert not await world.query("SELECT 1 FROM inventory_inbox WHERE consumed_at IS NULL")
    effect = sum(pieces for op_id, pieces in walk.told.items() if op_id in written)
    assert await world.pieces_in_rows(char_id, "bread") == 3 + effect + walk.elsewhere, "I7"
    document = await world.document(char_id)
    assert document is not None
    assert items_of(document).keys() == (await world.rows(char_id)).keys()
    await check(world, char_id)
