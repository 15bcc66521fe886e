"""What addresses of servers have in common: parts, parameters and what is allowed in them."""

import os
import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address
from urllib.parse import SplitResult, parse_qsl, urlsplit

_MOST = 65_535


def require_words(given: Mapping[str, str], words: Mapping[str, tuple[str, ...]]) -> None:
    for name, allowed in words.items():
        if name in given and given[name] not in allowed:
            raise ValueError(f"{name} is one of {', '.join(allowed)}")


def require_files(given: Mapping[str, str], names: Iterable[str]) -> None:
    for name in names:
        if given.get(name) and not os.access(given[name], os.R_OK):
            raise ValueError(f"{name}: there is no {given[name]} that can be read")


def unknown(name: str, known: Iterable[str]) -> ValueError:
    return ValueError(f"{name!r} is not a parameter that is known: {', '.join(sorted(known))}")


def apart(url: str, schemes: tuple[str, ...], example: str) -> tuple[SplitResult, str, str]:
    """An address without its hosts, its user with the sign behind it, and the hosts.

    Several hosts, with IPv6 among them, are no host to Python.
    """
    scheme, sign, rest = url.partition("://")
    netloc = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user, at, hosts = netloc.rpartition("@")
    without = f"{scheme}{sign}{user}{at}hosts{rest[len(netloc) :]}"
    return split(without, schemes, example), f"{user}{at}", hosts


def place(host: str, example: str) -> tuple[str, str]:
    """Host, in brackets when it is an IPv6 address, and port, which may be left out."""
    literal, bracket, rest = host.rpartition("]")
    name, _, port = rest.partition(":")
    if not (found := f"{literal}{bracket}{name}"):
        raise ValueError(f"hosts stand between commas, as in {example}")
    if "[" in found or bracket:
        _require_ipv6(found, example)
    require_port(port)
    return found, port


def _require_ipv6(host: str, example: str) -> None:
    try:
        is_it = host[0] == "[" and host[-1] == "]" and bool(IPv6Address(host[1:-1]))
    except ValueError:
        is_it = False
    if not is_it:
        raise ValueError(f"what stands in brackets is an IPv6 address, as in {example}")


def split(url: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        # What Python says of it may have the password in it.
        raise ValueError(f"it cannot be read; it looks like {example}") from None
    if parts.scheme not in schemes or "://" not in url:
        raise ValueError(f"it begins with {' or '.join(f'{each}://' for each in schemes)}, as in {example}")
    if parts.netloc.count("@") > 1 or parts.fragment:
        raise ValueError("in a name or password the signs @ : / ? # % are written %40 %3A %2F %3F %23 %25")
    return parts


def parameters(parts: SplitResult) -> list[tuple[str, str]]:
    try:
        return parse_qsl(parts.query, strict_parsing=bool(parts.query), keep_blank_values=True)
    except ValueError as error:
        raise ValueError("what follows ? are parameters: name=value&name=value") from error


def require_port(port: str) -> None:
    """Blank says nothing."""
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port) <= _MOST):
        raise ValueError(f"a port is a number from 1 to {_MOST}")
