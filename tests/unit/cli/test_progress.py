"""How far long work is: on a terminal, in a log, and quietly."""

import re
import threading
from io import StringIO

import pytest

from bot.cli.progress import Progress
from tools.support.clocks import ScaledClock
from tools.support.patience import PATIENCE

CURSOR_BACK = "\033[?25h\n"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def drawn(terminal: Terminal) -> list[str]:
    """Each state of the terminal's line, without what moves the cursor."""
    return [
        re.sub(r"\033\[\??\d*[a-zA-Z]", "", each).strip() for each in re.split(r"[\r\n]", terminal.getvalue())
    ]


def test_a_terminal_gets_a_bar_with_what_is_done_and_what_is_left() -> None:
    terminal, clock = Terminal(), ScaledClock()
    with Progress("Walks", 1000, note=lambda: "the dragon", stream=terminal, clock=clock.now) as progress:
        progress.advance(300)
        progress.look()
        line = drawn(terminal)[-1]
        assert re.fullmatch(r"Walks  \[#+-+\]  300/1000 +30%  (\d\d:\d\d:\d\d  )?the dragon", line), line
        progress.advance(700)

    assert re.match(r"Walks  \[#+\]  1000/1000  100%", drawn(terminal)[-2])
    assert terminal.getvalue().endswith(CURSOR_BACK)


def test_a_log_gets_a_line_every_ten_seconds() -> None:
    log, clock = StringIO(), ScaledClock()
    with Progress("Walks", 1000, stream=log, clock=clock.now) as progress:
        for done in range(1, 40):
            progress.advance()
            clock.advance(1)
            progress.look()
            assert len(log.getvalue().splitlines()) == done // 10

    first, *_ = log.getvalue().splitlines()
    assert re.match(r"Walks: 10/1000 +1%", first)
    assert not re.search(r"[\r\033\[]", log.getvalue())


def test_a_log_is_told_once_a_minute_that_nothing_has_changed() -> None:
    log, clock, phases = StringIO(), ScaledClock(), ["first", "second"]
    with Progress("Walks", 1000, note=lambda: phases[0], stream=log, clock=clock.now) as progress:
        for seconds, lines in ((10, 1), (59, 1), (1, 2), (10, 2)):
            clock.advance(seconds)
            progress.look()
            assert len(log.getvalue().splitlines()) == lines
        phases.pop(0)
        progress.look()

    assert ["second" in line for line in log.getvalue().splitlines()] == [False, False, True]


def test_a_step_that_begins_ends_the_one_before() -> None:
    terminal = Terminal()
    with Progress("Blocks", 3, stream=terminal, clock=ScaledClock().now) as progress:
        for done, step in enumerate(("alone", "beside others", "alone")):
            progress.begin(step)
            progress.look()
            assert f"{done}/3" in drawn(terminal)[-1]
            assert step in drawn(terminal)[-1]

    assert "3/3" in drawn(terminal)[-2]


def test_what_is_soon_over_leaves_no_trace_in_a_log() -> None:
    log = StringIO()
    with Progress("Walks", 2, stream=log, clock=ScaledClock().now) as progress:
        progress.advance(2)
    assert log.getvalue() == ""


@pytest.mark.parametrize("stream", [Terminal(), StringIO()], ids=["terminal", "log"])
def test_quiet_is_quiet(stream: StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    clock = ScaledClock()
    with Progress("Walks", 2, quiet=True, stream=stream, clock=clock.now) as progress:
        progress.advance()
        clock.advance(100)
        progress.look()
        progress.say("found something")
    assert stream.getvalue() == ""
    assert capsys.readouterr() == ("found something\n", "")


def test_lines_of_the_command_s_own_stand_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both on the same screen."""
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    with Progress("Walks", 2, stream=screen, clock=ScaledClock().now) as progress:
        progress.look()
        progress.say("found something")
        progress.advance()
        progress.look()
    assert "\r\033[Kfound something\n" in screen.getvalue()


def test_whoever_works_is_asked_though_nothing_is_said() -> None:
    asked = threading.Event()

    def done() -> int:
        asked.set()
        return 1

    with Progress("Walks", 2, done=done, stream=Terminal()):
        assert asked.wait(PATIENCE)


@pytest.mark.parametrize("total", [0, 3])
def test_more_may_be_done_than_was_thought(total: int) -> None:
    terminal = Terminal()
    with Progress("Walks", total, stream=terminal) as progress:
        progress.advance(5)
    assert f"{max(1, total)}/{max(1, total)}" in drawn(terminal)[-2]


def test_what_fails_leaves_the_terminal_as_it_was() -> None:
    terminal = Terminal()
    with pytest.raises(ZeroDivisionError), Progress("Walks", 2, stream=terminal):
        1 / 0  # noqa: B018
    assert terminal.getvalue().endswith(CURSOR_BACK)
