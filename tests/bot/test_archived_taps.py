"""A button whose operation is in a file by now is answered like any other that did its work long ago."""

import pytest

from apps.game_core.modules.inventory.contracts import AddCoins
from apps.game_core.modules.merchant import prices
from bot.callbacks.buttons import Act, Do, Speak
from bot.callbacks.makers import Acts, Shops
from bot.callbacks.shops import Shop
from bot.handlers import acting, lobby, merchant
from tests.bot.conftest import USER, Played, Stage
from tests.integration.test_archived_ids import archived
from tests.support.world import World

DONE = {"en": "That is done already.", "ru": "Это уже сделано."}


async def button(stage: Stage, name: str) -> Act | Shop:
    """Some that were tapped, and did what they say."""
    acts = Acts(USER, await stage.stamp())
    if name == "bought":
        bread = Shops(USER, await stage.stamp()).buy(prices.key("bread"), 1, 3)
        await stage.tap(merchant.deal, bread)
        return bread
    if name == "dropped all":
        tapped = acts.quantity(Do.DROP, (await stage.item("iron_ore")).id, 12)
    elif name == "taken back":
        tapped = acts.quantity(Do.DROP, (await stage.item("iron_ore")).id, 5)
        await stage.tap(acting.act, tapped)
        tapped = tapped.undoing()
    else:
        tapped = acts.item(Do.USE, (await stage.item("health_potion")).id)
    await stage.tap(acting.act, tapped)
    return tapped


def told(played: Played) -> tuple[str | None, bool]:
    return played.answer.text, bool(played.answer.show_alert)


@pytest.mark.parametrize("name", ["used", "dropped all", "taken back", "bought"])
@pytest.mark.parametrize("forgotten", [False, True])
async def test_what_is_archived_is_told_as_done_already(stage: Stage, name: str, *, forgotten: bool) -> None:
    await stage.core.gateway.perform(stage.char_id, AddCoins(amount=100))
    tapped = await button(stage, name)
    handler = merchant.deal if isinstance(tapped, Shop) else acting.act
    at_once = told(await stage.tap(handler, tapped))
    before = await stage.view()
    await archived(World(stage.core), stage.char_id, forgotten=forgotten)

    for language, words in DONE.items():
        await stage.tap(lobby.speak, Speak(owner=USER, language=language))
        later = await stage.tap(handler, tapped)

        assert told(later) == (words, False)
        assert later.text
        assert not [label for label in later.labels if label.startswith("↩️")]
    assert at_once == (DONE["en"], False)
    assert await stage.view() == before
