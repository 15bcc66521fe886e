"""A state of the model, and what leads from one to the next."""

from typing import Any, NamedTuple, TypeVar

from tools.explorer.actors import (
    AT_REST,
    Adopting,
    Client,
    Healing,
    Idle,
    Rebasing,
    Recording,
    Settling,
    Verifying,
    Worker,
)
from tools.explorer.parts import BLANK, NOTHING, Database, History, Mind, Redis

FREE, ORPHANED = 0, 9  # the load lock: nobody's, or of somebody who died; else 1 + the client's number


class State(NamedTuple):
    """`minds` are the memories of the clients' processes, in the clients' order."""

    database: Database
    redis: Redis
    disk: Redis | None
    backup: Database | None
    lock: int
    clients: tuple[Client, ...]
    workers: tuple[Worker, ...]
    minds: tuple[Mind, ...]
    history: History


class Step(NamedTuple):
    """`broken` names an invariant of the step itself."""

    label: str
    state: State
    broken: str | None = None


class Actor(NamedTuple):
    is_client: bool
    number: int

    def __str__(self) -> str:
        return f"{'client' if self.is_client else 'worker'} {self.number + 1}"


def initial(clients: int, workers: int) -> State:
    return State(
        database=Database(0, 1, 1, 1, 1, 0, 0, 0, False, 0, 0, 0, True, (), 0),
        redis=NOTHING,
        disk=None,
        backup=None,
        lock=FREE,
        clients=(AT_REST,) * clients,
        workers=(AT_REST,) * workers,
        minds=(BLANK,) * clients,
        history=History(0, 0, 0, 0, 0, 0, 0, (), 0, 0),
    )


def with_bases(state: State, rev: int, *, moved: bool) -> State:
    """The base of the session with this revision changed under whoever has read it, or came back."""
    return state._replace(
        clients=tuple([_moved(client, rev, moved=moved) for client in state.clients]),
        workers=tuple([_moved(worker, rev, moved=moved) for worker in state.workers]),
    )


_Any = TypeVar("_Any", bound=tuple[object, ...])


def _moved(actor: _Any, rev: int, *, moved: bool) -> _Any:
    if isinstance(actor, Rebasing | Verifying | Adopting | Healing) and actor.rev == rev:
        return actor._replace(moved=moved)  # type: ignore[return-value] # of the type that it had
    return actor


def with_worker(state: State, number: int, worker: Worker) -> State:
    return state._replace(workers=_put(state.workers, number, worker))


def with_client(state: State, number: int, client: Client) -> State:
    return state._replace(clients=_put(state.clients, number, client))


def with_actor(state: State, actor: Actor, activity: Rebasing | Recording | Idle | Settling) -> State:
    if actor.is_client:
        return state._replace(clients=_put(state.clients, actor.number, activity))
    return state._replace(workers=_put(state.workers, actor.number, activity))


def with_mind(state: State, number: int, mind: Mind) -> State:
    return state._replace(minds=_put(state.minds, number, mind))


def _put(row: tuple[Any, ...], number: int, value: object) -> tuple[Any, ...]:
    return (*row[:number], value, *row[number + 1 :])
