"""What an admin typed after a command, as values. A name of several words goes into quotes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from apps.game_core.modules.inventory.inventory_gateway import MAX_QUANTITY

# Phones turn straight quotes into others.
_WORD = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|(\S+)')
_MAX_PAGE = 10_000
_AGO = re.compile("([0-9]{1,5})([smhd])")
_AT = re.compile("@([0-9]{1,11})")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Problem(StrEnum):
    NO_PLAYER = "no_player"
    NO_ITEM = "no_item"
    NUMBER = "number"
    TOO_MANY = "too_many"
    NO_TIME = "no_time"
    TIME = "time"


@dataclass(eq=False)
class UsageError(Exception):
    """`value` is the word that is wrong; a number must be within 1 and `most`."""

    command: str
    problem: Problem
    value: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class GiveWish:
    player: str
    base_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class HistoryWish:
    player: str
    page: int


@dataclass(frozen=True, slots=True)
class RestoreWish:
    """`to` in Unix seconds; without a `code` only a look."""

    player: str
    to: int
    code: str


def give_wish(typed: str | None) -> GiveWish:
    """Raises UsageError, as do the others."""
    player, base_id, quantity = _words("give", typed, 3)
    if not base_id:
        raise UsageError("give", Problem.NO_ITEM)
    return GiveWish(player, base_id, _number("give", quantity, MAX_QUANTITY))


def history_wish(typed: str | None) -> HistoryWish:
    player, page = _words("history", typed, 2)
    return HistoryWish(player, _number("history", page, _MAX_PAGE))


def restore_wish(typed: str | None, now: int) -> RestoreWish:
    """`now` in Unix seconds."""
    player, word, code = _words("restore", typed, 3)
    if not word:
        raise UsageError("restore", Problem.NO_TIME)
    to = past_time(word, now)
    if to is None:
        raise UsageError("restore", Problem.TIME, word)
    return RestoreWish(player, to, code)


def past_time(word: str, now: int) -> int | None:
    """Unix seconds of `30s`, `5m`, `2h` or `3d` ago, of an ISO 8601 time, else in UTC, or of `@` and them."""
    if exact := _AT.fullmatch(word):
        return int(exact[1]) if int(exact[1]) <= now else None
    if ago := _AGO.fullmatch(word):
        return now - int(ago[1]) * _SECONDS[ago[2]]
    try:
        named = datetime.fromisoformat(word)
    except ValueError:
        return None
    at = int((named if named.tzinfo else named.replace(tzinfo=UTC)).timestamp())
    return at if 0 <= at <= now else None


def with_word(command: str, typed: str, index: int, word: str) -> str:
    """The command as a line, without its slash, with another word at `index`; times without colons."""
    player, *others = (quoted or bare for quoted, bare in _WORD.findall(typed))
    words = [player, *(each.replace(":", "") for each in others)]
    words[index : index + 1] = [word]
    return " ".join([command, *(f'"{each}"' if " " in each else each for each in words)])


def player_wish(command: str, typed: str | None) -> str:
    [player] = _words(command, typed, 1)
    return player


def _words(command: str, typed: str | None, most: int) -> list[str]:
    """The first is there, the others may be empty."""
    words = [quoted or bare for quoted, bare in _WORD.findall(typed or "")]
    if not words or not words[0]:
        raise UsageError(command, Problem.NO_PLAYER)
    if len(words) > most:
        raise UsageError(command, Problem.TOO_MANY, words[most])
    return words + [""] * (most - len(words))


def _number(command: str, word: str, most: int) -> int:
    if not word:
        return 1
    if not re.fullmatch("[0-9]{1,9}", word) or not 1 <= int(word) <= most:
        raise UsageError(command, Problem.NUMBER, word, most)
    return int(word)
