"""The Bot API's legacy Markdown: nothing nests, and signs are escaped outside of entities only."""

import re

from telegram_sandbox.text.entity_parser import EntityParser
from telegram_sandbox.text.formatted_text import FormattedText, in_order
from telegram_sandbox.text.links import markup_link_fields

LANGUAGE = re.compile(r"[^\s\0`]+(?=[\s\0])")
FIRST_LINE_END = re.compile(r"\n?")
_PLAIN = re.compile(r"(?:[^\\_*`\[]|\\(?![_*`\[]))+")
_URL = re.compile(r"[^)]*")
_KIND_OF = {"*": "bold", "_": "italic", "`": "code", "```": "pre"}


def parse_markdown(source: str) -> FormattedText:
    """Plain text and entities of `source`, or a BadRequestError with the byte offset of the fault."""
    return _MarkdownParser(source).parse()


class _MarkdownParser(EntityParser):
    def parse(self) -> FormattedText:
        while not self._is_done:
            if plain := self._span(_PLAIN):
                self._emit(plain)
            elif self._char() == "\\":
                self._emit(self._take(2)[1])
            elif self._char() == "[":
                self._link()
            else:
                self._styled("```" if self._at("```") else self._char())
        return FormattedText("".join(self._pieces), tuple(in_order(self._entities)))

    def _styled(self, mark: str) -> None:
        begin, offset = self._index, self._length
        self._take(len(mark))
        fields = {}
        if mark == "```":
            fields = {"language": language} if (language := self._span(LANGUAGE)) else {}
            self._span(FIRST_LINE_END)
        self._emit(self._until(mark, begin))
        self._add(_KIND_OF[mark], offset, **fields)

    def _link(self) -> None:
        begin, offset = self._index, self._length
        self._take(1)
        text = self._until("]", begin)
        self._emit(text)
        url = self._url() if text and self._char() == "(" else text
        fields = markup_link_fields(url)
        if fields["type"]:
            self._add(fields.pop("type"), offset, **fields)

    def _url(self) -> str:
        """Up to its bracket, or to the end of everything: Telegram does not mind."""
        self._take(1)
        url = self._span(_URL)
        self._take(1)
        return url

    def _until(self, mark: str, begin: int) -> str:
        end = self._source.find(mark, self._index)
        if end < 0:
            raise self._fault_at("Can't find end of the entity starting", begin)
        taken = self._take(end - self._index)
        self._take(len(mark))
        return taken
