"""`admin audit`: every inventory against its ledger, by several processes at a time; then every trade."""

import sys
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import uvloop

from apps.game_core.adapters.archived_pasts import pasts
from apps.game_core.adapters.ledger_archive import LedgerArchive
from apps.game_core.adapters.postgres.audit_memory import PostgresAuditMemory
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.trade_accounts import PostgresTradeAccounts
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from apps.game_core.modules.inventory.inventory.logic.history.account import Offence
from apps.game_core.modules.trade.audit import trade_findings
from bot.cli.asking import archive_option, opened
from bot.cli.environment import SettingsError, require_database, unavailable
from bot.cli.progress import Progress, quiet_option
from bot.cli.spans import SPAN, Span, jobs_option, looked, spans


@dataclass(frozen=True, slots=True)
class Looked:
    looked_at: int
    offenders: int
    lines: tuple[str, ...]
    unread: tuple[int, ...] = ()
    """Characters whose ledgers nobody can read."""


@click.command()
@jobs_option
@archive_option
@click.option("--anew", is_flag=True, help="Count those again, too, that have not changed.")
@quiet_option
def audit(jobs: int, archive: Path | None, *, anew: bool, quiet: bool) -> None:
    """Count every item: starting kit and ledger must explain each inventory. Safe while the game runs.

    Whoever was found in order is counted again once any row of theirs is another one, or with --anew.
    What was given for a trade must wait there, or have come to one of both, once. Exit code 1 when an
    inventory or a trade is not as ledgers say. Rows edited by SQL are such ones, too, until the game itself
    has built on them. What is archived counts as its checkpoint says; with --archive it is counted anew, by
    one process.
    """
    address, files = require_database(), opened(archive)
    looked_at = offenders = 0
    unread = set[int]()
    try:
        every = spans(address, SPAN)
        with Progress(f"Inventories by the {SPAN}", len(every), quiet=quiet) as progress:
            for seen in looked(partial(_look, files, anew), address, 1 if files else jobs, every):
                progress.advance()
                looked_at += seen.looked_at
                offenders += seen.offenders
                for line in seen.lines:
                    progress.say(line)
                unread.update(seen.unread)
        with Progress("Trades", 1, quiet=quiet) as progress:
            traded = uvloop.run(_trades_audited(address, unread))
            progress.advance()
            for line in traded.lines:
                progress.say(line)
    except InventoryUnavailableError as error:
        raise SettingsError(unavailable(error)) from error
    offenders += traded.offenders
    told = f"{looked_at} inventories and {traded.looked_at} trades looked at"
    click.echo(f"{told}, {offenders} not as they should be.")
    sys.exit(1 if offenders else 0)


def _look(archive: LedgerArchive | None, anew: bool, address: str, span: Span) -> Looked:
    return uvloop.run(_audited(archive, anew, address, *span))


async def _audited(
    archive: LedgerArchive | None,
    anew: bool,
    address: str,
    after: int,
    upto: int | None,
) -> Looked:
    engine = make_engine(address)
    # What files say nobody remembers: whether they still say it is what is asked.
    memory = PostgresAuditMemory(engine, anew=anew)
    looking = Audit(pasts(engine, archive)[0], memory=None if archive else memory)
    inventories, offenders, lines, unread = 0, 0, list[str](), list[int]()
    try:
        async for char_id, found in looking.run(after, upto):
            inventories += 1
            offenders += bool(found)
            lines += map(str, found)
            if any(each.offence is Offence.UNREADABLE for each in found):
                unread.append(char_id)
            if found and archive:
                await memory.forget([char_id])
    finally:
        await engine.dispose()
    return Looked(inventories, offenders, tuple(lines), tuple(unread))


async def _trades_audited(address: str, unread: Collection[int]) -> Looked:
    engine = make_engine(address, patient=True)  # it looks through the whole ledger at once
    accounts = PostgresTradeAccounts(engine)
    trades, offenders, lines = 0, 0, list[str]()
    try:
        async for account in accounts.read_all():
            trades += 1
            found = [*trade_findings(account, unread)]
            offenders += bool(found)
            lines += map(str, found)
        twice = await accounts.twice()
    finally:
        await engine.dispose()
    return Looked(trades, offenders + len(twice), (*lines, *map(str, twice)))
