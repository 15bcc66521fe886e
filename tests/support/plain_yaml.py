"""The part of YAML that our deployment files use; whatever else is refused, so that it is not misread.

Blocks of mappings and lists, flow collections, quoted and plain scalars (all as text), folded blocks,
anchors, aliases and merges.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_KEY = re.compile(r"""([\w./<@-]+|<<):(?:\s+(.*))?$""")
_TOKEN = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|[\[\]{},]|:(?=\s)|[^\[\]{},:]+(?::(?!\s)[^\[\]{},:]*)*)""")
_MARK = re.compile(r"([&*])(\w+)\s*(.*)$")


def documents(text: str) -> list[Any]:
    """Raises ValueError for what it does not know."""
    return [_Reader(list(_lines(part))).read() for part in re.split(r"^---$", text, flags=re.MULTILINE)]


def document(text: str) -> Any:
    [found] = documents(text)
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for line in text.splitlines():
        bare = re.sub(r"(^|\s)#(?=\s|$)[^\"]*$", "", line).rstrip()
        if bare:
            yield len(bare) - len(bare.lstrip()), bare.lstrip()


@dataclass
class _Reader:
    lines: list[tuple[int, str]]
    anchors: dict[str, Any] = field(default_factory=dict)

    def read(self) -> Any:
        found = self._block(0)
        if self.lines:
            raise ValueError(self.lines[0])
        return found

    def _block(self, indent: int) -> Any:
        is_list = self.lines[0][1].startswith("- ")
        return self._list(self.lines[0][0]) if is_list else self._mapping(max(indent, self.lines[0][0]))

    def _list(self, indent: int) -> list[Any]:
        found: list[Any] = []
        while self.lines and self.lines[0][0] == indent and self.lines[0][1].startswith("- "):
            rest = self.lines.pop(0)[1][2:]
            if _KEY.match(rest):
                self.lines.insert(0, (indent + 2, rest))
                found.append(self._mapping(indent + 2))
            else:
                found.append(_flow(rest))
        return found

    def _mapping(self, indent: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self.lines and self.lines[0][0] == indent:
            line = self.lines.pop(0)[1]
            if not (key := _KEY.match(line)):
                raise ValueError(line)
            value = self._value(indent, key[2] or "")
            found = {**value, **found} if key[1] == "<<" else {**found, key[1]: value}
        return found

    def _value(self, indent: int, rest: str) -> Any:
        if mark := _MARK.match(rest):
            kind, name, rest = mark.groups()
            if kind == "*":
                return self.anchors[name]
            self.anchors[name] = value = self._value(indent, rest)
            return value
        if rest == ">-":
            return " ".join(self._deeper(indent))
        if rest:
            return _flow(rest)
        inside = self.lines and (self.lines[0][0] > indent or self.lines[0][1].startswith("- "))
        return self._block(indent + 1) if inside and self.lines[0][0] >= indent else None

    def _deeper(self, indent: int) -> Iterator[str]:
        while self.lines and self.lines[0][0] > indent:
            yield self.lines.pop(0)[1]


def _flow(text: str) -> Any:
    if text[0] not in '[{"':
        return text
    tokens = _TOKEN.findall(text)
    found = _collection(tokens)
    if tokens:
        raise ValueError(text)
    return found


def _collection(tokens: list[str]) -> Any:
    match tokens.pop(0).strip():
        case "[":
            items = []
            while tokens[0] != "]":
                items.append(_collection(tokens))
                _comma(tokens, "]")
            tokens.pop(0)
            return items
        case "{":
            pairs = {}
            while tokens[0] != "}":
                key = tokens.pop(0).strip()
                if tokens.pop(0) != ":":
                    raise ValueError(key)
                pairs[key] = _collection(tokens)
                _comma(tokens, "}")
            tokens.pop(0)
            return pairs
        case scalar:
            return scalar[1:-1].replace('\\"', '"') if scalar.startswith('"') else scalar


def _comma(tokens: list[str], end: str) -> None:
    if tokens[0] == ",":
        tokens.pop(0)
    elif tokens[0] != end:
        raise ValueError(tokens)
