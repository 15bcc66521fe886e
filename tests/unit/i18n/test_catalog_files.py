"""`catalogs update` and `catalogs check` on real templates, items and translation files."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner, Result

from bot.i18n import CatalogFileError, Translations, Translator
from tools.catalogs.files import pseudo_catalog, pseudo_text, template_of
from tools.cli.catalogs import catalogs, check_catalogs

SWORD = """
[iron_sword]
type = "material"
subtype = "ore"
icon = "⚔️"
rarity = "common"
name = "Iron Sword"
description = "A blade of 100% iron."
weight = 1
value = 1
"""
TEMPLATE = """
{# translators: a button #}
{{ _("Close") }} {{ pgettext("fight", "Close") }}
{{ ngettext("%(num)s piece", "%(num)s pieces", count) }}
{{ npgettext("fight", "%(num)s blow", "%(num)s blows", count) }}
{% trans name=name %}Hello, <b>{{ name }}</b>{% endtrans %}
{% trans count=n %}one item{% pluralize %}{{ count }} items{% endtrans %}
{{ _("Level %(level)s", level=3) }}
{% trans %}
On its own line
    {% endtrans %}
"""
TRANSLATED = {
    "Close": "Закрыть",
    "Level %(level)s": "Уровень %(level)s",
    "Hello, <b>%(name)s</b>": "Привет, <b>%(name)s</b>",
    "On its own line\\n": "На своей строке\\n",
    "Iron Sword": "Железный меч",
    "A blade of 100% iron.": "Клинок из железа на все 100%.",
}
PLURALS = {
    "%(num)s piece": ("%(num)s штука", "%(num)s штуки", "%(num)s штук"),
    "%(num)s blow": ("%(num)s удар", "%(num)s удара", "%(num)s ударов"),
    "one item": ("%(count)s вещь", "%(count)s вещи", "%(count)s вещей"),
}


class Project:
    """A small project in a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.locales, self.templates, self.items = root / "locales", root / "templates", root / "items"
        for folder in (self.locales, self.templates / "inner", self.items):
            folder.mkdir(parents=True)
        (self.items / "weapons.toml").write_text(SWORD, "utf-8")
        self.template.write_text(TEMPLATE, "utf-8")

    @property
    def template(self) -> Path:
        return self.templates / "inner" / "main.html.j2"

    def po(self, language: str) -> Path:
        return self.locales / language / "LC_MESSAGES" / "messages.po"

    def run(self, *arguments: str) -> Result:
        folders = (f"--{name}={getattr(self, name)}" for name in ("locales", "templates", "items"))
        return CliRunner().invoke(catalogs, [*folders, *arguments])

    def edit(self, language: str, old: str, new: str) -> None:
        text = self.po(language).read_text("utf-8")
        assert old in text
        self.po(language).write_text(text.replace(old, new), "utf-8")

    def translate(self) -> None:
        lines: list[str] = []
        msgid = ""
        for line in self.po("ru").read_text("utf-8").splitlines():
            keyword, _, quoted = line.partition(" ")
            if keyword == "msgid":
                msgid = quoted[1:-1]
            forms = (TRANSLATED.get(msgid, ""),) if keyword == "msgstr" else PLURALS.get(msgid, ())
            index = int(keyword[7]) if keyword.startswith("msgstr[") else 0
            new = keyword.startswith("msgstr") and msgid
            lines.append(f'{keyword} "{forms[index]}"' if new else line)
        self.po("ru").write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    assert project.run("update", "--add", "ru").exit_code == 0
    return project


@pytest.fixture
def complete(project: Project) -> Project:
    project.translate()
    result = project.run("check")
    assert (result.exit_code, result.output) == (0, "all languages are complete\n")
    return project


def test_a_complete_project_speaks_russian(complete: Project) -> None:
    translator = Translations.load(complete.locales).get("ru")
    assert translator.item_name("Iron Sword") == "Железный меч"
    assert translator.npgettext("fight", "%(num)s blow", "%(num)s blows", 5) == "%(num)s ударов"
    assert translator.ngettext("one item", "%(count)s items", 21) == "%(count)s вещь"


def test_extraction_finds_every_kind_of_text(project: Project) -> None:
    text = project.po("ru").read_text("utf-8")
    for source in (*TRANSLATED, *PLURALS):
        assert f'msgid "{source}"' in text
    for context in ("fight", "item", "item description"):
        assert f'msgctxt "{context}"' in text
    assert "#. a button" in text
    assert "#. iron_sword" in text
    assert "#: templates/inner/main.html.j2\n" in text


def test_a_new_language_starts_untranslated(project: Project) -> None:
    output = project.run("check").output
    for source in ("Close", "one item", "%(num)s piece"):
        assert f"ru: untranslated: '{source}'" in output
    text = project.po("ru").read_text("utf-8")
    assert 'msgstr[0] "one item"' not in text
    assert "fuzzy" not in text


def test_english_is_complete_without_translators(project: Project) -> None:
    english = project.po("en").read_text("utf-8")
    assert 'msgstr[0] "one item"\nmsgstr[1] "%(count)s items"' in english
    assert 'msgid "Close"\nmsgstr ""' in english
    assert "en:" not in project.run("check").output


def test_updating_twice_changes_nothing(complete: Project) -> None:
    before = [complete.po(language).read_bytes() for language in ("en", "ru")]
    for path in (complete.po("en"), complete.po("ru")):
        assert b"Date" not in path.read_bytes()
        assert b"Babel" not in path.read_bytes()
    complete.template.write_text("\n\n\n" + TEMPLATE, "utf-8")
    assert complete.run("update").output == ""
    assert [complete.po(language).read_bytes() for language in ("en", "ru")] == before


def test_translations_and_remarks_survive_an_update(complete: Project) -> None:
    complete.edit("ru", "#. iron_sword\nmsgctxt", "# short, please\n#. iron_sword\nmsgctxt")
    complete.template.write_text(TEMPLATE + '{{ _("Open") }}', "utf-8")
    assert complete.run("update").exit_code == 0
    text = complete.po("ru").read_text("utf-8")
    assert "# short, please" in text
    assert '"Железный меч"' in text
    assert complete.run("check").output == "ru: untranslated: 'Open'\n"


def test_obsolete_texts_are_dropped(complete: Project) -> None:
    complete.template.write_text(TEMPLATE.replace('_("Level', '_("Rank'), "utf-8")
    output = complete.run("check").output
    for language in ("en", "ru"):
        assert f"{language}: missing, run `catalogs update`: 'Rank %(level)s'" in output
        assert f"{language}: obsolete, run `catalogs update`: 'Level %(level)s'" in output
    complete.run("update")
    text = complete.po("ru").read_text("utf-8")
    assert "Уровень" not in text
    assert "#~" not in text


def test_a_renamed_item_is_out_of_step(complete: Project) -> None:
    path = complete.items / "weapons.toml"
    path.write_text(SWORD.replace("Iron Sword", "Steel Sword"), "utf-8")
    assert "ru: missing, run `catalogs update`: [item] 'Steel Sword'" in complete.run("check").output


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('"Закрыть"', '""', "ru: untranslated: 'Close'"),
        ('"Закрыть"', '" "', "ru: blank: 'Close'"),
        ('"Железный меч"', '" "', "ru: blank: [item] 'Iron Sword'"),
        ('"%(num)s штуки"', '""', "ru: untranslated: '%(num)s piece'"),
        ('"Уровень %(level)s"', '"Уровень"', "ru: placeholders differ: 'Level %(level)s'"),
        ('"Уровень %(level)s"', '"Уровень %(lvl)s"', "ru: placeholders differ: 'Level %(level)s'"),
        ('"Уровень %(level)s"', '"%(level)s: 5%"', "ru: placeholders differ: 'Level %(level)s'"),
        ('"%(count)s вещь"', '"одна вещь"', "ru: placeholders differ: 'one item'"),
        ('"%(num)s штук"', '"штук"', "ru: placeholders differ: '%(num)s piece'"),
        ("Привет, <b>%(name)s</b>", "Привет, <b>%(name)s", "ru: markup differs: 'Hello, <b>%(name)s</b>'"),
        (
            'msgid "Close"\nmsgstr "Закрыть"',
            '#, fuzzy\nmsgid "Close"\nmsgstr "Закрыть"',
            "ru: fuzzy: 'Close'",
        ),
        ("nplurals=3", "nplurals=4", "ru: plural forms: 4 declared, 3 needed"),
    ],
)
def test_each_flaw_is_found(complete: Project, old: str, new: str, finding: str) -> None:
    complete.edit("ru", old, new)
    result = complete.run("check")
    assert result.exit_code == 1
    assert finding in result.output.splitlines()


