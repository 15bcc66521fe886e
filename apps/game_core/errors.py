"""Why the game does not start."""


class StartError(Exception):
    """The surroundings are not what the game needs; the text says what, and what is allowed."""
