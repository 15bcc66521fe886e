"""PostgreSQL's addresses as hosts hand them out: checked before anything connects, read as its own tools do.

https://www.postgresql.org/docs/current/libpq-connect.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from apps.game_core.address_parts import (
    parameters,
    require_files,
    require_port,
    require_words,
    split,
    unknown,
)

_DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
_DRIVER_TAKES = frozenset({
    "host", "port", "dbname", "database", "user", "password", "passfile", "application_name",
    "options", "sslmode", "sslcert", "sslkey", "sslpassword", "sslrootcert", "sslcrl", "sslnegotiation",
    "ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs", "krbsrvname", "gsslib",
})  # fmt: skip
_NO_EFFECT = frozenset({
    "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
    "sslcompression", "sslsni", "pgbouncer",
})  # fmt: skip
"""Tuning that the driver has no word for, and marks that hosts add for other clients."""
_ONLY = {
    "channel_binding": ("prefer", "disable"),
    "gssencmode": ("prefer", "disable"),
    "load_balance_hosts": ("disable",),
    "client_encoding": ("utf8", "UTF8", "utf-8", "UTF-8", "auto"),
}
_TLS_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_WORDS = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "sslnegotiation": ("postgres", "direct"),
    "ssl_min_protocol_version": _TLS_VERSIONS,
    "ssl_max_protocol_version": _TLS_VERSIONS,
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
}
_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
_SYSTEM = "system"
_NOT_WITH_SYSTEM = frozenset(_FILES[1:]) | {
    "sslpassword", "ssl_min_protocol_version", "ssl_max_protocol_version",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """`dsn` as asyncpg takes it; `connect_timeout` in seconds, None where the address says nothing.

    `system_roots`: the server's certificate is checked against the machine's own authorities, which a dsn of
    asyncpg's cannot say.
    """

    dsn: str
    connect_timeout: float | None = None
    system_roots: bool = False


def database_address(url: str) -> DatabaseAddress:
    """Raises ValueError with what is allowed instead."""
    parts = split(url, _DATABASE_SCHEMES, "postgresql://user:password@host/database")
    for host in parts.netloc.rpartition("@")[2].split(","):
        require_port(host.rpartition("]")[2].partition(":")[2])
    given, timeout = _taken(parameters(parts))
    system = _is_checked_by_system(given)
    require_words(given, _WORDS)
    require_files(given, _FILES[1:] if system else _FILES)
    for port in given.get("port", "").split(","):
        require_port(port)
    query = f"?{urlencode(given)}" if given else ""
    return DatabaseAddress(f"postgresql://{parts.netloc}{parts.path}{query}", timeout, system)


def _taken(given: Iterable[tuple[str, str]]) -> tuple[dict[str, str], float | None]:
    """What the driver is told, and the time limit of connecting."""
    kept: list[tuple[str, str]] = []
    timeout = None
    for name, value in given:
        if name == "connect_timeout":
            timeout = _seconds(value)
        elif name == "fallback_application_name":
            kept.insert(0, ("application_name", value))
        elif name in _ONLY and value not in _ONLY[name]:
            raise ValueError(f"{name} can be {' or '.join(_ONLY[name])} here")
        elif name in _DRIVER_TAKES:
            kept.append((name, value))
        elif name not in _ONLY and name not in _NO_EFFECT:
            raise unknown(name, _DRIVER_TAKES | _NO_EFFECT | set(_ONLY) | {"connect_timeout"})
    return dict(kept), timeout


def _is_checked_by_system(given: Mapping[str, str]) -> bool:
    """Whether the authorities are the machine's own, as libpq has it: by the strictest mode alone."""
    if given.get("sslrootcert") != _SYSTEM:
        return False
    if given.get("sslmode", "verify-full") != "verify-full":
        raise ValueError("sslrootcert=system goes with sslmode=verify-full alone")
    if refused := sorted(_NOT_WITH_SYSTEM & set(given)):
        raise ValueError(f"{refused[0]} does not go with sslrootcert=system here: name a file")
    return True


def _seconds(value: str) -> float | None:
    """libpq's: whole seconds, none or less wait for ever."""
    if not value.lstrip("-").isdecimal():
        raise ValueError("connect_timeout is a number of seconds")
    return float(value) if int(value) > 0 else None
