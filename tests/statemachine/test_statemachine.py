"""The real services on real servers, driven by Hypothesis through crashes, losses and races.

`STATEMACHINE_STEPS` (20,000 by `python3 run.py explore --statemachine`) makes a long run of new examples;
without it a short, always equal one is part of the suite.
"""

import asyncio
import os
from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.cli.progress import Progress
from tools.statemachine.actions import Action, Trouble, actions, troubles
from tools.statemachine.drive import Driver
from tools.statemachine.world import PROCESSES, Stores

STEPS_EACH = 25
STEPS = int(os.environ.get("STATEMACHINE_STEPS", "0"))
QUIET = not STEPS or bool(os.environ.get("STATEMACHINE_QUIET"))


def machine_on(stores: Stores, runner: asyncio.Runner, steps: Counter[str]) -> type[RuleBasedStateMachine]:
    class InventoryMachine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.driver = runner.run(Driver.start(stores))

        @rule(who=st.integers(0, PROCESSES - 1), action=actions, trouble=troubles)
        def act(self, who: int, action: Action, trouble: Trouble | None) -> None:
            runner.run(self._act_and_check(who, action, trouble))

        async def _act_and_check(self, who: int, action: Action, trouble: Trouble | None) -> None:
            steps["taken"] += 1
            struck = await self.driver.act(who, action, trouble)
            steps["struck"] += struck and trouble is not None
            await self.driver.check()

        def teardown(self) -> None:
            runner.run(self.driver.settle())

    return InventoryMachine


def test_no_order_of_faults_breaks_an_invariant(stores: Stores, runner: asyncio.Runner) -> None:
    long = STEPS > 0
    profile = settings(
        max_examples=max(1, STEPS // STEPS_EACH) if long else 10,
        stateful_step_count=STEPS_EACH,
        deadline=None,
        database=None,
        derandomize=not long,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    steps: Counter[str] = Counter()
    with Progress("Steps", STEPS, done=lambda: steps["taken"], quiet=QUIET):
        run_state_machine_as_test(machine_on(stores, runner, steps), settings=profile)
    print(f"\n{steps['taken']:,} steps, {steps['struck']:,} of them struck by a fault")  # noqa: T201 - a long run's figure
    assert steps["struck"] >= steps["taken"] // 10
