from dataclasses import dataclass, field
from pathlib import Path

from telegram_sandbox.doors.listening import HttpLimits

DEFAULT_PORT = 8081


@dataclass(frozen=True)
class UserSeed:
    id: int
    first_name: str
    language_code: str = "en"


@dataclass(frozen=True)
class FloodModel:
    """Our model: Telegram publishes no numbers. One bucket a chat, shared by sends and edits.

    `bot_per_second` is a bucket beside them for all chats of a bot together, of as many as a second refills;
    0: none.
    """

    burst: int = 20
    private_per_second: float = 1.0
    group_per_minute: float = 20.0
    bot_per_second: float = 0.0
    enabled: bool = True


@dataclass(frozen=True)
class WebhookModel:
    """Our model of the pauses between delivery attempts, in seconds."""

    first_retry: float = 1.0
    longest_retry: float = 60.0
    answer_timeout: float = 60.0


@dataclass(frozen=True)
class Bounds:
    """What keeps memory flat however long the sandbox runs. Ours, not Telegram's."""

    users: int = 20_000
    groups: int = 2_000
    bots: int = 64
    chat_messages: int = 500
    chat_topics: int = 200
    pending_updates: int = 50_000
    calls: int = 1_000
    photos: int = 64
    event_backlog: int = 2_000


HTTP = HttpLimits(body_bytes=11 * 1024 * 1024, body_seconds=60, header_seconds=60, connections=2_000)
"""A photo of Telegram's largest size fits; a bot may write each of a thousand users at once, and may open
a connection before it has something to say."""

DEFAULT_USERS = (UserSeed(1, "Alice", "en"), UserSeed(2, "Борис", "ru"))


@dataclass(frozen=True)
class SandboxConfig:
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    users: tuple[UserSeed, ...] = DEFAULT_USERS
    flood: FloodModel = field(default_factory=FloodModel)
    webhook: WebhookModel = field(default_factory=WebhookModel)
    bounds: Bounds = field(default_factory=Bounds)
    http: HttpLimits = HTTP
    callback_lifetime: float = 15.0
    """Seconds until an unanswered tap is too old. Our model."""
    webhook_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")
    """Hosts that webhooks may be at: what is not named here is never called, not even on this machine."""
    privacy_mode: bool = True
    """As for a new bot at Telegram: in groups it sees commands and replies to it only."""
    private_topics: bool = False
    """Topics in private chats, as a bot has them whose owner turned them on at BotFather."""
    lenient: bool = False
    """Passes unknown parameters over and logs them, as Telegram does, instead of refusing them."""
    state_file: Path | None = None
    """Where the world is kept between runs; None keeps it in memory only."""
