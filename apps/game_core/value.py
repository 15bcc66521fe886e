"""What values are made of: they never change, and there are very many of them.

As structs they are made in C, a dozen times as fast as frozen dataclasses are, and go to JSON and back as
they are. The garbage collector need not look at them: what never changes is in no circle.
"""

from typing import TYPE_CHECKING, dataclass_transform

from msgspec import Struct, field

if TYPE_CHECKING:
    from dataclasses import replace  # the one that mypy checks field by field
else:
    from msgspec.structs import replace

__all__ = ["Value", "field", "replace"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value(Struct, frozen=True, gc=False):
    """Equal to another of its class that has equal fields."""
