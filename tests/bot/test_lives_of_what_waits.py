"""`/life` of what is in no bag: it says whose it will be or was, and leads there."""

import pytest

from apps.game_core.modules.admins.contracts import Traced
from apps.game_core.modules.inventory.contracts import AddCoins, Awaited, ItemLife
from bot.callbacks.buttons import Order
from bot.i18n import LOCALES, Translations
from bot.keyboards import admins as keyboards
from bot.views.ui import Ui
from tests.bot.conftest import USER, Stage
from tests.bot.test_admin_handlers import told
from tests.support.every_admin_text import OWNERS
from tests.support.seats import seated
from tests.support.world import World


async def test_who_has_given_it_and_for_which_trade(stage: Stage) -> None:
    await stage.core.gateway.perform(stage.char_id, AddCoins(amount=100))
    seats = await seated(World(stage.core), stage.char_id)
    bread = (await stage.item("bread")).id
    await seats.confirm(stage.char_id)
    await seats.give(stage.char_id)

    said = (await told(stage, f"/life {bread}")).split("\n")

    who = f"Alice · #{stage.char_id} · Telegram {USER}"
    assert said[1] == f"Given in trade {seats.trade}, which is open, by: {who}"


@pytest.mark.parametrize(
    ("language", "given", "said"),
    [
        ("en", True, "Given in trade 5, which is open, by:"),
        ("en", False, "Waits, from trade 5, in the inbox of:"),
        ("ru", True, "Отдано в обмене 5, который ещё открыт. Отдал:"),
        ("ru", False, "Ждёт после обмена 5 в почте у:"),
    ],
)
def test_both_are_said_in_every_language(language: str, given: bool, said: str) -> None:
    life = ItemLife(1, (), None, awaited=Awaited(7, 5, given))
    ui = Ui(Translations.load(LOCALES).get(language))
    assert f"{said} " in ui.html("admin_life", life=life, characters=OWNERS)


def test_a_button_leads_to_whom_it_waits_for_who_never_had_it() -> None:
    life = ItemLife(1, (), None, awaited=Awaited(7, 5, given=False))
    ui = Ui(Translations.load(LOCALES).get("en"))
    [[button]] = keyboards.traced(ui, 1, Traced(life, OWNERS)).inline_keyboard
    assert Order.unpack(button.callback_data or "").line == "inspect #7"
