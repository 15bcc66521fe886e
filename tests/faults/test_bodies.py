"""Row 54: whatever is sent to a port of ours is refused by header, size or time, and keeps nobody waiting."""

import asyncio
import itertools
import json
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from functools import cache, reduce
from typing import Any

import pytest
from aiogram import Dispatcher
from aiogram.types import Message

from apps import listening
from telegram_sandbox.doors import listening as sandbox_listening
from tests.support.doors import DOORS, MESSAGE, TOKEN, UPDATE, WRITTEN, opened, webhook_door
from tests.support.knocking import Door, closed, let_go, pour, status
from tools.support.patience import PATIENCE

PATIENT = {"body_seconds": 600.0, "header_seconds": 600.0, "idle_seconds": 600.0}
EVERY_DOOR = pytest.mark.parametrize("door", DOORS, indirect=True)
EVERY_NAME = pytest.mark.parametrize("name", DOORS)
WITH_BODIES = pytest.mark.parametrize("door", ["webhook", "bot api", "control"], indirect=True)
NAMES_WITH_BODIES = pytest.mark.parametrize("name", ["webhook", "bot api", "control"])
DONE, BROKEN, NO_VERB, SLOW, TOO_LARGE, PACKED, UNKNOWN_CODING = 200, 400, 405, 408, 413, 415, 501


