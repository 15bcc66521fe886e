"""A player's thumb: taps by label, waits until the menu is redrawn, counts."""

from dataclasses import dataclass, field

from bot.running import Process
from telegram_sandbox.client import ChatMessage, Player, SandboxClient, TapResult
from tests.support.big_bags import fill_bag
from tests.support.world import World
from tools.support.patience import PATIENCE


@dataclass
class Thumb:
    player: Player
    process: Process
    taps: int = field(default=0, init=False)

    @property
    def world(self) -> World:
        return World(self.process.core)

    async def tap(self, label: str) -> TapResult:
        self.taps += 1
        result = await self.player.tap(label)
        await self.process.board.settled(2)
        return result

    async def tap_data(self, data: str, message_id: int | None = None) -> TapResult:
        """A tap with any data: forged, stale, doubled."""
        target = message_id or (await self.menu()).message_id
        result = await self.player.client.tap(self.player.id, self.player.chat_id, target, data)
        await self.process.board.settled(2)
        return result

    async def send(self, text: str) -> None:
        """A command or text, and wait until the bot has redrawn its menu below it."""
        sent = await self.player.send(text)
        await self.player._until(lambda message: message.message_id > sent, "an answer", PATIENCE)
        await self.process.board.settled(2)

    async def menu(self) -> ChatMessage:
        return await self.player.menu()

    async def text(self) -> str:
        return (await self.menu()).text

    async def labels(self) -> list[str]:
        return [button.text for button in (await self.menu()).buttons]

    async def char_id(self) -> int:
        player = await self.process.players.find(self.player.id)
        assert player is not None
        return player.char_id


async def new_thumb(
    client: SandboxClient, process: Process, *base_ids: str, user_id: int = 11, language: str = "en"
) -> Thumb:
    """A player in the lobby, with these things in the backpack besides the starter kit."""
    player = await client.add_user(user_id, "Alice", language)
    thumb = Thumb(player, process)
    await thumb.send("/start")
    if base_ids:
        await fill_bag(thumb.world, await thumb.char_id(), *base_ids)
    return thumb
