"""What a process of forks imports before anybody wants one of them."""

from importlib import import_module

from bot.telegram_models import completed_when_used

with completed_when_used():
    for name in ("bot.cli.production", "bot.cli.upkeep", "tools.cli.main"):
        import_module(name)
