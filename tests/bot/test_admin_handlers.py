"""Admins' commands one by one: parsed, asked once, told in a message beside the menu."""

import re

import pytest
import sqlalchemy as sa
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Chat

from apps.game_core.modules.admins.contracts import ReadActions
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.contracts import AddCoins, AddItem, MergeStacks
from bot.admins.access import Admins, TappedByAdmin
from bot.admins.arguments import (
    CompareWish,
    GiveWish,
    HistoryWish,
    PayWish,
    Problem,
    RecallWish,
    RestoreWish,
    TraceWish,
    UsageError,
    compare_wish,
    give_wish,
    history_wish,
    pay_wish,
    player_wish,
    recall_wish,
    restore_wish,
    trace_wish,
    with_word,
)
from bot.callbacks.buttons import Order
from bot.handlers import admins
from bot.views.fitting import fit
from telegram_sandbox.rules import botapi_rules
from tests.bot.conftest import USER, Stage, dataset


async def told(stage: Stage, text: str) -> str:
    name = text.split(maxsplit=1)[0].removeprefix("/")
    played = await stage.write(admins.COMMANDS[name], text, rule=Command(name))
    return str(botapi_rules.message_text(played.shown.text, "HTML").text)


async def offered(stage: Stage, text: str, label: str) -> Order:
    """What a button under the answer to a command says."""
    name = text.split(maxsplit=1)[0].removeprefix("/")
    played = await stage.write(admins.COMMANDS[name], text, rule=Command(name))
    rows = getattr(played.shown.reply_markup, "inline_keyboard", [])
    [data] = [each.callback_data for row in rows for each in row if label in each.text]
    return Order.unpack(data)


async def tapped(stage: Stage, order: Order) -> str:
    played = await stage.tap(admins.tapped, order)
    return str(botapi_rules.message_text(played.shown.text, "HTML").text)


async def test_give(stage: Stage) -> None:
    said = await told(stage, f"/give {USER} copper_ring 2")

    assert said.startswith(f"🎁 Alice · #{stage.char_id} · Telegram {USER}\n")
    assert "Put into the inbox: Copper Ring ×2" in said
    assert "The player is away" in said
    view = await stage.view()
    assert sum(item.quantity for item in view.backpack if item.base_id == "copper_ring") == 3


@pytest.mark.parametrize(
    ("typed", "expected", "left", "line"),
    [
        ("1500", "Put into the purse: 1,500. In it now: 2,500.", 2_500, "⏳ Was paid: 🪙 +1,500"),
        ("-400", "Taken out of the purse: 400. In it now: 600.", 600, "⏳ Paid: 🪙 −400"),
    ],
)
async def test_coins(stage: Stage, typed: str, expected: str, left: int, line: str) -> None:
    await stage.core.gateway.perform(stage.char_id, AddCoins(amount=1_000))

    said = await told(stage, f"/coins {USER} {typed}")

    assert said == f"🪙 Alice · #{stage.char_id} · Telegram {USER}\n{expected}"
    assert f"🪙\u00a0{left:,}" in await told(stage, "/inspect Alice")
    assert line in await told(stage, "/history Alice")


async def test_inspect(stage: Stage) -> None:
    assert "No session is open. The database is at version 0." in await told(stage, "/inspect Alice")
    await stage.core.gateway.drop_item(stage.char_id, (await stage.item("iron_ore")).id, 2)

    said = await told(stage, "/inspect Alice")

    assert "Session at version 1, database at 0. 1 change waits to be written." in said
    assert "⛏️ Iron Ore ×10" in said
    assert "Main hand  —" in said


async def test_history(stage: Stage) -> None:
    await stage.core.gateway.equip_item(stage.char_id, (await stage.item("hunting_bow")).id)
    await stage.core.gateway.sync_inventory(stage.char_id)
    await stage.core.gateway.drop_item(stage.char_id, (await stage.item("iron_ore")).id, 2)

    first, second, third = (await told(stage, f"/history #{stage.char_id}")).split("\n")[-3:]

    assert first.endswith(" ⏳ Dropped: Iron Ore ×2")
    assert second.endswith(" Wore: Hunting Bow (Main hand)")
    assert "Born with: Iron Sword, Health Potion ×5" in third


