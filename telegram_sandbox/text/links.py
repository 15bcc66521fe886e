"""Links as Telegram checks them."""

import re
from urllib.parse import urlsplit

from telegram_sandbox.text.formatted_text import Entity

_USER_LINK = re.compile(r"tg://user\?id=(\d{1,19})")
_LINK_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})
_HOST = re.compile(r"[^\s/?#@]+\.[^\s/?#@.]{2,}|localhost", re.IGNORECASE)


def link_fields(url: str) -> Entity:
    """The entity fields of a link; an empty type for a link that Telegram drops silently."""
    if user := _USER_LINK.fullmatch(url):
        mentioned = {"id": int(user.group(1)), "is_bot": False, "first_name": ""}
        return {"type": "text_mention", "user": mentioned}
    checked = checked_link(url)
    return {"type": "text_link", "url": checked} if checked else {"type": ""}


def checked_link(url: str) -> str | None:
    """The full form of a link, or None when Telegram would not accept it."""
    candidate = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(candidate)
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), parts.netloc
    if scheme not in _LINK_SCHEMES or re.search(r"[\s\0]", candidate):
        return None
    if scheme in {"http", "https"} and not _is_host(host):
        return None
    return parts._replace(scheme=scheme, netloc=host.lower(), path=parts.path or "/").geturl()


def _is_host(netloc: str) -> bool:
    host = netloc.rpartition("@")[2].partition(":")[0]
    return bool(_HOST.fullmatch(host)) or bool(re.fullmatch(r"(\d{1,3}\.){3}\d{1,3}", host))
