"""The live menu: drawn in order, the latest of many, in the right message, whatever Telegram says."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import DeleteMessage, EditMessageText, SendMessage
from aiogram.types import Chat, Message

from bot.callbacks.buttons import Open, ScreenName
from bot.incoming.reading import read
from bot.menus.board import MenuBoard
from bot.menus.orders import Order, unpacked
from bot.outgoing.pacing import GROUP
from bot.places import Place
from bot.players.states import Inventory
from bot.views.screen import PRIMARY, Screen, button, keyboard, link
from telegram_sandbox.aiogram_bridge import RecordingBot
from tools.support.clocks import ScaledClock

CHAT, USER = -500, 7
LOBBY = Open(screen=ScreenName.LOBBY, owner=USER)


@pytest.fixture
def bot() -> RecordingBot:
    return RecordingBot()


@pytest.fixture
def board() -> MenuBoard:
    return MenuBoard()


@pytest.fixture
def state() -> FSMContext:
    return FSMContext(MemoryStorage(), StorageKey(42, CHAT, USER))


def message(message_id: int, kind: str = "private", text: str = "old") -> Message:
    return Message(message_id=message_id, date=datetime.now(UTC), chat=Chat(id=CHAT, type=kind), text=text)


def as_it_comes(screen: Screen, bot: RecordingBot) -> Message:
    """A message that shows the screen, whose whole text is bold, within an update."""
    text = screen.text.removeprefix("<b>").removesuffix("</b>")
    buttons = screen.keyboard and screen.keyboard.model_dump(exclude_none=True)
    sent = {"message_id": 5, "date": 1, "chat": {"id": CHAT, "type": "private"}, "text": text}
    sent |= {"entities": [{"type": "bold", "offset": 0, "length": len(text)}], "reply_markup": buttons}
    query = {"id": "1", "from": {"id": USER, "is_bot": False, "first_name": "U"}, "chat_instance": "1"}
    update = read({"update_id": 1, "callback_query": query | {"data": "x", "message": sent}}, bot)
    assert update.callback_query
    assert isinstance(update.callback_query.message, Message)
    return update.callback_query.message


async def test_of_many_screens_the_first_and_the_latest_are_drawn(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    board.put(Order(bot, state, Place(CHAT), Screen("0"), message(5)))
    await asyncio.sleep(0)
    for number in range(1, 50):
        board.put(Order(bot, state, Place(CHAT), Screen(str(number)), message(5)))
    await board.settled(2)

    assert [edit.text for edit in bot.calls(EditMessageText)] == ["0", "49"]


async def test_a_new_menu_that_was_asked_for_is_sent_though_a_tap_came_after_it(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    board.put(Order(bot, state, Place(CHAT), Screen("0"), message(5)))
    await asyncio.sleep(0)
    board.put(Order(bot, state, Place(CHAT), Screen("new")))
    board.put(Order(bot, state, Place(CHAT), Screen("newer"), message(5)))
    await board.settled(2)

    assert [sent.text for sent in bot.calls(SendMessage)] == ["newer"]
    assert [gone.message_id for gone in bot.calls(DeleteMessage)] == [5]


async def test_what_is_shown_already_is_not_drawn(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    for text in ("before", "same"):
        board.put(Order(bot, state, Place(CHAT), Screen("same"), message(5, text=text)))
        await board.settled(2)

    assert len(bot.calls(EditMessageText)) == 1


@pytest.mark.parametrize(
    ("tapped", "edits"),
    [
        (Screen("<b>same</b>", keyboard([[button("Back", LOBBY), link("Here", "http://a.b")]])), 1),
        (Screen("<b>other</b>", keyboard([[button("Back", LOBBY), link("Here", "http://a.b")]])), 2),
        (Screen("<b>same</b>", keyboard([[button("Back", LOBBY, PRIMARY), link("Here", "http://a.b")]])), 2),
        (Screen("<b>same</b>", keyboard([[button("Back", LOBBY)], [link("Here", "http://a.b")]])), 2),
        (Screen("<b>same</b>"), 2),
    ],
    ids=["the same", "another text", "another colour", "other rows", "no buttons"],
)
async def test_a_message_that_comes_with_a_tap_is_seen_to_show_the_screen_already(
    board: MenuBoard, bot: RecordingBot, state: FSMContext, tapped: Screen, edits: int
) -> None:
    """All of an update knows the bot that it came to; nothing of a screen does."""
    screen = Screen("<b>same</b>", keyboard([[button("Back", LOBBY), link("Here", "http://a.b")]]))
    for shown in (message(5), as_it_comes(tapped, bot)):
        board.put(Order(bot, state, Place(CHAT), screen, shown))
        await board.settled(2)

    assert len(bot.calls(EditMessageText)) == edits


async def test_what_a_process_has_not_drawn_itself_is_drawn(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    """An older process may have put something else there after the tap."""
    board.put(Order(bot, state, Place(CHAT), Screen("same"), message(5, text="same")))
    await board.settled(2)

    assert [edit.text for edit in bot.calls(EditMessageText)] == ["same"]


async def test_what_only_seems_to_be_shown_is_drawn(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    board.put(Order(bot, state, Place(CHAT), Screen("other"), message(5, text="same")))
    await board.settled(2)
    board.put(Order(bot, state, Place(CHAT), Screen("same"), message(5, text="same")))
    await board.settled(2)

    assert [edit.text for edit in bot.calls(EditMessageText)] == ["other", "same"]


async def test_in_a_group_a_message_that_is_not_ones_own_menu_is_left_alone(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    board.put(Order(bot, state, Place(CHAT), Screen("mine"), message(5, "group")))
    await board.settled(2)

    assert bot.calls(EditMessageText) == []
    assert [sent.text for sent in bot.calls(SendMessage)] == ["mine"]


async def test_a_group_that_moved_gets_the_menu_in_its_new_chat(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    bot.add_result_for(
        SendMessage,
        ok=False,
        error_code=400,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=-1005,
    )

    board.put(Order(bot, state, Place(CHAT), Screen("mine")))
    await board.settled(2)

    assert [sent.chat_id for sent in bot.calls(SendMessage)] == [CHAT, -1005]


async def test_a_player_who_blocked_the_bot_has_left(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    await state.set_state(Inventory.browsing)
    bot.add_result_for(
        EditMessageText, ok=False, error_code=403, description="Forbidden: bot was blocked by the user"
    )

    board.put(Order(bot, state, Place(CHAT), Screen("mine"), message(5)))
    await board.settled(2)

    assert await state.get_state() is None
    assert bot.calls(SendMessage) == []


async def test_a_failure_does_not_stop_the_next_screen(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    bot.add_result_for(EditMessageText, ok=False, error_code=500, description="Internal Server Error")
    for text in ("lost", "drawn"):
        board.put(Order(bot, state, Place(CHAT), Screen(text), message(5)))
        await board.settled(2)

    assert [edit.text for edit in bot.calls(EditMessageText)] == ["lost", "lost", "drawn"]


async def test_when_the_burst_is_spent_the_latest_screen_waits_for_its_turn(
    bot: RecordingBot, state: FSMContext
) -> None:
    clock = ScaledClock()
    board = MenuBoard(clock)
    for number in range(GROUP.burst):
        board.put(Order(bot, state, Place(CHAT), Screen(str(number)), message(5)))
        await board.settled(2)
    for text in ("passed over", "latest"):
        board.put(Order(bot, state, Place(CHAT), Screen(text), message(5)))
        await asyncio.sleep(0)
    assert len(bot.calls(EditMessageText)) == GROUP.burst

    clock.advance(1 / GROUP.per_second)
    await board.settled(2)

    assert [edit.text for edit in bot.calls(EditMessageText)][GROUP.burst :] == ["latest"]


async def kept_menu(board: MenuBoard, bot: RecordingBot, state: FSMContext) -> int:
    """The id of the menu that the player has."""
    board.put(Order(bot, state, Place(CHAT), Screen("asked for")))
    await board.settled(2)
    [kept] = (await Order(bot, state, Place(CHAT), Screen("")).memory.get_data()).values()
    return int(kept)


async def test_a_screen_that_nobody_asked_for_is_drawn_into_the_menu_that_is_there(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    live = await kept_menu(board, bot, state)

    board.put(Order(bot, state, Place(CHAT), Screen("news"), unasked=True))
    await board.settled(2)

    assert [(edit.text, edit.message_id) for edit in bot.calls(EditMessageText)] == [("news", live)]
    assert [sent.text for sent in bot.calls(SendMessage)] == ["asked for"]


async def test_a_screen_that_nobody_asked_for_makes_no_menu(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    board.put(Order(bot, state, Place(CHAT), Screen("news"), unasked=True))
    await board.settled(2)
    await kept_menu(board, bot, state)
    bot.add_result_for(
        EditMessageText, ok=False, error_code=400, description="Bad Request: message to edit not found"
    )
    board.put(Order(bot, state, Place(CHAT), Screen("later news"), unasked=True))
    await board.settled(2)

    assert [edit.text for edit in bot.calls(EditMessageText)] == ["later news"]
    assert [sent.text for sent in bot.calls(SendMessage)] == ["asked for"]


async def test_what_is_shown_already_is_not_shown_unasked(
    board: MenuBoard, bot: RecordingBot, state: FSMContext
) -> None:
    await kept_menu(board, bot, state)
    for text in ("news", "news", "asked for"):
        board.put(Order(bot, state, Place(CHAT), Screen(text), unasked=True))
        await board.settled(2)

    assert [edit.text for edit in bot.calls(EditMessageText)] == ["news", "asked for"]


@pytest.mark.parametrize(("tapped", "edited"), [(None, []), (5, [5])])
async def test_a_screen_that_nobody_asked_for_goes_where_one_that_waits_was_to_go(
    board: MenuBoard, bot: RecordingBot, state: FSMContext, tapped: int | None, edited: list[int]
) -> None:
    waiting = Order(bot, state, Place(CHAT), Screen("waits"), message(tapped) if tapped else None)
    board.put(waiting)
    board.put(Order(bot, state, Place(CHAT), Screen("news"), unasked=True))
    await board.settled(2)

    assert [edit.message_id for edit in bot.calls(EditMessageText)] == edited
    assert [sent.text for sent in bot.calls(SendMessage)] == ([] if edited else ["news"])


def test_a_screen_that_is_put_by_is_still_one_that_nobody_asked_for(
    bot: RecordingBot, state: FSMContext
) -> None:
    order = Order(bot, state, Place(CHAT), Screen("news"), unasked=True)

    assert unpacked(order.packed(), bot, state).unasked
    assert not unpacked(replace(order, unasked=False).packed(), bot, state).unasked
    older = order.packed().replace(b', "unasked": true', b"")
    assert not unpacked(older, bot, state).unasked
