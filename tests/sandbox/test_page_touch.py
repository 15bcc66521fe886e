"""The page under a thumb, and rows that a plain wheel moves."""

from playwright.async_api import Page, expect

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot, keyboard

SMALL = """(reach) => [...document.querySelectorAll(
  "button:not(.reply), select, summary, input:not([type=checkbox]), textarea, label:has([type=checkbox])",
)].filter((target) => {
  const box = target.getBoundingClientRect();
  const hits = (right, down) => target.contains(
    document.elementFromPoint(box.left + box.width / 2 + right, box.top + box.height / 2 + down));
  return hits(0, 0) && !(hits(0, -reach) && hits(0, reach) && hits(-reach, 0) && hits(reach, 0));
}).map((target) => `${target.className} ${target.offsetHeight} ${target.ariaLabel}`)"""
REACH = 16
"""Pixels from the middle: a target is 32 high and wide at least."""


async def test_what_is_tapped_is_large_enough(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    await page.set_viewport_size({"width": 360, "height": 780})
    await chat.add_chat(-1005, "Guild", [1, 2], is_forum=True)
    await bot("sendMessage", chat_id=1, text="x", reply_markup=keyboard(callback_data="x"))
    await bot("sendMessage", chat_id=1, text="y", reply_markup={"keyboard": [["elf", "orc"]]})
    await bot("setMyCommands", commands=[{"command": "help", "description": "What there is"}])
    await expect(page.get_by_role("button", name="elf")).to_be_visible()
    assert await page.evaluate(SMALL, REACH) == []
    await page.get_by_label("Chat", exact=True).select_option("-1005")
    await page.get_by_role("button", name="New topic").click()
    assert await page.evaluate(SMALL, REACH) == []
    await page.get_by_role("button", name="Members").click()
    assert await page.evaluate(SMALL, REACH) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Add a view").click()
    await page.get_by_text("New group", exact=True).click()
    assert await page.evaluate(SMALL, REACH) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Faults").click()
    assert await page.evaluate(SMALL, REACH) == []


async def test_a_plain_wheel_reaches_all_topics(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-1005, "Guild", [1, 2], is_forum=True)
    for number in range(12):
        await chat.topic(1, -1005, f"Topic {number}")
    await page.get_by_label("Chat", exact=True).select_option("-1005")
    first, last = (page.locator(".chip", has_text=name) for name in ("General", "Topic 0"))
    await expect(first).to_be_in_viewport()
    await expect(last).not_to_be_in_viewport()
    await first.hover()
    for _ in range(12):
        await page.mouse.wheel(0, 200)
    await expect(last).to_be_in_viewport(ratio=1)
    for _ in range(12):
        await page.mouse.wheel(0, -200)
    await expect(first).to_be_in_viewport(ratio=1)


async def test_labels_of_a_full_row_end_in_dots(page: Page, bot: RawBot) -> None:
    await page.set_viewport_size({"width": 360, "height": 780})
    labels = [f"Кн{number}" for number in range(1, 11)]
    markup = {"keyboard": [labels, [f"Кнопка {number}" for number in range(10)]]}
    await bot("sendMessage", chat_id=1, text="x", reply_markup=markup)
    row = page.locator(".reply-keys .keys")
    await expect(row.first).to_be_visible()
    whole = "keys => keys.every((key) => key.scrollWidth <= key.clientWidth)"
    assert await row.first.locator(".key").evaluate_all(whole)
    assert await row.first.evaluate("row => row.clientHeight") == await row.last.evaluate(
        "row => row.clientHeight"
    )
    cut = row.last.locator(".key").first
    assert await cut.evaluate("key => getComputedStyle(key).textOverflow") == "ellipsis"
    await expect(cut).to_have_attribute("title", "Кнопка 0")


async def test_a_long_placeholder_ends_in_dots(page: Page, bot: RawBot) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    markup = {"keyboard": [["elf"]], "input_field_placeholder": "long words " * 5}
    await bot("sendMessage", chat_id=1, text="x", reply_markup=markup)
    line = page.get_by_label("Message", exact=True)
    await expect(line).to_have_attribute("placeholder", "long words " * 5)
    style = (
        "area => { const s = getComputedStyle(area, '::placeholder'); return [s.textOverflow, s.overflowX]; }"
    )
    assert await line.evaluate(style) == ["ellipsis", "hidden"]


async def test_a_message_with_eight_rows_of_keys_is_seen_whole_on_a_small_phone(
    page: Page, bot: RawBot
) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    keys = {"inline_keyboard": [[{"text": f"{row}", "callback_data": "x"}] for row in range(8)]}
    sent = (await bot("sendMessage", chat_id=1, text="x")).result
    place = {"chat_id": 1, "message_id": sent["message_id"]}
    await bot(
        "editMessageText", **place, text="Alice\n70 / 100\nAttack\n27.94 / 100 kg, 14 / 50", reply_markup=keys
    )
    shown = page.locator(".message", has_text="Alice")
    await expect(shown.locator(".key", has_text="7")).to_be_in_viewport(ratio=1)
    top = "element => element.getBoundingClientRect().top"
    assert await shown.evaluate(top) >= await page.locator(".messages").evaluate(top)
