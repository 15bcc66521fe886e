"""`explore`: the proof tools of the session protocol."""

import subprocess
import sys

import click

from apps.settings_file import ENV_FILE


@click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def explore(arguments: tuple[str, ...]) -> None:
    """Explore the session protocol in every order of steps and faults. See `explore --help`."""
    command = [sys.executable, "-m", "tools.explorer", *arguments]
    sys.exit(subprocess.run(command, cwd=ENV_FILE.parent, check=False).returncode)  # noqa: S603 - our own command line
