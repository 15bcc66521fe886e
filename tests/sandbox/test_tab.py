"""Tests take turns in one tab: none may find what another left, nor be spared what it did."""

import pytest
from playwright.async_api import Browser, Page

from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.server import SandboxServer
from tests.support.browser import Tab

_LOOKS = """() => [
  localStorage.length, document.cookie, innerWidth, history.state, document.title,
  matchMedia("(prefers-color-scheme: dark)").matches, document.querySelectorAll(":hover").length,
]"""
_LEAVES = """() => {
  localStorage.setItem("left", "behind");
  document.cookie = "left=behind";
  document.title = "left behind";
}"""


async def test_whoever_comes_next_finds_it_as_new(browser: Browser, sandbox: SandboxServer) -> None:
    tab = Tab(browser)
    async with tab.at(sandbox.url) as first:
        new = await first.evaluate(_LOOKS)
        await first.set_viewport_size({"width": 360, "height": 700})
        await first.emulate_media(color_scheme="dark")
        await first.route("**/sandbox/world", lambda route: route.abort())
        await first.evaluate(_LEAVES)
        await first.mouse.move(180, 300)
        assert await first.evaluate(_LOOKS) != new

    async with tab.at(sandbox.url) as second:
        assert second is first
        assert await second.evaluate(_LOOKS) == new
        assert await second.evaluate("fetch('/sandbox/world').then((found) => found.status)") == 200
    await second.context.close()


@pytest.mark.parametrize(
    "fault", ["setTimeout(() => { throw new Error('broken') })", "console.error('broken')"]
)
async def test_a_fault_on_the_page_fails_and_its_tab_is_given_up(
    browser: Browser, sandbox: SandboxServer, fault: str
) -> None:
    tab, tabs = Tab(browser), list[Page]()
    with pytest.raises(AssertionError, match="broken"):
        await _visit(tab, sandbox, fault, tabs)

    await _visit(tab, sandbox, "0", tabs)
    first, second = tabs
    assert second is not first
    for page in tabs:
        await page.context.close()


async def test_a_sandbox_is_where_the_one_before_was_if_that_is_free(browser: Browser) -> None:
    tab, config = Tab(browser), SandboxConfig(port=0)
    async with tab.sandbox(config) as first, tab.sandbox(config) as beside:
        assert beside.url != first.url

    async with tab.sandbox(config) as later:
        assert later.url == beside.url


async def _visit(tab: Tab, sandbox: SandboxServer, script: str, tabs: list[Page]) -> None:
    async with tab.at(sandbox.url) as page:
        tabs.append(page)
        await page.evaluate(script)
        await page.evaluate("new Promise((done) => setTimeout(done))")
