"""Durations are told as Prometheus' own histogram tells them."""

from collections.abc import Callable

import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from apps.game_core.adapters.durations import Durations, Timed

BOUNDS = (0.0005, 0.001, 0.5, 1, 2.5)


@pytest.mark.parametrize("seconds", [[], [0.0], [0.0005, 0.000500001], [1, 2.5, 2.6], [0.1] * 7 + [10]])
def test_as_prometheus_tells_it(seconds: list[float]) -> None:
    told = []
    for make in (_theirs, _ours):
        registry = CollectorRegistry()
        observe = make(registry)
        for each in seconds:
            observe(each)
        lines = generate_latest(registry).decode().splitlines()
        told.append([line for line in lines if "_created" not in line])

    assert told[0] == told[1]
    assert any('le="+Inf"' in line for line in told[1])


def _theirs(registry: CollectorRegistry) -> Callable[[float], None]:
    return Histogram("taps_seconds", "Taps", ["phase"], buckets=BOUNDS, registry=registry).labels("x").observe


def _ours(registry: CollectorRegistry) -> Callable[[float], None]:
    durations = Durations("taps_seconds", "Taps", "phase", BOUNDS)
    registry.register(durations)
    return durations.of("x").observe


def test_a_block_that_fails_has_taken_its_time() -> None:
    noted = Durations("taps_seconds", "Taps", "phase", BOUNDS).of("x")

    with pytest.raises(KeyError), Timed(noted):
        raise KeyError

    assert [count for _, count in noted.buckets()][-1] == 1
    assert noted.seconds > 0
