"""What changed item files would do to what is in no bag: the rules themselves are the judge, as for bags."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import pytest

from apps.game_core.adapters.process import RandomIds
from apps.game_core.modules.inventory.errors import TooHeavyError
from apps.game_core.modules.inventory.foresight import Affected, GivenAway, Oddity
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.doing.additions import Additions
from apps.game_core.modules.inventory.inventory.logic.foreseeing.absent import (
    given_foreseen,
    left_waiting,
    waiting_foreseen,
)
from apps.game_core.modules.inventory.inventory.logic.foreseeing.comparison import RulesCompared
from apps.game_core.modules.inventory.inventory.model import InventorySession, Parcel
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.modules.items.contracts import Catalog
from tests.unit.inventory.test_foresight import NOW, entry, then
from tools.support.bags import bag, item, stamp
from tools.support.clocks import AdjustableClock

_rows = count(1)


@dataclass(frozen=True)
class Loaded:
    current: Catalog


def additions(rules: Rules) -> Additions:
    return Additions(Loaded(rules.catalog), AdjustableClock(), RandomIds())


def grant(base_id: str, quantity: int = 1, parcel: Parcel | None = None) -> InboxGrant:
    return InboxGrant(next(_rows), 1, base_id, quantity, parcel=parcel)


def forecast(session: InventorySession, grants: Sequence[InboxGrant], changed: Rules) -> list[Affected]:
    now, late = (left_waiting(session, grants, rules, additions(rules)) for rules in (NOW, changed))
    return list(waiting_foreseen(grants, late - now, RulesCompared(NOW, changed, stamp()["at"])))


@pytest.mark.parametrize(
    ("quantity", "max_stack", "oddities"),
    [(3, 4, ()), (5, 4, (Oddity.OVERSTACKED,)), (5, None, (Oddity.GONE,))],
)
def test_things_in_trades_and_parcels_are_as_odd_as_in_a_bag(
    quantity: int, max_stack: int | None, oddities: tuple[Oddity, ...]
) -> None:
    bread, ore = item("bread", quantity), item("iron_ore")
    changed = then(bread=entry("bread", max_stack=max_stack) if max_stack else None)
    [given] = given_foreseen([GivenAway(7, 1, (bread, ore))], RulesCompared(NOW, changed, stamp()["at"]))
    sent = grant("", parcel=Parcel(8, 1, (bread, ore)))

    assert given == Affected(bread.id, "bread", quantity, "trade", oddities, 7)
    assert forecast(bag(), [sent], changed) == [
        Affected(bread.id, "bread", quantity, "inbox", oddities, 8, sent.inbox_id)
    ]


def test_a_gift_comes_in_stacks_of_the_new_size() -> None:
    [piece] = forecast(bag(), [grant("bread", 5)], then(bread=entry("bread", max_stack=4)))
    assert (piece.item_id, piece.quantity, piece.oddities) == (None, 5, ())


def test_a_gift_of_a_kind_that_goes_stays_in_the_inbox() -> None:
    [piece] = forecast(bag(), [grant("bread", 5)], then(bread=None))
    assert piece.oddities == (Oddity.GONE, Oddity.STUCK)


def test_what_would_be_too_heavy_for_a_bag_that_becomes_heavy_is_named_though_its_kind_stays() -> None:
    session, waiting = bag(item("iron_ore", 5)), grant("bread")
    changed = then(iron_ore=entry("iron_ore", weight=10**6))

    [piece] = forecast(session, [waiting], changed)

    assert (piece.base_id, piece.oddities, piece.inbox_row) == ("bread", (Oddity.STUCK,), waiting.inbox_id)
    with pytest.raises(TooHeavyError):
        apply(session, additions(changed).deliver(waiting), changed)


def test_what_finds_no_room_as_it_is_is_no_news() -> None:
    crammed = bag(item("iron_ore", 5), max_slots=1)
    changed = then(iron_ore=entry("iron_ore", weight=10**6))

    assert forecast(crammed, [grant("bread")], changed) == []


def test_what_comes_first_takes_the_room_of_what_comes_after_it() -> None:
    """Ore that comes in two stacks leaves nothing for bread."""
    changed = then(iron_ore=entry("iron_ore", max_stack=1))
    waiting = [grant("iron_ore", 2), grant("bread")]

    found = forecast(bag(max_slots=2), waiting, changed)

    assert [(piece.base_id, piece.oddities) for piece in found] == [
        ("iron_ore", ()),
        ("bread", (Oddity.STUCK,)),
    ]
