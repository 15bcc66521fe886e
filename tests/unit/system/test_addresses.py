"""Servers' addresses as hosts and people write them: row 60."""

from collections.abc import Callable
from pathlib import Path

import pytest
from asyncpg import connect_utils
from redis.asyncio.connection import SSLConnection

from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.sentinels import MasterPool
from apps.game_core.addresses import database_address
from apps.game_core.redis_addresses import cluster_address, redis_address, sentinel_address

DATABASES = {
    "plain": "postgresql://u:p@127.0.0.1/game",
    "short scheme (Heroku)": "postgres://u:p@db.example.org:5432/game?sslmode=require",
    "with our driver": "postgresql+asyncpg://u:p@localhost/game",
    "TLS checked against a file": "postgresql://u@h/game?sslmode=verify-full&sslrootcert={file}",
    "a client certificate": "postgresql://u@h/game?sslmode=verify-ca&sslcert={file}&sslkey={file}&sslrootcert={file}",
    "the machine's authorities (Neon)": "postgresql://u@h/game?sslmode=verify-full&sslrootcert=system",
    "the machine's authorities, strictly by themselves": "postgresql://u@h/game?sslrootcert=system",
    "several hosts": "postgresql://u:p@one:5432,two:5433/game?target_session_attrs=read-write",
    "several hosts as a parameter": "postgresql:///game?host=one,two&port=5432,5433&user=u",
    "a socket's folder": "postgresql://u@/game?host=/var/run/postgresql",
    "a socket's folder as host": "postgresql://u@%2Fvar%2Frun%2Fpostgresql/game",
    "IPv6": "postgresql://u:p@[::1]:5432/game",
    "a name for the application (fly.io)": "postgresql://u@h/game?application_name=bot",
    "settings of the server": "postgresql://u@h/game?options=-csearch_path%3Dgame",
    "a pooled branch (Neon)": "postgresql://u:p@ep-x-pooler.eu.neon.tech/game?options=endpoint%3Dep-x&channel_binding=prefer",
    "for another client (Supabase)": "postgres://u.ref:p@pooler.example.org:6543/postgres?pgbouncer=true",
    "a time limit": "postgresql://u@h/game?connect_timeout=3",
    "tuning without a counterpart": "postgresql://u@h/game?keepalives=1&keepalives_idle=30",
    "a password of any letters": "postgresql://u:p%40%3A%2F%3F%23%25@h/game",
    "no password, no database": "postgresql://h",
    "IPv6 among several hosts": "postgresql://u:p@one:5432,[::1]:5433,[fe80::2]/game",
    "a scheme in capitals": "POSTGRESQL://u:p@h/game",
}
REFUSED_DATABASES = {
    "another driver": ("postgresql+psycopg2://u:p@h/game", "postgresql://"),
    "another database": ("mysql://u:p@h/game", "postgresql://"),
    "no scheme": ("127.0.0.1:5432/game", "postgresql://"),
    "words and values": ("host=h dbname=game", "postgresql://"),
    "a word for a port": ("postgresql://u:p@h:port/game", "1 to 65535"),
    "a port too high": ("postgresql://u:p@h:65536/game", "1 to 65535"),
    "one of the ports": ("postgresql://u:p@one:5432,two:x/game", "1 to 65535"),
    "an unknown parameter": ("postgresql://u@h/game?sslmod=require", "sslmode"),
    "an unknown mode": ("postgresql://u@h/game?sslmode=on", "verify-full"),
    "an unknown version of TLS": ("postgresql://u@h/game?ssl_min_protocol_version=1.2", "TLSv1.2"),
    "an unknown negotiation": ("postgresql://u@h/game?sslnegotiation=tls", "direct"),
    "an unknown kind of server": ("postgresql://u@h/game?target_session_attrs=master", "read-write"),
    "authorities that are not there": (
        "postgresql://u@h/game?sslrootcert=/nowhere/ca.pem",
        "sslrootcert: .*/nowhere",
    ),
    "a certificate that is not there": (
        "postgresql://u@h/game?sslcert=/nowhere/c.pem",
        "sslcert: .*/nowhere",
    ),
    "a key that is not there": ("postgresql://u@h/game?sslkey=/nowhere/k.pem", "sslkey: .*/nowhere"),
    "revocations that are not there": ("postgresql://u@h/game?sslcrl=/nowhere/crl.pem", "sslcrl: .*/nowhere"),
    "the machine's authorities, and lax": (
        "postgresql://u@h/game?sslmode=require&sslrootcert=system",
        "verify-full",
    ),
    "the machine's authorities, and a key": (
        "postgresql://u@h/game?sslrootcert=system&sslkey=k",
        "name a file",
    ),
    "a service, whose file the driver reads by half": ("postgresql:///?service=game", "host"),
    "what the driver cannot keep (Neon)": (
        "postgresql://u@h/game?channel_binding=require",
        "prefer or disable",
    ),
    "no parameters at all": ("postgresql://u@h/game?nonsense", "name=value"),
    "an @ in the password": ("postgresql://u:p@ss@h/game", "%40"),
    "a # in the password": ("postgresql://u:p#ss@h/game", "%23"),
    "half an IPv6 address": ("postgresql://u@[::1/game", "postgresql://"),
    "a gap between hosts": ("postgresql://u:p@h,/game", "between commas"),
    "a gap between hosts in a parameter": ("postgresql:///game?host=,a", "between commas"),
    "a name in brackets": ("postgresql://u@[host]:5432/game", "IPv6"),
    "ports for other hosts": ("postgresql://one,two,three/game?port=1,2", "one for each"),
    "a word for a port in a parameter": ("postgresql://h/game?port=http", "1 to 65535"),
    "less than nothing for a time limit": ("postgresql://u@h/game?connect_timeout=--5", "seconds"),
    "a time limit in words": ("postgresql://u@h/game?connect_timeout=soon", "seconds"),
}
REDISES = [
    "redis://localhost",
    "redis://localhost:6379/0",
    "redis://:p%40ss@h:6379/1",
    "redis://user:p@h/0",
    "rediss://h:6380/0?ssl_cert_reqs=none",
    "rediss://h:6380/0?ssl_ca_certs={file}&ssl_check_hostname=false",
    "rediss://h:6380/0?ssl_certfile={file}&ssl_keyfile={file}&ssl_password=p",
    "redis://h/?db=2&client_name=shop&health_check_interval=30&socket_keepalive=true",
    "unix:///run/redis.sock?db=1&password=p",
    "redis://[::1]:6379/0",
    "unix:///run/redis.sock?db=1",
    "unix://user:p@/run/redis.sock",
    "redis://user:p@[fe80::1]/0",
    "redis+sentinel://one:26379,two:26380,three/mymaster",
    "redis+sentinel://user:p%40ss@one,[::1]:26379/my%20master/2?sentinel_username=u&sentinel_password=p%25w",
    "redis+sentinel://one/mymaster?db=2&client_name=shop&health_check_interval=30&socket_keepalive=true",
    "rediss+sentinel://one,two/mymaster/0?ssl_ca_certs={file}&ssl_check_hostname=false",
    "redis+cluster://one:6379,two:6380,three",
    "redis+cluster://user:p%40ss@one,[::1]:6379/0?client_name=shop",
    "rediss+cluster://one/?ssl_ca_certs={file}",
]
REFUSED_REDISES = {
    "no scheme": ("127.0.0.1:6379", "redis://"),
    "a word for a port": ("redis://h:port/0", "1 to 65535"),
    "a word for a database": ("redis://h:6379/game", "number of a database"),
    "an unknown parameter": ("redis://h/0?nonsense=1", "client_name"),
    "several hosts": ("redis://one,two:6379/0", r"redis\+sentinel"),
    "a name in brackets": ("redis://[host]:6379/0", "IPv6"),
    "a socket without a path": ("unix://", "path"),
    "what would change every answer": ("redis://h/0?decode_responses=true", "not a parameter"),
    "what has a setting": ("redis://h/0?socket_timeout=5", "REDIS_TIMEOUT"),
    "what has another": ("redis://h/0?max_connections=5", "REDIS_MAX_CONNECTIONS"),
    "TLS without TLS": ("redis://h/0?ssl_ca_certs=/etc/ca.pem", "not a parameter"),
    "TLS at a socket": ("unix:///run/redis.sock?ssl_ca_certs=/etc/ca.pem", "not a parameter"),
    "no word for trust": ("rediss://h/0?ssl_cert_reqs=CERT_NONE", "required, optional, none"),
    "no yes and no no": ("rediss://h/0?ssl_check_hostname=maybe", "true, false"),
    "authorities that are not there": (
        "rediss://h/0?ssl_ca_certs=/nowhere/ca.pem",
        "ssl_ca_certs: .*/nowhere",
    ),
    "a folder that is not there": ("rediss://h/0?ssl_ca_path=/nowhere", "ssl_ca_path: .*/nowhere"),
    "a database in words": ("redis://h/?db=game", "db is a number"),
    "no parameters at all": ("redis://h/0?nonsense", "name=value"),
    "sentinels by another name": ("redis-sentinel://h:26379/mymaster", r"rediss\+sentinel://"),
    "sentinels without a service": ("redis+sentinel://one,two", r"name of the service.*/mymaster/0"),
    "sentinels and a database in words": ("redis+sentinel://one/mymaster/game", "number of a database"),
    "sentinels with a gap": ("redis+sentinel://one,,two/mymaster", "between commas"),
    "one of the sentinels' ports": ("redis+sentinel://one:26379,two:x/mymaster", "1 to 65535"),
    "sentinels of other clients": ("redis+sentinel://h/m?sentinelMasterId=m", "sentinel_password"),
    "TLS without TLS at sentinels": ("redis+sentinel://h/m?ssl_ca_certs=/etc/ca.pem", "not a parameter"),
    "a sentinels' password where there are none": ("redis://h/0?sentinel_password=p", "not a parameter"),
    "an @ in the password before sentinels": ("redis+sentinel://:p@ss@one,two/m", "%40"),
    "a cluster by another name": ("redis-cluster://h:6379", r"rediss\+cluster://"),
    "a cluster with a gap": ("redis+cluster://one,,two", "between commas"),
    "a cluster's database": ("redis+cluster://one/1", "no databases"),
    "a cluster's database as a parameter": ("redis+cluster://one?db=1", "no databases"),
    "one of a cluster's ports": ("redis+cluster://one:6379,two:x", "1 to 65535"),
    "TLS without TLS in a cluster": ("redis+cluster://h?ssl_ca_certs=/etc/ca.pem", "not a parameter"),
    "what sentinels have in a cluster": ("redis+cluster://h?sentinel_password=p", "not a parameter"),
    "an @ in the password": ("redis://:p@ss@h/0", "%40"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "some.pem").touch()
    return tmp_path / "some.pem"


@pytest.mark.parametrize("url", DATABASES.values(), ids=DATABASES)
def test_fault_60_databases_addresses_are_taken(url: str, file: Path) -> None:
    address = database_address(url.format(file=file))
    assert address.dsn.startswith("postgresql://")
    assert database_address(address.dsn).dsn == address.dsn


@pytest.mark.parametrize(("url", "allowed"), REFUSED_DATABASES.values(), ids=REFUSED_DATABASES)
def test_fault_60_wrong_ones_are_refused_with_what_is_allowed(url: str, allowed: str) -> None:
    with pytest.raises(ValueError, match=allowed):
        database_address(url)


def _as_the_driver_reads(url: str) -> tuple[object, ...]:
    """Addresses, user, password and database."""
    nothing = dict.fromkeys(
        (
            *("host", "port", "user", "password", "passfile", "database", "ssl", "service", "servicefile"),
            *("direct_tls", "server_settings", "target_session_attrs", "krbsrvname", "gsslib"),
        )
    )
    addresses, read = vars(connect_utils)["_parse_connect_dsn_and_args"](
        dsn=database_address(url).dsn, **nothing
    )
    return addresses, read.user, read.password, read.database


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("postgresql://u:a%2Bb%40@h/g%20me", ([("h", 5432)], "u", "a+b@", "g me")),
        ("postgresql://u:p@h:1/game?port=2", ([("h", 2)], "u", "p", "game")),
        ("postgresql://u:p@h/game?host=other&user=me&dbname=bag", ([("other", 5432)], "me", "p", "bag")),
        ("postgresql://u:p@h/game?password=a+b%2B", ([("h", 5432)], "u", "a+b+", "game")),
        ("postgresql://u:p@h/game?database=bag", ([("h", 5432)], "u", "p", "bag")),
        ("postgresql://u:p@one,[::1]:7/g", ([("one", 5432), ("::1", 7)], "u", "p", "g")),
        ("postgresql://u:p@one,two/g?port=7", ([("one", 7), ("two", 7)], "u", "p", "g")),
        ("postgresql://u:p@one,two/g?port=7,8", ([("one", 7), ("two", 8)], "u", "p", "g")),
        ("postgresql://u:p@/g?host=::1", ([("::1", 5432)], "u", "p", "g")),
        ("postgresql://u:p@%2Frun%2Fpg/g?port=7", (["/run/pg/.s.PGSQL.7"], "u", "p", "g")),
        ("postgresql://u:p@/g?host=/run/pg", (["/run/pg/.s.PGSQL.5432"], "u", "p", "g")),
    ],
)
def test_fault_60_what_parameters_say_counts_for_more_as_it_does_for_psql(
    url: str, read: tuple[object, ...]
) -> None:
    assert _as_the_driver_reads(url) == read


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PGPORT", "abc", "PGPORT.*65535"),
        ("PGPORT", "1,x", "PGPORT.*65535"),
        ("PGTARGETSESSIONATTRS", "bla", "PGTARGETSESSIONATTRS.*read-write"),
        ("PGSSLMODE", "on", "PGSSLMODE.*verify-full"),
    ],
)
def test_fault_60_what_the_driver_takes_from_the_environment_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=allowed):
        database_address("postgresql://h/game")
    database_address("postgresql://h:1/game?sslmode=require&target_session_attrs=any")


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:hun\u2100ter@h/game", "postgresql://u:hunter@[::1/game", "postgresql://u:hunter@[x]/g"],
)
@pytest.mark.parametrize("address", [database_address, redis_address])
def test_fault_60_no_part_of_a_password_is_told(url: str, address: Callable[[str], object]) -> None:
    scheme = "redis" if address is redis_address else "postgresql"
    with pytest.raises(ValueError, match=f"{scheme}://") as refused:
        address(url.replace("postgresql", scheme))
    assert "ter" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    ["REDIS://h/0", "Redis+Sentinel://one,two/mymaster", "REDISS+CLUSTER://one", "UNIX:///run/redis.sock"],
)
def test_fault_60_a_scheme_may_be_in_capitals(url: str) -> None:
    connect(redis_address(url))
    assert redis_address(url).partition(":")[0].islower()


