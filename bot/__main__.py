"""The command line: `python3 run.py <command>`; without a command, `demo`."""

from bot.cli.main import main

if __name__ == "__main__":
    main()
