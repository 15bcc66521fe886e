"""Who asks for what only admins may, and by which request: written down with it."""

from typing import TypedDict


class Signature(TypedDict):
    actor: str
    request_id: str
