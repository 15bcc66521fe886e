"""Topics of forums and of private chats: rules, and what is told of their changes."""

from dataclasses import dataclass

from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.chats.membership import post_service
from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.world.access import RULING
from telegram_sandbox.world.model import BLUE, GENERAL, Group, Json, Topic, User
from telegram_sandbox.world.world import World

COLOURS = (BLUE, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
LONGEST_NAME = 128
NOT_MODIFIED = "TOPIC_NOT_MODIFIED"
UNKNOWN = "TOPIC_ID_INVALID"
CLOSED = "TOPIC_CLOSED"


def topic_name(given: str) -> str:
    name = " ".join(given.split())
    if not name:
        raise BadRequestError("name must be non-empty")
    if len(name) > LONGEST_NAME:
        raise BadRequestError("name is too long (the sandbox's own rule: Telegram would cut it)")
    return name


@dataclass(frozen=True)
class Forum:
    """A chat with a bot, as far as it has topics. `who` is whoever acts, by id."""

    world: World
    bot: Bot
    chat: User | Group

    @property
    def is_one(self) -> bool:
        return self.chat.is_forum if isinstance(self.chat, Group) else self.world.config.private_topics

    @property
    def topics(self) -> dict[int, Topic]:
        """All there are, by id; a group's forum has General from the start, a private chat has none."""
        if not self.is_one:
            return {}
        topics = self.bot.chat(self.chat.id).topics
        if isinstance(self.chat, Group):
            topics.setdefault(GENERAL, Topic(id=GENERAL, name="General", creator_id=self.chat.owner or 0))
        return topics

    def rules(self, who: int) -> bool:
        """In a private chat both do."""
        if isinstance(self.chat, User):
            return True
        return self.bot.status_in(self.chat.id) in RULING if who == self.bot.id else self.chat.rules(who)

    def may_turn(self, topic: Topic, who: int) -> bool:
        """Close it, open it, rename it, write in it while it is closed."""
        return topic.creator_id == who or self.rules(who)

    def is_shut(self, thread_id: int | None, who: int) -> bool:
        """Whether somebody may not write there; None is General."""
        topic = self.topics.get(thread_id or GENERAL)
        return topic is not None and topic.closed and not self.may_turn(topic, who)

    def create(self, who: int, name: str, colour: int = BLUE) -> Topic:
        if len(self.topics) >= self.world.config.bounds.chat_topics:
            raise BadRequestError("there are too many topics (the sandbox's own rule)")
        topic = Topic(id=self.bot.record.next_message_id, creator_id=who, name=name, icon_color=colour)
        self.topics[topic.id] = topic
        self._tell(topic, who, "forum_topic_created", name=name, icon_color=colour)
        return topic

    def rename(self, topic: Topic, who: int, name: str) -> None:
        _must_change(topic.name != name)
        topic.name = name
        self._tell(topic, who, "forum_topic_edited", name=name)

    def set_closed(self, topic: Topic, who: int, *, closed: bool) -> None:
        """What is opened is no longer hidden."""
        _must_change(topic.closed != closed)
        topic.closed = closed
        topic.hidden = topic.hidden and closed
        self._tell(topic, who, "forum_topic_closed" if closed else "forum_topic_reopened")

    def set_hidden(self, who: int, *, hidden: bool) -> None:
        """General alone; what is hidden is closed."""
        topic = self.topics[GENERAL]
        _must_change(topic.hidden != hidden)
        topic.hidden = hidden
        topic.closed = topic.closed or hidden
        self._tell(topic, who, "general_forum_topic_hidden" if hidden else "general_forum_topic_unhidden")

    def delete(self, topic: Topic) -> None:
        """With all that was written in it; nobody is told."""
        del self.topics[topic.id]
        messages = self.bot.chat(self.chat.id).messages
        for message in [each for each in messages.values() if each.thread_id == topic.id]:
            del messages[message.message_id]
            self.world.message_deleted(self.bot, self.chat.id, message.message_id)
        self._changed()

    def _tell(self, topic: Topic, who: int, kind: str, **about: str | int) -> None:
        place: Json = {} if topic.id == GENERAL else {"thread_id": topic.id, "is_topic_message": True}
        self._changed()
        post_service(self.world, self.bot, self.chat.id, who, service={kind: about}, **place)

    def _changed(self) -> None:
        shown = {"bot_id": self.bot.id, "chat_id": self.chat.id, "topics": self.shown()}
        self.world.events.publish("topics", lambda: shown)
        self.world.on_change()

    def shown(self) -> list[Json]:
        return [
            {
                "message_thread_id": topic.id,
                "name": topic.name,
                "icon_color": topic.icon_color,
                "creator_id": topic.creator_id,
                "closed": topic.closed,
                "hidden": topic.hidden,
            }
            for topic in self.topics.values()
        ]


def _must_change(is_change: bool) -> None:
    if not is_change:
        raise BadRequestError(NOT_MODIFIED)