@pytest.fixture(scope="module", autouse=True)
def _often_swept() -> Iterator[None]:
    """Whoever has let wait too long is not looked for every half second, which a test would sit out."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (listening, sandbox_listening):
            patch.setattr(module, "_SWEEP", 0.02)
        yield


@pytest.fixture
def _brief_lingering(monkeypatch: pytest.MonkeyPatch) -> None:
    """For senders that have read why long before; a test would sit out the whole second."""
    for module in (listening, sandbox_listening):
        monkeypatch.setattr(module, "_LINGERING", 0.2)


@pytest.fixture(scope="module")
async def door(request: pytest.FixtureRequest) -> AsyncIterator[Door]:
    """A port that waits for ever: what it refuses it refuses without waiting."""
    async with opened(request.param, **PATIENT) as opened_door:
        yield opened_door


@cache
def bomb(megabytes: int) -> bytes:
    """So many of zeros, as gzip packs them. A piece that was flushed whole may come again and again."""
    zeros, packer = bytes(10**6), zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    piece = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    check = reduce(lambda so_far, _: zlib.crc32(zeros, so_far), range(megabytes), 0)
    trailer = struct.pack("<II", check, megabytes * len(zeros) % 2**32)
    return b"\x1f\x8b\x08" + bytes(7) + piece * megabytes + packer.flush() + trailer


PACKINGS = ["gzip", "deflate", "br", "zstd", "GZIP", "x-gzip", "nonsense", "", "gzip, gzip", "identity, gzip"]


@EVERY_DOOR
@pytest.mark.parametrize("packing", PACKINGS)
async def test_fault_54_a_packed_body_is_refused_by_its_header(door: Door, packing: str) -> None:
    async with door.knock() as (reader, writer):
        # Nothing of it is sent, so it was not waited for.
        writer.write(door.request(f"Content-Encoding: {packing}", "Content-Length: 900"))

        assert await status(reader) == PACKED


@EVERY_DOOR
async def test_fault_54_packed_behind_a_second_header(door: Door) -> None:
    assert await door.ask("Content-Encoding: identity", "Content-Encoding: gzip", body=b"{}") == PACKED


@EVERY_DOOR
async def test_fault_54_a_packed_gigabyte_is_not_unpacked(door: Door) -> None:
    packed = bomb(1000)
    unpacking = zlib.decompressobj
    try:
        zlib.decompressobj = _must_not  # type: ignore[assignment]
        assert await door.ask("Content-Encoding: gzip", body=packed) == PACKED
    finally:
        zlib.decompressobj = unpacking


def _must_not(*_: object, **__: object) -> None:
    pytest.fail("something was unpacked")


@EVERY_DOOR
async def test_fault_54_a_packed_transfer(door: Door) -> None:
    async with door.knock() as (reader, writer):
        writer.write(door.request("Transfer-Encoding: gzip, chunked"))

        assert await status(reader) == UNKNOWN_CODING


@WITH_BODIES
async def test_fault_54_a_body_that_says_it_is_not_packed(door: Door) -> None:
    assert await door.ask("Content-Encoding: identity") == DONE


@WITH_BODIES
async def test_fault_54_a_body_in_chunks(door: Door) -> None:
    async with door.knock() as (reader, writer):
        body = b"".join(b"1\r\n%c\r\n" % byte for byte in door.good)
        writer.write(door.request("Transfer-Encoding: chunked") + body + b"0\r\n\r\n")

        assert await status(reader) == DONE


LENGTHS = ["-1", "+5", "abc", "0x10", "1.5", "9" * 40, "5, 6"]


@EVERY_DOOR
@pytest.mark.parametrize("length", LENGTHS)
async def test_fault_54_a_length_that_is_none(door: Door, length: str) -> None:
    async with door.knock() as (reader, writer):
        writer.write(door.request(f"Content-Length: {length}"))

        assert await status(reader) == BROKEN


@EVERY_DOOR
@pytest.mark.parametrize(
    "headers",
    [("Content-Length: 5", "Content-Length: 6"), ("Content-Length: 5", "Transfer-Encoding: chunked")],
)
async def test_fault_54_two_lengths(door: Door, headers: tuple[str, str]) -> None:
    async with door.knock() as (reader, writer):
        writer.write(door.request(*headers))

        assert await status(reader) == BROKEN


@EVERY_DOOR
@pytest.mark.parametrize("length", [12 * 2**20, 2**31, 2**62])
async def test_fault_54_a_large_body_is_refused_by_its_header(door: Door, length: int) -> None:
    async with door.knock() as (reader, writer):
        writer.write(door.request(f"Content-Length: {length}"))

        assert await status(reader) == TOO_LARGE


@EVERY_DOOR
async def test_fault_54_a_body_without_end(door: Door) -> None:
    async with door.knock() as (reader, writer):
        writer.write(door.request("Transfer-Encoding: chunked"))
        piece, answered = b"10000\r\n" + bytes(0x10000) + b"\r\n", asyncio.Event()
        pouring = asyncio.create_task(pour(writer, itertools.repeat(piece), answered))

        # Whoever only wants the page gets it, and the body is not read.
        assert await status(reader) == (DONE if door.target == "/" else TOO_LARGE)
        answered.set()
        # What fits, and what was under way.
        assert await pouring < 32 * 2**20
        assert await closed(reader)


@pytest.mark.usefixtures("_brief_lingering")
@NAMES_WITH_BODIES
async def test_fault_54_a_body_that_trickles(name: str) -> None:
    async with opened(name, **PATIENT | {"body_seconds": 0.3}) as door, door.knock() as (reader, writer):
        writer.write(door.request("Content-Length: 5000"))
        answered = asyncio.Event()
        trickling = asyncio.create_task(_trickle(writer, answered))

        assert await status(reader) == SLOW
        answered.set()
        assert await closed(reader)
        await trickling


async def _trickle(writer: asyncio.StreamWriter, answered: asyncio.Event) -> None:
    while not answered.is_set():
        await pour(writer, [b" "], answered)
        await asyncio.sleep(0.02)


@pytest.mark.usefixtures("_brief_lingering")
@NAMES_WITH_BODIES
@pytest.mark.parametrize("framing", ["Content-Length: 5000", "Transfer-Encoding: chunked"])
async def test_fault_54_a_body_that_does_not_come(name: str, framing: str) -> None:
    async with opened(name, **PATIENT | {"body_seconds": 0.3}) as door, door.knock() as (reader, writer):
        writer.write(door.request(framing))

        assert await status(reader) == SLOW
        assert await closed(reader)


@WITH_BODIES
@pytest.mark.parametrize("rest", [b"5\r\n{", b"zz\r\n{}", b"5\r\n{}\r\n", b"-1\r\n{}\r\n"])
async def test_fault_54_chunks_that_break_off(
    door: Door, rest: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with door.knock() as (reader, writer):
        writer.write(door.request("Transfer-Encoding: chunked") + rest)
        writer.write_eof()

        assert await status(reader) in {BROKEN, 0}
        assert await closed(reader)
        assert await door.ask() == DONE
    assert "failed" not in caplog.text


@WITH_BODIES
async def test_fault_54_a_sender_that_goes_in_the_middle(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    async with door.knock() as (_, writer):
        writer.write(door.request("Content-Length: 5000") + b"{")
        await writer.drain()
    assert await door.ask() == DONE
    assert caplog.text == ""


NO_JSON = {
    "cut": b'{"update_id": ',
    "nothing": b"",
    "no update": b'{"message": 5}',
    "text": b"hello",
    "bytes": b"\xff\xfe\x00",
    "half a surrogate": b'{"update_id": "\\ud800',
    "a list": b"[1]",
    "a number": b"1",
    "null": b"null",
    "deep": b"[" * 400_000,
    "deep and closed": b'{"a":' * 90_000 + b"1" + b"}" * 90_000,
    "a huge number": b'{"update_id": ' + b"9" * 400_000 + b"}",
    "no number": b'{"update_id": 1e999999999}',
}


@WITH_BODIES
@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
async def test_fault_54_no_json_of_ours(door: Door, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    # A Bot API method without arguments needs no body at all.
    expected = {BROKEN, DONE} if body == b"" and "getMe" in door.target else {BROKEN}
    assert await door.ask(body=body) in expected
    assert await door.ask() == DONE
    assert "Traceback" not in caplog.text


KINDS = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", "", "/"]


@pytest.mark.parametrize("kind", [*KINDS, "application/jsonp", "image/png"])
async def test_fault_54_updates_are_json(kind: str) -> None:
    async with webhook_door() as door:
        assert await door.ask(f"Content-Type: {kind}", body=UPDATE) == PACKED


@WITH_BODIES
@pytest.mark.parametrize("kind", ["application/json; charset=nonsense", "application/json; charset=utf-16"])
async def test_fault_54_strange_letters(door: Door, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    assert await door.ask(f"Content-Type: {kind}") in {DONE, BROKEN}
    assert "Traceback" not in caplog.text


HEADERS = {
    "many": tuple(f"X-{number}: x" for number in range(500)),
    "a long one": (f"X-Long: {'x' * 100_000}",),
    "a long name": (f"{'x' * 100_000}: x",),
    "a zero": ("X-Zero: a\0b",),
    "no colon": ("X-Nothing",),
    "two hosts": ("Host: a", "Host: b"),
}


@EVERY_DOOR
@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
async def test_fault_54_heavy_headers(door: Door, headers: tuple[str, ...]) -> None:
    async with door.knock() as (reader, writer):
        writer.write(door.request(*headers))

        assert await status(reader) in {BROKEN, 0}


@EVERY_DOOR
async def test_fault_54_a_long_target(door: Door) -> None:
    async with door.knock() as (reader, writer):
        writer.write(door.request(target=f"/{'x' * 100_000}"))

        assert await status(reader) in {BROKEN, 0}


BEGINNINGS = [
    b"",
    b"GE",
    b"GET / HTTP/1.1\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-",
    b"\r\n" * 5,
    b"\x16\x03",
]
VERBS = {
    "webhook": ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"],
    "metrics": ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"],
    "control": ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"],
    "page": ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"],
}


@pytest.mark.parametrize(
    ("door", "verb"), [(name, verb) for name in VERBS for verb in VERBS[name]], indirect=["door"]
)
async def test_fault_54_other_verbs(door: Door, verb: str) -> None:
    assert await door.ask(verb=verb) == NO_VERB


@EVERY_NAME
async def test_fault_54_headers_that_do_not_come(name: str) -> None:
    async with opened(name, header_seconds=0.2) as door, AsyncExitStack() as stack:
        knocks = [await stack.enter_async_context(door.knock()) for _ in BEGINNINGS]
        for (_, writer), beginning in zip(knocks, BEGINNINGS, strict=True):
            writer.write(beginning)

        assert all(await asyncio.gather(*(closed(reader) for reader, _ in knocks)))


@EVERY_NAME
async def test_fault_54_headers_that_trickle(name: str) -> None:
    async with opened(name, header_seconds=0.5) as door, door.knock() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        answered = asyncio.Event()
        trickling = asyncio.create_task(_trickle(writer, answered))

        assert await closed(reader)
        answered.set()
        await trickling


@EVERY_NAME
async def test_fault_54_300_half_open_connections(name: str) -> None:
    async with opened(name, header_seconds=1, connections=1_000) as door, AsyncExitStack() as stack:
        # Half of them say nothing, half of them begin to.
        knocks = [await stack.enter_async_context(door.knock()) for _ in range(300)]
        for _, writer in knocks[::2]:
            writer.write(b"POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\n")

        assert await door.ask() == DONE
        assert all(await asyncio.gather(*(closed(reader) for reader, _ in knocks)))
        assert await door.ask() == DONE


@EVERY_NAME
async def test_fault_54_the_longest_waiting_make_room(name: str) -> None:
    async with opened(name, **PATIENT | {"connections": 20}) as door, AsyncExitStack() as stack:
        knocks = [await stack.enter_async_context(door.knock()) for _ in range(60)]

        assert all(await asyncio.gather(*(closed(reader) for reader, _ in knocks[:39])))
        assert await door.ask() == DONE


@EVERY_NAME
async def test_fault_54_a_connection_that_says_nothing_more(name: str) -> None:
    limits = PATIENT | {"idle_seconds": 0.2}
    async with opened(name, **limits) as door, door.knock() as (reader, writer):
        body = door.good
        writer.write(door.request(f"Content-Length: {len(body)}") + body)

        assert await status(reader) == DONE
        assert await closed(reader)


async def test_fault_54_an_answer_that_nobody_reads() -> None:
    photo = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (100).to_bytes(4) * 2 + bytes(9 * 2**20)
    form = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n%b\r\n--x--\r\n'
    headers = "Content-Type: multipart/form-data; boundary=x"
    async with opened("control", **PATIENT | {"idle_seconds": 0.5}) as door:
        await door.ask(body=WRITTEN)
        assert await door.ask(headers, body=form % photo, target=f"/bot{TOKEN}/sendPhoto?chat_id=1") == DONE
        calls = await _json(door, "/sandbox/calls")
        file_id = calls["calls"][-1]["answer"]["result"]["photo"][0]["file_id"]
        async with door.knock() as (reader, writer):
            writer.write(door.request(verb="GET", target=f"/sandbox/photos/{file_id}"))
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            await let_go(writer)


async def _json(door: Door, target: str) -> Any:
    async with door.knock() as (reader, writer):
        writer.write(door.request("Connection: close", verb="GET", target=target))
        whole = await asyncio.wait_for(reader.read(), PATIENCE)
        return json.loads(whole.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("framing", ["Content-Length: 5000", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize(
    "secret", ["X-Telegram-Bot-Api-Secret-Token: wrong", "X-Telegram-Bot-Api-Secret-Token:"]
)
async def test_fault_54_the_secret_comes_before_the_body(framing: str, secret: str) -> None:
    async with opened("webhook", **PATIENT) as door, door.knock() as (reader, writer):
        writer.write(door.request(framing, secret))

        assert await status(reader) == 401


async def test_an_update_of_telegrams_largest_kind_is_taken() -> None:
    dispatcher = Dispatcher()
    seen: list[str | None] = []

    @dispatcher.message()
    async def note(message: Message) -> None:
        seen.append(message.text)

    buttons = [[{"text": "x" * 64, "callback_data": "y" * 64}] for _ in range(100)]
    message = MESSAGE | {
        "text": "ы" * 4096,
        "reply_markup": {"inline_keyboard": buttons},
        "entities": [{"type": "bold", "offset": at, "length": 1} for at in range(100)],
    }
    message["reply_to_message"] = dict(message)
    async with webhook_door(dispatcher) as door:
        assert await door.ask(body=json.dumps({"update_id": 1, "message": message}).encode()) == DONE
    assert seen == ["ы" * 4096]


async def test_fault_54_a_packed_part_of_a_form() -> None:
    packed = bomb(20)
    head = b'--x\r\nContent-Disposition: form-data; name="text"\r\nContent-Encoding: gzip\r\n\r\n'
    form = head + packed + b"\r\n--x--\r\n"
    async with opened("bot api") as door:
        headers = "Content-Type: multipart/form-data; boundary=x"
        assert await door.ask(headers, body=form) == BROKEN
