"""How workers divide what is to be written among themselves."""

from typing import Protocol


class ShareLeases(Protocol):
    """Characters are dealt into shares; workers lease them. Every method raises SessionStoreDownError."""

    @property
    def lease(self) -> float:
        """Seconds after which others take over what a worker has that no longer says anything."""
        ...

    @property
    def count(self) -> int:
        """How many shares there are."""
        ...

    async def renew(self) -> frozenset[int]:
        """Have one's part of the shares for another while, by their numbers; there is a share 0."""
        ...

    async def leave(self) -> frozenset[int]:
        """Give one's shares up; returns those that others have."""
        ...
