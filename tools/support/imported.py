"""What a process of forks has before anybody wants one: all imports, and what each bot makes of ours anew."""

from importlib import import_module

from bot.telegram_models import completed_when_used

_DRIVER = "apps.game_core.adapters.postgres.pooled_driver"  # which SQLAlchemy loads with the first engine

with completed_when_used():
    for name in ("bot.cli.production", "bot.cli.upkeep", "tools.cli.main", "asyncpg", _DRIVER):
        import_module(name)

import_module("tools.support.made").make()
import_module("tools.support.shipped").read_once()
