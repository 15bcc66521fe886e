"""PostgreSQL and Redis that speak TLS and nothing else, where the machine has them.

The embedded ones are built without it, those of Linux distributions with it.
"""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from redis import Redis

from tests.support.certificates import Certificates
from tests.support.launched import HERE, as_nobody, launched, listens
from tools.failover.clustered import until
from tools.support.ports import free_port

_POSTGRES = (
    "fsync=off",
    "shared_buffers=32MB",
    f"listen_addresses={HERE}",
    "unix_socket_directories=",
    "ssl=on",
)
_WHO = "hostssl all guarded all scram-sha-256\nhostssl all all all trust\n"
_MASTERS, _SLOTS = 3, 16_384
_IN_A_CLUSTER = {
    "cluster-enabled": "yes",
    "cluster-announce-hostname": "localhost",
    "cluster-preferred-endpoint-type": "hostname",
    "tls-cluster": "yes",
}
# Debian's server goes by two names, and does what the name says.
_REDISES = {"redis-check-rdb": "redis-server", "valkey-check-rdb": "valkey-server"}


def postgres_folder() -> Path | None:
    """Where the newest one's programs are."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((each.parent for each in installed), key=lambda each: float(each.parent.name), default=None)


def redis_program() -> tuple[Path, str] | None:
    """The program, and the name under which it is a server."""
    found = ((shutil.which(name), server) for name, server in _REDISES.items())
    return next(((Path(path), server) for path, server in found if path), None)


@contextmanager
def postgres(programs: Path, folder: Path, certificates: Certificates) -> Iterator[str]:
    folder.mkdir()
    initdb = (str(programs / "initdb"), "-D", str(folder), "-U", "bot", "-A", "trust", "--no-sync")
    subprocess.run([*as_nobody(folder), *initdb, "-E", "UTF8"], check=True, capture_output=True)
    (folder / "pg_hba.conf").write_text(_WHO)
    copies, port = certificates.copied(folder), free_port()
    files = (f"ssl_cert_file={copies.certificate}", f"ssl_key_file={copies.key}")
    settings = [word for each in (*_POSTGRES, *files, f"port={port}") for word in ("-c", each)]
    command = [str(programs / "postgres"), "-D", str(folder), *settings]
    with launched(command, folder, lambda: listens(port), signal.SIGINT):  # waits for no client
        yield f"postgresql://bot@localhost:{port}/postgres"


@contextmanager
def redis(program: Path, name: str, folder: Path, certificates: Certificates) -> Iterator[str]:
    folder.mkdir()
    port = free_port()
    settings = {"dir": folder, "save": "", "bind": HERE, **_by_tls(port, certificates.copied(folder))}
    words = [word for key, value in settings.items() for word in (f"--{key}", str(value))]
    with launched([str(_named(program, name, folder)), *words], folder, lambda: listens(port)):
        yield f"rediss://localhost:{port}/0"


@contextmanager
def sentinel(
    program: Path, name: str, folder: Path, certificates: Certificates, master: int
) -> Iterator[str]:
    """It watches over `game`, whose master listens on that port."""
    folder.mkdir()
    port = free_port()
    settings = {"dir": folder, "bind": HERE, **_by_tls(port, certificates.copied(folder))}
    settings |= {"tls-replication": "yes", "sentinel resolve-hostnames": "yes"}
    settings |= {"sentinel announce-hostnames": "yes", "sentinel monitor": f"game localhost {master} 1"}
    file = folder / "sentinel.conf"
    file.write_text("".join(f"{key} {value}\n" for key, value in settings.items()), encoding="utf-8")
    command = [str(_named(program, name, folder)), str(file), "--sentinel"]
    with launched(command, folder, lambda: listens(port)):
        yield f"rediss+sentinel://localhost:{port}/game"


@contextmanager
def cluster(program: Path, name: str, folder: Path, certificates: Certificates) -> Iterator[str]:
    """Three masters that share the slots and go by the name that the certificate is for."""
    folder.mkdir()
    with ExitStack() as running:
        nodes = {}
        for number in range(_MASTERS):
            port, bus = free_port(), free_port()
            master = _master(program, name, folder / f"{number}", certificates, (port, bus))
            node = nodes[port] = running.enter_context(master)
            begin, end = (_SLOTS * each // _MASTERS for each in (number, number + 1))
            node.execute_command("CLUSTER ADDSLOTSRANGE", begin, end - 1)
            next(iter(nodes.values())).execute_command("CLUSTER MEET", HERE, port, bus)
        until(lambda: all(node.cluster("INFO")["cluster_state"] == "ok" for node in nodes.values()))
        yield f"rediss+cluster://{','.join(f'localhost:{port}' for port in nodes)}"


@contextmanager
def _master(
    program: Path, name: str, folder: Path, certificates: Certificates, ports: tuple[int, int]
) -> Iterator[Any]:
    """`ports`: where it answers clients, and where the others."""
    folder.mkdir()
    port, bus = ports
    copies = certificates.copied(folder)
    settings = {"dir": folder, "save": "", "bind": HERE, **_by_tls(port, copies), **_IN_A_CLUSTER}
    words = [word for key, value in settings.items() for word in (f"--{key}", str(value))]
    command = [str(_named(program, name, folder)), *words, "--cluster-port", str(bus)]
    with (
        launched(command, folder, lambda: listens(port)),
        Redis("localhost", port, ssl=True, ssl_ca_certs=str(copies.authority), decode_responses=True) as node,
    ):
        yield node


def _named(program: Path, name: str, folder: Path) -> Path:
    server = folder / name
    server.symlink_to(program)
    return server


def _by_tls(port: int, copies: Certificates) -> dict[str, object]:
    return {
        "port": 0,
        "tls-port": port,
        "tls-cert-file": copies.certificate,
        "tls-key-file": copies.key,
        "tls-ca-cert-file": copies.authority,
        "tls-auth-clients": "no",
    }
