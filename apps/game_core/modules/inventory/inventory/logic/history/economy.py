"""Where pieces and coins come from and where they go, by the ledgers, day by day."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest

from apps.game_core.modules.inventory.history import Edit, History
from apps.game_core.modules.inventory.inventory.logic.history.account import Offence, account_of, newborn
from apps.game_core.modules.inventory.inventory.logic.history.past import Happened, happened
from apps.game_core.modules.inventory.inventory.model import PlacedItem
from apps.game_core.modules.inventory.inventory.operation_ids import STARTER, is_inbox, is_tap
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive

DAY = 86_400
COINS = "Coins"
"""Counted as if they were a kind of item: of none, for its letters would be small."""
RICHEST = 10
EDIT, INBOX = "edit by SQL", "inbox"


@dataclass(slots=True)
class Economy:
    """Of one inventory, or of many. Days count from 1970, in UTC.

    `flows` are pieces by day, base_id and cause; below zero they went. `owned` are pieces by base_id as the
    database has them; of these `unexplained` are more, or fewer, than ledgers and recorded edits come to.
    `gains` says by day and base_id how many characters got how many pieces on balance, `most` who got the
    most of them: pieces and character. `richest` are what is owned comes to in gold, coins included, and the
    character. `unread` are characters whose ledgers nobody can read. `ungiven` came out of trades, and nobody
    gave it, or was given and is nowhere (below zero): by base_id, and of no inventory. Of what was done up to
    `archived` (Unix seconds) some is in files, and missing among the flows.
    """

    inventories: int = 0
    flows: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    owned: Counter[str] = field(default_factory=Counter)
    unexplained: Counter[str] = field(default_factory=Counter)
    gains: dict[tuple[int, str], Counter[int]] = field(default_factory=dict)
    most: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    richest: list[tuple[int, int]] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)
    ungiven: Counter[str] = field(default_factory=Counter)
    archived: int = 0

    def add(self, other: "Economy") -> None:
        self.inventories += other.inventories
        self.flows.update(other.flows)
        self.owned.update(other.owned)
        self.unexplained.update(other.unexplained)
        self.ungiven.update(other.ungiven)
        self.unread |= other.unread
        self.archived = max(self.archived, other.archived)
        for key, gains in other.gains.items():
            self.gains.setdefault(key, Counter()).update(gains)
            self.most[key] = max(self.most.get(key, (0, 0)), other.most[key])
        self.richest = nlargest(RICHEST, (*self.richest, *other.richest))

    @property
    def kinds(self) -> set[str]:
        """All of which there is anything to say."""
        odd = {base_id for base_id, pieces in self.ungiven.items() if pieces}
        return {*self.owned, *(base_id for _, base_id, _ in self.flows), *self.unexplained, *odd}

    @property
    def edited(self) -> Counter[str]:
        """Pieces by base_id that came, or went, by edits."""
        pieces = Counter[str]()
        for (_, base_id, cause), number in self.flows.items():
            if cause == EDIT:
                pieces[base_id] += number
        return pieces


def economy_of(history: History, since: int, prices: Mapping[str, int]) -> Economy:
    """Of one inventory; flows from `since` (Unix seconds) on. What nobody can read explains nothing.

    `prices` are in gold, by base_id; what has none is worth nothing.
    """
    begun = account_of(history)
    account = begun or newborn(history)
    had = _owned(account.rows.values(), account.purse.coins)
    flows: Counter[tuple[int, str, str]] = Counter()
    if history.born_at is not None and history.born_at >= since:
        _flow(flows, history.born_at, STARTER, had)
    unread = bool(history.unreadable) or (history.checkpoint is not None and begun is None)
    for each in happened(history, ()):
        offences = list(account.edit(each) if isinstance(each, Edit) else account.enter(each))
        unread = unread or any(offence is Offence.UNREADABLE for offence, _ in offences)
        has = _owned(account.rows.values(), account.purse.coins - account.purse.untold)
        has = _less(has, account.untold)
        if each.at >= since:
            _flow(flows, each.at, _cause(each), _less(has, had))
        had = has
    owned = _owned(history.snapshot.items, history.snapshot.coins)
    gains = _gains(flows)
    char_id = history.snapshot.char_id
    worth = sum(prices.get(base_id, 0) * pieces for base_id, pieces in owned.items())
    return Economy(
        inventories=1,
        flows=flows,
        owned=owned,
        unexplained=_less(owned, had),
        gains={key: Counter({pieces: 1}) for key, pieces in gains.items()},
        most={key: (pieces, char_id) for key, pieces in gains.items()},
        richest=[(worth + history.snapshot.coins, char_id)],
        unread={char_id} if unread else set(),
        archived=history.checkpoint.at if history.checkpoint else 0,
    )


def _cause(each: Happened) -> str:
    """What was done; by which module, if no button of the player's was behind it."""
    if isinstance(each, Edit):
        return EDIT
    if is_inbox(each.op_id):
        return each.kind if each.kind == Receive.kind else INBOX
    module, colon, _ = each.op_id.partition(":")
    return each.kind if is_tap(each.op_id) or not colon else f"{each.kind} ({module})"


def _owned(rows: Iterable[PlacedItem], coins: int) -> Counter[str]:
    pieces = Counter({COINS: coins} if coins else {})
    for placed in rows:
        pieces[placed.item.base_id] += placed.item.quantity
    return pieces


def _less(these: Counter[str], those: Counter[str]) -> Counter[str]:
    """The difference, without what is equal; unlike Counter's own it may be below zero."""
    left = {base_id: these[base_id] - those[base_id] for base_id in these.keys() | those.keys()}
    return Counter({base_id: pieces for base_id, pieces in left.items() if pieces})


def _flow(flows: Counter[tuple[int, str, str]], at: int, cause: str, pieces: Counter[str]) -> None:
    for base_id, number in pieces.items():
        flows[at // DAY, base_id, cause] += number


def _gains(flows: Counter[tuple[int, str, str]]) -> Counter[tuple[int, str]]:
    """What was got on balance: what only left for the ground and came back is none."""
    balance: Counter[tuple[int, str]] = Counter()
    for (day, base_id, cause), pieces in flows.items():
        if cause != STARTER:
            balance[day, base_id] += pieces
    return +balance
