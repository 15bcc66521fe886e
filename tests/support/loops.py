"""The event loop that a bot has, which names what is left open when it is closed.

A warning is an error here, and uvloop does not close what it could not warn of: it would fail by a word of
the system's about a busy device, or wait for ever.
"""

import os
import warnings
from typing import Any

import uvloop


class LeftOpenError(Exception):
    """Connections or servers that whoever made them has not closed."""


class TidyLoop(uvloop.Loop):
    def __init__(self) -> None:
        super().__init__()
        self._makers: dict[int, str] = {}

    async def create_connection(self, *args: Any, **options: Any) -> Any:
        return self._noted(await super().create_connection(*args, **options))

    async def create_unix_connection(self, *args: Any, **options: Any) -> Any:
        return self._noted(await super().create_unix_connection(*args, **options))

    def close(self) -> None:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            super().close()
        if told:
            raise LeftOpenError("; ".join(self._with_maker(str(each.message)) for each in told))

    def _noted(self, made: Any) -> Any:
        transport, _ = made
        self._makers[id(transport)] = os.environ.get("PYTEST_CURRENT_TEST", "no test")
        return made

    def _with_maker(self, warning: str) -> str:
        makers = (maker for address, maker in self._makers.items() if f"{address:#x}>" in warning)
        return f"{warning}, made in {next(makers, 'which test nobody knows')}"
