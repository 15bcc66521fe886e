"""Every screen of bags from empty to huge, for players with plain and hostile names: within the limits."""

from collections import Counter
from functools import cache
from itertools import islice, product

import pytest

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNoteResult
from apps.game_core.modules.items.contracts import Slot
from bot.i18n import LOCALES, Translations
from bot.players.choices import BackpackChoice
from bot.views.screens import Screens
from bot.views.ui import Ui, Uis
from telegram_sandbox.rules import botapi_rules
from tests.support.altered import replace
from tests.support.big_bags import kinds
from tests.support.every_screen import HERO, OWNER
from tests.support.remembering import Remembering
from tools.pictures.contact_sheets.extremes import NAMES, SIZES
from tools.support.bags import NOW, bag, item, rules
from tools.walk.witness import MOST_LETTERS, faults

MORE_NAMES = ("<" * 64, "&amp;" * 12)


@pytest.fixture(scope="module", params=["en", "ru"])
def ui(request: pytest.FixtureRequest) -> Ui:
    return Uis(Translations.load(LOCALES)).of(request.param)


@cache
def inventory(size: int, name: str) -> FormattedInventory:
    """One for all languages: what is found out about a bag is the same in each."""
    session = bag(
        *(item(kind) for kind in kinds(size)), max_slots=2000, worn={Slot.HEAD: item("iron_helmet")}
    )
    return FormattedInventory(
        replace(session, hero=replace(session.hero, name=name), rev="f" * 8),
        Remembering(rules(), NOW),
    )


def junked(shown: FormattedInventory) -> FormattedInventory:
    """All of it is marked."""
    marked = tuple(replace(each, junk=True) for each in shown.session.backpack)
    return replace(shown, session=replace(shown.session, backpack=marked))


def told(shown: FormattedInventory) -> TakeNoteResult:
    """All of it came, went and came back while nobody looked."""
    things = Counter({each.base_id: each.quantity for each in shown.session.backpack})
    gifts = tuple(Gift(*each) for each in things.items())
    return TakeNoteResult(came=gifts, went=gifts, waiting=gifts)


@pytest.mark.parametrize(("size", "name"), list(product(SIZES, (*NAMES.values(), *MORE_NAMES))))
def test_every_screen_of_every_bag_is_within_the_limits(ui: Ui, size: int, name: str) -> None:
    shown = inventory(size, name)
    rows = shown.view().backpack
    everything = frozenset(row.id for row in rows)
    plain = Screens(ui, OWNER)
    found = Screens(ui, OWNER, BackpackChoice(search=name[:40], marked=everything))
    last = (size or 1) // 9
    screens = [
        plain.lobby(replace(HERO, name=name), new=True),
        plain.main(shown),
        plain.quick_slots(shown),
        plain.fill_quick_slot(shown, 0),
        plain.best_set(shown),
        plain.bench(shown),
        plain.junk(shown),
        plain.junk(junked(shown)),
        plain.loadouts(shown),
        plain.news(shown, told(shown)),
        *(plain.slot(shown, number) for number in range(1, 9)),
        *(each.backpack(shown, page) for each in (plain, found) for page in (0, last, 10**6)),
        *(each.marking(shown, last) for each in (plain, found)),
        replace(found, choice=BackpackChoice(marked=everything)).confirm_marked(shown, last),
        *(plain.item(shown, row.id, last) for row in islice(rows, 80)),
    ]
    for screen in screens:
        assert (
            len(botapi_rules.message_text(screen.text, "HTML").text.encode("utf-16-le")) // 2 <= MOST_LETTERS
        )
        assert list(faults(screen.keyboard)) == []
