"""What counts as found: whatever brings a kind that was not there before."""

from apps.game_core.modules.codex.codex_service import BRINGING, codex_of, number_of
from apps.game_core.modules.inventory.contracts import Born
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from tools.support.bags import rules

# These change what was there, take some of it, or bring it back to where it was.
_BRINGS_NOTHING_NEW = {
    *("add_coins", "batch", "change_health", "drop_item", "drop_many", "equip_item", "forget_loadout"),
    *("forgo", "give", "lock_item", "repair_item", "take_coins"),
    *("mark_junk", "mend_item", "merge_stacks", "move_from_quick_slot", "move_to_quick_slot", "revert"),
    *("save_loadout", "settle_fight", "sort_backpack", "split_stack", "take_item", "take_kind", "take_note"),
    *("undo", "unequip_item", "use_consumable", "wear_set"),
}


def test_of_each_operation_it_is_known_whether_it_brings_something() -> None:
    brings = {each.kind for each in BRINGING if each is not Born}
    assert brings | _BRINGS_NOTHING_NEW == OPERATIONS.keys()
    assert not brings & _BRINGS_NOTHING_NEW


def test_each_kind_has_a_number_of_its_own_for_ever() -> None:
    numbers = {number_of(base_id) for base_id in rules().catalog.entries}
    assert len(numbers) == len(rules().catalog)
    assert number_of("iron_sword") == 91_363_068_620_313, "buttons in old messages say so"


def test_what_was_found_last_comes_first_and_before_it_what_nobody_has_told_of_yet() -> None:
    found = {"iron_ore": 5, "gone_with_its_file": 7, "old_key": 9, "bread": 1}

    codex = codex_of(rules().catalog, found, ["bread", "dragon_blade"])

    assert [kind.base_id for kind in codex.latest] == ["dragon_blade", "old_key", "iron_ore"]
    assert codex.found == 4
