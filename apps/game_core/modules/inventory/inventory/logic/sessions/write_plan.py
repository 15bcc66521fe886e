"""What a claim means for the database."""

from collections.abc import Iterable

from apps.game_core.modules.inventory.inventory.codec import decode_stored, singly_as_far_as_known
from apps.game_core.modules.inventory.inventory.logic.sessions.traded import gives_of, receipts_of
from apps.game_core.modules.inventory.inventory.rules.fighting import SettleFight
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.loadouts import (
    ForgetLoadout,
    ForgetLoadoutResult,
    SaveLoadout,
    SaveLoadoutResult,
)
from apps.game_core.modules.inventory.inventory.rules.purse import AddCoins, TakeCoins
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.ports import DatabaseRow, Fence, InventoryData, LedgerEntry
from apps.game_core.modules.inventory.session_store import Claim

_OF_COINS = {AddCoins.kind, TakeCoins.kind, Give.kind, Receive.kind}
_LOADOUT_RESULTS = (SaveLoadoutResult, ForgetLoadoutResult)


def inventory_data(claim: Claim) -> InventoryData:
    """The rows that changed; of all others nothing is looked at but the id."""
    stored, control = claim.stored, claim.control
    done = [each for entry in control.pending if not entry.refused for each in singly_as_far_as_known(entry)]
    touched = _touched_loadouts(done)
    kept = {each.id: each for each in stored.loadouts} if touched else {}
    rows = {placed.item.id: placed for placed in stored.rows(control.marks)}
    return InventoryData(
        stored=stored,
        fence=Fence(control.base, to_row(claim)),
        changed=tuple(rows[item_id] for item_id in control.marks if item_id in rows),
        removed=tuple(item_id for item_id in control.marks if item_id not in rows),
        operations=control.pending,
        vitals=stored.vitals if control.vitals_changed else None,
        hero=stored.hero if any(each.kind == SettleFight.kind for each in done) else None,
        coins=stored.coins if any(each.kind in _OF_COINS for each in done) else None,
        told=control.told,
        saved=tuple(kept[each] for each in touched if each in kept),
        forgotten=tuple(each for each in touched if each not in kept),
        gives=gives_of(done),
        receipts=tuple(receipt for _, receipt in receipts_of(done)),
    )


def to_row(claim: Claim) -> DatabaseRow:
    """The row that the write of a claim leaves behind."""
    return DatabaseRow(claim.control.version, claim.token)


def _touched_loadouts(entries: Iterable[LedgerEntry]) -> list[int]:
    """Ids, each once: what became of them the session says."""
    kinds = {SaveLoadout.kind, ForgetLoadout.kind}
    made = [entry for entry in entries if entry.kind in kinds]
    results = [decode_stored(entry.kind, entry.result) for entry in made]
    return list({each.loadout.id: None for each in results if isinstance(each, _LOADOUT_RESULTS)})