async def test_sync(stage: Stage) -> None:
    await stage.core.gateway.drop_item(stage.char_id, (await stage.item("iron_ore")).id)

    assert "Written now: 1 item row. The database is at version 1." in await told(stage, "/sync Alice")
    assert "Nothing to write." in await told(stage, "/sync Alice")


async def test_restore(stage: Stage) -> None:
    bread, ore = await stage.item("bread"), await stage.item("iron_ore")
    await stage.core.gateway.drop_many(stage.char_id, [bread.id, ore.id])

    planned = await told(stage, "/restore Alice 1h")
    order = await offered(stage, "/restore Alice 1h", "Bring it back")
    assert planned.startswith(f"🕰 Alice · #{stage.char_id} · Telegram {USER}\nAs it was at ")
    assert planned.endswith("• Loaf of Bread ×3\n• Iron Ore ×12")
    assert "/restore" not in planned
    assert re.fullmatch(rf"restore #{stage.char_id} @[0-9]{{10}} [0-9a-f]{{6}}", order.line)
    assert (await stage.view()).stats.slots_used == 12

    done = await tapped(stage, order)

    assert "That is done already." in await tapped(stage, order)
    assert done.endswith("• Loaf of Bread ×3\n• Iron Ore ×12")
    assert (await stage.item("bread")).id == bread.id
    assert "Nothing of that is missing." in await told(stage, "/restore Alice 1h")


async def test_at_and_diff_lead_to_each_other(stage: Stage) -> None:
    bread, bow = await stage.item("bread"), await stage.item("hunting_bow")
    await stage.core.gateway.equip_item(stage.char_id, bow.id)
    await stage.core.gateway.move_to_quick_slot(stage.char_id, bread.id, 1)
    await stage.core.gateway.drop_item(stage.char_id, (await stage.item("iron_ore")).id)
    await stage.core.gateway.perform(stage.char_id, AddCoins(amount=1_500))

    stood = await tapped(stage, Order(owner=USER, line="at Alice 0s"))
    since = await offered(stage, "/at Alice 2000-01-01", "What changed since")
    changed = await tapped(stage, since)
    then = await offered(stage, f"/{since.line}", "As it was then")

    assert stood.startswith(f"🕰 Alice · #{stage.char_id} · Telegram {USER}\nAs it was at ")
    assert " UTC · version 4\n🪙\u00a01,500   🎒\u00a011\n\n" in stood
    assert f"\n\n⚔️ Hunting Bow {bow.id}\n⚡ 2 Loaf of Bread ×3 {bread.id}\n• Iron Sword " in stood
    assert since.line == f"diff #{stage.char_id} @946684800"
    assert changed.startswith(f"⚖️ Alice · #{stage.char_id} · Telegram {USER}\n2000-01-01 00:00:00 — ")
    assert "Went:" not in changed
    assert " UTC\n\n🪙 +1,500\n➕ Came:\n" in changed
    assert then.line == f"at #{stage.char_id} @946684800"
    assert (await tapped(stage, then)).endswith("UTC · version 0\n🪙\u00a00   🎒\u00a00")
    assert (await told(stage, "/diff Alice 0s")).endswith("Nothing came, and nothing went.")


@pytest.mark.parametrize("command", ["/inspect", "/history"])
async def test_how_it_stood_is_a_tap_away(stage: Stage, command: str) -> None:
    orders = [await offered(stage, f"{command} Alice", word) for word in ("1h", "1d", "7d")]

    assert [each.line for each in orders] == [f"at #{stage.char_id} {word}" for word in ("1h", "1d", "7d")]
    assert "As it was at " in await tapped(stage, orders[0])


