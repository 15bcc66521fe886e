"""docs/operations.md names every metric with its labels, and no other."""

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.support.exported import everything, families

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)*) ?\| \S", re.MULTILINE)
_MOST_SERIES = 250


def test_the_page_names_every_metric_with_its_labels() -> None:
    written = {name: frozenset(re.findall(r"\w+", labels)) for name, labels in _ROW.findall(PAGE)}
    assert written == dict(families())


def test_what_is_exported_can_be_read_and_is_little() -> None:
    text = everything().render().decode()
    samples = [sample for each in text_string_to_metric_families(text) for sample in each.samples]
    assert len(samples) < _MOST_SERIES
