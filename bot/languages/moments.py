"""Times as admins compare them, in any language."""

from datetime import UTC, datetime


def moment(at: int) -> str:
    """A time in Unix seconds, in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
