"""`catalogs update` and `catalogs check`: translation files against templates and items."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click
from babel.messages.catalog import Catalog

from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from bot.i18n import SOURCE_LANGUAGE, catalog_path, catalog_paths, read_catalog
from bot.languages.tags import named
from tools.catalogs.files import rendered, template_of, updated
from tools.catalogs.findings import Finding, findings
from tools.cli.import_items import import_items

ROOT = Path(__file__).resolve().parents[2]
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def update_catalogs(locales: Path, template: Catalog, languages: tuple[str, ...] = ()) -> list[Path]:
    """Write the files of all languages that are there, and of `languages`. Returns those that changed."""
    changed = []
    present = dict(catalog_paths(locales))
    for language in sorted({SOURCE_LANGUAGE, *present, *languages}):
        path = catalog_path(locales, language)
        old = read_catalog(path, language) if language in present else None
        content = rendered(updated(template, language, old))
        if old is None or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            changed.append(path)
    return changed


def check_catalogs(locales: Path, template: Catalog) -> list[Finding]:
    """Everything that is wrong with any language."""
    present = dict(catalog_paths(locales))
    found = (
        [] if SOURCE_LANGUAGE in present else [Finding(SOURCE_LANGUAGE, "no file", "run `catalogs update`")]
    )
    for language, path in present.items():
        found += findings(template, language, read_catalog(path, language))
    return found


@dataclass(frozen=True, slots=True)
class Sources:
    locales: Path
    templates: Path
    items: Path

    def template(self) -> Catalog:
        return template_of(self.templates, load_catalog(self.items))


@click.group()
@click.option("--locales", type=FOLDER, default=ROOT / "locales", help="The folder of the languages.")
@click.option("--templates", type=FOLDER, default=ROOT / "bot" / "templates", help="Texts of the bot.")
@click.option("--items", type=FOLDER, default=default_catalog_dir(), help="TOML files of the items.")
@click.pass_context
def catalogs(context: click.Context, locales: Path, templates: Path, items: Path) -> None:
    """Keep translation files complete."""
    context.obj = Sources(locales, templates, items)


@catalogs.command()
@click.option(
    "--add", "added", multiple=True, metavar="LANGUAGE", help="Start a new language: `de`, `pt_BR`."
)
@click.pass_obj
def update(sources: Sources, added: tuple[str, ...]) -> None:
    """Bring new texts into the files and drop old ones; translations stay."""
    for path in update_catalogs(sources.locales, sources.template(), tuple(map(_language, added))):
        click.echo(f"updated {path}")


@catalogs.command()
@click.pass_obj
def check(sources: Sources) -> None:
    """Exit with 1 when a language is incomplete or out of step, and list why."""
    found = check_catalogs(sources.locales, sources.template())
    for finding in found:
        click.echo(finding)
    if found:
        sys.exit(1)
    click.echo("all languages are complete")


catalogs.add_command(import_items)


def _language(tag: str) -> str:
    try:
        return named(tag)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--add") from error
