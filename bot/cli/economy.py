"""`admin economy`: where pieces and coins come from, where they go, who has the most of them."""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

import click
import uvloop

from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory.logic.history.economy import DAY, EDIT, Economy, economy_of
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from apps.game_core.settings import CoreSettings
from bot.cli.environment import SettingsError, require_database, unavailable
from bot.cli.progress import Progress, quiet_option
from bot.cli.spans import SPAN, Span, jobs_option, looked, spans

_BATCH = 200
_SUDDEN_TIMES, _SUDDEN_PIECES = 10, 20


@click.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 3650), help="How far back.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="BASE_ID", help="Only this kind, or Coins; may be repeated."
)
@jobs_option
@quiet_option
def economy(days: int, kinds: tuple[str, ...], jobs: int, *, quiet: bool) -> None:
    """Say day by day (UTC) where pieces and coins came from and where they went. Changes nothing.

    Exit code 1 when there is more, or less, of a kind, or of coins, than the ledgers account for, or where
    edits by SQL within these days changed that.
    """
    address, since = require_database(), (int(time.time()) // DAY - days + 1) * DAY
    whole = Economy()
    try:
        every = spans(address, SPAN)
        with Progress(f"Inventories by the {SPAN}", len(every), quiet=quiet) as progress:
            for seen in looked(partial(_look, since, _prices()), address, jobs, every):
                progress.advance()
                whole.add(seen)
    except InventoryUnavailableError as error:
        raise SettingsError(unavailable(error)) from error
    wanted = set(kinds) or {*whole.owned, *(base_id for _, base_id, _ in whole.flows), *whole.unexplained}
    for line in (*_kinds(whole, wanted), *_sudden(whole, wanted), *_richest(whole)):
        click.echo(line)
    odd = list(_unaccounted(whole, wanted))
    for line in odd:
        click.echo(line)
    click.echo(f"{whole.inventories} inventories looked at, kinds that do not add up: {len(odd)}")
    sys.exit(1 if odd else 0)


def _prices() -> Mapping[str, int]:
    catalog = load_catalog(CoreSettings().catalog_dir or default_catalog_dir())
    return {entry.base_id: entry.value for entry in catalog}


def _look(since: int, prices: Mapping[str, int], address: str, span: Span) -> Economy:
    return uvloop.run(_seen(since, prices, address, *span))


async def _seen(since: int, prices: Mapping[str, int], address: str, after: int, upto: int | None) -> Economy:
    engine = make_engine(address)
    histories, whole = PostgresHistories(engine), Economy()
    try:
        while char_ids := await histories.char_ids(after, _BATCH, upto):
            async for history in histories.read_all(after, char_ids[-1]):
                whole.add(economy_of(history, since, prices))
            after = char_ids[-1]
    finally:
        await engine.dispose()
    return whole


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
    edited: Counter[str] = Counter()
    for (_, base_id, cause), pieces in whole.flows.items():
        if cause == EDIT:
            edited[base_id] += pieces
    for base_id in sorted(wanted):
        rows, edits = whole.unexplained[base_id], edited[base_id]
        if rows or edits:
            yield f"{base_id}: {rows:+} that no ledger explains, {edits:+} by SQL"


def _median(gains: Counter[int]) -> int:
    left = (gains.total() + 1) // 2
    for pieces, characters in sorted(gains.items()):
        left -= characters
        if left <= 0:
            return pieces
    return 0


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY, UTC).strftime("%Y-%m-%d")
