"""Rows 32 and 34: input is data, and numbers are numbers."""

from typing import Any

import pytest

from apps.game_core.modules.inventory.errors import (
    InvalidInputError,
    InvalidQuantityError,
    UnknownItemError,
)
from tests.support.world import World

HOSTILE = [
    "*",
    "inventory:*",
    "{x}",
    "a\nb\r\nFLUSHALL\r\n",
    "'; DROP TABLE characters; --",
    "%s %(x)s",
    "\\",
    "é🎒",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_fault_32_hostile_text_is_data(world: World, text: str) -> None:
    char_id = await world.character(text)
    bread = await world.item(char_id, "bread")
    with pytest.raises(UnknownItemError) as unknown:
        await world.gateway.add_item(char_id, text, 1)
    assert unknown.value.base_id == text

    await world.gateway.drop_item(char_id, bread.id, 1, op_id=text)
    again = await world.gateway.drop_item(char_id, bread.id, 1, op_id=text)
    await world.gateway.sync_inventory(char_id)

    assert again.repeated
    assert [entry.op_id for entry in await world.ledger(char_id)] == [text]
    names = {name.decode() for name in await world.core.redis.keys("*")}
    assert names == {f"session:inventory:{char_id}", f"inventory:control:{char_id}"}


@pytest.mark.parametrize("op_id", ["", "x" * 129, "a\x00b", 7, b"bytes"])
async def test_fault_32_an_operation_id_that_cannot_be_stored(world: World, op_id: Any) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    with pytest.raises(InvalidInputError):
        await world.gateway.drop_item(char_id, bread.id, 1, op_id=op_id)


@pytest.mark.parametrize("quantity", [-1, 0, 2**31, 2**63, float("nan"), 1.0, True, "1e9", "1", b"1"])
async def test_fault_34_quantities_that_are_none(world: World, quantity: Any) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    before = await world.document(char_id)
    for attempt in (
        world.gateway.drop_item(char_id, bread.id, quantity),
        world.gateway.split_stack(char_id, bread.id, quantity),
        world.gateway.add_item(char_id, "bread", quantity),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await attempt
        assert refused.value.field == "quantity"
    assert await world.document(char_id) == before


async def test_fault_34_more_than_there_is(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    with pytest.raises(InvalidQuantityError) as refused:
        await world.gateway.drop_item(char_id, bread.id, 4)
    assert (refused.value.quantity, refused.value.available) == (4, 3)


@pytest.mark.parametrize("number", [-1, 0, 2**63, 1.0, True, "1*", None])
async def test_fault_34_ids_that_are_none(world: World, number: Any) -> None:
    char_id = await world.character()
    with pytest.raises(InvalidInputError):
        await world.gateway.view(number)
    with pytest.raises(InvalidInputError):
        await world.gateway.drop_item(char_id, number)
