"""Values that visits share for some seconds, on a busy server."""

from __future__ import annotations

import random
import time
from itertools import accumulate, count

import pytest
from streamlit.runtime.caching import cache_utils

from pages.shared import classroom, estimates, services
from pages.shared.periods import period

pytestmark = pytest.mark.usefixtures("store", "fresh_cache")


def test_a_period_is_the_same_for_its_seconds_and_then_the_next(monkeypatch):
    at = [120.0, 179.9, 180.0]
    monkeypatch.setattr(time, "monotonic", lambda: at.pop(0))
    assert [period(60.0) for _ in range(3)] == [2, 2, 3]


def test_periods_of_several_begin_one_after_the_other(monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: 130.0)
    assert [period(60.0, share) for share in (0, 49, 50)] == [2, 2, 3]


@pytest.mark.parametrize("ask", [estimates.ready_workers, classroom.current, lambda: services.watch_run(7)])
def test_a_value_may_expire_at_any_moment(monkeypatch, ask):
    """Time passes from each look at the clock to the next: `st.cache_resource(ttl=...)` raises `KeyError` then."""
    services.store()
    steps = random.Random(1)
    clock = accumulate(steps.uniform(0.0, 0.3) for _ in count())
    monkeypatch.setattr(cache_utils, "TTLCACHE_TIMER", lambda: next(clock))
    for _ in range(1000):
        ask()
