"""Short stories that long runs have found, told again: each step by the process that is named."""

import asyncio
from collections.abc import Sequence

import pytest

from tools.statemachine.actions import Action, Chore, Event, Forgery, Form, Kind, Tap, TapAgain, Trouble
from tools.statemachine.drive import Driver
from tools.statemachine.faults import Fault
from tools.statemachine.world import Stores

Story = Sequence[tuple[int, Action] | tuple[int, Action, Trouble]]

_ADD, _OPEN, _DIE = Tap(Kind.ADD, 0, 0, 1), Chore.OPEN, Chore.DIE
_USE_ORE, _DRINK = Tap(Kind.USE, 2, 0, 1), Tap(Kind.USE, 0, 0, 1)
_STAMPED = Tap(Kind.ADD, 0, 0, 1, Form.STAMPED)
_WEAR, _WEAR_MORE, _REVERT = Tap(Kind.WEAR, 3, 4, 1), Tap(Kind.WEAR, 5, 6, 1), Tap(Kind.REVERT, 0, 0, 1)
_DROP_BOTH, _UNDO = Tap(Kind.DROP_MANY, 0, 1, 1), Tap(Kind.UNDO, 0, 0, 1)
_TO_QUICK, _FROM_QUICK = Tap(Kind.QUICK, 0, 0, 1), Tap(Kind.FROM_QUICK, 0, 0, 1)
_WIELD, _FIGHT, _MEND = Tap(Kind.EQUIP, 0, 0, 1), Tap(Kind.FIGHT, 7, 6, 3), Tap(Kind.MEND, 0, 0, 1)
_STORIES: dict[str, Story] = {
    "what a restored database lacked is brought back, and lost before others look": (
        (2, Tap(Kind.ADD, 0, 0, 2, Form.STAMPED)),
        (1, TapAgain(0)),
        (0, Chore.SYNC),
        (1, TapAgain(0), Trouble(1, Fault.MEANWHILE, Event.REDIS_FLUSHED, 1)),
        (0, Event.DATABASE_RESTORED),
        (0, Tap(Kind.WEAR, 2, 5, 2, Form.BARE, 8)),
        (2, TapAgain(11)),
        (1, Event.REDIS_FLUSHED),
    ),
    "who knows only that something was taken back leaves alone what was done since": (
        (1, _DRINK),
        (0, _REVERT),
        (1, _DIE),
        (0, Event.REDIS_FLUSHED),
        (2, _DRINK),
        (0, _OPEN),
    ),
    "what was lost with its Undo has left its id to something else": (
        (0, Tap(Kind.DROP, 1, 0, 2)),
        (0, _UNDO),
        (0, Chore.SYNC),
        (0, Event.DATABASE_RESTORED),
        (1, Forgery(0, _ADD)),
        (1, Chore.SYNC),
        (0, _OPEN),
    ),
    "an Undo without its drop is refused, and done after all with who brings that back": (
        (0, Tap(Kind.EQUIP, 0, 0, 1, Form.STAMPED)),
        (1, Tap(Kind.DROP, 0, 0, 1, Form.STAMPED)),
        (0, _UNDO),
        (0, _UNDO, Trouble(1, Fault.MEANWHILE, Event.REDIS_FLUSHED)),
        (0, TapAgain(0)),
        (1, _UNDO),
    ),
    "who leaves does not take along a document that lost its control data": (
        (0, Tap(Kind.EQUIP, 0, 0, 1, Form.STAMPED)),
        (0, _DIE),
        (0, Event.CONTROL_LOST),
        (0, Chore.LEAVE),
    ),
    "a database is restored under one who brings back what it had lost before": (
        (1, _WEAR),
        (1, _REVERT),
        (0, Chore.SYNC),
        (0, Event.DATABASE_RESTORED),
        (0, TapAgain(0)),
        (0, Chore.SYNC),
        (1, _OPEN, Trouble(5, Fault.MEANWHILE, Event.DATABASE_RESTORED)),
    ),
    "an older file comes back while its process lives": (
        (0, _OPEN),
        (0, Event.REDIS_SAVES),
        (0, _ADD),
        (0, Event.REDIS_RETURNS),
        (0, _OPEN),
    ),
    "an older file comes back and a worker is there first": (
        (0, _ADD),
        (0, Event.REDIS_SAVES),
        (0, _ADD),
        (0, Event.REDIS_RETURNS),
        (1, Chore.DRAIN),
        (0, _OPEN),
    ),
    "the first look after a loss is cut short, and the next change is a warm one": (
        (0, _ADD),
        (0, _USE_ORE),
        (2, _ADD),
        (0, Event.REDIS_FLUSHED),
        (0, _ADD),
        (2, TapAgain(1), Trouble(2, Fault.UNANSWERED, _OPEN)),
        (2, _ADD),
    ),
    "a set is worn, taken off again, and neither is done twice": (
        (0, _WEAR),
        (1, TapAgain(0)),
        (1, _REVERT),
        (0, TapAgain(0)),
        (0, _REVERT),
        (0, Chore.SYNC),
        (2, TapAgain(0)),
        (2, _REVERT),
    ),
    "two stacks are dropped at once, taken back elsewhere, and put onto other rows": (
        (0, _DROP_BOTH),
        (1, _UNDO),
        (0, TapAgain(0)),
        (0, Event.SQL_GIVES),
        (2, Chore.SYNC),
        (1, _UNDO),
        (2, _DROP_BOTH),
        (0, Chore.SYNC),
        (0, Event.SQL_GIVES),
        (1, _UNDO, Trouble(2, Fault.MEANWHILE, Chore.SYNC)),
        (2, _UNDO),
    ),
    "a quick slot is emptied, filled again by taking back, and emptied once more": (
        (0, _TO_QUICK),
        (1, _FROM_QUICK),
        (2, _REVERT),
        (0, TapAgain(1)),
        (0, Event.SQL_GIVES),
        (1, Chore.SYNC),
        (0, _FROM_QUICK),
        (1, Event.REDIS_FLUSHED),
        (0, _REVERT),
    ),
    "a sword wears out in fights, is mended with ore, and what mended it comes back": (
        (0, _WIELD),
        (0, _FIGHT),
        (1, Event.REDIS_SAVES),
        (1, _MEND),
        (2, TapAgain(2)),
        (2, _REVERT),
        (1, TapAgain(2)),
        (0, _MEND),
        (0, Event.REDIS_RETURNS),
        (1, _FIGHT),
        (1, Chore.SYNC),
        (2, _OPEN),
    ),
    "what a fight has taught while SQL changed a row, and what the database had forgotten": (
        (0, _FIGHT),
        (0, Event.SQL_TAKES),
        (1, Chore.SYNC),
        (1, Event.DATABASE_BACKED_UP),
        (1, _FIGHT),
        (1, TapAgain(0)),
        (2, _FIGHT, Trouble(1, Fault.UNANSWERED, _OPEN)),
        (1, Chore.SYNC),
        (1, Event.DATABASE_RESTORED),
        (0, _OPEN),
        (2, _FIGHT),
    ),
    "what was taken back is found by its process after a loss": (
        (0, _USE_ORE),
        (0, _DRINK),
        (0, _REVERT),
        (0, Event.REDIS_FLUSHED),
        (0, _OPEN),
        (1, _REVERT),
    ),
    "what is taken back stands on a row that SQL has changed": (
        (0, _OPEN),
        (0, _DRINK),
        (0, _REVERT),
        (0, _WEAR_MORE),
        (0, Event.SQL_TAKES),
        (1, Chore.SYNC),
        (0, _REVERT),
    ),
    "one who has only repeated it knows it, too": (
        (0, _ADD),
        (1, TapAgain(0)),
        (0, _DIE),
        (0, Event.REDIS_FLUSHED),
        (1, _OPEN),
    ),
    "who has seen it comes after who loads": (
        (0, _ADD),
        (1, _OPEN),
        (0, _DIE),
        (0, Event.REDIS_FLUSHED),
        (2, _OPEN),
        (1, _OPEN),
    ),
    "who has seen it meets an older file": (
        (0, _ADD),
        (0, Event.REDIS_SAVES),
        (0, _ADD),
        (1, _OPEN),
        (0, _DIE),
        (0, Event.REDIS_RETURNS),
        (1, _OPEN),
    ),
    "nothing is missing, though versions were left out": (
        (0, _ADD),
        (0, Event.DOCUMENT_LOST),
        (0, _OPEN),
        (0, Event.REDIS_FLUSHED),
        (0, _OPEN),
    ),
    "who has seen it loads": ((0, _ADD), (1, _OPEN), (0, _DIE), (0, Event.REDIS_FLUSHED), (1, _OPEN)),
    "a document without control data": ((0, _ADD), (0, _DIE), (0, Event.CONTROL_LOST), (2, _OPEN)),
    "a restored database": (
        (0, _ADD),
        (0, Chore.SYNC),
        (0, Event.DATABASE_RESTORED),
        (2, _ADD),
        (2, Chore.SYNC),
    ),
    "a forgotten tap after four others": (
        *((0, _STAMPED) for _ in range(5)),
        (0, Chore.SYNC),
        (0, _STAMPED),
        (1, TapAgain(0)),
    ),
}


@pytest.mark.parametrize("name", _STORIES)
def test_a_story_ends_well(name: str, stores: Stores, runner: asyncio.Runner) -> None:
    runner.run(_tell(stores, _STORIES[name]))


async def _tell(stores: Stores, story: Story) -> None:
    driver = await Driver.start(stores)
    for who, action, *trouble in story:
        await driver.act(who, action, trouble[0] if trouble else None)
        await driver.check()
    await driver.settle()
