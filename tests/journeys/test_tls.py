"""The bot with both servers behind TLS, as hosts have them, and with certificates of somebody else's."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from apps.game_core.adapters.postgres.engine import database_errors, make_engine
from apps.game_core.adapters.postgres.rights import check_database
from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.server_check import check_server
from apps.game_core.errors import StartError
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.game_core.settings import CoreSettings
from bot.cli.environment import unavailable
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.server import SandboxServer
from tests.journeys.conftest import TOKEN
from tests.support import pooler, tls_servers
from tests.support.bot_process import bot_process
from tests.support.certificates import OPENSSL, Certificates, certificates
from tools.support import pgbouncer
from tools.support.patience import PATIENCE

LONGEST_WAIT = 60.0  # seconds, for the answer to a tap, as the sandbox has it
POSTGRES, REDIS = tls_servers.postgres_folder(), tls_servers.redis_program()


@dataclass(frozen=True)
class Servers:
    database: str
    redis: str
    sentinel: str
    ours: Certificates
    others: Certificates

    def filled_in(self, parameters: str) -> str:
        return parameters.format(ours=self.ours.authority, others=self.others.authority)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    if POSTGRES is None or REDIS is None or not OPENSSL:
        pytest.skip("no servers that speak TLS here (apt-get install postgresql redis-tools openssl)")
    folder = tmp_path_factory.mktemp("tls")
    ours, others = certificates(folder / "ours"), certificates(folder / "others")
    with ExitStack() as running:
        database = running.enter_context(tls_servers.postgres(POSTGRES, folder / "pg", ours))
        redis = running.enter_context(tls_servers.redis(*REDIS, folder / "redis", ours))
        port = int(urlsplit(redis).port or 0)
        sentinel = running.enter_context(tls_servers.sentinel(*REDIS, folder / "sentinel", ours, port))
        yield Servers(database, redis, sentinel, ours, others)


@pytest.fixture(scope="module")
def clustered(tls: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address, with the authority that is believed."""
    assert REDIS
    folder = tmp_path_factory.mktemp("clustered") / "nodes"
    with tls_servers.cluster(*REDIS, folder, tls.ours) as url:
        yield f"{url}?ssl_ca_certs={tls.ours.authority}"


def checked(tls: Servers, database: str) -> CoreSettings:
    """Addresses by which servers are believed only what the authority says."""
    authority = tls.ours.authority
    return CoreSettings(
        _env_file=None,
        database_url=f"{database}?sslmode=verify-full&sslrootcert={authority}",
        redis_url=f"{tls.redis}?ssl_ca_certs={authority}",
    )


@asynccontextmanager
async def without_tls() -> AsyncIterator[int]:
    """The port of a PostgreSQL that says so to whoever asks for it."""

    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"N")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def plays(settings: CoreSettings, sandbox: SandboxServer, user_id: int) -> None:
    env = {"BOT_TOKEN": TOKEN, "BOT_API_URL": sandbox.url}
    async with bot_process(settings, **env), SandboxClient(sandbox.url) as chat:
        await chat.until_served(PATIENCE)
        alice = await chat.add_user(user_id, "Alice")
        await alice.send("/start")
        await alice.tap("Inventory", LONGEST_WAIT)
        await alice.tap("Backpack", LONGEST_WAIT)
        await alice.tap("Iron Sword", LONGEST_WAIT)
        await alice.offers("Drop", PATIENCE)  # the sword is shown
        assert "Iron Sword" in ((await alice.tap("Wear")).text or "")


async def test_fault_60_the_bot_plays_with_both_servers_by_tls(tls: Servers, sandbox: SandboxServer) -> None:
    await plays(checked(tls, tls.database), sandbox, 3)


async def test_fault_60_the_bot_plays_with_a_cluster_by_tls(
    tls: Servers, clustered: str, sandbox: SandboxServer
) -> None:
    await plays(checked(tls, tls.database).model_copy(update={"redis_url": clustered}), sandbox, 5)


async def test_fault_60_a_cluster_that_is_not_who_it_should_be(tls: Servers, clustered: str) -> None:
    client = connect(clustered.replace(str(tls.ours.authority), str(tls.others.authority)))
    with pytest.raises(StartError, match=r"^REDIS_URL: [^\n]*CERTIFICATE_VERIFY_FAILED[^\n]*$"):
        await check_server(client)
    await client.aclose()


@pytest.mark.skipif(not pgbouncer.PROGRAM, reason=pgbouncer.MISSING)
async def test_fault_61_the_bot_plays_behind_a_pooler_by_tls(
    tls: Servers, sandbox: SandboxServer, tmp_path: Path
) -> None:
    with pooler.pooled_by_tls(tls.database, tmp_path, tls.ours) as database:
        await plays(checked(tls, database), sandbox, 4)


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "?sslmode=prefer",
        "?sslmode=require",
        "?sslmode=require&sslrootcert={ours}",
        "?sslmode=verify-ca&sslrootcert={ours}",
        "?sslmode=verify-full&sslrootcert={ours}&ssl_min_protocol_version=TLSv1.3",
        "?sslrootcert=system",
    ],
)
async def test_fault_60_modes_of_tls_are_libpqs(
    tls: Servers, monkeypatch: pytest.MonkeyPatch, parameters: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.ours.authority))  # what makes it one of the machine's own
    engine = make_engine(tls.database + tls.filled_in(parameters))
    async with engine.connect() as connection:
        used = sa.text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert await connection.scalar(used) is True
    await engine.dispose()


