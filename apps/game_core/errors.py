"""Why the game does not start, and errors in words."""


class StartError(Exception):
    """The surroundings are not what the game needs; the text says what, and what is allowed."""


def said(error: BaseException) -> str:
    """What an error says, in one line; its type where it says nothing, as a timeout does."""
    lines = (line.strip() for line in str(error).splitlines() if not line.startswith("(Background on"))
    return " ".join(filter(None, lines)) or type(error).__name__
