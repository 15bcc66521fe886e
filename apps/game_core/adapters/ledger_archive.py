"""A folder of archived entries, to look into where the database begins too late."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

from apps.game_core.adapters.ledger_files import SUFFIX, ArchiveError, ArchiveFile, Segment, checked, digest
from apps.game_core.modules.inventory.ports import LedgerEntry

_KEPT_OPEN = 4
"""Chunks, beside one of each file: characters are asked for in the order in which files have them."""


class MissingFileError(Exception):
    """No file of the folder has what a checkpoint says was archived."""


class LedgerArchive:
    """All files of the folder, looked through once. Which of them counts the database's digests say."""

    def __init__(self, folder: Path) -> None:
        """Raises ArchiveError: one of the files is not as it was written, so that none is believed."""
        self.files = [checked(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]
        if not self.files:
            raise ArchiveError(f"{folder}: no file of it ends in {SUFFIX}")
        self._places = {
            digest(line): (file, place)
            for file in self.files
            for place in file.chunks
            for line in file.lines(place)
        }
        self._segments = lru_cache(len(self.files) + _KEPT_OPEN)(_by_owner)

    def entries(self, char_id: int, newest: bytes) -> Sequence[LedgerEntry]:
        """All up to the checkpoint with this digest, from the birth on. Raises MissingFileError."""
        found = list[Segment]()
        while newest:
            if newest not in self._places:
                raise MissingFileError(newest.hex())
            found.append(self._segments(*self._places[newest])[char_id])
            newest = found[-1].before
        return tuple(chain.from_iterable(each.entries for each in reversed(found)))


def _by_owner(file: ArchiveFile, place: int) -> dict[int, Segment]:
    return {each.char_id: each for each in file.segments(place)}
