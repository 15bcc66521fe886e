"""HTTP addresses as Telegram reads them."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from string import ascii_lowercase, ascii_uppercase

LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
"""Letters of other alphabets stay as they are."""
_PARTS = re.compile(
    r"(?:(?P<scheme>[^:/?#@\[\]]*)://)?(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL | re.ASCII
)
_AUTHORITY = re.compile(r"(?P<names>.+?)(?::(?P<port>[^:\]@]*))?", re.DOTALL)
_PORT = re.compile(r"0*([1-9][0-9]{0,4})")
_HIGHEST_PORT = 65535
_IN_HOSTS = "0-9A-Za-z.\\-_!$,~*'();&+=\x80-\U0010ffff"
_RIGHT = {
    "host": re.compile(rf"(?:[{_IN_HOSTS}]|%[0-9A-Fa-f]{{2}})*"),
    "userinfo": re.compile(rf"(?:[{_IN_HOSTS}:]|%[0-9A-Fa-f]{{2}})*"),
}
_SPACE = " \t\r\n\v\0"
_CONTROL = re.compile("[\0-\x20]")


class UrlError(ValueError):
    """Why an address is none, in Telegram's words."""


@dataclass(frozen=True)
class HttpUrl:
    scheme: str
    userinfo: str
    host: str
    port: str
    query: str
    """The path, what is asked and the place on the page, from the first slash on."""

    @property
    def is_ipv6(self) -> bool:
        return self.host.startswith("[")

    def __str__(self) -> str:
        user = f"{self.userinfo}@" if self.userinfo else ""
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{user}{self.host}{port}{self.query}"


def http_url(written: str) -> HttpUrl:
    """Without a scheme it is of HTTP; without a port it has none. Raises UrlError."""
    parts = _PARTS.fullmatch(written)
    scheme, authority, rest = parts.groups() if parts else ("", "", "")
    scheme = "http" if scheme is None else scheme.translate(LOWER)
    if scheme not in {"http", "https"}:
        raise UrlError("Unsupported URL protocol")
    names, port = _names_and_port(authority)
    userinfo, _, host = names.rpartition("@")
    host = host.translate(LOWER)
    _check_host(host)
    _check_part("userinfo", userinfo)
    return HttpUrl(scheme, userinfo, host, port, _query(rest))


def _names_and_port(authority: str) -> tuple[str, str]:
    found = _AUTHORITY.fullmatch(authority)
    if found is None or found["port"] is None:
        return authority, ""
    port = _PORT.fullmatch(found["port"])
    if port is None or int(port.group(1)) > _HIGHEST_PORT:
        raise UrlError("Wrong port number specified in the URL")
    return found["names"], port.group(1)


def _check_host(host: str) -> None:
    if not host:
        raise UrlError("URL host is empty")
    if host == ".":
        raise UrlError("Host is invalid")
    if not (host.startswith("[") and host.endswith("]")):
        _check_part("host", host)
    elif not _is_ipv6(host[1:-1]):
        raise UrlError("Wrong IPv6 address specified in the URL")


def _is_ipv6(address: str) -> bool:
    try:
        return IPv6Address(address).scope_id is None
    except AddressValueError:
        return False


def _check_part(name: str, part: str) -> None:
    right = _RIGHT[name].match(part)
    wrong = part[right.end() :] if right else part
    if wrong.startswith("%"):
        raise UrlError(f"Wrong percent-encoded symbol in URL {name}")
    if wrong:
        raise UrlError(f"Disallowed character in URL {name}")


def _query(rest: str) -> str:
    shown = rest.rstrip(_SPACE)
    slash = "" if shown.startswith("/") else "/"
    return slash + _CONTROL.sub(lambda sign: f"%{ord(sign.group()):02X}", shown)
