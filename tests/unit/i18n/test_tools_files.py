"""Files as translators' tools write them: read, or refused by file and line at the start, not on a screen."""

import codecs
from pathlib import Path

import pytest

from bot.i18n import LOCALES, CatalogFileError, Translations, catalog_path
from bot.views.ui import Uis
from tests.support.every_screen import every_notice, every_screen

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
PLURALS = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
BODY = '\nmsgid "Close"\nmsgstr "Schließen"\n'
GOOD = {
    "a mark of the encoding": codecs.BOM_UTF8 + (HEADER + BODY).encode(),
    "lines of Windows": (HEADER + BODY).replace("\n", "\r\n").encode(),
    "no header": BODY.encode(),
    "msgmerge --previous": (HEADER + '\n#| msgid "Shut"' + BODY).encode(),
    "an obsolete text": (HEADER + BODY + '\n#~ msgid "old"\n#~ msgstr "alt"\n').encode(),
    "an obsolete text with its earlier source": (
        HEADER + BODY + '\n#~| msgid "older"\n#~ msgid "old"\n#~ msgstr "alt"\n'
    ).encode(),
    "an obsolete plural with its earlier source": (
        HEADER
        + BODY
        + '\n#~| msgid "%d old"\n#~| msgid_plural "%d olds"\n#~ msgid "a"\n#~ msgid_plural "b"\n'
        + '#~ msgstr[0] "c"\n#~ msgstr[1] "d"\n'
    ).encode(),
    "comments of all kinds": (
        HEADER + "\n# by hand\n#. from the source\n#: templates/labels.txt.j2:12\n#, python-format" + BODY
    ).encode(),
    "headers of Poedit": (
        HEADER + '"X-Generator: Poedit 3.4\\n"\n"X-Poedit-SourceCharset: UTF-8\\n"\n' + BODY
    ).encode(),
    "a text on several lines": (HEADER + '\nmsgid ""\n"Clo"\n"se"\nmsgstr ""\n"Schließ"\n"en"\n').encode(),
    "plural forms of one's own": (HEADER + PLURALS + BODY).encode(),
    "no line at the end": (HEADER + BODY).rstrip().encode(),
    "tabs after words, or nothing": (
        HEADER + '\nmsgid\t"Close"\nmsgstr"Schließen"\n#~ msgid\t"old"\n#~ msgstr\t"alt"\n'
    ).encode(),
    "several strings on a line": (HEADER + '\nmsgid "" "Clo" "se"\n\nmsgstr "Schließ"\t"en"\n').encode(),
    "several strings on the line after": (HEADER + '\nmsgid "Close"\nmsgstr ""\n"Schließ" "en"\n').encode(),
}


def one(message: str) -> bytes:
    return (HEADER + PLURALS + "\n" + message).encode()


def ruled(rule: str) -> bytes:
    return (HEADER + f'"Plural-Forms: nplurals=2; plural={rule};\\n"\n' + BODY).encode()


BAG = 'msgid "%(num)s bag"\nmsgid_plural "%(num)s bags"\n'
BAD = {
    "a plural rule that divides by nothing": (ruled("n % (n > 99 ? 0 : 2)"), 4),
    "a plural rule of more forms": (ruled("n > 99 ? 2 : 1"), 4),
    "a plural rule of fewer forms than none": (ruled("n == 0 ? 0 - 1 : 1"), 4),
    "a plural rule that is none": (ruled("n ** n"), 4),
    "a plural rule of another that only large numbers show": (ruled("n == 1000000 ? 2 : n != 1"), 4),
    "a blank": (one('msgid "Close"\nmsgstr "  "\n'), 6),
    "nothing that can be seen": (one('msgid "Close"\nmsgstr "\u200b"\n'), 6),
    "nothing but tags": (one('msgid "<b>hi</b>"\nmsgstr "<b> </b>"\n'), 6),
    "a blank plural form": (one(f'{BAG}msgstr[0] "%(num)s"\nmsgstr[1] " "\n'), 6),
    "a blank name of an item": (one('msgctxt "item"\nmsgid "Bread"\nmsgstr "\\n"\n'), 7),
    "a text that is there twice": (one('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n'), 9),
    "a text that is there twice, once fuzzy": (
        one('#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n'),
        10,
    ),
    "a text that is there twice, once with a plural": (
        one(f'msgid "%(num)s bag"\nmsgstr "x"\n\n{BAG}msgstr[0] ""\nmsgstr[1] ""\n'),
        9,
    ),
    "two headers": (one(HEADER), 6),
    "a % by itself": (one('msgid "%(num)s more"\nmsgstr "100% %(num)s mehr"\n'), 6),
    "a % at the end": (one('msgid "all"\nmsgstr "100%"\n'), 6),
    "a % before a word": (one('msgid "off"\nmsgstr "50% off"\n'), 6),
    "a placeholder of another name": (one('msgid "%(num)s more"\nmsgstr "%(zahl)s mehr"\n'), 6),
    "a placeholder without a name": (one('msgid "%(num)s more"\nmsgstr "%s mehr"\n'), 6),
    "a placeholder of another type": (one('msgid "%(num)s more"\nmsgstr "%(num)d mehr"\n'), 6),
    "a placeholder that was translated": (one('msgid "%(num)s more"\nmsgstr "%(num)С mehr"\n'), 6),
    "a wrong plural form": (
        one('msgid "%(num)s bag"\nmsgid_plural "%(num)s bags"\nmsgstr[0] "%(num)s"\nmsgstr[1] "%"\n'),
        6,
    ),
    "a tag that is not closed": (one('msgid "<b>hi</b>"\nmsgstr "<b>hallo"\n'), 6),
    "tags in the wrong order": (one('msgid "<b><i>hi</i></b>"\nmsgstr "<b><i>hallo</b></i>"\n'), 6),
    "a tag of one's own": (one('msgid "hi"\nmsgstr "<h1>hallo</h1>"\n'), 6),
    "an angle": (one('msgid "hi"\nmsgstr "hallo <3"\n'), 6),
    "a quote that is not closed": ((HEADER + '\nmsgid "Close"\nmsgstr "Schl\n').encode(), 6),
    "what git left behind": ((HEADER + "\n<<<<<<< HEAD" + BODY).encode(), 5),
    "another encoding": ((HEADER + BODY).encode("cp1252"), 6),
    "UTF-16": (codecs.BOM_UTF16_LE + (HEADER + BODY).encode("utf-16-le"), 1),
    "a word that is none": ((HEADER + '\nmsgit "Close"\nmsgstr "x"\n').encode(), 5),
}