async def buttons(stage: Stage, line: str) -> list[tuple[str, str]]:
    """What is under the answer to a tapped command: labels, and the commands that they say."""
    played = await stage.tap(admins.tapped, Order(owner=USER, line=line))
    rows = getattr(played.shown.reply_markup, "inline_keyboard", [])
    return [(each.text, Order.unpack(each.callback_data).line) for row in rows for each in row]


async def lives_offered(stage: Stage, line: str) -> list[str]:
    """On all pages."""
    found, page = list[str](), line
    while page:
        under = await buttons(stage, page)
        found += [order for label, order in under if "🧬" in label]
        page = dict(under).get("▶️", "")
    return found


@pytest.mark.parametrize("command", ["inspect Alice", "at Alice 0s"])
async def test_the_life_of_each_thing_is_a_tap_away(stage: Stage, command: str) -> None:
    """Worn, at hand or in the backpack, also of what looks the same, on several pages."""
    gateway = stage.core.gateway
    await gateway.equip_item(stage.char_id, (await stage.item("hunting_bow")).id)
    await gateway.move_to_quick_slot(stage.char_id, (await stage.item("bread")).id, 1)
    for kind in ("copper_ring", "iron_sword"):
        await gateway.perform(stage.char_id, AddItem(base_id=kind, quantity=12))

    offered = await lives_offered(stage, command)
    newest = await tapped(stage, Order(owner=USER, line=offered[-1]))

    await gateway.sync_inventory(stage.char_id)
    async with stage.core.engine.connect() as connection:
        ids = (await connection.execute(sa.text("SELECT id FROM inventory_items"))).scalars().all()
    assert sorted(offered) == sorted(f"life {item_id} #{stage.char_id}" for item_id in ids)
    assert len(offered) > 32
    assert newest.startswith(f"🧬 {offered[-1].split()[1]} · UTC\nHas it now: Alice"), "not written yet"


async def test_what_came_leads_to_its_life(stage: Stage) -> None:
    """By the inventory that it came into."""
    ring = await stage.item("copper_ring")

    became = dict(await buttons(stage, "diff Alice 2000-01-01"))["🕰 As it became"]

    assert re.fullmatch(rf"at #{stage.char_id} @[0-9]{{10}}", became)
    assert dict(await buttons(stage, became))["🧬 Copper Ring"] == f"life {ring.id} #{stage.char_id}"


async def test_the_stacks_of_a_life_have_one_too(stage: Stage) -> None:
    bread = (await stage.item("bread")).id
    part = (await stage.core.gateway.split_stack(stage.char_id, bread, 1)).result.new_item.id

    assert (await offered(stage, f"/life {bread} Alice", str(part))).line == f"life {part} #{stage.char_id}"
    assert (await offered(stage, f"/life {part} Alice", str(bread))).line == f"life {bread} #{stage.char_id}"


async def test_life(stage: Stage) -> None:
    bread = await stage.item("bread")
    await stage.core.gateway.lock_item(stage.char_id, bread.id)
    await stage.core.gateway.sync_inventory(stage.char_id)
    part = (await stage.core.gateway.split_stack(stage.char_id, bread.id, 1)).result.new_item.id

    said = (await told(stage, f"/life {bread.id}")).split("\n")
    gone = await told(stage, f"/life {part}")
    named = await told(stage, f"/life {part} Alice")
    order = await offered(stage, f"/life {bread.id}", "Alice")

    assert said[:2] == [
        f"🧬 {bread.id} · UTC",
        f"Has it now: Alice · #{stage.char_id} · Telegram {USER}",
    ]
    assert [line[20:].split(" · ")[0] for line in said[3:]] == [
        f"⏳ Set apart: Loaf of Bread → 🎒 ×2 🔒 ➡️ {part}",
        "Locked: Loaf of Bread ×3 → 🎒 ×3 🔒",
        "Born with: Loaf of Bread ×3 → 🎒 ×3",
    ]
    assert said[-1].endswith(f" · #{stage.char_id} starter")
    assert f"⚠️ {part} No written ledger knows it." in gone
    assert f"→ 🎒 ⬅️ {bread.id} · " in named
    assert order.line == f"inspect #{stage.char_id}"