UNTRUE_DATABASES = {
    "another's authority": ("localhost", "?sslmode=verify-full&sslrootcert={others}", "VERIFY_FAILED"),
    "another's, but for the name": ("localhost", "?sslmode=verify-ca&sslrootcert={others}", "VERIFY_FAILED"),
    "another's where one is named": ("localhost", "?sslmode=require&sslrootcert={others}", "VERIFY_FAILED"),
    "none of the machine's": ("localhost", "?sslrootcert=system", "VERIFY_FAILED"),
    "another name": ("127.0.0.1", "?sslmode=verify-full&sslrootcert={ours}", "IP address mismatch"),
    "no TLS": ("localhost", "?sslmode=disable", "no encryption"),
}


@pytest.mark.parametrize(
    ("host", "parameters", "reason"), UNTRUE_DATABASES.values(), ids=list(UNTRUE_DATABASES)
)
async def test_fault_60_a_database_that_is_not_who_it_should_be(
    tls: Servers, host: str, parameters: str, reason: str
) -> None:
    engine = make_engine(tls.database.replace("localhost", host) + tls.filled_in(parameters))
    with pytest.raises(DatabaseDownError) as caught, database_errors():
        async with engine.connect():
            pass
    assert re.search(rf"^DATABASE_URL: .*{reason}[^\n]*$", unavailable(caught.value))
    with pytest.raises(StartError, match=rf"^DATABASE_URL: [^\n]*{reason}[^\n]*$"):
        await check_database(engine)
    await engine.dispose()


async def test_fault_62_a_database_that_takes_no_such_password(tls: Servers) -> None:
    engine = make_engine(tls.database.replace("//bot@", "//guarded:wrong@"))
    with pytest.raises(StartError, match=r"^DATABASE_URL: [^\n]*password authentication failed[^\n]*$"):
        await check_database(engine)
    await engine.dispose()


async def test_fault_62_a_database_that_speaks_no_tls() -> None:
    """Where the address wants it."""
    async with without_tls() as port:
        engine = make_engine(f"postgresql://bot@127.0.0.1:{port}/postgres?sslmode=require")
        with pytest.raises(StartError, match=r"^DATABASE_URL: [^\n]*rejected SSL upgrade[^\n]*$"):
            await check_database(engine)
        await engine.dispose()


UNTRUE_REDISES = {
    "another's authority": ("localhost", "?ssl_ca_certs={others}"),
    "none of the machine's": ("localhost", ""),
    "another name": ("127.0.0.1", "?ssl_ca_certs={ours}"),
}


@pytest.mark.parametrize(("host", "parameters"), UNTRUE_REDISES.values(), ids=UNTRUE_REDISES)
async def test_fault_60_a_redis_that_is_not_who_it_should_be(
    tls: Servers, host: str, parameters: str
) -> None:
    client = connect(tls.redis.replace("localhost", host) + tls.filled_in(parameters))
    with pytest.raises(StartError, match=r"^REDIS_URL: [^\n]*CERTIFICATE_VERIFY_FAILED[^\n]*$"):
        await check_server(client)
    await client.aclose()


async def test_fault_60_sentinels_and_the_master_are_asked_by_tls(tls: Servers) -> None:
    client = connect(f"{tls.sentinel}?ssl_ca_certs={tls.ours.authority}")
    await check_server(client)
    assert await client.set("by", "TLS")
    await client.aclose()


async def test_fault_60_a_sentinel_that_is_not_who_it_should_be(tls: Servers) -> None:
    client = connect(f"{tls.sentinel}?ssl_ca_certs={tls.others.authority}")
    with pytest.raises(StartError, match=r"^REDIS_URL: no sentinel answers: .*CERTIFICATE_VERIFY_FAILED"):
        await check_server(client)
    await client.aclose()


@pytest.mark.parametrize(
    ("host", "parameters"),
    [
        ("localhost", "?ssl_cert_reqs=none"),
        ("127.0.0.1", "?ssl_ca_certs={ours}&ssl_check_hostname=false"),
    ],
)
async def test_fault_60_a_redis_is_believed_what_the_address_says(
    tls: Servers, host: str, parameters: str
) -> None:
    client = connect(tls.redis.replace("localhost", host) + tls.filled_in(parameters))
    assert await client.exists("nothing") == 0
    await client.aclose()


async def test_fault_62_a_bot_that_does_not_know_its_redis_says_so_in_a_line(
    tls: Servers, sandbox: SandboxServer
) -> None:
    settings = checked(tls, tls.database).model_copy(
        update={"redis_url": f"{tls.redis}?ssl_ca_certs={tls.others.authority}"}
    )
    async with bot_process(settings, BOT_TOKEN=TOKEN, BOT_API_URL=sandbox.url) as bot:
        line = await bot.says("REDIS_URL: ")
        assert await bot.process.wait() == 1
    assert "certificate verify failed" in line
    assert bot.said[-1] == line
