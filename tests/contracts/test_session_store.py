"""What every session store promises, on Redis, in a cluster, and on the fake that other tests may use."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.keys import share_of
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.adapters.redis.session_times import SessionTimes
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.model import (
    Confirmation,
    Half,
    InventorySession,
    Vitals,
)
from apps.game_core.modules.inventory.inventory.operation_ids import single_use, stamp, stamped
from apps.game_core.modules.inventory.inventory.row_changes import RowChanges, row_changes
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem
from apps.game_core.modules.inventory.inventory.trail import Trail
from apps.game_core.modules.inventory.ports import AppliedOperation, DatabaseRow
from apps.game_core.modules.inventory.session_store import (
    Acknowledgement,
    Claim,
    Conflict,
    Created,
    Creation,
    InDoubt,
    Orphan,
    Overdue,
    Read,
    Rebase,
    Repaired,
    Save,
    Saved,
    SessionStore,
)
from apps.game_core.modules.inventory.snapshot import InventorySnapshot
from apps.game_core.settings import CoreSettings
from apps.redis_cluster.client import Cluster, servers_of
from tests.support.altered import replace
from tests.support.fake_store import FakeSessionStore
from tools.failover.clustered import Clustered, clustered
from tools.support.bags import NOW, bag, item, rules
from tools.support.patience import PATIENCE

TIMES = SessionTimes(
    ttl=60, sync_delay=0.05, lease=60, load_lock=60, max_dirty_age=60, remembered=3, failures=2
)
SOON_OVER = replace(TIMES, ttl=1, lease=1, load_lock=1, sync_delay=30)
ROW = DatabaseRow(7, "row")
REFUSED = Creation(Created.REFUSED)


@dataclass
class Kit:
    """A store, and the accidents that can happen to it."""

    store: SessionStore
    restart: Callable[[], None]
    times: Callable[[SessionTimes], SessionStore]
    lose_document: Callable[[int], Awaitable[object]]
    lose_control: Callable[[int], Awaitable[object]]
    lose_index: Callable[[], Awaitable[object]]
    put_off: Callable[[int, float], Awaitable[object]]
    """The character's due time lies so many seconds ahead."""


@pytest.fixture(scope="module")
def masters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clustered]:
    with clustered(tmp_path_factory.mktemp("masters"), replicas=0) as made:
        yield made


@pytest.fixture(scope="module")
async def module_cluster(masters: Clustered) -> AsyncIterator[Cluster]:
    client = connect(masters.url)
    assert isinstance(client, Cluster)
    yield client
    await client.aclose()


@pytest.fixture
async def cluster(module_cluster: Cluster) -> Cluster:
    """Empty."""
    for server in await servers_of(module_cluster):
        await server.flushall()
    return module_cluster


@pytest.fixture(params=["redis", "cluster", "fake"])
def kit(request: pytest.FixtureRequest) -> Kit:
    kit: Kit = request.getfixturevalue(f"kit_of_{request.param}")
    return kit


@pytest.fixture
def kit_of_fake() -> Kit:
    fake = FakeSessionStore(TIMES)

    def retimed(times: SessionTimes) -> SessionStore:
        fake.times = times
        return fake

    async def lose_document(char_id: int) -> None:
        fake.lose_document(char_id)

    async def lose_control(char_id: int) -> None:
        fake.lose_control(char_id)

    async def lose_index() -> None:
        fake.index.clear()

    async def put_off(char_id: int, seconds: float) -> None:
        fake.index[char_id] = time.monotonic() + seconds

    def restart() -> None:
        fake.server = "second"

    return Kit(fake, restart, retimed, lose_document, lose_control, lose_index, put_off)


@pytest.fixture
async def client(settings: CoreSettings, redis: Redis) -> AsyncIterator[Redis]:
    """Of one test: what a store keeps of its connections goes with it."""
    made = connect(settings.redis_url)
    yield made
    await made.aclose()


@pytest.fixture
def kit_of_redis(client: Redis, redis: Redis) -> Kit:
    identity, metrics = ServerIdentity(), PrometheusMetrics()
    identity.run_id = "aa"
    return Kit(
        RedisSessionStore(client, TIMES, identity, metrics),
        lambda: setattr(identity, "run_id", "bb"),
        lambda times: RedisSessionStore(client, times, identity, metrics),
        lambda char_id: redis.delete(keys.session(char_id)),
        lambda char_id: redis.delete(keys.control(char_id)),
        lambda: redis.delete(keys.DIRTY_INDEX),
        lambda char_id, seconds: redis.zadd(keys.DIRTY_INDEX, {str(char_id): (time.time() + seconds) * 1000}),
    )


