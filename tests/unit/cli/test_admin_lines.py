"""What a terminal says of a line of history."""

from dataclasses import replace

from apps.game_core.modules.admins.contracts import Recounted
from apps.game_core.modules.inventory.contracts import Fate, LedgerItem, LedgerLine, LedgerPage
from bot.cli.admin_lines import recounted
from tests.support.every_screen import HERO

SWORD = LedgerItem("iron_sword", "Iron Sword", known=True, quantity=1)
SCRAPS = LedgerItem("iron_scrap", "Iron Scrap", known=True, quantity=3)
MENDED = LedgerLine(at=0, version=7, deed="mend_item", fate=Fate.WRITTEN, items=(SWORD,), spent=(SCRAPS,))
FOUGHT = LedgerLine(at=0, version=8, deed="settle_fight", fate=Fate.WRITTEN, healed=-5, gained=12)
PAID = replace(MENDED, version=10, deed="batch", coins=-1500)
EARNED = replace(FOUGHT, version=11, deed="add_coins", healed=0, gained=0, coins=30)
ROSE = replace(FOUGHT, version=9, level=3, broke=(SWORD,))


def test_all_that_an_operation_took_and_gave_is_said() -> None:
    page = LedgerPage((EARNED, PAID, ROSE, FOUGHT, MENDED), page=1, pages=1, total=5, waiting=())

    earned, paid, rise, fight, mending = (line for line in recounted(Recounted(HERO, page)) if " v" in line)

    assert fight.endswith("v8 won a fight: -5 health +12 experience")
    assert rise.endswith("v9 won a fight: -5 health +12 experience reached level 3 broke Iron Sword")
    assert paid.endswith("v10 at once Iron Sword with Iron Scrap x3 -1500 coins")
    assert earned.endswith("v11 was paid: +30 coins")
    assert mending.endswith("v7 mended Iron Sword with Iron Scrap x3")
