"""Who trades with whom and what may happen; and every operation that can come of it, as a bit."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import NamedTuple

from tools.explorer.trading.goods import COIN, holds, named, piece

_COINS = COIN.bit_length() - 1


class Kind(IntEnum):
    """What is given leaves the bag; it comes from the inbox, the other's or back; or is used up."""

    GIVE = 0
    GET = 1
    BACK = 2
    USE = 3


class Op(NamedTuple):
    """`own` and `theirs` are the marks of both halves of the table, as the giver or receiver sees them."""

    kind: Kind
    trade: int
    own: int
    theirs: int
    change: int

    @property
    def takes(self) -> int:
        return max(0, -self.change)


@dataclass(frozen=True)
class Rules:
    """Every protection; the defaults are the design."""

    compares_fingerprints: bool = True
    marks_are_random: bool = True
    escrow: bool = True
    writes_are_fenced: bool = True
    gives_and_settles_at_once: bool = True
    posts_both_at_once: bool = True
    overdue_trades_end: bool = True
    expiry_compares: bool = True
    deletion_ends_trades: bool = True
    receipts_need_their_row: bool = True
    checking_looks_at_receipts: bool = True
    change_clears_confirmation: bool = True
    giving_checks_the_bag: bool = True
    ending_gives_back: bool = True
    other_run_clears_table: bool = True


@dataclass(frozen=True)
class World:
    """`offers` are what each character lays on the table, one after the other; `pairs` the trades.

    `losses`: Redis loses a session, or (`rewinds`) comes back with an older one. `late`: writes outlive that.
    `heals`: a process that knows what was given makes it again. `patience`: nobody leaves a table, no
    clean session expires, and no worker dies.
    """

    offers: tuple[tuple[int, ...], ...] = ((piece(0),), (piece(1),))
    pairs: tuple[tuple[int, int], ...] = ((0, 1),)
    coins: int = 0
    losses: int = 0
    rewinds: bool = False
    late: bool = False
    heals: bool = False
    restores: int = 0
    deaths: int = 0
    uses: bool = False
    patience: bool = False

    @property
    def characters(self) -> range:
        return range(len(self.offers))

    @property
    def in_words(self) -> str:
        numbers = {name: value for name, value in vars(self).items() if isinstance(value, int) and value}
        tables = " and ".join(str(len(each)) for each in self.offers)
        return ", ".join([f"tables {tables}", f"trades {len(self.pairs)}", *_counted(numbers)])

    def other(self, trade: int, character: int) -> int:
        first, second = self.pairs[trade]
        return second if character == first else first

    def born_with(self, character: int) -> int:
        return piece(character) + self.coins * COIN

    def marks(self, character: int) -> range:
        return range(len(self.offers[character]))


def _counted(numbers: Mapping[str, int]) -> list[str]:
    return [f"{name} {number:d}" for name, number in numbers.items()]


class Book:
    """The operations of a world: their bits, and what a set of them makes of a bag."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ops = tuple([tuple(_operations(world, each)) for each in world.characters])
        self._bits = [{op[:4]: 1 << at for at, op in enumerate(ops)} for ops in self.ops]
        self.of = cache(self._of)
        self.goods = cache(self._goods)
        self.fair = cache(self.is_fair)
        self.total = sum(map(world.born_with, world.characters))

    def bit(self, character: int, kind: Kind, trade: int, own: int, theirs: int) -> int:
        return self._bits[character][kind, trade, own, theirs]

    def _of(self, character: int, mask: int) -> tuple[tuple[int, Op], ...]:
        """Each bit of the mask with its operation."""
        ops = self.ops[character]
        return tuple([(1 << at, op) for at, op in enumerate(ops) if mask >> at & 1])

    def _goods(self, character: int, mask: int) -> int:
        changes = sum(op.change for _, op in self.of(character, mask))
        return self.world.born_with(character) + changes

    def owned(self, character: int, row: int, posted: int) -> int:
        """All that is in the bag, that waits in the inbox, and that was used up."""
        waiting = sum([op.change for _, op in self.of(character, posted & ~row)])
        return self.goods(character, row) + waiting + self.used(character, row)

    def used(self, character: int, mask: int) -> int:
        return sum([op.takes for _, op in self.of(character, mask) if op.kind is Kind.USE])

    def receipts(self, character: int, mask: int) -> int:
        """Those of these operations that bring something from the inbox."""
        return sum([bit for bit, op in self.of(character, mask) if op.kind in (Kind.GET, Kind.BACK)])

    def is_fair(self, character: int, mask: int) -> bool:
        """Whether a bag holds less than nothing of no kind, and no piece twice; summed kind by kind."""
        born, ops = self.world.born_with(character), self.of(character, mask)
        for shift, most in (*((4 * each, 1) for each in self.world.characters), (_COINS, 7)):
            count = born >> shift & 7
            for _, op in ops:
                count += (abs(op.change) >> shift & 7) * (1 if op.change > 0 else -1)
            if not 0 <= count <= most:
                return False
        return True

    def label(self, op: Op) -> str:
        verb = {Kind.GIVE: "gives", Kind.GET: "gets", Kind.BACK: "gets back", Kind.USE: "uses up"}[op.kind]
        what = f"{verb} {named(abs(op.change))}"
        return (
            what if op.kind is Kind.USE else f"{what} for table {op.own}/{op.theirs} of trade {op.trade + 1}"
        )

    def can(self, character: int, mask: int, op: Op) -> bool:
        return holds(self.goods(character, mask), op.takes)


def _operations(world: World, character: int) -> list[Op]:
    found = [Op(Kind.USE, 0, 0, 0, -piece(character))] if world.uses else []
    for trade, pair in enumerate(world.pairs):
        if character in pair:
            other = world.other(trade, character)
            for own in world.marks(character):
                for theirs in world.marks(other):
                    mine, its = world.offers[character][own], world.offers[other][theirs]
                    table = (trade, own, theirs)
                    found += [Op(Kind.GIVE, *table, -mine), Op(Kind.GET, *table, its)]
                    found.append(Op(Kind.BACK, *table, mine))
    return found
