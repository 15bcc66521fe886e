"""Tags in the forms of three systems, and every catalog that is accepted, on every screen."""

from io import BytesIO
from pathlib import Path

import pytest
from aiogram.methods import SetMyCommands
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner

from bot.callbacks.buttons import Speak
from bot.i18n import CatalogFileError, Translations, Translator, catalog_path
from bot.languages.catalog_rules import texts_of
from bot.process.command_menu import codes, describe_commands
from bot.views.screens import Screens
from bot.views.ui import Uis
from telegram_sandbox.aiogram_bridge import RecordingBot
from tests.support.every_screen import OWNER, every_notice, every_screen
from tools.catalogs.files import pseudo_text
from tools.cli.catalogs import catalogs

PRESENT = (
    "pt",
    "pt_PT",
    "zh_Hans",
    "zh_TW",
    "es",
    "es_MX",
    "sr",
    "sr_Latn",
    "nb",
    "he",
    "fil",
    "ru",
    "de_AT",
    "id",
)

MESSENGERS = {
    "pt-br": "pt",
    "zh-hans": "zh_Hans",
    "zh-hant": "zh_TW",
    "es-419": "es_MX",
    "nb": "nb",
    "ru-uwu": "ru",
    "en-GB": "en",
}
GLIBC = {
    "pt_AO.UTF-8": "pt_PT",
    "zh_CN": "zh_Hans",
    "zh_HK": "zh_TW",
    "sr_RS@latin": "sr",
    "es_AR": "es_MX",
    "nn_NO": "nb",
    "de_DE@euro": "de_AT",
    "C": "en",
    "POSIX": "en",
}
JAVA_AND_CLDR = {
    "iw": "he",
    "in": "id",
    "tl": "fil",
    "no": "nb",
    "sh": "sr_Latn",
    "sr_Latn_RS": "sr_Latn",
    "sr-Cyrl-BA": "sr",
    "zh-Hant-MO": "zh_TW",
    "cmn": "zh_Hans",
    "es_419": "es_MX",
    "rus": "ru",
}
NONE_OF_OURS = {"yue": "en", "und": "en", "xx-yy": "en", "{0}": "en", "../../etc": "en", "": "en", "-": "en"}

