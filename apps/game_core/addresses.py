"""Addresses of servers as hosts hand them out: checked before anything connects, read as their own tools do.

PostgreSQL: https://www.postgresql.org/docs/current/libpq-connect.html
Redis: https://www.iana.org/assignments/uri-schemes/prov/redis
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
_REDIS_SCHEMES = ("redis", "rediss", "unix")
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
_FLAG = ("true", "false", "yes", "no", "1", "0")
_ANY_REDIS = frozenset({"db", "username", "password", "client_name", "health_check_interval"})
_TLS_REDIS = frozenset({
    "ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_password", "ssl_cert_reqs",
    "ssl_check_hostname",
})  # fmt: skip
_REDIS_TAKES = {
    "redis": _ANY_REDIS | {"socket_keepalive"},
    "rediss": _ANY_REDIS | {"socket_keepalive"} | _TLS_REDIS,
    "unix": _ANY_REDIS,
}
_REDIS_WORDS = {
    "ssl_cert_reqs": ("required", "optional", "none"),
    "ssl_check_hostname": _FLAG,
    "socket_keepalive": _FLAG,
}
_REDIS_FILES = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile")
_SETTINGS = {
    "socket_timeout": "REDIS_TIMEOUT",
    "socket_connect_timeout": "REDIS_TIMEOUT",
    "timeout": "REDIS_TIMEOUT",
    "max_connections": "REDIS_MAX_CONNECTIONS",
}
_MOST = 65_535


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
    parts = _split(url, _DATABASE_SCHEMES, "postgresql://user:password@host/database")
    for host in parts.netloc.rpartition("@")[2].split(","):
        _require_port(host.rpartition("]")[2].partition(":")[2])
    given, timeout = _taken(_parameters(parts))
    system = _is_checked_by_system(given)
    _require_words(given, _WORDS)
    _require_files(given, _FILES[1:] if system else _FILES)
    for port in given.get("port", "").split(","):
        _require_port(port)
    query = f"?{urlencode(given)}" if given else ""
    return DatabaseAddress(f"postgresql://{parts.netloc}{parts.path}{query}", timeout, system)


def _taken(parameters: Iterable[tuple[str, str]]) -> tuple[dict[str, str], float | None]:
    """What the driver is told, and the time limit of connecting."""
    kept: list[tuple[str, str]] = []
    timeout = None
    for name, value in parameters:
        if name == "connect_timeout":
            timeout = _seconds(value)
        elif name == "fallback_application_name":
            kept.insert(0, ("application_name", value))
        elif name in _ONLY and value not in _ONLY[name]:
            raise ValueError(f"{name} can be {' or '.join(_ONLY[name])} here")
        elif name in _DRIVER_TAKES:
            kept.append((name, value))
        elif name not in _ONLY and name not in _NO_EFFECT:
            raise _unknown(name, _DRIVER_TAKES | _NO_EFFECT | set(_ONLY) | {"connect_timeout"})
    return dict(kept), timeout


def redis_address(url: str) -> str:
    """The address itself. Raises ValueError with what is allowed instead."""
    parts = _split(url, _REDIS_SCHEMES, "redis://user:password@host:6379/0")
    _require_redis_parameters(dict(_parameters(parts)), _REDIS_TAKES[parts.scheme])
    if parts.scheme == "unix":
        return url
    _require_port(parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2])
    database = parts.path.strip("/")
    if database and not database.isdecimal():
        raise ValueError("what comes after the host is the number of a database, as in redis://host:6379/0")
    return url


def _require_redis_parameters(given: Mapping[str, str], taken: frozenset[str]) -> None:
    for name in given:
        if name in _SETTINGS:
            raise ValueError(f"{name} is the setting {_SETTINGS[name]} here")
        if name not in taken:
            raise _unknown(name, taken)
    _require_words(given, _REDIS_WORDS)
    _require_files(given, _REDIS_FILES)
    for name in ("db", "health_check_interval"):
        if not given.get(name, "0").isdecimal():
            raise ValueError(f"{name} is a number")


def _is_checked_by_system(given: Mapping[str, str]) -> bool:
    """Whether the authorities are the machine's own, as libpq has it: by the strictest mode alone."""
    if given.get("sslrootcert") != _SYSTEM:
        return False
    if given.get("sslmode", "verify-full") != "verify-full":
        raise ValueError("sslrootcert=system goes with sslmode=verify-full alone")
    if refused := sorted(_NOT_WITH_SYSTEM & set(given)):
        raise ValueError(f"{refused[0]} does not go with sslrootcert=system here: name a file")
    return True


def _require_words(given: Mapping[str, str], words: Mapping[str, tuple[str, ...]]) -> None:
    for name, allowed in words.items():
        if name in given and given[name] not in allowed:
            raise ValueError(f"{name} is one of {', '.join(allowed)}")


def _require_files(given: Mapping[str, str], names: Iterable[str]) -> None:
    for name in names:
        if given.get(name) and not os.access(given[name], os.R_OK):
            raise ValueError(f"{name}: there is no {given[name]} that can be read")


def _unknown(name: str, known: Iterable[str]) -> ValueError:
    return ValueError(f"{name!r} is not a parameter that is known: {', '.join(sorted(known))}")


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
