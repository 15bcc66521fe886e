"""What the product is held against. Frozen: a figure means something only while this file stays as it is.

`NaiveInventory` is session keeping as it is first sketched: the whole inventory as JSON under one key,
read with its life prolonged once to look and once to change, and written back whole. Two players' taps at
once lose changes, and nothing of it survives Redis: it does much less, and is what anybody would begin with.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from aiogram import Dispatcher, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.redis import RedisEventIsolation, RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.keyboard import InlineKeyboardBuilder
from jinja2 import Environment
from redis.asyncio import Redis

Session = dict[str, Any]
_TTL = 1800
_PAGE = 9
_TEXT = """<b>Backpack</b>
{% for item in items %}{{ item.icon }} {{ item.name }} ×{{ item.quantity }}{% if item.locked %} 🔒{% endif %}
{% endfor %}Page {{ page }}"""


def fingerprint() -> str:
    """Of the baselines' files: whoever compares two runs sees whether they had the same."""
    folder = Path(__file__).parent
    code = b"".join((folder / name).read_bytes() for name in ("baselines.py", "orm_baseline.py"))
    return sha256(code).hexdigest()[:12]


class NaiveInventory:
    """`session:{id}` holds all there is of an inventory."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @staticmethod
    def key(char_id: int) -> str:
        return f"naive:session:{char_id}"

    async def load(self, char_id: int) -> Session:
        data = await self._redis.get(self.key(char_id))
        await self._redis.expire(self.key(char_id), _TTL)
        loaded: Session = json.loads(data)
        return loaded

    async def save(self, char_id: int, session: Session) -> None:
        session["metadata"]["dirty"] = True
        session["metadata"]["version"] += 1
        await self._redis.setex(self.key(char_id), _TTL, json.dumps(session))

    async def equip(self, char_id: int, item_id: int, slot: str) -> None:
        await self.load(char_id)  # to see whether it is there, and may be worn
        session = await self.load(char_id)
        backpack, worn = session["backpack"], session["equipped"]
        place = next(index for index, item in enumerate(backpack) if item["id"] == item_id)
        item = backpack.pop(place)
        if worn[slot] is not None:
            backpack.append(worn[slot])
        worn[slot] = item
        await self.save(char_id, session)

    async def flip_lock(self, char_id: int, item_id: int) -> Session:
        await self.load(char_id)
        session = await self.load(char_id)
        item = next(each for each in session["backpack"] if each["id"] == item_id)
        item["locked"] = not item["locked"]
        await self.save(char_id, session)
        return session


def naive_session(char_id: int, items: Sequence[Mapping[str, Any]], slots: Sequence[str]) -> Session:
    """A session with everything that is known of each item written into it."""
    return {
        "metadata": {"char_id": char_id, "loaded_at": 0, "dirty": False, "version": 0},
        "equipped": dict.fromkeys(slots),
        "backpack": [dict(item) for item in items],
        "quick_slots": [None] * 4,
    }


def naive_dispatcher(redis: Redis, inventory: NaiveInventory) -> Dispatcher:
    """State and locks in Redis, a keyboard built button by button, a text compiled each time."""
    router = Router()

    @router.callback_query(F.data.startswith("lock:"))
    async def lock(query: CallbackQuery, state: FSMContext) -> None:
        _, char_id, item_id = (query.data or "").split(":")
        page = (await state.get_data()).get("page", 1)
        session = await inventory.flip_lock(int(char_id), int(item_id))
        items = session["backpack"][(page - 1) * _PAGE : page * _PAGE]
        builder = InlineKeyboardBuilder()
        for item in items:
            builder.button(text=item["name"], callback_data=f"lock:{char_id}:{item['id']}")
        for label in ("‹", "›", "Back"):
            builder.button(text=label, callback_data=f"go:{label}:{page}")
        builder.adjust(1, 1, 1, 1, 1, 1, 1, 1, 1, 3)
        text = Environment(autoescape=True).from_string(_TEXT).render(items=items, page=page)
        await state.update_data(page=page)
        if isinstance(query.message, Message):
            await query.message.edit_text(text, reply_markup=builder.as_markup())
        await query.answer("Done")

    dispatcher = Dispatcher(storage=RedisStorage(redis), events_isolation=RedisEventIsolation(redis))
    dispatcher.include_router(router)
    return dispatcher


def bare_dispatcher() -> Dispatcher:
    """Answers and edits, and does nothing else."""
    router = Router()
    markup = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=f"Button {row}", callback_data=f"bare:{row}")] for row in range(12)
        ]
    )
    lines = "⚔️ A line of text\n" * _PAGE
    taken = count()

    @router.callback_query()
    async def answer(query: CallbackQuery) -> None:
        if isinstance(query.message, Message):
            await query.message.edit_text(f"<b>Backpack</b>\n{lines}{next(taken)}", reply_markup=markup)
        await query.answer()

    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    return dispatcher
