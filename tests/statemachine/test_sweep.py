"""Every fault, and every sudden event, at every call of an action: no luck needed.

The suite takes the hardest start and, at each call, one in three of the events; `python3 run.py explore
--statemachine` takes all.
"""

import asyncio
import os
from collections.abc import Iterator

import pytest

from bot.cli.progress import Progress
from tools.statemachine.actions import Action, Chore, Event, Kind, Tap, Trouble
from tools.statemachine.drive import Driver
from tools.statemachine.faults import Fault
from tools.statemachine.world import Stores

_DROP, _DROP_MORE, _ADD = Tap(Kind.DROP, 1, 0, 2), Tap(Kind.DROP, 1, 0, 1), Tap(Kind.ADD, 1, 0, 3)
_DIRTY: tuple[tuple[Action, Trouble | None], ...] = ((Chore.OPEN, None), (_DROP, None))
_STARTS: dict[str, tuple[tuple[Action, Trouble | None], ...]] = {
    "cold": (),
    "clean": ((Chore.OPEN, None),),
    "dirty": _DIRTY,
    "unacknowledged": (*_DIRTY, (Chore.SYNC, Trouble(4, Fault.UNREACHED, Chore.OPEN)), (_ADD, None)),
    "foreign row": (*_DIRTY, (Event.SQL_TAKES, None)),
    "orphaned": (*_DIRTY, (Event.DOCUMENT_LOST, None)),
}
_ACTIONS: dict[str, Action] = {"drop": _DROP_MORE, "leave": Chore.LEAVE, "drain": Chore.DRAIN}
_SUDDEN = (
    Event.REDIS_FLUSHED,
    Event.SESSION_EXPIRES,
    Event.DOCUMENT_LOST,
    Event.CONTROL_LOST,
    Event.DATABASE_RESTORED,
    Event.SQL_TAKES,
    Event.SQL_CHANGES,
    Event.GRANT,
    _ADD,
    Chore.SYNC,
    Chore.LEAVE,
)
_MOST_CALLS = 30
_ONE_IN = 3
IS_LONG = bool(os.environ.get("STATEMACHINE_STEPS"))
QUIET = not IS_LONG or bool(os.environ.get("STATEMACHINE_QUIET"))


def _troubles(at: int) -> Iterator[Trouble]:
    for fault in Fault:
        if fault is not Fault.MEANWHILE:
            yield Trouble(at, fault, Chore.OPEN)
    for event in _SUDDEN if IS_LONG else _SUDDEN[at % _ONE_IN :: _ONE_IN]:
        yield Trouble(at, Fault.MEANWHILE, event)


@pytest.mark.parametrize("action", _ACTIONS)
@pytest.mark.parametrize("start", _STARTS if IS_LONG else ["unacknowledged"])
def test_every_call_of_an_action_may_go_wrong(
    start: str, action: str, stores: Stores, runner: asyncio.Runner
) -> None:
    struck, at = True, 0
    with Progress("Sweep", 1, note=lambda: f"{start}, {action}: call {at}", quiet=QUIET):
        while struck:
            at += 1
            assert at < _MOST_CALLS
            struck = False
            for trouble in _troubles(at):
                struck = runner.run(_struck(stores, start, action, trouble)) or struck
    assert at > 1, "no call of it was wired"


async def _struck(stores: Stores, start: str, action: str, trouble: Trouble) -> bool:
    """Whether the action has so many calls that the trouble struck at all."""
    driver = await Driver.start(stores)
    for before, its_trouble in _STARTS[start]:
        await driver.act(0, before, its_trouble)
    await driver.check()
    struck = await driver.act(0, _ACTIONS[action], trouble)
    try:
        await driver.check()
        await driver.settle()
    except AssertionError as error:
        error.add_note(f"{start}, {action}: {trouble}")
        raise
    return struck
