"""What getWebhookInfo says of a delivery that failed, in Telegram's kind of words."""

import os
from errno import ETIMEDOUT
from http import HTTPStatus

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorSSLError,
    ClientResponseError,
    ClientSSLError,
    ConnectionTimeoutError,
)

_HUNG_UP = "Webhook connection closed"


def wrong_response(status: int | str, reason: str | None) -> str:
    return f"Wrong response from the webhook: {status} {reason or ''}".rstrip()


def webhook_error(failure: Exception) -> str:
    match failure:
        case ClientConnectorDNSError():
            return f"Failed to resolve host: {failure.os_error.strerror}"
        case ClientSSLError():
            return f"SSL error {{{_secure_reason(failure)}}}"
        case TimeoutError():
            never_connected = isinstance(failure, ConnectionTimeoutError)
            return os.strerror(ETIMEDOUT) if never_connected else "Read timeout expired"
        case ClientResponseError():
            return f"Wrong response from the webhook: {failure.message}"
        case OSError() if failure.errno:
            return os.strerror(failure.errno)
        case _:
            return _HUNG_UP


def fault_error(kind: str) -> str:
    """What a fault that was asked for looks like from Telegram."""
    if not kind.isdigit():
        return os.strerror(ETIMEDOUT)
    known = {status.value: status.phrase for status in HTTPStatus}
    return wrong_response(kind, known.get(int(kind), "Server error"))


def _secure_reason(failure: ClientSSLError) -> str:
    cause = failure.os_error if isinstance(failure, ClientConnectorSSLError) else failure
    cause = getattr(failure, "certificate_error", cause)
    return (getattr(cause, "reason", None) or str(cause)).replace("_", " ").lower()
