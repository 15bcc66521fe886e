"""How a fight ends: its last blow is written down, what it came to is kept, its prize given, and it is over.

As `TrainingService` does it. The record of the fight is in Redis, under a compare-and-set of its own, and
comes back from an older file with the rest. Whoever finds the last blow written down may make it (`_latest`):
each of the steps must be one effect, whoever takes it, and how often.
"""

from collections.abc import Iterator

from tools.explorer.actors import AT_REST, CLOSING, PRIZING, SURE, Asking, Has, Prizing
from tools.explorer.parts import ENDING, FIGHT, GOING_ON, OVER
from tools.explorer.protocol import Protocol
from tools.explorer.states import State, Step, with_client


def last_blow(state: State, number: int, client: Has, protocol: Protocol) -> Iterator[Step]:
    """`TrainingService.move` writes the blow down; then, as whoever comes later, it asks for `SettleFight`.

    The fight began in version 0 of the inventory, and its end says so (`Perform.since`). Without that, who
    has just written the blow down is believed that the end is new.
    """
    if state.redis.fight != GOING_ON:
        return
    begun = state._replace(redis=state.redis._replace(fight=ENDING))
    if not protocol.new_fights_have_an_age:
        sure = Asking(SURE, client.rev, client.version, client.doc, FIGHT, 0)
        begun = with_client(begun, number, sure)
    yield Step(f"client {number + 1} writes down the last blow of the fight", begun)


def owing(state: State, number: int) -> State:
    """What the fight came to is kept, now or before, as far as this client knows."""
    return with_client(state, number, Prizing(PRIZING))


def prize_steps(state: State, number: int, held: Prizing, protocol: Protocol) -> Iterator[Step]:
    """The prize goes into the inbox under the fight's key (`add_or_keep`), and comes as any grant does."""
    who = f"client {number + 1}"
    if held.kind == CLOSING:
        fight = OVER if state.redis.fight == ENDING else state.redis.fight
        over = with_client(state._replace(redis=state.redis._replace(fight=fight)), number, AT_REST)
        yield Step(f"{who} writes down that the fight is over", over)
        return
    after = with_client(state, number, Prizing(CLOSING))
    if not state.database.posted:
        posted = after._replace(database=state.database._replace(posted=True))
        yield Step(f"{who} puts the prize into the inbox", posted)
    elif protocol.prizes_have_a_key:
        yield Step(f"{who} finds the prize in the inbox", after)
    else:
        yield Step(f"{who} puts another prize into the inbox", after, "O")
