"""A real PgBouncer in transaction mode before a database, where the machine has one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.support.certificates import Certificates
from tests.support.launched import HERE, free_port, launched, listens

PROGRAM = shutil.which("pgbouncer") or ("/usr/sbin/pgbouncer" if Path("/usr/sbin/pgbouncer").exists() else "")
MISSING = "no pgbouncer here (apt-get install pgbouncer)"
_PORT = 6432  # names the socket only; nothing listens on the network
_SETTINGS = """
[databases]
* = host={host} port={port} user={user}

[pgbouncer]
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
"""
_AT_A_SOCKET = """
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
"""
_BY_TLS = """
listen_addr = {here}
listen_port = {port}
unix_socket_dir =
client_tls_sslmode = require
client_tls_cert_file = {certificates.certificate}
client_tls_key_file = {certificates.key}
server_tls_sslmode = verify-full
server_tls_ca_file = {certificates.authority}
"""


@contextmanager
def pooled(database_url: str, folder: Path) -> Iterator[str]:
    """The address of a pooler before the database, which is reached by a socket."""
    parts = urlsplit(database_url)
    [host] = parse_qs(parts.query)["host"]
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        _SETTINGS.format(host=host, port=5432, user=parts.username)
        + _AT_A_SOCKET.format(folder=folder, port=_PORT)
    )
    with launched([PROGRAM, str(settings)], folder, (folder / f".s.PGSQL.{_PORT}").exists):
        yield f"postgresql://{parts.username}@{parts.path}?host={folder}&port={_PORT}"


@contextmanager
def pooled_by_tls(database_url: str, folder: Path, certificates: Certificates) -> Iterator[str]:
    """The same by TLS on both sides; the database listens at a port."""
    parts, port = urlsplit(database_url), free_port()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        _SETTINGS.format(host=parts.hostname, port=parts.port, user=parts.username)
        + _BY_TLS.format(here=HERE, port=port, certificates=certificates.copied(folder))
    )
    with launched([PROGRAM, str(settings)], folder, lambda: listens(port)):
        yield f"postgresql://{parts.username}@localhost:{port}{parts.path}"
