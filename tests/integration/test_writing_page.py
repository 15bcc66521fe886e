"""docs/writing-a-module.md: its module, as it stands there, at work on real servers."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from apps.game_core.modules.inventory.contracts import (
    MAX_COINS,
    AddCoins,
    Batch,
    EquipItem,
    LookBack,
    Perform,
    WearBest,
)
from apps.game_core.modules.inventory.keeping_errors import (
    NotEnoughCoinsError,
    NotEnoughError,
    NothingNewError,
)
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat
from tests.integration.test_audit import findings
from tests.support.world import World

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "writing-a-module.md").read_text(encoding="utf-8")
CODE, CRIER = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def smithy(tmp_path: Path) -> Iterator[ModuleType]:
    with imported(tmp_path / "smithy.py", CODE) as module:
        yield module


@pytest.fixture
def crier(tmp_path: Path) -> Iterator[ModuleType]:
    with imported(tmp_path / "crier.py", CRIER) as module:
        yield module


@contextmanager
def imported(path: Path, code: str) -> Iterator[ModuleType]:
    path.write_text(code, encoding="utf-8")
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[path.stem]


async def customer(world: World) -> int:
    """With thirty coins that are no news any more."""
    char_id = await world.character()
    await world.gateway.perform(char_id, AddCoins(amount=30, announced=True))
    return char_id


async def test_an_order_is_made_once_and_answered_alike(world: World, smithy: ModuleType) -> None:
    char_id = await customer(world)
    smithy.Smithy(world.core.router).register()
    order = smithy.Forge(char_id, "helmet", "order 7")

    first = await world.core.router.ask(order)
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.flushall()
    again = await world.core.router.ask(order)

    assert again == first
    [helmet] = [row for row in (await world.rows(char_id)).values() if row.base_id == "iron_helmet"]
    assert (helmet.rarity, helmet.affixes) == (first.rarity, {Stat.ARMOR: first.armor})
    assert first.rarity in (Rarity.RARE, Rarity.UNCOMMON)
    assert [await world.pieces(char_id, each) for each in ("iron_ore", "bread", "iron_helmet")] == [7, 2, 1]
    assert (await world.gateway.view(char_id)).coins == 10
    assert await findings(world) == []
    with pytest.raises(NothingNewError):
        await world.gateway.perform(char_id, LookBack())


async def test_without_the_last_ingredient_the_others_stay(world: World, smithy: ModuleType) -> None:
    char_id = await customer(world)
    smithy.Smithy(world.core.router).register()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id)

    with pytest.raises(NotEnoughError) as refused:
        await world.core.router.ask(smithy.Forge(char_id, "helmet", "order 7"))

    assert refused.value.item == "Loaf of Bread"
    assert await world.pieces(char_id, "iron_ore") == 12
    assert (await world.gateway.view(char_id)).coins == 30


async def test_without_the_fee_everything_stays(world: World, smithy: ModuleType) -> None:
    char_id = await customer(world)
    smithy.Smithy(world.core.router).register()
    await world.core.router.ask(smithy.Forge(char_id, "helmet", "order 7"))

    with pytest.raises(NotEnoughCoinsError):
        await world.core.router.ask(smithy.Forge(char_id, "helmet", "order 8"))

    assert [await world.pieces(char_id, each) for each in ("iron_ore", "bread", "iron_helmet")] == [7, 2, 1]
    assert (await world.gateway.view(char_id)).coins == 10


async def test_a_recipe_without_a_fee_and_a_roll_of_nothing_leave_these_out(
    world: World, smithy: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await world.character()
    smithy.Smithy(world.core.router).register()
    plain = smithy.Recipe({"iron_ore": 5}, 0, "iron_helmet", 0, 0)
    monkeypatch.setitem(smithy.RECIPES, "plain", plain)

    assert (await world.core.router.ask(smithy.Forge(char_id, "plain", "order 7"))).armor == 0

    assert (await world.item(char_id, "iron_helmet")).affixes == {}
    assert await world.pieces(char_id, "iron_ore") == 7


async def test_the_crier_hears_of_a_helmet_that_comes_with_a_set(world: World, crier: ModuleType) -> None:
    world.core.events.subscribe(crier.crier(world.core.router))
    helmeted, bare = await world.character(), await world.character()
    await world.gateway.drop_item(bare, (await world.item(bare, "leather_helmet")).id)
    for char_id in (helmeted, bare):
        best = (await world.gateway.open(char_id)).best_set()
        await world.gateway.perform(char_id, WearBest(shown=best.fingerprint))
        await world.gateway.sync_inventory(char_id)

    assert await world.core.events.round()

    assert [(await world.gateway.view(each)).coins for each in (helmeted, bare)] == [5, 0]


async def wears(world: World, char_id: int) -> None:
    """A helmet, by another module, and again by the player."""
    helmet, boots = [await world.item(char_id, kind) for kind in ("leather_helmet", "leather_boots")]
    await world.core.router.ask(Perform(char_id, Batch.of(EquipItem(item_id=helmet.id)), "worn"))
    await world.gateway.unequip_item(char_id, Slot.HEAD)
    for item in (boots, helmet):
        await world.gateway.equip_item(char_id, item.id)
    await world.gateway.sync_inventory(char_id)


async def test_the_crier_hears_of_each_helmet_and_pays_once(world: World, crier: ModuleType) -> None:
    world.core.events.subscribe(crier.crier(world.core.router))
    char_id = await world.character()
    await wears(world, char_id)

    assert await world.core.events.round()
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.flushall()
    await world.execute("UPDATE event_cursors SET written_in = '0', char_id = 0, version = 0")
    assert await world.core.events.round(), "all of it is heard again"

    [bread] = await world.query("SELECT base_id, quantity, grant_key FROM inventory_inbox")
    assert tuple(bread) == ("bread", 1, "crier:helmet")
    assert (await world.gateway.view(char_id)).coins == 5
    await world.gateway.sync_inventory(char_id)
    assert await findings(world) == []


async def test_a_purse_that_is_full_holds_up_nobody(world: World, crier: ModuleType) -> None:
    world.core.events.subscribe(crier.crier(world.core.router))
    rich, poor = await world.character(), await world.character()
    await world.gateway.perform(rich, AddCoins(amount=MAX_COINS))
    for char_id in (rich, poor):
        await wears(world, char_id)

    assert await world.core.events.round()

    assert [(await world.gateway.view(each)).coins for each in (rich, poor)] == [MAX_COINS, 5]
    assert len(await world.query("SELECT * FROM inventory_inbox")) == 2
