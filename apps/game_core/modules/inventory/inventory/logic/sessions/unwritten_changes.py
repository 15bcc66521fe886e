"""What this process has told players and has not seen written: what it can bring back if Redis loses it."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from apps.game_core.modules.inventory.inventory.codec import ledger_entry
from apps.game_core.modules.inventory.ports import AppliedOperation, LedgerEntry
from apps.game_core.value import Value, replace


class _Told(Value):
    """`lineage` and `version` say which past of the session knows it, and as what.

    What this process has made is encoded only if somebody asks for it.
    """

    lineage: str
    version: int
    made: AppliedOperation | LedgerEntry

    @property
    def op_id(self) -> str:
        return self.made.op_id if isinstance(self.made, LedgerEntry) else self.made.operation.op_id

    @property
    def entry(self) -> LedgerEntry:
        if isinstance(self.made, LedgerEntry):
            return replace(self.made, version=self.version)
        return ledger_entry(self.made, self.version)


class UnwrittenChanges:
    """At most `limit` operations; whoever was quiet the longest is forgotten first."""

    def __init__(self, limit: int = 20_000) -> None:
        self._limit = limit
        self._told: OrderedDict[int, list[_Told]] = OrderedDict()
        self._count = 0

    def note(self, char_id: int, lineage: str, version: int, made: AppliedOperation | LedgerEntry) -> None:
        self._told.setdefault(char_id, []).append(_Told(lineage, version, made))
        self._told.move_to_end(char_id)
        self._count += 1
        while self._count > self._limit:
            _, forgotten = self._told.popitem(last=False)
            self._count -= len(forgotten)

    def learn(self, char_id: int, lineage: str, pending: LedgerEntry) -> None:
        """Another process made it; this one has told it, too."""
        told = self._told.get(char_id, ())
        if all((each.lineage, each.op_id) != (lineage, pending.op_id) for each in told):
            self.note(char_id, lineage, pending.version, pending)

    @property
    def char_ids(self) -> Sequence[int]:
        """Characters of whom something is not known to be written."""
        return list(self._told)

    def quietest(self, limit: int) -> Sequence[int]:
        """Some of them, the longest not asked after first."""
        found = list(islice(self._told, limit))
        for char_id in found:
            self._told.move_to_end(char_id)
        return found

    def settle(self, char_id: int, lineage: str, synced_version: int) -> None:
        """The database holds all of this past up to a version."""
        told = self._told.get(char_id, ())
        if told and told[0].lineage == lineage and told[0].version > synced_version:
            return  # what came after it is not written either
        left = [each for each in told if each.lineage != lineage or each.version > synced_version]
        if len(left) < len(told):
            self._keep(char_id, left)

    def beyond(self, char_id: int, lineage: str, version: int) -> Sequence[LedgerEntry]:
        """What was told and a session does not reach: in a past that is not its own, or later in its own."""
        told = self._told.get(char_id, ())
        return [each.entry for each in told if each.lineage != lineage or each.version > version]

    def is_later(self, char_id: int, lineage: str, version: int) -> bool:
        """Whether something was told later in the session's own past."""
        told = self._told.get(char_id, ())
        return any(each.lineage == lineage and each.version > version for each in told)

    def move(
        self, char_id: int, lineage: str, pending: Mapping[str, LedgerEntry], asked: Collection[str]
    ) -> None:
        """Of the operations `asked` after this past knows those `pending`; the others are done with.

        What was refused stays refused: its player may know by now.
        """
        kept: dict[str, _Told] = {}
        for each in self._told.get(char_id, ()):
            op_id = each.op_id
            if each.lineage == lineage or op_id not in asked:
                kept[op_id] = each
            elif op_id in pending:
                entry = pending[op_id]
                kept[op_id] = _Told(lineage, entry.version, entry if entry.refused else each.made)
        self._keep(char_id, list(kept.values()))

    def forget(self, char_id: int) -> None:
        self._keep(char_id, [])

    def _keep(self, char_id: int, told: list[_Told]) -> None:
        self._count += len(told) - len(self._told.get(char_id, ()))
        if told:
            self._told[char_id] = told
        else:
            self._told.pop(char_id, None)
