"""The backpack in the order in which it is shown: the same for all of its pages."""

from dataclasses import replace

from apps.game_core.modules.inventory.contracts import BackpackQuery
from apps.game_core.modules.inventory.inventory.logic.showing.alike import in_rows
from apps.game_core.modules.inventory.inventory.logic.showing.backpack_rows import chosen
from apps.game_core.modules.inventory.inventory.logic.showing.judging import Judge
from apps.game_core.modules.inventory.inventory.logic.showing.remembered import Arranged


def arranged(judge: Judge, query: BackpackQuery) -> Arranged:
    """Who turns pages of a big bag does not wait for it to be looked through each time."""
    asked = replace(query, page=0), judge.wearer.buffs
    last = judge.seen.arranged
    if last is None or last[0] != asked:
        items = chosen(judge.session.backpack, query, judge)
        last = judge.seen.arranged = asked, Arranged(items, in_rows(items, judge.wearer.rules.catalog))
    return last[1]
