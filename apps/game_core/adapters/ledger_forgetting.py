"""Files of archived entries, written anew without characters that are deleted."""

from collections.abc import Collection, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.ledger_archive import LedgerArchive
from apps.game_core.adapters.ledger_files import ArchiveError, ArchiveFile, ArchiveWriter, checked, new_path
from apps.game_core.adapters.postgres.engine import database_errors

_THERE = sa.text("SELECT char_id FROM inventories WHERE char_id = ANY(CAST(:char_ids AS bigint[]))")


async def forget_deleted(engine: AsyncEngine, folder: Path) -> Sequence[int]:
    """Who is in no file any more. What was stopped is done by the next run.

    Raises ArchiveError: a file is not as it was written, or nobody in them is known, as in another database.
    """
    mentioned = {file: _mentioned(file) for file in LedgerArchive(folder).files}
    everybody = frozenset[int]().union(*mentioned.values())
    with database_errors():
        async with engine.connect() as connection:
            there = frozenset((await connection.execute(_THERE, {"char_ids": list(everybody)})).scalars())
    if not there:
        raise ArchiveError(f"{folder}: the database knows nobody in these files: is it the right one?")
    for file, char_ids in mentioned.items():
        if gone := char_ids - there:
            _write_anew(file, gone)
    return sorted(everybody - there)


def _mentioned(file: ArchiveFile) -> frozenset[int]:
    return frozenset(each.char_id for place in file.chunks for each in file.segments(place))


def _write_anew(file: ArchiveFile, without: Collection[int]) -> None:
    """The old one goes once the new one is on disk. Digests are of one character each, and stay."""
    writer = ArchiveWriter(new_path(file.path.parent))
    for place in file.chunks:
        if left := [each for each in file.segments(place) if each.char_id not in without]:
            writer.add(left)
    writer.close()
    checked(writer.path)
    file.path.unlink()
