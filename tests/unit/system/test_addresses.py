"""Servers' addresses as hosts and people write them: row 60."""

import pytest

from apps.game_core.addresses import database_address, redis_address

DATABASES = {
    "plain": "postgresql://u:p@127.0.0.1/game",
    "short scheme (Heroku)": "postgres://u:p@db.example.org:5432/game?sslmode=require",
    "with our driver": "postgresql+asyncpg://u:p@localhost/game",
    "TLS checked against a file": "postgresql://u@h/game?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem",
    "a client certificate": "postgresql://u@h/game?sslmode=verify-ca&sslcert=c.pem&sslkey=k.pem&sslrootcert=system",
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
    "what the driver cannot keep": ("postgresql://u@h/game?channel_binding=require", "prefer or disable"),
    "no parameters at all": ("postgresql://u@h/game?nonsense", "name=value"),
    "an @ in the password": ("postgresql://u:p@ss@h/game", "%40"),
    "a # in the password": ("postgresql://u:p#ss@h/game", "%23"),
    "half an IPv6 address": ("postgresql://u@[::1/game", "postgresql://"),
    "a time limit in words": ("postgresql://u@h/game?connect_timeout=soon", "seconds"),
}
REDISES = [
    "redis://localhost",
    "redis://localhost:6379/0",
    "redis://:p%40ss@h:6379/1",
    "redis://user:p@h/0",
    "rediss://h:6380/0?ssl_cert_reqs=none",
    "redis://[::1]:6379/0",
    "unix:///run/redis.sock?db=1",
    "unix://user:p@/run/redis.sock",
]
REFUSED_REDISES = {
    "no scheme": ("127.0.0.1:6379", "redis://"),
    "a word for a port": ("redis://h:port/0", "1 to 65535"),
    "a word for a database": ("redis://h:6379/game", "number of a database"),
    "sentinels": ("redis+sentinel://h:26379/mymaster", "redis://"),
    "an @ in the password": ("redis://:p@ss@h/0", "%40"),
}


@pytest.mark.parametrize("url", DATABASES.values(), ids=DATABASES)
def test_fault_60_databases_addresses_are_taken(url: str) -> None:
    address = database_address(url)
    assert address.dsn.startswith("postgresql://")
    assert database_address(address.dsn).dsn == address.dsn


@pytest.mark.parametrize(("url", "allowed"), REFUSED_DATABASES.values(), ids=REFUSED_DATABASES)
def test_fault_60_wrong_ones_are_refused_with_what_is_allowed(url: str, allowed: str) -> None:
    with pytest.raises(ValueError, match=allowed):
        database_address(url)


def test_fault_60_a_time_limit_is_the_connections() -> None:
    assert database_address("postgresql://h/game?connect_timeout=3").connect_timeout == 3
    assert database_address("postgresql://h/game?connect_timeout=0").connect_timeout is None
    assert database_address("postgresql://h/game").connect_timeout is None


@pytest.mark.parametrize("url", REDISES)
def test_fault_60_addresses_of_redis_are_taken(url: str) -> None:
    assert redis_address(url) == url


@pytest.mark.parametrize(("url", "allowed"), REFUSED_REDISES.values(), ids=REFUSED_REDISES)
def test_fault_60_wrong_ones_of_redis_are_refused(url: str, allowed: str) -> None:
    with pytest.raises(ValueError, match=allowed):
        redis_address(url)
