"""The game's rules: `apply(session, operation, rules)` is the only way an inventory changes."""

from apps.game_core.modules.inventory.inventory.rules.dispatch import apply
from apps.game_core.modules.inventory.inventory.rules.values import Rules

__all__ = ["Rules", "apply"]
