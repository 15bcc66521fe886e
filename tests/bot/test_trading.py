"""A table's handlers, one by one."""

from typing import Any

import pytest
from aiogram.filters import CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import SendMessage
from aiogram.types import Message

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.contracts import AddCoins, AddItem
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.game_core.modules.items.contracts import Rarity, Stat
from apps.game_core.modules.trade.contracts import (
    Confirm,
    DoesNotFitError,
    HalfView,
    Invite,
    Lay,
    LookAtTable,
    Sit,
    TableState,
    TableView,
    TakeAway,
)
from apps.game_core.modules.trade.errors import TradeError
from apps.game_core.modules.trade.halves import MAX_LAID
from bot.callbacks.makers import Deals
from bot.callbacks.trading import AtTable, Deal, Invitation
from bot.handlers import inviting, laying, lobby, trading
from bot.i18n import LOCALES, Translations
from bot.players.states import Lobby, Trading
from bot.views.refusals import refusal
from bot.views.trading import TradeScreens
from bot.views.ui import Uis, rarity_mark
from tests.bot.conftest import USER, Played, Stage
from tests.bot.test_languages import ui
from tests.support.every_table import every_trade_refusal


async def boris(stage: Stage, user_id: int = 2) -> int:
    context = EnsureCharacter(user_id=user_id, name="Boris", language="en")
    return (await stage.core.router.ask(context)).id


async def seated(stage: Stage) -> tuple[Deals, int]:
    """At a table that Boris has opened, and Boris."""
    other = await boris(stage)
    view = await stage.core.router.ask(Invite(other))
    await stage.core.router.ask(Sit(stage.char_id, view.trade, other))
    return Deals(USER, view.trade), other


async def look(stage: Stage, deals: Deals) -> TableView:
    return await stage.core.router.ask(LookAtTable(stage.char_id, deals.trade))


def data(played: Played) -> dict[str, str]:
    rows = getattr(played.shown.reply_markup, "inline_keyboard", [])
    return {button.text: button.callback_data for row in rows for button in row}


async def test_a_table_is_opened_from_the_lobby_and_found_again(stage: Stage) -> None:
    opened = await stage.tap(inviting.open_table, Deals(USER).table(Deal.OPEN), state=Lobby.idle)
    again = await stage.tap(inviting.open_table, Deals(USER).table(Deal.OPEN), state=Trading.sitting)

    assert opened.state == Trading.sitting.state
    assert "https://t.me/bot?start=trade_" in opened.text
    assert opened.labels[0] == "📤 Send the invitation"
    assert again.text == opened.text


@pytest.mark.parametrize(
    ("language", "kept", "told"),
    [
        ("en", "Boris", "The chair is kept for Boris"),
        ("ru", "<b>", "Место оставлено за игроком &lt;b&gt;"),
        ("en", "", "Your link leads to the empty chair"),
    ],
)
def test_an_empty_chair_says_for_whom_it_is_kept(language: str, kept: str, told: str) -> None:
    view = TableView(7, TableState.INVITING, HalfView(1, "Alice", (), 0), kept_for=kept)
    screen = TradeScreens(ui(language), USER).table(view)
    assert told in screen.text
    assert ("empty chair" in screen.text) is (not kept)


async def test_a_stack_is_laid_with_one_tap(stage: Stage) -> None:
    deals, _ = await seated(stage)
    listed = await stage.write(laying.search, "bread", state=Trading.sitting)
    bread = listed.labels[0]

    played = await stage.tap(laying.lay, AtTable.unpack(data(listed)[bread]))

    assert played.answer.text == "➕ On the table: Loaf of Bread"
    assert "1. ⚪️ 🍞 Loaf of Bread ×3" in played.text
    assert "1 🍞" in played.labels
    assert "✅ Confirm" in played.labels
    view = await look(stage, deals)
    assert view.own is not None
    assert [item.name for item in view.own.items] == ["Loaf of Bread"]
    left = await stage.write(laying.search, "bread", state=Trading.sitting)
    assert bread not in left.labels


