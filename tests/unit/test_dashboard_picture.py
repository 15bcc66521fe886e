"""How the dashboard is drawn: what is round, what is told, where a line breaks."""

import math

import pytest

from tools.dashboard.board import Panel, Place, read_board
from tools.dashboard.drawing import Span, lines, numbers, page
from tools.dashboard.prometheus import SCRAPED_EVERY, Series, series
from tools.dashboard.units import UnknownUnitError, told

PANEL = Panel("timeseries", "Taps", Place(0, 0, 12, 8), (), "s", False, ((-math.inf, "green"), (1.0, "red")))


def steadily(*values: float) -> Series:
    return Series("p50", tuple((SCRAPED_EVERY * at, value) for at, value in enumerate(values)))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0, "none", "0"),
        (1234.5, "none", "1234"),
        (0.000_25, "s", "250 µs"),
        (0.025, "s", "25 ms"),
        (90.0, "s", "1.5 min"),
        (200_000.0, "s", "2.31 d"),
        (3 * 2**20, "bytes", "3 MiB"),
        (0.125, "percentunit", "12.5 %"),
    ],
)
def test_a_value_is_told_in_its_unit(value: float, unit: str, text: str) -> None:
    assert told(value, unit) == text


def test_every_unit_of_the_board_is_known() -> None:
    assert all(told(1.0, panel.unit) for panel in read_board())
    with pytest.raises(UnknownUnitError):
        told(1.0, "furlongs")


@pytest.mark.parametrize(
    ("values", "unit", "marks"),
    [
        ((0.0, 7.0), "none", ["0", "2", "4", "6", "8"]),
        ((-3.0, 2.0), "none", ["-3", "-2", "-1", "0", "1", "2"]),
        ((0.0, 0.0), "none", ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ((0.0, 100 * 2**20), "bytes", ["0 B", "32 MiB", "64 MiB", "96 MiB", "128 MiB"]),
    ],
)
def test_marks_are_round_and_hold_every_value(values: tuple[float, ...], unit: str, marks: list[str]) -> None:
    panel = Panel("timeseries", "", PANEL.place, (), unit, False, ())
    drawn = lines(panel, [steadily(*values)], Span(0.0, SCRAPED_EVERY))
    assert [each.text for each in drawn.values] == marks
    assert all(0 <= y <= 1 for line in drawn.lines for part in line.parts for _, y in part)


def test_a_line_breaks_where_nothing_was_seen() -> None:
    seen = Series("p50", ((0.0, 1.0), (2.0, 1.0), (8.0, 1.0), (10.0, math.nan), (12.0, 0.0)))
    [line] = lines(PANEL, [seen], Span(0.0, 12.0)).lines
    assert [[x for x, _ in part] for part in line.parts] == [[0.0, 2 / 12], [8 / 12], [1.0]]


def test_a_number_has_the_colour_of_its_size_and_a_name_beside_others() -> None:
    [alone] = numbers(PANEL, [steadily(3.0, 0.5)]).numbers
    assert (alone.text, alone.name) == ("500 ms", "")
    one, other = numbers(PANEL, [steadily(0.5), steadily(1.0)]).numbers
    assert one.name == "p50"
    assert one.colour == alone.colour != other.colour


def test_a_legend_names_series_by_their_labels() -> None:
    seen = series("{{store}} at {{ instance }}", {"metric": {"store": "redis"}, "value": [7, "1.5"]})
    assert seen == Series("redis at ", ((7.0, 1.5),))


def test_the_page_has_every_panel_and_says_where_there_is_nothing() -> None:
    board = [lines(each, [], Span(0.0, 1.0)) for each in read_board()]
    board.append(lines(PANEL, [steadily(1.0, 2.0)], Span(0.0, 2.0), [Span(0.5, 1.0)]))
    text = page(board, "not by Grafana")
    empty = [each for each in read_board() if each.kind != "row"]
    assert text.count("No data") == len(empty)
    assert text.count("<path") == len(board[-1].values) + 2
    assert "not by Grafana" in text
