"""What an admin typed after a command, as values. A name of several words goes into quotes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from apps.game_core.modules.inventory.contracts import MAX_COINS, MAX_ID
from apps.game_core.modules.inventory.inventory_gateway import MAX_QUANTITY

# Phones turn straight quotes into others.
_WORD = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|(\S+)')
_MAX_PAGE = 10_000
_MINUS = "\u2212"
_MOST_PLAYERS = 5
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
    NO_AMOUNT = "no_amount"
    AMOUNT = "amount"


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
class PayWish:
    player: str
    amount: int


@dataclass(frozen=True, slots=True)
class HistoryWish:
    player: str
    page: int


@dataclass(frozen=True, slots=True)
class InspectWish:
    """`page` as in `RecallWish`."""

    player: str
    page: int


@dataclass(frozen=True, slots=True)
class RecallWish:
    """`at` in Unix seconds; `page` of the buttons that lead to lives."""

    player: str
    at: int
    page: int = 1


@dataclass(frozen=True, slots=True)
class CompareWish:
    """Times in Unix seconds."""

    player: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class TraceWish:
    item_id: int
    players: tuple[str, ...]


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


def pay_wish(typed: str | None) -> PayWish:
    player, amount = _words("coins", typed, 2)
    return PayWish(player, _amount("coins", amount))


def history_wish(typed: str | None) -> HistoryWish:
    player, page = _words("history", typed, 2)
    return HistoryWish(player, _number("history", page, _MAX_PAGE))


def inspect_wish(typed: str | None) -> InspectWish:
    player, page = _words("inspect", typed, 2)
    return InspectWish(player, _number("inspect", page, _MAX_PAGE))


def restore_wish(typed: str | None, now: int) -> RestoreWish:
    """`now` in Unix seconds."""
    player, word, code = _words("restore", typed, 3)
    return RestoreWish(player, _time("restore", word, now), code)


def recall_wish(typed: str | None, now: int) -> RecallWish:
    player, word, page = _words("at", typed, 3)
    return RecallWish(player, _time("at", word, now), _number("at", page, _MAX_PAGE))


def compare_wish(typed: str | None, now: int) -> CompareWish:
    player, since, until = _words("diff", typed, 3)
    return CompareWish(player, _time("diff", since, now), _time("diff", until, now) if until else now)


def trace_wish(typed: str | None) -> TraceWish:
    number, *players = _split(typed or "") or [""]
    if not number:
        raise UsageError("life", Problem.NO_ITEM)
    if not re.fullmatch("[0-9]{1,19}", number) or not 1 <= int(number) <= MAX_ID:
        raise UsageError("life", Problem.NUMBER, number, MAX_ID)
    if len(players) > _MOST_PLAYERS:
        raise UsageError("life", Problem.TOO_MANY, players[_MOST_PLAYERS])
    return TraceWish(int(number), tuple(players))


def past_time(word: str, now: int) -> int | None:
    """Unix seconds of `30s`, `5m`, `2h` or `3d` ago, of an ISO 8601 time, else in UTC, or of `@` and them."""
    if exact := _AT.fullmatch(word):
        return int(exact[1]) if int(exact[1]) <= now else None
    if ago := _AGO.fullmatch(word):
        at = now - int(ago[1]) * _SECONDS[ago[2]]
        return at if at >= 0 else None
    try:
        named = datetime.fromisoformat(word)
    except ValueError:
        return None
    at = int((named if named.tzinfo else named.replace(tzinfo=UTC)).timestamp())
    return at if 0 <= at <= now else None


_NAMES_ALONE = frozenset({"life"})
"""Commands whose words are no times."""


def with_word(command: str, typed: str, index: int, word: str) -> str:
    """The command as a line, without its slash, with another word at `index`; times without colons."""
    first, *others = _split(typed)
    words = [first, *(each if command in _NAMES_ALONE else each.replace(":", "") for each in others)]
    words[index : index + 1] = [word]
    return " ".join([command, *(f'"{each}"' if " " in each else each for each in words)])


def place_of(typed: str, word: str) -> int:
    """The index of a word, 0 if it is not there."""
    words = _split(typed)
    return words.index(word) if word in words else 0


def player_wish(command: str, typed: str | None) -> str:
    [player] = _words(command, typed, 1)
    return player


def _words(command: str, typed: str | None, most: int) -> list[str]:
    """The first is there, the others may be empty."""
    words = _split(typed or "")
    if not words or not words[0]:
        raise UsageError(command, Problem.NO_PLAYER)
    if len(words) > most:
        raise UsageError(command, Problem.TOO_MANY, words[most])
    return words + [""] * (most - len(words))


def _split(typed: str) -> list[str]:
    return [quoted or bare for quoted, bare in _WORD.findall(typed)]


def _time(command: str, word: str, now: int) -> int:
    if not word:
        raise UsageError(command, Problem.NO_TIME)
    at = past_time(word, now)
    if at is None:
        raise UsageError(command, Problem.TIME, word)
    return at


def _amount(command: str, word: str) -> int:
    """So many coins, or below zero so many less: with a hyphen or a minus sign."""
    if not word:
        raise UsageError(command, Problem.NO_AMOUNT)
    plain = word.replace(_MINUS, "-")
    amount = int(plain) if re.fullmatch("[+-]?[0-9]{1,19}", plain) else 0
    if not 1 <= abs(amount) <= MAX_COINS:
        raise UsageError(command, Problem.AMOUNT, word)
    return amount


def _number(command: str, word: str, most: int) -> int:
    if not word:
        return 1
    if not re.fullmatch("[0-9]{1,9}", word) or not 1 <= int(word) <= most:
        raise UsageError(command, Problem.NUMBER, word, most)
    return int(word)
