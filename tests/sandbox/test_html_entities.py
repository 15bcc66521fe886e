import pytest
from hypothesis import given
from hypothesis import strategies as st

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.text.formatted_text import utf16_length
from telegram_sandbox.text.html_entities import parse_html


def entity(kind: str, offset: int, length: int, **fields: str | int) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **fields}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "&#xDFDF;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities,"
                " check for unmatched surrogate code units"
            ),
        ),
        ("🎒 🎒&lt;<quest", "Unclosed start tag at byte offset 13"),
        ("🎒 🎒&lt;<quest x>", 'Unsupported start tag "quest" at byte offset 13'),
        ("a < b and c > d", 'Unsupported start tag "" at byte offset 2'),
        ("🎒 🎒&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🎒 🎒&lt;<i  aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("🎒 🎒&lt;<i  aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("<i aba", 'Unclosed start tag "i" at byte offset 0'),
        ("🎒 🎒&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🎒 🎒&lt;<i aba="&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🎒 🎒&lt;</", "Unexpected end tag at byte offset 13"),
        ("🎒 🎒&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🎒 🎒&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        (
            "🎒 🎒&lt;<i>a</em   >",
            'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
        ),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<span class='x'>y</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-time unix="7" format="x">y</tg-time>', "Invalid date format used"),
        ('<tg-time unix="7" format="rt">y</tg-time>', "Invalid date format used"),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_refuses_with_telegrams_words_and_byte_offsets(source: str, reason: str) -> None:
    with pytest.raises(BadRequestError) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("", "", []),
        ("&ge;&lt;&gt;&amp;&quot;&laquo;&#12345678;", '&ge;<>&"&laquo;&#12345678;', []),
        ("&lt🎒 &amp", "<🎒 &", []),
        ("&#128512;&#x1F600;", "😀😀", []),
        ("⚔️ ⚔️<i>⚔️ ⚔️</i>", "⚔️ ⚔️⚔️ ⚔️", [entity("italic", 5, 5)]),
        ("⚔️<STRONG>x</STRONG>", "⚔️x", [entity("bold", 2, 1)]),
        (
            '<tg-time unix="1700000000" format="TDW">noon</tg-time>',
            "noon",
            [entity("date_time", 0, 4, unix_time=1_700_000_000, date_time_format="wDT")],
        ),
        (
            "a <tg-time format='R' unix=7>b</tg-time>",
            "a b",
            [entity("date_time", 2, 1, unix_time=7, date_time_format="r")],
        ),
        (
            '<tg-time unix="12 May">b</tg-time>',
            "b",
            [entity("date_time", 0, 1, unix_time=12, date_time_format="")],
        ),
        ('<tg-time unix="May">b</tg-time><TG-TIME>c</tg-time>', "bc", []),
        ('<tg-time unix="-5">b</tg-time><tg-time unix="2147483648">c</tg-time>', "bc", []),
        ("<u>a</u><ins>b</ins>", "ab", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        ("<s>a</s><del>b</>", "ab", [entity("strikethrough", 0, 1), entity("strikethrough", 1, 1)]),
        (
            "🎒 🎒<i>🎒 &gt;<b x   =   y>&lt🎒</b></i>",
            "🎒 🎒🎒 ><🎒",
            [entity("italic", 5, 7), entity("bold", 9, 3)],
        ),
        ("a<b></b>", "a", []),
        ('<span class = "tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [entity("spoiler", 0, 1)]),
        (
            '<tg-emoji emoji-id="12345">👍</tg-emoji>',
            "👍",
            [entity("custom_emoji", 0, 2, custom_emoji_id="12345")],
        ),
        ("<a href=telegram.org>x</a>", "x", [entity("text_link", 0, 1, url="http://telegram.org/")]),
        ("<a>telegram.org</a>", "telegram.org", [entity("text_link", 0, 12, url="http://telegram.org/")]),
        ("<a>telegram.org </a>", "telegram.org ", []),
        ("<a href='javascript:alert(1)'>x</a>", "x", []),
        (
            "<a href='https://e.org/a?b=&lt;c'>x</a>",
            "x",
            [entity("text_link", 0, 1, url="https://e.org/a?b=<c")],
        ),
        ("<pre>x</pre>", "x", [entity("pre", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ('<code class="language-py"><pre>x</pre></code>', "x", [entity("pre", 0, 1, language="py")]),
        ("<blockquote>x</blockquote>", "x", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<blockquote cite="" a b>x</>', "x", [entity("blockquote", 0, 1)]),
    ],
)
def test_reads_text_and_utf16_offsets(source: str, text: str, entities: list[dict[str, object]]) -> None:
    parsed = parse_html(source)
    assert (parsed.text, list(parsed.entities)) == (text, entities)


def test_mentions_a_user_by_id() -> None:
    (mention,) = parse_html('<a href="tg://user?id=42">you</a>').entities
    assert (mention["type"], mention["user"]["id"]) == ("text_mention", 42)


@given(st.text(alphabet="<>/&;#x= \"'bia🎒\x00\n1", max_size=40))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    try:
        parsed = parse_html(source)
    except BadRequestError:
        return
    length = utf16_length(parsed.text)
    assert all(e["length"] > 0 and e["offset"] + e["length"] <= length for e in parsed.entities)
