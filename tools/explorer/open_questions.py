"""What the protocol does not keep."""

from collections.abc import Mapping

from tools.explorer.ablation import Ablation
from tools.explorer.protocol import THE_PROTOCOL, Bounds

OPEN: Mapping[str, Ablation] = {
    "a write that outlives its session": Ablation(
        "Redis loses a session while a write of it is on its way, and a tap comes again before that arrives:"
        " it is made twice, and the second time recorded and told as left out",
        THE_PROTOCOL,
        Bounds(repeats=1, losses=1, late=True, rewinds=False, halves=False, clients=1, workers=1),
        "T",
    ),
    "an older copy that others have changed": Ablation(
        "somebody puts an older copy in a session's place, under the same server process, and a process that"
        " has not seen more changes it first: the version that was told is there again, and settled with it",
        THE_PROTOCOL,
        Bounds(
            adds=2, losses=1, wipes=False, rewinds=False, halves=False, copies=True, minds=True, workers=1
        ),
        "H",
    ),
}
"""Not kept by any protection here, so it must show."""
