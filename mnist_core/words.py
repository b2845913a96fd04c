"""Words for sentences: how a share is written, and what goes before the name of a class."""

from __future__ import annotations

import math
import re

_SAID_WITH_A_VOWEL = re.compile(r"[aeio]|8|1[18]$", re.IGNORECASE)


def with_article(name: str) -> str:
    """Return a class name with its indefinite article, by how it is said: "a 4", "an 8", "an Ankle boot"."""
    return f"{'an' if _SAID_WITH_A_VOWEL.match(name) else 'a'} {name}"


def percent(fraction: float | None, digits: int = 2) -> str:
    """Return a fraction from 0 to 1 in percent, as it is written wherever people read it: "96.52 %".

    Near-certainty never reads as certainty, nor near-zero as zero: ">99.99 %", "<0.01 %". None and NaN give a dash.
    """
    if fraction is None or math.isnan(fraction):
        return "–"
    step = 10.0**-digits
    text = f"{100 * fraction:.{digits}f}"
    if fraction < 1 and float(text) >= 100:
        return f">{100 - step:.{digits}f} %"
    if fraction > 0 and float(text) == 0:
        return f"<{step:.{digits}f} %"
    return f"{text} %"