async def test_a_life_names_whose_ledger_could_not_be_read(stage: Stage) -> None:
    bread = await stage.item("bread")
    await stage.core.gateway.lock_item(stage.char_id, bread.id)
    await stage.core.gateway.sync_inventory(stage.char_id)
    async with stage.core.engine.begin() as connection:
        await connection.execute(
            sa.text("UPDATE inventory_operations SET kind = 'of_tomorrow', at = 1 WHERE version = 1")
        )

    said = (await told(stage, f"/life {bread.id}")).split("\n")

    who = f"Alice · #{stage.char_id} · Telegram {USER}"
    assert said[1:3] == [f"Has it now: {who}", f"⚠️ Cannot be read from 1970-01-01 00:00:01 UTC on: {who}"]
    assert "Born with: Loaf of Bread ×3" in said[-1]


async def test_of_a_long_life_the_latest_is_told(stage: Stage) -> None:
    bread = (await stage.item("bread")).id
    for _ in range(11):
        for change in (stage.core.gateway.lock_item, stage.core.gateway.unlock_item):
            await change(stage.char_id, bread)

    said = await told(stage, f"/life {bread}")

    assert "3 earlier entries: a terminal shows all." in said
    assert "Born with" not in said
    assert said.count("Locked: ") == said.count("Unlocked: ") == 10
    assert said.index("Unlocked: ") < said.index("Locked: "), "the latest first"


async def test_of_a_life_too_long_for_a_message_the_latest_is_told(stage: Stage) -> None:
    bread, gateway = (await stage.item("bread")).id, stage.core.gateway
    for number in range(12):
        apart = await gateway.split_stack(stage.char_id, bread, 1, op_id=f"{number:02}:sp:{'x' * 60}")
        merge = MergeStacks(item_id=apart.result.new_item.id, into_id=bread)
        await gateway.perform(stage.char_id, merge, op_id=f"{number:02}:mg:{'x' * 60}")

    said = await told(stage, f"/life {bread}")

    assert "11:mg:xxx" in said
    shown = said.count(" → ")
    assert said.endswith(f"\n{1 + 24 - shown} earlier entries: a terminal shows all.")


def test_a_button_keeps_the_names_that_were_typed_and_times_without_colons() -> None:
    assert with_word("life", '7 "Sir: Bob" Alex', 2, "#5") == 'life 7 "Sir: Bob" #5'
    assert with_word("at", "Alex 2026-11-25T03:00", 0, "#5") == "at #5 2026-11-25T0300"


async def test_older_and_newer_pages_of_a_history_are_a_tap_away(stage: Stage) -> None:
    bread = (await stage.item("bread")).id
    for _ in range(20):
        for change in (stage.core.gateway.lock_item, stage.core.gateway.unlock_item):
            await change(stage.char_id, bread)
    first = await told(stage, "/history Alice")

    older = await offered(stage, "/history Alice", "Older")
    newer = await offered(stage, f"/{older.line}", "Newer")

    assert older.line == f"history #{stage.char_id} 2"
    assert "page 2 of " in await tapped(stage, older)
    assert await tapped(stage, newer) == first


@pytest.mark.parametrize(
    ("text", "label", "line"),
    [
        ("/give Alice iron_sord 2", "iron_sword", "give Alice iron_sword 2"),
        ('/give "Agent 47" iron_sord', "iron_sword", 'give "Agent 47" iron_sword'),
        ("/give «Agent 47» iron_sord", "iron_sword", 'give "Agent 47" iron_sword'),
    ],
)
async def test_what_was_meant_is_a_tap_away(stage: Stage, text: str, label: str, line: str) -> None:
    if "47" in text:
        context = EnsureCharacter(user_id=47, name="Agent 47", language="en")
        await stage.core.router.route("characters", "ensure", context)

    assert (await offered(stage, text, label)).line == line


