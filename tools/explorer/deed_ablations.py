"""The protections of operations of several parts, of their undoings, and of fights, taken out in turn."""

from collections.abc import Mapping
from dataclasses import replace

from tools.explorer.ablation import Ablation, ablation
from tools.explorer.protocol import Bounds

_ALONE = Bounds(adds=0, clients=1, workers=1)
_CLEARED = replace(_ALONE, clear=True, edits=1)
_MENDED = replace(_ALONE, mend=True, edits=1)
_FOUGHT = replace(_ALONE, fight=True)

DEEDS: Mapping[str, Ablation] = {
    "half of a set": ablation(
        "of several things that are to go a rebase lets those go that still can",
        "I7",
        _CLEARED,
        replays_whole=False,
    ),
    "mended for nothing": ablation(
        "a rebase mends what is worn down though what that took is gone", "I7", _MENDED, replays_whole=False
    ),
    "more than told": ablation(
        "a rebase clears the stack that it finds, whatever was told", "M", _CLEARED, replays_as_told=False
    ),
    "one row of several": ablation(
        "of the rows that an operation touched one is written",
        "I7",
        replace(_CLEARED, edits=0),
        marks_every_row=False,
    ),
    "half taken back": ablation(
        "an undo gives back what is not there already",
        "I7",
        replace(_CLEARED, undo=True),
        undo_is_whole=False,
    ),
    "undo without its deed": ablation(
        "what a rebase refused, and somebody else did likewise, is taken back",
        "U",
        replace(_MENDED, undo=True),
        undo_needs_its_deed=False,
    ),
    "rows put back blindly": ablation(
        "rows become what they were, whatever came since",
        "I7",
        replace(_MENDED, adds=1, undo=True, edits=0),
        revert_compares=False,
    ),
    "fights refused": ablation(
        "what a fight came to is refused where nothing is left to wear down",
        "B",
        replace(_FOUGHT, edits=1),
        fights_are_never_refused=False,
    ),
    "fights under new ids": ablation(
        "what a fight came to gets a new id each time somebody finishes it",
        "I2",
        _FOUGHT,
        fight_ids_are_operation_ids=False,
    ),
    "fights believed": ablation(
        "who has begun the last blow is believed that its end is new",
        "T",
        replace(_FOUGHT, losses=1, wipes=False, halves=False, tokens=1),
        new_fights_have_an_age=False,
    ),
    "prizes without a key": ablation(
        "a prize is put into the inbox by whoever finishes the fight", "O", _FOUGHT, prizes_have_a_key=False
    ),
}
