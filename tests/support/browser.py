"""The browser the page is tested with: found on this machine, demanded in CI."""

import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import (
    Browser,
    CDPSession,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    async_playwright,
    expect,
)

from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.errors import PortInUseError
from telegram_sandbox.server import SandboxServer
from tools.support.chromium import FLAGS
from tools.support.patience import PATIENCE

# The first is Chromium without what makes windows: a fifth less work for the same pages.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = "no Chromium here: `apt-get install chromium-headless-shell` or `playwright install chromium`"


def find_chromium(playwright: Playwright) -> str:
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    own = playwright.chromium.executable_path
    return installed or (own if Path(own).exists() else do_without(os.environ))


def do_without(environment: Mapping[str, str]) -> str:
    """Skips the test, except in CI, where a browser is part of the bargain."""
    if environment.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


class Tab:
    """One that tests take turns in, for a new one takes longer than most of them. Each finds it as new.

    What was shown is gone with its page, and what it kept with its address.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._page: Page | None = None
        self._console: CDPSession | None = None
        self._port = 0

    @asynccontextmanager
    async def sandbox(self, config: SandboxConfig) -> AsyncIterator[SandboxServer]:
        """One to be shown, where the last one was if that is free: the browser has what it read there."""
        async with AsyncExitStack() as stack:
            try:
                server = await stack.enter_async_context(SandboxServer(replace(config, port=self._port)))
            except PortInUseError:
                server = await stack.enter_async_context(SandboxServer(config))
            self._port = int(server.url.rpartition(":")[2])
            yield server

    @asynccontextmanager
    async def at(self, url: str) -> AsyncIterator[Page]:
        """On a desk; a fault in a script or an error on the console fails when the block ends."""
        page, self._page = self._page or await self._opened(), None
        await page.set_viewport_size({"width": 1100, "height": 800})
        await page.emulate_media(color_scheme="light", reduced_motion="reduce")
        faults: list[str] = []

        def fault(error: Error) -> None:
            faults.append(str(error))

        def line(said: ConsoleMessage) -> None:
            if said.type == "error":
                faults.append(said.text)

        page.on("pageerror", fault)
        page.on("console", line)
        await page.goto(url)
        yield page
        await self._left(page, url)
        page.remove_listener("pageerror", fault)
        page.remove_listener("console", line)
        assert not faults, faults
        self._page = page

    async def _opened(self) -> Page:
        page = await (await self._browser.new_context()).new_page()
        page.set_default_timeout(PATIENCE * 1000)
        self._console = await page.context.new_cdp_session(page)
        return page

    async def _left(self, page: Page, url: str) -> None:
        await page.goto("about:blank")
        await page.unroute_all()
        await page.mouse.move(-1, -1)  # or it hovers over what comes next
        await page.context.clear_cookies()
        assert self._console
        await self._console.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=find_chromium(playwright), args=FLAGS)
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
async def tab(browser: Browser) -> Tab:
    return Tab(browser)


_OUT_OF_VIEW = """(message, texts) => {
  const list = message.closest(".messages").getBoundingClientRect();
  const walker = document.createTreeWalker(message.querySelector(".text"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return texts.filter((text) => {
    const node = nodes.find((each) => each.data.includes(text));
    if (!node) return true;
    const range = document.createRange();
    range.setStart(node, node.data.indexOf(text));
    range.setEnd(node, node.data.indexOf(text) + text.length);
    return [...range.getClientRects()].some((box) => box.top < list.top || box.bottom > list.bottom
      || box.left < list.left || box.right > list.right);
  });
}"""


async def out_of_view(message: Locator, texts: Sequence[str]) -> list[str]:
    """Those that a message does not show whole, where its buttons are in view."""
    await expect(message.locator(".key").last).to_be_in_viewport(ratio=1)
    found: list[str] = await message.evaluate(_OUT_OF_VIEW, list(texts))
    return found
