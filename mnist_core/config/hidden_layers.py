"""The units of each hidden layer: how the two settings `hidden_units` and `hidden_layers` determine each other."""

from __future__ import annotations

from typing import Any

Units = int | tuple[int, ...]
"""One number for all hidden layers, or one for each; 0 if there is no hidden layer."""

USUAL_UNITS = 256
"""The units of a hidden layer by default."""

MOST_HIDDEN_LAYERS = 5
"""The most that one can ask for; imported networks may have more."""


def units_of_each(units: Units, layers: int) -> tuple[int, ...]:
    """Return the units of each hidden layer, from the first to the last; () if there is none."""
    return units if isinstance(units, tuple) else (units,) * layers


def layers_of(units: Any, layers: int) -> int:
    """Return the number of layers if the units are changed to `units`, where there were `layers` before.

    Several numbers are one for each layer; one number does not tell, except that 0 means no layer.
    """
    if isinstance(units, (tuple, list)):
        return len(units)
    return 0 if units == 0 else max(1, layers)


def units_for(layers: int, units: Units, usual: int) -> Units:
    """Return the units if the number of layers is changed to `layers`, where they were `units` before.

    Further layers are as wide as the last one; the first layer that is added has the `usual` number of units.
    """
    if layers == 0:
        return 0
    if not isinstance(units, tuple):
        return units or usual
    return as_one((units + units[-1:] * layers)[:layers])


def as_one(units: tuple[int, ...]) -> Units:
    """Return the units of each layer as one number if all layers have the same."""
    return units[0] if len(set(units)) == 1 else units


def times(units: Units, factor: float) -> Units:
    """Return the units with each layer's number multiplied and rounded down, but at least 1."""
    if isinstance(units, tuple):
        return as_one(tuple(max(1, int(number * factor)) for number in units))
    return max(1, int(units * factor))
