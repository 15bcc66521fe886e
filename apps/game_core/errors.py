"""Why the game does not start, and errors in words."""

from collections.abc import Iterator
from ssl import SSLEOFError, SSLError


class StartError(Exception):
    """The surroundings are not what the game needs; the text says what, and what is allowed."""


def said(error: BaseException) -> str:
    """What an error says, in one line; its type where it says nothing, as a timeout does."""
    lines = (line.strip() for line in str(error).splitlines() if not line.startswith("(Background on"))
    return " ".join(filter(None, lines)) or type(error).__name__


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and all that led to it; a driver does not always say which of them it was."""
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__


def is_mistrust(error: BaseException) -> bool:
    """No terms about TLS: it stays as long as nobody changes an address or a certificate."""
    return isinstance(error, SSLError) and not isinstance(error, SSLEOFError)  # which went away in the middle
