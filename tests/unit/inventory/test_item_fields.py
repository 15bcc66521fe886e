"""A new field of an item is known wherever items are stored; this names the place that forgot it."""

import re

from apps.game_core.adapters.postgres import item_rows
from apps.game_core.adapters.postgres.tables import inventory_items
from apps.game_core.adapters.redis.item_documents import ItemDocument
from apps.game_core.modules.inventory.inventory.model import Durability, Item

FIELDS = {*Item.__struct_fields__}
PLACES = {"char_id", "place"}
DURABILITY = {"max_durability"}


def test_each_has_a_column_that_is_written_and_read() -> None:
    assert {column.name for column in inventory_items.columns} == FIELDS | PLACES | DURABILITY
    assert item_rows._COLUMNS.keys() | {"char_id"} == FIELDS | PLACES | DURABILITY


def test_each_is_in_the_json_of_a_row() -> None:
    named = set(re.findall(r"'(\w+)', ", item_rows.AS_JSON))
    assert named == FIELDS | {"item", "place", *Durability.__struct_fields__}


def test_each_is_in_a_document() -> None:
    assert set(ItemDocument.__struct_fields__) == FIELDS
