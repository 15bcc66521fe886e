"""Entities that Telegram finds by itself in plain text: commands, mentions, tags, links, numbers."""

import re

from telegram_sandbox.text.formatted_text import Entity, FormattedText, end_of, in_order, utf16_length

_GENERIC = "com org net info biz name pro edu gov int mil app dev xyz online site shop store club top"
_OF_COUNTRIES = """
    ac ad ae af ag ai al am ao ar as at au aw az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by
    bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cy cz de dj dk dm do dz ec ee eg er es et eu fi
    fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gt gu gw gy hk hn hr ht hu id ie il im in
    io iq ir is it je jm jo jp ke kg kh ki km kn kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc
    md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz
    om pa pe pf pg ph pk pl pm pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn
    so sr st su sv sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve
    vg vi vn vu wf ws ye yt za zm zw рф
"""
_TOP_LEVEL = "|".join([*_GENERIC.split(), *_OF_COUNTRIES.split()])
_TAIL = r"(?:[/?#][^\s<>\"]*[^\s<>\".,;:!?)]|/)?"
_PATTERNS = (
    ("url", re.compile(r"\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)]")),
    (
        "email",
        re.compile(
            r"(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@(?:[a-z0-9-]+\.)+[a-z]{2,24}\b", re.IGNORECASE | re.ASCII
        ),
    ),
    (
        "url",
        re.compile(
            rf"(?<![\w@.:/-])(?:\w[\w-]{{0,62}}\.)+(?:{_TOP_LEVEL})(?![\w@-]|\.\w){_TAIL}", re.IGNORECASE
        ),
    ),
    ("phone_number", re.compile(r"(?<![\w+])\+(?:[-() ]{0,2}[0-9]){7,15}(?![0-9])")),
    ("cashtag", re.compile(r"(?<![\w$#])\$(?:1INCH|[A-Z]{1,8})(?![\w$#])")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}")),
)
_MARKS = re.compile(r"[/@#$+]|\w\.\w")


def with_detected(formatted: FormattedText) -> FormattedText:
    if not _MARKS.search(formatted.text):
        return formatted
    taken = [e for e in formatted.entities if e["type"] in {"code", "pre", "text_link", "text_mention"}]
    found = list(formatted.entities)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(formatted.text):
            entity = _entity(kind, formatted.text, match)
            if not any(_overlap(entity, other) for other in taken):
                taken.append(entity)
                found.append(entity)
    return FormattedText(formatted.text, tuple(in_order(found)))


def _entity(kind: str, text: str, match: re.Match[str]) -> Entity:
    return {
        "type": kind,
        "offset": utf16_length(text[: match.start()]),
        "length": utf16_length(match.group()),
    }


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(one["offset"] < end_of(other) and other["offset"] < end_of(one))
