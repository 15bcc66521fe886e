import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _little_to_collect() -> Iterator[None]:
    """The bench collects before each block: what other tests left in this process is not its business."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()  # what is left open must be found later on
