"""Each alert is about something that there is, is explained, and fires when its fault is made, not before."""

import json
import os
import re
import resource
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import GetMe

from apps.game_core.modules.inventory.metrics import LoadReason, SyncFailure
from bot.endings import Ending
from tests.support.exported import counted
from tests.support.messenger import tap
from tests.support.promql import made_up, named, promtool
from tests.support.recorded import MINUTES, Exporter, Minute, recorded

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yaml"
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
_RULE = re.compile(r"- alert: (\w+)\n +expr: (?:>-\n)?(.*?)\n +(?:for|labels):", re.DOTALL)
ALERTS = dict(_RULE.findall(RULES.read_text(encoding="utf-8")))


def calm(exporter: Exporter) -> None:
    exporter.tapped()
    exporter.written()
    exporter.bot.called("sendMessage")
    exporter.core.round_ended()
    exporter.sampled()
    exporter.core.subscribed("codex")
    exporter.core.behind("codex", 0.0)
    economy(exporter)


def economy(
    exporter: Exporter, days_ago: float = 0.0, unexplained: int = 0, by_sql: int = 0, ungiven: int = 0
) -> None:
    exporter.textfile = counted(time.time() - days_ago * 86_400, unexplained, by_sql, ungiven)


def down(exporter: Exporter) -> None:
    exporter.up = False


def restarted(exporter: Exporter) -> None:
    exporter.starts += 1


def failing_calls(exporter: Exporter) -> None:
    calm(exporter)
    exporter.bot.called("sendMessage", TelegramNetworkError(GetMe(), "away"))


def flooded(exporter: Exporter) -> None:
    exporter.bot.called("sendMessage", TelegramRetryAfter(GetMe(), "wait", 40))


def piled_up(exporter: Exporter) -> None:
    exporter.bot.backlog(lambda: 300)


def turned_away(exporter: Exporter) -> None:
    for _ in range(100):
        exporter.bot.turned_away(tap(1))


def connections_taken(exporter: Exporter) -> None:
    pool = exporter.redis.connection_pool
    while pool.can_get_connection():
        pool.get_available_connection()  # type: ignore[no-untyped-call]  # so in redis-py


OPENED: list[int] = []


def files_used_up(_: Exporter) -> None:
    """A hundred more, and few are left; whoever calls it gives them back."""
    OPENED.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(100 - len(OPENED)))
    used = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 3, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


FAULTS: Mapping[str, Minute] = {
    "ProcessDown": down,
    "RestartsAgainAndAgain": restarted,
    "HandlersFail": lambda exporter: exporter.tapped(Ending.FAILED),
    "PlayersAskedToTryAgain": lambda exporter: exporter.tapped(Ending.UNAVAILABLE),
    "TapsSlow": lambda exporter: exporter.tapped(waited=3.0),
    "UpdatesLate": lambda exporter: exporter.written(seconds_ago=100),
    "UpdatesPileUp": piled_up,
    "PlayersTurnedAway": turned_away,
    "TelegramFails": failing_calls,
    "FloodWaits": flooded,
    "NothingIsWritten": lambda _: None,
    "NoWorker": down,
    "WritesFail": lambda exporter: exporter.core.sync_failed(SyncFailure.ROUND),
    "ChangesWait": lambda exporter: exporter.sampled(oldest=400.0),
    "SessionsParked": lambda exporter: exporter.sampled(parked=1),
    "DocumentsQuarantined": lambda exporter: exporter.core.quarantined(),
    "ChangesLost": lambda exporter: exporter.core.lost(brought_back=0, missing=1),
    "RedisLostItsSessions": lambda exporter: exporter.core.loaded(LoadReason.REDIS_RESTART),
    "EventsFail": lambda exporter: exporter.core.telling_failed("codex"),
    "EventsLate": lambda exporter: exporter.core.behind("codex", 700.0),
    "ConnectionsUsedUp": connections_taken,
    "FilesUsedUp": files_used_up,
    "PiecesUnexplained": lambda exporter: economy(exporter, unexplained=-2),
    "PiecesOutOfTrades": lambda exporter: economy(exporter, ungiven=3),
    "PiecesBySql": lambda exporter: economy(exporter, by_sql=5),
    "EconomyNotLookedAt": lambda exporter: economy(exporter, days_ago=2.1),
}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_asks_for_what_there_is(name: str) -> None:
    assert list(made_up(ALERTS[name])) == []


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("sum(bot_update_total) > 0", ["bot_update_total"]),
        ('rate(bot_updates_total{end="failed"}[5m])', ["end"]),
        ('rate(bot_updates_total{ending="fails"}[5m])', ["ending=fails"]),
        ("sum by (screen) (bot_updates_total)", ["screen"]),
        ("time() > 1", ["no metric at all"]),
        ('sum by (le) (rate(bot_update_seconds_bucket{kind=~"tap|message"}[5m])) > 0.5 and up == 1', []),
    ],
)
def test_an_expression_about_nothing_is_noticed(expression: str, told: list[str]) -> None:
    assert list(made_up(expression)) == told


