"""Loads a trained network: from a file, by the number of a run in the store, or the one called "starter"."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from mnist_core.model import numpy_network
from mnist_core.model.numpy_network import NetworkError
from mnist_core.runs import RunStore
from mnist_core.text.numbers import parse_run

__all__ = ["Network", "NetworkError"]


class Network(numpy_network.Network):
    """The network of `model.numpy_network`, which can also be loaded from the run store."""

    @classmethod
    def load(cls, source: str | Path | int) -> Self:
        """Load from an .npz file, the number of a run, or "starter": the network that comes with the app.

        Raises `NetworkError` if the file is missing or no network, and the store's errors for a run.
        """
        if isinstance(source, int) or (isinstance(source, str) and source.isdecimal()):
            with RunStore.open() as store:
                return cls.from_bytes(store.network_bytes(source if isinstance(source, int) else parse_run(source)))
        return super().load(source)
