"""Words that players and admins wrote, as guests in our lines."""

import unicodedata

from markupsafe import Markup, escape

from apps.game_core.system.written_words import shortened

_DIRECTION_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_ISOLATE, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def cut(words: str, most: int) -> Markup:
    """At most `most` letters, escaped, and in their own direction without turning ours round.

    Words that run left to right get no invisible marks: they may be copied into a command.
    """
    plain = words.translate(_DIRECTION_CONTROLS)
    short = plain if len(plain) <= most else f"{shortened(plain, most - 1)}…"
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in short)
    return escape(f"{_ISOLATE}{short}{_END}" if turns else short)
