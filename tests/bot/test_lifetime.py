"""A full collection looks at what has come since the start, and not at a messenger's thousand types."""

import gc

from bot.process.lifetime import keep_what_is_built


def test_what_the_start_has_built_is_not_looked_at_again() -> None:
    before = gc.get_freeze_count()
    built = [[number] for number in range(10_000)]

    keep_what_is_built()

    assert gc.get_freeze_count() >= before + len(built)
    assert len(gc.get_objects()) < len(built)
