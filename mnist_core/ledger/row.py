"""The data of one run from which the columns of the ledger take their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from mnist_core.config import SETTINGS, TrainConfig
from mnist_core.model.architecture import Architecture
from mnist_core.runs.run_records import Best, Run, State

UNKNOWN = "–"
"""The text for a value that is unknown or does not exist."""


@dataclass(frozen=True)
class Row:
    """A run, its best epoch if there is one, the title of its dataset, and the number of classes."""

    run: Run
    best_epoch: Best | None
    dataset: str
    classes: int

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The settings, None where unknown, and the number of `parameters`.

        Of an imported network, only the architecture and the dropout are known.
        """
        run = self.run
        if run.state is State.DAMAGED:
            return _ALL_UNKNOWN | {"architecture": UNKNOWN, "activation": UNKNOWN, "parameters": None}
        settings = _ALL_UNKNOWN | {"dropout": run.config.dropout} if run.imported else _settings_of(run.config)
        return settings | _architecture_of(run.architecture(self.classes))

    @property
    def state(self) -> str:
        """The state as filters and exports name it."""
        run = self.run
        return "imported" if run.imported and run.state is not State.DAMAGED else str(run.state)

    @property
    def best(self) -> tuple[float | None, int | None]:
        """The best test accuracy and its epoch.

        A run that was stopped within an epoch is tested once more at its end; the curve does not contain that value.
        """
        run, best = self.run, self.best_epoch
        if best is None:
            return run.test_accuracy, None
        within_an_epoch = run.state.ended and run.step % run.steps_per_epoch > 0
        if within_an_epoch and run.test_accuracy is not None and run.test_accuracy > best.accuracy:
            return run.test_accuracy, run.epoch
        return best.accuracy, best.epoch

    @property
    def gap(self) -> float | None:
        """Training accuracy minus test accuracy of the trained network."""
        trained, tested = self.run.train_accuracy, self.run.test_accuracy
        return None if trained is None or tested is None else trained - tested


_ALL_UNKNOWN: dict[str, Any] = dict.fromkeys(SETTINGS)


@lru_cache(maxsize=4096)
def _settings_of(config: TrainConfig) -> dict[str, Any]:
    """Return the settings. The result is cached for equal settings: do not change it."""
    return dict(vars(config))


@lru_cache(maxsize=4096)
def _architecture_of(network: Architecture) -> dict[str, Any]:
    """Return the settings of the architecture, and the number of parameters. Cached: do not change the result."""
    return {
        "architecture": network.name,
        "hidden_units": network.units,
        "hidden_layers": len(network.hidden),
        "activation": network.activations or UNKNOWN,
        "parameters": network.parameters,
    }
