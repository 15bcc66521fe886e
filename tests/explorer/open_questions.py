"""Where the model and the code differ yet, and what neither keeps."""

from collections.abc import Mapping

from tests.explorer.ablation import Ablation
from tests.explorer.protocol import THE_PROTOCOL, Bounds

AHEAD: Mapping[str, str] = {
    "made": "a rebase tells a second making by its version, not by when it was made",
    "heals_beyond": "what is brought back does not count on from the versions that it had",
    "lineage_names_server": "a session that came back from an older file keeps its lineage",
    "settles_own_rebase": "a process takes the session that it finds after healing for the one it healed",
    "stands_where_compared": "the generation is noted when a comparison or a write ends, not when it begins",
}
"""Protections of the model that the code lacks: what it does instead. `ABLATIONS` has a trace for each."""

OPEN: Mapping[str, Ablation] = {
    "a write that outlives its session": Ablation(
        "Redis loses a session while a write of it is on its way, and a tap comes again before that arrives:"
        " it is made twice, and the second time recorded and told as left out",
        THE_PROTOCOL,
        Bounds(repeats=1, losses=1, late=True, rewinds=False, halves=False, clients=1, workers=1),
        "T",
    ),
}
"""Not kept by any protection here, so it must show."""
