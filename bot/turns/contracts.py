"""Whose turn it is to draw a menu, however many bot processes want to."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Claim:
    """A screen that asks to be drawn into a player's menu in a chat.

    `ticket` is its own and no other's. `version` is that of the inventory it shows, 0 when it shows none;
    `update_id` is the update it answers. `seen` is its fingerprint if the player looks at it already.
    `parked`: it was put by before, and counts only as long as no other came. `anew`: in a new message.
    `memory`: under which name the storage of states keeps what it knows of the menu.
    """

    chat_id: int
    user_id: int
    ticket: str
    version: int = 0
    update_id: int = 0
    seen: str = ""
    parked: bool = False
    anew: bool = False
    memory: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw now, and say when it is done.

    `unsure`: an older screen may still be on its way to the messenger. `anew`: an earlier screen that was not
    drawn, perhaps another process's, was to come in a new message. `memory`: what is kept of the menu, if the
    turns have read it along: empty when nothing is.
    """

    unsure: bool = False
    anew: bool = False
    memory: bytes | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet; the claim stands. Ask again after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Past:
    """Nothing to draw: a later screen has come, or the message shows this one."""


Turn = Draw | Wait | Past


@dataclass(frozen=True, slots=True)
class Parked:
    """A screen that was put by until its chat could take it."""

    chat_id: int
    user_id: int
    content: bytes


class Turns(Protocol):
    """The order of screens, the chats' budgets, and how long each chat must be left alone.

    Of two screens of a menu the one of the later inventory version counts, else the one of the later update.
    No method raises because a server is away.
    """

    @property
    def keep_every(self) -> float: ...

    async def ask(self, claim: Claim) -> Turn: ...

    async def keep(self, claim: Claim) -> None:
        """Drawing takes a while. To be called every `keep_every` seconds."""
        ...

    async def done(self, claim: Claim, drawn: str) -> None:
        """Drawing has ended; `drawn` is the fingerprint of what is shown now, empty when nobody knows."""
        ...

    async def spend(self, chat_id: int) -> float:
        """Take one message of the chat's budget. The seconds until it may be sent.

        While the chat must be left alone (`wait_of`) nothing is taken.
        """
        ...

    async def flooded(self, chat_id: int, seconds: float) -> None:
        """The messenger wants the chat left alone for so long."""
        ...

    def wait_of(self, chat_id: int) -> float:
        """The seconds that the chat must be left alone as far as this process knows. Asks nobody."""
        ...

    async def park(self, claim: Claim, content: bytes, seconds: float) -> bool:
        """Put the screen by for so long, where every process finds it. False: there is no such place."""
        ...

    async def due(self) -> list[Parked]:
        """Parked screens whose time has come; each is handed out again if it is not drawn soon."""
        ...

    async def forget(self, user_id: int) -> None:
        """Keep nothing that names the user."""
        ...
