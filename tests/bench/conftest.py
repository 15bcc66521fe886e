import gc

import pytest


@pytest.fixture(autouse=True)
def _little_to_collect() -> None:
    """The bench collects before each block: what other tests left in this process is not its business."""
    gc.collect()
    gc.freeze()
