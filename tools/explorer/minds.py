"""What a process keeps of the changes it told: `UnwrittenChanges` and the versions it saw last."""

from collections.abc import Mapping

from tools.explorer.parts import BLANK, Control, Makings, Mind, bit, op_of
from tools.explorer.protocol import Bounds, Protocol
from tools.explorer.states import State, with_mind


def seen(state: State, number: int, control: Control, protocol: Protocol, bounds: Bounds) -> State:
    """The session was read, or saved: what of it is written need not be kept in mind."""
    if not bounds.minds:
        return state
    told = state.minds[number].told
    if told:
        told = tuple(
            [
                each
                for each in told
                if (each[2] != control.lineage and protocol.settles_by_lineage) or each[1] > control.synced
            ]
        )
    return with_mind(state, number, Mind(told, control.version if control.is_dirty and bounds.sights else 0))


def noted(state: State, number: int, making: int, control: Control, bounds: Bounds) -> State:
    """A change was made, and its player is told."""
    if not bounds.minds:
        return state
    mind = state.minds[number]
    return with_mind(
        state, number, mind._replace(told=(*mind.told, (making, control.version, control.lineage)))
    )


def beyond(state: State, number: int, control: Control, protocol: Protocol) -> Makings:
    """What was told in another past than the session's, or later in its own."""
    return tuple(
        [
            (making, version)
            for making, version, past in state.minds[number].told
            if past != control.lineage or (protocol.heals_older_copies and version > control.version)
        ]
    )


def is_older(state: State, number: int, control: Control, protocol: Protocol) -> bool:
    """Whether the session is a copy of what it was before something that was told."""
    told = state.minds[number].told if protocol.heals_older_copies else ()
    return any(past == control.lineage and version > control.version for _, version, past in told)


def moved(state: State, number: int, lineage: int, control: Control) -> State:
    """Of what was told in other pasts, this one knows what waits for the database, and none that is lost."""
    versions: Mapping[int, int] = {op_of(making): version for making, version in control.pending}
    kept = []
    for making, version, past in state.minds[number].told:
        op = op_of(making)
        if past == lineage:
            kept.append((making, version, past))
        elif op in versions:
            kept.append((making, versions[op], lineage))
        elif control.refused & bit(op):
            kept.append((making, control.version, lineage))
    return with_mind(state, number, state.minds[number]._replace(told=tuple(kept)))


def forgotten(state: State, number: int) -> State:
    return with_mind(state, number, BLANK)


def known_to_all(state: State) -> int:
    """The operations that living processes can bring back."""
    mask = 0
    for mind in state.minds:
        for making, _, _ in mind.told:
            mask |= bit(op_of(making))
    return mask
