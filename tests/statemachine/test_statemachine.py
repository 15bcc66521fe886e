"""The real services on real servers, driven by Hypothesis through crashes, losses and races.

`STATEMACHINE_STEPS` (20,000 by `python3 run.py explore --statemachine`) makes a long run of new examples;
without it a short, always equal one is part of the suite.
"""

import asyncio
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.adapters.redis.client import connect
from apps.game_core.settings import Cleanup, CoreSettings, DurabilityMode
from tests.statemachine.actions import Action, Trouble, actions, troubles
from tests.statemachine.drive import Driver
from tests.statemachine.world import PROCESSES, Stores

STEPS_EACH = 25
STEPS = int(os.environ.get("STATEMACHINE_STEPS", "0"))


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(params=DurabilityMode)
def stores(
    servers: EmbeddedServers, runner: asyncio.Runner, request: pytest.FixtureRequest
) -> Iterator[Stores]:
    core_settings = CoreSettings(
        _env_file=None,
        redis_url=servers.redis_url,
        database_url=servers.database_url,
        inventory_worker=False,
        inventory_sync_failures=1000,
        inventory_cleanup=Cleanup.AGGRESSIVE,
        inventory_durability=request.param,
    )
    redis, engine = connect(servers.redis_url), make_engine(servers.database_url)

    async def open_stores() -> Stores:
        await upgrade(engine)
        made = Stores(core_settings, redis, engine)
        await made.execute("TRUNCATE characters RESTART IDENTITY CASCADE")
        return made

    async def close_stores() -> None:
        await redis.flushdb()
        await redis.aclose()
        await engine.dispose()

    yield runner.run(open_stores())
    runner.run(close_stores())


def machine_on(stores: Stores, runner: asyncio.Runner) -> type[RuleBasedStateMachine]:
    class InventoryMachine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.driver = runner.run(Driver.start(stores))

        @rule(who=st.integers(0, PROCESSES - 1), action=actions, trouble=troubles)
        def act(self, who: int, action: Action, trouble: Trouble | None) -> None:
            runner.run(self._act_and_check(who, action, trouble))

        async def _act_and_check(self, who: int, action: Action, trouble: Trouble | None) -> None:
            await self.driver.act(who, action, trouble)
            await self.driver.check()

        def teardown(self) -> None:
            runner.run(self.driver.settle())

    return InventoryMachine


def test_no_order_of_faults_breaks_an_invariant(stores: Stores, runner: asyncio.Runner) -> None:
    long = STEPS > 0
    profile = settings(
        max_examples=max(1, STEPS // STEPS_EACH) if long else 25,
        stateful_step_count=STEPS_EACH,
        deadline=None,
        database=None,
        derandomize=not long,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(machine_on(stores, runner), settings=profile)