async def test_a_part_of_a_stack_is_set_apart_and_laid_once(stage: Stage) -> None:
    deals, _ = await seated(stage)
    ore = await stage.item("iron_ore")
    listed = await stage.tap(laying.choose, deals.page(Deal.CHOOSE_PART, 0))
    assert all("×" in label for label in listed.labels[: -2 - ("▶️" in listed.labels) * 2])
    asked = await stage.tap(laying.pick_part, deals.item(Deal.PICK_PART, ore.id))

    await stage.tap(laying.lay_part, AtTable.unpack(data(asked)["5"]))
    played = await stage.tap(laying.lay_part, AtTable.unpack(data(asked)["5"]))

    assert asked.labels == ["1", "5", "10", "Half (6)", "⬅️ Back"]
    assert "Iron Ore ×5" in played.text
    pieces = [item.quantity for item in (await stage.view()).backpack if item.base_id == "iron_ore"]
    assert sorted(pieces) == [5, ore.quantity - 5]


async def full_table(stage: Stage, deals: Deals, number: int) -> None:
    await stage.core.gateway.add_item(stage.char_id, "copper_ring", number)
    rings = [each for each in (await stage.view()).backpack if each.base_id == "copper_ring"]
    for ring in rings[:number]:
        await stage.core.router.ask(Lay(stage.char_id, ring.id, deals.trade))


async def test_a_table_that_is_full_with_a_part_says_the_same_of_it_once_more(stage: Stage) -> None:
    deals, _ = await seated(stage)
    await full_table(stage, deals, MAX_LAID - 1)
    ore = await stage.item("iron_ore")
    part = deals.part(ore.id, 5, await stage.stamp())

    for _ in range(2):
        played = await stage.tap(laying.lay_part, part)

        assert played.answer.text is None or "lie on one side" not in played.answer.text
        assert "Iron Ore ×5" in played.text


async def test_of_what_cannot_be_laid_nothing_is_set_apart(stage: Stage) -> None:
    deals, _ = await seated(stage)
    ore = await stage.item("iron_ore")
    part = deals.part(ore.id, 5, await stage.stamp())
    await stage.core.gateway.lock_item(stage.char_id, ore.id)
    locked = await stage.tap(laying.lay_part, part)
    await stage.core.gateway.unlock_item(stage.char_id, ore.id)
    await full_table(stage, deals, MAX_LAID)
    full = await stage.tap(laying.lay_part, part)

    assert locked.answer.text == "🔒 Iron Ore is locked: unlock it first."
    assert full.answer.text == "No more than 20 things lie on one side. Take something away first."
    assert await stage.item("iron_ore") == ore
    view = await look(stage, deals)
    assert view.own is not None
    assert {item.base_id for item in view.own.items} == {"copper_ring"}


async def test_nothing_is_set_apart_for_a_table_that_has_ended(stage: Stage) -> None:
    ore = await stage.item("iron_ore")

    await stage.tap(laying.lay_part, Deals(USER, 7).part(ore.id, 5, await stage.stamp()))

    assert await stage.item("iron_ore") == ore


async def test_a_word_finds_what_to_lay(stage: Stage) -> None:
    deals, _ = await seated(stage)

    played = await stage.write(laying.search, "bread", state=Trading.sitting)

    assert [label for label in played.labels if "🍞" in label] == [played.labels[0]]
    assert "🎒 Show everything" in played.labels
    everything = await stage.tap(
        laying.choose, deals.table(Deal.SHOW_ALL), state=Trading.sitting, kept=played.data
    )
    assert len(everything.labels) > len(played.labels)
    assert "🎒 Show everything" not in everything.labels


async def test_what_lies_there_is_looked_at_and_taken_away(stage: Stage) -> None:
    deals, other = await seated(stage)
    bread = await stage.item("bread")
    await stage.core.router.ask(Lay(stage.char_id, bread.id))
    theirs = next(item for item in (await stage.core.gateway.view(other)).backpack if item.wearable)
    await stage.core.router.ask(Lay(other, theirs.id))

    foreign = await stage.tap(trading.card, deals.item(Deal.CARD, theirs.id))
    own = await stage.tap(trading.card, deals.item(Deal.CARD, bread.id))
    played = await stage.tap(trading.take_away, deals.item(Deal.TAKE_AWAY, bread.id))

    assert (foreign.labels, own.labels) == (["⬅️ Back"], ["⬅️ Back", "✖️ Take away"])
    assert theirs.name in foreign.text
    assert played.answer.text == "✖️ It lies there no more."
    assert "Loaf of Bread" not in played.text


