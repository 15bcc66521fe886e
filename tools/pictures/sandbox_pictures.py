"""The pictures of docs/sandbox.md: the chat page light, dark, on a phone, with two users, with a group."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.callbacks.buttons import ScreenName
from tools.pictures.screen_walk import Walk

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

_DESK: "ViewportSize" = {"width": 1000, "height": 700}
_PHONE: "ViewportSize" = {"width": 390, "height": 780}
_PAIR: "ViewportSize" = {"width": 820, "height": 700}
_TAVERN = -50
_SETTLING = 400


SANDBOX_PICTURES = 5


async def take_sandbox_pictures(
    page: "Page", walks: Mapping[str, Walk], out: Path, taken: Callable[[], None]
) -> None:
    """`taken` hears of each of the five."""

    async def picture(name: str) -> None:
        await _picture(page, out, name)
        taken()

    alice, boris = walks["en"], walks["ru"]
    things = await alice.dress()
    await boris.dress()
    await page.set_viewport_size(_DESK)

    await alice.open(ScreenName.MAIN)
    await page.click("#show-calls")
    await page.locator("#call-list li").filter(has_text="answerCallbackQuery").first.click()
    await picture("light")

    await page.emulate_media(color_scheme="dark")
    await alice.open(ScreenName.ITEM, things["hunting_bow"])
    await _plan_a_fault(page)
    await picture("dark")
    await page.click("#clear-faults")
    await page.click("#show-faults")

    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(_PHONE)
    await alice.open(ScreenName.BACKPACK)
    await picture("phone")

    await page.set_viewport_size(_PAIR)
    await boris.open(ScreenName.MAIN)
    await _add_view(page, "Борис")
    await picture("two-users")

    await _meet_in_a_group(page, alice, boris)
    await picture("group")


async def _plan_a_fault(page: "Page") -> None:
    await page.click("#show-faults")
    await page.get_by_label("Which call").select_option("editMessageText")
    await page.get_by_label("What happens").select_option("429")
    await page.get_by_role("button", name="Plan it").click()


async def _meet_in_a_group(page: "Page", alice: Walk, boris: Walk) -> None:
    """Alice's menu in a tavern; Boris, beside her, taps it and is told whose it is."""
    await alice.client.add_chat(_TAVERN, "Tavern", [alice.user_id, boris.user_id])
    for name in ("Alice", "Борис"):
        await _add_view(page, f"as {name}")
        await page.get_by_label("Close this view").first.click()
    await alice.player.within(_TAVERN).send("/inventory")
    await page.locator(".panel").last.get_by_role("button", name="Backpack").click()


async def _add_view(page: "Page", label: str) -> None:
    await page.click("#add-view")
    await page.locator("#add-choices button").filter(has_text=label).first.click()


async def _picture(page: "Page", out: Path, name: str) -> None:
    await page.evaluate("document.querySelectorAll('.drawer').forEach((drawer) => { drawer.scrollTop = 0; })")
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(_SETTLING)
    await page.screenshot(path=out / f"sandbox-{name}.png", scale="css")
