"""Everybody plays: alone, and with each other at tables."""

import asyncio
import random
from collections.abc import Callable

from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from apps.game_core.modules.merchant import prices
from apps.game_core.system.nursery import Nursery
from tools.chaos.hearing import Hearing
from tools.chaos.market import Market
from tools.chaos.plan import Plan
from tools.chaos.player import Player
from tools.chaos.scene import Scene
from tools.chaos.tapper import Tapper


def play(
    nursery: Nursery, plan: Plan, scene: Scene, gate: asyncio.Event, hearing: Callable[[int], Hearing]
) -> None:
    """Start it, for as long as the gate is open and the nursery too. `hearing`: that of a user."""
    world = scene.sandbox.state
    wares = [prices.key(each.base_id) for each in load_catalog(default_catalog_dir()).wares]
    players = [Player(world, user, scene.bot, hearing(user.id)) for user in world.users.values()]
    for player in players:
        dice = random.Random(f"{plan.seed}:{player.user.id}")  # noqa: S311 - habits, not secrets
        nursery.start("player", Tapper(player, dice, plan.bots, wares).run(gate))
    nursery.start("market", Market(players, plan.seed, gate).run())
