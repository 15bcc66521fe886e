"""The loop of the tests tells of what they have left open, whatever state that is in."""

import asyncio
import socket

import pytest
import uvloop

from tests.support.loops import LeftOpenError


@pytest.mark.parametrize("other_end", ["open", "closed"])
def test_a_connection_that_nobody_closes_is_named_when_the_loop_is_closed(other_end: str) -> None:
    here, there = socket.socketpair()
    loop = uvloop.new_event_loop()
    reader, writer = loop.run_until_complete(asyncio.open_unix_connection(sock=here))
    if other_end == "closed":
        there.close()
        assert loop.run_until_complete(reader.read()) == b""

    told = "unclosed resource <UnixTransport .*>, made in tests/unit/test_loops.py::test_a_connection"
    with there, pytest.raises(LeftOpenError, match=told):
        loop.close()

    assert loop.is_closed()
    assert here.fileno() == -1, writer
