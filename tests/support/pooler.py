"""A real PgBouncer in transaction mode before a database, where the machine has one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.support.certificates import Certificates
from tests.support.launched import HERE, launched, listens
from tools.support.pgbouncer import PORT, PROGRAM, at_a_socket, before, socket_in
from tools.support.ports import free_port

_SIZE = 4
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
    settings.write_text(before(host, parts.username, size=_SIZE) + at_a_socket(folder))
    with launched([PROGRAM, str(settings)], folder, socket_in(folder).exists):
        yield f"postgresql://{parts.username}@{parts.path}?host={folder}&port={PORT}"


@contextmanager
def pooled_by_tls(database_url: str, folder: Path, certificates: Certificates) -> Iterator[str]:
    """The same by TLS on both sides; the database listens at a port."""
    parts, port = urlsplit(database_url), free_port()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        before(parts.hostname, parts.username, port=parts.port, size=_SIZE)
        + _BY_TLS.format(here=HERE, port=port, certificates=certificates.copied(folder))
    )
    with launched([PROGRAM, str(settings)], folder, lambda: listens(port)):
        yield f"postgresql://{parts.username}@localhost:{port}{parts.path}"
