"""`dashboard`: a picture of the dashboard, from a game that is played and watched by a real Prometheus."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import click

from apps.settings_file import ENV_FILE
from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.dashboard.drawing import page
from tools.dashboard.prometheus import NoPrometheusError
from tools.dashboard.show import Plan, show, without_data
from tools.support.chromium import FLAGS
from tools.support.standing import Standing

_WIDTH = 1400
_SEED = 1
_HONEST = (
    "Drawn by `run.py dashboard` from deploy/grafana/game.json and a Prometheus, not by Grafana. "
    "Shaded: PostgreSQL is away, and then a bot."
)


@click.command()
@click.option(
    "--out",
    default=ENV_FILE.parent / "docs" / "images" / "dashboard.png",
    show_default="docs/images/dashboard.png",
    type=click.Path(dir_okay=False, path_type=Path),
)
@click.option("--bots", default=2, show_default=True, type=click.IntRange(1, 8), help="Bot processes.")
@click.option("--players", default=20, show_default=True, type=click.IntRange(1, 100))
@click.option("--seconds", default=150.0, show_default=True, type=click.FloatRange(30, 3600), help="Of play.")
@quiet_option
def dashboard(out: Path, bots: int, players: int, seconds: float, *, quiet: bool) -> None:
    """Draw the dashboard as its file describes it (needs Prometheus and Chromium; this is not Grafana).

    Players tap; for a fifth of the time PostgreSQL is away, for another one a bot.
    """
    set_up_logs("ERROR")
    standing = Standing()
    with (
        tempfile.TemporaryDirectory(prefix="dashboard-") as data,
        Progress("Seconds", int(seconds), done=standing.seconds, note=lambda: standing.phase, quiet=quiet),
    ):
        try:
            board = asyncio.run(show(Plan(bots, players, seconds, _SEED), Path(data), standing))
        except NoPrometheusError as error:
            raise click.ClickException(str(error)) from error
    asyncio.run(_photographed(page(board, _HONEST), out))
    for title in without_data(board):
        click.echo(f"no data: {title}")


async def _photographed(html: str, out: Path) -> None:
    from playwright.async_api import async_playwright  # noqa: PLC0415 - slow to import, wanted here only

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        tab = await browser.new_page(viewport={"width": _WIDTH, "height": 600})
        await tab.set_content(html)
        await tab.screenshot(path=out, full_page=True)
        await browser.close()
