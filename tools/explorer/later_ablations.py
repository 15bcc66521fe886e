"""The protections that make an operation hold for ever, and a loss healed or told, taken out in turn."""

from collections.abc import Mapping
from dataclasses import replace

from tools.explorer.ablation import Ablation, ablation
from tools.explorer.protocol import Bounds, Made

_OLD = Bounds(repeats=1, memory=1, ageless=True, workers=1)
_WIPED = Bounds(adds=2, losses=1, minds=True, sights=True, rewinds=False, halves=False, workers=1)
_REWOUND = Bounds(losses=1, minds=True, wipes=False, halves=False, clients=1, workers=1)
_ALONE = Bounds(adds=2, repeats=1, losses=1, minds=True, rewinds=False, halves=False, clients=1, workers=1)
_RESTORED = Bounds(restores=1, clients=1, workers=1)
_LATE = Bounds(restores=1, late=True, clients=1, workers=1)

_IDS: Mapping[str, Ablation] = {
    "no operation memory": ablation(
        "the session does not remember operation ids", "I2", Bounds(repeats=1), remembers_operations=False
    ),
    "no floor": ablation(
        "an operation that the session may have forgotten counts as new",
        "I2",
        Bounds(adds=2, repeats=1, memory=1),
        has_floor=False,
    ),
    "no floor at load": ablation(
        "a new session takes itself to remember all there ever was", "I2", _OLD, load_sets_floor=False
    ),
    "no floor at rebase": ablation(
        "a rebased session takes itself to remember what the last one did",
        "I2",
        Bounds(adds=1, repeats=1, edits=1, workers=1),
        rebase_sets_floor=False,
    ),
    "forgets what waits": ablation(
        "an operation that waits for the database is forgotten: what is pending is asked before the ledger",
        None,
        Bounds(adds=2, repeats=1, memory=1),
        forgets_only_written=False,
    ),
    "pending not asked": ablation(
        "what waits for the database is not asked after an operation: it is remembered, and not taken as new",
        None,
        Bounds(repeats=1, memory=1, workers=1),
        fate_asks_pending=False,
    ),
    "neither of the two": ablation(
        "an operation that waits for the database is forgotten, and not asked after",
        "I2",
        Bounds(adds=2, repeats=1, memory=1),
        forgets_only_written=False,
        fate_asks_pending=False,
    ),
    "ledger not asked": ablation(
        "an operation in doubt that does not wait counts as new", "I2", _OLD, fate_asks_ledger=False
    ),
    "asked before reading": ablation(
        "the ledger is asked before the revision is read that the change grows from",
        "I2",
        Bounds(adds=2, repeats=1, memory=1, ageless=True, workers=1),
        asks_after_reading=False,
    ),
    "future not doubted": ablation(
        "an operation meant for a version that never was counts as new",
        "A",
        Bounds(adds=2, repeats=1, losses=1, workers=1),
        doubts_the_future=False,
    ),
    "refusals forgotten": ablation(
        "an operation that a rebase dropped is told as done when it comes again",
        "T",
        Bounds(adds=0, take=True, edits=1, repeats=1),
        fate_tells_refusals=False,
    ),
    "second makings by version": ablation(
        "a write of the session's own counts as another making when the operation waits as another version",
        "I2",
        Bounds(lost_documents=1),
        made=Made.BY_VERSION,
    ),
    "second makings untold": ablation(
        "an operation that was made twice is left out without a word",
        "N",
        Bounds(adds=1, repeats=1, losses=1, late=True, rewinds=False, halves=False, workers=1),
        made=Made.UNTOLD,
    ),
}

_LOSSES: Mapping[str, Ablation] = {
    "no healing": ablation("a process does not bring back what it knows", "H", _WIPED, heals=False),
    "healing at loads only": ablation(
        "a process that reads another one's session does not look for what it told",
        "H",
        _WIPED,
        heals_at_reads=False,
    ),
    "pending brought back": ablation(
        "what waits for the database is brought back as well",
        "I2",
        replace(_WIPED, sights=False),
        heal_asks_pending=False,
    ),
    "written brought back": ablation(
        "a process does not ask the ledger what is lost, and rebases over its own writes instead",
        "R",
        Bounds(adds=2, minds=True, workers=1),
        heal_asks_ledger=False,
    ),
    "settled by number": ablation(
        "a version of another past, written, counts as what was told under that number",
        "I9",
        _WIPED,
        settles_by_lineage=False,
    ),
    "settled after another loss": ablation(
        "what was brought back counts as known to whatever session stands there afterwards",
        "I9",
        Bounds(losses=2, minds=True, rewinds=False, halves=False, workers=1),
        settles_own_rebase=False,
    ),
    "healed at lower versions": ablation(
        "what is brought back may take effect at a version below the one that it was meant for",
        "I2",
        _ALONE,
        heals_beyond=False,
    ),
    "lineage without server": ablation(
        "a session that came back from an older file has the past of what came after the file",
        "H",
        replace(_REWOUND, adds=2, clients=2),
        lineage_names_server=False,
    ),
    "older copies believed": ablation(
        "a copy of what the session was before is taken for it, under the same server process",
        "H",
        Bounds(
            adds=2,
            losses=1,
            wipes=False,
            rewinds=False,
            halves=False,
            copies=True,
            minds=True,
            clients=1,
            workers=1,
        ),
        heals_older_copies=False,
    ),
    "known changes missed": ablation(
        "what is brought back counts as missing as well",
        "F",
        replace(_WIPED, clients=1),
        misses_only_unknown=False,
    ),
    "seen versions not compared": ablation(
        "a process that saw more than the database has says nothing",
        "I9",
        _WIPED,
        tells_of_seen_versions=False,
    ),
    "left documents not read": ablation(
        "a document without control data says nothing of what is missing",
        "I9",
        Bounds(losses=1, wipes=False, rewinds=False, clients=1, workers=1),
        tells_of_left_documents=False,
    ),
    "left documents put aside": ablation(
        "a document without control data is put aside before what it says is told",
        "I9",
        Bounds(losses=1, wipes=False, rewinds=False, clients=1, workers=1),
        keeps_left_documents=False,
    ),
    "older database not told": ablation(
        "a rebase onto a database that was restored says nothing",
        "I9",
        _RESTORED,
        tells_of_older_database=False,
    ),
}

_GENERATIONS: Mapping[str, Ablation] = {
    "read unverified": ablation(
        "a session from before a restore is read like any other", "G", _RESTORED, read_verifies=False
    ),
    "saved unverified": ablation(
        "a session from before a restore is changed by whoever had read it",
        "G",
        replace(_RESTORED, adds=2),
        save_verifies=False,
    ),
    "stands where it is told": ablation(
        "a write or a comparison made before a restore vouches for the session after it",
        "G",
        _LATE,
        stands_where_compared=False,
    ),
}

LATER: Mapping[str, Ablation] = {**_IDS, **_LOSSES, **_GENERATIONS}
