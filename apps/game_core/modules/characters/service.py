"""Characters: one a user, born with a starter kit."""

from collections.abc import Callable
from dataclasses import dataclass, field

from apps.game_core.modules.characters.contracts import (
    Character,
    DeleteCharacter,
    EnsureCharacter,
    FindCharacter,
    SearchCharacters,
    SetLanguage,
)
from apps.game_core.modules.characters.ports import CharacterUnitOfWorkFactory
from apps.game_core.modules.inventory.contracts import DiscardInventory, Limits, PlacedItem
from apps.game_core.modules.training.contracts import ForgetFight
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.system.protocols import IdMaker
from apps.game_core.system.written_words import can_be_seen, kept, shortened

MAX_NAME = 64
NAMELESS = "?"
STARTING_HP = 70  # a little hurt, so that the first potion has something to heal


class UserWithoutCharacterError(LookupError):
    def __init__(self, user_id: int) -> None:
        super().__init__(user_id)
        self.user_id = user_id


@dataclass(frozen=True, slots=True)
class CharacterService:
    """`starter_kit` makes the items of a new inventory, with ids of their own; `limits` are its limits."""

    router: CoreRouter
    unit_of_work: CharacterUnitOfWorkFactory
    starter_kit: Callable[[], tuple[PlacedItem, ...]]
    ids: IdMaker
    limits: Limits = field(default=Limits())

    def register(self) -> None:
        self.router.register(FindCharacter, self.find)
        self.router.register(SearchCharacters, self.search)
        self.router.register(EnsureCharacter, self.ensure)
        self.router.register(SetLanguage, self.set_language)
        self.router.register(DeleteCharacter, self.delete)

    async def find(self, context: FindCharacter) -> Character | None:
        async with self.unit_of_work() as unit:
            return await unit.characters.find(context.user_id)

    async def search(self, context: SearchCharacters) -> tuple[Character, ...]:
        async with self.unit_of_work() as unit:
            wanted = (context.char_id, context.user_id, context.name, context.limit)
            return tuple(await unit.characters.search(*wanted))

    async def ensure(self, context: EnsureCharacter) -> Character:
        """The user's character; a new one comes with its inventory in the same transaction."""
        async with self.unit_of_work() as unit:
            found = await unit.characters.find(context.user_id)
            if found is not None:
                return found
            name = _clean(context.name)
            # An id of our own: one that the database counts comes again after a restore from a backup.
            char_id = self.ids.item_id()
            made = await unit.characters.add(char_id, context.user_id, name, context.language, STARTING_HP)
            if made is not None:
                await unit.inventories.add(made.id, self.starter_kit(), self.limits, self.ids.token())
                if context.lost is not None:
                    await unit.inventories.tell_lost(made.id, context.lost)
                await unit.commit()
                return made
        # Somebody made it between the two statements: it is there now.
        return await self.ensure(context)

    async def set_language(self, context: SetLanguage) -> Character:
        async with self.unit_of_work() as unit:
            changed = await unit.characters.set_language(context.user_id, context.language)
            if changed is None:
                raise UserWithoutCharacterError(context.user_id)
            await unit.commit()
            return changed

    async def delete(self, context: DeleteCharacter) -> bool:
        async with self.unit_of_work() as unit:
            await unit.trades.leave(context.char_id)
            deleted = await unit.characters.delete(context.char_id)
            if deleted is not None:
                await unit.actions.forget(deleted.user_id, deleted.name)
            await unit.commit()
        # Not before: a character that stays after all must not lose what is not written yet.
        await self.router.ask(DiscardInventory(char_id=context.char_id))
        await self.router.ask(ForgetFight(char_id=context.char_id))
        return deleted is not None


def _clean(name: str) -> str:
    """A name that can be stored and shown: as it is written, not too long, never invisible."""
    cleaned = shortened(kept(name).strip(), MAX_NAME).strip()
    return cleaned if can_be_seen(cleaned) else NAMELESS
