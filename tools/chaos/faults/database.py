"""PostgreSQL dies, stands still, hangs up, and somebody edits rows."""

from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded.server import Server
from tools.chaos.faults.targets import Targets, Verbs
from tools.chaos.plan import Kind, Step

# Changes nothing, yet the inventories become others than those that sessions grew from.
_TOUCH = sa.text("UPDATE inventory_items SET locked = locked WHERE char_id % 3 = :draw % 3")
_CUT = sa.text("""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
""")


@dataclass(frozen=True, slots=True)
class Database:
    targets: Targets
    server: Server
    engine: AsyncEngine

    def verbs(self) -> Verbs:
        return {
            Kind.KILL_POSTGRES: lambda step: self.targets.kill(step, self.server),
            Kind.STOP_POSTGRES: lambda step: self.targets.stop(step, self.server),
            Kind.CUT_POSTGRES: self._cut,
            Kind.TOUCH_ROWS: self._touch,
        }

    async def _cut(self, step: Step) -> None:
        self.targets.note(step, "postgres")
        async with self.targets.lock("postgres"):
            with suppress(SQLAlchemyError, OSError):
                async with self.engine.connect() as connection:
                    await connection.execute(_CUT)

    async def _touch(self, step: Step) -> None:
        """Somebody edits a third of the inventories by SQL."""
        # Not between a restore and the looks at it: an edit more could make up for a version less.
        async with self.targets.lock("postgres"):
            self.targets.note(step, "postgres")
            with suppress(SQLAlchemyError, OSError):
                async with self.engine.begin() as connection:
                    await connection.execute(_TOUCH, {"draw": step.draw})
