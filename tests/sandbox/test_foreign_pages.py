"""A page of another site, opened while a sandbox runs: whatever it sends, and however, changes nothing."""

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from playwright.async_api import Browser

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.server import SandboxServer
from telegram_sandbox.world.model import Webhook
from tools.cli.demo import new_token, token_in

from .conftest import TOKEN, RawBot

BOT = f"/bot{TOKEN}"
SEND, HOOK = f"{BOT}/sendMessage?chat_id=1&text=hi", f"{BOT}/setWebhook?url=http://127.0.0.1:1/"
GETS = (SEND, HOOK, f"{BOT}/deleteWebhook", f"{BOT}/getUpdates?offset=-1", "/bot77:" + "x" * 35 + "/getMe")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
ELSEWHERE = "http://127.0.0.1:1"

# The members of the kind: what each element and call of a page makes a browser say.
FOREIGN = {
    "a picture": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    "a script": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    "a frame": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    "a link": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    "another port of this machine": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    "a fetch": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "a fetch of an old browser": {"Origin": "https://evil.example"},
    "a file or a sandboxed frame": {"Origin": "null"},
    "a fetch from another port": {"Origin": ELSEWHERE},
    "a picture of an old browser": {"Referer": "https://evil.example/page"},
    "a picture of an old browser on another port": {"Referer": f"{ELSEWHERE}/page"},
    "an old browser that keeps silent": {"User-Agent": FIREFOX},
}
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")


@dataclass
class Untouched:
    """What a foreign page must leave as it is."""

    sandbox: SandboxServer
    before: object = field(init=False)

    def __post_init__(self) -> None:
        self.before = self._now()

    def _now(self) -> object:
        world = self.sandbox.state
        bots = [
            (bot.id, bot.record.webhook, len(bot.queue), bot.record.next_message_id) for bot in world.bots
        ]
        return bots, list(world.users), list(world.groups), world.faults.listed(), world.calls.next_seq

    def check(self) -> None:
        assert self._now() == self.before


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize("method", METHODS)
async def test_fault_55_a_foreign_page_changes_nothing(
    sandbox: SandboxServer, bot: RawBot, http: ClientSession, what: str, method: str
) -> None:
    assert bot.token == TOKEN
    untouched = Untouched(sandbox)
    form = {"id": "99", "first_name": "Eve", "user_id": "1", "text": "/start", "method": "*", "kind": "drop"}

    for path in (*GETS, "/sandbox/users", "/sandbox/messages", "/sandbox/faults", "/sandbox/floods"):
        if method in {"GET", "HEAD"} and path.startswith("/sandbox"):
            continue  # tells a page nothing that it may read, and changes nothing
        body = form if method in {"POST", "PUT", "PATCH"} else None
        async with http.request(method, sandbox.url + path, data=body, headers=FOREIGN[what]) as reply:
            assert reply.status == 403, path

    untouched.check()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"User-Agent": "Python/3.11 aiohttp/3"},
        {"Sec-Fetch-Mode": "cors", "Accept-Language": "*", "User-Agent": "node"},
        {"User-Agent": FIREFOX, "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
    ],
)
async def test_fault_55_bots_and_people_are_served(
    sandbox: SandboxServer, bot: RawBot, http: ClientSession, headers: dict[str, str]
) -> None:
    assert bot.token == TOKEN
    for method in ("GET", "POST"):
        async with http.request(method, sandbox.url + SEND, headers=headers) as reply:
            assert reply.status == 200


async def test_fault_55_a_link_leads_to_the_chat_page(sandbox: SandboxServer, http: ClientSession) -> None:
    for headers in (FOREIGN["a link"], {"Referer": "https://example.org/"}, {"User-Agent": FIREFOX}):
        async with http.get(f"{sandbox.url}/", headers=headers) as reply:
            assert reply.status == 200


@asynccontextmanager
async def another_site(html: str) -> AsyncIterator[str]:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://localhost:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("referrer", ["no-referrer", "unsafe-url"])
async def test_fault_55_a_real_browser_on_a_foreign_page(
    sandbox: SandboxServer, bot: RawBot, browser: Browser, referrer: str
) -> None:
    assert bot.token == TOKEN
    untouched, url = Untouched(sandbox), sandbox.url
    html = f"""<!doctype html><meta name="referrer" content="{referrer}"><title>x</title>
        <img src="{url}{SEND}"><img src="{url}{HOOK}"><script src="{url}{HOOK}"></script>
        <iframe name="f" src="{url}{SEND}"></iframe><link rel="stylesheet" href="{url}{SEND}">
        <form id="form" method="post" target="f" action="{url}{SEND}"></form>
        <form id="user" method="post" enctype="text/plain" target="f" action="{url}/sandbox/users">
        <input name='{{"id": 99, "first_name": "Eve", "x": "' value='"}}'></form>
        <script>
        const tried = [fetch("{url}{HOOK}", {{mode: "no-cors"}}),
            fetch("{url}{SEND}", {{mode: "no-cors", method: "POST", body: "x"}}),
            fetch("{url}/sandbox/faults", {{method: "DELETE"}})];
        navigator.sendBeacon("{url}{SEND}", "x");
        document.getElementById("form").submit();
        document.getElementById("user").submit();
        Promise.allSettled(tried).then(() => document.title = "done");
        </script>"""
    page = await browser.new_page()
    async with another_site(html) as address:
        await page.goto(address)
        await page.wait_for_function("document.title === 'done'")
        await page.wait_for_load_state("networkidle")
    await page.close()

    untouched.check()


async def test_fault_55_webhooks_are_at_named_hosts_only(http: ClientSession) -> None:
    async with SandboxServer(SandboxConfig(port=0, webhook_hosts=("bots.test",))) as sandbox:
        bot = RawBot(http, sandbox.url)
        refused = await bot("setWebhook", url="http://127.0.0.1:9/")
        assert refused.refusal.endswith("was allowed to call bots.test, and not 127.0.0.1")
        assert (await bot("setWebhook", url="http://bots.test:9/")).result is True


async def test_fault_55_a_webhook_that_is_no_longer_named_is_forgotten(tmp_path: Path) -> None:
    config = SandboxConfig(port=0, state_file=tmp_path / "world.json")
    async with SandboxServer(config) as sandbox:
        sandbox.state.bot_of(TOKEN).record.webhook = Webhook(url="http://127.0.0.1:9/")
        sandbox.state.on_change()
    async with SandboxServer(
        SandboxConfig(port=0, state_file=config.state_file, webhook_hosts=())
    ) as sandbox:
        assert sandbox.state.bot_of(TOKEN).record.webhook is None


def test_fault_55_a_demo_makes_its_token_at_its_first_start(tmp_path: Path) -> None:
    token = token_in(tmp_path)

    assert token_in(tmp_path) == token
    assert token != new_token()
    assert len(token.partition(":")[2]) >= 32
    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_fault_55_chats_of_a_demo_with_the_old_token_stay(
    sandbox: SandboxServer, chat: SandboxClient, bot: RawBot
) -> None:
    kept = sandbox.state.bot_of(bot.token).record.chats

    sandbox.state.hand_over(bot.token, new := new_token())

    assert sandbox.state.bot_of(new).record.chats is kept
    assert [message.text for message in await chat.messages(1)] == ["/start"]
