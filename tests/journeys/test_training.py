"""The training ground, tapped through: from the lobby, from the menu, with gear and potions, to the loot."""

from collections.abc import Awaitable, Callable

import pytest
from aiogram.types import CallbackQuery, Update, User

from apps.game_core.adapters.redis.packed_sessions import PackedSessions
from apps.game_core.modules.inventory.inventory.logic.sessions.kept_sessions import KeptSessions
from bot.callbacks.buttons import Fight, Open, ScreenName, Speak, Train
from bot.lately import Lately
from bot.running import Process
from telegram_sandbox.client import SandboxClient, TapResult
from tests.support.thumb import Thumb, new_thumb

WEAR = ("iron_sword", "iron_shield", "leather_armor", "leather_helmet")


async def armed(client: SandboxClient, process: Process, language: str = "en") -> Thumb:
    thumb = await new_thumb(client, process, language=language)
    char_id = await thumb.char_id()
    for base_id in WEAR:
        await process.core.gateway.equip_item(char_id, (await thumb.world.item(char_id, base_id)).id)
    return thumb


async def test_a_fight_from_the_menu_to_the_loot(client: SandboxClient, process: Process) -> None:
    thumb = await armed(client, process)
    char_id = await thumb.char_id()
    potion = await thumb.world.item(char_id, "health_potion")
    await process.core.gateway.move_to_quick_slot(char_id, potion.id, 0)
    await thumb.tap("Inventory")
    assert await thumb.world.is_indexed(char_id)

    await thumb.tap("Fight")
    assert not await thumb.world.is_indexed(char_id)
    await thumb.tap("Strike")
    await thumb.tap("1 🧪 ×5")
    assert "You use: Health Potion" in await thumb.text()
    while "Strike" in " ".join(await thumb.labels()):
        await thumb.tap("Strike")

    # The last blow leaves the training ground, which writes what the fight cost and brought.
    assert not await thumb.world.is_indexed(char_id)
    kinds = [entry.kind for entry in await thumb.world.ledger(char_id)]
    assert "use_consumable" in kinds
    assert ("add_item" in kinds) == ("Victory!" in await thumb.text())
    await thumb.tap("Inventory")
    assert "Iron Sword" in " ".join(await thumb.labels())


async def test_in_a_fight_nothing_of_the_inventory_answers(client: SandboxClient, process: Process) -> None:
    thumb = await armed(client, process)
    await thumb.tap("Inventory")
    main = await thumb.menu()
    await thumb.tap("Backpack")
    backpack = await thumb.menu()
    await thumb.tap("Back")
    await thumb.tap("Fight")
    before = await process.core.gateway.view(await thumb.char_id())

    for old in (main, backpack):
        for button in old.buttons:
            if button.callback_data and "Fight" not in button.text:
                said = await thumb.tap_data(button.callback_data)
                assert "Not in the middle of a fight" in (said.alert or ""), button.text
    await thumb.send("/inventory")

    assert await process.core.gateway.view(await thumb.char_id()) == before
    assert "Strike" in " ".join(await thumb.labels())


Aside = Callable[[Thumb], Awaitable[TapResult | None]]


async def help_and_back(thumb: Thumb) -> TapResult:
    await thumb.send("/help")
    return await thumb.tap("Back")


async def start(thumb: Thumb) -> None:
    await thumb.send("/start")


async def think_better_of_deleting(thumb: Thumb) -> TapResult:
    await thumb.send("/delete_me")
    await thumb.tap("Delete…")
    return await thumb.tap("No, I stay")


async def forge_a_button(thumb: Thumb) -> TapResult:
    return await thumb.tap_data("nonsense")


async def stay_in_the_game(thumb: Thumb) -> TapResult:
    await thumb.tap_data(Open(screen=ScreenName.LOGOUT, owner=11).pack())
    return await thumb.tap("Stay")


async def speak_english(thumb: Thumb) -> TapResult:
    await thumb.tap_data(Open(screen=ScreenName.LANGUAGE, owner=11).pack())
    return await thumb.tap_data(Speak(owner=11, language="en").pack())


