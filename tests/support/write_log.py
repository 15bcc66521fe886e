"""Counts what reaches PostgreSQL: every written row with its transaction, by table."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.container import Core

_WATCHED = ("characters", "inventories", "inventory_items", "inventory_operations", "inventory_inbox")
_TABLE = "CREATE TABLE IF NOT EXISTS test_write_log (transaction bigint, relation text)"
_FUNCTION = """
CREATE OR REPLACE FUNCTION test_log_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO test_write_log VALUES (txid_current(), TG_TABLE_NAME);
  RETURN NULL;
END $$
"""


@dataclass(frozen=True, slots=True)
class Writes:
    """`rows` counts written rows by table."""

    transactions: int
    rows: Counter[str]


class WriteLog:
    """Row triggers that live as long as the fixture."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def install(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(sa.text(_TABLE))
            await connection.execute(sa.text(_FUNCTION))
            for table in _WATCHED:
                await connection.execute(
                    sa.text(
                        f"CREATE OR REPLACE TRIGGER test_log AFTER INSERT OR UPDATE OR DELETE ON {table}"
                        " FOR EACH ROW EXECUTE FUNCTION test_log_write()"
                    )
                )

    async def remove(self) -> None:
        async with self._engine.begin() as connection:
            for table in _WATCHED:
                await connection.execute(sa.text(f"DROP TRIGGER test_log ON {table}"))
            await connection.execute(sa.text("DROP TABLE test_write_log"))

    async def clear(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(sa.text("TRUNCATE test_write_log"))

    async def writes(self) -> Writes:
        async with self._engine.connect() as connection:
            rows = (
                await connection.execute(sa.text("SELECT transaction, relation FROM test_write_log"))
            ).all()
        return Writes(len({row.transaction for row in rows}), Counter(row.relation for row in rows))


class StatementCounter:
    """Statements that one core sends to PostgreSQL, of any kind."""

    def __init__(self, core: Core) -> None:
        self.count = 0
        event.listen(core.engine.sync_engine, "before_cursor_execute", self._on_statement)

    def _on_statement(self, *_: object) -> None:
        self.count += 1
