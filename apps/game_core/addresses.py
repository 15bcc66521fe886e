"""Addresses of servers as hosts hand them out: checked before anything connects, read as their own tools do.

PostgreSQL: https://www.postgresql.org/docs/current/libpq-connect.html
Redis: https://www.iana.org/assignments/uri-schemes/prov/redis
"""

from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
_REDIS_SCHEMES = ("redis", "rediss", "unix")
_DRIVER_TAKES = frozenset({
    "host", "port", "dbname", "database", "user", "password", "passfile", "service", "application_name",
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
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_MOST = 65_535


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """`dsn` as asyncpg takes it; `connect_timeout` in seconds, None where the address says nothing."""

    dsn: str
    connect_timeout: float | None = None


def database_address(url: str) -> DatabaseAddress:
    """Raises ValueError with what is allowed instead."""
    parts = _split(url, _DATABASE_SCHEMES, "postgresql://user:password@host/database")
    for host in parts.netloc.rpartition("@")[2].split(","):
        _require_port(host.rpartition("]")[2].partition(":")[2])
    kept: list[tuple[str, str]] = []
    timeout = None
    for name, value in _parameters(parts):
        if name == "connect_timeout":
            timeout = _seconds(value)
        elif name == "fallback_application_name":
            kept.insert(0, ("application_name", value))
        elif name in _ONLY and value not in _ONLY[name]:
            raise ValueError(f"{name} can be {' or '.join(_ONLY[name])} here")
        elif name in _DRIVER_TAKES:
            kept.append((name, value))
        elif name not in _ONLY and name not in _NO_EFFECT:
            known = sorted(_DRIVER_TAKES | _NO_EFFECT | set(_ONLY) | {"connect_timeout"})
            raise ValueError(f"{name!r} is not a parameter that is known: {', '.join(known)}")
    given = dict(kept)
    if given.get("sslmode", "prefer") not in _SSL_MODES:
        raise ValueError(f"sslmode is one of {', '.join(_SSL_MODES)}")
    for port in given.get("port", "").split(","):
        _require_port(port)
    query = f"?{urlencode(given)}" if given else ""
    return DatabaseAddress(f"postgresql://{parts.netloc}{parts.path}{query}", timeout)


def redis_address(url: str) -> str:
    """The address itself. Raises ValueError with what is allowed instead."""
    parts = _split(url, _REDIS_SCHEMES, "redis://user:password@host:6379/0")
    if parts.scheme == "unix":
        return url
    _require_port(parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2])
    database = parts.path.strip("/")
    if database and not database.isdecimal():
        raise ValueError("what comes after the host is the number of a database, as in redis://host:6379/0")
    return url


def _split(url: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(f"{error}; it looks like {example}") from error
    if parts.scheme not in schemes or "://" not in url:
        raise ValueError(f"it begins with {' or '.join(f'{each}://' for each in schemes)}, as in {example}")
    if parts.netloc.count("@") > 1 or parts.fragment:
        raise ValueError("in a name or password the signs @ : / ? # % are written %40 %3A %2F %3F %23 %25")
    return parts


def _parameters(parts: SplitResult) -> list[tuple[str, str]]:
    try:
        return parse_qsl(parts.query, strict_parsing=bool(parts.query), keep_blank_values=True)
    except ValueError as error:
        raise ValueError("what follows ? are parameters: name=value&name=value") from error


def _require_port(port: str) -> None:
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port) <= _MOST):
        raise ValueError(f"a port is a number from 1 to {_MOST}")


def _seconds(value: str) -> float | None:
    """libpq's: whole seconds, none or less wait for ever."""
    if not value.lstrip("-").isdecimal():
        raise ValueError("connect_timeout is a number of seconds")
    return float(value) if int(value) > 0 else None
