"""How the suite is run. What tests use is brought by the processes that run some."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

import pytest
import uvloop
from hypothesis import settings as examples
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.support.collected_once import forks_when_collected, has_forks
from tests.support.loops import TidyLoop
from tests.support.together import BROWSER, Together, together

# How long an example takes says how busy the machine is.
examples.register_profile("patient", deadline=None)
examples.load_profile("patient")

_LONGEST = (
    "test_sweep.py",
    "test_short_campaign.py",
    "test_explorer.py",
    "test_walks.py",
    "test_run_script.py",
    "test_demo.py",
    "test_statemachine.py",
    "test_page_topics.py",
    "test_bodies.py",
    "test_crowd.py",
    "test_ring.py",
    "test_measuring_neighbours.py",
    "test_tls.py",
    "test_page_replies.py",
    "test_stories.py",
    "test_page.py",
    "test_page_and_the_bot.py",
    "test_wheels.py",
    "test_webhook_figure.py",
    "test_foreign_project.py",
    "test_best_set.py",
    "test_random_accidents.py",
    "test_old_operations.py",
    "test_erasing.py",
    "test_verdicts.py",
    "test_servers_away.py",
    "test_every_language.py",
    "test_shutdown.py",
    "test_going_live_page.py",
    "test_faults_on_buttons.py",
    "test_backpack.py",
    "test_many_writers.py",
    "test_audit.py",
    "test_every_bag.py",
    "test_places.py",
)

uvloop.Loop = TidyLoop  # type: ignore[misc] # whoever makes a loop in a test, `uvloop.run` included


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


# As Python's own does. That one each runner would replace by its own and put back, for every fixture and
# test; and what is put away has its words made on the way, with all that a fixture has brought.
signal.signal(signal.SIGINT, _interrupted)

for name in ("REDIS_URL", "DATABASE_URL", "BOT_TOKEN"):
    # The suite flushes what it finds: it must never find anybody's real servers.
    os.environ.pop(name, None)


def pytest_configure(config: pytest.Config) -> None:
    """Whoever only hands tests out to others needs no servers, and has them wait for what it imports."""
    if hasattr(config, "workerinput") or config.getoption("dist", "no") == "no":
        config.pluginmanager.import_plugin("tests.support.fixtures")
        forks_when_collected(config)
    elif sys.platform == "linux" and not config.getoption(
        "cov_source", None
    ):  # coverage begins with a process
        has_forks(config)


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that a bot has, which is also the faster one."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.hookimpl(trylast=True)  # pytest has tests together that share a loop, and others last
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: whichever process comes to one last has the others wait for it."""
    rank = {name: place for place, name in enumerate(_LONGEST)}

    def place(item: pytest.Item) -> tuple[bool, int]:
        return (together(item.nodeid) != BROWSER, rank.get(item.path.name, len(rank)))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return Together(config, log)


def pytest_collection_finish() -> None:
    """What is imported by now stays: no later collection needs to look through it, nor as often."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
