"""PostgreSQL's addresses as hosts hand them out: checked before anything connects, read as its own tools do.

https://www.postgresql.org/docs/current/libpq-connect.html
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

from apps.address_parts import (
    apart,
    place,
    require_files,
    require_port,
    require_words,
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
_IN_THE_ENVIRONMENT = {
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
_EXAMPLE = "postgresql://user:password@host/database"
_PORT = "5432"
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
    parts, user, hosts = apart(url, _DATABASE_SCHEMES, _EXAMPLE)
    given, timeout = _taken(_parameters(parts.query))
    require_words(given, _WORDS)
    system = _is_checked_by_system(given)
    require_files(given, _FILES[1:] if system else _FILES)
    given = {**_named(user, parts.path), **given}
    given |= _placed(given.pop("host", unquote(hosts)), given.pop("port", ""))
    _require_environment(given)
    query = urlencode(given, quote_via=quote)
    return DatabaseAddress(f"postgresql://{query and f'?{query}'}", timeout, system)


def _require_environment(given: Mapping[str, str]) -> None:
    """What is not given the driver looks for there, by itself."""
    for parameter, name in _IN_THE_ENVIRONMENT.items():
        said = os.environ.get(name, "")
        try:
            if said and parameter not in given:
                _require_ports(said.split(",") if parameter == "port" else ())
                require_words({parameter: said}, _WORDS)
        except ValueError as error:
            raise ValueError(f"{name} beside it: {error}") from None


def _require_ports(ports: Iterable[str]) -> None:
    for port in ports:
        require_port(port)


def _named(user: str, path: str) -> dict[str, str]:
    """User, password and database where they stand before the parameters."""
    name, _, password = user.rpartition("@")[0].partition(":")
    named = {"user": name, "password": password, "dbname": path.removeprefix("/")}
    return {parameter: unquote(value) for parameter, value in named.items() if value}


def _placed(hosts: str, ports: str) -> dict[str, str]:
    """Hosts, IPv6 addresses in brackets, and a port for each if any has one."""
    if not hosts:
        _require_ports(ports.split(","))
        return {"port": ports} if ports else {}
    placed = [_place(host) for host in hosts.split(",")]
    others = ports.split(",") if ports else [port for _, port in placed]
    if len(others) == 1:
        others *= len(placed)
    if len(others) != len(placed):
        raise ValueError("there is one port for all hosts, or one for each")
    _require_ports(others)
    found = {"host": ",".join(host for host, _ in placed)}
    return found | ({"port": ",".join(port or _PORT for port in others)} if any(others) else {})


def _place(host: str) -> tuple[str, str]:
    """Libpq takes a socket's folder for a host, and IPv6 addresses as they are."""
    if host.startswith("/"):
        return host, ""
    if host.count(":") > 1 and "[" not in host:
        host = f"[{host}]"
    return place(host, _EXAMPLE)


def _parameters(query: str) -> list[tuple[str, str]]:
    """As libpq reads them: a + is a +."""
    pairs = [each.partition("=") for each in query.split("&")] if query else []
    if not all(name and equals for name, equals, _ in pairs):
        raise ValueError("what follows ? are parameters: name=value&name=value")
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def _taken(given: Iterable[tuple[str, str]]) -> tuple[dict[str, str], float | None]:
    """What the driver is told, and the time limit of connecting."""
    kept: list[tuple[str, str]] = []
    timeout = None
    for name, value in given:
        if name == "connect_timeout":
            timeout = _seconds(value)
        elif name == "fallback_application_name":
            kept.insert(0, ("application_name", value))
        elif name == "database":
            kept.append(("dbname", value))
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
    if not re.fullmatch(r"-?[0-9]{1,9}", value):
        raise ValueError("connect_timeout is a number of seconds")
    return float(value) if int(value) > 0 else None
