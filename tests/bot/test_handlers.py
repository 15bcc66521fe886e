"""Thin handlers, one by one: each asks the core for one thing and shows the screen that follows."""

import pytest

from apps.game_core.modules.inventory.contracts import SortBy
from bot.callbacks.buttons import Act, Choose, Close, Do, Facet, Mark, Marking, Open, ScreenName, Speak
from bot.callbacks.makers import Acts
from bot.handlers import acting, browsing, choosing, fallback, loadouts, lobby, marking
from bot.players.choices import BackpackChoice, fingerprint
from bot.players.states import Inventory, Lobby
from bot.players.user_states import CHARACTER
from tests.bot.conftest import USER, Stage

BROWSING = Inventory.browsing.state


async def acts(stage: Stage) -> Acts:
    return Acts(USER, await stage.stamp())


async def act(stage: Stage, do: Do, base_id: str) -> Act:
    return (await acts(stage)).item(do, (await stage.item(base_id)).id)


async def some(stage: Stage, do: Do, base_id: str, quantity: int) -> Act:
    return (await acts(stage)).quantity(do, (await stage.item(base_id)).id, quantity)


def open_(screen: ScreenName, **values: int) -> Open:
    return Open(screen=screen, owner=USER, **values)


async def test_the_inventory_command_shows_the_doll_and_enters_the_inventory(stage: Stage) -> None:
    played = await stage.write(browsing.command, "/inventory")

    assert played.state == BROWSING
    assert "· level 1" in played.text
    assert "🎒 Backpack" in played.labels


async def test_a_screen_is_shown_and_the_spinner_stops(stage: Stage) -> None:
    played = await stage.tap(browsing.show, open_(ScreenName.BACKPACK, page=1), state=Inventory.browsing)

    assert "page 2 of 2" in played.text
    assert (played.answer.text, played.answer.show_alert) == (None, None)


@pytest.mark.parametrize("state", [None, Lobby.idle, Inventory.searching])
async def test_looking_at_the_inventory_is_browsing_wherever_one_came_from(
    stage: Stage, state: object
) -> None:
    played = await stage.tap(browsing.show, open_(ScreenName.MAIN), state=state)  # type: ignore[arg-type]  # any

    assert played.state == BROWSING


async def test_closing_leads_to_the_lobby(stage: Stage) -> None:
    played = await stage.tap(browsing.close, Close(owner=USER), state=Inventory.browsing)

    assert played.state == Lobby.idle.state
    assert played.answer.text == "💾 Inventory closed."


async def test_equip(stage: Stage) -> None:
    sword = await stage.item("iron_sword")
    played = await stage.tap(acting.act, (await acts(stage)).slot(Do.EQUIP, sword.id, 2))

    assert played.answer.text == "✅ You wear: Iron Sword"
    assert [each.slot for each in (await stage.view()).equipped if each.item] == ["off_hand"]


async def test_unequip(stage: Stage) -> None:
    await stage.tap(acting.act, await act(stage, Do.EQUIP, "iron_sword"))
    data = (await acts(stage)).slot(Do.UNEQUIP, 1, 1)

    played = await stage.tap(acting.act, data)

    assert played.answer.text == "🎒 Back in the backpack: Iron Sword"
    assert not any(each.item for each in (await stage.view()).equipped)


async def test_use(stage: Stage) -> None:
    played = await stage.tap(acting.act, await act(stage, Do.USE, "health_potion"))

    assert played.answer.text == "Used: Health Potion ❤️ +30 (100/100) · 4 left"
    assert "×4" in played.text


async def test_quick_slots_are_filled_used_and_emptied(stage: Stage) -> None:
    data = (await acts(stage)).quick_slot(Do.TO_QUICK, (await stage.item("health_potion")).id, 2)
    filled = await stage.tap(acting.act, data)
    used = await stage.tap(
        acting.act, data.model_copy(update={"do": Do.USE_QUICK, "stamp": await stage.stamp()})
    )
    emptied = await stage.tap(
        acting.act, data.model_copy(update={"do": Do.FROM_QUICK, "stamp": await stage.stamp()})
    )

    assert filled.answer.text == "⚡ Health Potion is in quick slot 3"
    assert "4 left" in (used.answer.text or "")
    assert emptied.answer.text == "🎒 Back in the backpack: Health Potion"


async def test_drop(stage: Stage) -> None:
    played = await stage.tap(acting.act, await some(stage, Do.DROP, "iron_ore", 5))

    assert played.answer.text == "🗑 Dropped: Iron Ore ×5"
    assert (await stage.item("iron_ore")).quantity == 7


