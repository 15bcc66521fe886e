"""Templates are compiled once for all languages."""

from collections.abc import Callable
from inspect import unwrap
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Template, UndefinedError, nodes
from jinja2.filters import FILTERS
from jinja2.nodes import EvalContext, Impossible

from bot.i18n import LOCALES, Translations
from bot.views import ui
from bot.views.compiled import Compiled
from bot.views.ui import TEMPLATES, Ui, compile_all
from tests.support.every_screen import HERO, everything

EVERY = sorted(TEMPLATES.rglob("*.j2"))
SHOWN: dict[str, dict[str, Any]] = {
    "lobby": {"character": HERO, "new": True},
    "quick_slots": {"view": everything().view()},
    "help": {"admin": True},
}


def of(language: str) -> Ui:
    return Ui(Translations.load(LOCALES).get(language))


def test_each_language_has_its_own_words_from_the_same_code() -> None:
    english, russian = of("en"), of("ru")

    assert english.label("inventory") != russian.label("inventory")
    assert english.label("inventory") == of("en").label("inventory")


def test_a_second_language_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    of("en").notice("better_set")
    monkeypatch.setattr("jinja2.Environment.compile", lambda *_, **__: pytest.fail("compiled again"))

    of("ru").notice("better_set")


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """From then on this process compiles into a folder, and knows nothing that it has compiled before."""

    def write(folder: Path) -> None:
        monkeypatch.setattr("sys.dont_write_bytecode", False)
        monkeypatch.setattr(ui, "_environment", unwrap(ui._environment))
        monkeypatch.setattr(ui, "_COMPILED", Compiled(folder))

    return write


def test_another_process_compiles_nothing(
    tmp_path: Path, writing: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    writing(tmp_path / "made")
    compile_all()
    assert {path.stem for path in (tmp_path / "made").iterdir()} == {path.name for path in EVERY}

    writing(tmp_path / "made")
    monkeypatch.setattr("jinja2.Environment.compile", lambda *_, **__: pytest.fail("compiled again"))
    assert of("en").notice("better_set")


def test_what_was_compiled_of_or_by_something_else_does_not_count(
    tmp_path: Path, writing: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    writing(tmp_path)
    environment, earlier = of("en")._environment, Compiled(tmp_path)
    bucket = earlier.get_bucket(environment, "any", None, "text")
    bucket.code = compile("1", "any", "eval")
    earlier.dump_bytecode(bucket)
    assert Compiled(tmp_path).get_bucket(environment, "any", None, "text").code
    assert not Compiled(tmp_path).get_bucket(environment, "any", None, "another text").code

    monkeypatch.setattr("jinja2.__version__", "another")
    assert not Compiled(tmp_path).get_bucket(environment, "any", None, "text").code


def test_a_folder_in_which_nothing_can_be_written_is_no_obstacle(
    tmp_path: Path, writing: Callable[[Path], None]
) -> None:
    (tmp_path / "file").touch()
    writing(tmp_path / "file")

    assert of("en").notice("better_set")


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_nothing_that_depends_on_the_language_is_compiled_in(path: Path) -> None:
    environment = of("en")._environment
    context = EvalContext(environment)
    parsed = environment.parse(path.read_text("utf-8"))

    ours = [found for found in parsed.find_all(nodes.Filter) if found.name not in FILTERS]
    assert [found for found in ours if is_constant(found, context)] == []


def is_constant(found: nodes.Filter, context: EvalContext) -> bool:
    try:
        found.as_const(context)
    except Impossible:
        return False
    return True


@pytest.mark.parametrize("name", [*SHOWN])
def test_what_templates_share_is_run_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ui, values = of("en"), SHOWN[name]
    first = ui.html(name, **values)
    monkeypatch.setattr("jinja2.environment.TemplateModule", lambda *_, **__: pytest.fail("run again"))

    assert ui.html(name, **values) == first


@pytest.mark.parametrize("name", [*SHOWN])
def test_a_text_is_looked_up_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ui, values = of("ru"), SHOWN[name]
    first = ui.html(name, **values)
    monkeypatch.setattr(ui.translator, "gettext", lambda _: pytest.fail("looked up again"))

    assert ui.html(name, **values) == first


@pytest.mark.parametrize(
    ("source", "values", "shown"),
    [
        ('{{ _("Save this view") }}', {}, "Запомнить вид"),
        ('{{ _("level %(level)s", level=level) }}', {"level": "<1>"}, "уровень &lt;1&gt;"),
        ('{{ pgettext("item type", "Armor") }} {{ _("Armor") }}', {}, "Доспехи Броня"),
        ("{{ _(text) }}", {"text": "Save this view"}, "Запомнить вид"),
        ('{{ _("<b>%(a)s %%", a=1) }}', {}, "<b>1 %"),
        ('{{ _("100 %% <b>") }}', {}, "100 % <b>"),
        ('{% import "labels.txt.j2" as labels %}{{ labels.chosen("<b>") }}', {}, "✓ <b>"),
        ('{% import "_parts.html.j2" as parts %}{{ parts.hero("<b>") }}', {}, "👤\u00a0<b>&lt;b&gt;</b>"),
        ("{{ known.get('b', '<') }} {{ name.split(sep=',')[1] }}", {"known": {}, "name": "a,>"}, "&lt; &gt;"),
        ("{{ name.ljust(*width) }}|", {"name": "a", "width": [3]}, "a  |"),
    ],
)
def test_texts_are_what_jinja_makes_of_them(source: str, values: dict[str, Any], shown: str) -> None:
    assert written(source).render(values) == shown


def test_a_label_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    template = written('{% import "labels.txt.j2" as labels %}{{ labels.stat_name("power") }}')
    first = template.render()
    monkeypatch.setattr("jinja2.runtime.Macro.__call__", lambda *_: pytest.fail("worked out again"))

    assert template.render() == first == "Сила удара"


def test_what_is_missing_is_an_error() -> None:
    for source in ("{{ item.name }}", "{{ item() }}", "{{ words.name }}", "{{ words.name() }}"):
        with pytest.raises((AttributeError, UndefinedError)):
            written(source).render(words={})


def written(source: str) -> Template:
    """As if it were one of our texts in HTML."""
    environment = of("ru")._environment
    code = environment.compile(source, "some.html.j2")
    return environment.template_class.from_code(environment, code, environment.globals)


def test_everybody_may_read_what_was_compiled(tmp_path: Path, writing: Callable[[Path], None]) -> None:
    """An image is built as root, and run as somebody else."""
    writing(tmp_path / "made")
    assert of("en").notice("better_set")

    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "made").iterdir()} == {0o644}


def test_a_damaged_file_is_compiled_anew(tmp_path: Path, writing: Callable[[Path], None]) -> None:
    writing(tmp_path / "made")
    said = of("en").notice("better_set")
    whole = {path: path.read_bytes() for path in (tmp_path / "made").iterdir()}
    for path, code in whole.items():
        path.write_bytes(code[:40])

    writing(tmp_path / "made")

    assert of("en").notice("better_set") == said
    assert {path: path.read_bytes() for path in whole} == whole != {}