async def test_which_of_several_players_is_a_tap_away(stage: Stage) -> None:
    context = EnsureCharacter(user_id=47, name="Alice", language="en")
    other = await stage.core.router.route("characters", "ensure", context)

    for time in ("2h", "2009-11-15T00:13:20+03:00"):
        again = await offered(stage, f"/restore Alice {time}", f"#{other.id}")
        now = 1_700_000_000
        assert restore_wish(again.arguments, now).to == restore_wish(f"Alice {time}", now).to
    life = await offered(stage, "/life 404 Alice", f"#{other.id}")
    order = await offered(stage, "/give Alice copper_ring 2", f"#{other.id}")

    assert life.line == f"life 404 #{other.id}"
    assert order.line == f"give #{other.id} copper_ring 2"
    assert f"#{other.id} · Telegram 47" in await tapped(stage, order)


async def test_what_is_too_long_for_a_button_is_left_to_be_typed(stage: Stage) -> None:
    name = "Alice " * 9
    context = EnsureCharacter(user_id=47, name=name, language="en")
    await stage.core.router.route("characters", "ensure", context)

    played = await stage.write(admins.give, f'/give "{name.strip()}" iron_sord', rule=Command("give"))

    assert "iron_sword" in (played.shown.text or "")
    assert played.shown.reply_markup is None


async def test_only_admins_tap_orders_and_in_private_only(stage: Stage) -> None:
    query = CallbackQuery.model_validate(dataset.CALLBACK_QUERY.as_object(data="k:1:x").model_dump())
    private, group = (
        query.model_copy(update={"message": dataset.MESSAGE.as_object(chat=Chat(id=1, type=kind))})
        for kind in ("private", "group")
    )
    may, nobody = TappedByAdmin(), Admins(stage.core.router, ())

    assert await may(private, stage.admins)
    assert not await may(private, nobody)
    assert not await may(group, stage.admins)
    assert not await may(query.model_copy(update={"message": None}), stage.admins)


async def test_metrics(stage: Stage) -> None:
    await stage.view()

    said = await told(stage, "/metrics")

    assert "Active: 1\nWaiting to be written: 0\n" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/give", "Which player?"),
        ("/give Alice", "Which item?"),
        ("/give Alice bread 0", "“0” is not a number from 1 to 10,000."),
        ("/give Old Bob bread 3", "“3” is one word too many."),
        ("/give Alice brad", "Did you mean: bread"),
        ("/coins", "Which player?"),
        ("/coins Alice", "How many coins?"),
        ("/coins Alice 0", "“0” is not a number of coins: 500 gives so many, -500 takes them."),
        ("/coins Alice -1", "In the purse: 0. Nothing was taken."),
        ("/inspect <b>nobody&", "There is no player “<b>nobody&”."),
        ("/history Alice one", "“one” is not a number from 1 to 10,000."),
        ("/sync", "Which player?"),
        ("/at", "Which player?"),
        ("/at Alice", "What time?"),
        ("/diff Alice 1h 3000-01-01", "“3000-01-01” is not a time."),
        ("/life", "Which item?"),
        ("/life bread", "“bread” is not a number from 1 to 9,223,372,036,854,775,807."),
        ("/life 404 Alice", "Nobody who was asked ever had it."),
        ("/life 1 2 3 4 5 6 7", "“7” is one word too many."),
        ("/restore", "Which player?"),
        ("/restore Alice", "What time?"),
        ("/restore Alice yesterday", "“yesterday” is not a time."),
        ("/restore Alice 1h 123456", "something else would come back. Nothing was restored."),
        ("/inspect " + "я" * 4000, "There is no player “яяя"),
    ],
)
async def test_what_is_wrong_is_said(stage: Stage, text: str, expected: str) -> None:
    assert expected in await told(stage, text)


async def test_each_command_is_in_the_log(stage: Stage) -> None:
    await told(stage, "/metrics")
    await told(stage, "/inspect nobody")

    actions = await stage.core.router.route("admins", "log", ReadActions())

    # aiogram-tests writes every message under the same number: the second is told apart as a failure.
    assert [(each.actor, each.command, each.outcome) for each in actions] == [
        (f"telegram:{USER}", "inspect", "PlayerNotFoundError"),
        (f"telegram:{USER}", "metrics", "done"),
    ]