async def test_a_drop_can_be_taken_back(stage: Stage) -> None:
    data = await some(stage, Do.DROP, "iron_ore", 5)
    dropped = await stage.tap(acting.act, data)
    assert "↩️ Undo" in dropped.labels

    undo = data.model_copy(update={"do": Do.UNDO})
    undone = await stage.tap(acting.act, undo)
    again = await stage.tap(acting.act, undo)

    assert undone.answer.text == "↩️ Back in the backpack: Iron Ore ×5"
    assert again.answer.text == "That is done already."
    assert (await stage.item("iron_ore")).quantity == 12


async def test_the_order_on_the_screen_becomes_the_order_there_is(stage: Stage) -> None:
    before = [item.id for item in (await stage.view()).backpack]
    data = (await acts(stage)).all(Do.SORT)
    by_value = {
        CHARACTER: stage.char_id,
        "backpack": BackpackChoice(sort_by=SortBy.VALUE).model_dump(mode="json"),
    }

    played = await stage.tap(acting.act, data, state=Inventory.browsing, kept=by_value)
    sorted_by_hand = [item.id for item in (await stage.view()).backpack]
    again = await stage.tap(acting.act, data)
    undone = await stage.tap(acting.act, data.undoing())

    assert "↩️ Undo" in played.labels
    assert played.answer.text == "📌 The backpack stays in this order."
    assert sorted_by_hand != before
    assert again.answer.text == "That is done already."
    assert undone.shown.text
    assert [item.id for item in (await stage.view()).backpack] == before


async def test_what_was_never_dropped_cannot_be_taken_back(stage: Stage) -> None:
    played = await stage.tap(acting.act, await some(stage, Do.UNDO, "iron_ore", 5))

    assert played.answer.show_alert is True
    assert played.answer.text == "There is nothing to take back."


async def test_a_comparison_stands_on_a_line_of_its_own(stage: Stage) -> None:
    await stage.core.gateway.equip_item(stage.char_id, (await stage.item("iron_sword")).id)
    bow = await stage.item("hunting_bow")

    played = await stage.tap(browsing.show, Open(screen=ScreenName.ITEM, owner=USER, item=bow.id))

    [line] = [line for line in played.text.splitlines() if "Iron Sword" in line]
    assert line.endswith("Iron Sword")


async def test_what_was_split_is_stacked_up_again(stage: Stage) -> None:
    await stage.tap(acting.act, await some(stage, Do.SPLIT, "iron_ore", 5))
    ore = [item for item in (await stage.view()).backpack if item.base_id == "iron_ore"]
    card = (await stage.core.gateway.open(stage.char_id)).item(ore[0].id)

    merge = (await acts(stage)).merge(Do.MERGE, ore[0].id, card.merges_into or 0)
    played = await stage.tap(acting.act, merge)

    assert played.answer.text == "🧲 Stacked up: Iron Ore ×12"
    assert (await stage.item("iron_ore")).quantity == 12
    assert not [label for label in played.labels if "Stack up" in label]


async def test_split(stage: Stage) -> None:
    played = await stage.tap(acting.act, await some(stage, Do.SPLIT, "iron_ore", 5))

    assert played.answer.text == "✂️ 5 pieces set apart"


async def test_lock_and_unlock(stage: Stage) -> None:
    locked = await stage.tap(acting.act, await act(stage, Do.LOCK, "bread"))
    assert "🔒" in locked.text
    assert (await stage.item("bread")).locked

    await stage.tap(acting.act, await act(stage, Do.UNLOCK, "bread"))
    assert not (await stage.item("bread")).locked


async def test_junk_is_marked_unmarked_and_no_favourite(stage: Stage) -> None:
    marked = await stage.tap(acting.act, await act(stage, Do.JUNK, "bread"))
    refused = await stage.tap(acting.act, await act(stage, Do.LOCK, "bread"))
    unmarked = await stage.tap(acting.act, await act(stage, Do.UNJUNK, "bread"))

    assert marked.answer.text == "🧹 Junk: Loaf of Bread"
    assert "🧹 Not junk" in marked.labels
    assert refused.answer.text == "🧹 It is marked as junk. Take that mark away first."
    assert unmarked.answer.text == "🧹 No junk any more: Loaf of Bread"
    assert not (await stage.item("bread")).junk


