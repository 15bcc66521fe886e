"""The small shop bot as a process of its own: `python -m tests.sandbox.serve_shop http://127.0.0.1:8081`."""

import asyncio
import sys

from .shop_bot import make_bot, make_dispatcher


async def serve(url: str) -> None:
    await make_dispatcher().start_polling(make_bot(url))


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
