"""Files of archived entries: records, each with a sum over itself and all before it, from a head to an end.

A file that was cut, edited, put together anew or renamed is refused as a whole, by name.
"""

import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from apps.game_core.modules.inventory.ports import LedgerEntry

SUFFIX = ".ledger"
_PART = ".part"
_MAGIC = b"rpg ledger 1\n"
_HEAD, _CHUNK, _END = b"H", b"C", b"E"
_LENGTH, _SUM = 4, 32
_Entry = tuple[str, int, str, int, msgspec.Raw, msgspec.Raw, msgspec.Raw]
_segment = msgspec.json.Decoder(tuple[int, str, list[_Entry]])
_said = msgspec.json.Decoder(dict[str, str | int])


class ArchiveError(Exception):
    """Nothing of what such a file says is believed."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One character's entries, in order; `before` is the digest of the segment before them."""

    char_id: int
    before: bytes
    entries: tuple[LedgerEntry, ...]


def written(segment: Segment) -> bytes:
    """A line, whose digest is what the next segment follows."""
    entries = [
        (each.op_id, each.version, each.kind, each.at, *map(msgspec.Raw, _parts(each)))
        for each in segment.entries
    ]
    return msgspec.json.encode((segment.char_id, segment.before.hex(), entries))


def digest(line: bytes) -> bytes:
    return sha256(line).digest()


def _parts(entry: LedgerEntry) -> tuple[bytes, bytes, bytes]:
    return entry.payload, entry.result, entry.before


def _read(line: bytes) -> Segment:
    char_id, before, entries = _segment.decode(line)
    told = (
        LedgerEntry(op_id, version, kind, at, bytes(payload), bytes(result), bytes(rows))
        for op_id, version, kind, at, payload, result, rows in entries
    )
    return Segment(char_id, bytes.fromhex(before), tuple(told))


def new_path(folder: Path) -> Path:
    now = datetime.now(UTC)
    return folder / f"{now:%Y%m%dT%H%M%S}-{now.microsecond:06}{SUFFIX}"


class ArchiveWriter:
    """A file that has its name once it is whole and on disk."""

    def __init__(self, path: Path) -> None:
        self.path, self.entries, self._segments = path, 0, 0
        self._sum = sha256(_MAGIC).digest()
        self._file = path.with_suffix(_PART).open("xb")
        self._file.write(_MAGIC)
        self._record(_HEAD, msgspec.json.encode({"name": path.name}))

    def add(self, segments: Sequence[Segment]) -> None:
        """As one chunk, which is read as a whole."""
        self._record(_CHUNK, zlib.compress(b"\n".join(map(written, segments)), 9))
        self._segments += len(segments)
        self.entries += sum(len(each.entries) for each in segments)

    def close(self) -> None:
        self._record(_END, msgspec.json.encode({"segments": self._segments, "entries": self.entries}))
        _to_disk(self._file)
        self._file.close()
        part = self.path.with_suffix(_PART)
        os.link(part, self.path)  # nothing that has the name already is lost
        part.unlink()
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def discard(self) -> None:
        with suppress(OSError):  # of a full disk, which is why it goes
            self._file.close()
        self.path.with_suffix(_PART).unlink(missing_ok=True)

    def _record(self, kind: bytes, body: bytes) -> None:
        framed = kind + len(body).to_bytes(_LENGTH, "big") + body
        self._sum = sha256(self._sum + framed).digest()
        self._file.write(framed + self._sum)


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One that was looked through: its chunks are where they say."""

    path: Path
    chunks: tuple[int, ...]
    """Where each begins."""

    def lines(self, place: int) -> Sequence[bytes]:
        """The segments of the chunk there, as they were written. Raises ArchiveError."""
        with self.path.open("rb") as file:
            file.seek(place)
            return _lines(self.path, _next(self.path, file)[1])

    def segments(self, place: int) -> Sequence[Segment]:
        """Raises ArchiveError."""
        try:
            return [_read(line) for line in self.lines(place)]
        except (msgspec.MsgspecError, ValueError) as error:
            raise ArchiveError(f"{self.path}: a chunk of another format: {error}") from error


def checked(path: Path) -> ArchiveFile:
    """Look through all of it. Raises ArchiveError."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ArchiveError(f"{path}: is no archive of a ledger, or of another format")
        chunks, ended, total = list[int](), False, sha256(_MAGIC).digest()
        for place, kind, body, told in _records(path, file):
            total = sha256(total + kind + len(body).to_bytes(_LENGTH, "big") + body).digest()
            if told != total:
                raise ArchiveError(f"{path}: was edited or put together anew, at byte {place}")
            if ended or (kind == _HEAD) != (place == len(_MAGIC)):
                raise ArchiveError(f"{path}: goes on where it should not, at byte {place}")
            if kind == _HEAD and _said.decode(body).get("name") != path.name:
                raise ArchiveError(f"{path}: was written as {_said.decode(body).get('name')}")
            chunks += [place] if kind == _CHUNK else []
            ended = kind == _END
        if not ended:
            raise ArchiveError(f"{path}: was cut: it has no end")
    return ArchiveFile(path, tuple(chunks))


def _records(path: Path, file: BinaryIO) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """Where each begins, its kind, what it says, and its sum."""
    while True:
        place = file.tell()
        if not file.read(1):
            return
        file.seek(place)
        kind, body = _next(path, file)
        yield place, kind, body, file.read(_SUM)


def _next(path: Path, file: BinaryIO) -> tuple[bytes, bytes]:
    place, kind = file.tell(), file.read(1)
    length = int.from_bytes(file.read(_LENGTH), "big")
    there = os.fstat(file.fileno()).st_size - file.tell()
    body = file.read(length) if length <= there else b""
    if kind not in (_HEAD, _CHUNK, _END) or len(body) != length:
        raise ArchiveError(f"{path}: was cut or edited, at byte {place}")
    return kind, body


def _lines(path: Path, body: bytes) -> Sequence[bytes]:
    try:
        return zlib.decompress(body).split(b"\n")
    except zlib.error as error:
        raise ArchiveError(f"{path}: a broken chunk: {error}") from error
