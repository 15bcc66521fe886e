"""Admins' commands one by one: parsed, asked once, told in a message beside the menu."""

import re

import pytest
from aiogram.filters import Command

from apps.game_core.modules.admins.contracts import ReadActions
from apps.sandbox import botapi_rules
from bot.admins.arguments import (
    GiveWish,
    HistoryWish,
    Problem,
    RestoreWish,
    UsageError,
    give_wish,
    history_wish,
    player_wish,
    restore_wish,
)
from bot.handlers import admins
from bot.views.fitting import fit
from tests.bot.conftest import USER, Stage


async def told(stage: Stage, text: str) -> str:
    name = text.split(maxsplit=1)[0].removeprefix("/")
    played = await stage.write(admins.COMMANDS[name], text, rule=Command(name))
    return str(botapi_rules.message_text(played.shown.text, "HTML").text)


async def test_give(stage: Stage) -> None:
    said = await told(stage, f"/give {USER} copper_ring 2")

    assert said.startswith(f"🎁 Alice · #{stage.char_id} · Telegram {USER}\n")
    assert "Put into the inbox: Copper Ring ×2" in said
    assert "The player is away" in said
    view = await stage.view()
    assert sum(item.quantity for item in view.backpack if item.base_id == "copper_ring") == 3


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
    command = planned[planned.index("/restore") :].split("\n")[0]
    assert planned.startswith(f"🕰 Alice · #{stage.char_id} · Telegram {USER}\nAs it was at ")
    assert planned.endswith("• Loaf of Bread ×3\n• Iron Ore ×12")
    assert re.fullmatch(rf"/restore #{stage.char_id} [0-9-]{{10}}T[0-9:]{{8}} [0-9a-f]{{6}}", command)
    assert (await stage.view()).stats.slots_used == 12

    done = await told(stage, command)

    assert done.endswith("• Loaf of Bread ×3\n• Iron Ore ×12")
    assert (await stage.item("bread")).id == bread.id
    assert "Nothing of that is missing." in await told(stage, "/restore Alice 1h")


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
        ("/inspect <b>nobody&", "There is no player “<b>nobody&”."),
        ("/history Alice one", "“one” is not a number from 1 to 10,000."),
        ("/sync", "Which player?"),
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
    left, right = quotes

    assert give_wish(f"{left}Old Bob{right} bread 3") == GiveWish("Old Bob", "bread", 3)
    assert history_wish(f"{left}Agent 47{right} 2") == HistoryWish("Agent 47", 2)
    assert player_wish("sync", f"{left}Old Bob{right}") == "Old Bob"


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "10001", "99999999999", "１", "1.0"])
def test_numbers_are_plain_and_within_bounds(number: str) -> None:
    with pytest.raises(UsageError) as refused:
        give_wish(f"1 bread {number}")

    assert (refused.value.problem, refused.value.value) == (Problem.NUMBER, number)


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
    ],
)
def test_a_time_is_counted_back_or_named(typed: str, seconds: int) -> None:
    now = 1_700_000_000  # 2023-11-14 22:13:20 UTC

    assert restore_wish(f"#7 {typed} a1b2c3", now) == RestoreWish("#7", now - seconds, "a1b2c3")


@pytest.mark.parametrize(
    "typed", ["2", "h", "-2h", "2w", "٢h", "99999999999d", "2023-11-14T22:14", "0001-01-01", "1e3s", "2h30m"]
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
