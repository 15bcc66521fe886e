"""`python -m bot <command>`: what production runs."""

import signal
import sys
from types import FrameType

from bot.cli.streams import open_closed_streams


def main() -> None:
    open_closed_streams()
    # As the first process of a container we would be sent SIGTERM in vain: nothing ends that one unasked.
    signal.signal(signal.SIGTERM, _leave)
    try:
        # Imported late: Ctrl-C in the first seconds should not end in a traceback.
        from bot.cli.main import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(130)


def _leave(_: int, __: FrameType | None) -> None:
    """Nothing has begun yet that would have to be brought to an end."""
    sys.exit(0)


if __name__ == "__main__":
    main()
