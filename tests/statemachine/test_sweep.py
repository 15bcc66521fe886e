"""Every fault, and every sudden event, at every call of an action: no luck needed.

The suite takes the hardest start, each kind of action at least once and, from the second call on, one in
four of the faults and one in six of the events; `python3 run.py explore --statemachine` takes all.
"""

import asyncio
import os
from collections.abc import Iterator
from itertools import product

import pytest

from apps.game_core.settings import DurabilityMode
from bot.cli.progress import Progress
from tools.statemachine.actions import Action, Chore, Event, Kind, Tap, Trouble
from tools.statemachine.drive import Driver
from tools.statemachine.faults import Fault
from tools.statemachine.world import Stores

_DROP, _ADD = Tap(Kind.DROP, 1, 0, 2), Tap(Kind.ADD, 1, 0, 3)
_SEVERAL = Tap(Kind.DROP_MANY, 1, 0, 1)
# A helmet and a bow, for which sword and shield come off.
_WEAR = (Tap(Kind.WEAR, 0, 2, 1), Tap(Kind.WEAR, 1, 6, 1))
_UNDO, _REVERT = Tap(Kind.UNDO, 0, 0, 1), Tap(Kind.REVERT, 0, 0, 1)
Steps = tuple[tuple[Action, Trouble | None], ...]
_DIRTY: Steps = ((Chore.OPEN, None), (_DROP, None))
_STARTS: dict[str, Steps] = {
    "cold": (),
    "clean": ((Chore.OPEN, None),),
    "dirty": _DIRTY,
    "unacknowledged": (*_DIRTY, (Chore.SYNC, Trouble(4, Fault.UNREACHED, Chore.OPEN)), (_ADD, None)),
    "foreign row": (*_DIRTY, (Event.SQL_TAKES, None)),
    "orphaned": (*_DIRTY, (Event.DOCUMENT_LOST, None)),
}
_ACTIONS: dict[str, tuple[Action, ...]] = {
    "drop several": (_SEVERAL,),
    "wear several": _WEAR,
    "undo a drop of several": (_SEVERAL, _UNDO),
    "undo a wear of several": (*_WEAR, _REVERT),
    "leave": (Chore.LEAVE,),
    "drain": (Chore.DRAIN,),
}
"""The last is swept."""
_SHORT = {
    DurabilityMode.LAZY: (
        "wear several",
        "undo a drop of several",
        "undo a wear of several",
        "drain",
    ),
    DurabilityMode.STRICT: ("drop several", "leave"),
}
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
_ONE_FAULT_IN, _ONE_EVENT_IN = 4, 6
IS_LONG = bool(os.environ.get("STATEMACHINE_STEPS"))
QUIET = not IS_LONG or bool(os.environ.get("STATEMACHINE_QUIET"))


def _troubles(at: int) -> Iterator[Trouble]:
    faults = [each for each in Fault if each is not Fault.MEANWHILE]
    whole = IS_LONG or at == 1
    for fault in faults if whole else faults[at % _ONE_FAULT_IN :: _ONE_FAULT_IN]:
        yield Trouble(at, fault, Chore.OPEN)
    for event in _SUDDEN if whole else _SUDDEN[at % _ONE_EVENT_IN :: _ONE_EVENT_IN]:
        yield Trouble(at, Fault.MEANWHILE, event)


def _cases() -> Iterator[tuple[DurabilityMode, str, str]]:
    if IS_LONG:
        yield from product(DurabilityMode, _STARTS, _ACTIONS)
        return
    for mode, actions in _SHORT.items():
        yield from product([mode], ["unacknowledged"], actions)


@pytest.mark.parametrize(("stores", "start", "action"), [*_cases()], indirect=["stores"])
def test_every_call_of_an_action_may_go_wrong(
    start: str, action: str, stores: Stores, runner: asyncio.Runner
) -> None:
    at = 1
    with Progress("Sweep", 1, note=lambda: f"{start}, {action}: call {at}", quiet=QUIET):
        while all(runner.run(_struck(stores, start, action, trouble)) for trouble in _troubles(at)):
            at += 1
            assert at < _MOST_CALLS
    assert at > 1, "no call of it was wired"


async def _struck(stores: Stores, start: str, action: str, trouble: Trouble) -> bool:
    """Whether the action has so many calls that the trouble struck at all."""
    driver = await Driver.start(stores)
    for before, its_trouble in _STARTS[start]:
        await driver.act(0, before, its_trouble)
    await driver.check()
    *first, swept = _ACTIONS[action]
    for each in first:
        await driver.act(0, each, None)
        await driver.check()
    struck = await driver.act(0, swept, trouble)
    try:
        await driver.check()
        await driver.settle()
    except AssertionError as error:
        error.add_note(f"{start}, {action}: {trouble}")
        raise
    return struck
