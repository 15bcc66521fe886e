"""The training ground's handlers, one by one."""

from dataclasses import replace

import pytest

from apps.game_core.modules.inventory.contracts import ChangeHealth
from apps.game_core.modules.items.contracts import LootLine, LootTable, Rarity, Span, Stat
from apps.game_core.modules.training.contracts import FightView, LookAtFight, NoFightError
from apps.game_core.modules.training.fight import LOOT
from bot.callbacks.buttons import Fight, Open, ScreenName, Train
from bot.handlers import training
from bot.players.states import Inventory, Lobby, Training
from bot.views.ui import rarity_mark
from tests.bot.conftest import USER, Stage


async def look(stage: Stage) -> FightView:
    return await stage.core.router.route("training", "look", LookAtFight(stage.char_id))


async def started(stage: Stage) -> FightView:
    played = await stage.tap(training.start, Fight(do=Train.START, owner=USER), state=Inventory.browsing)
    assert played.state == Training.fighting.state
    assert "The dummy sways" in played.text
    return await look(stage)


def finish(seen: FightView) -> Fight:
    return Fight(do=Train.FINISH, owner=USER, fight=seen.fight.id, turn=seen.fight.turn)


def move(seen: FightView, **more: int) -> Fight:
    return Fight(do=Train.MOVE, owner=USER, fight=seen.fight.id, turn=seen.fight.turn, **more)


async def test_a_blow_is_shown(stage: Stage) -> None:
    seen = await started(stage)

    played = await stage.tap(training.move, move(seen), state=Training.fighting)

    assert "turn 2" in played.text
    assert "⚔️ Strike" in played.labels
    assert played.answer.text is None


async def test_a_fight_is_fought_to_its_end_in_one_tap(stage: Stage) -> None:
    seen = await started(stage)

    played = await stage.tap(training.move, finish(seen), state=Training.fighting)

    assert played.state == Lobby.idle.state
    assert played.labels == ["⚔️ Fight again", "⬅️ Back", "🎒 Inventory"]
    over = (await look(stage)).fight
    assert f"dealt {over.dealt} · taken {over.suffered}" in played.text
    again = await stage.tap(training.move, finish(seen), state=Lobby.idle)
    assert again.answer.text == "That is done already."
    assert again.text == played.text


async def test_what_a_turn_comes_to_is_said_before_it_is_made(stage: Stage) -> None:
    seen = await started(stage)

    shown = await stage.tap(training.busy, Open(screen=ScreenName.MAIN, owner=USER), state=Training.fighting)

    figures = (await stage.core.gateway.view(stage.char_id)).figures
    assert f"you deal {figures.attack:.1f} · take {figures.taken:.1f}" in shown.text
    assert seen.deals == figures.attack


async def test_a_fight_has_buttons_for_what_is_in_quick_slots_and_no_others(stage: Stage) -> None:
    seen = await started(stage)
    assert set(seen.quick_slots) == {None}

    shown = await stage.tap(training.busy, Open(screen=ScreenName.MAIN, owner=USER), state=Training.fighting)

    assert shown.labels == ["⚔️ Strike", "⏩ To the end", "🏳 Give up"]


async def test_a_fight_has_no_button_that_does_nothing(stage: Stage) -> None:
    """Bread is for quieter hours, and a potion would be wasted on somebody in full health."""
    for index, base_id in enumerate(("health_potion", "bread", "fireball_scroll")):
        item = await stage.item(base_id)
        await stage.core.gateway.move_to_quick_slot(stage.char_id, item.id, index)
    await stage.core.gateway.perform(stage.char_id, ChangeHealth(amount=100))
    seen = await started(stage)
    shown = await stage.tap(training.busy, Open(screen=ScreenName.MAIN, owner=USER), state=Training.fighting)
    assert shown.labels == ["⚔️ Strike", "⏩ To the end", "3 📜", "🏳 Give up"]

    while not seen.fight.suffered:
        shown = await stage.tap(training.move, move(seen), state=Training.fighting)
        seen = await look(stage)

    assert shown.labels == ["⚔️ Strike", "⏩ To the end", "1 🧪 ×5", "3 📜", "🏳 Give up"]


