"""Two who archive at the same time, one of whom looked before the other was done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from apps.game_core.adapters.ledger_archiver import LedgerArchiver
from apps.game_core.adapters.ledger_files import Segment
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.postgres.ledger_archiving import ChangedMeanwhileError, LedgerArchiving
from apps.game_core.modules.inventory.inventory.logic.history.archiving import portion
from tests.integration.test_archiving import EVERYTHING, archived
from tests.integration.test_audit import findings, played
from tests.support.world import World


class LookedBefore(LedgerArchiving):
    """Knows of less than the other had already taken out."""

    async def due(self, char_ids: Sequence[int], before: float) -> Mapping[int, int]:  # noqa: ARG002 - as given
        return dict.fromkeys(char_ids, 1)


async def checkpoint(world: World) -> list[tuple[int, bytes]]:
    return [
        (row.version, row.digest)
        for row in await world.query("SELECT version, digest FROM ledger_checkpoints")
    ]


async def test_who_looked_before_sets_no_checkpoint_back(world: World, tmp_path: Path) -> None:
    await played(world)
    await archived(world, tmp_path)
    stands, engine = await checkpoint(world), world.core.engine

    archiver = LedgerArchiver(PostgresHistories(engine), LookedBefore(engine), tmp_path, EVERYTHING)
    assert [each async for each in archiver.run()]

    assert archiver.done.files == [], "there was nothing left to archive"
    assert await checkpoint(world) == stands
    assert await findings(world) == []


async def test_a_checkpoint_goes_no_way_back(world: World, tmp_path: Path) -> None:
    char_id = await played(world)
    await archived(world, tmp_path)
    stands, engine = await checkpoint(world), world.core.engine
    history = await PostgresHistories(engine).read(char_id)
    assert history
    earlier = replace(portion(history, stands[0][0], 0), version=1)

    with pytest.raises(ChangedMeanwhileError):
        await LedgerArchiving(engine).replace([earlier], [Segment(char_id, earlier.before, ())])

    assert await checkpoint(world) == stands
