"""One `replace` for tests that change both: values, and dataclasses that are none."""

import dataclasses
from typing import TYPE_CHECKING, Any

from apps.game_core import value

if TYPE_CHECKING:
    from dataclasses import replace
else:

    def replace(thing: Any, /, **changes: Any) -> Any:
        alter = value.replace if isinstance(thing, value.Value) else dataclasses.replace
        return alter(thing, **changes)


__all__ = ["replace"]
