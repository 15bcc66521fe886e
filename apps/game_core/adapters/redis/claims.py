"""What the claim of a session answers, in the values that the protocol speaks in."""

from typing import Any

from apps.game_core.adapters.redis.control_records import UNREAD, control
from apps.game_core.adapters.redis.documents import DocumentError, StoredDocument
from apps.game_core.modules.inventory.session_store import Claim, Control, Orphan
from apps.game_core.value import Value


class UnreadClaim(Value):
    """What cannot be understood of it: the document, or the control data, which then is None."""

    stored: Any
    error: Exception
    control: Control | None = None


def claimed(token: str, reply: Any) -> Claim | Orphan | UnreadClaim | None:
    """Of a claim under this token; None where there was nothing to write."""
    if reply is None:
        return None
    char_id, document, fields = reply
    try:
        state = control(int(char_id), fields)
    except UNREAD as error:
        return UnreadClaim(fields, error)
    try:
        if not document:
            return Orphan(state)
        stored = StoredDocument.of(document, state.rev, state.char_id, state.version)
        return Claim(stored, token, state)
    except (DocumentError, RecursionError) as error:
        return UnreadClaim(document, error, state)
