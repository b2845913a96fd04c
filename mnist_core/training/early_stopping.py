"""Early stopping: ends a run whose validation accuracy no longer rises, and keeps the network of its best epoch.

It decides as `keras.callbacks.EarlyStopping("val_accuracy", mode="max", restore_best_weights=True)` does, to the last
bit. It goes by the accuracy and not by the loss, since accuracy is what runs and sweeps are compared by; a network that
becomes too sure of itself has a rising loss long before it misclassifies more images.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.model.numpy_network import Network

_PREFIX = "early_stopping_"
_BEST, _CURRENT = f"{_PREFIX}best_network", f"{_PREFIX}current_network"


class EarlyStopping:
    """What is known after each epoch of a run: its best epoch (from 1) so far, and how many there were since."""

    def __init__(self, config: TrainConfig) -> None:
        self._patience, self._min_delta = config.patience, config.min_delta
        self.best: Network | None = None
        self.best_epoch = 0
        self._best_accuracy = -np.inf
        self._waited = 0

    @property
    def stopped(self) -> bool:
        """Whether the run is to end, since as many epochs as its patience have brought no gain."""
        return self._waited >= self._patience

    def after_epoch(self, epoch: int, accuracy: float, network: Network) -> None:
        """Take note of the validation accuracy (0 to 1) after an epoch (from 1), and of the network if it is the best.

        Keras compares accuracies as float32: otherwise, a gain of exactly the minimum would be a matter of rounding.
        """
        gained = np.float32(np.float32(accuracy).item() - self._min_delta)
        if gained > np.float32(self._best_accuracy):
            self.best, self.best_epoch, self._best_accuracy, self._waited = network, epoch, accuracy, 0
        else:
            self._waited += 1

    def state(self, done: bool, current: Callable[[], Network]) -> dict[str, NDArray[Any]]:
        """Return what `restore` needs beside the network that is shown: the current one or, of a `done` run, the best.

        So it contains the best network so far or, at the end, the current one. A run that has stopped early needs none.
        """
        values = {"best_epoch": self.best_epoch, "best_accuracy": self._best_accuracy, "waited": self._waited}
        found = {_PREFIX + name: np.array(value) for name, value in values.items()}
        if not done:
            return found | ({_BEST: _as_array(self.best)} if self.best else {})
        return found if self.stopped else found | {_CURRENT: _as_array(current())}

    def restore(self, arrays: Mapping[str, NDArray[Any]], shown: Network) -> Network:
        """Go on from a state and the network that was shown, and return the one to go on from.

        Raises `KeyError` if there is no state among the arrays, `NetworkError`.
        """
        self.best_epoch, self._waited = int(arrays[_PREFIX + "best_epoch"]), int(arrays[_PREFIX + "waited"])
        self._best_accuracy = float(arrays[_PREFIX + "best_accuracy"])
        self.best = (
            Network.from_bytes(arrays[_BEST].tobytes()) if _BEST in arrays else shown if self.best_epoch else None
        )
        return Network.from_bytes(arrays[_CURRENT].tobytes()) if _CURRENT in arrays else shown


def _as_array(network: Network) -> NDArray[np.uint8]:
    return np.frombuffer(network.to_bytes(), np.uint8)
