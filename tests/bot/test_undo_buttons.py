"""Undo buttons: each names the operation that it takes back, and none is taken for another."""

import pytest

from bot.callbacks.buttons import UNDOING, Act, Do
from bot.callbacks.makers import Acts

STAMPS = ("f" * 8, "A" * 9)


@pytest.mark.parametrize("stamp", STAMPS)
@pytest.mark.parametrize("do", UNDOING)
def test_an_undo_names_what_it_takes_back(do: Do, stamp: str) -> None:
    done = Acts(2**52, stamp, page=7).quantity(do, 2**63 - 1, 3)
    undo = Act.unpack(done.undoing().pack())

    assert undo.undoes
    assert not done.undoes
    assert undo.undone == done.op_id
    assert undo.op_id != done.op_id
    assert (undo.item, undo.quantity, undo.page) == (done.item, done.quantity, done.page)


def test_all_that_moves_or_destroys_can_be_taken_back() -> None:
    marks = {Do.LOCK, Do.UNLOCK, Do.JUNK, Do.UNJUNK, Do.SAVE_LOADOUT, Do.FORGET_LOADOUT, Do.LOOK_BACK}
    assert set(Do) == marks | UNDOING.keys() | set(UNDOING.values())
    assert len(set(UNDOING.values())) == len(UNDOING)
