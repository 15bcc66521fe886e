"""Which links Telegram takes, what it makes of them, and how it words what it refuses."""

from typing import Any

import pytest

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.text.html_entities import parse_html
from telegram_sandbox.text.links import checked_link, link_fields
from telegram_sandbox.text.markdown import parse_markdown
from telegram_sandbox.text.markdown_v2 import parse_markdown_v2

from .conftest import RawBot, keyboard

TAKEN = {
    "example.org": "http://example.org/",
    "HTTPS://Example.ORG/Path": "https://example.org/Path",
    "https://a.b": "https://a.b/",
    "https://example.c/x": "https://example.c/x",
    "https://münchen.ÖRG": "https://münchen.Örg/",
    "https://[::1]/x": "https://[::1]/x",
    "https://[2001:DB8::1]:80": "https://[2001:db8::1]:80/",
    "127.0.0.1:8080": "http://127.0.0.1:8080/",
    "https://e.org:00443/": "https://e.org:443/",
    "https://u:p@e.org?q#f": "https://u:p@e.org/?q#f",
    "https://e.org/a b\t": "https://e.org/a%20b",
    "https://e%2Dx.org": "https://e%2dx.org/",
    "tg://user?id=x": "tg://user?id=x",
    "tg://resolve?domain=X": "tg://resolve?domain=X",
    "tg:resolve?domain=x": "tg://resolve?domain=x",
    "TG://Settings": "tg://settings/",
    "ton://transfer/x?y": "ton://transfer/x?y",
    "tonsite://a.ton": "tonsite://a.ton/",
}
REFUSED = {
    "nope": "Wrong HTTP URL",
    "http://localhost:8080/x": "Wrong HTTP URL",
    "localhost": "Wrong HTTP URL",
    "ftp://example.com": "Unsupported URL protocol",
    "javascript:alert(1)": "Wrong port number specified in the URL",
    "https://": "URL host is empty",
    "https://.": "Host is invalid",
    "https://exa mple.com": "Disallowed character in URL host",
    "https://[e.org": "Disallowed character in URL host",
    "https://u[@e.org": "Disallowed character in URL userinfo",
    "https://e%2.org": "Wrong percent-encoded symbol in URL host",
    "https://%@e.org": "Wrong percent-encoded symbol in URL userinfo",
    "https://[::g]/": "Wrong IPv6 address specified in the URL",
    "https://[::1%1]/": "Wrong IPv6 address specified in the URL",
    "https://e.org:99999/": "Wrong port number specified in the URL",
    "https://e.org:0/": "Wrong port number specified in the URL",
    "https://e.org:/": "Wrong port number specified in the URL",
    "https://e.org:-1/": "Wrong port number specified in the URL",
    "tg://a.b/x": "Unallowed characters in URL host",
    "tg://http://a.b": "Wrong tg URL",
    "tg://a:1": "Wrong tg URL",
    "tg://u@a": "Wrong tg URL",
    "ton://https://a.b": "Wrong ton URL",
    "ton://a.b": "Unallowed characters in URL host",
    "tg://": "URL host is empty",
}


@pytest.mark.parametrize(("url", "taken"), TAKEN.items())
def test_a_link_is_brought_into_telegrams_form(url: str, taken: str) -> None:
    assert checked_link(url) == taken
    assert link_fields(url) == {"type": "text_link", "url": taken}


@pytest.mark.parametrize(("url", "reason"), REFUSED.items())
def test_a_link_is_refused_in_telegrams_words(url: str, reason: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        checked_link(url)
    assert refused.value.reason == f"URL '{url}' is invalid: {reason}"


@pytest.mark.parametrize("url", ["nope", "http://localhost:8080/x", "https://e.org:99999/", "tg://a.b/x"])
def test_of_a_link_in_a_markup_that_is_none_its_text_stays(url: str) -> None:
    for formatted in (
        parse_html(f'<a href="{url}">x</a>'),
        parse_markdown(f"[x]({url})"),
        parse_markdown_v2(f"[x]({url})"),
    ):
        assert (formatted.text, formatted.entities) == ("x", ())


USERS: dict[str, int | None] = {
    "tg://user?id=42": 42,
    "TG:User/?x=1&id=42#y": 42,
    "tg:user?id=42&id=43": 42,
    "tg://user?id=0": None,
    "tg://user?id=-1": None,
    "tg://user?id=042": None,
    "tg://user?id=1099511627776": None,
    "tg://user?name=42": None,
    "tg://user": None,
    "tg://users?id=42": None,
}


@pytest.mark.parametrize(("url", "user_id"), USERS.items())
def test_some_links_mention_people(url: str, user_id: int | None) -> None:
    fields = link_fields(url)
    assert fields.get("user", {}).get("id") == user_id
    assert fields["type"] == ("text_mention" if user_id else "text_link")


BUTTONS = {
    "tg://user?id=1": "tg://user?id=1",
    "tg:user/?id=1": "tg://user?id=1",
    "tg:resolve?domain=x": "tg://resolve?domain=x",
    "https://a.b": "https://a.b/",
}


@pytest.mark.parametrize(("url", "shown"), BUTTONS.items())
async def test_a_button_shows_the_link_in_telegrams_form(bot: RawBot, url: str, shown: str) -> None:
    sent = (await bot("sendMessage", chat_id=1, text="x", reply_markup=keyboard(url=url))).result
    assert sent["reply_markup"] == keyboard(url=shown)


@pytest.mark.parametrize("url", ["http://localhost:8080/x", "https://e.org:99999/", "ftp://example.com"])
async def test_a_button_with_a_link_that_is_none_is_refused(bot: RawBot, url: str) -> None:
    given: dict[str, Any] = {"chat_id": 1, "text": "x", "reply_markup": keyboard(url=url)}
    refused = await bot("sendMessage", **given)
    told = f"Bad Request: inline keyboard button URL '{url}' is invalid: {REFUSED[url]}"
    assert (refused.status, refused.refusal) == (400, told)
