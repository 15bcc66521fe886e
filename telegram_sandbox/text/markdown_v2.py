"""The Bot API's MarkdownV2: what nests, what is reserved, and where something does not end."""

import re
from dataclasses import dataclass

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.text.date_times import date_fields
from telegram_sandbox.text.entity_parser import EntityParser, fault
from telegram_sandbox.text.formatted_text import Entity, FormattedText, in_order
from telegram_sandbox.text.links import markup_link_fields
from telegram_sandbox.text.markdown import FIRST_LINE_END, LANGUAGE

_ESCAPE = r"\\[\x01-\x7e]"
_PLAIN = re.compile(r"(?:[^\\_*\[\]()~`>#+\-=|{}.!\n]|\\(?![\x01-\x7e]))+")
_PLAIN_IN_CODE = re.compile(r"(?:[^\\`]|\\(?![\x01-\x7e]))+")
_ESCAPED = re.compile(_ESCAPE)
_URL = re.compile(rf"(?:{_ESCAPE}|[^)])*")
_BEGIN = re.compile(r"__|_|\*|~|\|\||```|`|!\[|\[")
_KIND_OF = {
    "*": "bold",
    "_": "italic",
    "__": "underline",
    "~": "strikethrough",
    "||": "spoiler",
    "`": "code",
    "```": "pre",
    "[": "text_link",
    "![": "custom_emoji",
}
_END_OF = {kind: mark for mark, kind in _KIND_OF.items()} | {"text_link": "]", "custom_emoji": "]"}
_NAMES = {"text_link": "TextUrl", "custom_emoji": "CustomEmoji", "blockquote": "BlockQuote"}
_EMOJI = re.compile(r"tg://emoji\?id=([1-9]\d{0,18})", re.ASCII)
_TIME = re.compile(r"tg://time\?unix=([1-9]\d{0,9})(?:&format=(.*))?", re.ASCII)


def parse_markdown_v2(source: str) -> FormattedText:
    """Plain text and entities of `source`, or a BadRequestError with the byte offset of the fault."""
    return _MarkdownV2Parser(source).parse()


@dataclass
class _Open:
    kind: str
    begin: int
    offset: int
    text_index: int
    language: str = ""

    @property
    def name(self) -> str:
        return "PreCode" if self.language else _NAMES.get(self.kind, self.kind.capitalize())


class _MarkdownV2Parser(EntityParser):
    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._open: list[_Open] = []
        self._is_quoting = False
        self._is_line_begin = True

    def parse(self) -> FormattedText:
        while not self._is_done:
            self._step(self._open[-1].kind if self._open else "")
        if self._is_quoting:
            self._end_quote(len(self._source))
        if self._open:
            raise self._unended(self._open[-1])
        return FormattedText("".join(self._pieces), tuple(in_order(self._entities)))

    def _step(self, inside: str) -> None:
        plain = _PLAIN_IN_CODE if inside in {"code", "pre"} else _PLAIN
        if text := self._span(plain) or self._span(_ESCAPED)[1:]:
            self._emit(text)
            self._is_line_begin = text == "\n"
        elif self._is_quoting and self._char() == "\n" and self._char(1) != ">":
            self._end_quoted_lines()
        elif self._is_end_of(inside):
            self._end(self._open.pop())
        else:
            self._begin()

    def _is_end_of(self, kind: str) -> bool:
        mark = _END_OF.get(kind)
        # Two underscores are never two ends of italic, whatever was meant.
        return mark is not None and self._at(mark) and not (kind == "italic" and self._char(1) == "_")

    def _begin(self) -> None:
        begin = self._index
        if self._char() == "\n":
            self._emit(self._take(1))
            self._is_line_begin = True
        elif self._char() == ">" and self._is_line_begin:
            self._take(1)
            if not self._is_quoting:
                self._is_quoting = True
                self._push("blockquote", begin)
        elif mark := self._span(_BEGIN):
            self._push(_KIND_OF[mark], begin)
        else:
            sign = self._char()
            raise fault(f"Character '{sign}' is reserved and must be escaped with the preceding '\\'")

    def _push(self, kind: str, begin: int) -> None:
        opened = _Open(kind, begin, self._length, len(self._pieces))
        if kind == "pre":
            opened.language = self._span(LANGUAGE)
            self._span(FIRST_LINE_END)
        self._open.append(opened)

    def _end(self, ended: _Open) -> None:
        self._take(len(_END_OF[ended.kind]))
        fields: Entity = {"type": ended.kind}
        if ended.kind == "text_link":
            written = "".join(self._pieces[ended.text_index :])
            fields = markup_link_fields(self._url() if self._char() == "(" else written)
        elif ended.kind == "custom_emoji":
            fields = self._emoji_or_time()
        elif ended.language:
            fields["language"] = ended.language
        if fields["type"]:
            self._add(fields.pop("type"), ended.offset, **fields)

    def _url(self) -> str:
        self._take(1)
        begin = self._index
        url = self._span(_URL)
        if self._char() != ")":
            raise self._fault_at("Can't find end of a URL", begin)
        self._take(1)
        return _ESCAPED.sub(lambda escaped: escaped.group()[1], url)

    def _emoji_or_time(self) -> Entity:
        if self._char() != "(":
            raise fault("The entity must contain a tg://emoji or tg://time URL")
        url = self._url()
        if emoji := _EMOJI.fullmatch(url):
            return {"type": "custom_emoji", "custom_emoji_id": emoji.group(1)}
        if (time := _TIME.fullmatch(url)) is None:
            raise fault("Invalid tg://emoji or tg://time URL specified")
        fields = date_fields(int(time.group(1)), time.group(2) or "")
        if fields is None:
            raise fault("Invalid date format used")
        return fields

    def _end_quoted_lines(self) -> None:
        end = self._index
        self._emit(self._take(1))
        self._is_line_begin = True
        self._end_quote(end)
        if self._is_quoting:
            raise self._unended(self._open[-1])

    def _end_quote(self, end: int) -> None:
        """Two bars before the end have begun a spoiler without text: they mean that the quote expands."""
        is_expandable = self._open[-1].kind == "spoiler" and self._open[-1].begin == end - 2
        if is_expandable:
            self._open.pop()
        if self._open[-1].kind == "blockquote":
            self._is_quoting = False
            self._add("expandable_blockquote" if is_expandable else "blockquote", self._open.pop().offset)

    def _unended(self, opened: _Open) -> BadRequestError:
        return self._fault_at(f"Can't find end of {opened.name} entity", opened.begin)
