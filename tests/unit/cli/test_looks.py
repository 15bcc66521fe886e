"""What was seen of owners, while things go from one to another."""

from apps.game_core.modules.inventory.foresight import Affected, Foresight, Owner
from bot.cli.looks import Looks


def having(char_id: int, *pieces: tuple[int | None, int]) -> Foresight:
    """Pieces by item and quantity."""
    found = tuple(Affected(item, "bread", quantity, "backpack", ()) for item, quantity in pieces)
    return Foresight(char_id, found, overweight=False)


def of(looks: Looks) -> dict[int, list[tuple[int | None, int]]]:
    return {
        found.char_id: [(piece.item_id, piece.quantity) for piece in found.pieces] for found in looks.found()
    }


def test_who_got_nothing_since_is_not_looked_at_again() -> None:
    looks = Looks()
    assert looks.due([Owner(1), Owner(2, 7)]) == [Owner(1), Owner(2, 7)]
    looks.add(Owner(1), having(1))
    looks.add(Owner(2, 7), having(2, (20, 1)))

    assert looks.due([Owner(1), Owner(2, 7)]) == []
    assert looks.due([Owner(1, 9), Owner(2, 7), Owner(3)]) == [Owner(1, 9), Owner(3)]


def test_what_is_seen_later_holds() -> None:
    """A stack that grew by what came, whose giver has one of the pieces no more."""
    looks = Looks()
    looks.add(Owner(1), having(1, (10, 3)))
    looks.add(Owner(2), having(2, (20, 5), (21, 1)))
    looks.add(Owner(1, 9), having(1, (10, 8), (21, 1)))
    looks.add(Owner(2, 9), having(2))

    assert of(looks) == {1: [(10, 8), (21, 1)]}


def test_a_piece_that_two_were_seen_with_is_with_whom_it_was_seen_last() -> None:
    looks = Looks()
    for char_id in (2, 1):
        looks.add(Owner(char_id), having(char_id, (10, 1), (None, 2)))

    assert of(looks) == {1: [(10, 1), (None, 2)], 2: [(None, 2)]}


def test_who_has_nothing_any_more_is_forgotten() -> None:
    looks = Looks()
    looks.add(Owner(1), having(1, (10, 1)))
    looks.add(Owner(2), readable=False)
    assert looks.due([Owner(3)]) == [Owner(3)]

    assert (of(looks), looks.unreadable) == ({}, set())


def test_who_cannot_be_read_once_may_be_another_time() -> None:
    looks = Looks()
    looks.add(Owner(1), readable=False)
    assert looks.unreadable == {1}
    looks.add(Owner(1, 5), having(1, (10, 1)))

    assert (of(looks), looks.unreadable) == ({1: [(10, 1)]}, set())
