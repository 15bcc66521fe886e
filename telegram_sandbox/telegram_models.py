"""Telegram's types, without a validator for each of them before anybody needs one.

When aiogram is imported, it has Pydantic complete all of its 450 models: two thirds of what a bot takes to
start. A bot uses a few dozen of them. Pydantic completes by itself what is used before it is complete.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, ConfigDict

_LIBRARY = "aiogram."
_MODELS = ("aiogram.types.", "aiogram.methods.")


@contextmanager
def completed_when_used() -> Iterator[None]:
    """Models that come while the block runs wait until they are used; the library asks for some by hand."""
    names: dict[str, Any] = {}
    complete = BaseModel.__dict__["model_rebuild"]

    def put_off(cls: type[BaseModel], /, **options: Any) -> bool | None:
        if not cls.__module__.startswith(_LIBRARY):
            done: bool | None = complete.__func__(cls, **options)
            return done
        names.update(options.get("_types_namespace") or {})
        return None

    BaseModel.model_rebuild = classmethod(put_off)  # type: ignore[assignment]
    settings, BaseModel.model_config = BaseModel.model_config, ConfigDict(defer_build=True)
    try:
        yield
    finally:
        BaseModel.model_config = settings
        BaseModel.model_rebuild = complete  # type: ignore[method-assign]
        if names:  # else the library was there before
            _make_known(names)


def _make_known(names: dict[str, Any]) -> None:
    """Each module may refer to all types, which it has imported for type checkers only."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_MODELS):
            vars(module).update(names | vars(module))