ADDED = {
    "de": "de",
    "pt-br": "pt_BR",
    "zh-hans": "zh_Hans",
    "zh_TW": "zh_TW",
    "es_419": "es_419",
    "sr_Latn_RS": "sr_Latn_RS",
    "he": "he",
    "fa": "fa",
    "ar": "ar",
    "hi": "hi",
    "ko": "ko",
    "ja.UTF-8": "ja",
    "az-arab-ir": "az_Arab_IR",
    "ca_es_valencia": "ca_ES_VALENCIA",
    "de_DE@euro": "de_DE@euro",
    "mn_Mong": "mn_Mong",
    "fil": "fil",
    "nb": "nb",
    "iw": "iw",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a translator makes of `catalogs update --add`: every text is marked, in all forms needed."""
    locales = tmp_path_factory.mktemp("locales")
    options = [part for tag in ADDED for part in ("--add", tag)]
    result = CliRunner().invoke(catalogs, ["--locales", str(locales), "update", *options])
    assert result.exit_code == 0, result.output
    filled: dict[bytes, bytes] = {}
    for language in ADDED.values():
        path = catalog_path(locales, language)
        head, texts = path.read_bytes().split(b"\n\n", 1)
        if (
            texts not in filled
        ):  # beside its head, a language differs from others in the number of forms alone
            filled[texts] = _filled(path.read_bytes(), language)
        path.write_bytes(head + b"\n\n" + filled[texts])
    return locales


def _filled(content: bytes, language: str) -> bytes:
    catalog = read_po(BytesIO(content), locale=language)
    for message in catalog:
        if message.id:
            forms = [pseudo_text(text) for text in texts_of(message.id)]
            message.string = (
                (*forms[:1], *[forms[-1]] * (catalog.num_plurals - 1)) if message.pluralizable else forms[0]
            )
    texts = BytesIO()
    write_po(texts, catalog, omit_header=True)
    return texts.getvalue()


@pytest.fixture(scope="module")
def translations(folder: Path) -> Translations:
    return Translations.load(folder)


@pytest.mark.parametrize(
    ("tag", "language"), [*MESSENGERS.items(), *GLIBC.items(), *JAVA_AND_CLDR.items(), *NONE_OF_OURS.items()]
)
def test_fault_58_a_tag_of_any_system_finds_the_nearest_catalog(tag: str, language: str) -> None:
    translations = Translations({each: Catalog(locale=each) for each in PRESENT})

    assert translations.choose(tag) == language


def all_it_says(translator: Translator) -> tuple[object, ...]:
    """How a language forms plurals, numbers and an order: beside its texts, a screen hears nothing of it."""
    forms = (translator.ngettext("for %(num)s second", "for %(num)s seconds", each) for each in range(1_000))
    return (
        *forms,
        *map(translator.format_number, (7, 1_234, 12_345, 1_234_567_890, -1_234)),
        *map(translator.format_weight, (7, 1_500, 12_345_678_900)),
        *map(translator.format_tenths, (0.04, 1_234.56)),
        *map(translator.format_change, (0.0, 0.004, -0.5, 12.34)),
        translator.collation_key("Ёйéß검"),
    )


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[object, ...], list[str]]:
    """The screens that lack texts, by what languages say: alike in that, they draw alike."""
    return {}


@pytest.mark.parametrize("language", ADDED.values())
def test_fault_58_an_added_catalog_works_on_every_screen(
    translations: Translations, language: str, drawn: dict[tuple[object, ...], list[str]]
) -> None:
    ui = Uis(translations).of(language)
    said = all_it_says(ui.translator)
    if said not in drawn:
        drawn[said] = [name for name, screen in every_screen(ui) if "⟦" not in screen.text]

    assert ui.translator.language == translations.choose(language) == language
    assert drawn[said] == []
    assert all("⟦" in notice.text for notice in every_notice(ui))


def test_fault_58_languages_that_count_or_write_numbers_otherwise_have_screens_of_their_own(
    translations: Translations,
) -> None:
    said = {all_it_says(translations.get(language)) for language in ("de", "pt_BR", "ja", "ar", "hi", "nb")}

    assert len(said) == 6


@pytest.mark.parametrize("language", ADDED.values())
def test_fault_58_an_added_catalog_can_be_chosen_by_its_button(
    translations: Translations, language: str
) -> None:
    screen = Screens(Uis(translations).of("en"), OWNER).languages(translations.names, "en")
    rows = screen.keyboard.inline_keyboard if screen.keyboard else []
    offered = [each.callback_data for row in rows for each in row if each.callback_data]
    data = Speak(owner=OWNER, language=language).pack()

    assert data in offered
    assert Speak.unpack(data).language == language


@pytest.mark.parametrize("tag", ["pt-BR", "zh_cn", "de_DE.UTF-8", "klingon", "C", "und", "root"])
def test_fault_58_a_folder_that_is_called_otherwise_is_refused_by_name(tmp_path: Path, tag: str) -> None:
    path = catalog_path(tmp_path, tag)
    path.parent.mkdir(parents=True)
    path.write_text("", "utf-8")

    with pytest.raises(CatalogFileError) as refused:
        Translations.load(tmp_path)
    assert refused.value.path == path


@pytest.mark.parametrize("tag", ["klingon", "C", "und", "../../etc", "", "de fr"])
def test_fault_58_what_is_no_language_is_not_added(tmp_path: Path, tag: str) -> None:
    result = CliRunner().invoke(catalogs, ["--locales", str(tmp_path), "update", "--add", tag])

    assert result.exit_code == 2
    assert "--add" in result.output
    assert list(tmp_path.iterdir()) == []


async def test_fault_58_commands_are_described_in_the_messengers_own_form(translations: Translations) -> None:
    bot = RecordingBot()

    await describe_commands(bot, Uis(translations))

    calls = bot.calls(SetMyCommands)
    sent = [call.language_code for call in calls]
    assert sent == [None, *codes(translations)]
    assert {"pt", "zh", "es", "sr", "he", "nb", "no", "de"} <= set(sent[1:])
    assert all(code.isascii() and code.islower() and len(code) == 2 for code in sent if code)
    assert all(0 < len(each.description) <= 256 for call in calls for each in call.commands)


def test_fault_58_a_korean_search_tells_syllables_apart() -> None:
    korean = Translations({"ko": Catalog(locale="ko")}).get("ko")

    assert korean.fold("검") not in korean.fold("강철")
