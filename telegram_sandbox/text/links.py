"""Links as Telegram checks them."""

import re

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.text.formatted_text import Entity
from telegram_sandbox.text.http_urls import LOWER, HttpUrl, UrlError, http_url

_USER_LINK = re.compile(
    r"tg:(?://)?user/?\?(?:(?!id=)[^&#]*&)*id=([1-9][0-9]{0,18})(?=[&#]|\Z)", re.IGNORECASE
)
_HIGHEST_USER_ID = 2**40 - 1
_OWN_SCHEME = re.compile(r"(tg|ton|tonsite):(?://)?", re.IGNORECASE)
_OWN_HOST = re.compile(r"[0-9A-Za-z_-]+")


def link_fields(url: str) -> Entity:
    """The entity fields of a link: of a mention where it names a user. Raises BadRequestError."""
    user_id = linked_user(url)
    if user_id is None:
        return {"type": "text_link", "url": checked_link(url)}
    return {"type": "text_mention", "user": {"id": user_id, "is_bot": False, "first_name": ""}}


def markup_link_fields(url: str) -> Entity:
    """As `link_fields`; an empty type for a link that is none, which Telegram drops from a markup."""
    try:
        return link_fields(url)
    except BadRequestError:
        return {"type": ""}


def linked_user(url: str) -> int | None:
    link = _USER_LINK.match(url)
    user_id = int(link.group(1)) if link else _HIGHEST_USER_ID + 1
    return user_id if user_id <= _HIGHEST_USER_ID else None


def checked_link(url: str) -> str:
    """The full form of a link, or a BadRequestError that tells why Telegram does not take it."""
    try:
        return _full_form(url)
    except UrlError as fault:
        raise BadRequestError(f"URL '{url}' is invalid: {fault}") from None


def _full_form(url: str) -> str:
    if own := _OWN_SCHEME.match(url):
        return _own_link(own.group(1).translate(LOWER), url[own.end() :])
    link = http_url(url)
    if "." not in link.host and not link.is_ipv6:
        raise UrlError("Wrong HTTP URL")
    return str(link)


def _own_link(scheme: str, rest: str) -> str:
    """A link into an app: it looks like one to a site, whose host is what the app is to do."""
    link = http_url(rest)
    if _is_to_a_site(link, rest):
        raise UrlError("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
    host = link.host.replace(".", "") if scheme == "tonsite" else link.host
    if not _OWN_HOST.fullmatch(host):
        raise UrlError("Unallowed characters in URL host")
    query = link.query.removeprefix("/") if link.query.startswith("/?") else link.query
    return f"{scheme}://{link.host}{query}"


def _is_to_a_site(link: HttpUrl, written: str) -> bool:
    names_scheme = link.scheme == "https" or written.translate(LOWER).startswith("http://")
    return names_scheme or bool(link.userinfo or link.port) or link.is_ipv6
