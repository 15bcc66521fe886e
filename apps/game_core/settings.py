"""The core's settings: environment variables, checked before anything starts. Times in seconds."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from apps.game_core.addresses import database_address
from apps.game_core.redis_addresses import redis_address
from apps.settings_file import READ_FROM


class Cleanup(StrEnum):
    LAZY = "lazy"
    AGGRESSIVE = "aggressive"


class DurabilityMode(StrEnum):
    LAZY = "lazy"
    REPLICATED = "replicated"
    STRICT = "strict"


def _database(url: str) -> str:
    if url:
        database_address(url)
    return url


def _redis(url: str) -> str:
    return redis_address(url) if url else url


LEAST_KEPT = 86_400
"""For how long an entry must stay in the ledger: what it did may be taken back, or be on its way yet."""


def _kept(seconds: int) -> int:
    if 0 < seconds < LEAST_KEPT:
        raise ValueError(f"0 (for ever) or at least {LEAST_KEPT}, a day")
    return seconds


_A_MILLISECOND, _A_YEAR = 0.001, 366 * 86_400
Seconds = Annotated[float, Field(ge=_A_MILLISECOND, le=_A_YEAR, allow_inf_nan=False)]
"""Redis counts in milliseconds, and what is to last for years is meant to last for ever."""


class CoreSettings(BaseSettings):
    """`.env.example` explains each variable; a test keeps the two in step."""

    model_config = SettingsConfigDict(**READ_FROM)

    redis_url: Annotated[str, AfterValidator(_redis)] = ""
    database_url: Annotated[str, AfterValidator(_database)] = ""
    database_pool_size: Annotated[int, Field(ge=1, le=200)] = 8
    redis_max_connections: Annotated[int, Field(ge=2, le=2000)] = 64

    redis_timeout: Seconds = 1
    database_timeout: Seconds = 10

    inventory_session_ttl: Seconds = 1800
    inventory_snapshot_ttl: Seconds = 30
    inventory_load_lock: Seconds = 5
    inventory_cleanup: Cleanup = Cleanup.LAZY
    inventory_durability: DurabilityMode = DurabilityMode.LAZY
    inventory_sync_period: Seconds = 5
    inventory_sync_lease: Seconds = 30
    inventory_sync_failures: Annotated[int, Field(ge=1, le=1000)] = 5
    inventory_max_dirty_age: Seconds = 3600
    inventory_ledger_packed: bool = True
    inventory_ledger_keep: Annotated[int, Field(ge=0, le=100 * _A_YEAR), AfterValidator(_kept)] = 0
    inventory_worker: bool = True
    inventory_worker_period: Seconds = 1
    inventory_worker_batch: Annotated[int, Field(ge=1, le=10_000)] = 500
    inventory_worker_lease: Seconds = 15
    training_fight_ttl: Seconds = 3600
    trade_table_ttl: Seconds = 600
    trade_patience: Seconds = 30
    catalog_dir: Path | None = None
    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    shutdown_sync_timeout: Seconds = 20
