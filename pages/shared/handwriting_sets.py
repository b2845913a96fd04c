"""How handwriting sets are called and ordered wherever people choose one."""

from __future__ import annotations

from collections.abc import Iterable

from mnist_core.runs import HandwritingSet
from mnist_core.text.escape import clean
from pages.visit import session
from pages.visit.language import _


def set_title(which: HandwritingSet) -> str:
    """Return a set's name with the number of its drawings and whose it is, as plain text."""
    if which.owner == session.owner():
        whose = _("yours")
    else:
        whose = _("by {nickname}", nickname=clean(which.nickname)) if which.nickname else _("somebody else’s")
    return f"{clean(which.name)} ({which.count:,}) · {whose}"


def own_first(sets: Iterable[HandwritingSet]) -> list[HandwritingSet]:
    """Return the sets with one's own first, each part in its order."""
    return sorted(sets, key=lambda it: it.owner != session.owner())
