"""Names as people write them: row 59."""

import pytest

from apps.game_core.system.written_words import can_be_seen, kept, shortened

NAMES = {
    "Persian with a joiner that joins nothing": "علی\u200cرضا",
    "a family of joined emoji": "👨\u200d👩\u200d👧",
    "Scotland's flag, of tags": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "a flag of two letters": "🇩🇪",
    "Japanese with a wide blank": "山田\u3000太郎",
    "Hindi with a joiner": "र\u200dय",
    "Sinhala with a joiner": "ක\u200dෂ",
    "Vietnamese, decomposed": "Nguye\u0302\u0303n",
    "a keycap and a heart in colour": "1\ufe0f\u20e3 ❤\ufe0f",
    "Arabic with a tatweel": "محمـد",
    "Hebrew with points": "שָׁלוֹם",
    "Korean, composed of jamo": "\u1112\u1161\u11ab",
    "a no-break space": "Anna\u00a0Maria",
    "Mongolian with a vowel separator": "ᠬᠠᠨ\u180eᠠ",
    "an Arabic sign before its numbers": "\u0600١٢",
    "hieroglyphs, one above the other": "\U00013000\U00013430\U00013001",
    "an emoji that is younger than this Python": "\U0001fae8",
    "a letter of Unicode 16": "\U00010d50\U00010d51",
    "letters of a font's own": "\ue000\uf8ff",
}
HARMFUL = {
    "a newline": ("Ann\nAdmin", "AnnAdmin"),
    "a line separator": ("Ann\u2028x", "Annx"),
    "an override of direction": ("\u202eevil", "evil"),
    "isolates": ("\u2067x\u2069", "x"),
    "a zero": ("A\0nn", "Ann"),
    "half a character": ("A\ud800nn", "Ann"),
    "nobody's letter": ("A\uffffnn", "Ann"),
    "nobody's letter in the middle": ("A\ufdd0nn", "Ann"),
    "nobody's letter far up": ("A\U0001fffenn", "Ann"),
    "what is unseen whatever it becomes": ("A\u2065\ufff0\U000e0ffenn", "Ann"),
    "marks of direction": ("A\u200e\u200f\u061cnn", "Ann"),
    "a soft hyphen": ("A\u00adnn", "Ann"),
    "an escape": ("A\x1b[31mnn", "A[31mnn"),
}
BLANKS = [
    "",
    " ",
    "\u3000",
    "\u3164",
    "\u2800",
    "\u200b",
    "\u200d\u200d",
    "\ufe0f",
    "\u115f\u1160",
    "\u034f",
    "\u00ad",
    "\u180e",
    "\U0001d159",
    "\U000e0041\U000e007f",
]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_fault_59_names_are_kept_as_written(name: str) -> None:
    assert kept(name) == name
    assert can_be_seen(name)


@pytest.mark.parametrize(("name", "rest"), HARMFUL.values(), ids=HARMFUL)
def test_fault_59_what_no_name_needs_goes(name: str, rest: str) -> None:
    assert kept(name) == rest


@pytest.mark.parametrize("name", BLANKS, ids=ascii)
def test_fault_59_blanks_only_cannot_be_seen(name: str) -> None:
    assert not can_be_seen(name)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_fault_59_no_sign_is_cut_through(name: str) -> None:
    lengths = {len(shortened(name, most)) for most in range(len(name) + 1)}
    if any(sign in name for sign in ("👨", "🇩🇪", "🏴")):
        assert lengths == {0, len(name)}, "one sign: all of it or nothing"
    assert shortened(name, len(name)) == name
    for most in range(len(name)):
        short = shortened(name, most)
        assert len(short) <= most
        assert not short.endswith("\u200d")
