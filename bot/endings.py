"""How an update ends, told by whoever knows it to whoever counts, however far above."""

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    """By the rules, or because the button is another's or leads nowhere; the player was told why."""
    UNAVAILABLE = "unavailable"
    """A server is away or too busy; the player was asked to try again."""
    FAILED = "failed"
    """By a fault of ours; the player got an apology."""
    TURNED_AWAY = "turned_away"
    """Too many of one player; it was not looked at."""


@dataclass(slots=True)
class Course:
    """Of one update, so far."""

    ending: Ending = Ending.DONE


_CURRENT: ContextVar[Course | None] = ContextVar("course", default=None)


def begun() -> Course:
    """The course of the update that this task handles from now on."""
    course = Course()
    _CURRENT.set(course)
    return course


def ends(ending: Ending) -> None:
    """Whatever comes later does not make it better: a fault stays one."""
    course = _CURRENT.get()
    if course is not None and course.ending is not Ending.FAILED:
        course.ending = ending