async def test_coins_are_laid_counted_and_written(stage: Stage) -> None:
    deals, _ = await seated(stage)
    await stage.core.gateway.perform(stage.char_id, AddCoins(amount=1_540))
    asked = await stage.tap(laying.coins, deals.table(Deal.COINS))
    assert asked.state == Trading.counting.state
    assert "In your purse: 1,540" in asked.text

    laid = await stage.tap(laying.lay_coins, AtTable.unpack(data(asked)["🪙 100"]), state=Trading.counting)
    assert laid.state == Trading.sitting.state
    assert "🪙\u00a0<b>100</b>" in laid.text
    more = await stage.tap(laying.count_coins, deals.coins(Deal.COUNT_COINS, 110))
    assert more.state == Trading.counting.state
    assert "On the table: 110" in more.text
    written = await stage.write(laying.count, "1 234", state=Trading.counting)
    assert "🪙\u00a0<b>1,234</b>" in written.text
    view = await look(stage, deals)
    assert view.own is not None
    assert view.own.coins == 1_234


WRITTEN = (
    "0",
    " 007",
    "1234",
    "1 234",
    "1,234",
    "1'234'567",
    "1_000",
    "12\u202f345",
    "1\u00a0234",
    "٣",
    "５",
)
MEANT = (0, 7, 1_234, 1_234, 1_234, 1_234_567, 1_000, 12_345, 1_234, 3, 5)
NO_NUMBERS = (
    "many",
    "-5",
    "1.5",
    "1,5",
    "12 5",
    "1,50",
    "1234,567",
    "1,,234",
    "1 234,567",
    ",123",
    "1e3",
    "²",
    "",
)
NUMBERS = {**dict(zip(WRITTEN, MEANT, strict=True)), **dict.fromkeys(NO_NUMBERS)}


@pytest.mark.parametrize("words", NUMBERS)
def test_a_number_of_coins_is_digits_or_groups_of_three(words: str) -> None:
    assert laying.number_in(words) == NUMBERS[words]


@pytest.mark.parametrize("words", ["many", "1,5"])
async def test_what_is_no_number_of_coins_is_asked_for_again(stage: Stage, words: str) -> None:
    deals, _ = await seated(stage)
    await stage.core.gateway.perform(stage.char_id, AddCoins(amount=500))

    played = await stage.write(laying.count, words, state=Trading.counting)

    assert played.text.startswith("🪙 Send a whole number from 0 to 500.")
    assert played.state == Trading.counting.state
    view = await look(stage, deals)
    assert view.own is not None
    assert view.own.coins == 0


@pytest.mark.parametrize("words", ["501", str(2**63), "9" * 4_096])
async def test_more_coins_than_there_are_are_asked_for_again(stage: Stage, words: str) -> None:
    deals, _ = await seated(stage)
    await stage.core.gateway.perform(stage.char_id, AddCoins(amount=500))

    written = await stage.write(laying.count, words, state=Trading.counting)

    assert written.text.startswith("🪙 You do not have so many coins. In your purse: 500.")
    assert written.state == Trading.counting.state
    view = await look(stage, deals)
    assert view.own is not None
    assert view.own.coins == 0


@pytest.mark.parametrize("do", [Deal.LAY_COINS, Deal.COUNT_COINS])
async def test_coins_of_an_old_button_that_are_not_there_any_more_are_asked_for_again(
    stage: Stage, do: Deal
) -> None:
    deals, _ = await seated(stage)
    handler = laying.lay_coins if do is Deal.LAY_COINS else laying.count_coins

    tapped = await stage.tap(handler, deals.coins(do, 7), state=Trading.counting)

    assert tapped.answer.text == "🪙 You do not have so many coins. In your purse: 0."
    assert "Your purse is empty." in tapped.text


