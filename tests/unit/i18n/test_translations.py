"""Languages at run time, from real .po files."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.i18n import CatalogFileError, Translations, Translator

RUSSIAN = """
msgid ""
msgstr ""
"Language: ru\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
"(n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "Close"
msgstr "Закрыть"

#, fuzzy
msgid "Guess"
msgstr "Догадка"

msgid "Untouched"
msgstr ""

msgid "%(num)s piece"
msgid_plural "%(num)s pieces"
msgstr[0] "%(num)s штука"
msgstr[1] "%(num)s штуки"
msgstr[2] "%(num)s штук"

msgid "%(num)s bag"
msgid_plural "%(num)s bags"
msgstr[0] "%(num)s сумка"
msgstr[1] ""
msgstr[2] "%(num)s сумок"

msgctxt "fight"
msgid "Close"
msgstr "Вплотную"

msgctxt "fight"
msgid "%(num)s blow"
msgid_plural "%(num)s blows"
msgstr[0] "%(num)s удар"
msgstr[1] "%(num)s удара"
msgstr[2] "%(num)s ударов"

msgctxt "item"
msgid "Iron Sword"
msgstr "Железный меч"

msgctxt "item description"
msgid "A plain blade."
msgstr "Простой клинок."
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_files(**files: str) -> Path:
        for language, text in files.items():
            path = tmp_path / language / "LC_MESSAGES" / "messages.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def russian(write: Write) -> Translator:
    return Translations.load(write(ru=RUSSIAN)).get("ru")


@pytest.fixture
def english(tmp_path: Path) -> Translator:
    return Translations.load(tmp_path).get("en")


def failure(directory: Path) -> CatalogFileError:
    with pytest.raises(CatalogFileError) as caught:
        Translations.load(directory)
    return caught.value


def test_texts_and_contexts(russian: Translator) -> None:
    assert russian.gettext("Close") == "Закрыть"
    assert russian.pgettext("fight", "Close") == "Вплотную"
    assert russian.item_name("Iron Sword") == "Железный меч"
    assert russian.item_description("A plain blade.") == "Простой клинок."


@pytest.mark.parametrize(
    ("number", "word"), [(1, "штука"), (3, "штуки"), (5, "штук"), (11, "штук"), (21, "штука")]
)
def test_plurals(russian: Translator, number: int, word: str) -> None:
    assert russian.ngettext("%(num)s piece", "%(num)s pieces", number) == f"%(num)s {word}"
    blows = {"штука": "удар", "штуки": "удара", "штук": "ударов"}
    found = russian.npgettext("fight", "%(num)s blow", "%(num)s blows", number)
    assert found == f"%(num)s {blows[word]}"


def test_what_is_missing_is_english(russian: Translator) -> None:
    assert russian.gettext("Untouched") == "Untouched"
    assert russian.gettext("Guess") == "Guess"
    assert russian.pgettext("elsewhere", "Close") == "Close"
    assert russian.item_name("Club of {0.__class__} %(x)s") == "Club of {0.__class__} %(x)s"
    for number, word in ((1, "bag"), (2, "bags"), (21, "bags")):
        assert russian.ngettext("%(num)s bag", "%(num)s bags", number) == f"%(num)s {word}"
        assert russian.npgettext("x", "a %(num)s", "b %(num)s", number)[0] == ("a" if number == 1 else "b")


def test_languages_are_the_folders_and_english(write: Write) -> None:
    directory = write(ru=RUSSIAN, pt_BR="")
    (directory / "drafts").mkdir()
    translations = Translations.load(directory)
    assert translations.languages == ("en", "pt_BR", "ru")
    assert translations.names == {"en": "English", "pt_BR": "Português (Brasil)", "ru": "Русский"}


@pytest.mark.parametrize(
    ("requested", "chosen"),
    [
        ("ru", "ru"),
        ("RU", "ru"),
        ("ru-RU", "ru"),
        ("ru_Cyrl_RU", "ru"),
        ("pt-br", "pt_BR"),
        ("en-GB", "en"),
        ("de", "en"),
        ("rus", "ru"),
        ("", "en"),
        (None, "en"),
        ("../../etc", "en"),
        ("{0.__class__}", "en"),
        ("ru/../../etc", "en"),
        ("ru\0", "en"),
        ("_" * 1_000_000, "en"),
    ],
)
def test_only_allowed_languages_are_chosen(write: Write, requested: str | None, chosen: str) -> None:
    translations = Translations.load(write(ru=RUSSIAN, pt_BR=""))
    assert translations.choose(requested) == chosen


