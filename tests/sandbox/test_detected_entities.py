"""What Telegram finds in plain text by itself, and what it does not."""

import pytest

from telegram_sandbox.text.detected_entities import with_detected
from telegram_sandbox.text.formatted_text import FormattedText
from telegram_sandbox.text.html_render import render_html


def found(text: str) -> list[tuple[str, str]]:
    units = text.encode("utf-16-le")
    entities = with_detected(FormattedText(text)).entities
    return [
        (e["type"], units[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le"))
        for e in entities
    ]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("🎒 mail do-not-reply@telegram.org!", [("email", "do-not-reply@telegram.org")]),
        ("a.b+c@d-e.co.uk, x@y.zz", [("email", "a.b+c@d-e.co.uk"), ("email", "x@y.zz")]),
        ("ring +1-212-555-0123.", [("phone_number", "+1-212-555-0123")]),
        ("+7 (495) 123-45-67", [("phone_number", "+7 (495) 123-45-67")]),
        ("pay $USD or $1INCH", [("cashtag", "$USD"), ("cashtag", "$1INCH")]),
        ("see telegram.org, or t.me/durov.", [("url", "telegram.org"), ("url", "t.me/durov")]),
        ("пример.рф/путь?a=1 and E.ORG", [("url", "пример.рф/путь?a=1"), ("url", "E.ORG")]),
        ("https://a.b/c#d @someone", [("url", "https://a.b/c#d"), ("mention", "@someone")]),
        ("#tag /cmd@bot_bot", [("hashtag", "#tag"), ("bot_command", "/cmd@bot_bot")]),
    ],
)
def test_what_is_found_in_plain_text(text: str, entities: list[tuple[str, str]]) -> None:
    assert found(text) == entities


@pytest.mark.parametrize(
    "text",
    [
        "1.5 kg",
        "end.Start",
        "e.g. this",
        "file.txt",
        "$usd",
        "a$USD",
        "$TOOLONGTAG",
        "5+3",
        "+12",
        "a@b",
        "@ab",
        "#1",
    ],
)
def test_what_is_no_entity(text: str) -> None:
    assert found(text) == []


def test_a_bare_domain_is_a_whole_link_on_the_page() -> None:
    formatted = with_detected(FormattedText("t.me"))
    assert 'href="http://t.me"' in render_html(formatted.text, list(formatted.entities))