async def test_a_blow_that_was_struck_already_says_so(stage: Stage) -> None:
    seen = await started(stage)
    await stage.tap(training.move, move(seen), state=Training.fighting)

    played = await stage.tap(training.move, move(seen), state=Training.fighting)

    assert played.answer.text == "That is done already."
    assert (await look(stage)).fight.turn == 2


async def test_the_last_blow_leads_back_to_the_lobby(stage: Stage) -> None:
    scroll = await stage.item("fireball_scroll")
    await stage.core.gateway.move_to_quick_slot(stage.char_id, scroll.id, 0)
    seen = await started(stage)

    played = await stage.tap(training.move, move(seen, item=scroll.id, quick_slot=0), state=Training.fighting)

    assert played.state == Lobby.idle.state
    assert "Victory!" in played.text
    assert played.labels == ["⚔️ Fight again", "⬅️ Back", "🎒 Inventory"]


async def test_what_falls_out_bears_the_mark_of_its_own_rarity(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = LootTable((LootLine(1, "iron_helmet"),), {Rarity.EPIC: 100}, {Stat.ARMOR: Span(1, 1)})
    monkeypatch.setattr(
        stage.core.catalog, "_current", replace(stage.core.catalog.current, loot={LOOT: table})
    )
    scroll = await stage.item("fireball_scroll")
    await stage.core.gateway.move_to_quick_slot(stage.char_id, scroll.id, 0)
    seen = await started(stage)

    played = await stage.tap(training.move, move(seen, item=scroll.id, quick_slot=0), state=Training.fighting)

    assert f"Out of the straw falls: {rarity_mark(Rarity.EPIC)} 🪖 <b>Iron Helmet</b>\n" in f"{played.text}\n"


async def test_what_falls_out_worn_says_what_is_left_of_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = LootTable((LootLine(1, "iron_helmet", durability=Span(40, 40)),))
    monkeypatch.setattr(
        stage.core.catalog, "_current", replace(stage.core.catalog.current, loot={LOOT: table})
    )
    scroll = await stage.item("fireball_scroll")
    await stage.core.gateway.move_to_quick_slot(stage.char_id, scroll.id, 0)
    seen = await started(stage)

    played = await stage.tap(training.move, move(seen, item=scroll.id, quick_slot=0), state=Training.fighting)

    assert "🪖 <b>Iron Helmet</b>  <i>40/100</i>" in played.text


async def test_what_is_not_in_a_quick_slot_is_refused_and_the_fight_shown(stage: Stage) -> None:
    potion = await stage.item("health_potion")
    seen = await started(stage)

    played = await stage.tap(training.move, move(seen, item=potion.id, quick_slot=1), state=Training.fighting)

    assert played.answer.show_alert is True
    assert "turn 1" in played.text


async def test_nothing_else_answers_in_a_fight(stage: Stage) -> None:
    await started(stage)

    played = await stage.tap(
        training.busy, Open(screen=ScreenName.BACKPACK, owner=USER), state=Training.fighting
    )

    assert "Not in the middle of a fight" in (played.answer.text or "")
    assert "⚔️ Strike" in played.labels


async def test_giving_up(stage: Stage) -> None:
    seen = await started(stage)

    played = await stage.tap(
        training.leave, Fight(do=Train.LEAVE, owner=USER, fight=seen.fight.id), state=Training.fighting
    )

    assert played.state == Lobby.idle.state
    assert played.answer.text == "🏳 You leave the training ground."
    with pytest.raises(NoFightError):
        await look(stage)


async def test_a_fight_that_is_gone_ends_in_the_lobby(stage: Stage) -> None:
    seen = await started(stage)
    await stage.core.redis.flushall()

    played = await stage.tap(training.move, move(seen), state=Training.fighting)

    assert played.answer.text == "That fight is over."
    assert played.state == Lobby.idle.state
