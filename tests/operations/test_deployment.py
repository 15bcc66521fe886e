"""Images, services and units: what they name is there, with no more rights and no less time."""

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Network, ip_address
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from prometheus_client import write_to_textfile

from apps.game_core.settings import CoreSettings
from bot import running
from bot.cli.archiving import archive
from bot.cli.economy import economy
from bot.incoming import polling
from bot.settings import BotSettings
from tests.support.exported import counted
from tests.support.launched import HERE, launched, listens
from tests.support.plain_yaml import document, documents
from tools.support import nginx
from tools.support.ports import free_port

ROOT = Path(__file__).parents[2]
COMPOSED = document((ROOT / "compose.yaml").read_text(encoding="utf-8"))
COMPOSE = COMPOSED["services"]
GAME = {name: each for name, each in COMPOSE.items() if each["image"] == "rpg-inventory-bot"}
MANIFESTS = documents((ROOT / "deploy/kubernetes/game.yaml").read_text(encoding="utf-8"))
JOBS = [
    each["spec"].get("jobTemplate", each).get("spec", {}) | each["metadata"]
    for each in MANIFESTS
    if "spec" in each
]
PODS = {each["name"]: each["template"]["spec"] for each in JOBS if "template" in each}
DOCKERFILE = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
UNITS = sorted((ROOT / "deploy/systemd").iterdir())
SETTINGS = {name.upper() for each in (CoreSettings, BotSettings) for name in each.model_fields}
MONITORED = {"/livez", "/readyz", "/metrics"}
_VARIABLE = re.compile(r"\$\{(\w+):([?-])(\w*)\}")
NGINX_SECRETS = "./certificates"
COMPOSED_ITSELF = {
    *("REDIS_URL", "DATABASE_URL", "INVENTORY_WORKER", "DRAIN_TIMEOUT", "SHUTDOWN_SYNC_TIMEOUT"),
    *("METRICS_HOST", "METRICS_PORT", "WEBHOOK_HOST", "WEBHOOK_PORT"),
    "CATALOG_DIR",  # a folder that no container has
}
OF_PLAYERS = {name.upper() for name in BotSettings.model_fields} - {"LOG_LEVEL"}


def filled(value: str, given: Mapping[str, str]) -> str:
    """As Compose puts variables in: `:?` refuses a missing one, `:-` has a default."""
    return _VARIABLE.sub(
        lambda found: given.get(found[1]) or (found[3] if found[2] == "-" else given[found[1]]), value
    )


def steps(instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} (.*)$", DOCKERFILE, re.MULTILINE)


def bound(given: Mapping[str, str]) -> float:
    """The longest that a process takes to stop, in seconds: polling is the slower way."""
    drain = given.get("DRAIN_TIMEOUT", BotSettings.model_fields["drain_timeout"].default)
    writing = given.get("SHUTDOWN_SYNC_TIMEOUT", CoreSettings.model_fields["shutdown_sync_timeout"].default)
    return float(drain) + float(writing) + 2 * polling._LAST_WORDS + running._LAST_WORDS


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_nginx_asks_a_bot_again_that_was_away_a_moment_ago() -> None:
    bots = [f"{name}:8080" for name in GAME if name.startswith("bot-")]

    assert COMPOSE["nginx"]["environment"]["BOTS"] == nginx.servers(bots)


def test_a_bot_that_is_replaced_keeps_its_address() -> None:
    """An nginx asks for it once, at its own start; no other container gets it meanwhile."""
    [pool] = COMPOSED["networks"]["default"]["ipam"]["config"]
    others = IPv4Network(pool["ip_range"])
    given = [ip_address(GAME[name]["networks"]["default"]["ipv4_address"]) for name in ("bot-1", "bot-2")]

    assert len(set(given)) == 2
    assert all(each in IPv4Network(pool["subnet"]) and each not in others for each in given)
    assert others.subnet_of(IPv4Network(pool["subnet"]))


def test_there_is_time_to_stop_everywhere() -> None:
    for service in GAME.values():
        assert bound(service["environment"]) < seconds(service["stop_grace_period"])
    [configured] = (each["data"] for each in MANIFESTS if each["kind"] == "ConfigMap")
    for name in ("bot", "worker"):
        assert bound(configured) < seconds(PODS[name]["terminationGracePeriodSeconds"])
    playing = [unit.read_text() for unit in UNITS if "Restart=always" in unit.read_text()]
    assert len(playing) == 2
    for unit in playing:
        [patience] = re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
        assert bound({}) < float(patience)


