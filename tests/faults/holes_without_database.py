"""What is not answered while PostgreSQL is away, though it might be: each test fails while that is so."""

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.contracts import stamped
from tests.support.world import World


async def an_earlier_visit(world: World, char_id: int) -> None:
    """The session was loaded at a version above 0, as every session is but the first."""
    await world.gateway.lock_item(char_id, (await world.item(char_id, "iron_ore")).id)
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))
    await world.gateway.view(char_id)


async def test_row_12_an_old_button_without_the_database(
    fragile: World, own_servers: EmbeddedServers
) -> None:
    """A button on the screen that was drawn before a rebase, never tapped: below the floor."""
    char_id = await fragile.character()
    bread, ore = await fragile.item(char_id, "bread"), await fragile.item(char_id, "iron_ore")
    await fragile.gateway.drop_item(char_id, bread.id, 1)
    stamp = (await fragile.gateway.open(char_id)).stamp
    await fragile.execute("UPDATE inventory_items SET quantity = 11 WHERE id = :id", id=ore.id)
    await fragile.gateway.sync_inventory(char_id)
    own_servers.postgres.kill()
    try:
        await fragile.gateway.drop_item(char_id, bread.id, 1, op_id=stamped(stamp, "dr"))
    finally:
        own_servers.postgres.start()


async def test_a_double_tap_that_is_written_in_between_without_the_database(
    fragile: World, own_servers: EmbeddedServers
) -> None:
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    op_id = stamped((await fragile.gateway.open(char_id)).stamp, "dr")
    first = await fragile.gateway.drop_item(char_id, bread.id, 1, op_id=op_id)
    await fragile.gateway.sync_inventory(char_id)
    own_servers.postgres.kill()
    try:
        again = await fragile.gateway.drop_item(char_id, bread.id, 1, op_id=op_id)
        assert again.repeated
        assert again.result == first.result
    finally:
        own_servers.postgres.start()
