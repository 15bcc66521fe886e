"""The dashboard shows what there is, each panel something, and no metric of ours is left out."""

import json
import math
import re
from pathlib import Path

import pytest

from apps.game_core.modules.inventory.metrics import LoadReason, Phase, SyncFailure
from bot.endings import Ending
from tests.operations.test_alerts import ALERTS, calm, economy, failing_calls, flooded
from tests.support.exported import families
from tests.support.promql import made_up, named, promtool
from tests.support.recorded import MINUTES, Exporter, recorded

BOARD = json.loads(
    (Path(__file__).parents[2] / "deploy" / "grafana" / "game.json").read_text(encoding="utf-8")
)
PANELS = {panel["title"]: panel for panel in BOARD["panels"] if panel["type"] != "row"}
_OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")
_NOT_WORTH_A_PANEL = {"process_virtual_memory_bytes", "process_max_fds"}


def expressions(panel: str) -> list[str]:
    return [target["expr"] for target in PANELS[panel]["targets"]]


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_shows_what_there_is(panel: str) -> None:
    assert expressions(panel)
    assert [told for each in expressions(panel) for told in made_up(each)] == []


def test_panels_lie_beside_each_other() -> None:
    places = [each["gridPos"] for each in BOARD["panels"]]
    cells = [
        (x, y)
        for at in places
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_every_metric_is_shown() -> None:
    shown = {name for panel in PANELS for each in expressions(panel) for name in named(each).metrics}
    for ending in _OF_A_HISTOGRAM:
        shown |= {name.removesuffix(ending) for name in shown}
    assert families().keys() - shown == _NOT_WORTH_A_PANEL


def test_prometheus_understands_every_expression(tmp_path: Path) -> None:
    plain = [each.replace("$__rate_interval", "5m") for panel in PANELS for each in expressions(panel)]
    rules = [{"record": f"panel:{number}", "expr": each} for number, each in enumerate(plain)]
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", path)


RED_WHEN = {
    "Taps, 99 of 100 within": "TapsSlow",
    "Oldest unwritten change": "ChangesWait",
    "Since they were counted": "EconomyNotLookedAt",
}
"""Numbers that turn red as an alert would tell of them."""
_NUMBERS = [title for title, panel in PANELS.items() if panel["type"] == "stat"]


@pytest.mark.parametrize("title", _NUMBERS)
def test_a_number_has_colours_of_its_own(title: str) -> None:
    """Where it has none Grafana makes whatever is above 80 red."""
    thresholds = PANELS[title]["fieldConfig"]["defaults"]["thresholds"]
    assert thresholds["mode"] == "absolute"
    first, *others = thresholds["steps"]
    assert first["value"] is None
    assert [each["value"] for each in others] == sorted(each["value"] for each in others)


@pytest.mark.parametrize(("title", "alert"), RED_WHEN.items())
def test_a_number_is_red_when_somebody_is_told(title: str, alert: str) -> None:
    [limit] = re.findall(r"> ([\d* ]+)$", ALERTS[alert])
    last = PANELS[title]["fieldConfig"]["defaults"]["thresholds"]["steps"][-1]
    assert last == {"color": "red", "value": math.prod(map(int, limit.split("*")))}


def eventful(exporter: Exporter) -> None:
    """A minute in which everything happens that is counted."""
    calm(exporter)
    failing_calls(exporter)
    flooded(exporter)
    for ending in Ending:
        exporter.tapped(ending)
    for reason in LoadReason:
        exporter.core.loaded(reason)
    for phase in Phase:
        with exporter.core.timed(phase):
            pass
    exporter.core.looked(hit=True)
    exporter.core.sync_failed(SyncFailure.ROUND)
    exporter.core.lost(brought_back=1, missing=1)
    economy(exporter, unexplained=1, by_sql=1, ungiven=1)


def test_every_expression_draws_something(tmp_path: Path) -> None:
    """Names that fit are not enough: what is divided or joined must have the same labels."""
    every = [each.replace("$__rate_interval", "5m") for panel in PANELS for each in expressions(panel)]
    at = {"eval_time": f"{MINUTES}m", "exp_samples": [{"labels": "{}", "value": 1}]}
    tests = [
        {
            "interval": "1m",
            "input_series": [
                {"series": line, "values": values} for line, values in recorded(eventful, eventful).items()
            ],
            "promql_expr_test": [{"expr": f"count({each} > -Inf) > bool 0", **at} for each in every],
        }
    ]
    path = tmp_path / "tests.yaml"
    path.write_text(json.dumps({"rule_files": [], "evaluation_interval": "1m", "tests": tests}))
    promtool("test", "rules", path)
