"""A full collection looks at what has come since the start, and not at a messenger's thousand types."""

import gc

from bot.process.lifetime import keep_what_is_built


def test_what_the_start_has_built_is_not_looked_at_again() -> None:
    built = [[number] for number in range(10_000)]
    try:
        keep_what_is_built()
        assert gc.get_freeze_count() > len(built)
        assert len(gc.get_objects()) < gc.get_freeze_count()
    finally:
        gc.unfreeze()
