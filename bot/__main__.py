"""`python -m bot <command>`: what production runs."""

import sys


def main() -> None:
    try:
        # Imported late: Ctrl-C in the first seconds should not end in a traceback.
        from bot.cli.main import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
