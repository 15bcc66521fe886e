"""PgBouncer in transaction mode before a database: where its program is, and its settings."""

import shutil
from pathlib import Path

PROGRAM = shutil.which("pgbouncer") or ("/usr/sbin/pgbouncer" if Path("/usr/sbin/pgbouncer").exists() else "")
MISSING = "no pgbouncer here (apt-get install pgbouncer)"
PORT = 6432  # names the socket only; nothing listens on the network
_BEFORE = """
[databases]
* = host={host} port={port} user={user}

[pgbouncer]
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 500
server_login_retry = 1
"""
_AT_A_SOCKET = """
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
"""


def before(host: Path | str | None, user: str | None, *, port: int | None = 5432, size: int) -> str:
    """So many connections to the database, fewer than are asked for, so that they are shared."""
    return _BEFORE.format(host=host, port=port, user=user, size=size)


def at_a_socket(folder: Path) -> str:
    """Reached in that folder, as PostgreSQL at `PORT` would be."""
    return _AT_A_SOCKET.format(folder=folder, port=PORT)


def socket_in(folder: Path) -> Path:
    return folder / f".s.PGSQL.{PORT}"
