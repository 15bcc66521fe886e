"""The way to the messenger: connections, and the proxy that they go through."""

from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramServerError
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientSession, DummyCookieJar, FormData, JsonPayload

from apps.game_core.errors import StartError

# Room for asking after updates, however many calls the messenger is slow to answer.
_CONNECTIONS = 512
_SPOKEN = ("http", "https")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class UnreadableAnswerError(TelegramServerError):
    """What came is no answer of a Bot API's: some proxy's page, or half of one. Nobody knows what was done.

    It does not say what came: that may be what players wrote.
    """

    def __init__(self, method: TelegramMethod[Any], cause: Exception) -> None:
        super().__init__(method, f"an answer that cannot be read ({type(cause).__name__})")


class OutgoingSession(AiohttpSession):
    """aiogram's own, through a proxy that speaks HTTP. aiogram's proxies need a library of their own.

    What is sent goes as JSON: a form takes four times as long to write.
    """

    def __init__(self, api_url: str, proxy: str | None) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url), limit=_CONNECTIONS)
        self._through = proxy

    async def create_session(self) -> ClientSession:
        if self._session is None or self._session.closed:
            connector = self._connector_type(**self._connector_init)
            self._session = ClientSession(
                connector=connector, proxy=self._through, cookie_jar=DummyCookieJar()
            )
        self._should_reset_connector = False
        return self._session

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> FormData | JsonPayload:  # type: ignore[override]
        """Values as a form has them. Files need one."""
        files: dict[str, Any] = {}
        values = method.model_dump(warnings=False).items()
        prepared = ((name, self.prepare_value(value, bot, files)) for name, value in values)
        sent = {name: value for name, value in prepared if value}
        return super().build_form_data(bot, method) if files else JsonPayload(sent)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's
    ) -> TelegramType:
        """Raises ClientDecodeError for updates alone: some of them may be legible."""
        try:
            return await super().make_request(bot, method, timeout)
        except ClientDecodeError as error:
            if isinstance(method, GetUpdates):
                raise
            raise UnreadableAnswerError(method, error.original) from None
        except UnicodeDecodeError as error:
            raise UnreadableAnswerError(method, error) from None

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        try:
            return super().check_response(bot, method, status_code, content)
        except TypeError as error:  # it has no description, in which a word is looked for
            raise UnreadableAnswerError(method, error) from None

    async def close(self) -> None:
        """What we extend waits a quarter of a second for TLS to say goodbye, even where there is none."""
        if self.api.base.startswith("https:"):
            await super().close()
        elif self._session is not None:
            await self._session.close()


def outgoing(api_url: str, proxy: str = "") -> OutgoingSession:
    """`proxy`: instead of what the usual variables say. Raises StartError for one that we cannot speak to."""
    return OutgoingSession(api_url, proxy_for(api_url, proxy))


def proxy_for(url: str, proxy: str = "") -> str | None:
    """The proxy for the address, by the setting, or else by the variables that other programs read.

    This machine's own servers are asked directly.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _THIS_MACHINE or (not proxy and proxy_bypass(host)):
        return None
    found = proxy or getproxies().get(parts.scheme, "")
    if not found:
        return None
    known = found if "://" in found else f"http://{found}"
    if urlsplit(known).scheme not in _SPOKEN:
        name = "BOT_PROXY" if proxy else f"{parts.scheme.upper()}_PROXY"
        raise StartError(f"{name}: {found} is not allowed: a proxy begins with http:// or https://")
    return known