@pytest.fixture
async def kit_of_cluster(cluster: Cluster) -> Kit:
    identity, metrics, names = ServerIdentity(), PrometheusMetrics(), keys.IN_A_CLUSTER
    nodes = [identity.node(node.place) for node in await cluster.slots.masters()]

    def restart(run_id: str = "bb") -> None:
        for node in nodes:
            node.run_id = run_id

    async def lose_index() -> None:
        for share in names.indexes:
            await cluster.delete(share)

    restart("aa")
    return Kit(
        RedisSessionStore(cluster, TIMES, identity, metrics),
        restart,
        lambda times: RedisSessionStore(cluster, times, identity, metrics),
        lambda char_id: cluster.delete(names.session(char_id)),
        lambda char_id: cluster.delete(names.control(char_id)),
        lose_index,
        lambda char_id, seconds: cluster.zadd(
            names.index(char_id), {str(char_id): (time.time() + seconds) * 1000}
        ),
    )


@pytest.fixture
def store(kit: Kit) -> SessionStore:
    return kit.store


@pytest.fixture
def hasty(kit: Kit) -> SessionStore:
    """One whose sessions, leases and locks end within a second."""
    return kit.times(SOON_OVER)


def session_and_snapshot() -> tuple[InventorySession, InventorySnapshot]:
    session = replace(bag(item("bread", 9)), version=ROW.version, rev="r0")
    snapshot = InventorySnapshot(
        char_id=session.char_id,
        version=ROW.version,
        rev=ROW.rev,
        hero=session.hero,
        vitals=session.vitals,
        limits=session.limits,
        items=tuple(session.placed()),
    )
    return session, snapshot


async def opened(store: SessionStore) -> InventorySession:
    session, snapshot = session_and_snapshot()
    assert await store.lock(session.char_id, "lock")
    assert await store.create(session, snapshot, "lock") == Creation(Created.CREATED)
    return session


def dropping(session: InventorySession, op_id: str, rev: str, *, is_new: bool = True) -> Save:
    operation = DropItem(op_id=op_id, at=NOW, item_id=session.backpack[0].id, quantity=1)
    after, result = apply(session, operation, rules())
    applied = AppliedOperation(operation, result)
    return Save(after, rev, dirty=True, rows=row_changes(session, after), applied=applied, is_new=is_new)


def drawn_on(session: InventorySession, what: str = "drop") -> str:
    """The id of a tap on a button that shows this state."""
    return stamped(stamp(session.version, session.rev), what)


async def dropped(store: SessionStore, session: InventorySession, op_id: str) -> InventorySession:
    outcome = await store.save(dropping(session, op_id, f"rev {op_id}"))
    assert isinstance(outcome, Saved)
    return outcome.session


async def claimed(store: SessionStore, char_id: int, token: str) -> Claim:
    (claim,) = await store.claim([char_id], token)
    assert isinstance(claim, Claim)
    return claim