@pytest.mark.parametrize(
    ("aside", "said"),
    [
        (help_and_back, None),
        (start, None),
        (think_better_of_deleting, None),
        (stay_in_the_game, None),
        (forge_a_button, "This button is out of date. Here is how things stand."),
        (speak_english, "🌐 English it is."),
    ],
)
async def test_from_elsewhere_one_comes_back_to_the_fight(
    client: SandboxClient, process: Process, aside: Aside, said: str | None
) -> None:
    thumb = await armed(client, process)
    await thumb.tap("Training")
    await thumb.tap("Strike")

    heard = await aside(thumb)

    assert (heard.text if heard else None) == said
    assert "turn 2" in await thumb.text()
    await thumb.tap("Strike")
    assert "turn 3" in await thumb.text() or "Fight again" in " ".join(await thumb.labels())


async def test_the_inventory_that_is_asked_for_in_a_fight_is_refused_in_words(
    client: SandboxClient, process: Process
) -> None:
    thumb = await armed(client, process)
    await thumb.tap("Training")

    await thumb.send("/inventory")

    assert (await thumb.text()).startswith("⚔️ Not in the middle of a fight")
    assert "turn 1" in await thumb.text()


async def test_a_tap_on_training_that_comes_twice_is_one_fight(
    client: SandboxClient, process: Process
) -> None:
    thumb = await armed(client, process)
    update = tap_of("501", Fight(do=Train.START, owner=11))
    await process.dispatcher.feed_update(process.bot, update)
    await thumb.tap("Strike")

    await process.dispatcher.feed_update(process.bot, update)
    await process.board.settled(2)

    assert "turn 2" in await thumb.text()


async def test_buttons_of_an_old_fight_do_not_touch_the_new_one(
    client: SandboxClient, process: Process
) -> None:
    thumb = await armed(client, process)
    await thumb.tap("Training")
    old = [button.callback_data or "" for button in (await thumb.menu()).buttons if not button.disabled]
    await thumb.tap("Give up")
    await thumb.tap("Training")

    said = [await thumb.tap_data(data) for data in old]

    assert {each.text for each in said} == {"This button is out of date. Here is how things stand."}
    assert "turn 1" in await thumb.text()


async def test_a_player_who_left_the_game_has_given_up_the_fight(
    client: SandboxClient, process: Process
) -> None:
    thumb = await armed(client, process)
    await thumb.tap("Training")
    await thumb.tap("Strike")
    await thumb.send("/logout")
    await thumb.send("/start")
    assert "the tavern hums" in await thumb.text()

    await thumb.tap("Training")

    assert "turn 1" in await thumb.text()


async def test_a_fight_that_was_forgotten_in_the_middle_ends_in_the_lobby(
    client: SandboxClient, process: Process
) -> None:
    thumb = await armed(client, process)
    await thumb.tap("Training")
    await process.core.redis.delete(f"training:fight:{await thumb.char_id()}")

    await thumb.send("/inventory")

    assert "That fight is over." in await thumb.text()
    assert "the tavern hums" in await thumb.text()


async def test_leaving_the_game_from_a_fight_writes_and_says_so(
    client: SandboxClient, process: Process
) -> None:
    thumb = await armed(client, process)
    await thumb.tap("Training")
    for _ in range(3):
        if "Strike" in " ".join(await thumb.labels()):
            await thumb.tap("Strike")

    await thumb.send("/logout")

    await thumb.player.sees("Everything is saved")
    assert not await thumb.world.is_indexed(await thumb.char_id())


async def test_a_fight_outlives_a_restart(client: SandboxClient, process: Process) -> None:
    """Nothing of it is in the process: another one with nothing in mind goes on with it."""
    thumb = await armed(client, process)
    await thumb.tap("Training")
    await thumb.tap("Strike")
    process.players._known = Lately()
    process.core.sessions._kept = KeptSessions(PackedSessions())

    await thumb.tap("Strike")

    assert "turn 3" in await thumb.text() or "Fight again" in " ".join(await thumb.labels())


async def test_the_dummy_speaks_russian(client: SandboxClient, process: Process) -> None:
    thumb = await armed(client, process, "ru")
    await thumb.tap("Тренировка")

    await thumb.tap("Ударить")

    assert "Соломенное чучело" in await thumb.text()


def tap_of(tap_id: str, button: Fight) -> Update:
    user = User(id=11, is_bot=False, first_name="Alice")
    query = CallbackQuery(id=tap_id, from_user=user, chat_instance="1", data=button.pack())
    return Update(update_id=int(tap_id), callback_query=query)