async def test_what_is_marked_by_a_button_can_be_taken_back(stage: Stage) -> None:
    for base_id in ("leather_helmet", "leather_helmet"):
        await stage.core.gateway.add_item(stage.char_id, base_id, 1)
    await stage.tap(acting.act, await act(stage, Do.EQUIP, "leather_helmet"))
    data = (await acts(stage)).all(Do.MARK_SPARE)

    played = await stage.tap(acting.act, data)
    again = await stage.tap(acting.act, data)
    nothing = await stage.tap(
        acting.act, data.model_copy(update={"do": Do.MARK_WORSE, "stamp": await stage.stamp()})
    )
    before = [row.name for row in (await stage.view()).backpack if row.junk]
    undone = await stage.tap(acting.act, data.undoing())

    assert (played.answer.text or "").endswith("things marked as junk")
    assert "↩️ Undo" in played.labels
    assert again.answer.text == "That is done already."
    assert nothing.answer.text == "There is nothing of the kind in the backpack."
    assert before
    assert set(before) == {"Leather Helmet"}
    assert undone.answer.text == "↩️ Taken back: all is as it was."
    assert not [row for row in (await stage.view()).backpack if row.junk]


async def test_only_the_junk_that_was_shown_goes(stage: Stage) -> None:
    await stage.tap(acting.act, await act(stage, Do.JUNK, "bread"))
    inventory = await stage.core.gateway.open(stage.char_id)
    data = Acts(USER, inventory.stamp).shown(Do.CLEAR_JUNK, inventory.junk().fingerprint)
    await stage.tap(acting.act, await act(stage, Do.JUNK, "iron_ore"))

    refused = await stage.tap(acting.act, data)

    assert refused.answer.text == "The junk is something else by now. Here is how things stand."
    assert "Iron Ore ×12" in refused.text
    assert (await stage.item("bread")).junk


async def saved(stage: Stage, typed: str) -> int:
    """A set of that name, typed; returns its id."""
    await stage.tap(acting.act, await act(stage, Do.EQUIP, "iron_sword"))
    await stage.tap(loadouts.ask, open_(ScreenName.NAME_LOADOUT), state=Inventory.browsing)
    played = await stage.write(loadouts.name, typed, state=Inventory.naming)
    assert played.state == BROWSING
    assert any(typed.split(maxsplit=1)[0] in label for label in played.labels)
    [loadout] = (await stage.view()).loadouts
    return loadout.id


async def test_a_set_is_named_worn_saved_over_and_forgotten(stage: Stage) -> None:
    loadout_id = await saved(stage, "  <b>Night</b>\n watch ")
    await stage.tap(acting.act, (await acts(stage)).slot(Do.UNEQUIP, 0, 1))

    data = (await acts(stage)).loadout(Do.WEAR_LOADOUT, loadout_id)
    worn = await stage.tap(loadouts.wear, data)
    again = await stage.tap(loadouts.wear, data)
    seen = await stage.tap(browsing.show, open_(ScreenName.LOADOUT, item=loadout_id))
    undone = await stage.tap(acting.act, data.undoing())
    await stage.tap(acting.act, await act(stage, Do.EQUIP, "hunting_bow"))
    over = await stage.tap(
        loadouts.save, data.model_copy(update={"do": Do.SAVE_LOADOUT, "stamp": await stage.stamp()})
    )
    [loadout] = (await stage.core.gateway.open(stage.char_id)).loadouts()
    forgotten = await stage.tap(
        acting.act, data.model_copy(update={"do": Do.FORGET_LOADOUT, "stamp": await stage.stamp()})
    )

    assert (worn.answer.text or "").startswith("👕 <b>Night</b> watch: 1 change · attack")
    assert "↩️ Undo" in worn.labels
    assert again.answer.text == "That is done already."
    assert "&lt;b&gt;Night&lt;/b&gt; watch" in seen.text
    assert undone.answer.text == "↩️ Taken back: all is as it was."
    assert over.answer.text == "💾 Saved as: <b>Night</b> watch"
    assert [piece.name for piece in loadout.pieces] == ["Hunting Bow"]
    assert "Its things stay" in (forgotten.answer.text or "")
    assert (await stage.view()).loadouts == ()


async def test_a_drop_out_of_a_set_is_told_and_so_is_what_stays_away(stage: Stage) -> None:
    loadout_id = await saved(stage, "Бой")
    await stage.core.gateway.equip_item(stage.char_id, (await stage.item("hunting_bow")).id)

    dropped = await stage.tap(acting.act, await some(stage, Do.DROP, "iron_sword", 1))
    data = (await acts(stage)).loadout(Do.WEAR_LOADOUT, loadout_id)
    refused = await stage.tap(loadouts.wear, data)

    assert dropped.answer.text == "🗑 Dropped: Iron Sword\n👕 It is missed in: Бой"
    assert refused.answer.text == "You wear all of this set that is there and can be worn."


