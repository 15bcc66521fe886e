"""Whoever holds a revision or a claim that can never be current again is put where it must end: it fails."""

from typing import TypeVar

from tools.explorer.actors import (
    AT_REST,
    CLAIMED,
    Adopting,
    Asking,
    Claimed,
    Client,
    Committed,
    Has,
    Healing,
    Mismatched,
    Rebasing,
    Verifying,
    Worker,
)
from tools.explorer.parts import Control, Doc, Redis
from tools.explorer.protocol import Protocol
from tools.explorer.states import State

# A claim on a row that is no longer there: all that is left of it is that its write will find another row.
DOOMED = Claimed(CLAIMED, 0, 0, 0, -1, 0, Doc(0, 0, 0, 0), 0, 0, (), 0, 0)
OTHER = -1  # a row that is neither an own write nor anybody's base

_Any = TypeVar("_Any", bound=tuple[object, ...])


def reduced(state: State, protocol: Protocol) -> State:
    if protocol.stale_revisions_are_dead:
        controls = [each.control for each in (state.redis, state.disk) if each is not None]
        alive = {control.rev for control in controls if control is not None}
        clients = tuple([_client_with(client, alive) for client in state.clients])
        workers = tuple([_worker_with(worker, alive, protocol) for worker in state.workers])
        state = state._replace(clients=clients, workers=workers)
    return _without_dead_tokens(state) if protocol.stale_tokens_are_dead else state


def _client_with(client: Client, revs: set[int]) -> Client:
    held = Has | Asking | Verifying | Adopting
    return AT_REST if isinstance(client, held) and client.rev not in revs else client


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
    controls = [
        redis.control
        for redis in (state.redis, state.disk)
        if redis is not None and redis.control is not None
    ]
    in_flight = {token for control in controls for token, _ in control.tokens}
    bases = {control.base_rev for control in controls}
    workers = tuple([_worker_on(worker, current, in_flight, bases) for worker in state.workers])
    alive = {row.rev for row in rows}
    for actor in (*workers, *state.clients):
        if isinstance(actor, Mismatched):
            alive.add(actor.row_rev)
        elif isinstance(actor, Claimed | Committed):
            alive.add(actor.token)
        elif isinstance(actor, Rebasing) and actor.snapshot:
            alive.add(actor.snapshot.rev)
    lowest = min(row.version for row in rows)
    return state._replace(
        redis=_redis_with(state.redis, alive, lowest),
        disk=None if state.disk is None else _redis_with(state.disk, alive, lowest),
        workers=tuple([_held_with(worker, lowest) for worker in workers]),
        clients=tuple([_held_with(_reader_with(each, alive, lowest), lowest) for each in state.clients]),
    )


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


def _reader_with(client: Client, alive: set[int], lowest: int) -> Client:
    if isinstance(client, Verifying | Healing):
        return client._replace(control=_control_with(client.control, alive, lowest))
    return client


def _held_with(actor: _Any, lowest: int) -> _Any:
    """A base's version tells only that the row is an older one."""
    if isinstance(actor, Rebasing) and actor.base_version <= lowest:
        oldest = actor.snapshot.version if actor.snapshot else lowest
        return actor._replace(base_version=0) if actor.base_version <= oldest else actor
    return actor


def _redis_with(redis: Redis, alive: set[int], lowest: int) -> Redis:
    if redis.control is None:
        return redis
    control = _control_with(redis.control, alive, lowest)
    return redis if control is redis.control else redis._replace(control=control)


def _control_with(control: Control, alive: set[int], lowest: int) -> Control:
    flight = tuple([each for each in control.tokens if each[0] in alive])
    if control.base_rev not in alive:
        base_version = control.base_version if control.base_version > lowest else 0
        return control._replace(tokens=flight, base_version=base_version, base_rev=0)
    return control if flight == control.tokens else control._replace(tokens=flight)
