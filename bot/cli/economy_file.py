"""What does not add up, as a file for the textfile collector of Prometheus' node_exporter."""

from collections import Counter
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from apps.game_core.modules.inventory.inventory.logic.history.economy import Economy
from bot.cli.environment import SettingsError


def write(path: Path, whole: Economy, ran_at: float) -> None:
    """Whole, in place of what was there. Raises SettingsError."""
    try:
        write_to_textfile(str(path), as_metrics(whole, ran_at))
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from error


def as_metrics(whole: Economy, ran_at: float) -> CollectorRegistry:
    """Only kinds that do not add up have a series. `ran_at` in Unix seconds."""
    registry = CollectorRegistry()
    _pieces(
        registry,
        "inventory_economy_unexplained_pieces",
        "Pieces, or coins, that no ledger explains; below zero, that are missing",
        whole.unexplained,
    )
    _pieces(
        registry,
        "inventory_economy_edited_pieces",
        "Pieces, or coins, that came or went by edits by SQL within the days that were looked at",
        whole.edited,
    )
    _pieces(
        registry,
        "inventory_economy_ungiven_pieces",
        "Pieces, or coins, that came out of trades beyond what was given; below zero, that are nowhere",
        whole.ungiven,
    )
    Gauge("inventory_economy_inventories", "Inventories looked at", registry=registry).set(whole.inventories)
    when = Gauge("inventory_economy_run_timestamp_seconds", "When it was looked at", registry=registry)
    when.set(ran_at)
    return registry


def _pieces(registry: CollectorRegistry, name: str, told: str, pieces: Counter[str]) -> None:
    gauge = Gauge(name, told, ["kind"], registry=registry)
    for base_id, number in pieces.items():
        if number:
            gauge.labels(base_id).set(number)
