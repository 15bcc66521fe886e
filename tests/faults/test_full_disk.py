"""No room for the ledger: players play on, and all of it is written once there is room."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.modules.inventory.errors import DatabaseDownError
from tests.support.tiny_disk import full, tiny_disk
from tests.support.world import World

_ROOM = 64 * 1024
_MOST = 100
"""Writes after which a disk of this size is full, whatever an entry takes."""


@pytest.fixture
async def disk(world: World, tmp_path: Path) -> AsyncIterator[Path]:
    """What the ledger's rows lie on."""
    with tiny_disk(tmp_path):
        place = tmp_path / "ledger"
        place.mkdir()
        place.chmod(0o777)
        # Pages that an earlier test has emptied are room, too.
        made = f"CREATE TABLESPACE tiny LOCATION '{place}'"
        await _say(world.core.engine, "VACUUM FULL inventory_operations", made, _moved_to("tiny"))
        try:
            yield tmp_path
        finally:
            await _say(world.core.engine, _moved_to("pg_default"), "CHECKPOINT", "DROP TABLESPACE tiny")


def _moved_to(place: str) -> str:
    return f"ALTER TABLE inventory_operations SET TABLESPACE {place}"


async def _say(engine: AsyncEngine, *statements: str) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await connection.execute(sa.text(statement))


async def until_full(world: World, char_id: int) -> int:
    """How many changes were acknowledged until a write found no room."""
    bread = await world.item(char_id, "bread")
    for number in range(1, _MOST):
        for _ in range(10):
            await world.gateway.lock_item(char_id, bread.id)
            await world.gateway.unlock_item(char_id, bread.id)
        try:
            await world.core.worker.sync.write([char_id], only_due=False)
        except DatabaseDownError as error:
            assert "No space left on device" in str(error)  # noqa: PT017 - which write it is depends on pages
            return 20 * number
    raise AssertionError("the disk is not full")


async def test_a_full_disk_under_the_ledger(world: World, disk: Path) -> None:
    char_id = await world.character()
    with full(disk, but=_ROOM):
        acknowledged = await until_full(world, char_id)
        await world.gateway.lock_item(char_id, (await world.item(char_id, "bread")).id)
        acknowledged += 1
        assert await world.is_indexed(char_id)
        assert not await world.store.parked(), "it is not this session's fault"

    await world.core.worker.sync.write([char_id], only_due=False)

    assert not await world.is_indexed(char_id)
    kinds = [each.kind for each in await world.ledger(char_id)]
    assert len(kinds) == acknowledged + kinds.count("starter")
