"""Whom an action is about, and what is written down of it."""

from dataclasses import dataclass, fields
from typing import Any

from apps.game_core.modules.admins.contracts import AdminContext
from apps.game_core.modules.admins.ports import NewAction
from apps.game_core.modules.characters.contracts import Character, SearchCharacters
from apps.game_core.system.written_words import kept

_MAX_DIGITS = 18  # of a number that fits a database column
_MAX_TEXT = 64
_NAMED = {"actor", "request_id", "player", "players"}


@dataclass(slots=True)
class Subject:
    """Whom an action is about, once that is known, and whom else."""

    character: Character | None = None
    others: tuple[Character, ...] = ()

    def are(self, *characters: Character) -> None:
        """The first of them before all."""
        self.character, self.others = (characters[0] if characters else None), characters[1:]


def search(player: str) -> SearchCharacters | None:
    """None for what no player can be called."""
    number = player.removeprefix("#")
    if not (number.isascii() and number.isdecimal()):
        return SearchCharacters(name=player) if kept(player) == player else None
    if len(number) > _MAX_DIGITS:
        return None
    by_character = player != number
    return SearchCharacters(char_id=int(number)) if by_character else SearchCharacters(user_id=int(number))


def _sought(player: str) -> str:
    """What is kept of who was not found; it may be somebody who was deleted, or who comes later."""
    number = player.removeprefix("#")
    if not (number.isascii() and number.isdecimal()):
        return "a name"
    return "a user" if player == number else _storable_text(player)


def action(context: AdminContext[Any, Any], subject: Subject, outcome: str) -> NewAction:
    """Players are named by their characters' numbers only: the log must not outlive a name or a user."""
    given = {field.name: getattr(context, field.name) for field in fields(context)}
    arguments = {name: _storable(value) for name, value in given.items() if name not in _NAMED}
    sought = given.get("players") or [given[name] for name in ("player",) if name in given]
    if subject.character is None and sought:
        arguments["player"] = " ".join(map(_sought, sought))
    if subject.others:
        arguments["others"] = " ".join(f"#{each.id}" for each in subject.others)
    char_id = subject.character.id if subject.character else None
    return NewAction(context.request_id, context.actor, context.action, char_id, arguments, outcome)


def _storable(value: str | int) -> str | int:
    return value if isinstance(value, int) else _storable_text(value)


def _storable_text(value: str) -> str:
    return "".join(kept(letter) or "?" for letter in value[:_MAX_TEXT])
