"""What the context assembler is asked and answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from apps.game_core.system.protocols import Context


@dataclass(frozen=True, slots=True)
class Assembled:
    """For each scope the key under which its snapshot waits, for a short time and one reader."""

    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Assemble(Context[Literal["context_assembler"], Literal["assemble"], Assembled]):
    """Scopes that know nothing of the character are missing from the answer.

    `op_ids`: operations whose fate the caller must know, however long ago the ledger took them.
    """

    module = "context_assembler"
    action = "assemble"

    char_id: int
    scopes: tuple[str, ...]
    op_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Peek(Context[Literal["context_assembler"], Literal["peek"], bytes | None]):
    """One scope's snapshot handed over directly, as JSON: to whom shares the process, and needs no key."""

    module = "context_assembler"
    action = "peek"

    char_id: int
    scope: str
