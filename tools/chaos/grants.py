"""What another module does when it gives things away: a row in the inbox, and no word to anybody."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

_GRANT = sa.text("""
INSERT INTO inventory_inbox (char_id, base_id, quantity, grant_key)
SELECT i.char_id, :base_id, :quantity, :key
FROM inventories i JOIN characters c ON c.id = i.char_id
WHERE c.user_id = :user_id
AND (SELECT coalesce(sum(t.quantity), 0) FROM inventory_items t WHERE t.char_id = i.char_id) < 40
RETURNING id
""")


async def grant(
    engine: AsyncEngine, user_id: int, base_id: str, quantity: int, key: str | None = None
) -> bool:
    """False: nothing for users without a character, and for those who have much already."""
    asked = {"user_id": user_id, "base_id": base_id, "quantity": quantity, "key": key}
    async with engine.begin() as connection:
        return await connection.scalar(_GRANT, asked) is not None
