"""How often something may be tried: by each address, and by all together. After that, so many seconds for each try."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

MOST_ADDRESSES = 1000
"""Of whom it is known; who has not tried for longest is forgotten first. The limit for all together bounds them."""


@dataclass
class _Budget:
    """`most` attempts at once, and another one for every `seconds`."""

    most: int
    seconds: float
    left: float
    at: float

    def wait(self, now: float) -> float:
        """Return the seconds until the next attempt; 0 for now."""
        self.left = min(self.most, self.left + (now - self.at) / self.seconds)
        self.at = now
        return max(0.0, (1 - self.left) * self.seconds)


class AttemptRate:
    """Counts attempts. To be used by any threads."""

    def __init__(
        self,
        each: tuple[int, float],
        together: tuple[int, float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Allow so many attempts at once, and one more for so many seconds: to each address, and to all together."""
        self._each, self._clock, self._lock = each, clock, Lock()
        self._together = _Budget(*together, together[0], clock())
        self._addresses: OrderedDict[str, _Budget] = OrderedDict()

    def attempt(self, address: str) -> float:
        """Count an attempt and return 0; or count nothing and return the seconds until one is allowed.

        Who has to wait takes nothing from what all have together: so one address cannot keep the others out.
        """
        with self._lock:
            now = self._clock()
            its = self._addresses.setdefault(address, _Budget(*self._each, self._each[0], now))
            self._addresses.move_to_end(address)
            if len(self._addresses) > MOST_ADDRESSES:
                self._addresses.popitem(last=False)
            budgets = (its, self._together)
            if seconds := max(budget.wait(now) for budget in budgets):
                return seconds
            for budget in budgets:
                budget.left -= 1
            return 0.0
