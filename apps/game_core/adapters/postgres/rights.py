"""Whether the database takes what a change is written to: from this role, and on this server."""

import sqlalchemy as sa
import structlog
from asyncpg.exceptions import ClientConfigurationError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.errors import StartError, causes, is_mistrust
from apps.game_core.modules.inventory.errors import DatabaseDownError, InventoryUnavailableError

log = structlog.get_logger(__name__)

_NEEDED = {
    "characters": "SELECT INSERT UPDATE",
    "inventories": "SELECT INSERT UPDATE",
    "inventory_items": "SELECT INSERT UPDATE DELETE",
    "inventory_operations": "SELECT INSERT UPDATE",
}
# SQLSTATE classes: no such role, or not with this password; no such database; neither name nor right for it.
_STAYING = ("28", "3D", "42")
_NO_TLS = "rejected SSL upgrade"
_PAIRS = ", ".join(f"('{table}', '{right}')" for table, rights in _NEEDED.items() for right in rights.split())
# A table that is not there is the schema's business, and lacks no right.
_ASKED = sa.text(f"""
SELECT CAST(current_setting('transaction_read_only') AS boolean) AS read_only, ARRAY(
    SELECT DISTINCT needed.name FROM (VALUES {_PAIRS}) AS needed (name, kind)
    WHERE NOT has_table_privilege(to_regclass(needed.name), needed.kind) ORDER BY 1
) AS barred
""")  # noqa: S608 - of the names above


async def require_writes(engine: AsyncEngine) -> None:
    """Raises DatabaseDownError for a server that is away or takes no writes, as a standby does.

    StartError for a role that may not write them: that stays as long as nobody does something about it.
    """
    with database_errors():
        async with engine.connect() as connection:
            found = (await connection.execute(_ASKED)).one()
    if found.barred:
        raise StartError(
            f"DATABASE_URL: its role may not write {', '.join(found.barred)}:"
            " docs/least-rights.md has what it needs"
        )
    if found.read_only:
        raise DatabaseDownError("the server takes no writes: a standby, or default_transaction_read_only")


async def check_database(engine: AsyncEngine) -> None:
    """Raises StartError of a server that refuses us, or is not who the address says; of too few rights.

    One that is away is not checked, nor one that takes no writes: it may be about to be promoted. The game
    starts degraded.
    """
    try:
        await require_writes(engine)
    except InventoryUnavailableError as error:
        if any(_is_refusal(each) for each in causes(error)):
            raise StartError(f"DATABASE_URL: {error}") from error
        log.warning("postgres is away, not checked", error=str(error))


def _is_refusal(error: BaseException) -> bool:
    """It stays as long as nobody changes the address, the server's roles or its certificate."""
    if isinstance(error, ConnectionError):
        return _NO_TLS in str(error)  # the driver has no type for it
    state = str(getattr(error, "sqlstate", None) or "")
    return state.startswith(_STAYING) or is_mistrust(error) or isinstance(error, ClientConfigurationError)
