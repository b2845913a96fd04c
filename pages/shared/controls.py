"""Controls that are hidden or fixed on this visit, by a lesson. Pages ask for theirs by name and draw them accordingly.

The names are those of settings, and `more_settings`, `dataset`, `sweep` and `experiments`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mnist_core.config import SETTINGS, Value
from mnist_core.text.sentence import marked
from pages.visit import session

WHY_FIXED = marked("Fixed by the lesson")
_CONTROLS = "controls"


class AwaitedDrawings(NamedTuple):
    """So many drawings must be kept, made at `since` of the database's clock or later."""

    number: int
    since: float


class _Controls(NamedTuple):
    hidden: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    settings: Mapping[str, Value] = {}
    drawings: AwaitedDrawings | None = None


def set_controls(
    hidden: Iterable[str],
    fixed: Iterable[str],
    settings: Mapping[str, Value],
    *,
    drawings: AwaitedDrawings | None = None,
) -> None:
    """Hide and fix these controls, and no others. `settings` are the values that hidden and fixed settings have.

    When `drawings` are kept, the whole page runs again, not only what is around the canvas.
    """
    session.put(_CONTROLS, _Controls(frozenset(hidden), frozenset(fixed), settings, drawings))


def release_controls() -> None:
    """Hide and fix nothing, and wait for no drawings."""
    session.put(_CONTROLS, _Controls())


def is_hidden(name: str) -> bool:
    """Whether a control is not drawn. With `more_settings`, none of the settings there are."""
    setting = SETTINGS.get(name)
    behind_more = setting is not None and not setting.main and "more_settings" in _controls().hidden
    return behind_more or name in _controls().hidden


def is_fixed(name: str) -> bool:
    """Whether a control is drawn so that it cannot be changed."""
    return name in _controls().fixed


def value_of(name: str) -> Value | None:
    """Return the value that a hidden or fixed setting has; None if nothing says so."""
    return _controls().settings.get(name)


def awaited_drawings() -> AwaitedDrawings | None:
    """Return which drawings must be kept until the whole page runs again; None if nothing waits for any."""
    return _controls().drawings


def _controls() -> _Controls:
    controls: _Controls = session.get(_CONTROLS, _Controls())
    return controls
