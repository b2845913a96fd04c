"""A limit on what is read: what is exactly as large is taken, and what is larger by one is refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def assert_read_up_to(most: int, make: Callable[[int], Any], words: str, refusal: Callable[[Any], str]) -> None:
    """Check that `words` are said of what `make` makes beyond `most`, and not before; `refusal` says what is wrong."""
    at_limit, beyond = refusal(make(most)), refusal(make(most + 1))
    assert words not in at_limit, f"{words!r} is said of {most:,}: {at_limit}"
    assert words in beyond, f"{words!r} is not said of {most + 1:,}: {beyond or 'nothing is'}"
