"""A build that is slowed on purpose misses its floors, whatever else the machine does: what counts is CPU."""

import time
from copy import deepcopy
from typing import Any
from unittest.mock import patch

from apps.game_core.container import Core
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from apps.game_core.settings import CoreSettings
from bot.views.ui import Ui
from tools.bench import figures, store_figures, tap_figures
from tools.bench.baselines import NaiveInventory
from tools.bench.figures import Finding, Grade
from tools.bench.stage import make_players, two_swords

SLOW = 0.03
"""Seconds of CPU: many times what an equip or a tap takes."""
NO_FLOOR = {Grade.MISSED, Grade.UNSURE}


def burn(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


async def test_a_slow_change_misses_the_floor_of_equips(core: Core) -> None:
    [made] = await make_players(core, 1)
    naive = await store_figures.as_naive(core, made.char_id)
    swords = {made.char_id: two_swords(await core.gateway.view(made.char_id))}
    equip = InventoryGateway.equip_item

    async def slowed(*args: Any, **kwargs: Any) -> Any:
        burn(SLOW)
        return await equip(*args, **kwargs)

    async def measured() -> Finding:
        await NaiveInventory(core.redis).save(made.char_id, deepcopy(naive))
        found = [each async for each in store_figures.equips(core, swords, 2, 1)]
        return next(each for each in found if each.figure is figures.EQUIP_CPU)

    as_it_is = await measured()
    with patch.object(InventoryGateway, "equip_item", slowed):
        as_slowed = await measured()

    assert as_slowed.value < figures.EQUIP_CPU.floor
    assert as_slowed.value < as_it_is.value / 3
    assert as_slowed.verdict in NO_FLOOR


async def test_a_page_that_looks_at_everything_misses_the_floor_of_pages(
    settings: CoreSettings, core: Core
) -> None:
    html = Ui.html

    def slowed(ui: Ui, template: str, **values: Any) -> str:
        if template == "backpack":
            burn(len(values["page"].found) * SLOW / 100)
        return html(ui, template, **values)

    size = tap_figures.Size(players=1, each=2, repetitions=1, large=300)
    with patch.object(Ui, "html", slowed):
        found = [each async for each in tap_figures.measure(settings, size)]

    page = next(each for each in found if each.figure is figures.GROWN_PAGE)
    assert page.value > figures.GROWN_PAGE.floor
    assert page.verdict in NO_FLOOR
