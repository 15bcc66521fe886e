import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telegram_sandbox.text.formatted_text import utf16_length
from telegram_sandbox.text.html_render import render_html

KINDS = [
    "bold",
    "italic",
    "spoiler",
    "code",
    "pre",
    "text_link",
    "blockquote",
    "bot_command",
    "url",
    "unknown",
]


def entity(kind: str, offset: int, length: int, **fields: str | int) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **fields}


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("a<b>&\"'", [], "a&lt;b&gt;&amp;&quot;&#x27;"),
        ("🎒x", [entity("bold", 2, 1)], "🎒<b>x</b>"),
        ("abc", [entity("bold", 0, 3), entity("italic", 1, 1)], "<b>a<i>b</i>c</b>"),
        ("abc", [entity("bold", 0, 2), entity("italic", 1, 2)], "<b>a<i>b</i></b><i>c</i>"),
        ("x", [entity("pre", 0, 1, language='"py')], '<pre data-language="&quot;py">x</pre>'),
        (
            "noon",
            [entity("date_time", 0, 4, unix_time=7, date_time_format="t")],
            '<time datetime="1970-01-01T00:00:07+00:00">noon</time>',
        ),
        ("/a", [entity("bot_command", 0, 2)], '<span class="command">/a</span>'),
    ],
)
def test_entities_become_tags(text: str, entities: list[dict[str, object]], html: str) -> None:
    assert render_html(text, entities) == html


@given(st.text(alphabet="ab<&🎒\n", max_size=12), st.data())
def test_whatever_the_entities_the_text_is_all_there_and_tags_are_balanced(
    text: str, data: st.DataObject
) -> None:
    length = utf16_length(text)
    spans = data.draw(
        st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, length), st.integers(1, 5)), max_size=4)
    )
    entities = [
        entity(kind, offset, min(size, length - offset), url="https://e.org")
        for kind, offset, size in sorted(spans, key=lambda span: (span[1], -span[2]))
        if offset < length
    ]
    html = render_html(text, entities)
    opened = re.findall(r"<(\w+)", html)
    closed = re.findall(r"</(\w+)", html)
    assert sorted(opened) == sorted(closed)
    if "🎒" not in text:
        assert unescape(re.sub(r"<[^>]*>", "", html)) == text
