"""docs/writing-a-module.md: its module, as it stands there, at work on real servers."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from apps.game_core.modules.inventory.contracts import LookBack
from apps.game_core.modules.inventory.keeping_errors import NotEnoughError, NothingNewError
from apps.game_core.modules.items.contracts import Rarity, Stat
from tests.integration.test_audit import findings
from tests.support.world import World

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "writing-a-module.md").read_text(encoding="utf-8")
[CODE] = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def smithy(tmp_path: Path) -> Iterator[ModuleType]:
    path = tmp_path / "smithy.py"
    path.write_text(CODE, encoding="utf-8")
    spec = spec_from_file_location("smithy", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["smithy"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["smithy"]


def test_it_is_short_and_imports_nothing_of_the_game_but_contracts_and_the_router() -> None:
    imported = {node.module for node in ast.walk(ast.parse(CODE)) if isinstance(node, ast.ImportFrom)}
    ours = {name for name in imported if name and name.startswith("apps.")}

    assert len(CODE.splitlines()) <= 100
    assert {name for name in ours if not name.endswith(".contracts")} == {
        "apps.game_core.system.core_router",
        "apps.game_core.system.protocols",
    }


async def test_an_order_is_made_once_and_answered_alike(world: World, smithy: ModuleType) -> None:
    char_id = await world.character()
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
    assert await findings(world) == []
    with pytest.raises(NothingNewError):
        await world.gateway.perform(char_id, LookBack())


async def test_without_the_last_ingredient_the_others_stay(world: World, smithy: ModuleType) -> None:
    char_id = await world.character()
    smithy.Smithy(world.core.router).register()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id)

    with pytest.raises(NotEnoughError) as refused:
        await world.core.router.ask(smithy.Forge(char_id, "helmet", "order 7"))

    assert refused.value.item == "Loaf of Bread"
    assert await world.pieces(char_id, "iron_ore") == 12