def test_a_form_for_one_number_may_spell_it_out(complete: Project) -> None:
    complete.edit("en", 'msgstr[0] "%(num)s piece"', 'msgstr[0] "a single piece"')
    assert complete.run("check").exit_code == 1  # both English forms name the number, so must the translation
    complete.edit("en", 'msgstr[0] "a single piece"', 'msgstr[0] "%(num)s piece"')
    complete.edit("en", 'msgstr[0] "one item"', 'msgstr[0] "%(count)s item"')
    assert complete.run("check").exit_code == 0


def test_wrong_plural_forms_are_mended_by_an_update(complete: Project) -> None:
    complete.edit("ru", "nplurals=3", "nplurals=4")
    complete.run("update")
    assert "nplurals=3" in complete.po("ru").read_text("utf-8")
    assert "ru: fuzzy: 'one item'" in complete.run("check").output


def test_a_missing_source_language_is_told(complete: Project) -> None:
    complete.po("en").unlink()
    assert complete.run("check").output == "en: no file: run `catalogs update`\n"


def test_broken_templates_are_named_with_their_line(project: Project) -> None:
    project.template.write_text("\n{% if %}", "utf-8")
    error = project.run("check").exception
    assert isinstance(error, CatalogFileError)
    assert (error.path, error.line) == (project.template, 2)


@pytest.mark.parametrize("language", ["xx", "../../etc", "{0.__class__}", ""])
def test_only_languages_can_be_added(project: Project, language: str) -> None:
    assert project.run("update", "--add", language).exit_code == 2
    assert sorted(path.name for path in project.locales.iterdir()) == ["en", "ru"]


def test_the_pseudo_language_marks_every_text() -> None:
    template = Catalog()
    template.add("Level %(level)s")
    template.add(("one item", "%(count)s items"))
    template.add("Iron Sword", context="item")
    translator = Translator("en", pseudo_catalog(template))
    assert translator.gettext("Level %(level)s") == "⟦Lévél %(level)s⟧"
    assert translator.ngettext("one item", "%(count)s items", 2) == "⟦%(count)s îtémš⟧"
    assert translator.item_name("Iron Sword") == "⟦Îröñ Šwörd⟧"
    assert translator.gettext("Left out") == "Left out"


def test_pseudo_texts_keep_what_machines_read() -> None:
    assert pseudo_text("<b>%(name)s</b> &amp; 5%% a") == "⟦<b>%(name)s</b> &amp; 5%% å⟧"


def test_the_pure_functions_work_without_the_command(complete: Project) -> None:
    from apps.game_core.modules.items.loader import load_catalog  # noqa: PLC0415

    template = template_of(complete.templates, load_catalog(complete.items))
    assert check_catalogs(complete.locales, template) == []
