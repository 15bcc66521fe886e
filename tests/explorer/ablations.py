"""Each protection taken out in turn, in the smallest world where it is needed."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.explorer.protocol import Bounds, Clean, Conflicts, Fence, Mismatch, Protocol, Strict


@dataclass(frozen=True)
class Ablation:
    """`breaks` names an invariant that must fall; None: shown to be redundant, within its bounds."""

    what: str
    without: Protocol
    bounds: Bounds
    breaks: str | None


def _ablation(what: str, breaks: str | None, bounds: Bounds, **changed: object) -> Ablation:
    return Ablation(what, Protocol(**changed), bounds, breaks)  # type: ignore[arg-type] # names checked by tests


_TWO = Bounds(adds=2)
_ONE_WORKER = Bounds(adds=2, workers=1)
_EDITED = Bounds(adds=0, take=True, edits=1, clients=1, workers=1)
_EDITED_TWICE = Bounds(adds=0, take=True, edits=2, clients=1)

ABLATIONS: Mapping[str, Ablation] = {
    "save without compare": _ablation(
        "a session is saved whatever its revision", "I5", _TWO, save_compares=False
    ),
    "integer revisions": _ablation(
        "the revision is the version number instead of a random token",
        "I5",
        Bounds(adds=3, losses=1, workers=0),
        random_revisions=False,
    ),
    "no operation memory": _ablation(
        "the session does not remember operation ids", "I2", Bounds(repeats=1), remembers_operations=False
    ),
    "no ledger ids at load": _ablation(
        "a new session does not learn the operation ids of the ledger",
        "I2",
        Bounds(repeats=1),
        loads_ledger_ids=False,
    ),
    "no unique ledger": _ablation(
        "the ledger takes an operation id twice",
        "I2",
        Bounds(repeats=1, forgets=1),
        ledger_is_unique=False,
    ),
    "no inbox ids": _ablation(
        "a grant gets a new operation id each time it is delivered",
        "I2",
        Bounds(adds=0, inbox=True),
        inbox_ids_are_operation_ids=False,
    ),
    "create without lock": _ablation(
        "a session is created by whoever loaded it, lock or not",
        "R",
        Bounds(adds=2, workers=1),
        create_checks_lock=False,
    ),
    "create over dirty control": _ablation(
        "a session is created over a control with pending operations",
        "I9",
        Bounds(lost_documents=1),
        create_spares_dirty_control=False,
    ),
    "dirty expires": _ablation("a dirty session keeps its expiry", "I3", Bounds(), dirty_never_expires=False),
    "claim leaves index": _ablation(
        "a claim takes the session out of the index", "I3", Bounds(), claim_keeps_index=False
    ),
    "no fence": _ablation(
        "a write does not look at the row", "I6", Bounds(adds=2, losses=1), fence=Fence.NONE
    ),
    "fence by order": _ablation(
        "a write asks only for an older row", "I1", Bounds(adds=3, losses=1), fence=Fence.OLDER
    ),
    "fence by version": _ablation(
        "a write compares the row's version, not its revision",
        "I7",
        Bounds(adds=2, edits=1, restores=1, clients=1, workers=1),
        fence=Fence.VERSION,
    ),
    "acknowledge by number": _ablation(
        "an acknowledgement needs no token in flight",
        "I4",
        Bounds(adds=2, losses=1),
        acknowledges_tokens=False,
    ),
    "acknowledge own token": _ablation(
        "a recognised write is acknowledged with the worker's own token and version",
        "I4",
        _ONE_WORKER,
        acknowledges_database_token=False,
    ),
    "clean by revision": _ablation(
        "an acknowledgement of an older write makes clean whatever stood at the later claim",
        "I3",
        _ONE_WORKER,
        clean=Clean.CLAIMED_REVISION,
    ),
    "always clean": _ablation(
        "an acknowledgement does not look whether something changed since the claim",
        "I4",
        _ONE_WORKER,
        clean=Clean.ALWAYS,
    ),
    "trim everything": _ablation(
        "an acknowledgement trims operations and marks that came after the claim",
        "I9",
        _ONE_WORKER,
        trims_by_version=False,
    ),
    "no token recognition": _ablation(
        "an own write whose acknowledgement was lost counts as foreign",
        "L",
        _TWO,
        recognises_tokens=False,
    ),
    "discard on mismatch": _ablation(
        "a session whose row moved on is thrown away", "I9", _EDITED, mismatch=Mismatch.DISCARD
    ),
    "violation is stale": _ablation(
        "a unique violation on the session's own base is taken for a stale claim",
        "L",
        Bounds(repeats=1, forgets=1),
        violation_forces_rebase=False,
    ),
    "rebase without compare": _ablation(
        "a rebased session is stored whatever the revision",
        "I9",
        Bounds(adds=2, edits=1, clients=1, workers=1),
        rebase_compares=False,
    ),
    "rebase over any base": _ablation(
        "a rebased session is stored though its base was written and acknowledged meanwhile",
        "R",
        _EDITED_TWICE,
        rebase_compares_base=False,
    ),
    "rebase over own writes": _ablation(
        "a rebase does not ask whether the session wrote the row itself",
        "R",
        _EDITED_TWICE,
        rebase_spares_own_writes=False,
    ),
    "rebase reads database first": _ablation(
        "a rebase reads the database before the session",
        None,
        Bounds(adds=1, edits=1),
        rebase_reads_session_first=False,
    ),
    "rebase without ledger": _ablation(
        "a rebase replays what the ledger has",
        "I2",
        Bounds(adds=1, edits=1, workers=1),
        rebase_asks_ledger=False,
    ),
    "rebase replays twice": _ablation(
        "a rebase replays an operation as often as it is pending",
        "L",
        Bounds(repeats=1, forgets=1),
        rebase_replays_once=False,
    ),
    "rebase keeps tokens": _ablation(
        "a rebase keeps the tokens in flight", "I3", Bounds(edits=1), rebase_clears_tokens=False
    ),
    "rebase after row only": _ablation(
        "a rebased session counts on from the row, not from the larger version",
        None,
        Bounds(adds=1, edits=1),
        rebase_passes_both_versions=False,
    ),
    "refusals forgotten": _ablation(
        "an operation that a rebase dropped is still remembered as a success",
        "I10",
        Bounds(adds=0, take=True, edits=1, strict=True),
        remembers_refusals=False,
    ),
    "conflicts before": _ablation(
        "what a rebase drops is recorded before the session is set",
        "I2",
        Bounds(adds=0, take=True, edits=2, clients=1),
        conflicts=Conflicts.BEFORE_SET,
    ),
    "conflicts after": _ablation(
        "what a rebase drops is recorded after the session is set",
        "I9",
        _EDITED,
        conflicts=Conflicts.AFTER_SET,
    ),
    "no trigger": _ablation(
        "an operator's edit leaves version and revision alone",
        "I7",
        Bounds(adds=1, edits=1),
        trigger_moves_revision=False,
    ),
    "undo unchecked": _ablation(
        "an undo does not look whether its item came back",
        "I8",
        Bounds(adds=0, take=True, undo=True, edits=1),
        undo_is_checked=False,
    ),
    "strict by version": _ablation(
        "strict mode waits for a version number",
        "I10",
        Bounds(adds=0, take=True, edits=1, strict=True),
        strict=Strict.BY_VERSION,
    ),
}
