"""Trades: what is given waits here, is exchanged or goes back, in the transaction of whoever gives."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from apps.game_core.adapters.postgres import trade_rows as rows
from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.keeping_errors import RowUnreadableError
from apps.game_core.modules.trade.ports import OpenTrade, SealedTrade
from apps.game_core.modules.trade.settling import (
    Posting,
    Trade,
    TradeGift,
    TradeState,
    arrived,
)

Given = Sequence[tuple[int, Give]]
"""What is given, and by whom."""


@dataclass(slots=True)
class _Outcome:
    """What settling several gives comes to."""

    given: list[tuple[int, TradeGift]] = field(default_factory=list)
    posted: list[tuple[int, Posting]] = field(default_factory=list)
    ended: dict[int, TradeState] = field(default_factory=dict)


class PostgresTrades:
    """Implements `TradeRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock_parties(self, given: Given) -> Collection[int]:
        """Of those who trade here, who is there and stays until the transaction ends."""
        char_ids = {each for giver, give in given for each in (giver, give.partner)}
        return await self._char_ids(rows.PARTIES, char_ids)

    async def settle(self, given: Given, there: Collection[int]) -> None:
        """Each give goes into its trade; with the second of two that agree the trade is settled."""
        opening = rows.opening(given, there)
        await self._connection.execute(rows.OPEN, opening)
        trades = await self._locked(opening["id"])
        outcome = _Outcome()
        for giver, each in sorted(given, key=lambda one: (one[1].trade, one[0])):
            _settle(trades, giver, each, outcome)
        await self._run(rows.GIVE, rows.gifts(outcome.given))
        await self._run(rows.POST, rows.postings(outcome.posted))
        await self._run(rows.END, {"id": [*outcome.ended], "state": [*outcome.ended.values()]})

    async def find(self, trade: int) -> Trade | None:
        with database_errors():
            row = (await self._connection.execute(rows.FIND, {"id": trade})).one_or_none()
            gifts = (await self._connection.execute(rows.GIFTS, {"ids": [trade]})).all() if row else ()
        return None if row is None else rows.trade(row, gifts)

    async def open_of(self, char_id: int) -> Sequence[Trade]:
        with database_errors():
            ids = await self._open_of(char_id)
        found = list[Trade]()
        for each in ids:
            with suppress(RowUnreadableError):
                trade = await self.find(each)
                if trade is not None and trade.state is TradeState.OPEN:
                    found.append(trade)
        return found

    async def open_ones(self, after: int, limit: int, patience: float) -> Sequence[OpenTrade | SealedTrade]:
        asked = {"after": after, "limit": limit, "patience": patience}
        with database_errors():
            found = (await self._connection.execute(rows.OVERDUE, asked)).all()
            ids = [row.id for row in found]
            gifts = (await self._connection.execute(rows.GIFTS, {"ids": ids})).all() if ids else ()
        return [_open(row, gifts) for row in found]

    async def call_off(self, trades: Collection[int]) -> Collection[int]:
        with database_errors():
            parties = await self._connection.execute(rows.PARTIES_OF, {"ids": list(trades)})
            await self._char_ids(rows.PARTIES, {each for each in parties.scalars() if each is not None})
            return await self._called_off(trades)

    async def leave(self, char_id: int) -> None:
        with database_errors():
            parties = await self._connection.execute(rows.PARTIES_OF, {"ids": await self._open_of(char_id)})
            others = {each for each in parties.scalars() if each is not None}
            await self._char_ids(rows.LEAVING, {char_id, *others})
            # Once more: now that nobody gets past it, nothing is opened any more.
            await self._called_off(await self._open_of(char_id))

    async def _locked(self, ids: Sequence[int]) -> dict[int, Trade]:
        """Those that can be read."""
        found = (await self._connection.execute(rows.LOCK, {"ids": ids})).all()
        gifts = (await self._connection.execute(rows.GIFTS, {"ids": ids})).all()
        trades = dict[int, Trade]()
        for row in found:
            with suppress(RowUnreadableError):
                trades[row.id] = rows.trade(row, gifts)
        return trades

    async def _called_off(self, trades: Collection[int]) -> Collection[int]:
        return list((await self._connection.execute(rows.CALL_OFF, {"ids": list(trades)})).scalars())

    async def _open_of(self, char_id: int) -> list[int]:
        return list((await self._connection.execute(rows.OPEN_OF, {"char_id": char_id})).scalars())

    async def _char_ids(self, statement: sa.TextClause, char_ids: Collection[int]) -> Collection[int]:
        found = await self._connection.execute(statement, {"char_ids": sorted(char_ids)})
        return frozenset(found.scalars())

    async def _run(self, statement: sa.TextClause, columns: Mapping[str, list[Any]]) -> None:
        if next(iter(columns.values())):
            await self._connection.execute(statement, columns)


def _open(row: sa.Row[Any], gifts: Sequence[sa.Row[Any]]) -> OpenTrade | SealedTrade:
    try:
        return OpenTrade(rows.trade(row, gifts), row.overdue)
    except RowUnreadableError as error:
        return SealedTrade(row.id, error.reason)


def _settle(trades: dict[int, Trade], giver: int, give: Give, outcome: _Outcome) -> None:
    gift = TradeGift(giver, give.own_mark, give.other_mark, give.items, give.coins)
    trade = trades.get(give.trade)
    if trade is None:  # whoever cannot read what waits there cannot settle it
        outcome.posted.append((give.trade, Posting(giver, gift, returned=True)))
        return
    arrival = arrived(trade, gift, give.partner)
    trades[trade.id] = arrival.trade
    if arrival.trade.gifts != trade.gifts:
        outcome.given.append((trade.id, gift))
    outcome.posted += [(trade.id, each) for each in arrival.postings]
    if arrival.trade.state is not trade.state:
        outcome.ended[trade.id] = arrival.trade.state
