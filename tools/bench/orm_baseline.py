"""An inventory in rows, written and read as one does with an ORM, on tables of its own. Frozen, too."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

_TTL = 1800


class Base(DeclarativeBase):
    """Tables of the baseline."""


class Inventory(Base):
    __tablename__ = "bench_inventories"

    char_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str]
    level: Mapped[int]
    strength: Mapped[int]
    hp: Mapped[int]
    max_slots: Mapped[int]
    version: Mapped[int]
    items: Mapped[list["Item"]] = relationship()


class Item(Base):
    __tablename__ = "bench_items"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    char_id: Mapped[int] = mapped_column(sa.ForeignKey("bench_inventories.char_id"), index=True)
    base_id: Mapped[str]
    quantity: Mapped[int]
    rarity: Mapped[str]
    affixes: Mapped[list[Any]] = mapped_column(JSONB)
    locked: Mapped[bool]
    acquired_at: Mapped[int] = mapped_column(sa.BigInteger)
    place: Mapped[str]
    position: Mapped[int]
    written: Mapped[int]


_COLUMNS = tuple(column.name for column in Item.__table__.columns)


class OrmInventory:
    def __init__(self, engine: AsyncEngine, redis: Redis) -> None:
        self._engine, self._redis = engine, redis
        self._sessions = async_sessionmaker(engine)

    async def make(self, inventories: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
        """`inventories`: ids of characters, and their items."""
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with self._sessions.begin() as session:
            for char_id, items in inventories.items():
                rows = [Item(**item, char_id=char_id, written=0) for item in items]
                fields = {"name": "Hero", "level": 60, "strength": 100, "hp": 100, "max_slots": 99}
                session.add(Inventory(char_id=char_id, version=0, items=rows, **fields))

    async def load(self, char_id: int) -> None:
        """Rows to Redis."""
        async with self._sessions() as session:
            found = await session.get_one(Inventory, char_id, options=[selectinload(Inventory.items)])
            document = {
                "metadata": {"char_id": char_id, "version": found.version, "name": found.name},
                "backpack": [{column: getattr(item, column) for column in _COLUMNS} for item in found.items],
            }
        await self._redis.setex(f"bench:{char_id}", _TTL, json.dumps(document))

    async def write_changed(self, char_id: int, item_ids: Sequence[int]) -> None:
        async with self._sessions.begin() as session:
            inventory = await session.get_one(Inventory, char_id)
            inventory.version += 1
            for item in await session.scalars(sa.select(Item).where(Item.id.in_(item_ids))):
                item.position += 1
                item.written += 1

    async def write_all(self, char_id: int, item_ids: Sequence[int]) -> None:
        async with self._engine.begin() as connection:
            counted = sa.update(Inventory).where(Inventory.char_id == char_id)
            await connection.execute(counted.values(version=Inventory.version + 1))
            for item_id in item_ids:
                row = sa.update(Item).where(Item.id == item_id)
                await connection.execute(row.values(position=Item.position + 1, written=Item.written + 1))

    async def written(self) -> int:
        """How often a row was written, all together."""
        async with self._engine.connect() as connection:
            return int(await connection.scalar(sa.select(sa.func.sum(Item.written))) or 0)