def test_what_is_set_are_settings() -> None:
    named = {name for service in GAME.values() for name in service["environment"]}
    named |= {name for each in MANIFESTS for name in each.get("data", {})}
    named |= {name for unit in UNITS for name in assigned(unit.read_text())}
    named |= {each["name"] for pod in PODS.values() for each in pod["containers"][0].get("env", ())}
    ours = {each.partition("=")[0] for line in steps("ENV") for each in shlex.split(line)}
    named |= {each for each in ours if not each.startswith(("PATH", "PYTHON"))}
    assert {"METRICS_PORT", "WEBHOOK_URL", "DATABASE_URL"} <= named
    assert named - SETTINGS == set()


@pytest.mark.parametrize("name", GAME)
def test_what_an_operator_sets_reaches_the_services_of_compose(name: str) -> None:
    """Whatever `.env.example` explains, but what composing them says; secrets only where they are used."""
    given = GAME[name]["environment"]
    wanted = SETTINGS - COMPOSED_ITSELF - (set() if name.startswith("bot-") else OF_PLAYERS)

    assert {each for each in wanted if not given.get(each, "").startswith(f"${{{each}:")} == set()
    assert given.keys() - wanted <= COMPOSED_ITSELF
    assert [each for each in given.keys() & COMPOSED_ITSELF if f"${{{each}" in given[each]] == []


def test_who_waits_for_postgresql_does_not_take_its_preparation_for_it() -> None:
    """While a new volume is prepared a server for that alone listens at the socket, and nowhere else."""
    _, program, *options = COMPOSE["postgres"]["healthcheck"]["test"]
    assert (program, options[options.index("-h") + 1]) == ("pg_isready", HERE)


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
    game, node = config["scrape_configs"]
    processes = [name for name in GAME if name not in {"migrate", "economy", "archive"}]
    port = image_environment()["METRICS_PORT"]
    assert game["static_configs"] == [{"targets": [f"{name}:{port}" for name in processes]}]
    assert node["static_configs"] == [{"targets": ["node-exporter:9100"]}]
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
    for each in UNITS:
        known = each.read_text().replace("/opt/rpg/bin/rpg-inventory-bot", "/bin/true")
        (tmp_path / each.name).write_text(known)
    ran = subprocess.run(
        [program, "verify", tmp_path / unit.name], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    ("unit", "number", "ports"),
    [
        ("rpg-bot@.service", 1, "8081 9101"),
        ("rpg-bot@.service", 10, "8090 9110"),
        ("rpg-worker@.service", 1, " 9111"),
        ("rpg-worker@.service", 10, " 9120"),
    ],
)
def test_a_unit_has_its_own_ports_whatever_the_file_of_settings_says(
    tmp_path: Path, unit: str, number: int, ports: str
) -> None:
    [text] = [each.read_text() for each in UNITS if each.name == unit]
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "$WEBHOOK_PORT $METRICS_PORT"\n')
    program.chmod(0o755)
    [started] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    command = started.replace("%i", str(number)).replace("$$", "$")
    words = shlex.split(command.replace("/opt/rpg/bin/rpg-inventory-bot", str(program)))
    settings = (
        {"METRICS_PORT": "9108"} if "worker" in unit else {"WEBHOOK_PORT": "8080", "METRICS_PORT": "9108"}
    )

    said = subprocess.run(words, env=settings, capture_output=True, text=True, check=True)

    assert said.stdout == f"{ports}\n"
    assert "\nEnvironment=" not in text


def test_what_is_counted_every_day_is_written_where_it_is_read() -> None:
    """The commands are the program's own, and what they write to is writable for them."""
    [unit] = [each.read_text() for each in UNITS if each.name == "rpg-economy.service"]
    [started] = re.findall(r"^ExecStart=\S+ (.*)$", unit, re.MULTILINE)
    [pod] = PODS["economy"]["containers"]
    composed = COMPOSE["economy"]
    for words, writable in (
        (composed["command"], [each.split(":")[1] for each in composed["volumes"]]),
        (shlex.split(started), re.findall(r"^ReadWritePaths=(.*)$", unit, re.MULTILINE)),
        (pod["args"], [each["mountPath"] for each in pod["volumeMounts"]]),
    ):
        parsed = economy.make_context("economy", words[2:]).params
        assert words[:2] == ["admin", "economy"]
        assert [str(parsed["textfile"].parent)] == writable
        assert parsed["textfile"].suffix == ".prom"
        assert parsed["quiet"]


