"""Whoever was found in order is counted again as soon as anything of theirs is another."""

import asyncio
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres import audit_memory, history_statements
from apps.game_core.adapters.postgres.audit_memory import PostgresAuditMemory
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.history import AuditMemory
from apps.game_core.modules.inventory.inventory.logic.audit import Audit, Finding
from bot.cli.main import cli
from tests.integration.test_archiving import archived
from tests.integration.test_audit import inventory_findings, played
from tests.support.world import World

NOBODY = 2**62


async def remembering(world: World, memory: AuditMemory | None = None) -> list[Finding]:
    audit = Audit(
        PostgresHistories(world.core.engine), memory=memory or PostgresAuditMemory(world.core.engine)
    )
    return [finding async for _, found in audit.run() for finding in found]


async def changed(world: World) -> set[int]:
    return {*await PostgresAuditMemory(world.core.engine).changed(0, NOBODY)}


def test_all_tables_that_histories_come_from_are_looked_at() -> None:
    statements = history_statements.BY_ID
    told = " ".join(map(str, (statements.inventories, statements.ledger, *statements.beside.values())))
    read = set(re.findall(r"(?:FROM|JOIN) ([a-z]\w+)", told)) - {"edited_at"}

    # Whether an id is archived is asked of a function.
    assert read | {"ledger_archived_ids"} == {"characters", *audit_memory._OWNED}


async def test_who_has_not_changed_is_not_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = await played(world), await played(world)
    assert await remembering(world) == []
    read = list[int]()
    read_these = PostgresHistories.read_these

    def noting(histories: PostgresHistories, char_ids: list[int]) -> object:
        read.extend(char_ids)
        return read_these(histories, char_ids)

    monkeypatch.setattr(PostgresHistories, "read_these", noting)
    assert await remembering(world) == []
    assert read == []
    await world.gateway.lock_item(second, (await world.item(second, "iron_ore")).id)
    await world.gateway.sync_inventory(second)
    assert await remembering(world) == []
    assert read == [second]
    assert await changed(world) == set()
    assert (await archived(world, tmp_path)).characters == 2
    assert await changed(world) == {first, second}
    assert await remembering(world) == []
    await remembering(world, PostgresAuditMemory(world.core.engine, anew=True))
    assert sorted(read[-2:]) == [first, second]
    assert await changed(world) == set()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE characters SET hp = hp - 3 WHERE id = :id",
        "UPDATE inventories SET coins = 21 WHERE char_id = :id",
        "DELETE FROM inventory_items WHERE base_id = 'hunting_bow' AND char_id = :id",
        "DELETE FROM inventory_operations WHERE kind = 'drop_item' AND char_id = :id",
        "UPDATE inventory_operations SET body = body || '0' WHERE kind = 'lock_item' AND char_id = :id",
        "UPDATE inventory_inbox SET consumed_at = NULL WHERE char_id = :id",
        "INSERT INTO inventory_loadouts (char_id, id, name, pieces) VALUES (:id, 1, 'Mine', '7')",
        "INSERT INTO inventory_edits (char_id, version, before, after) VALUES (:id, 1, '7', '7')",
        """INSERT INTO inventory_conflicts (char_id, op_id, version, kind, payload, result, reason)
           SELECT char_id, op_id, version, kind, '{}', '{}', '' FROM inventory_operations
           WHERE kind = 'lock_item' AND char_id = :id""",
        "INSERT INTO ledger_checkpoints (char_id, version, at, digest, state) VALUES (:id, 4, 4, '', '')",
    ],
)
async def test_whatever_is_edited_is_found_as_ever(world: World, damage: str) -> None:
    char_id, _ = await played(world), await played(world)
    assert await remembering(world) == []

    await world.execute(damage, id=char_id)

    found = await inventory_findings(world)
    assert {each.char_id for each in found} == {char_id}
    assert await remembering(world) == found
    assert await remembering(world) == found


async def test_an_id_that_is_not_archived_any_more_is_missed(world: World, tmp_path: Path) -> None:
    await played(world)
    assert (await archived(world, tmp_path)).left == {}
    assert await remembering(world) == []

    await world.execute("DELETE FROM ledger_archived_ids")

    found = await inventory_findings(world)
    assert found
    assert await remembering(world) == found


async def test_what_comes_between_the_state_and_the_history_is_looked_at_next_time(world: World) -> None:
    char_id = await played(world)

    class Late(PostgresAuditMemory):
        async def remember(self, states: object) -> None:
            await super().remember(dict.fromkeys(states, 7))  # type: ignore[call-overload]

    assert await remembering(world, Late(world.core.engine)) == []
    assert await changed(world) == {char_id}


async def test_what_is_remembered_of_the_deleted_goes_along(world: World) -> None:
    char_id = await played(world)
    memory = PostgresAuditMemory(world.core.engine)
    await remembering(world, memory)

    await world.core.router.route("characters", "delete", DeleteCharacter(char_id=char_id))
    await memory.remember({char_id: 1})

    assert await world.query("SELECT * FROM inventory_audits") == []


@pytest.fixture
def read_only(servers: EmbeddedServers) -> AsyncEngine:
    """As on a replica."""
    made = make_engine(servers.database_url)

    @sa.event.listens_for(made.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    return made


async def test_who_may_not_write_remembers_nothing(world: World, read_only: AsyncEngine) -> None:
    char_id = await played(world)

    assert await remembering(world, PostgresAuditMemory(read_only)) == []
    await read_only.dispose()

    assert await changed(world) == {char_id}


async def test_what_is_found_anew_is_found_ever_after(world: World) -> None:
    """By a release that knows more than the one that had remembered it."""
    char_id = await played(world)
    await world.execute("UPDATE inventories SET coins = 7777")
    anew = PostgresAuditMemory(world.core.engine, anew=True)
    await anew.remember(await anew.changed(0, NOBODY))
    assert await remembering(world) == []

    found = await remembering(world, anew)

    assert {each.char_id for each in found} == {char_id}
    assert await remembering(world) == found


@pytest.mark.parametrize("rights", ["INSERT, UPDATE, SELECT", "SELECT", None])
async def test_who_has_few_rights_looks_at_everybody(
    world: World, servers: EmbeddedServers, rights: str | None
) -> None:
    char_id = await played(world)
    await world.execute("CREATE ROLE auditor")
    await world.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO auditor")
    await world.execute("REVOKE ALL ON inventory_audits FROM auditor")
    if rights:
        await world.execute(f"GRANT {rights} ON inventory_audits TO auditor")
    engine = make_engine(servers.database_url)

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET LOCAL ROLE auditor")

    try:
        audit = Audit(PostgresHistories(engine), memory=PostgresAuditMemory(engine))
        assert [each async for each in audit.run()] == [(char_id, [])]
    finally:
        await engine.dispose()
        await world.execute("DROP OWNED BY auditor")
        await world.execute("DROP ROLE auditor")
    assert await changed(world) == {char_id}


async def test_the_command_counts_again_what_has_changed(
    world: World, servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await played(world)
    monkeypatch.setenv("DATABASE_URL", servers.database_url)

    async def said(*words: str) -> str:
        done = await asyncio.to_thread(CliRunner().invoke, cli, ["admin", "audit", *words])
        return done.output.splitlines()[-1]

    told = "1 inventories and 0 trades looked at, 0 not as they should be."
    assert [await said(), await said(), await said("--anew")] == [told] * 3
    await world.execute("UPDATE inventories SET coins = 7")
    assert [await said(), await said()] == [told.replace("0 not", "1 not")] * 2