def test_the_page_says_of_each_alert_what_to_do() -> None:
    explained = re.findall(r"^\| `([A-Z]\w+)` \| \S.* \| \S.* \|$", PAGE, re.MULTILINE)
    assert explained == list(ALERTS)


def test_a_fault_is_known_for_each_alert() -> None:
    assert FAULTS.keys() == ALERTS.keys()


@pytest.mark.parametrize(("what", "name"), [("rules", "alerts.yaml"), ("config", "prometheus.yaml")])
def test_prometheus_takes_rules_and_configuration(what: str, name: str) -> None:
    promtool("check", what, RULES.with_name(name))


def test_each_alert_fires_when_its_fault_is_made_and_not_before(tmp_path: Path) -> None:
    asked_for = frozenset().union(*(named(expression).metrics for expression in ALERTS.values()))
    tests = [_told(name, fault, asked_for) for name, fault in FAULTS.items()]
    rules = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    path = tmp_path / "tests.yaml"
    path.write_text(json.dumps(rules))
    promtool("test", "rules", path)


def _told(name: str, fault: Minute, asked_for: frozenset[str]) -> dict[str, object]:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        lines = recorded(calm, fault)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        while OPENED:
            os.close(OPENED.pop())
    firing = f'count(ALERTS{{alertstate="firing",alertname="{name}"}}) > bool 0'
    return {
        "name": name,
        "interval": "1m",
        "input_series": [
            {"series": line, "values": values}
            for line, values in lines.items()
            if line.partition("{")[0] in asked_for
        ],
        "promql_expr_test": [
            {"expr": "count(ALERTS)", "eval_time": f"{MINUTES - 1}m", "exp_samples": []},
            {
                "expr": firing,
                "eval_time": f"{2 * MINUTES - 1}m",
                "exp_samples": [{"labels": "{}", "value": 1}],
            },
        ],
    }


DAYS = (
    ("PiecesUnexplained", 'inventory_economy_unexplained_pieces{kind="bread"}', 8, "0x14 5x2", True),
    ("PiecesUnexplained", 'inventory_economy_unexplained_pieces{kind="bread"}', 9, "5x18", False),
    ("PiecesUnexplained", 'inventory_economy_unexplained_pieces{kind="bread"}', 9, "5x16 6x2", True),
    ("PiecesOutOfTrades", 'inventory_economy_ungiven_pieces{kind="bread"}', 8, "0x14 5x2", True),
    ("PiecesOutOfTrades", 'inventory_economy_ungiven_pieces{kind="bread"}', 9, "5x18", False),
    ("EconomyNotLookedAt", "inventory_economy_run_timestamp_seconds", 1, "0x2", False),
    ("EconomyNotLookedAt", "inventory_economy_run_timestamp_seconds", 6, "0x1 _x11", True),
)
"""Alerts, what they look at, twice a day, and whether they fire after so many days."""


def test_alerts_of_many_days(tmp_path: Path) -> None:
    """What nobody can mend is told for a week; a file that is gone is not one that says nothing."""
    tests = [
        {
            "name": f"{name}: {values}",
            "interval": "12h",
            "input_series": [{"series": series, "values": values}],
            "promql_expr_test": [
                {
                    "expr": f'count(ALERTS{{alertstate="firing",alertname="{name}"}}) or vector(0)',
                    "eval_time": f"{days}d",
                    "exp_samples": [{"labels": "{}", "value": int(fires)}],
                }
            ],
        }
        for name, series, days, values, fires in DAYS
    ]
    rules = {"rule_files": [str(RULES)], "evaluation_interval": "12h", "tests": tests}
    path = tmp_path / "tests.yaml"
    path.write_text(json.dumps(rules))
    promtool("test", "rules", path)
