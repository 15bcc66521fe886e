"""The members are those of Telegram's "Formatting options", by the rule that each shows."""

from collections.abc import Callable

import pytest
from aiohttp import FormData
from hypothesis import given
from hypothesis import strategies as st

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.rules.botapi_rules import format_text
from telegram_sandbox.text.formatted_text import FormattedText, utf16_length
from telegram_sandbox.text.markdown import parse_markdown
from telegram_sandbox.text.markdown_v2 import parse_markdown_v2

from .conftest import RawBot
from .random_requests import picture

RESERVED = "_*[]()~`>#+-=|{}.!"


def entity(kind: str, offset: int, length: int, **fields: object) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **fields}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*a*", "a", [entity("bold", 0, 1)]),
        ("_a_", "a", [entity("italic", 0, 1)]),
        ("__a__", "a", [entity("underline", 0, 1)]),
        ("~a~", "a", [entity("strikethrough", 0, 1)]),
        ("||a||", "a", [entity("spoiler", 0, 1)]),
        ("`a`", "a", [entity("code", 0, 1)]),
        ("```\na\n```", "a\n", [entity("pre", 0, 2)]),
        ("```py\na```", "a", [entity("pre", 0, 1, language="py")]),
        ("```py a```", " a", [entity("pre", 0, 2, language="py")]),
        ("```py```", "py", [entity("pre", 0, 2)]),
        ("[a](https://e.org/x)", "a", [entity("text_link", 0, 1, url="https://e.org/x")]),
        (r"[a](e.org/\)\\)", "a", [entity("text_link", 0, 1, url=r"http://e.org/)\\"[:-1])]),
        (r"[e\.org]", "e.org", [entity("text_link", 0, 5, url="http://e.org/")]),
        ("[a](javascript:b)", "a", []),
        ("[](e.org)", "", []),
        ("![👍](tg://emoji?id=5)", "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        (
            "![noon](tg://time?unix=1700000000&format=wDT)",
            "noon",
            [entity("date_time", 0, 4, unix_time=1_700_000_000, date_time_format="wDT")],
        ),
        ("![noon](tg://time?unix=7)", "noon", [entity("date_time", 0, 4, unix_time=7, date_time_format="")]),
        (">a\n>b", "a\nb", [entity("blockquote", 0, 3)]),
        (">a\nb", "a\nb", [entity("blockquote", 0, 2)]),
        ("a\n>b", "a\nb", [entity("blockquote", 2, 1)]),
        (">a\n>b||", "a\nb", [entity("expandable_blockquote", 0, 3)]),
        (">a||\nb", "a\nb", [entity("expandable_blockquote", 0, 2)]),
        (
            ">a\n**>b||",
            "a\nb",
            [entity("blockquote", 0, 2), entity("expandable_blockquote", 2, 1)],
        ),
        (
            ">*a* ||b|| c",
            "a b c",
            [entity("blockquote", 0, 5), entity("bold", 0, 1), entity("spoiler", 2, 1)],
        ),
        ("🎒 *⚔️*", "🎒 ⚔️", [entity("bold", 3, 2)]),
        (
            "*b _i ~s ||p||~ __u__ i_ b*",
            "b i s p u i b",
            [
                entity("bold", 0, 13),
                entity("italic", 2, 9),
                entity("strikethrough", 4, 3),
                entity("spoiler", 6, 1),
                entity("underline", 8, 1),
            ],
        ),
        ("___a_**__", "a", [entity("italic", 0, 1), entity("underline", 0, 1)]),
        ("_a__b__c_", "abc", [entity("italic", 0, 3), entity("underline", 1, 1)]),
        (r"`a_*[.!\`\\`", r"a_*[.!`\\"[:-1], [entity("code", 0, 8)]),
        ("```\n*a* `b` > c```", "*a* b > c", [entity("pre", 0, 9), entity("code", 4, 1)]),
        ("a\n\nb, c; d: e", "a\n\nb, c; d: e", []),
        ("\\a\\я\\", "a\\я\\", []),
        ("**", "", []),
    ],
)
def test_version_2_members(source: str, text: str, entities: list[dict[str, object]]) -> None:
    parsed = parse_markdown_v2(source)
    assert (parsed.text, list(parsed.entities)) == (text, entities)


@pytest.mark.parametrize("sign", RESERVED)
def test_every_reserved_sign_is_text_when_escaped(sign: str) -> None:
    assert parse_markdown_v2(f"🎒\\{sign}").text == f"🎒{sign}"
    assert parse_markdown_v2(f"`\\{sign}`").text == sign