def test_fault_60_a_time_limit_is_the_connections() -> None:
    assert database_address("postgresql://h/game?connect_timeout=3").connect_timeout == 3
    assert database_address("postgresql://h/game?connect_timeout=0").connect_timeout is None
    assert database_address("postgresql://h/game").connect_timeout is None


def test_fault_60_the_machines_authorities_are_asked_where_the_address_says_so() -> None:
    assert database_address("postgresql://h/game?sslrootcert=system").system_roots
    assert not database_address("postgresql://h/game?sslmode=require").system_roots


@pytest.mark.parametrize("url", REDISES)
def test_fault_60_addresses_of_redis_are_taken(url: str, file: Path) -> None:
    url = url.format(file=file)
    assert redis_address(url) == url
    pool = connect(url).connection_pool
    pool.connection_class(**pool.connection_kwargs)  # takes them all


@pytest.mark.parametrize(("url", "allowed"), REFUSED_REDISES.values(), ids=REFUSED_REDISES)
def test_fault_60_wrong_ones_of_redis_are_refused(url: str, allowed: str) -> None:
    with pytest.raises(ValueError, match=allowed):
        redis_address(url)


def test_fault_60_sentinels_have_a_user_of_their_own_and_the_same_trust(file: Path) -> None:
    url = "rediss+sentinel://u:p@one,[::1]:2/my%2Fm/3?sentinel_password=a%2Fb&db=4&ssl_ca_certs={file}"

    found = sentinel_address(url.format(file=file))

    assert found is not None
    assert found.service == "my/m"
    trust = f"ssl_ca_certs={str(file).replace('/', '%2F')}"
    assert found.sentinels == (f"rediss://:a%2Fb@one:26379?{trust}", f"rediss://:a%2Fb@[::1]:2?{trust}")
    assert found.master == f"rediss://u:p@/3?db=4&ssl_ca_certs={file}"


