"""The list of a bag as aiogram-dialog shows it. Frozen, as `baselines` is; the library's version is printed.

Its widgets as their own pages use them: a text, and a scrolling group of one button an item. The library is
no part of the product: `pip install --group bench`.
"""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from aiogram import Dispatcher
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message

_PAGE = 9
_LIBRARY = "aiogram-dialog"


class Bag(StatesGroup):
    open = State()


def dialog_version() -> str | None:
    """None where it is not installed."""
    try:
        return version(_LIBRARY)
    except PackageNotFoundError:
        return None


def dialog_dispatcher(items: Sequence[tuple[int, str]]) -> Dispatcher:
    """`items`: ids and titles. `/start` opens the bag; state is kept in this process."""
    from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs  # noqa: PLC0415
    from aiogram_dialog.widgets.kbd import ScrollingGroup, Select  # noqa: PLC0415
    from aiogram_dialog.widgets.text import Const, Format  # noqa: PLC0415

    async def bag(**_: Any) -> dict[str, Any]:
        return {"items": items}

    async def chosen(*_: Any) -> None:
        """Nobody opens an item here."""

    choice = Select(
        Format("{item[1]}"),
        id="item",
        item_id_getter=lambda item: item[0],
        items="items",
        on_click=chosen,
    )
    pages = ScrollingGroup(choice, id="pages", width=1, height=_PAGE)
    dispatcher = Dispatcher()
    dispatcher.include_router(Dialog(Window(Const("Backpack"), pages, getter=bag, state=Bag.open)))

    async def start(_: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Bag.open, mode=StartMode.RESET_STACK)

    dispatcher.message.register(start, CommandStart())
    setup_dialogs(dispatcher)
    return dispatcher
