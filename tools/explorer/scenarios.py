"""The worlds in which the whole protocol is explored; each looks closely at one kind of trouble."""

from collections.abc import Mapping
from dataclasses import fields, replace

from tools.explorer.protocol import Bounds

_HEALING = Bounds(losses=1, minds=True, rewinds=False, halves=False, workers=1)
_SETS = Bounds(adds=0, clear=True, undo=True)
_MENDING = Bounds(adds=0, mend=True, undo=True, edits=1, workers=1)
_FIGHTS = Bounds(adds=0, fight=True, workers=1)

SCENARIOS: Mapping[str, Bounds] = {
    "devices": Bounds(adds=2, take=True, repeats=1, memory=1, ageless=True),
    "old taps": Bounds(adds=2, repeats=2, memory=1, ageless=True, workers=1),
    "memory": Bounds(adds=1, take=True, repeats=2, memory=1),
    "document": Bounds(adds=2, repeats=1, memory=1, lost_documents=1),
    "loss": Bounds(adds=2, repeats=1, memory=1, losses=1, workers=1),
    "operator": Bounds(adds=0, take=True, undo=True, edits=2),
    "merge": Bounds(adds=2, take=True, edits=1),
    "inbox": Bounds(adds=0, inbox=True, edits=1, lost_documents=1),
    "grants": Bounds(adds=1, inbox=True, lost_documents=1, repeats=1, memory=1, workers=1),
    "strict": Bounds(adds=0, take=True, edits=1, losses=1, strict=True),
    "healing": replace(_HEALING, adds=2, sights=True),
    "healing, one half left": replace(_HEALING, adds=2, wipes=False, halves=True),
    "healing, an older file": replace(_HEALING, adds=2, wipes=False, rewinds=True),
    "healing, then old taps": replace(_HEALING, adds=2, repeats=1),
    "any loss, then old taps": replace(
        _HEALING, adds=2, repeats=1, memory=1, sights=True, halves=True, rewinds=True, clients=1
    ),
    "healing, an older copy": replace(_HEALING, adds=2, wipes=False, copies=True, clients=1),
    "healing twice": replace(_HEALING, losses=2, rewinds=True),
    "healing and an operator": replace(_HEALING, adds=0, take=True, edits=1),
    "aftermath": Bounds(adds=2, edits=1, losses=1, workers=1),
    "healing beside late writes": replace(_HEALING, adds=2, halves=True, late=True, clients=1),
    "restore": Bounds(adds=2, restores=1, workers=1),
    "restore, then old taps": Bounds(adds=1, repeats=1, edits=1, restores=1, workers=1),
    "restore and memories": Bounds(adds=1, restores=1, minds=True, workers=1),
    "restore of more": Bounds(adds=2, restores=1, minds=True, clients=1, workers=1),
    "restore beside late steps": Bounds(adds=1, restores=1, late=True),
    "sets": replace(_SETS, adds=1, edits=1, workers=1),
    "sets and an operator": replace(_SETS, edits=2, clients=1),
    "sets, healed": replace(_SETS, losses=1, minds=True, clients=1, workers=1),
    "mending": replace(_MENDING, adds=1),
    "mending, then a restore": replace(_MENDING, restores=1, clients=1),
    "fights": replace(_FIGHTS, losses=1, halves=False),
    "fights, one half left": replace(_FIGHTS, losses=1, wipes=False, rewinds=False, clients=1),
    "fights, healed": replace(_FIGHTS, losses=1, minds=True, halves=False, clients=1),
    "fights and mending": replace(_FIGHTS, mend=True, edits=1, clients=1),
    "fights, and mending undone": replace(_FIGHTS, mend=True, undo=True, clients=1),
}

SHORT: Mapping[str, Bounds] = {
    "devices": Bounds(adds=2, repeats=1, memory=1, workers=1),
    "document": Bounds(adds=1, repeats=1, lost_documents=1, workers=1),
    "loss": Bounds(adds=1, repeats=1, losses=1, workers=1),
    "operator": Bounds(adds=0, take=True, undo=True, edits=1, clients=1),
    "old taps": Bounds(adds=1, repeats=1, ageless=True, memory=1),
    "inbox": Bounds(adds=0, inbox=True, edits=1, lost_documents=1, clients=1, workers=1),
    "strict": Bounds(adds=0, take=True, edits=1, strict=True, workers=1),
    "healing": replace(_HEALING, adds=2, sights=True, halves=True, clients=1),
    "healing, an older file": replace(_HEALING, adds=2, wipes=False, rewinds=True, clients=1),
    "healing, an older copy": replace(_HEALING, adds=2, wipes=False, copies=True, clients=1),
    "restore": Bounds(adds=1, restores=1, repeats=1, clients=1, workers=1),
    "restore beside late steps": Bounds(adds=1, restores=1, late=True, workers=1),
    "sets": replace(_SETS, edits=1, clients=1, workers=1),
    "mending": replace(_MENDING, clients=1),
    "fights": replace(_FIGHTS, tokens=2),
}


class BoundsError(ValueError):
    """The text says which part of the bounds makes no sense."""


def parsed(text: str, base: Bounds) -> Bounds:
    """`base` changed by a list like `clients=1,losses=2,undo=1`."""
    known = {field.name: field.type for field in fields(Bounds)}
    changed: dict[str, int] = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.partition("=")
        if name not in known or not number.isdecimal():
            raise BoundsError(f"{part!r}: expected name=number with a name of {', '.join(known)}")
        changed[name] = bool(int(number)) if known[name] in (bool, "bool") else int(number)
    return replace(base, **changed)  # type: ignore[arg-type] # bool fields got bools above