@pytest.mark.parametrize("sign", "])(>#+-=|{}.!")
def test_reserved_signs_are_refused_without(sign: str) -> None:
    assert refusal("MarkdownV2", f"🎒 {sign} ") == (
        f"Character '{sign}' is reserved and must be escaped with the preceding '\\'"
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("🎒 *a", "Can't find end of Bold entity at byte offset 5"),
        ("🎒 _a", "Can't find end of Italic entity at byte offset 5"),
        ("🎒 __a", "Can't find end of Underline entity at byte offset 5"),
        ("🎒 __a_", "Can't find end of Italic entity at byte offset 8"),
        ("__a___", "Can't find end of Italic entity at byte offset 5"),
        ("🎒 ~a", "Can't find end of Strikethrough entity at byte offset 5"),
        ("🎒 ||a", "Can't find end of Spoiler entity at byte offset 5"),
        (">||a", "Can't find end of Spoiler entity at byte offset 1"),
        (">||a\nb", "Can't find end of Spoiler entity at byte offset 1"),
        ("🎒 ||a|", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("🎒 `a", "Can't find end of Code entity at byte offset 5"),
        ("🎒 ```a", "Can't find end of Pre entity at byte offset 5"),
        ("🎒 ```py a", "Can't find end of PreCode entity at byte offset 5"),
        ("🎒 [a", "Can't find end of TextUrl entity at byte offset 5"),
        ("🎒 [a](e.org", "Can't find end of a URL at byte offset 9"),
        ("🎒 ![a", "Can't find end of CustomEmoji entity at byte offset 5"),
        ("🎒 ![a](tg://emoji", "Can't find end of a URL at byte offset 10"),
        ("![a]", "The entity must contain a tg://emoji or tg://time URL"),
        ("![a](tg://emoji?id=x)", "Invalid tg://emoji or tg://time URL specified"),
        ("![a](https://e.org)", "Invalid tg://emoji or tg://time URL specified"),
        ("![a](tg://time?unix=7&format=x)", "Invalid date format used"),
        ("*a _b* c_", "Can't find end of Italic entity at byte offset 8"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
        (">a >b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
    ],
)
def test_version_2_refuses_with_byte_offsets(source: str, reason: str) -> None:
    assert refusal("MarkdownV2", source) == reason


def refusal(mode: str, source: str) -> str:
    with pytest.raises(BadRequestError) as refused:
        format_text(source, mode)
    return refused.value.reason.removeprefix("can't parse entities: ")


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*a*", "a", [entity("bold", 0, 1)]),
        ("_a_", "a", [entity("italic", 0, 1)]),
        ("`a`", "a", [entity("code", 0, 1)]),
        ("```\na```", "a", [entity("pre", 0, 1)]),
        ("```py\na```", "a", [entity("pre", 0, 1, language="py")]),
        ("[a](e.org)", "a", [entity("text_link", 0, 1, url="http://e.org/")]),
        ("[e.org]", "e.org", [entity("text_link", 0, 5, url="http://e.org/")]),
        ("[a](e.org", "a", [entity("text_link", 0, 1, url="http://e.org/")]),
        ("[](e.org)", "(e.org)", []),
        ("🎒 *⚔️*", "🎒 ⚔️", [entity("bold", 3, 2)]),
        ("*a _b_*", "a _b_", [entity("bold", 0, 5)]),
        ("__a__", "a", []),
        (r"\_\*\`\[\a", r"_*`[\a", []),
        ("a.b! (c) ~d~ ||e|| >f", "a.b! (c) ~d~ ||e|| >f", []),
    ],
)
def test_legacy_members(source: str, text: str, entities: list[dict[str, object]]) -> None:
    parsed = parse_markdown(source)
    assert (parsed.text, list(parsed.entities)) == (text, entities)


@pytest.mark.parametrize("mark", ["*", "_", "`", "```", "["])
def test_legacy_refuses_what_does_not_end(mark: str) -> None:
    reason = "Can't find end of the entity starting at byte offset 5"
    assert refusal("Markdown", f"🎒 {mark}a") == reason


@pytest.mark.parametrize("parse", [parse_markdown, parse_markdown_v2])
def test_both_mention_a_user_by_id(parse: Callable[[str], FormattedText]) -> None:
    (mention,) = parse("[you](tg://user?id=42)").entities
    assert (mention["type"], mention["user"]["id"]) == ("text_mention", 42)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("[a [b](c.org) d](e.org)", [("text_link", 0, 5)]),
        ("[a `b`](e.org)", [("text_link", 0, 3)]),
        ("[`a`](e.org)", [("code", 0, 1)]),
        ("*a `b` c*", [("bold", 0, 2), ("code", 2, 1), ("bold", 3, 2)]),
        ("*[a](e.org) b*", [("bold", 0, 3), ("text_link", 0, 1)]),
        ("_a *b _c_ d* e_", [("italic", 0, 9), ("bold", 2, 5)]),
        ("[a ![👍](tg://emoji?id=5)](e.org)", [("text_link", 0, 4)]),
    ],
)
def test_what_may_not_nest_does_not(source: str, kept: list[tuple[str, int, int]]) -> None:
    found = format_text(source, "MarkdownV2").entities
    assert sorted((e["type"], e["offset"], e["length"]) for e in found) == sorted(kept)


@given(st.text(alphabet="_*[]()~`>|!\\\na🎒x", max_size=40))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    for parse in (parse_markdown, parse_markdown_v2):
        try:
            parsed = parse(source)
        except BadRequestError:
            continue
        length = utf16_length(parsed.text)
        assert all(e["length"] > 0 and e["offset"] + e["length"] <= length for e in parsed.entities)


@pytest.mark.parametrize("mode", ["MarkdownV2", "markdownv2", "Markdown"])
async def test_messages_edits_and_captions_are_marked_down(bot: RawBot, mode: str) -> None:
    bold = [entity("bold", 0, 2)]
    sent = (await bot("sendMessage", chat_id=1, text="*hi*", parse_mode=mode)).result
    assert (sent["text"], sent["entities"]) == ("hi", bold)

    ids = {"chat_id": 1, "message_id": sent["message_id"]}
    edited = (await bot("editMessageText", **ids, text="*ho*", parse_mode=mode)).result
    assert (edited["text"], edited["entities"]) == ("ho", bold)

    form = FormData({"chat_id": "1", "caption": "*hi*", "parse_mode": mode})
    form.add_field("photo", picture(), filename="p.png")
    photo = (await bot.request("sendPhoto", data=form)).result
    assert (photo["caption"], photo["caption_entities"]) == ("hi", bold)

    refused = await bot("sendMessage", chat_id=1, text="a *b", parse_mode=mode)
    assert refused.refusal.startswith("Bad Request: can't parse entities: Can't find end of ")
