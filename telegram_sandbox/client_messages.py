"""What a client of the sandbox sees: messages, their buttons, the answers to taps."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    text: str | None
    show_alert: bool


@dataclass(frozen=True)
class TapResult:
    """How the bot answered a tap; `answer` is None when it did not, in time."""

    answer: Answer | None
    latency_ms: float

    @property
    def text(self) -> str | None:
        return self.answer.text if self.answer else None

    @property
    def alert(self) -> str | None:
        return self.answer.text if self.answer and self.answer.show_alert else None


@dataclass(frozen=True)
class Button:
    text: str
    callback_data: str | None = None
    url: str | None = None
    style: str | None = None
    copy_text: str | None = None
    disabled: bool = False


@dataclass(frozen=True)
class ChatMessage:
    message_id: int
    text: str
    html: str
    edits: int
    from_bot: bool
    rows: tuple[tuple[Button, ...], ...] = ()
    reply_markup: Json | None = field(default=None, repr=False)
    topic: int | None = None
    """None in General and where there are no topics."""

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for row in self.rows for button in row)

    def button(self, label: str) -> Button | None:
        """The button labelled exactly so, or else the first whose label has `label` in it."""
        exact = (button for button in self.buttons if button.text == label)
        close = (button for button in self.buttons if label in button.text)
        return next(exact, None) or next(close, None)

    def as_text(self) -> str:
        rows = (" ".join(f"[{button.text}]" for button in row) for row in self.rows)
        return "\n".join([self.text, *rows])


def message_of(shown: Json) -> ChatMessage:
    markup = shown["reply_markup"] or {}
    return ChatMessage(
        message_id=shown["message_id"],
        text=shown["text"],
        html=shown["html"],
        edits=shown["edits"],
        from_bot=shown["from"]["is_bot"],
        rows=tuple(tuple(_button(b) for b in row) for row in markup.get("inline_keyboard", ())),
        reply_markup=shown["reply_markup"],
        topic=shown["thread_id"],
    )


def _button(shown: Json) -> Button:
    return Button(
        text=shown["text"],
        callback_data=shown.get("callback_data"),
        url=shown.get("url"),
        style=shown.get("style"),
        copy_text=shown.get("copy_text", {}).get("text"),
        disabled="disabled" in shown,
    )
