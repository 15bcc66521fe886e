"""One name for states that differ only in what random tokens are called, or in who is called first.

Random tokens mean nothing but equality, so they are numbered in order of appearance. Beyond that, whoever
holds a revision or a claim that can never be current again is put where it must end: it can only fail.
`reduce=False` leaves this second part out; a test compares the verdicts.
"""

from tests.explorer.protocol import Protocol
from tests.explorer.states import (
    AT_REST,
    CLAIMED,
    FREE,
    FRESH,
    ORPHANED,
    Claimed,
    Client,
    Committed,
    Control,
    Database,
    Doc,
    Has,
    Loading,
    Mismatched,
    Rebasing,
    Redis,
    State,
    Worker,
)

# A claim on a row that is no longer there: all that is left of it is that its write will find another row.
DOOMED = Claimed(CLAIMED, 0, 0, 0, -1, 0, Doc(0, 0, 0), 0, 0, (), 0)


OTHER = -1  # a row that is neither an own write nor anybody's base
_PAIR = 2
_DEAD = {0: 0, OTHER: OTHER}


class Names(dict[int, int]):
    """Numbers tokens from 1 in order of appearance; dead ones keep their number."""

    def __missing__(self, token: int) -> int:
        self[token] = name = len(self) - 1
        return name


def canonical(state: State, protocol: Protocol, *, reduce: bool = True) -> State:
    if reduce:
        state = reduced(state, protocol)
    numbered = _numbered(state, protocol)
    ordered = _ordered(numbered)
    return numbered if ordered is numbered else _numbered(ordered, protocol)


def distinguished(state: State, protocol: Protocol, number: int) -> State:
    """The state with a number of its own for the token just drawn, all others as they are."""
    revisions = _Same({FRESH: number}) if protocol.random_revisions else _Same()
    return _renamed(state, _Same({FRESH: number}), revisions)


def _ordered(state: State) -> State:
    """Clients and workers are alike: sorted, the lock taken along. The same object if they were."""
    clients, workers, lock = state.clients, state.workers, state.lock
    if len(clients) == _PAIR and (clients[1], -lock) < (clients[0], -1):  # by kind
        lock = lock if lock in (FREE, ORPHANED) else 3 - lock
        state = state._replace(lock=lock, clients=(clients[1], clients[0]))
    if len(workers) == _PAIR and workers[1] < workers[0]:  # type: ignore[operator] # the kind comes first
        state = state._replace(workers=(workers[1], workers[0]))
    return state


def _numbered(state: State, protocol: Protocol) -> State:
    revisions = Names(_DEAD) if protocol.random_revisions else _Same()
    return _renamed(state, Names(_DEAD), revisions)


def _renamed(state: State, tokens: Names, revs: Names) -> State:
    database = _row(state.database, tokens)
    redis = _redis(state.redis, tokens, revs)
    disk = None if state.disk is None else _redis(state.disk, tokens, revs)
    backup = None if state.backup is None else _row(state.backup, tokens)
    workers = tuple([_worker(worker, tokens, revs) for worker in state.workers])
    clients = tuple([_client(client, tokens, revs) for client in state.clients])
    return State(database, redis, disk, backup, state.lock, clients, workers, state.history)


class _Same(Names):
    """Every token but those given keeps its number: revisions that are versions mean what they say."""

    def __missing__(self, token: int) -> int:
        return token


def _row(row: Database, tokens: Names) -> Database:
    rev = tokens[row.rev]
    return row if rev == row.rev else row._replace(rev=rev)


def _redis(redis: Redis, tokens: Names, revs: Names) -> Redis:
    control = redis.control
    if control is None:
        return redis
    rev, version, synced, base_version, base_rev, flight, *rest = control
    tokens_in_flight = tuple([(tokens[token], at) for token, at in flight]) if flight else flight
    named = Control(revs[rev], version, synced, base_version, tokens[base_rev], tokens_in_flight, *rest)  # type: ignore[arg-type] # in order
    return redis if named == control else Redis(redis.doc, named, redis.indexed, redis.expires)


def _client(client: Client, tokens: Names, revs: Names) -> Client:
    if isinstance(client, Has):
        return Has(client.kind, revs[client.rev], client.version, client.doc)
    if isinstance(client, Loading):
        return Loading(client.kind, _row(client.snapshot, tokens))
    return client


