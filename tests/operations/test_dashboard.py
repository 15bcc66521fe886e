"""The dashboard shows what there is, each panel something, and no metric of ours is left out."""

import json
from pathlib import Path

import pytest

from tests.support.exported import families
from tests.support.promql import made_up, named, promtool

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
