"""What is a character's and not in the inventory: given for a trade, or waiting in the inbox."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.foresight import IN_INBOX, IN_TRADE, Affected, GivenAway, Oddity
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.doing.additions import Additions
from apps.game_core.modules.inventory.inventory.logic.foreseeing.comparison import RulesCompared, of_itself
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.snapshot import InboxGrant


def given_foreseen(given: Iterable[GivenAway], compared: RulesCompared) -> Iterator[Affected]:
    for each in given:
        for item in each.items:
            oddities = compared.told(item.base_id, *_of_itself(item, compared))
            if oddities is not None:
                yield Affected(item.id, item.base_id, item.quantity, IN_TRADE, oddities, each.trade)


def waiting_foreseen(
    grants: Iterable[InboxGrant], stuck: Collection[int], compared: RulesCompared
) -> Iterator[Affected]:
    """`stuck` are rows that would come by the rules in use, and not by the others."""
    for grant in grants:
        late = {Oddity.STUCK} if grant.inbox_id in stuck else set[Oddity]()
        trade = grant.parcel.trade if grant.parcel else None
        for item_id, base_id, quantity, (now, then) in _contents(grant, compared):
            oddities = compared.told(base_id, now, then | late)
            if oddities is not None:
                yield Affected(item_id, base_id, quantity, IN_INBOX, oddities, trade, grant.inbox_id)


def left_waiting(
    session: InventorySession, grants: Sequence[InboxGrant], rules: Rules, additions: Additions
) -> set[int]:
    """The rows that stay in the inbox when all are delivered in their order."""
    left = set[int]()
    for grant in grants:
        try:
            session, _ = apply(session, additions.deliver(grant), rules)
        except OperationRefusedError:
            left.add(grant.inbox_id)
    return left


def _contents(
    grant: InboxGrant, compared: RulesCompared
) -> Iterator[tuple[int | None, str, int, tuple[set[Oddity], set[Oddity]]]]:
    """Things, or pieces that will come in stacks of the size that is allowed then; what is odd about them."""
    if grant.parcel is None:
        gone = [_gone(grant.base_id, rules) for rules in (compared.now, compared.then)]
        yield None, grant.base_id, grant.quantity, (gone[0], gone[1])
        return
    for item in grant.parcel.items:
        yield item.id, item.base_id, item.quantity, _of_itself(item, compared)


def _of_itself(item: Item, compared: RulesCompared) -> tuple[set[Oddity], set[Oddity]]:
    return {*of_itself(item, compared.now)}, {*of_itself(item, compared.then)}


def _gone(base_id: str, rules: Rules) -> set[Oddity]:
    return {Oddity.GONE} if rules.catalog.get(base_id) is None else set()
