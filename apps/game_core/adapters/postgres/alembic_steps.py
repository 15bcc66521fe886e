"""The steps from schema to schema, by Alembic, without an ini file: the code knows where they are."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from apps.game_core.adapters.postgres.revisions import STEPS, Reached


def config(connection: sa.Connection | None = None, reached: Reached | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(STEPS.parent))
    made.attributes["connection"] = connection
    made.attributes["on_step"] = _heard_by(reached) if reached else None
    return made


def go_up(connection: sa.Connection, revision: str, reached: Reached | None) -> None:
    command.upgrade(config(connection, reached), revision)


def go_down(connection: sa.Connection, revision: str) -> None:
    command.downgrade(config(connection), revision)


def beforehand(revision: str, present: set[str]) -> Sequence[str]:
    """Statements that the next step towards `revision` wants to have behind it, if any."""
    ahead = [*ScriptDirectory.from_config(config()).iterate_revisions(revision, tuple(present))]
    return getattr(ahead[-1].module, "BEFOREHAND", ()) if ahead else ()


def _heard_by(reached: Reached) -> Callable[..., None]:
    def on_step(*, heads: set[str], **_: object) -> None:
        scripts = ScriptDirectory.from_config(config())
        reached(len(list(scripts.iterate_revisions(tuple(heads), "base"))))

    return on_step
