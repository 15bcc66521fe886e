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
}
"""Not kept by any protection here, so it must show."""
