"""What may go: what is marked as junk, and what could be. No upgrade is among it, nor what is locked.

What is broken is judged as what it would be once it is mended. An upgrade is what helps alone, and what the
best set needs: sword and shield may be better than a spear though neither is alone.
"""

from collections.abc import Iterable
from zlib import crc32

from apps.game_core.modules.inventory.contracts import Verdict
from apps.game_core.modules.inventory.inventory.limits import MAX_AT_ONCE
from apps.game_core.modules.inventory.inventory.logic.showing.best_set import best_set
from apps.game_core.modules.inventory.inventory.logic.showing.comparing import verdict
from apps.game_core.modules.inventory.inventory.logic.showing.judging import Judge
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.inventory.rules.counting import Kind, kind
from apps.game_core.modules.inventory.inventory.rules.junk import may_go
from apps.game_core.modules.inventory.inventory.rules.mending import as_mended
from apps.game_core.value import replace


def is_junk(item: Item) -> bool:
    return item.junk and not item.locked


def wanted(judge: Judge) -> frozenset[int]:
    """The ids of what the best set would put on, as things are and as they were once they are mended."""
    rules, session = judge.wearer.rules, judge.session
    mended = replace(
        session,
        backpack=tuple(as_mended(item, rules) for item in session.backpack),
        equipped={slot: item and as_mended(item, rules) for slot, item in session.equipped.items()},
    )
    wearers = [judge.wearer] if mended == session else [judge.wearer, judge.wearer_of(mended)]
    return frozenset(item.id for wearer in wearers for item in best_set(wearer).values())


def going_and_kept(judge: Judge, needed: frozenset[int]) -> tuple[list[Item], list[Item]]:
    """Of what is marked: as much as can be dropped together, and what would be an improvement by now.

    `needed`: ids of what the best set wants.
    """
    going, kept = list[Item](), list[Item]()
    for item in judge.session.backpack:
        if item.junk and may_go(item, judge.wearer.rules):
            (kept if item.id in needed or _improves(judge, item) else going).append(item)
    return going[:MAX_AT_ONCE], kept


def stacks_fingerprint(items: Iterable[Item]) -> int:
    """A number that names these stacks, so that a button can say which ones were shown."""
    return crc32(" ".join(f"{item.id}x{item.quantity}" for item in items).encode())


def worse(judge: Judge, needed: frozenset[int]) -> list[Item]:
    """What can be worn, and is worse than what is worn, in a fight and in everything else."""
    known: dict[tuple[object, ...], bool] = {}

    def is_worse(item: Item) -> bool:
        of = (item.base_id, as_mended(item, judge.wearer.rules).broken, *item.affixes.items())
        if of not in known:
            known[of] = _is_worse(judge, item)
        return known[of]

    return _markable(judge, needed, filter(is_worse, judge.session.backpack))


def spare(judge: Judge, needed: frozenset[int]) -> list[Item]:
    """Of single pieces of one kind all but one: what is worn or locked stays, then what is worn out least."""
    session = judge.session
    elsewhere = (item for item in (*session.equipped.values(), *session.quick_slots) if item is not None)
    seen: set[Kind] = {kind(item) for item in elsewhere}
    found = set[int]()
    for item in sorted(session.backpack, key=_worth_keeping):
        entry = judge.wearer.rules.catalog.get(item.base_id)
        if entry is None or entry.max_stack > 1:
            continue
        if kind(item) in seen:
            found.add(item.id)
        seen.add(kind(item))
    return _markable(judge, needed, (item for item in session.backpack if item.id in found))


def _markable(judge: Judge, needed: frozenset[int], items: Iterable[Item]) -> list[Item]:
    """Of these what may be marked without a word: nothing that the best set or a loadout needs."""
    rules, loadouts = judge.wearer.rules, judge.session.loadouts
    stays = needed | {piece.item_id for each in loadouts for piece in each.pieces.values()}
    able = (item for item in items if not item.junk and item.id not in stays and may_go(item, rules))
    return [item for item in able if not _improves(judge, item)][:MAX_AT_ONCE]


def _worth_keeping(item: Item) -> tuple[bool, bool, int, int]:
    """The least of a kind stays."""
    left = item.durability.current if item.durability else 0
    return not item.locked, item.junk, -left, item.position


def _improves(judge: Judge, item: Item) -> bool:
    return judge.kind(item).wearable and _verdict(judge, item) is Verdict.BETTER


def _verdict(judge: Judge, item: Item) -> Verdict:
    return verdict(judge.gain(as_mended(item, judge.wearer.rules)))


def _is_worse(judge: Judge, item: Item) -> bool:
    if not judge.kind(item).wearable or _verdict(judge, item) is not Verdict.WORSE:
        return False
    wearer, item = judge.wearer, as_mended(item, judge.wearer.rules)
    entry, now = wearer.rules.entry(item), wearer.figures
    others = [wearer.dressed(wearer.trying(item, entry, slot)[0]) for slot in entry.slots]
    return all(each.quick_slots <= now.quick_slots and each.max_weight <= now.max_weight for each in others)
