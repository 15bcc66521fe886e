"""The Bot API's HTML, with the errors and offsets Telegram gives."""

import re
from dataclasses import dataclass

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.text.date_times import date_fields, unix_seconds
from telegram_sandbox.text.entity_parser import END, EntityParser, fault
from telegram_sandbox.text.formatted_text import Entity, FormattedText, in_order
from telegram_sandbox.text.links import markup_link_fields

_ENTITY_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_SPACE = " \t\r\n\v\0"
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*));?")
_LONGEST_REFERENCE = 9
_HIGHEST_CODE_POINT = 0x10FFFF
_PLAIN = re.compile(r"[^<&]+")
_BLANKS = re.compile(r"[ \t\r\n\v\0]*")
_TAG = re.compile(r"[^ \t\r\n\v\0>]*")
_ATTRIBUTE = re.compile(r"[^ \t\r\n\v\0>=]*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


def parse_html(source: str) -> FormattedText:
    """Plain text and entities of `source`, or a BadRequestError with the byte offset of the fault."""
    return _HtmlParser(source).parse()


@dataclass
class _OpenTag:
    name: str
    argument: str
    unix_time: int
    offset: int
    text_index: int


class _HtmlParser(EntityParser):
    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._open: list[_OpenTag] = []

    def parse(self) -> FormattedText:
        while not self._is_done:
            if plain := self._span(_PLAIN):
                self._emit(plain)
            elif self._source[self._index] == "&":
                self._emit(self._reference() or self._take(1))
            elif self._char(1) == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise fault(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return FormattedText(self._text(), tuple(in_order(self._entities)))

    def _text(self) -> str:
        text = "".join(self._pieces)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise fault(
                "Text contains invalid Unicode characters after decoding HTML entities,"
                " check for unmatched surrogate code units"
            ) from None
        return text

    def _reference(self) -> str | None:
        """The character a reference stands for; None leaves the ampersand as it is."""
        match = _REFERENCE.match(self._source, self._index)
        char = _referenced(match) if match else None
        if match and char:
            self._index = match.end()
        return char

    def _start_tag(self) -> None:
        begin = self._index
        self._index += 1
        name = self._span(_TAG).lower()
        if self._char() == END:
            raise self._fault_at("Unclosed start tag", begin)
        if name not in _ENTITY_OF_TAG:
            raise self._fault_at(f'Unsupported start tag "{name}"', begin)
        argument, unix_time = self._attributes(name, begin)
        self._index += 1
        if name == "span" and argument != "spoiler":
            raise self._fault_at('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_OpenTag(name, argument, unix_time, self._length, len(self._pieces)))

    def _attributes(self, tag: str, begin: int) -> tuple[str, int]:
        argument, unix_time = "", 0
        while self._char() != ">":
            self._span(_BLANKS)
            if self._char() == ">":
                break
            name = self._span(_ATTRIBUTE)
            if not name:
                raise self._fault_at(f'Empty attribute name in the tag "{tag}"', begin)
            value = self._attribute_value(tag, begin)
            if (tag, name) == ("tg-time", "unix"):
                unix_time = unix_seconds(value)
            argument = _argument(tag, name, value) or argument
        return argument, unix_time

    def _attribute_value(self, tag: str, begin: int) -> str:
        self._span(_BLANKS)
        if self._char() == END:
            raise self._fault_at(f'Unclosed start tag "{tag}"', begin)
        if self._char() != "=":
            return ""
        self._index += 1
        self._span(_BLANKS)
        if self._char() == END:
            raise self._fault_at(f'Unclosed start tag "{tag}"', begin)
        value = self._quoted_value() if self._char() in "'\"" else self._name_token()
        if self._char() == END:
            raise self._fault_at("Unclosed start tag", begin)
        return value

    def _name_token(self) -> str:
        begin = self._index
        token = self._span(_TOKEN)
        if self._char() not in _SPACE and self._char() != ">":
            raise self._fault_at("Unexpected end of name token", begin)
        return token.lower()

    def _quoted_value(self) -> str:
        quote = self._take(1)
        pieces = []
        while self._char() not in (quote, END):
            char = self._reference() if self._char() == "&" else None
            pieces.append(char or self._take(1))
        if self._char() == quote:
            self._index += 1
        return "".join(pieces)

    def _end_tag(self) -> None:
        begin = self._index
        if not self._open:
            raise self._fault_at("Unexpected end tag", begin)
        self._index += 2
        name = self._span(_TAG).lower()
        self._span(_BLANKS)
        if self._char() != ">":
            raise self._fault_at("Unclosed end tag", begin)
        self._index += 1
        tag = self._open.pop()
        if name and name != tag.name:
            found = f'Unmatched end tag at byte offset {self._bytes_before(begin)}, expected "</{tag.name}>"'
            raise fault(f'{found}, found "</{name}>"')
        if self._length > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        kind = _ENTITY_OF_TAG[tag.name]
        entity: Entity = {"type": kind, "offset": tag.offset, "length": self._length - tag.offset}
        if kind == "text_link":
            entity |= markup_link_fields(tag.argument or "".join(self._pieces[tag.text_index :]))
        elif kind == "custom_emoji":
            entity["custom_emoji_id"] = _custom_emoji_id(tag.argument)
        elif kind == "date_time":
            entity |= _date_fields(tag)
        elif kind == "blockquote" and tag.argument:
            entity["type"] = "expandable_blockquote"
        elif kind == "code" and tag.argument:
            entity["language"] = tag.argument
        if kind in {"pre", "code"} and self._joins_code_block(entity):
            return
        if entity["type"]:
            self._entities.append(entity)

    def _joins_code_block(self, entity: Entity) -> bool:
        """`<pre><code class="language-x">` around the same characters is one block with a language."""
        last = self._entities[-1] if self._entities else {}
        same_place = all(last.get(key) == entity[key] for key in ("offset", "length"))
        language = entity.get("language") or last.get("language")
        if same_place and language and {entity["type"], last["type"]} == {"pre", "code"}:
            last.update(type="pre", language=language)
            return True
        return False


def _referenced(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name)
    digits = match.group().removesuffix(";")
    if len(digits) > _LONGEST_REFERENCE:
        return None
    code = int(hexadecimal or "0", 16) if hexadecimal is not None else int(decimal or "0")
    return chr(code) if 0 < code < _HIGHEST_CODE_POINT else None


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "expandable"
        case _:
            return ""


def _date_fields(tag: _OpenTag) -> Entity:
    """Without a type for a time before all times, which Telegram drops."""
    fields = date_fields(tag.unix_time, tag.argument)
    if fields is None:
        raise fault("Invalid date format used")
    return fields if tag.unix_time > 0 else {"type": ""}


def _custom_emoji_id(argument: str) -> str:
    if not argument.isascii() or not argument.isdigit() or int(argument) == 0:
        raise BadRequestError("can't parse entities: Invalid custom emoji identifier specified")
    return argument
