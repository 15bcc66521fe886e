"""The simulated methods of the Bot API: each takes the call it is part of and returns its JSON result."""

from telegram_sandbox.methods.registry import SIMULATED, Call, Handler

__all__ = ["SIMULATED", "Call", "Handler"]
