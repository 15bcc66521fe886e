"""The composition root: wires the core from settings and closes it in order."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.archived_pasts import pasts
from apps.game_core.adapters.generation_watch import GenerationWatch
from apps.game_core.adapters.ledger_archive import LedgerArchive
from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.adapters.monitoring import Probe
from apps.game_core.adapters.pools import Pools
from apps.game_core.adapters.postgres import rights
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.events import PostgresEventWatch
from apps.game_core.adapters.postgres.generation import PostgresGeneration
from apps.game_core.adapters.postgres.item_traces import PostgresItemTraces
from apps.game_core.adapters.postgres.migrate import require_schema
from apps.game_core.adapters.postgres.owners import PostgresOwners
from apps.game_core.adapters.postgres.snapshots import InventorySnapshotReader
from apps.game_core.adapters.postgres.stock import PostgresStock
from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.process import RandomIds, SystemClock, made_at
from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.copies import RedisCopies
from apps.game_core.adapters.redis.fights import RedisFights
from apps.game_core.adapters.redis.master_watch import MasterWatch
from apps.game_core.adapters.redis.packed_sessions import PackedSessions
from apps.game_core.adapters.redis.quarantine import RedisQuarantine
from apps.game_core.adapters.redis.server_check import check_server, require_keeping, require_writes
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.adapters.redis.session_times import SessionTimes
from apps.game_core.adapters.redis.share_leases import RedisShareLeases
from apps.game_core.adapters.redis.snapshots import RedisSnapshots
from apps.game_core.adapters.redis.survey import RedisSurvey
from apps.game_core.modules.admins.service import AdminService
from apps.game_core.modules.admins.trade_actions import TradeActions
from apps.game_core.modules.characters.service import CharacterService
from apps.game_core.modules.characters.starter_kit import STARTER_KIT
from apps.game_core.modules.codex.codex_service import CodexService
from apps.game_core.modules.inventory.contracts import PlacedItem
from apps.game_core.modules.inventory.inventory.grants import lay_out
from apps.game_core.modules.inventory.inventory.logic.doing.additions import Additions
from apps.game_core.modules.inventory.inventory.logic.doing.character_locks import CharacterLocks
from apps.game_core.modules.inventory.inventory.logic.doing.durability import (
    DurabilityPromise,
    LazyDurability,
    ReplicatedDurability,
    StrictDurability,
)
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.inventory.logic.doing.operation_fates import OperationFates
from apps.game_core.modules.inventory.inventory.logic.doing.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.doing.resolving import Resolving
from apps.game_core.modules.inventory.inventory.logic.events.event_service import EventService
from apps.game_core.modules.inventory.inventory.logic.foreseeing.foresight_service import ForesightService
from apps.game_core.modules.inventory.inventory.logic.history.done_service import DoneService
from apps.game_core.modules.inventory.inventory.logic.history.known import KnownPast
from apps.game_core.modules.inventory.inventory.logic.history.life_service import LifeService
from apps.game_core.modules.inventory.inventory.logic.history.news import News
from apps.game_core.modules.inventory.inventory.logic.history.oversight_service import OversightService
from apps.game_core.modules.inventory.inventory.logic.history.past_service import PastService
from apps.game_core.modules.inventory.inventory.logic.history.restore_service import RestoreService
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import RevertHistory
from apps.game_core.modules.inventory.inventory.logic.inventory_service import InventoryService
from apps.game_core.modules.inventory.inventory.logic.inventory_session_manager import InventorySessionManager
from apps.game_core.modules.inventory.inventory.logic.sessions.batch_sync import BatchSync
from apps.game_core.modules.inventory.inventory.logic.sessions.kept_sessions import KeptSessions
from apps.game_core.modules.inventory.inventory.logic.sessions.loss_watch import LossWatch
from apps.game_core.modules.inventory.inventory.logic.sessions.repair_scan import RepairScan
from apps.game_core.modules.inventory.inventory.logic.sessions.session_counting import SessionCounting
from apps.game_core.modules.inventory.inventory.logic.sessions.session_healing import SessionHealing
from apps.game_core.modules.inventory.inventory.logic.sessions.session_loader import SessionLoader
from apps.game_core.modules.inventory.inventory.logic.sessions.session_rebase import SessionRebase
from apps.game_core.modules.inventory.inventory.logic.sessions.session_sync import SessionSync
from apps.game_core.modules.inventory.inventory.logic.sessions.snapshots import FreshSnapshots
from apps.game_core.modules.inventory.inventory.logic.sessions.sync_worker import Chore, SyncWorker
from apps.game_core.modules.inventory.inventory.logic.sessions.told_fates import ToldFates
from apps.game_core.modules.inventory.inventory.logic.sessions.work_shares import WorkShares
from apps.game_core.modules.inventory.inventory.logic.tables.halves import Halves
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.modules.items.store import CatalogStore
from apps.game_core.modules.merchant.merchant_service import MerchantService
from apps.game_core.modules.trade.ending import TradeEnding
from apps.game_core.modules.trade.exchanging import Exchanging
from apps.game_core.modules.trade.seating import Seating
from apps.game_core.modules.trade.service import TradeService
from apps.game_core.modules.training.training_service import TrainingService
from apps.game_core.settings import Cleanup, CoreSettings, DurabilityMode
from apps.game_core.system.context_assembler.assembler import ContextAssembler
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.system.protocols import Clock, IdMaker


@dataclass(frozen=True, slots=True)
class Core:
    """The wired core. Handlers use `gateway` and `router`; the rest is for processes and tests."""

    router: CoreRouter
    gateway: InventoryGateway
    sessions: InventorySessionManager
    sync: SessionSync
    rebase: SessionRebase
    worker: SyncWorker
    events: EventService[PostgresUnitOfWork]
    generation: GenerationWatch
    losses: LossWatch
    master: MasterWatch
    store: SessionStore
    metrics: PrometheusMetrics
    catalog: CatalogStore
    redis: Redis
    engine: AsyncEngine

    @property
    def probes(self) -> Mapping[str, Probe]:
        """Whether each server takes and keeps what it is given, and has the tables we need, by name."""
        return {
            "redis": partial(require_writes, self.redis),
            "eviction": partial(require_keeping, self.redis),
            "postgres": partial(rights.require_writes, self.engine),
            "schema": partial(require_schema, self.engine),
        }


@dataclass(frozen=True, slots=True)
class _Servers:
    redis: Redis
    identity: ServerIdentity
    engine: AsyncEngine
    archive: LedgerArchive | None = None


@asynccontextmanager
async def open_core(
    settings: CoreSettings,
    *,
    clock: Clock | None = None,
    ids: IdMaker | None = None,
    archive: LedgerArchive | None = None,
) -> AsyncIterator[Core]:
    """Connect, wire, and close in the opposite order. The worker is made, not started."""
    server = ServerIdentity()
    async with AsyncExitStack() as closing:  # each is closed, whoever calls off how another one is
        redis = connect(
            settings.redis_url,
            max_connections=settings.redis_max_connections,
            timeout=settings.redis_timeout,
            server=server,
        )
        closing.push_async_callback(redis.aclose)
        engine = make_engine(
            settings.database_url, pool_size=settings.database_pool_size, timeout=settings.database_timeout
        )
        closing.push_async_callback(engine.dispose)
        await check_server(redis)
        servers = _Servers(redis, server, engine, archive)
        core = _wire(settings, servers, clock or SystemClock(), ids or RandomIds())
        await core.generation.refresh()
        yield core


def _wire(settings: CoreSettings, servers: _Servers, clock: Clock, ids: IdMaker) -> Core:
    redis, engine = servers.redis, servers.engine
    router = CoreRouter()
    catalog = CatalogStore(settings.catalog_dir or default_catalog_dir())
    snapshots = RedisSnapshots(redis, settings.inventory_snapshot_ttl)
    metrics = PrometheusMetrics()
    metrics.registry.register(Pools(redis, engine))
    store = RedisSessionStore(redis, SessionTimes.of(settings), servers.identity, metrics)
    unit_of_work = partial(PostgresUnitOfWork, engine, pack=settings.inventory_ledger_packed)
    fresh = FreshSnapshots(router, snapshots, store)
    rebase = SessionRebase(store, unit_of_work, fresh, catalog, clock, ids, metrics)
    aggressive = settings.inventory_cleanup is Cleanup.AGGRESSIVE
    sync = SessionSync(store, unit_of_work, rebase, ids, metrics, aggressive)
    healing = SessionHealing(store, ToldFates(unit_of_work), rebase)
    kept = KeptSessions(PackedSessions())
    sessions = InventorySessionManager(
        store, sync, rebase, clock, ids, healing=healing, catalog=catalog, metrics=metrics, kept=kept
    )
    loader = SessionLoader(sessions, fresh, clock, ids)
    durability = _durability(settings, servers, sync)
    additions = Additions(catalog, clock, ids)
    fates = OperationFates(store, unit_of_work, healing.changes)
    runner = OperationRunner(
        sessions, loader, fates, additions, durability, catalog, clock, CharacterLocks(), metrics
    )
    history = RevertHistory(store, unit_of_work, clock, ids)
    histories, ledger = pasts(engine, servers.archive)
    resolving = Resolving(additions, history, News(store, ledger, catalog), runner.formatted, clock, ids)
    service = InventoryService(runner, resolving, additions, unit_of_work, catalog)
    gateway = InventoryGateway(service)

    def starter_kit() -> tuple[PlacedItem, ...]:
        known = [(base_id, quantity) for base_id, quantity in STARTER_KIT if catalog.current.get(base_id)]
        return lay_out(known, Rules(catalog.current), ids, int(clock.now()))

    OversightService(runner, store, ledger, RedisQuarantine(redis), RedisSurvey(redis)).register(router)
    RestoreService(runner, store, ledger, ids).register(router)
    ForesightService(runner, store, PostgresOwners(engine)).register(router)
    DoneService(store, ledger).register(router)
    _look_back(router, KnownPast(histories, store), engine, catalog, clock)
    ContextAssembler({"inventory": InventorySnapshotReader(engine)}, snapshots).register(router)
    gateway.register(router)
    CharacterService(router, unit_of_work, starter_kit, ids).register()
    fights = RedisFights(redis, servers.identity, settings.training_fight_ttl)
    TrainingService(router, fights, catalog, ids).register()
    purchases = MerchantService(router, PostgresStock(engine), catalog).register()
    _look_after(router, AdminService(router, unit_of_work, catalog))
    batches = BatchSync(store, unit_of_work, sync, ids, metrics)
    delivery = InboxDelivery(store, unit_of_work, service)
    Halves(runner, store, unit_of_work, batches, delivery).register(router)
    exchange = Exchanging(router, Seating(router, clock, ids, settings.trade_table_ttl), unit_of_work)
    TradeService.over(exchange).register(router)
    worker = _worker(
        settings,
        servers,
        batches,
        clock,
        (delivery, RepairScan(store), purchases, TradeEnding(exchange, settings.trade_patience)),
    )
    events = EventService(
        PostgresEventWatch(engine), unit_of_work, clock, metrics, settings.inventory_worker_period
    )
    _listen(events, router, CodexService(router, unit_of_work, catalog))
    watch = GenerationWatch(
        PostgresGeneration(engine), servers.identity, clock, settings.inventory_sync_period
    )
    losses = LossWatch(store, runner, healing.changes, clock, settings.inventory_sync_period)
    return Core(
        router,
        gateway,
        sessions,
        sync,
        rebase,
        worker,
        events,
        watch,
        losses,
        MasterWatch(redis, clock),
        store,
        metrics,
        catalog,
        redis,
        engine,
    )


def _look_back(
    router: CoreRouter, known: KnownPast, engine: AsyncEngine, catalog: CatalogStore, clock: Clock
) -> None:
    PastService(known, catalog, clock).register(router)
    LifeService(PostgresItemTraces(engine, made_at), known, PostgresOwners(engine), catalog).register(router)


def _look_after(router: CoreRouter, admins: AdminService) -> None:
    admins.register()
    TradeActions(router, admins).register()


def _listen(events: EventService[PostgresUnitOfWork], router: CoreRouter, codex: CodexService) -> None:
    events.register(router)
    codex.register()
    events.subscribe(codex.subscriber())


def _durability(settings: CoreSettings, servers: _Servers, sync: SessionSync) -> DurabilityPromise:
    unit_of_work = partial(PostgresUnitOfWork, servers.engine, pack=settings.inventory_ledger_packed)
    match settings.inventory_durability:
        case DurabilityMode.LAZY:
            return LazyDurability()
        case DurabilityMode.REPLICATED:
            patience = settings.redis_timeout / 2  # an answer that is waited for has to come in time
            return ReplicatedDurability(RedisCopies(servers.redis, servers.identity, patience), unit_of_work)
        case DurabilityMode.STRICT:
            return StrictDurability(sync, unit_of_work)


def _worker(
    settings: CoreSettings, servers: _Servers, sync: BatchSync, clock: Clock, chores: Sequence[Chore]
) -> SyncWorker:
    store, metrics = sync.store, sync.metrics
    shares = WorkShares(RedisShareLeases(servers.redis, servers.identity, settings.inventory_worker_lease))
    counting = SessionCounting(RedisSurvey(servers.redis), store, shares, metrics)
    period, batch = settings.inventory_worker_period, settings.inventory_worker_batch
    return SyncWorker(store, sync, clock, metrics, shares, (*chores, counting), period, batch)