def test_an_unknown_language_gets_english(write: Write) -> None:
    translations = Translations.load(write(ru=RUSSIAN))
    assert translations.get("../../etc").language == "en"
    assert translations.get("ru-RU").language == "ru"


def test_numbers(english: Translator, russian: Translator) -> None:
    assert [english.format_number(number) for number in (0, 1250, -5)] == ["0", "1,250", "-5"]
    assert russian.format_number(1250) == "1\u00a0250"


def test_weights(english: Translator, russian: Translator) -> None:
    weights = [english.format_weight(grams) for grams in (0, 20, 1200, 45_500, 45_517, 1_250_000)]
    assert weights == ["0", "0.02", "1.2", "45.5", "45.52", "1,250"]
    assert russian.format_weight(45_500) == "45,5"


def test_sorting(english: Translator, russian: Translator) -> None:
    words = ["ёж", "жук", "Ель", "йод", "июль", "ива", "Ёлка", "еда", "кот", "izba"]
    expected = ["izba", "еда", "ёж", "Ёлка", "Ель", "жук", "ива", "июль", "йод", "кот"]
    assert sorted(words, key=russian.collation_key) == expected
    assert sorted(["zebra", "Éclair", "apple", "eclair", "Banana"], key=english.collation_key) == [
        "apple",
        "Banana",
        "eclair",
        "Éclair",
        "zebra",
    ]


def test_sorting_takes_any_text(russian: Translator) -> None:
    hostile = ["", "\u0301", "🗡️", "\u202e", "e\u0301", "é", "İ"]
    assert len(sorted(hostile, key=russian.collation_key)) == len(hostile)
    assert russian.collation_key("Е\u0308ж")[:2] == russian.collation_key("Ёж")[:2]


BROKEN = [
    ('msgid "Close"\nmsgstr "Закрыть\n', 2),
    ('msgid "Close"\nmsgstr Закрыть\n', 2),
    ('msgid "Close"\nmsgsrt "Закрыть"\n', 2),
    ('msgid "Close"\nmsgstr "a" b\n', 2),
    ('"loose"\n', 1),
    ('\nmsgid "Close"\n\nmsgid "Open"\nmsgstr ""\n', 2),
    ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[9] "y"\n', 1),
    ("<<<<<<< HEAD\n", 1),
    ('msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=__import__(1);\\n"\n', 2),
]


@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_a_broken_file_is_named_with_its_line(write: Write, text: str, line: int) -> None:
    directory = write(ru=text)
    error = failure(directory)
    path = directory / "ru" / "LC_MESSAGES" / "messages.po"
    assert (error.path, error.line) == (path, line), error.reason
    assert str(error).startswith(f"{path}:{line}: " if line else f"{path}: ")


def test_a_file_that_is_not_text(write: Write) -> None:
    directory = write(ru='msgid "a"\n')
    path = directory / "ru" / "LC_MESSAGES" / "messages.po"
    path.write_bytes(b'msgid "a"\nmsgstr "\xff"\n')
    assert failure(directory).line == 2


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "ru" / "LC_MESSAGES" / "messages.po").mkdir(parents=True)
    assert failure(tmp_path).reason == "cannot be read: Is a directory"
    assert failure(tmp_path / "nowhere").reason == "no such folder"


@pytest.mark.parametrize("language", ["xx", "not-a-language", "templates"])
def test_folders_must_be_languages(write: Write, language: str) -> None:
    assert failure(write(**{language: ""})).line == 0


def test_the_header_cannot_change_language_or_encoding(write: Write) -> None:
    header = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=koi8-r\\n"\n'
    translator = Translations.load(write(ru=f'{header}\nmsgid "a"\nmsgstr "ё€"\n')).get("ru")
    assert translator.language == "ru"
    assert translator.gettext("a") == "ё€"
    assert translator.format_weight(500) == "0,5"


def test_damage_of_any_kind_is_a_typed_error(write: Write) -> None:
    chance = random.Random(5)
    for _ in range(60):
        lines = RUSSIAN.strip().splitlines()
        for _ in range(chance.randint(1, 3)):
            spot = chance.randrange(len(lines))
            cut = chance.randrange(len(lines[spot]) + 1)
            lines[spot] = chance.choice(["", lines[spot][:cut], chance.choice(lines), lines[spot] + '"'])
        try:
            translations = Translations.load(write(ru="\n".join(lines)))
        except CatalogFileError as error:
            assert error.reason  # noqa: PT017  # either outcome is fine, another exception is not
        else:
            assert translations.get("ru").gettext("Nothing of the kind") == "Nothing of the kind"
