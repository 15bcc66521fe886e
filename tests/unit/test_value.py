"""What holds for every value."""

import gc
from collections.abc import Iterator

import apps.game_core.container  # noqa: F401 - with it come all values
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.items.contracts import Stat
from apps.game_core.value import Value, replace


def kinds(base: type[Value] = Value) -> Iterator[type[Value]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_none_ever_changes_and_the_garbage_collector_need_not_look_at_it() -> None:
    others = [each for each in kinds() if each.__struct_config__.gc or not each.__struct_config__.frozen]
    assert others == []
    assert Item in kinds()


def test_the_garbage_collector_does_not_look_at_items() -> None:
    """They have room for their form beside their fields."""
    assert not gc.is_tracked(Item(1, "sword", affixes={Stat.POWER: 1}))


def test_what_is_made_of_an_item_has_not_its_form() -> None:
    item = Item(1, "bread")
    item.keep_form(b"as it was")

    assert not hasattr(replace(item, quantity=2), "form")
