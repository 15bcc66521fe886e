"""Images, services and units: what they name is there, with no more rights and no less time."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from apps.game_core.settings import CoreSettings
from bot import running
from bot.incoming import polling
from bot.settings import BotSettings
from tests.support.plain_yaml import document, documents

ROOT = Path(__file__).parents[2]
COMPOSE = document((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
GAME = {name: each for name, each in COMPOSE.items() if each["image"] == "rpg-inventory-bot"}
MANIFESTS = documents((ROOT / "deploy/kubernetes/game.yaml").read_text(encoding="utf-8"))
PODS = {
    each["metadata"]["name"]: each["spec"]["template"]["spec"]
    for each in MANIFESTS
    if "template" in each.get("spec", {})
}
DOCKERFILE = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
NGINX = ROOT / "deploy/nginx/game.conf.template"
SETTINGS = {name.upper() for each in (CoreSettings, BotSettings) for name in each.model_fields}
MONITORED = {"/livez", "/readyz", "/metrics"}
NGINX_SECRETS = "./certificates"


def steps(instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} (.*)$", DOCKERFILE, re.MULTILINE)


def bound(given: Mapping[str, str]) -> float:
    """The longest that a process takes to stop, in seconds: polling is the slower way."""
    drain = given.get("DRAIN_TIMEOUT", BotSettings.model_fields["drain_timeout"].default)
    writing = given.get("SHUTDOWN_SYNC_TIMEOUT", CoreSettings.model_fields["shutdown_sync_timeout"].default)
    return float(drain) + float(writing) + 2 * polling._LAST_WORDS + running._LAST_WORDS


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_there_is_time_to_stop_everywhere() -> None:
    for service in GAME.values():
        assert bound(service["environment"]) < seconds(service["stop_grace_period"])
    [configured] = (each["data"] for each in MANIFESTS if each["kind"] == "ConfigMap")
    for name in ("bot", "worker"):
        assert bound(configured) < seconds(PODS[name]["terminationGracePeriodSeconds"])
    for unit in UNITS:
        [patience] = re.findall(r"^TimeoutStopSec=(\d+)$", unit.read_text(), re.MULTILINE)
        assert bound({}) < float(patience)


def test_what_is_set_are_settings() -> None:
    named = {name for service in GAME.values() for name in service["environment"]}
    named |= {name for each in MANIFESTS for name in each.get("data", {})}
    named |= {
        assigned.partition("=")[0]
        for unit in UNITS
        for line in re.findall(r"^Environment=(.*)$", unit.read_text(), re.MULTILINE)
        for assigned in shlex.split(line)
    }
    ours = {each.partition("=")[0] for line in steps("ENV") for each in shlex.split(line)}
    named |= {each for each in ours if not each.startswith(("PATH", "PYTHON"))}
    assert {"METRICS_PORT", "WEBHOOK_URL", "DATABASE_URL"} <= named
    assert named - SETTINGS == set()


def test_images_come_from_no_address_and_services_mount_what_there_is() -> None:
    images = [line.split()[0] for line in steps("FROM")] + [each["image"] for each in COMPOSE.values()]
    assert [each for each in images if re.match(r"[^/]*[.:][^/]*/", each)] == []
    mounted = [each.split(":")[0] for service in COMPOSE.values() for each in service.get("volumes", ())]
    files = {each for each in mounted if each.startswith(".")} - {NGINX_SECRETS}
    assert len(files) > 4
    assert [each for each in files if not (ROOT / each).exists()] == []


def test_nothing_has_more_rights_than_it_needs() -> None:
    [user] = steps("USER")
    assert int(user.split(":")[0]) > 0
    for service in GAME.values():
        assert service["read_only"] == "true"
        assert service["cap_drop"] == ["ALL"]
    for pod in PODS.values():
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] == "true"
        assert container["securityContext"] == {
            "readOnlyRootFilesystem": "true",
            "allowPrivilegeEscalation": "false",
            "capabilities": {"drop": ["ALL"]},
        }
    secrets = {name: json.dumps(PODS[name]) for name in PODS}
    assert "telegram" not in secrets["worker"]
    assert [name for name, text in secrets.items() if '"owner"' in text] == ["migrate"]


def test_probes_ask_for_what_is_answered() -> None:
    probed = [
        (container, probe["httpGet"])
        for pod in PODS.values()
        for container in pod["containers"]
        for name, probe in container.items()
        if name.endswith("Probe") and "httpGet" in probe
    ]
    assert {asked["path"] for _, asked in probed} == {"/livez", "/readyz"}
    for container, asked in probed:
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        assert ports[asked["port"]] == image_environment()["METRICS_PORT"]


def test_prometheus_finds_every_process() -> None:
    config: Any = document((ROOT / "deploy/prometheus/prometheus.yaml").read_text(encoding="utf-8"))
    [job] = config["scrape_configs"]
    processes = [name for name in GAME if name != "migrate"]
    port = image_environment()["METRICS_PORT"]
    assert job["static_configs"] == [{"targets": [f"{name}:{port}" for name in processes]}]
    assert COMPOSE["nginx"]["environment"]["BOTS"].count("server bot-") == 2


def image_environment() -> dict[str, str]:
    return dict(each.split("=", 1) for line in steps("ENV") for each in shlex.split(line))


def test_the_image_is_made_of_locked_packages_and_hears_signals() -> None:
    assert "--require-hashes -r /requirements-production.lock" in DOCKERFILE
    [entry] = steps("ENTRYPOINT")
    assert json.loads(entry) == ["python", "-m", "bot"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_units(unit: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze") or pytest.skip("no systemd-analyze here")
    known = unit.read_text().replace("/opt/rpg/bin/rpg-inventory-bot", "/bin/true")
    (tmp_path / unit.name).write_text(known)
    ran = subprocess.run(
        [program, "verify", tmp_path / unit.name], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
