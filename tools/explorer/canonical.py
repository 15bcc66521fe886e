"""One name for states that differ only in what random tokens are called, or in who is called first.

Random tokens mean nothing but equality, so they are numbered in order of appearance. `reduce=False` leaves
out what `reduction` does beyond that; a test compares the verdicts.
"""

from typing import NamedTuple

from tools.explorer.actors import (
    Adopting,
    Asking,
    Claimed,
    Client,
    Committed,
    Has,
    Healing,
    Loading,
    Mismatched,
    Rebasing,
    Settling,
    Verifying,
    Worker,
)
from tools.explorer.parts import FRESH, LEFT, Control, Database, Mind, Redis
from tools.explorer.protocol import Protocol
from tools.explorer.reduction import OTHER, reduced
from tools.explorer.states import FREE, ORPHANED, State

_PAIR = 2
_DEAD = {0: 0, OTHER: OTHER, LEFT: LEFT}


class Names(dict[int, int]):
    """Numbers tokens from 1 in order of appearance; dead ones keep their number."""

    def __missing__(self, token: int) -> int:
        self[token] = name = len(self) - 1
        return name


class _Same(Names):
    """Every token but those given keeps its number: revisions that are versions mean what they say."""

    def __missing__(self, token: int) -> int:
        return token


class _Renaming(NamedTuple):
    tokens: Names
    revs: Names
    lineages: Names

    def row(self, row: Database) -> Database:
        rev = self.tokens[row.rev]
        return row if rev == row.rev else row._replace(rev=rev)

    def redis(self, redis: Redis) -> Redis:
        control = redis.control
        if control is None:
            return redis
        named = self.control(control)
        return redis if named == control else redis._replace(control=named)

    def control(self, control: Control) -> Control:
        flight = control.tokens
        return control._replace(
            rev=self.revs[control.rev],
            base_rev=self.tokens[control.base_rev],
            tokens=tuple([(self.tokens[token], at) for token, at in flight]) if flight else flight,
            lineage=self.lineages[control.lineage],
        )

    def client(self, client: Client) -> Client:
        if isinstance(client, Has | Asking | Adopting):
            return client._replace(rev=self.revs[client.rev])
        if isinstance(client, Verifying | Healing):
            return client._replace(rev=self.revs[client.rev], control=self.control(client.control))
        if isinstance(client, Loading):
            return Loading(client.kind, self.row(client.snapshot))
        if isinstance(client, Settling):
            return Settling(client.kind, self.lineages[client.lineage])
        return self.rebasing(client) if isinstance(client, Rebasing) else client

    def rebasing(self, held: Rebasing) -> Rebasing:
        snapshot = None if held.snapshot is None else self.row(held.snapshot)
        return held._replace(rev=self.revs[held.rev], snapshot=snapshot)

    def worker(self, worker: Worker) -> Worker:
        tokens, revs = self.tokens, self.revs
        if isinstance(worker, Claimed):
            return worker._replace(
                token=tokens[worker.token], rev=revs[worker.rev], base_rev=tokens[worker.base_rev]
            )
        if isinstance(worker, Committed):
            return worker._replace(token=tokens[worker.token], rev=revs[worker.rev])
        if isinstance(worker, Mismatched):
            row_rev, token, rev = tokens[worker.row_rev], tokens[worker.token], revs[worker.rev]
            return worker._replace(row_rev=row_rev, token=token, rev=rev)
        return self.rebasing(worker) if isinstance(worker, Rebasing) else worker

    def mind(self, mind: Mind) -> Mind:
        if not mind.told:
            return mind
        told = [(making, version, self.lineages[lineage]) for making, version, lineage in mind.told]
        return mind._replace(told=tuple(told))


def canonical(state: State, protocol: Protocol, *, reduce: bool = True) -> State:
    if reduce:
        state = reduced(state, protocol)
    numbered = _numbered(state, protocol)
    ordered = _ordered(numbered)
    return numbered if ordered is numbered else _numbered(ordered, protocol)


def distinguished(state: State, protocol: Protocol, number: int) -> State:
    """The state with a number of its own for the token just drawn, all others as they are."""
    fresh = _Same({FRESH: number})
    return _renamed(state, _Renaming(fresh, fresh if protocol.random_revisions else _Same(), fresh))


def _ordered(state: State) -> State:
    """Clients and workers are alike: sorted, lock and memories taken along. The same object if they were."""
    clients, workers, lock, minds = state.clients, state.workers, state.lock, state.minds
    if len(clients) == _PAIR and (clients[1], minds[1], -lock) < (clients[0], minds[0], -1):  # by kind
        lock = lock if lock in (FREE, ORPHANED) else 3 - lock
        state = state._replace(lock=lock, clients=(clients[1], clients[0]), minds=(minds[1], minds[0]))
    if len(workers) == _PAIR and workers[1] < workers[0]:  # type: ignore[operator] # the kind comes first
        state = state._replace(workers=(workers[1], workers[0]))
    return state


def _numbered(state: State, protocol: Protocol) -> State:
    revisions = Names(_DEAD) if protocol.random_revisions else _Same()
    return _renamed(state, _Renaming(Names(_DEAD), revisions, Names(_DEAD)))


def _renamed(state: State, names: _Renaming) -> State:
    return State(
        database=names.row(state.database),
        redis=names.redis(state.redis),
        disk=None if state.disk is None else names.redis(state.disk),
        backup=None if state.backup is None else names.row(state.backup),
        lock=state.lock,
        clients=tuple([names.client(client) for client in state.clients]),
        workers=tuple([names.worker(worker) for worker in state.workers]),
        minds=tuple([names.mind(mind) for mind in state.minds]),
        history=state.history,
    )