def test_fault_60_what_an_address_of_sentinels_says_is_the_masters() -> None:
    url = "redis+sentinel://u:p%40@one/m/3?sentinel_username=s&sentinel_password=w&client_name=shop"

    pool = connect(url).connection_pool

    assert isinstance(pool, MasterPool)
    made = pool.connection_class(**pool.connection_kwargs)
    assert (made.username, made.password, made.db, made.client_name) == ("u", "p@", 3, "shop")
    [sentinel] = [each.connection_pool.connection_kwargs for each in pool.sentinel_manager.sentinels]
    assert (sentinel["host"], sentinel["port"]) == ("one", 26379)
    assert (sentinel["username"], sentinel["password"]) == ("s", "w")


def test_fault_60_each_node_of_a_cluster_has_the_same_user_and_trust() -> None:
    found = cluster_address("rediss+cluster://u:p%40@one,[::1]:2/0?client_name=shop")

    assert found is not None
    assert found.nodes == (("one", 6379), ("::1", 2))
    assert [found.at(*each) for each in found.nodes] == [
        "rediss://u:p%40@one:6379?client_name=shop",
        "rediss://u:p%40@[::1]:2?client_name=shop",
    ]


@pytest.mark.parametrize("url", ["rediss://localhost", "rediss+sentinel://localhost/m"])
def test_connections_by_tls_share_what_they_trust(url: str) -> None:
    """To read all authorities of the machine takes 20 ms in which nobody is answered."""
    pool = connect(url).connection_pool
    one, two = (pool.connection_class(**pool.connection_kwargs) for _ in range(2))
    assert isinstance(one, SSLConnection)
    assert isinstance(two, SSLConnection)
    assert one.ssl_context.get() is two.ssl_context.get()
