"""Ports that every part of the core shares."""

from typing import Generic, Protocol, TypeVar

M = TypeVar("M", bound=str)
A = TypeVar("A", bound=str)
R_co = TypeVar("R_co", covariant=True)


class Clock(Protocol):
    """Wall-clock time and the right to wait. Tests replace it to run in scaled time."""

    def now(self) -> float:
        """Unix seconds."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class IdMaker(Protocol):
    def item_id(self) -> int:
        """A new item id: positive, 63 bits, unique without asking any server."""
        ...

    def token(self) -> str:
        """A random token that nobody can guess or repeat: revisions, leases, idempotency keys."""
        ...


class Context(Generic[M, A, R_co]):
    """What a module is asked, as a value. Its type says whom it asks for what, and what the answer is."""

    module: M
    action: A
