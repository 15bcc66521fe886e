"""A balancer without affinity: every update goes to the next bot, whoever it is from."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle

from aiohttp import ClientError, ClientSession, web

_HEADERS = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")


class Balancer:
    """Hands requests on to the addresses in turn; `served` counts them by address."""

    def __init__(self, addresses: Sequence[str], session: ClientSession) -> None:
        self.served = [0] * len(addresses)
        self._turns = cycle(enumerate(addresses))
        self._session = session

    async def hand_on(self, request: web.Request) -> web.Response:
        headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
        body = await request.read()
        number, address = next(self._turns)
        self.served[number] += 1
        try:
            async with self._session.post(address, data=body, headers=headers) as answer:
                return web.Response(
                    status=answer.status, body=await answer.read(), content_type=answer.content_type
                )
        except (ClientError, TimeoutError):
            raise web.HTTPBadGateway from None


@asynccontextmanager
async def balance(addresses: Sequence[str], port: int) -> AsyncIterator[Balancer]:
    """Listen on the loopback port for as long as the block runs."""
    async with ClientSession() as session:
        balancer = Balancer(addresses, session)
        app = web.Application()
        app.router.add_post("/{path:.*}", balancer.hand_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
            yield balancer
        finally:
            await runner.cleanup()