def test_containers_write_it_where_the_exporter_reads() -> None:
    """A new volume is the first container's: the image has the folder, and `migrate` comes first."""
    [volume] = COMPOSE["economy"]["volumes"]
    folder = volume.split(":")[1]
    assert COMPOSE["migrate"]["volumes"] == [volume]
    assert COMPOSE["node-exporter"]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"}
    }
    assert COMPOSE["node-exporter"]["volumes"] == [f"{volume}:ro"]
    assert f"--collector.textfile.directory={folder}" in COMPOSE["node-exporter"]["command"]
    [user] = steps("USER")
    owner, group = user.split(":")
    assert f"install -d -o {owner} -g {group} {folder}" in " ".join(steps("RUN"))


def test_what_is_old_leaves_the_ledger_for_files_that_stay() -> None:
    """Once a month, in each way to run the game: kept for so long, into a folder that it may write to."""
    [unit] = [each.read_text() for each in UNITS if each.name == "rpg-archive.service"]
    [started] = re.findall(r"^ExecStart=\S+ (.*)$", unit, re.MULTILINE)
    [pod] = PODS["archive"]["containers"]
    [claimed] = [each["metadata"]["name"] for each in MANIFESTS if each["kind"] == "PersistentVolumeClaim"]
    composed = COMPOSE["archive"]
    kept = {each["name"]: each["value"] for each in pod["env"]}
    for words, folder, keep in (
        (composed["command"], composed["volumes"][0].split(":")[1], composed["environment"]),
        (shlex.split(started), f"/var/lib/{found(unit, 'StateDirectory')}", assigned(unit)),
        (pod["args"], pod["volumeMounts"][0]["mountPath"], kept),
    ):
        parsed = archive.make_context("archive", [*words[2:-1], str(ROOT)]).params
        assert (words[:2], words[-1], parsed["quiet"]) == (["admin", "archive"], folder, True)
        assert int(filled(keep["INVENTORY_LEDGER_KEEP"], {})) == 90 * 24 * 3600
    assert [each["persistentVolumeClaim"]["claimName"] for each in PODS["archive"]["volumes"]] == [claimed]
    assert f"install -d -o {steps('USER')[0].split(':')[0]} -g 10001 /textfiles /ledger" in " ".join(
        steps("RUN")
    )


def found(unit: str, name: str) -> str:
    [value] = re.findall(rf"^{name}=(.*)$", unit, re.MULTILINE)
    return str(value)


def assigned(unit: str) -> Mapping[str, str]:
    lines = re.findall(r"^Environment=(.*)$", unit, re.MULTILINE)
    return dict(each.split("=", 1) for line in lines for each in shlex.split(line))


def test_pods_are_of_one_release() -> None:
    """One that has no tag is whatever was pushed last, each pod another one."""
    release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    images = {container["image"] for pod in PODS.values() for container in pod["containers"]}
    assert images == {f"rpg-inventory-bot:{release}"}


def test_prometheus_finds_every_pod() -> None:
    config = document((ROOT / "deploy/kubernetes/prometheus.yaml").read_text(encoding="utf-8"))
    [job] = config["scrape_configs"]
    label, port = (rule["regex"] for rule in job["relabel_configs"])
    labelled = {
        each["name"]: each["template"]["metadata"]["labels"]["metrics"] for each in JOBS if "replicas" in each
    }
    assert labelled == {"bot": label, "worker": label}
    for name in labelled:
        assert port in {each["name"] for each in PODS[name]["containers"][0]["ports"]}
    assert job["job_name"] == "game"


async def test_the_exporter_hands_on_what_was_counted(tmp_path: Path) -> None:
    program = shutil.which("prometheus-node-exporter") or pytest.skip("no prometheus-node-exporter here")
    write_to_textfile(str(tmp_path / "rpg-economy.prom"), counted(ran_at=1.0))
    port = free_port()
    words = [word.replace("/textfiles", str(tmp_path)) for word in COMPOSE["node-exporter"]["command"]]
    with launched([program, *words, f"--web.listen-address={HERE}:{port}"], tmp_path, lambda: listens(port)):
        async with ClientSession() as web, web.get(f"http://{HERE}:{port}/metrics") as answer:
            told = await answer.text()
    assert 'inventory_economy_unexplained_pieces{kind="bread"} 1' in told
    assert "inventory_economy_run_timestamp_seconds 1" in told
    assert "node_cpu" not in told
