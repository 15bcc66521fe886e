"""Where a demo's servers are: named in the environment, or embedded under its data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from apps.embedded import EmbeddedServers
from apps.game_core.settings import CoreSettings


@dataclass(frozen=True, slots=True)
class Environment:
    """`settings` with both addresses filled in; `servers` is None when nothing is embedded."""

    settings: CoreSettings
    servers: EmbeddedServers | None


@contextmanager
def open_environment(data_dir: Path) -> Iterator[Environment]:
    """Start what the environment does not name."""
    settings = CoreSettings()
    redis, postgres = not settings.redis_url, not settings.database_url
    if not (redis or postgres):
        yield Environment(settings, None)
        return
    with EmbeddedServers(data_dir, durable=True, postgres=postgres, redis=redis) as servers:
        found = {}
        if redis:
            found["redis_url"] = servers.redis_url
        if postgres:
            found["database_url"] = servers.database_url
        yield Environment(settings.model_copy(update=found), servers)
