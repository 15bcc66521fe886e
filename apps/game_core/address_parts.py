"""What addresses of servers have in common: parts, parameters and what is allowed in them."""

import os
from collections.abc import Iterable, Mapping
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


def split(url: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(f"{error}; it looks like {example}") from error
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
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port) <= _MOST):
        raise ValueError(f"a port is a number from 1 to {_MOST}")
