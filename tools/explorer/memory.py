"""What a session remembers of the operations that took effect, and from which version on that is all."""

from tools.explorer.parts import Control
from tools.explorer.protocol import Bounds, Protocol


def in_doubt(control: Control, op: int, drawn: int, protocol: Protocol, *, is_new: bool) -> bool:
    """Whether the operation may have taken effect before. `is_new`: the ledger was asked."""
    if protocol.remembers_operations and any(each == op for each, _ in control.remembered):
        return True
    if is_new:
        return False
    return (protocol.has_floor and drawn < control.floor) or (
        drawn > control.version and protocol.doubts_the_future
    )


def remembering(control: Control, op: int, version: int, protocol: Protocol, bounds: Bounds) -> Control:
    """The control data with one more operation; the oldest are forgotten once the database has them."""
    floor, remembered = control.floor, (*control.remembered, (op, version))
    while len(remembered) > bounds.memory:
        oldest = remembered[0][1]
        if oldest > control.synced and protocol.forgets_only_written:
            break
        floor, remembered = max(floor, oldest), remembered[1:]
    return control._replace(floor=floor, remembered=remembered)
