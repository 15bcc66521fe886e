"""`catalogs import`: somebody else's list of items, as item files of this game."""

import shutil
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from babel.messages.catalog import Catalog

from apps.game_core.modules.items.kinds import KINDS_FILE
from apps.game_core.modules.items.loader import catalog_files, load_catalog, load_kinds
from tools.catalogs.files import add_items, rendered
from tools.importing.columns import read_columns
from tools.importing.items import Imported, imported, require_columns
from tools.importing.tables import TableError, read_table
from tools.importing.toml_text import HEADER, written

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("table", type=FILE)
@click.option("--columns", type=FILE, required=True, help="TOML: which key of an item is in which column.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder to write to."
)
def import_items(table: Path, columns: Path, out: Path) -> None:
    """Make item files of TABLE, a list of items in CSV or JSON.

    Writes <TABLE>.toml and <TABLE>.pot, the texts to translate, into the folder, over those of an earlier
    import. A row that makes no item is left out, and told with its column and the reason; then the exit code
    is 1. Nothing is written that would not load together with what is in the folder.
    """
    target = out / f"{table.stem}.toml"
    try:
        require_ours(target)
        sources, rows = read_columns(columns), read_table(table)
        require_columns(rows, sources)
    except TableError as error:
        raise click.ClickException(str(error)) from error
    found = imported(rows, sources, load_kinds(out), types_beside(target))
    for refusal in sorted(found.refused, key=lambda each: each.row):
        click.echo(refusal)
    if found.tables:
        _write(found, target)
    refused = len({each.row for each in found.refused})
    click.echo(f"{len(found.tables)} items loaded, {refused} rows refused.")
    sys.exit(1 if refused else 0)


def require_ours(target: Path) -> None:
    """Raises TableError."""
    if target.name == KINDS_FILE or target.name.startswith("."):
        raise TableError(f"{target.name} means something else in a folder of items: rename the table")
    ours = target.exists() and target.read_text("utf-8", errors="replace").startswith(HEADER)
    for path in (target, target.with_suffix(".pot")):
        if path.exists() and not ours:
            raise TableError(f"{path} is there, and was not imported: rename the table, or remove it")


def types_beside(target: Path) -> dict[str, object]:
    """By base_id, as the other files say it. What cannot be read is told when all of them are loaded."""
    found: dict[str, object] = {}
    for path in catalog_files(target.parent):
        if path.name in {target.name, KINDS_FILE}:
            continue
        with suppress(OSError, ValueError):
            tables = tomllib.loads(path.read_text("utf-8-sig"))
            found |= {base_id: each.get("type") for base_id, each in tables.items() if isinstance(each, dict)}
    return found


def _write(found: Imported, target: Path) -> None:
    text = written(found.tables)
    with TemporaryDirectory() as tried:
        folder = Path(tried) / "items"
        if target.parent.exists():
            shutil.copytree(target.parent, folder)
        folder.mkdir(exist_ok=True)
        (folder / target.name).write_text(text, "utf-8")
        load_catalog(folder)
    template = Catalog(charset="utf-8", fuzzy=False)
    add_items(template, found.entries.values())
    target.parent.mkdir(parents=True, exist_ok=True)
    for path, content in ((target, text.encode()), (target.with_suffix(".pot"), rendered(template))):
        path.write_bytes(content)
        click.echo(f"wrote {path}")