async def until(look: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await look():  # noqa: ASYNC110 - a store tells nobody that a time is over
            await asyncio.sleep(0.05)


async def until_gone(store: SessionStore, char_id: int) -> None:
    """A look at the control data keeps no session alive."""

    async def gone() -> bool:
        return await store.inspect(char_id) is None

    await until(gone)


async def looked_through(store: SessionStore) -> Repaired:
    """A whole pass; on one server that has little it is one stretch."""
    found = await store.repair(0)
    while found.cursor:
        more = await store.repair(found.cursor)
        found = Repaired(more.cursor, found.repaired + more.repaired)
    return found


def written(claim: Claim) -> Acknowledgement:
    return Acknowledgement(claim, DatabaseRow(claim.session.version, claim.token))


async def test_what_was_created_is_read(store: SessionStore) -> None:
    session = await opened(store)
    assert (await store.read(session.char_id)).session == session
    assert (await store.read(404)).session is None
    assert await store.live([404, session.char_id]) == [session.char_id]


async def test_what_the_caller_has_already_is_handed_back(store: SessionStore) -> None:
    session = await opened(store)
    assert (await store.read(session.char_id, cached=session)).session is session
    stale = replace(session, rev="older")
    assert (await store.read(session.char_id, cached=stale)).session == session


async def test_only_the_holder_of_the_lock_creates_and_only_once(store: SessionStore) -> None:
    session, snapshot = session_and_snapshot()
    assert await store.create(session, snapshot, "nobody") == REFUSED
    assert await store.lock(session.char_id, "mine")
    assert not await store.lock(session.char_id, "yours")
    await store.unlock(session.char_id, "yours")
    assert await store.create(session, snapshot, "yours") == REFUSED
    assert await store.create(session, snapshot, "mine") == Creation(Created.CREATED)
    assert await store.lock(session.char_id, "again")
    assert await store.create(session, snapshot, "again") == REFUSED


async def test_who_finds_nothing_has_the_lock_to_make_it(store: SessionStore) -> None:
    session, snapshot = session_and_snapshot()
    assert await store.read(session.char_id, lock="mine") == Read(None, locked=True)
    assert await store.read(session.char_id, lock="yours") == Read(None)
    assert await store.read(session.char_id, lock="mine") == Read(None, locked=True)  # the reply was lost
    assert await store.create(session, snapshot, "yours") == REFUSED
    assert await store.create(session, snapshot, "mine") == Creation(Created.CREATED)


async def test_who_finds_a_session_locks_nothing(store: SessionStore) -> None:
    session = await opened(store)
    found = await store.read(session.char_id, lock="mine")
    assert (found.session, found.locked) == (session, False)
    assert await store.lock(session.char_id, "yours")


async def test_a_look_locks_nothing(store: SessionStore) -> None:
    session, _ = session_and_snapshot()
    assert await store.read(session.char_id) == Read(None)
    assert await store.lock(session.char_id, "yours")


async def test_a_lock_that_came_with_a_look_ends_by_itself(hasty: SessionStore) -> None:
    session, snapshot = session_and_snapshot()
    assert (await hasty.read(session.char_id, lock="paused")).locked
    await until(lambda: hasty.lock(session.char_id, "next"))
    assert await hasty.create(session, snapshot, "paused") == REFUSED


async def test_a_lock_ends_by_itself(hasty: SessionStore) -> None:
    session, snapshot = session_and_snapshot()
    assert await hasty.lock(session.char_id, "paused")
    await until(lambda: hasty.lock(session.char_id, "next"))
    assert await hasty.create(session, snapshot, "paused") == REFUSED


async def test_a_change_counts_and_makes_dirty(store: SessionStore) -> None:
    session = await opened(store)
    saved = await dropped(store, session, "one")
    assert (saved.version, saved.dirty, saved.rev) == (ROW.version + 1, True, "rev one")
    assert (await store.read(session.char_id)).session == saved
    assert await store.dirty() == [session.char_id]


async def test_a_change_on_an_old_revision_changes_nothing(store: SessionStore) -> None:
    session = await opened(store)
    saved = await dropped(store, session, "one")
    assert await store.save(dropping(session, "two", "rev two")) == Conflict()
    assert (await store.read(session.char_id)).session == saved
    assert await store.save(dropping(replace(session, char_id=404), "x", "y")) == Conflict()


async def test_an_operation_takes_effect_once(store: SessionStore) -> None:
    session = await opened(store)
    saved = await dropped(store, session, "one")
    assert await store.save(dropping(saved, "one", "rev again")) == InDoubt()
    assert (await store.read(session.char_id, "one")).in_doubt
    assert (await store.read(session.char_id)).session == saved


async def test_a_part_of_an_id_is_another_id(store: SessionStore) -> None:
    session = await opened(store)
    whole = f"undo:{drawn_on(session)}:twice"
    saved = await dropped(store, session, whole)
    for part in (drawn_on(session), drawn_on(session, "drop:twice"), f"undo:{drawn_on(session)}"):
        assert not (await store.read(session.char_id, part)).in_doubt
        saved = await dropped(store, saved, part)
        assert (await store.read(session.char_id, part)).in_doubt
        assert await store.save(dropping(saved, part, "rev again")) == InDoubt()


async def test_the_same_call_twice_is_one_change(store: SessionStore) -> None:
    session = await opened(store)
    save = dropping(session, "one", "rev one")
    assert await store.save(save) == await store.save(save)
    control = await store.inspect(session.char_id)
    assert control is not None
    assert [entry.op_id for entry in control.pending] == ["one"]


async def test_what_is_drawn_for_the_state_at_hand_is_new(store: SessionStore) -> None:
    session = await opened(store)
    for _ in range(5):
        assert not (await store.read(session.char_id, drawn_on(session))).in_doubt
        outcome = await store.save(dropping(session, drawn_on(session), f"{session.rev}0", is_new=False))
        assert isinstance(outcome, Saved)
        session = outcome.session


@pytest.mark.parametrize("version", [0, ROW.version - 1, ROW.version + 1, 2**62])
async def test_what_is_meant_for_another_state_is_in_doubt(store: SessionStore, version: int) -> None:
    session = await opened(store)
    op_id = drawn_on(replace(session, version=version))
    assert (await store.read(session.char_id, op_id)).in_doubt
    assert await store.save(dropping(session, op_id, "rev", is_new=False)) == InDoubt()
    assert isinstance(await store.save(dropping(session, op_id, "rev", is_new=True)), Saved)


async def test_an_id_that_tells_no_age_is_in_doubt_unless_it_is_for_one_call(store: SessionStore) -> None:
    session = await opened(store)
    assert await store.save(dropping(session, "fight:1", "rev", is_new=False)) == InDoubt()
    assert isinstance(await store.save(dropping(session, single_use("a"), "rev", is_new=False)), Saved)


@pytest.mark.parametrize(("since", "is_new"), [(-1, False), (0, True), (1, False)])
async def test_who_knows_since_when_an_id_is_new_gives_it_an_age(
    store: SessionStore, since: int, is_new: bool
) -> None:
    session = await opened(store)
    save = replace(dropping(session, "fight:1", "rev", is_new=False), since=session.version + since)
    assert isinstance(await store.save(save), Saved if is_new else InDoubt)


async def test_an_undo_is_as_old_as_what_it_takes_back(store: SessionStore) -> None:
    session = await opened(store)
    assert not (await store.read(session.char_id, f"undo:{drawn_on(session)}")).in_doubt
    assert (await store.read(session.char_id, "undo:drop")).in_doubt


async def test_a_clean_session_expires_unless_somebody_looks(hasty: SessionStore) -> None:
    session = await opened(hasty)
    for _ in range(5):
        await asyncio.sleep(SOON_OVER.ttl / 4)
        assert (await hasty.read(session.char_id)).session == session
    await until_gone(hasty, session.char_id)
    assert (await hasty.read(session.char_id)).session is None


async def test_a_dirty_session_never_expires(hasty: SessionStore) -> None:
    saved = await dropped(hasty, await opened(hasty), "one")
    await asyncio.sleep(SOON_OVER.ttl * 1.2)
    assert (await hasty.read(saved.char_id)).session == saved


async def test_a_claim_says_what_to_write_and_leases(kit: Kit, hasty: SessionStore) -> None:
    store = hasty
    session = await opened(store)
    saved = await dropped(store, session, "one")
    assert await store.claim([saved.char_id, 404], "early", only_due=True) == []
    await kit.put_off(saved.char_id, -1)
    assert await store.due(10) == [saved.char_id]

    (claim,) = await store.claim([saved.char_id, 404], "token", only_due=True)

    assert isinstance(claim, Claim)
    assert (claim.session, claim.token, claim.control.base) == (saved, "token", ROW)
    assert claim.control.tokens == {"token": saved.version}
    assert claim.control.marks == {session.backpack[0].id: saved.version}
    assert not claim.control.vitals_changed
    assert [(entry.op_id, entry.version) for entry in claim.control.pending] == [("one", saved.version)]
    assert await store.claim([saved.char_id], "other", only_due=True) == []
    await until(lambda: store.claim([saved.char_id], "other", only_due=True))


async def test_vitals_are_marked_like_rows(store: SessionStore) -> None:
    session = await opened(store)
    hurt = replace(session, vitals=Vitals(1))
    await store.save(Save(hurt, "hurt", dirty=True, rows=RowChanges(vitals=True)))
    claim = await claimed(store, session.char_id, "token")
    assert (claim.control.vitals_changed, claim.control.marks) == (True, {})


async def test_acknowledged_means_clean(hasty: SessionStore) -> None:
    store = hasty
    saved = await dropped(store, await opened(store), "one")
    claim = await claimed(store, saved.char_id, "token")

    assert await store.acknowledge([written(claim)]) == [True]

    assert (await store.read(saved.char_id)).session == replace(saved, dirty=False)
    control = await store.inspect(saved.char_id)
    assert control is not None
    assert (control.dirty, control.pending, control.marks, control.tokens) == (False, (), {}, {})
    assert control.base == DatabaseRow(saved.version, "token")
    assert await store.dirty() == []
    assert await store.claim([saved.char_id], "more") == []
    assert await store.acknowledge([written(claim)]) == [False]
    await until_gone(store, saved.char_id)


async def test_a_document_that_was_lost_during_a_write_does_not_come_back(kit: Kit) -> None:
    session = replace(await opened(kit.store), trail=Trail.of(0, [(1, "one")]))
    saved = await dropped(kit.store, session, "one")
    claim = await claimed(kit.store, saved.char_id, "token")
    await kit.lose_document(saved.char_id)

    assert await kit.store.acknowledge([written(claim)]) == [True]

    assert await kit.store.live([saved.char_id]) == []


async def test_a_change_after_the_claim_stays_dirty(store: SessionStore) -> None:
    first = await dropped(store, await opened(store), "one")
    claim = await claimed(store, first.char_id, "token")
    second = await dropped(store, first, "two")

    assert await store.acknowledge([written(claim)]) == [False]

    later = await claimed(store, first.char_id, "later")
    assert later.session == second
    assert later.control.base == DatabaseRow(first.version, "token")
    assert [entry.op_id for entry in later.control.pending] == ["two"]
    assert later.control.tokens == {"later": second.version}


async def test_an_older_write_acknowledged_late_does_not_make_clean(store: SessionStore) -> None:
    first = await dropped(store, await opened(store), "one")
    lost = await claimed(store, first.char_id, "lost")
    await dropped(store, first, "two")
    later = await claimed(store, first.char_id, "later")

    row = DatabaseRow(lost.session.version, lost.token)
    assert await store.acknowledge([Acknowledgement(later, row)]) == [False]

    control = await store.inspect(first.char_id)
    assert control is not None
    assert (control.dirty, control.base, list(control.tokens)) == (True, row, ["later"])
    assert await store.dirty() == [first.char_id]


async def test_deleting_on_leave_spares_what_changed_meanwhile(store: SessionStore) -> None:
    first = await dropped(store, await opened(store), "one")
    claim = await claimed(store, first.char_id, "token")
    second = await dropped(store, first, "two")
    assert await store.acknowledge([replace(written(claim), delete=True)]) == [False]
    assert (await store.read(first.char_id)).session == second

    claim = await claimed(store, first.char_id, "last")
    assert await store.acknowledge([replace(written(claim), delete=True)]) == [True]
    assert (await store.read(first.char_id)).session is None


async def test_only_so_many_operations_are_remembered_once_written(store: SessionStore) -> None:
    first = session = await opened(store)
    ids = []
    for _ in range(5):
        ids.append(drawn_on(session))
        session = await dropped(store, session, ids[-1])
    await store.acknowledge([written(await claimed(store, session.char_id, "token"))])
    session = await dropped(store, replace(session, dirty=False), "six")

    assert (await store.read(session.char_id, ids[0])).in_doubt, "forgotten: the ledger knows"
    # Of five that are written the last three stay in mind; what was drawn before them is doubtful.
    doubtful = [
        (await store.read(session.char_id, drawn_on(replace(first, version=ROW.version + step)))).in_doubt
        for step in range(7)
    ]
    assert doubtful == [True, True, False, False, False, False, False]
    assert [(await store.read(session.char_id, op_id)).in_doubt for op_id in (*ids[2:], "six")] == [True] * 4


async def test_what_is_not_written_is_never_forgotten(store: SessionStore) -> None:
    session = await opened(store)
    ids = [f"op{number}" for number in range(6)]
    for op_id in ids:
        session = await dropped(store, session, op_id)
    for op_id in ids:
        assert await store.save(dropping(session, op_id, "rev")) == InDoubt()


async def test_forgetting_is_for_clean_sessions(store: SessionStore) -> None:
    session = await opened(store)
    saved = await dropped(store, session, "one")
    await store.forget(session.char_id)
    assert (await store.read(session.char_id)).session == saved
    await store.acknowledge([written(await claimed(store, session.char_id, "token"))])
    await store.forget(session.char_id)
    assert (await store.read(session.char_id)).session is None


async def test_a_document_that_lost_its_control_data_is_not_forgotten(kit: Kit) -> None:
    """It is all that tells what is missing."""
    session = await opened(kit.store)
    await dropped(kit.store, session, "one")
    await kit.lose_control(session.char_id)

    await kit.store.forget(session.char_id)

    assert await kit.store.lock(session.char_id, "another")
    created = await kit.store.create(*session_and_snapshot(), "another")
    assert created.outcome is Created.LEFT


async def test_discarding_takes_what_was_never_written_too(store: SessionStore) -> None:
    session = await opened(store)
    await dropped(store, session, "one")

    await store.discard(session.char_id)

    assert (await store.read(session.char_id)).session is None
    assert session.char_id not in await store.dirty()
    assert await store.inspect(session.char_id) is None


async def test_a_rebase_replaces_base_and_pending(store: SessionStore) -> None:
    saved = await dropped(store, await opened(store), "one")
    claim = await claimed(store, saved.char_id, "in flight")
    (entry,) = claim.control.pending
    _, snapshot = session_and_snapshot()
    snapshot = replace(snapshot, version=20, rev="theirs")
    moved = replace(saved, version=21, rev="moved", dirty=True)
    rows = RowChanges(changed=frozenset({5}), vitals=True)
    pending = (replace(entry, version=21, result=b"2"),)
    rebase = Rebase(saved.rev, claim.control.base, moved, snapshot, pending, rows)

    assert not await store.rebase(replace(rebase, expected_rev="another"))
    assert not await store.rebase(replace(rebase, expected_base=DatabaseRow(20, "another")))
    assert await store.rebase(rebase)

    control = await store.inspect(saved.char_id)
    assert control is not None
    assert (control.rev, control.version, control.base) == ("moved", 21, DatabaseRow(20, "theirs"))
    assert (control.tokens, control.marks, control.vitals_changed) == ({}, {5: 21}, True)
    assert [(each.op_id, each.version) for each in control.pending] == [("one", 21)]
    assert control.pending[0].result == b"2"
    assert await store.save(dropping(moved, "one", "rev")) == InDoubt()
    assert (await store.read(saved.char_id, drawn_on(replace(moved, version=20)))).in_doubt
    assert not (await store.read(saved.char_id, drawn_on(moved))).in_doubt
    assert control.lineage == "moved"
    assert await store.due(1) == [saved.char_id]
    assert await store.acknowledge([written(claim)]) == [False]


async def test_that_conflicts_were_told_is_known_until_it_is_written(store: SessionStore) -> None:
    saved = await dropped(store, await opened(store), "one")
    told = await store.save(Save(saved, "told", dirty=True, rows=RowChanges(told=True)))
    assert isinstance(told, Saved)
    claim = await claimed(store, saved.char_id, "token")
    assert claim.control.told == told.session.version

    await store.acknowledge([written(claim)])

    state = await store.inspect(saved.char_id)
    assert state
    assert state.told == 0


async def test_a_rebase_that_leaves_nothing_to_write_tells_the_database_its_version(kit: Kit) -> None:
    store = kit.times(replace(TIMES, ttl=SOON_OVER.ttl))
    saved = await dropped(store, await opened(store), "inbox:1")
    _, snapshot = session_and_snapshot()
    moved = replace(saved, version=20, rev="moved")
    base = DatabaseRow(snapshot.version, snapshot.rev)
    rebase = Rebase(saved.rev, base, moved, replace(snapshot, rev="theirs"))

    assert await store.rebase(rebase)

    assert await store.dirty() == [saved.char_id]
    assert (await store.read(saved.char_id)).session == moved
    assert isinstance(await store.save(dropping(moved, "inbox:1", "again")), Saved), "it may come again"
    await store.acknowledge([written(await claimed(store, saved.char_id, "again"))])
    await until_gone(store, saved.char_id)


@pytest.mark.parametrize("row", ["base", "in flight"])
async def test_a_row_of_its_own_is_nothing_to_rebase_over(store: SessionStore, row: str) -> None:
    saved = await dropped(store, await opened(store), "one")
    base = (await claimed(store, saved.char_id, "in flight")).control.base
    _, snapshot = session_and_snapshot()
    snapshot = replace(snapshot, rev=base.rev if row == "base" else row)
    rebase = Rebase(saved.rev, base, replace(saved, version=20, rev="moved"), snapshot)
    before = await store.inspect(saved.char_id)

    assert not await store.rebase(rebase)

    assert await store.inspect(saved.char_id) == before
    assert await store.rebase(replace(rebase, anew=True))


async def test_unwritten_operations_survive_their_document(kit: Kit) -> None:
    store = kit.store
    saved = await dropped(store, await opened(store), "one")
    await kit.lose_document(saved.char_id)

    assert (await store.read(saved.char_id)).session is None
    session, snapshot = session_and_snapshot()
    await store.lock(saved.char_id, "lock")
    assert await store.create(session, snapshot, "lock") == Creation(Created.UNWRITTEN)
    (orphan,) = await store.claim([saved.char_id], "token")
    assert isinstance(orphan, Orphan)
    assert [entry.op_id for entry in orphan.control.pending] == ["one"]
    assert orphan.control.tokens == {}


async def left(kit: Kit, op_id: str, lock: str) -> tuple[InventorySession, InventorySession]:
    """A session that was saved and lost its control data then, and what the store says is left of it."""
    store, (session, snapshot) = kit.store, session_and_snapshot()
    await store.lock(session.char_id, lock)
    assert await store.create(session, snapshot, lock) == Creation(Created.CREATED)
    saved = await dropped(store, session, op_id)
    await kit.lose_control(saved.char_id)
    assert (await store.read(saved.char_id, lock=lock)).session is None
    created = await store.create(session, snapshot, lock)
    assert created.outcome is Created.LEFT
    assert created.leftover is not None
    return saved, created.leftover


def in_place_of(leftover: InventorySession) -> Rebase:
    session, snapshot = session_and_snapshot()
    session = replace(session, version=leftover.version + 1, rev="told", dirty=True)
    return Rebase(leftover.rev, DatabaseRow(0, ""), session, snapshot, anew=True)


async def test_a_document_without_control_data_stays_until_something_comes_in_its_place(kit: Kit) -> None:
    store = kit.store
    saved, leftover = await left(kit, "one", "mine")
    assert replace(leftover, rev=saved.rev) == saved
    session, snapshot = session_and_snapshot()
    assert await store.create(session, snapshot, "yours") == REFUSED, "the lock stays, too"
    again = await store.create(session, snapshot, "mine")
    assert again == Creation(Created.LEFT, leftover)
    rebase = in_place_of(leftover)

    assert not await store.rebase(replace(rebase, expected_rev="another"))
    assert await store.rebase(rebase)

    assert (await store.read(saved.char_id)).session == rebase.session
    assert await store.dirty() == [saved.char_id]
    assert not await store.rebase(rebase)


async def test_another_document_without_control_data_is_not_told_by_the_first(kit: Kit) -> None:
    store = kit.store
    _, first = await left(kit, "one", "mine")
    assert await store.rebase(in_place_of(first))
    await dropped(store, in_place_of(first).session, "two")
    await kit.lose_control(first.char_id)

    assert not await store.rebase(in_place_of(first))


async def test_reading_and_saving_tell_the_past_of_a_session(store: SessionStore) -> None:
    session = await opened(store)
    outcome = await store.save(dropping(session, "one", "rev one"))
    assert isinstance(outcome, Saved)
    assert (outcome.synced_version, outcome.lineage) == (ROW.version, session.rev)
    found = await store.read(session.char_id)
    assert (found.synced_version, found.lineage) == (ROW.version, session.rev)
    await store.acknowledge([written(await claimed(store, session.char_id, "token"))])
    found = await store.read(session.char_id)
    assert (found.synced_version, found.lineage) == (ROW.version + 1, session.rev)


async def test_fault_47_a_due_time_that_no_delay_made_is_due(kit: Kit) -> None:
    store = kit.store
    saved = await dropped(store, await opened(store), "one")
    await kit.put_off(saved.char_id, 6 * 3600)

    assert await store.due(1) == [saved.char_id]
    assert len(await store.claim([saved.char_id], "token", only_due=True)) == 1
    assert await store.claim([saved.char_id], "other", only_due=True) == [], "and then it is leased"


async def test_after_a_restart_a_session_is_withheld_until_adopted(kit: Kit) -> None:
    store = kit.store
    session = await opened(store)
    kit.restart()

    found = await store.read(session.char_id, cached=session)
    assert (found.session, found.unverified) == (None, True)
    assert await store.save(dropping(session, "one", "rev one")) == Conflict()

    state = await store.inspect(session.char_id)
    assert state
    assert not await store.adopt(replace(state, rev="another"), "")
    assert not await store.adopt(replace(state, base=DatabaseRow(0, "another")), "")
    assert await store.adopt(state, "")
    found = await store.read(session.char_id)
    assert found.session == session
    assert found.lineage != state.lineage, "it may come from an older file"


async def test_what_is_adopted_twice_keeps_its_lineage(store: SessionStore) -> None:
    session = await opened(store)
    state = await store.inspect(session.char_id)
    assert state
    assert await store.adopt(state, "")
    assert (await store.read(session.char_id)).lineage == state.lineage


async def test_an_acknowledged_session_is_still_to_be_compared(kit: Kit) -> None:
    """The write that ends now may have begun before another database came."""
    store = kit.store
    saved = await dropped(store, await opened(store), "one")
    kit.restart()
    await store.acknowledge([written(await claimed(store, saved.char_id, "token"))])
    assert (await store.read(saved.char_id)).unverified


async def test_failures_park_and_parking_lasts(store: SessionStore) -> None:
    saved = await dropped(store, await opened(store), "one")
    assert not await store.fail(saved.char_id)
    assert await store.parked() == []
    assert await store.fail(saved.char_id)
    assert await store.parked() == [saved.char_id]
    await store.claim([saved.char_id], "token")
    assert await store.parked() == [saved.char_id]

    assert await store.release(saved.char_id)
    assert await store.parked() == []
    assert await store.due(1) == [saved.char_id]
    assert not await store.release(saved.char_id)


async def test_a_success_ends_the_count_of_failures(store: SessionStore) -> None:
    saved = await dropped(store, await opened(store), "one")
    await store.fail(saved.char_id)
    await store.acknowledge([written(await claimed(store, saved.char_id, "token"))])
    assert not await store.fail(saved.char_id)
    current = (await store.read(saved.char_id)).session
    assert current is not None
    await dropped(store, current, "two")
    assert not await store.fail(saved.char_id)


async def test_repair_puts_a_lost_session_back(kit: Kit) -> None:
    store = kit.store
    saved = await dropped(store, await opened(store), "one")
    assert (await looked_through(store)).repaired == ()
    await kit.lose_index()

    found = await looked_through(store)

    assert found.repaired == (saved.char_id,)
    assert await store.due(1) == [saved.char_id]


async def test_what_is_due_in_others_shares_is_left_to_them_but_not_for_long(kit: Kit) -> None:
    store = kit.store
    saved = await dropped(store, await opened(store), "one")
    own, others = {share_of(saved.char_id)}, {share_of(saved.char_id) ^ 1}
    await kit.put_off(saved.char_id, -1)
    assert await store.due(9, own) == [saved.char_id]
    assert await store.due(9, others) == []
    assert await store.due(9, set()) == []
    assert (await store.dirty(own), await store.dirty(others)) == ([], [saved.char_id])

    await kit.put_off(saved.char_id, -TIMES.share_lease - 1)
    assert await store.due(9, others) == [saved.char_id]
    assert await store.due(9, own) == [saved.char_id]


async def test_changes_that_wait_too_long_stop_further_ones(kit: Kit) -> None:
    impatient = kit.times(replace(TIMES, max_dirty_age=0.05))
    saved = await dropped(impatient, await opened(impatient), "one")
    await asyncio.sleep(0.07)

    assert await impatient.save(dropping(saved, "two", "rev two")) == Overdue()

    await impatient.acknowledge([written(await claimed(impatient, saved.char_id, "token"))])
    current = (await impatient.read(saved.char_id)).session
    assert current is not None
    await dropped(impatient, current, "two")


def laying(session: InventorySession) -> InventorySession:
    """With all of the backpack on the table."""
    half = Half(5, 2**48 - 1, NOW, partner=2**63 - 1, items=session.backpack, coins=2**63 - 1)
    return replace(session, half=replace(half, confirmed=Confirmation(3, "stamp")))


async def laid(store: SessionStore, session: InventorySession, rev: str = "laid") -> InventorySession:
    outcome = await store.lay(laying(session), rev)
    assert isinstance(outcome, Saved)
    assert outcome.session == replace(laying(session), rev=rev)
    return outcome.session


async def test_a_half_is_laid_in_a_clean_session_without_a_change_to_write(store: SessionStore) -> None:
    session = await opened(store)

    with_half = await laid(store, session)

    assert (await store.read(session.char_id)).session == with_half
    control = await store.inspect(session.char_id)
    assert control is not None
    assert (control.dirty, control.version, control.rev) == (False, session.version, "laid")
    assert await store.dirty() == []


async def test_a_half_is_laid_in_a_dirty_session_which_stays_to_be_written(hasty: SessionStore) -> None:
    saved = await dropped(hasty, await opened(hasty), "one")

    with_half = await laid(hasty, saved)

    await asyncio.sleep(SOON_OVER.ttl * 1.2)
    claim = await claimed(hasty, saved.char_id, "token")
    assert claim.session == with_half
    assert [entry.op_id for entry in claim.control.pending] == ["one"]


async def test_a_half_that_is_laid_by_who_missed_the_write_makes_nothing_dirty(store: SessionStore) -> None:
    saved = await dropped(store, await opened(store), "one")
    assert await store.acknowledge([written(await claimed(store, saved.char_id, "token"))]) == [True]

    assert isinstance(await store.lay(laying(saved), "laid"), Saved)

    now = (await store.read(saved.char_id)).session
    assert now is not None
    assert not now.dirty


async def test_a_half_is_laid_on_the_revision_that_was_seen_or_not_at_all(kit: Kit) -> None:
    store = kit.store
    session = await opened(store)
    await dropped(store, session, "one")

    assert await store.lay(laying(session), "late") == Conflict()

    now = (await store.read(session.char_id)).session
    assert now is not None
    assert now.half is None
    assert (await laid(store, now)) == (await laid(store, now)), "the same call twice is one"
    kit.restart()
    assert await store.lay(replace(laying(now), rev="laid"), "elsewhere") == Conflict()
    assert await store.lay(replace(laying(now), char_id=404), "nobody") == Conflict()


async def test_neither_a_half_nor_a_glance_keeps_a_session_alive(hasty: SessionStore) -> None:
    session = await laid(hasty, await opened(hasty))
    looks = 0

    async def gone() -> bool:
        nonlocal looks
        found = (await hasty.read(session.char_id, prolong=False)).session
        if found is not None:
            looks += 1
            outcome = await hasty.lay(laying(found), f"again {looks}")
            assert (
                isinstance(outcome, Saved) or await hasty.inspect(session.char_id) is None
            )  # over meanwhile
        return found is None

    await until(gone)
    assert looks > SOON_OVER.ttl * 5


async def test_a_half_that_is_laid_during_a_write_outlives_it(hasty: SessionStore) -> None:
    store = hasty
    saved = await dropped(store, await opened(store), "one")
    claim = await claimed(store, saved.char_id, "token")
    with_half = await laid(store, saved)

    assert await store.acknowledge([replace(written(claim), delete=True)]) == [True]

    assert (await store.read(saved.char_id)).session == replace(with_half, dirty=False)
    control = await store.inspect(saved.char_id)
    assert control is not None
    assert (control.dirty, control.pending, control.tokens) == (False, (), {})
    assert await store.dirty() == []
    await until_gone(store, saved.char_id)


async def test_what_is_adopted_has_left_the_table(kit: Kit) -> None:
    store = kit.store
    session = await opened(store)
    with_half = await laid(store, session)
    kit.restart()
    state = await store.inspect(session.char_id)
    assert state

    assert await store.adopt(state, "")

    found = (await store.read(session.char_id, cached=with_half)).session
    assert found is not None
    assert found == replace(session, rev=found.rev)
    assert found.rev != with_half.rev, "nobody goes on with what they have in mind"
