"""Every protection of the session protocol that can be taken out, read from `protections.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.ablations.ablations import (
    Ablation,
    WithoutInFunction,
    WithoutInScript,
    WithoutInStatement,
    WithoutTrigger,
)


@dataclass(frozen=True)
class Protection:
    """`tests` is where to look first. `redundant` is why it stays although nothing notices its loss."""

    ablation: Ablation
    tests: str
    redundant: str = ""


def _ablation(entry: Mapping[str, str]) -> Ablation:
    what = entry["without"]
    if "trigger" in entry:
        return WithoutTrigger(what, entry["trigger"], entry["table"])
    change = entry["protection"], entry.get("instead", "")
    if "script" in entry:
        return WithoutInScript(what, entry["script"], *change)
    if "statement" in entry:
        return WithoutInStatement(what, entry["statement"], *change)
    return WithoutInFunction(what, entry["function"], *change)


PROTECTIONS: Mapping[str, Protection] = {
    name: Protection(_ablation(entry), entry["tests"], entry.get("redundant", ""))
    for name, entry in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