@pytest.mark.parametrize("quotes", ['""', "“”", "«»", "„“"])
def test_names_of_several_words_go_into_any_quotes(quotes: str) -> None:
    left, right = list(quotes)

    assert give_wish(f"{left}Old Bob{right} bread 3") == GiveWish("Old Bob", "bread", 3)
    assert history_wish(f"{left}Agent 47{right} 2") == HistoryWish("Agent 47", 2)
    assert player_wish("sync", f"{left}Old Bob{right}") == "Old Bob"


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "10001", "99999999999", "１", "1.0"])
def test_numbers_are_plain_and_within_bounds(number: str) -> None:
    with pytest.raises(UsageError) as refused:
        give_wish(f"1 bread {number}")

    assert (refused.value.problem, refused.value.value) == (Problem.NUMBER, number)


@pytest.mark.parametrize(
    "amount", ["0", "-0", "+", "1e3", "1.0", "９", "9223372036854775808", "-99999999999999999999"]
)
def test_coins_are_given_and_taken_in_plain_numbers(amount: str) -> None:
    for typed, meant in (
        ("7", 7),
        ("+7", 7),
        ("-7", -7),
        ("\u22127", -7),
        ("-9223372036854775807", 1 - 2**63),
    ):
        assert pay_wish(f"Bob {typed}") == PayWish("Bob", meant)
    with pytest.raises(UsageError) as refused:
        pay_wish(f"Bob {amount}")

    assert (refused.value.problem, refused.value.value) == (Problem.AMOUNT, amount)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("30s", 30),
        ("5m", 300),
        ("2h", 7_200),
        ("3d", 259_200),
        ("2023-11-14T22:13:20", 0),
        ("2023-11-14T22:13", 20),
        ("2023-11-15T00:13:20+03:00", 3_600),
        ("2023-11-14", 80_000),
        ("@1699999999", 1),
    ],
)
def test_a_time_is_counted_back_or_named(typed: str, seconds: int) -> None:
    now = 1_700_000_000  # 2023-11-14 22:13:20 UTC

    assert restore_wish(f"#7 {typed} a1b2c3", now) == RestoreWish("#7", now - seconds, "a1b2c3")


def test_words_of_looks_back() -> None:
    now = 1_700_000_000

    assert recall_wish("«Old Bob» 2h", now) == RecallWish("Old Bob", now - 7_200)
    assert compare_wish("#7 2h", now) == CompareWish("#7", now - 7_200, now)
    assert compare_wish("#7 2h @5", now) == CompareWish("#7", now - 7_200, 5)
    assert trace_wish("9223372036854775807 #7 «Old Bob»") == TraceWish(2**63 - 1, ("#7", "Old Bob"))


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "9223372036854775808", "１", "#5"])
def test_an_item_is_named_by_its_number(number: str) -> None:
    with pytest.raises(UsageError) as refused:
        trace_wish(f"{number} Alice")

    assert (refused.value.problem, refused.value.value) == (Problem.NUMBER, number)


@pytest.mark.parametrize(
    "typed",
    [
        "2",
        "h",
        "-2h",
        "2w",
        "٢h",
        "99999999999d",
        "99999d",
        "2023-11-14T22:14",
        "0001-01-01",
        "1e3s",
        "2h30m",
    ],
)
def test_what_is_no_time_or_still_to_come_is_refused(typed: str) -> None:
    with pytest.raises(UsageError) as refused:
        restore_wish(f"#7 {typed}", 1_700_000_000)

    assert (refused.value.problem, refused.value.value) == (Problem.TIME, typed)


def test_long_texts_lose_whole_lines() -> None:
    lines = [f"<b>{'😀' * 20}</b>"] * 200

    cut = fit("\n".join(lines))

    assert len(cut.encode("utf-16-le")) // 2 <= 4096
    kept = cut.split("\n")
    assert kept[-1] == "…"
    assert set(kept[:-1]) == {lines[0]}
    assert len(kept) > 80
    assert fit("short") == "short"
