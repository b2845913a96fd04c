"""Words for sentences about classes."""

from __future__ import annotations

import re

_SAID_WITH_A_VOWEL = re.compile(r"[aeio]|8|1[18]$", re.IGNORECASE)


def with_article(name: str) -> str:
    """Return a class name with its indefinite article, by how it is said: "a 4", "an 8", "an Ankle boot"."""
    return f"{'an' if _SAID_WITH_A_VOWEL.match(name) else 'a'} {name}"
