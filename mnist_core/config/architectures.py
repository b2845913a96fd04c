"""The architectures of a network: what comes before its dense layers. To add one, add it to `FILTERS`."""

from __future__ import annotations

FILTERS: dict[str, tuple[int, ...]] = {"dense": (), "convolutional": (8, 16)}
"""By name, the number of filters in each convolutional layer (see `model.convolution`). The first is the default."""
