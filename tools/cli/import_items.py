"""`catalogs import`: somebody else's list of items, as item files of this game."""

import sys
from pathlib import Path

import click
from babel.messages.catalog import Catalog

from apps.game_core.modules.items.loader import load_catalog, load_kinds
from tools.catalogs.files import add_items, rendered
from tools.importing.columns import read_columns
from tools.importing.items import Imported, imported, require_columns
from tools.importing.tables import TableError, read_table
from tools.importing.toml_text import written

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("table", type=FILE)
@click.option("--columns", type=FILE, required=True, help="TOML: which key of an item is in which column.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder to write to."
)
def import_items(table: Path, columns: Path, out: Path) -> None:
    """Make item files of TABLE, a list of items in CSV or JSON.

    Writes <TABLE>.toml and <TABLE>.pot, the texts to translate, into the folder. A row that makes no item is
    left out, and told with its column and the reason; then the exit code is 1.
    """
    try:
        sources, rows = read_columns(columns), read_table(table)
        require_columns(rows, sources)
    except TableError as error:
        raise click.ClickException(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    found = imported(rows, sources, load_kinds(out))
    for refusal in found.refused:
        click.echo(refusal)
    refused = len({each.row for each in found.refused})
    if found.tables:
        _write(found, out / f"{table.stem}.toml")
        load_catalog(out)  # together with what is there already
    click.echo(f"{len(found.tables)} items loaded, {refused} rows refused.")
    sys.exit(1 if refused else 0)


def _write(found: Imported, path: Path) -> None:
    path.write_text(written(found.tables), "utf-8")
    template = Catalog(charset="utf-8", fuzzy=False)
    add_items(template, found.entries.values())
    path.with_suffix(".pot").write_bytes(rendered(template))
    click.echo(f"wrote {path}")
    click.echo(f"wrote {path.with_suffix('.pot')}")
