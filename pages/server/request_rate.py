"""How many requests each browser may make: at once, and in a second."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_BROWSERS = 1000
"""Of whom it is known; who has not asked for longest is forgotten first, and may ask again."""


@dataclass
class _Browser:
    left: float
    """Requests that it may make now."""
    seen: float
    open: int = 0


class RequestRate:
    """Counts the requests of browsers. To be used in one thread."""

    def __init__(self, most_at_once: int, most_per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow so many requests that are not answered yet, and so many in any second."""
        self._most_at_once, self._most_per_second, self._clock = most_at_once, most_per_second, clock
        self._browsers: OrderedDict[str, _Browser] = OrderedDict()

    def begin(self, browser: str) -> bool:
        """Count a request; tell whether it is allowed. One that is must `end`, whatever comes of it."""
        now = self._clock()
        known = self._browsers.setdefault(browser, _Browser(self._most_per_second, now))
        self._browsers.move_to_end(browser)
        if len(self._browsers) > MOST_BROWSERS:
            self._browsers.popitem(last=False)
        known.left = min(self._most_per_second, known.left + (now - known.seen) * self._most_per_second)
        known.seen = now
        if known.left < 1 or known.open >= self._most_at_once:
            return False
        known.left -= 1
        known.open += 1
        return True

    def end(self, browser: str) -> None:
        """Count that a request is answered."""
        if browser in self._browsers:
            self._browsers[browser].open = max(0, self._browsers[browser].open - 1)
