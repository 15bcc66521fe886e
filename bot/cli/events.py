"""`admin events`: who hears what ledgers hold, and how far each has come."""

from collections.abc import Iterator

import click

from apps.game_core.modules.inventory.contracts import ListSubscribers, SubscriberState, TellAgain
from apps.game_core.system.written_words import kept
from bot.cli.asking import asked
from bot.cli.environment import SettingsError
from bot.languages.moments import moment


@click.command()
@click.option("--again", metavar="NAME", help="Tell this subscriber all from the beginning once more.")
def events(again: str | None) -> None:
    """List what modules listen to the ledger, how far each has heard, and where one of them is stuck."""
    if again is not None:
        if kept(again) != again or not asked(lambda core: core.router.ask(TellAgain(again))):
            raise SettingsError(f"Nobody called {again!r} listens")
        click.echo(f"{again} is told everything again.")
        return
    found = asked(lambda core: core.router.ask(ListSubscribers()))
    for each in found:
        for line in _lines(each):
            click.echo(line)
    click.echo(f"subscribers: {len(found)}")


def _lines(each: SubscriberState) -> Iterator[str]:
    late = f", the first for {each.behind:.0f} s" if each.waiting else ""
    yield f"{each.name}: {each.waiting} entries wait{late}; told last at {moment(each.moved_at)} UTC"
    if each.failures and each.following:
        char_id, version, kind = each.following
        yield f"  failed: {each.failures} times, {each.error}, at character {char_id}, v{version}, {kind}"
