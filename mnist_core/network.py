"""A trained network by whatever names it: a file, the number of a run in the store, or "starter"."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from mnist_core.model import network
from mnist_core.model.network import NetworkError
from mnist_core.runs import RunStore
from mnist_core.text.numbers import parse_run

__all__ = ["Network", "NetworkError"]


class Network(network.Network):
    """A `model.network.Network` that can be had from the run store as well, of which the model itself knows nothing."""

    @classmethod
    def load(cls, source: str | Path | int) -> Self:
        """Load from an .npz file, the number of a run, or "starter": the network that comes with the app.

        Raises `NetworkError` if the file is missing or no network, and the store's errors for a run.
        """
        if isinstance(source, int) or (isinstance(source, str) and source.isdecimal()):
            with RunStore.open() as store:
                return cls.from_bytes(store.network_bytes(source if isinstance(source, int) else parse_run(source)))
        return super().load(source)