async def test_both_confirm_and_it_is_done(stage: Stage) -> None:
    deals, other = await seated(stage)
    bread = await stage.item("bread")
    view = await stage.core.router.ask(Lay(stage.char_id, bread.id))
    assert view.fingerprint is not None

    mine = await stage.tap(trading.confirm, deals.confirm(view.fingerprint))
    await stage.core.router.ask(Confirm(other, view.fingerprint))
    done = await stage.tap(trading.look, deals.table(Deal.LOOK))

    assert mine.answer.text == "✅ You have confirmed."
    assert not [label for label in mine.labels if "✅" in label]
    assert "Done!" in done.text
    assert "Given away</b> · Boris" in done.text
    assert done.labels == ["🎒 Inventory", "⬅️ Back"]


async def test_another_table_than_was_shown_is_not_confirmed(stage: Stage) -> None:
    deals, _ = await seated(stage)
    bread, ore = await stage.item("bread"), await stage.item("iron_ore")
    shown = await stage.core.router.ask(Lay(stage.char_id, bread.id))
    await stage.core.router.ask(Lay(stage.char_id, ore.id))
    assert shown.fingerprint is not None

    played = await stage.tap(trading.confirm, deals.confirm(shown.fingerprint))

    assert played.answer.show_alert
    assert "The table has changed meanwhile" in (played.answer.text or "")
    assert "Iron Ore" in played.text
    view = await look(stage, deals)
    assert view.own is not None
    assert not view.own.confirmed


async def test_a_thing_that_looks_like_another_is_not_slipped_in(stage: Stage) -> None:
    """Whoever has seen or confirmed the better one sees that it is another."""
    deals, other = await seated(stage)
    ask = stage.core.router.ask
    for left, armor in ((None, 3), (1, -3)):
        helmet = AddItem(
            base_id="iron_helmet",
            quantity=1,
            rarity=Rarity.EPIC,
            durability=left,
            affixes={Stat.ARMOR: armor},
        )
        await stage.core.gateway.perform(other, helmet, op_id=f"helmet:{armor}")
    bag = (await stage.core.gateway.view(other)).backpack
    good, bad = (each.id for each in bag if each.base_id == "iron_helmet" and each.rarity is Rarity.EPIC)
    shown = await ask(Lay(other, good))
    seen = await stage.tap(trading.confirm, deals.confirm(shown.fingerprint or 0))
    await ask(TakeAway(other, good))
    await ask(Lay(other, bad))

    played = await stage.tap(trading.look, deals.table(Deal.LOOK))

    assert " ✨\u00a0Armor +3\n" in seen.text
    assert "🔧" not in seen.text
    assert " 🔧\u00a01/100 ✨\u00a0Armor −3\n" in played.text
    assert "Changed since you confirmed." not in seen.text
    assert "Changed since you confirmed." in played.text