def load(folder: Path, content: bytes) -> Translations:
    path = catalog_path(folder, "de")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return Translations.load(folder)


@pytest.mark.parametrize("what", GOOD)
def test_fault_64_what_tools_write_is_read(tmp_path: Path, what: str) -> None:
    assert load(tmp_path, GOOD[what]).get("de").gettext("Close") == "Schließen"


@pytest.mark.parametrize("what", BAD)
def test_fault_64_what_would_fail_later_is_refused_by_file_and_line(tmp_path: Path, what: str) -> None:
    content, line = BAD[what]

    with pytest.raises(CatalogFileError) as refused:
        load(tmp_path, content)

    assert refused.value.path == catalog_path(tmp_path, "de")
    assert refused.value.line in {line, line + 1}
    assert refused.value.reason


@pytest.mark.parametrize(
    "header",
    [
        "nplurals=INTEGER; plural=EXPRESSION;",
        "nplurals=2; plural=n ** n;",
        "nplurals=0; plural=0;",
        "nplurals=2; plural=__import__('os');",
    ],
)
def test_fault_64_wrong_plural_rules_are_refused_or_passed_over(tmp_path: Path, header: str) -> None:
    body = (
        '\nmsgid "%(num)s bag"\nmsgid_plural "%(num)s bags"\nmsgstr[0] "%(num)s a"\nmsgstr[1] "%(num)s b"\n'
    )
    content = (HEADER + f'"Plural-Forms: {header}\\n"\n' + body).encode()

    try:
        german = load(tmp_path, content).get("de")
    except CatalogFileError:
        return
    for number in (0, 1, 2, 5):
        assert german.ngettext("%(num)s bag", "%(num)s bags", number).startswith("%(num)s ")


def test_fault_64_what_may_be_left_out_is(tmp_path: Path) -> None:
    fuzzy = '#, fuzzy\nmsgid "all"\nmsgstr "100%"\n'
    item = 'msgctxt "item description"\nmsgid "A blade of 100% iron."\nmsgstr "Zu 100% aus <Eisen>."\n'
    fewer = 'msgid "%(num)s more"\nmsgstr "mehr"\n'

    german = load(tmp_path, one(f"{fuzzy}\n{item}\n{fewer}")).get("de")

    assert german.gettext("all") == "all"
    assert german.item_description("A blade of 100% iron.") == "Zu 100% aus <Eisen>."
    assert german.gettext("%(num)s more") == "mehr"


def test_fault_64_a_shipped_file_with_a_typo_is_refused_before_any_screen(tmp_path: Path) -> None:
    source = catalog_path(LOCALES, "ru").read_text(encoding="utf-8")
    typo = source.replace("и ещё %(num)s", "и ещё 100% %(num)s")
    assert typo != source

    with pytest.raises(CatalogFileError, match="a % by itself is written %%"):
        load(tmp_path, typo.encode())


def test_fault_64_the_shipped_files_are_right() -> None:
    ui = Uis(Translations.load(LOCALES)).of("ru")

    assert all(screen.text for _, screen in every_screen(ui))
    assert all(notice.text for notice in every_notice(ui))
