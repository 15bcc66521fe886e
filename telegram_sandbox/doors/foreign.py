"""Who is not to be listened to: a web page of another site that a developer happens to have open.

Such a page can load pictures, post forms, follow links and fetch, at whatever address it likes; what it
cannot do is choose the headers by which a browser tells where a request comes from.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

_OWN_SITES = ("same-origin", "none")  # our page, and what a person typed
_CHANGES_NOTHING = ("GET", "HEAD")
_PAGE = "/"
_BOTS = "/bot"


def is_foreign(method: str, path: str, headers: Mapping[str, str]) -> bool:
    """Whether another site's page sends this, or a browser that does not say whose page it is."""
    host = headers.get("Host", "")
    site, origin, referrer = (headers.get(name) for name in ("Sec-Fetch-Site", "Origin", "Referer"))
    if method in _CHANGES_NOTHING and path == _PAGE and origin is None:
        return False  # a link to the chat page
    if origin is not None and urlsplit(origin).netloc != host:
        return True
    if site is not None:
        return site not in _OWN_SITES
    if referrer is not None:
        return urlsplit(referrer).netloc != host
    # Browsers without these headers call themselves so, and bots do not.
    silent = origin is None and headers.get("User-Agent", "").startswith("Mozilla/")
    return silent and (path.startswith(_BOTS) or method not in _CHANGES_NOTHING)
