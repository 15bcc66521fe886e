"""`admin economy`: where pieces and coins come from, where they go, who has the most of them."""

import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import uvloop

from apps.game_core.adapters.archived_pasts import pasts
from apps.game_core.adapters.ledger_archive import LedgerArchive
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.trade_accounts import PostgresTradeAccounts
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory.logic.history.economy import COINS, DAY, Economy, economy_of
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from apps.game_core.modules.trade.balance import Balance, trade_balance
from apps.game_core.settings import CoreSettings
from bot.cli import economy_file
from bot.cli.asking import archive_option, opened
from bot.cli.environment import SettingsError, require_database, unavailable
from bot.cli.progress import Progress, quiet_option
from bot.cli.spans import SPAN, Span, jobs_option, looked, spans
from bot.languages.moments import moment

_BATCH = 200
_SUDDEN_TIMES, _SUDDEN_PIECES = 10, 20


@click.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 3650), help="How far back.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="BASE_ID", help="Only this kind, or Coins; may be repeated."
)
@click.option(
    "--textfile",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what does not add up to this file, too, which node_exporter's textfile collector reads.",
)
@jobs_option
@archive_option
@quiet_option
def economy(
    days: int, kinds: tuple[str, ...], textfile: Path | None, jobs: int, archive: Path | None, *, quiet: bool
) -> None:
    """Say day by day (UTC) where pieces and coins came from and where they went. Changes nothing.

    Exit code 1 when there is more, or less, of a kind, or of coins, than the ledgers account for, where
    edits by SQL within these days changed that, or where more, or less, came out of trades than was given.
    """
    _require_sense(textfile, kinds)
    now, files = time.time(), opened(archive)
    since = (int(now) // DAY - days + 1) * DAY
    whole = _everybody(since, files, jobs, quiet=quiet)
    if textfile is not None:
        economy_file.write(textfile, whole, now)
    wanted = set(kinds) or whole.kinds
    for line in (*_kinds(whole, wanted), *_sudden(whole, wanted), *_richest(whole)):
        click.echo(line)
    if whole.archived >= since:
        click.echo(
            f"Some of what was done up to {moment(whole.archived)} UTC is archived: --archive DIR tells it"
        )
    odd = list(_unaccounted(whole, wanted))
    for line in odd:
        click.echo(line)
    click.echo(f"{whole.inventories} inventories looked at, kinds that do not add up: {len(odd)}")
    sys.exit(1 if odd else 0)


def _require_sense(textfile: Path | None, kinds: tuple[str, ...]) -> None:
    if textfile is None:
        return
    if kinds:
        raise click.UsageError("--textfile is about all kinds: leave out --kind")
    if textfile.suffix != ".prom":
        raise click.UsageError("--textfile: node_exporter reads what ends in .prom")


def _everybody(since: int, archive: LedgerArchive | None, jobs: int, *, quiet: bool) -> Economy:
    address, whole = require_database(), Economy()
    try:
        every = spans(address, SPAN)
        with Progress(f"Inventories by the {SPAN}", len(every), quiet=quiet) as progress:
            look = partial(_look, since, _prices(), archive)
            for seen in looked(look, address, 1 if archive else jobs, every):
                progress.advance()
                whole.add(seen)
        with Progress("Trades", 1, quiet=quiet) as progress:
            whole.ungiven = uvloop.run(_ungiven(address, whole.unread))
            progress.advance()
    except InventoryUnavailableError as error:
        raise SettingsError(unavailable(error)) from error
    return whole


def _prices() -> Mapping[str, int]:
    catalog = load_catalog(CoreSettings().catalog_dir or default_catalog_dir())
    return {entry.base_id: entry.value for entry in catalog}


def _look(
    since: int, prices: Mapping[str, int], archive: LedgerArchive | None, address: str, span: Span
) -> Economy:
    return uvloop.run(_seen(since, prices, archive, address, span))


async def _seen(
    since: int, prices: Mapping[str, int], archive: LedgerArchive | None, address: str, span: Span
) -> Economy:
    engine, (after, upto) = make_engine(address), span
    histories, whole = pasts(engine, archive)[0], Economy()
    try:
        while char_ids := await histories.char_ids(after, _BATCH, upto):
            async for history in histories.read_all(after, char_ids[-1]):
                whole.add(economy_of(history, since, prices))
            after = char_ids[-1]
    finally:
        await engine.dispose()
    return whole


async def _ungiven(address: str, unread: Collection[int]) -> Counter[str]:
    engine = make_engine(address, patient=True)  # it looks through the whole ledger at once
    balance = Balance()
    try:
        async for account in PostgresTradeAccounts(engine).read_all():
            balance.add(trade_balance(account, unread))
    finally:
        await engine.dispose()
    return Counter({**balance.pieces, COINS: balance.coins})


def _kinds(whole: Economy, wanted: set[str]) -> Iterator[str]:
    """Sources first, the biggest ones before the others."""
    days: dict[str, dict[int, Counter[str]]] = {}
    for (day, base_id, cause), pieces in whole.flows.items():
        if base_id in wanted and pieces:
            days.setdefault(base_id, {}).setdefault(day, Counter())[cause] += pieces
    for base_id in sorted(wanted):
        yield f"{base_id}: {whole.owned[base_id]} owned"
        for day, causes in sorted(days.get(base_id, {}).items()):
            told = ", ".join(f"{pieces:+} {cause}" for cause, pieces in causes.most_common())
            yield f"  {_date(day)}: {sum(causes.values()):+} ({told})"


def _sudden(whole: Economy, wanted: set[str]) -> Iterator[str]:
    """Whoever got far more of a kind in a day than others did who got some."""
    for (day, base_id), (pieces, char_id) in sorted(whole.most.items()):
        usual = _median(whole.gains[day, base_id])
        if base_id in wanted and pieces >= max(_SUDDEN_PIECES, _SUDDEN_TIMES * usual):
            yield f"{_date(day)}: character {char_id} got {pieces} {base_id}, where others got {usual}"


def _richest(whole: Economy) -> Iterator[str]:
    for gold, char_id in whole.richest:
        yield f"character {char_id} owns what is worth {gold}"


def _unaccounted(whole: Economy, wanted: set[str]) -> Iterator[str]:
    edited = whole.edited
    for base_id in sorted(wanted):
        rows, edits, ungiven = whole.unexplained[base_id], edited[base_id], whole.ungiven[base_id]
        if rows or edits or ungiven:
            traded = f", {ungiven:+} out of trades, unlike what was given" if ungiven else ""
            yield f"{base_id}: {rows:+} that no ledger explains, {edits:+} by SQL{traded}"


def _median(gains: Counter[int]) -> int:
    left = (gains.total() + 1) // 2
    for pieces, characters in sorted(gains.items()):
        left -= characters
        if left <= 0:
            return pieces
    return 0


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY, UTC).strftime("%Y-%m-%d")
