"""Redis' addresses as hosts hand them out: checked before anything connects, read as redis-py does.

One server: https://www.iana.org/assignments/uri-schemes/prov/redis
Sentinels: as Redis-Sentinel-Url, limits, LangChain, RedisVL and Prefect have it, for there is no standard.
A cluster: as limits has it, in the same manner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlencode, urlunsplit

from apps.address_parts import (
    apart,
    parameters,
    place,
    require_files,
    require_words,
    unknown,
)

_SCHEMES = ("redis", "rediss", "unix")
_BY_SENTINELS = {"redis+sentinel": "redis", "rediss+sentinel": "rediss"}
_IN_A_CLUSTER = {"redis+cluster": "redis", "rediss+cluster": "rediss"}
_EXAMPLE = "redis://user:password@host:6379/0"
_EXAMPLE_BY_SENTINELS = "redis+sentinel://user:password@host:26379,host:26379/mymaster/0"
_EXAMPLE_IN_A_CLUSTER = "redis+cluster://user:password@host:6379,host:6379"
_OF_SEVERAL = ("redis+sentinel://", "redis+cluster://")
_PORT, _SENTINELS_PORT = 6379, 26379
_ANY = frozenset({"db", "username", "password", "client_name", "health_check_interval"})
_TLS = frozenset({
    "ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_password", "ssl_cert_reqs",
    "ssl_check_hostname",
})  # fmt: skip
_TAKES = {
    "redis": _ANY | {"socket_keepalive"},
    "rediss": _ANY | {"socket_keepalive"} | _TLS,
    "unix": _ANY,
}
_FLAG = ("true", "false", "yes", "no", "1", "0")
_WORDS = {
    "ssl_cert_reqs": ("required", "optional", "none"),
    "ssl_check_hostname": _FLAG,
    "socket_keepalive": _FLAG,
}
_FILES = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile")
_SETTINGS = {
    "socket_timeout": "REDIS_TIMEOUT",
    "socket_connect_timeout": "REDIS_TIMEOUT",
    "timeout": "REDIS_TIMEOUT",
    "max_connections": "REDIS_MAX_CONNECTIONS",
}
_SENTINELS_OWN = ("sentinel_username", "sentinel_password")


@dataclass(frozen=True, slots=True)
class SentinelAddress:
    """Each of the `sentinels` by an address, and what they call the servers whose master is meant: `service`.

    `master` is an address without a place, which only they know.
    """

    sentinels: tuple[str, ...]
    service: str
    master: str


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """Host and port of each of the `nodes` that are named; there may be more.

    `base` is the address of any of them without its place.
    """

    nodes: tuple[tuple[str, int], ...]
    base: SplitResult

    def at(self, host: str, port: int) -> str:
        """The address of one node."""
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return urlunsplit(self.base._replace(netloc=f"{self.base.netloc}{place}"))


def redis_address(url: str) -> str:
    """The address, its scheme in small letters. Raises ValueError with what is allowed instead."""
    scheme, sign, rest = url.partition("://")
    url = f"{scheme.lower()}{sign}{rest}"
    if sentinel_address(url) is not None or cluster_address(url) is not None:
        return url
    parts, _, host = apart(url, (*_SCHEMES, *_BY_SENTINELS, *_IN_A_CLUSTER), _EXAMPLE)
    _require_parameters(dict(parameters(parts)), _TAKES[parts.scheme])
    if parts.scheme == "unix":
        if not parts.path.strip("/"):
            raise ValueError("a socket is named by its path, as in unix:///run/redis.sock")
        return url
    if "," in host:
        raise ValueError(f"several servers are {' or '.join(_OF_SEVERAL)}")
    if host:
        place(host, _EXAMPLE)
    _require_database(parts.path.strip("/"), _EXAMPLE)
    return url


def sentinel_address(url: str) -> SentinelAddress | None:
    """None: it is an address of another kind. Raises ValueError with what is allowed instead."""
    found = _several(url, _BY_SENTINELS, _EXAMPLE_BY_SENTINELS)
    if found is None:
        return None
    parts, user, hosts = found
    given, base = dict(parameters(parts)), _BY_SENTINELS[parts.scheme]
    _require_parameters(given, _TAKES[base] | {*_SENTINELS_OWN})
    service, _, database = parts.path.strip("/").partition("/")
    if not service:
        raise ValueError(
            f"what comes after the hosts is the name of the service, as in {_EXAMPLE_BY_SENTINELS}"
        )
    _require_database(database, _EXAMPLE_BY_SENTINELS)
    return SentinelAddress(
        tuple(_sentinel(base, host, given) for host in hosts.split(",")),
        unquote(service),
        f"{base}://{user}/{database}{_masters_own(parts)}",
    )


def cluster_address(url: str) -> ClusterAddress | None:
    """None: it is an address of another kind. Raises ValueError with what is allowed instead."""
    found = _several(url, _IN_A_CLUSTER, _EXAMPLE_IN_A_CLUSTER)
    if found is None:
        return None
    parts, user, hosts = found
    given, base = dict(parameters(parts)), _IN_A_CLUSTER[parts.scheme]
    _require_parameters(given, _TAKES[base])
    if parts.path.strip("/") not in ("", "0") or given.get("db", "0") != "0":
        raise ValueError(f"a cluster has no databases with numbers, as in {_EXAMPLE_IN_A_CLUSTER}")
    places = [place(host, _EXAMPLE_IN_A_CLUSTER) for host in hosts.split(",")]
    return ClusterAddress(
        tuple((host.strip("[]"), int(port or _PORT)) for host, port in places),
        parts._replace(scheme=base, netloc=user, path=""),
    )


def _several(url: str, schemes: Mapping[str, str], example: str) -> tuple[SplitResult, str, str] | None:
    scheme = url.partition("://")[0].lower()
    return apart(url, (scheme,), example) if scheme in schemes else None


def _sentinel(base: str, host: str, given: Mapping[str, str]) -> str:
    """One of them: its own user, and the same trust as the master's."""
    named, port = place(host, _EXAMPLE_BY_SENTINELS)
    username, password = (quote(given.get(each, ""), safe="") for each in _SENTINELS_OWN)
    user = f"{username}:{password}@" if username or password else ""
    trust = urlencode({name: value for name, value in given.items() if name in _TLS})
    return f"{base}://{user}{named}:{port or _SENTINELS_PORT}{trust and f'?{trust}'}"


def _masters_own(parts: SplitResult) -> str:
    """Parameters as they were written: redis-py has its own way of reading them."""
    kept = [each for each in parts.query.split("&") if each and each.partition("=")[0] not in _SENTINELS_OWN]
    return f"?{'&'.join(kept)}" if kept else ""


def _require_database(number: str, example: str) -> None:
    if number and not number.isdecimal():
        raise ValueError(f"what comes last is the number of a database, as in {example}")


def _require_parameters(given: Mapping[str, str], taken: frozenset[str]) -> None:
    for name in given:
        if name in _SETTINGS:
            raise ValueError(f"{name} is the setting {_SETTINGS[name]} here")
        if name not in taken:
            raise unknown(name, taken)
    require_words(given, _WORDS)
    require_files(given, _FILES)
    for name in ("db", "health_check_interval"):
        if not given.get(name, "0").isdecimal():
            raise ValueError(f"{name} is a number")
