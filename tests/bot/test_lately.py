"""What a process remembers of many is bounded: whoever was set last stays."""

from bot.lately import Lately


def test_of_too_many_the_one_that_was_set_longest_ago_is_forgotten() -> None:
    lately: Lately[int] = Lately(2)
    lately.set("one", 1)
    lately.set("two", 2)
    lately.set("one", 11)
    lately.get("two")
    lately.set("three", 3)
    assert [lately.get(key) for key in ("one", "two", "three")] == [11, None, 3]


def test_what_is_taken_out_is_not_there_any_more() -> None:
    lately: Lately[int] = Lately()
    lately.set("one", 1)
    assert [lately.pop("one"), lately.pop("one"), lately.get("one")] == [1, None, None]
