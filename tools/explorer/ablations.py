"""Each protection of the session's way to the database taken out, in the smallest world that needs it.

Those that came with old operations, losses and restores are in `later_ablations`, those of sets, undoings and
fights in `deed_ablations`.
"""

from collections.abc import Mapping
from dataclasses import replace

from tools.explorer.ablation import Ablation, ablation
from tools.explorer.deed_ablations import DEEDS
from tools.explorer.later_ablations import LATER
from tools.explorer.protocol import Bounds, Clean, Conflicts, Fence, Mismatch, Strict

_TWO = Bounds(adds=2)
_ONE_WORKER = Bounds(adds=2, workers=1)
_WIPED = Bounds(adds=2, losses=1, rewinds=False, halves=False, late=True, workers=1)
_EDITED = Bounds(adds=0, take=True, edits=1, clients=1, workers=1)
_EDITED_TWICE = Bounds(adds=0, take=True, edits=2, clients=1)

ABLATIONS: Mapping[str, Ablation] = {
    "save without compare": ablation(
        "a session is saved whatever its revision", "I5", _TWO, save_compares=False
    ),
    "integer revisions": ablation(
        "the revision is the version number instead of a random token",
        "I5",
        Bounds(adds=3, losses=1, workers=0),
        random_revisions=False,
    ),
    "no inbox ids": ablation(
        "a grant gets a new operation id each time it is delivered",
        "I2",
        Bounds(adds=0, inbox=True),
        inbox_ids_are_operation_ids=False,
    ),
    "create without lock": ablation(
        "a session is created by whoever loaded it, lock or not",
        "R",
        Bounds(adds=2, workers=1),
        create_checks_lock=False,
    ),
    "create over dirty control": ablation(
        "a session is created over a control with pending operations",
        "I9",
        Bounds(lost_documents=1),
        create_spares_dirty_control=False,
    ),
    "dirty expires": ablation("a dirty session keeps its expiry", "I3", Bounds(), dirty_never_expires=False),
    "claim leaves index": ablation(
        "a claim takes the session out of the index", "I3", Bounds(), claim_keeps_index=False
    ),
    "no fence": ablation("a write does not look at the row", "I6", _WIPED, fence=Fence.NONE),
    "fence by order": ablation(
        "a write asks only for an older row", "I1", replace(_WIPED, adds=3), fence=Fence.OLDER
    ),
    "fence by version": ablation(
        "a write compares the row's version, not its revision",
        "I7",
        Bounds(adds=2, edits=1, restores=1, clients=1, workers=1),
        fence=Fence.VERSION,
    ),
    "acknowledge by number": ablation(
        "an acknowledgement needs no token in flight",
        "I4",
        _WIPED,
        acknowledges_tokens=False,
    ),
    "acknowledge own token": ablation(
        "a recognised write is acknowledged with the worker's own token and version",
        "I4",
        _ONE_WORKER,
        acknowledges_database_token=False,
    ),
    "clean by revision": ablation(
        "an acknowledgement of an older write makes clean whatever stood at the later claim",
        "I3",
        _ONE_WORKER,
        clean=Clean.CLAIMED_REVISION,
    ),
    "always clean": ablation(
        "an acknowledgement does not look whether something changed since the claim",
        "I4",
        _ONE_WORKER,
        clean=Clean.ALWAYS,
    ),
    "trim everything": ablation(
        "an acknowledgement trims operations and marks that came after the claim",
        "I9",
        _ONE_WORKER,
        trims_by_version=False,
    ),
    "no token recognition": ablation(
        "an own write whose acknowledgement was lost counts as foreign",
        "L",
        _TWO,
        recognises_tokens=False,
    ),
    "discard on mismatch": ablation(
        "a session whose row moved on is thrown away", "I9", _EDITED, mismatch=Mismatch.DISCARD
    ),
    "rebase without compare": ablation(
        "a rebased session is stored whatever the revision",
        "I9",
        Bounds(adds=2, edits=1, clients=1, workers=1),
        rebase_compares=False,
    ),
    "rebase over any base": ablation(
        "a rebased session is stored though its base was written and acknowledged meanwhile",
        "R",
        _EDITED_TWICE,
        rebase_compares_base=False,
    ),
    "rebase over own writes": ablation(
        "a rebase does not ask whether the session wrote the row itself",
        "R",
        _EDITED_TWICE,
        rebase_spares_own_writes=False,
    ),
    "rebase reads database first": ablation(
        "a rebase reads the database before the session",
        "R",
        Bounds(adds=1, edits=1),
        rebase_reads_session_first=False,
    ),
    "rebase without ledger": ablation(
        "a rebase replays what the ledger has",
        "I2",
        Bounds(adds=1, edits=1, workers=1),
        rebase_asks_ledger=False,
    ),
    "rebase keeps tokens": ablation(
        "a rebase keeps the tokens in flight", "I3", Bounds(edits=1), rebase_clears_tokens=False
    ),
    "rebase after row only": ablation(
        "a rebased session counts on from the row, not from the larger version",
        None,
        Bounds(adds=1, edits=1),
        rebase_passes_both_versions=False,
    ),
    "conflicts before": ablation(
        "what a rebase drops is recorded before the session is set",
        "I2",
        Bounds(adds=0, take=True, edits=2, clients=1),
        conflicts=Conflicts.BEFORE_SET,
    ),
    "conflicts after": ablation(
        "what a rebase drops is recorded after the session is set",
        "I9",
        _EDITED,
        conflicts=Conflicts.AFTER_SET,
    ),
    "no trigger": ablation(
        "an operator's edit leaves version and revision alone",
        "I7",
        Bounds(adds=1, edits=1),
        trigger_moves_revision=False,
    ),
    "undo unchecked": ablation(
        "an undo does not look whether its item came back",
        "I8",
        Bounds(adds=0, take=True, undo=True, edits=1),
        undo_is_checked=False,
    ),
    "strict by version": ablation(
        "strict mode waits for a version number",
        "I10",
        Bounds(adds=0, take=True, edits=1, strict=True),
        strict=Strict.BY_VERSION,
    ),
    "no unique ledger": ablation(
        "the ledger takes an operation id twice: what is remembered, and the fence, come before it",
        None,
        Bounds(repeats=1, memory=1, ageless=True),
        ledger_is_unique=False,
    ),
    "violation is stale": ablation(
        "a unique violation on the session's own base is taken for a stale claim: while the ledger is"
        " asked first there is none",
        None,
        Bounds(repeats=1, memory=1, ageless=True),
        violation_forces_rebase=False,
    ),
    **LATER,
    **DEEDS,
}
