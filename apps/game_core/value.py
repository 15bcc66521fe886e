"""What values are made of: they never change, and there are very many of them.

As structs they are made in C, a dozen times as fast as frozen dataclasses are, and go to JSON and back as
they are. The garbage collector need not look at them: what never changes is in no circle.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, dataclass_transform

from msgspec import Struct, field

if TYPE_CHECKING:
    from dataclasses import replace  # the one that mypy checks field by field
else:
    from msgspec.structs import replace

__all__ = ["Formed", "Value", "field", "replace"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value(Struct, frozen=True, gc=False):
    """Equal to another of its class that has equal fields."""


class Formed:
    """Values never change: whoever has put one into another form may leave that form with it."""

    __slots__ = ("form",)

    form: bytes

    def keep_form(self, form: bytes) -> bytes:
        _set_form(self, form)
        return form


# By the slot itself: a value lets nobody set anything.
_set_form: Callable[[Formed, bytes], None] = Formed.__dict__["form"].__set__
