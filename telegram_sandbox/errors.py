"""What can go wrong in the sandbox.

SandboxError
├── PortInUseError           another process has the port
├── NotLoopbackError         the sandbox never listens to the outside
├── ControlError             a control call that cannot be done (answered 400 or 404)
└── BotApiError              answered to the bot in Telegram's shape
    ├── BadRequestError      400
    │   └── UnknownParameterError  named, and only refused here
    ├── ChatUpgradedError    400 with migrate_to_chat_id
    ├── UnauthorizedError    401
    ├── ForbiddenError       403
    ├── MethodNotFoundError  404
    ├── ConflictError        409
    ├── TooLargeError        413
    ├── TooManyRequestsError 429 with retry_after
    ├── HttpRefusedError     whatever status the server itself refused it with
    └── InternalError        500, a fault of the sandbox itself
"""

from typing import ClassVar


class SandboxError(Exception):
    pass


class PortInUseError(SandboxError):
    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(f"port {port} is in use by another program")


class NotLoopbackError(SandboxError):
    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(f"the sandbox listens on loopback addresses only, not on {host!r}")


class ControlError(SandboxError):
    def __init__(self, reason: str, *, field: str | None = None, status: int = 400) -> None:
        self.reason = reason
        self.field = field
        self.status = status
        super().__init__(reason)


class BotApiError(SandboxError):
    code: int = 400
    title: ClassVar[str] = "Bad Request"

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        self.description = f"{self.title}: {reason}" if reason else self.title
        super().__init__(self.description)

    @property
    def parameters(self) -> dict[str, int] | None:
        return None


class BadRequestError(BotApiError):
    pass


class UnknownParameterError(BadRequestError):
    def __init__(self, method: str, name: str) -> None:
        self.method = method
        self.name = name
        super().__init__(
            f'unknown parameter "{name}" of {method} (the sandbox\'s own rule: Telegram would pass it over)'
        )


class ChatUpgradedError(BotApiError):
    def __init__(self, migrate_to_chat_id: int) -> None:
        self.migrate_to_chat_id = migrate_to_chat_id
        super().__init__("group chat was upgraded to a supergroup chat")

    @property
    def parameters(self) -> dict[str, int]:
        return {"migrate_to_chat_id": self.migrate_to_chat_id}


class UnauthorizedError(BotApiError):
    code = 401
    title = "Unauthorized"


class ForbiddenError(BotApiError):
    code = 403
    title = "Forbidden"


class MethodNotFoundError(BotApiError):
    code = 404
    title = "Not Found"


class ConflictError(BotApiError):
    code = 409
    title = "Conflict"


class TooLargeError(BotApiError):
    code = 413
    title = "Request Entity Too Large"


class TooManyRequestsError(BotApiError):
    code = 429
    title = "Too Many Requests"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"retry after {retry_after}")

    @property
    def parameters(self) -> dict[str, int]:
        return {"retry_after": self.retry_after}


class HttpRefusedError(BotApiError):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__()
        self.code = status
        self.description = reason


class InternalError(BotApiError):
    code = 500
    title = "Internal Server Error"