async def test_what_was_confirmed_counts_though_the_database_is_away(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes later has it exchanged."""
    deals, other = await seated(stage)
    given = (await stage.core.gateway.view(other)).backpack[0]
    view = await stage.core.router.ask(Lay(other, given.id))
    assert view.fingerprint is not None
    await stage.core.router.ask(Confirm(other, view.fingerprint))

    async def away(_: PostgresUnitOfWork) -> None:
        raise DatabaseDownError

    with monkeypatch.context() as patched:
        patched.setattr(PostgresUnitOfWork, "ping", away)
        played = await stage.tap(trading.confirm, deals.confirm(view.fingerprint))

    assert "catching its breath" in (played.answer.text or "")
    assert "Both have confirmed." in played.text
    again = await stage.tap(trading.confirm, AtTable.unpack(data(played)["✅ Exchange now"]))
    assert f"Yours now</b>\n• {rarity_mark(given.rarity)} {given.icon} {given.name}" in again.text


async def test_a_table_is_left(stage: Stage) -> None:
    deals, _ = await seated(stage)

    played = await stage.tap(trading.leave_table, deals.table(Deal.LEAVE), state=Trading.sitting)
    again = await stage.tap(trading.leave_table, deals.table(Deal.LEAVE), state=Lobby.idle)

    assert played.state == Lobby.idle.state
    assert played.answer.text == "🚪 You have left the table. Nothing has changed hands."
    assert "The table was left" in again.text


EVERY_OLD_TAP: tuple[tuple[Any, CallbackData], ...] = (
    (trading.look, Deals(USER, 7).table(Deal.LOOK)),
    (trading.card, Deals(USER, 7).item(Deal.CARD, 1)),
    (trading.take_away, Deals(USER, 7).item(Deal.TAKE_AWAY, 1)),
    (trading.confirm, Deals(USER, 7).confirm(1)),
    (trading.leave_table, Deals(USER, 7).table(Deal.LEAVE)),
    (laying.choose, Deals(USER, 7).page(Deal.CHOOSE, 0)),
    (laying.choose, Deals(USER, 7).page(Deal.CHOOSE_PART, 0)),
    (laying.choose, Deals(USER, 7).table(Deal.SHOW_ALL)),
    (laying.pick_part, Deals(USER, 7).item(Deal.PICK_PART, 1)),
    (laying.lay, Deals(USER, 7).item(Deal.LAY, 1)),
    (laying.lay_part, Deals(USER, 7).part(1, 1, "f" * 8)),
    (laying.coins, Deals(USER, 7).table(Deal.COINS)),
    (laying.lay_coins, Deals(USER, 7).coins(Deal.LAY_COINS, 5)),
    (laying.count_coins, Deals(USER, 7).coins(Deal.COUNT_COINS, 5)),
    (inviting.sit, Deals(USER, 7).invited(Deal.SIT, 1)),
    (inviting.invite_anew, Deals(USER).invite(1, 7)),
)


@pytest.mark.parametrize("taps", [EVERY_OLD_TAP[::2], EVERY_OLD_TAP[1::2]], ids=["half", "the other half"])
async def test_a_button_of_an_old_table_does_nothing_at_another(
    stage: Stage, taps: tuple[tuple[Any, CallbackData], ...]
) -> None:
    """It is said how the old one ended, or where they sit."""
    deals, _ = await seated(stage)
    bread = await stage.item("bread")
    await stage.core.router.ask(Lay(stage.char_id, bread.id))
    before = await look(stage, deals)
    for handler, tapped in taps:
        played = await stage.tap(handler, tapped)

        assert await look(stage, deals) == before
        elsewhere = "One table at a time" in played.text or "Loaf of Bread" in played.text
        assert "The table was left" in played.text or (elsewhere and handler in MOVES), tapped


MOVES = (inviting.sit, inviting.invite_anew)


def test_every_deal_was_tapped_at_an_old_table() -> None:
    tapped = {each.do for _, each in EVERY_OLD_TAP if isinstance(each, AtTable)}
    assert tapped == set(Deal) - {Deal.OPEN, Deal.DECLINE}


async def test_every_refusal_is_said_at_the_table(stage: Stage) -> None:
    deals, _ = await seated(stage)
    for error in {type(each): each for each in every_trade_refusal()}.values():

        async def refuse(_: Lay, error: TradeError = error) -> TableView:
            raise error

        stage.core.router.register(Lay, refuse)
        played = await stage.tap(laying.lay, deals.item(Deal.LAY, 1))

        assert played.answer.show_alert, error
        assert "You give" in played.text, error


def written(**more: Any) -> Message:
    given = {"message_id": 5, "date": 0, "chat": {"id": -5, "type": "supergroup"}}
    return Message.model_validate({**given, **more})


SOMEBODY, OURSELVES = ({"id": each, "is_bot": each == 42, "first_name": "x"} for each in (7, 42))


@pytest.mark.parametrize(
    ("answered", "on_purpose"),
    [
        (written(from_user=SOMEBODY), True),
        (written(from_user={**SOMEBODY, "is_bot": True}), True),
        (written(from_user=OURSELVES), False),
        (written(from_user=SOMEBODY, forum_topic_created={"name": "x", "icon_color": 0}), False),
        (written(from_user={**SOMEBODY, "id": 777_000}, is_automatic_forward=True), False),
        (None, False),
    ],
    ids=["somebody", "another bot", "the bot itself", "a topic", "a post that is commented on", "nothing"],
)
def test_what_a_command_answers_on_purpose(answered: Message | None, on_purpose: bool) -> None:
    command = written(from_user=SOMEBODY, text="/trade", reply_to_message=answered)

    assert (inviting.answered_by(command, 42) == answered) is (on_purpose or answered is None)


@pytest.mark.parametrize(
    ("language", "char_id", "said"),
    [
        ("en", 1, "⛔ You have no room for what would come. Missing: 1 slot, 3.4 kg, 🪙 7"),
        ("en", 2, "⛔ The other side has no room for what would come. Missing: 1 slot, 3.4 kg, 🪙 7"),
        ("ru", 1, "⛔ У вас нет места для того, что придёт. Не хватает: 1 ячейки, 3,4 кг, 🪙 7"),
    ],
)
def test_whose_bag_lacks_what_is_said(language: str, char_id: int, said: str) -> None:
    ui = Uis(Translations.load(LOCALES)).of(language)

    assert refusal(ui, DoesNotFitError(char_id, 1, 3_400, 7), 1).text == said


@pytest.mark.parametrize(
    ("handler", "filters", "said"),
    [
        (inviting.follow_link, "/start trade_1_2", "Nobody sits opposite of you there."),
        (inviting.follow_link, "/start trade_nonsense", "That link is damaged. Ask for it once more."),
        (lobby.start, "/start another_link", None),
    ],
)
async def test_a_link_that_leads_nowhere_ends_in_the_lobby(
    stage: Stage, handler: Any, filters: str, said: str | None
) -> None:
    rule = inviting.INVITED if handler is inviting.follow_link else CommandStart()

    played = await stage.write(handler, filters, rule=rule)

    assert "What next?" in played.text
    assert played.text.startswith(said or "👤")


async def test_a_link_leads_to_the_table(stage: Stage) -> None:
    other = await boris(stage)
    view = await stage.core.router.ask(Invite(other))
    link = f"/start {Invitation(view.trade, other).payload}"

    first = await stage.write(inviting.follow_link, link, rule=inviting.INVITED)
    again = await stage.write(inviting.follow_link, link, rule=inviting.INVITED)

    assert first.state == Trading.sitting.state
    said = {sent.chat_id: sent.text for sent in first.handler.bot.calls(SendMessage)}
    assert said[2] == "🤝 Now at your table: Alice"
    assert said[USER].startswith("🤝 <b>Trade</b> · Boris")
    assert again.text == said[USER]


async def test_ones_own_link_leads_to_ones_own_table(stage: Stage) -> None:
    view = await stage.core.router.ask(Invite(stage.char_id))
    link = f"/start {Invitation(view.trade, stage.char_id).payload}"

    played = await stage.write(inviting.follow_link, link, rule=inviting.INVITED)

    assert played.text.startswith("Nobody trades with themselves.")
    assert "Nobody sits opposite." in played.text


async def test_who_sits_at_a_table_may_leave_it_for_another(stage: Stage) -> None:
    deals, _ = await seated(stage)
    third = await boris(stage, 3)
    other_table = await stage.core.router.ask(Invite(third))

    asked = await stage.tap(inviting.sit, Deals(USER, other_table.trade).invited(Deal.SIT, third))
    assert asked.labels == ["🤝 To the table", "🚪 Leave it and sit down here", "⬅️ Back"]
    assert (await look(stage, deals)).state is TableState.LAYING
    moved = await stage.tap(inviting.sit, AtTable.unpack(data(asked)["🚪 Leave it and sit down here"]))

    assert "You sit down." in (moved.answer.text or "")
    assert (await look(stage, deals)).state is TableState.LEFT
    assert (await stage.core.router.ask(LookAtTable(stage.char_id))).trade == other_table.trade