def _worker(worker: Worker, tokens: Names, revs: Names) -> Worker:
    if isinstance(worker, Claimed):
        return worker._replace(
            token=tokens[worker.token], rev=revs[worker.rev], base_rev=tokens[worker.base_rev]
        )
    if isinstance(worker, Committed):
        return Committed(worker.kind, tokens[worker.token], worker.version, revs[worker.rev])
    if isinstance(worker, Mismatched):
        row_rev, token, rev = tokens[worker.row_rev], tokens[worker.token], revs[worker.rev]
        return worker._replace(row_rev=row_rev, token=token, rev=rev)
    if isinstance(worker, Rebasing):
        snapshot = None if worker.snapshot is None else _row(worker.snapshot, tokens)
        return worker._replace(rev=revs[worker.rev], snapshot=snapshot)
    return worker


def reduced(state: State, protocol: Protocol) -> State:
    clients, workers = state.clients, state.workers
    if protocol.stale_revisions_are_dead:
        controls = [each.control for each in (state.redis, state.disk) if each is not None]
        alive = {control.rev for control in controls if control is not None}
        clients = tuple([_client_with(client, alive) for client in clients])
        workers = tuple([_worker_with(worker, alive, protocol) for worker in workers])
        state = state._replace(clients=clients, workers=workers)
    return _without_dead_tokens(state) if protocol.stale_tokens_are_dead else state


def _client_with(client: Client, revs: set[int]) -> Client:
    return AT_REST if isinstance(client, Has) and client.rev not in revs else client


def _worker_with(worker: Worker, revs: set[int], protocol: Protocol) -> Worker:
    if isinstance(worker, Rebasing):
        has_read = protocol.rebase_reads_session_first or worker.rev != 0
        return AT_REST if has_read and worker.rev not in revs else worker
    if isinstance(worker, Claimed | Committed | Mismatched) and worker.rev not in revs:
        return worker._replace(rev=0)
    return worker


def _without_dead_tokens(state: State) -> State:
    rows = [row for row in (state.database, state.backup) if row is not None]
    current = {(row.version, row.rev) for row in rows}
    in_flight = {
        token
        for redis in (state.redis, state.disk)
        if redis is not None and redis.control is not None
        for token, _ in redis.control.tokens
    }
    bases = {
        redis.control.base_rev
        for redis in (state.redis, state.disk)
        if redis is not None and redis.control is not None
    }
    workers = tuple([_worker_on(worker, current, in_flight, bases) for worker in state.workers])
    alive = {row.rev for row in rows}
    for worker in workers:
        if isinstance(worker, Mismatched):
            alive.add(worker.row_rev)
        elif isinstance(worker, Claimed | Committed):
            alive.add(worker.token)
        elif isinstance(worker, Rebasing):
            alive |= {worker.snapshot.rev} if worker.snapshot else set()
    redis = _redis_with(state.redis, alive)
    disk = None if state.disk is None else _redis_with(state.disk, alive)
    return state._replace(redis=redis, disk=disk, workers=workers)


def _worker_on(worker: Worker, rows: set[tuple[int, int]], in_flight: set[int], bases: set[int]) -> Worker:
    if isinstance(worker, Claimed):
        return worker if (worker.base_version, worker.base_rev) in rows else DOOMED
    if isinstance(worker, Committed):
        return worker if worker.token in in_flight else AT_REST
    if isinstance(worker, Mismatched) and worker.row_rev not in in_flight | bases:
        return worker._replace(row_version=OTHER, row_rev=OTHER, token=0, version=0)
    if isinstance(worker, Mismatched):
        return worker._replace(token=0, version=0)
    return worker


def _redis_with(redis: Redis, alive: set[int]) -> Redis:
    control = redis.control
    if control is None:
        return redis
    flight = tuple([each for each in control.tokens if each[0] in alive])
    is_base_alive = control.base_rev in alive
    if flight == control.tokens and is_base_alive:
        return redis
    base_version, base_rev = (control.base_version, control.base_rev) if is_base_alive else (0, 0)
    kept = control._replace(tokens=flight, base_version=base_version, base_rev=base_rev)
    return Redis(redis.doc, kept, redis.indexed, redis.expires)