async def test_a_name_that_nobody_can_see_is_asked_for_again(stage: Stage) -> None:
    await stage.tap(acting.act, await act(stage, Do.EQUIP, "iron_sword"))

    played = await stage.write(loadouts.name, "\u2800 \u200b", state=Inventory.naming)

    assert played.state == Inventory.naming.state
    assert "A name needs letters that can be seen." in played.text
    assert (await stage.view()).loadouts == ()


async def test_a_second_tap_is_said_to_be_done_already(stage: Stage) -> None:
    data = await act(stage, Do.USE, "health_potion")
    await stage.tap(acting.act, data)

    again = await stage.tap(acting.act, data)

    assert again.answer.text == "That is done already."
    assert (await stage.item("health_potion")).quantity == 4


async def test_a_refusal_is_an_alert_with_the_item_as_it_stands(stage: Stage) -> None:
    await stage.tap(acting.act, await act(stage, Do.LOCK, "bread"))

    played = await stage.tap(acting.act, await some(stage, Do.DROP, "bread", 1))

    assert played.answer.show_alert is True
    assert played.answer.text == "🔒 It is locked. Unlock it first."
    assert "Loaf of Bread" in played.text


async def test_a_filter_is_remembered_in_the_players_data(stage: Stage) -> None:
    data = Choose(facet=Facet.TYPE, owner=USER, value="weapon")

    played = await stage.tap(choosing.choose, data, state=Inventory.browsing)

    assert played.data["backpack"] == {"filter_type": "weapon"}
    assert "2 items found" in played.text


async def test_the_search_screen_waits_for_a_text(stage: Stage) -> None:
    played = await stage.tap(choosing.ask, open_(ScreenName.SEARCH), state=Inventory.browsing)

    assert played.state == Inventory.searching.state
    assert played.labels == ["✖️ Cancel"]


async def test_a_text_is_searched_for(stage: Stage) -> None:
    played = await stage.write(choosing.search, " SWORD ", state=Inventory.searching)

    assert played.state == BROWSING
    assert played.data["backpack"] == {"search": "SWORD"}
    assert "Iron Sword" in played.labels[0]


async def test_marks_are_kept_and_taken_back(stage: Stage) -> None:
    bread = await stage.item("bread")
    added = await stage.tap(marking.mark, Mark(how=Marking.ADD, owner=USER, item=bread.id))
    assert added.data["backpack"] == {"marked": [bread.id]}

    removed = await stage.tap(
        marking.mark,
        Mark(how=Marking.REMOVE, owner=USER, item=bread.id),
        state=Inventory.browsing,
        kept=added.data,
    )

    assert removed.data["backpack"] == {}


async def test_the_marked_are_dropped_and_the_marks_forgotten(stage: Stage) -> None:
    bread = await stage.item("bread")
    data = (await acts(stage)).shown(Do.DROP_MARKED, fingerprint((bread,)))
    kept = {"backpack": {"marked": [bread.id]}}

    played = await stage.tap(acting.act, data, state=Inventory.browsing, kept=kept)

    assert played.answer.text == "🗑 Dropped 1 thing"
    assert played.data["backpack"] == {}
    assert "bread" not in {item.base_id for item in (await stage.view()).backpack}


async def test_a_second_tap_that_drops_the_marked_leaves_its_undo(stage: Stage) -> None:
    """By then nothing is marked any more."""
    bread = await stage.item("bread")
    data = (await acts(stage)).shown(Do.DROP_MARKED, fingerprint((bread,)))
    kept = {"backpack": {"marked": [bread.id]}}
    first = await stage.tap(acting.act, data, state=Inventory.browsing, kept=kept)

    second = await stage.tap(acting.act, data, state=Inventory.browsing, kept=first.data)

    assert second.answer.text == "That is done already."
    assert "↩️ Undo" in second.labels


async def test_a_language_is_spoken_from_then_on(stage: Stage) -> None:
    chosen = await stage.tap(lobby.speak, Speak(owner=USER, language="ru"))
    assert chosen.answer.text == "🌐 Говорим по-русски."

    shown = await stage.tap(browsing.show, open_(ScreenName.BACKPACK))

    assert "Рюкзак" in shown.text


async def test_an_unknown_button_is_answered_with_how_things_stand(stage: Stage) -> None:
    inside = await stage.tap(fallback.unknown_button, Close(owner=USER), state=Inventory.browsing)
    outside = await stage.tap(fallback.unknown_button, Close(owner=USER), state=Lobby.idle)

    assert "· level 1" in inside.text
    assert "tavern" in outside.text
    assert inside.answer.text == "This button is out of date. Here is how things stand."


async def test_a_stray_text_gets_help(stage: Stage) -> None:
    assert "What you can do" in (await stage.write(fallback.unknown_text, "hello?")).text
