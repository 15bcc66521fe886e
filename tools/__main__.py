"""The command line of a checkout: `python3 run.py <command>`; without a command, `demo`."""

import sys

from bot.cli.streams import open_closed_streams


def main() -> None:
    open_closed_streams()
    try:
        # Imported late: Ctrl-C in the first seconds should not end in a traceback.
        from tools.cli.main import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
