"""The way to every screen of the contact sheets, without the camera."""

import pytest

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tools.pictures.contact_sheets.cases import Case
from tools.pictures.contact_sheets.extremes import EVERYTHING, GEAR, NOTHING, SIZES
from tools.pictures.contact_sheets.sheets import set_up
from tools.pictures.contact_sheets.subjects import SUBJECTS


async def test_every_screen_is_reached_with_the_bag_and_the_name_wanted(
    client: SandboxClient, process: Process
) -> None:
    shown = {}
    for user, subject in enumerate(SUBJECTS, 1001):
        walk = await set_up(client, process, user, Case(subject, "en", 10, "markup"))
        shown[subject.title] = (await walk.player.menu()).text

    assert len(set(shown.values())) == len(SUBJECTS), "two ways lead to one screen"
    assert "🎒\u00a010\u00a0/\u00a030" in shown["main"]
    for subject in SUBJECTS:
        assert subject.named == ("<b>&amp;</b>" in shown[subject.title])


@pytest.mark.parametrize("gear", [NOTHING, EVERYTHING])
@pytest.mark.parametrize("size", SIZES)
async def test_a_hero_has_what_is_wanted_and_has_come_by_it_in_the_game(
    client: SandboxClient, process: Process, size: int, gear: str
) -> None:
    walk = await set_up(client, process, 1001, Case(SUBJECTS[0], "en", size, "plain", gear))
    view = await walk.view()

    assert len(view.backpack) == size
    assert {each.slot: each.item.base_id for each in view.equipped if each.item} == GEAR[gear].worn
    quick = {item.base_id: item.quantity for item in view.quick_slots if item}
    assert quick == GEAR[gear].quick
    assert not view.stats.is_overweight
    await process.core.gateway.sync_inventory(view.char_id)
    audited = [found async for found in Audit(PostgresHistories(process.core.engine)).run()]
    assert audited == [(view.char_id, [])]
