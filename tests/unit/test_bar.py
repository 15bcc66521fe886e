import pytest

from bot.views.ui import bar


@pytest.mark.parametrize(
    ("value", "most", "filled"),
    [(0, 100, 0), (1, 1000, 1), (9, 100, 1), (50, 100, 5), (96, 100, 9), (999, 1000, 9), (100, 100, 10)],
)
def test_a_bar_is_full_for_a_full_value_only_and_empty_for_none_only(
    value: int, most: int, filled: int
) -> None:
    assert bar(value, most) == "▓" * filled + "░" * (10 - filled)


def test_more_than_the_most_is_a_full_bar() -> None:
    assert bar(130, 100) == "▓" * 10
