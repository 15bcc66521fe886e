"""Text on the chat page can be read: at least 4.5 to 1 (WCAG AA) between an ink and each of its grounds."""

import re
from pathlib import Path

import pytest

THEME = (Path(__file__).parents[2] / "telegram_sandbox/page/static/theme.css").read_text()
ENOUGH = 4.5
PAIRS = [
    *(("ink", ground) for ground in ("surface", "raised", "page", "incoming", "outgoing")),
    *(("soft", ground) for ground in ("surface", "raised", "page", "incoming")),
    *(("accent", ground) for ground in ("surface", "raised", "incoming")),
    ("accent-ink", "accent"),
    ("outgoing-link", "outgoing"),
    ("outgoing-soft", "outgoing"),
    ("good", "surface"),
    ("bad", "surface"),
    *(("on-colour", ground) for ground in ("primary", "success", "danger")),
]


def colours(theme: str) -> dict[str, str]:
    """The named colours of one theme; dark ones stand over light ones."""
    light, dark = (
        dict(re.findall(r"--([\w-]+): #(\w{6});", part)) for part in THEME.split("[data-theme=")[:2]
    )
    return light if theme == "light" else light | dark


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_ink_can_be_read_on_its_ground(theme: str) -> None:
    named = colours(theme)
    faint = {}
    for ink, ground in PAIRS:
        darker, lighter = sorted((luminance(named[ink]), luminance(named[ground])))
        contrast = (lighter + 0.05) / (darker + 0.05)
        if contrast < ENOUGH:
            faint[ink, ground] = round(contrast, 2)
    assert faint == {}
