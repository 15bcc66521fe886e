"""What is a character's and in no bag, by the database and by what it does not know yet."""

from collections.abc import Iterator, Sequence

from apps.game_core.modules.inventory.foresight import Elsewhere, GivenAway
from apps.game_core.modules.inventory.inventory.logic.sessions.traded import gives_of
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InboxGrant


def in_trades(elsewhere: Elsewhere, pending: Sequence[LedgerEntry]) -> Iterator[GivenAway]:
    """What waits in trades, written or not."""
    written = {(each.trade, each.mark) for each in elsewhere.given}
    yield from (each for each in elsewhere.given if each.open)
    for give in gives_of(pending):
        if (give.trade, give.own_mark) not in written:
            yield GivenAway(give.trade, give.own_mark, give.items)


def unreceived(elsewhere: Elsewhere, pending: Sequence[LedgerEntry]) -> list[InboxGrant]:
    """What waits in the inbox, and has not come unwritten."""
    received = {entry.op_id for entry in pending}
    return [row for row in elsewhere.inbox if inbox_id(row.inbox_id) not in received]
