"""All figures, one after the other, on servers of the bench's own."""

import gc
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.migrate import bring_up_to_date
from apps.game_core.container import Core, open_core
from apps.game_core.settings import CoreSettings
from tools.bench import (
    database_figures,
    hooked,
    memory_figure,
    start_figure,
    store_figures,
    tap_figures,
    webhook_figure,
)
from tools.bench.figures import Finding
from tools.bench.report import Report, Surroundings


@dataclass(frozen=True, slots=True)
class Size:
    """`each`: changes of a player in a block of the store's; `taps` of all players in a block of taps.

    `sessions` are written at once; `large` is how many items a large bag has. `hooked`: at bots by webhook.
    `kept`: how many players' sessions a bot keeps.
    """

    players: int
    each: int
    taps: int
    sessions: int
    large: int
    repetitions: int
    starts: int
    hooked: webhook_figure.Size
    kept: int


WHOLE = Size(
    players=50,
    each=40,
    taps=400,
    sessions=500,
    large=5_000,
    repetitions=7,
    starts=3,
    hooked=webhook_figure.Size(players=600, taps=600, repetitions=7),
    kept=memory_figure.PLAYERS,
)
QUICK = Size(
    players=50,
    each=10,
    taps=100,
    sessions=100,
    large=5_000,
    repetitions=3,
    starts=1,
    hooked=webhook_figure.Size(players=100, taps=100, repetitions=3),
    kept=5_000,
)


async def measure(size: Size, data: Path, progress: Callable[[str], None]) -> Report:
    load = os.getloadavg()[0]
    gc.freeze()  # what is imported stays, and need not be looked through before each block
    with EmbeddedServers(data, durable=True) as servers:
        settings = CoreSettings(
            _env_file=None,
            redis_url=servers.redis_url,
            database_url=servers.database_url,
            inventory_worker=False,
        )
        await bring_up_to_date(settings.database_url)
        findings: list[Finding] = []

        def found(finding: Finding) -> None:
            findings.append(finding)
            progress(f"{finding.figure.number} {finding.figure.what}: {finding.value:.3g}")

        async with open_core(settings) as core:
            surroundings = await _surroundings(core, settings, load)
            socket = servers.redis.socket
            async for finding in store_figures.measure(
                core, socket, size.players, size.each, size.repetitions
            ):
                found(finding)
            async for finding in database_figures.measure(core, size.sessions, size.repetitions):
                found(finding)
        # Whole taps have a process of their own, as a bot has.
        taps = tap_figures.Size(min(size.players, 20), size.taps, size.repetitions, size.large)
        async for finding in tap_figures.measure(settings, taps):
            found(finding)
        async for finding in webhook_figure.measure(settings, data, size.hooked):
            found(finding)
        async for finding in memory_figure.measure(settings, size.kept):
            found(finding)
        async for finding in start_figure.measure(settings, size.starts):
            found(finding)
    return Report(surroundings, findings)


async def _surroundings(core: Core, settings: CoreSettings, load: float) -> Surroundings:
    server = await core.redis.info("server")
    kind = "Valkey" if "valkey_version" in server else "Redis"
    async with core.engine.connect() as connection:
        postgres = await connection.scalar(sa.text("SHOW server_version"))
    return Surroundings(
        f"{kind} {server.get('valkey_version') or server['redis_version']}",
        f"PostgreSQL {postgres}",
        _changed(settings),
        load,
    )


def _changed(settings: CoreSettings) -> dict[str, object]:
    """What is not as it is by default, beside the addresses of servers; how durable it is in any case."""
    changed = settings.model_dump(mode="json", exclude_defaults=True, exclude={"redis_url", "database_url"})
    by_webhook = {f"{name} (P13)": value for name, value in hooked.SETTINGS.items()}
    return {"inventory_durability": settings.inventory_durability.value, **changed, **by_webhook}
