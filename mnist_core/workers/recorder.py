"""Takes snapshots of a run while a worker trains it: at each report, and lasting ones to be looked at later."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.image_sample import sample_of
from mnist_core.evaluation.network_snapshot import (
    NOT_COUNTED,
    Count,
    Snapshot,
    choose_units,
    count_mistakes,
    take_snapshot,
    unit_pictures,
    with_other_units,
)
from mnist_core.model.numpy_network import Network
from mnist_core.progress import ProgressPoint

if TYPE_CHECKING:
    from mnist_core.training import Trainer

EARLY = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7)
"""Parts of the first epoch after which a lasting snapshot is taken: in the beginning a network learns most."""
MOST_EPOCHS = 50
"""The most lasting snapshots of a run: one at the end of each epoch; in longer runs, of every second, third, ..."""


class _Moment(NamedTuple):
    """The network after so many steps, and its mistakes, of which a snapshot is made when the units are chosen."""

    step: int
    network: Network
    counted: Count
    lasting: bool


class Recorder:
    """Takes snapshots of the run that a trainer has in hand, during one turn. It changes nothing of the training.

    All snapshots of a run show the same units: those that have most influence after its first epoch. Until then, they
    show those that have most when the first of them is reported, and are taken again at its end. If the run changes
    hands meanwhile, these units stay.
    """

    def __init__(self, trainer: Trainer, units: tuple[int, ...] = ()) -> None:
        """Go on with the `units` of the run's earlier snapshots, if there are any."""
        self._trainer, self._units = trainer, units
        self._sample = sample_of(trainer.dataset)
        self._step = trainer.step
        self._reported = trainer.step if units else -1
        self._moments: list[_Moment] = []
        self._first_epoch: list[tuple[Snapshot, NDArray[np.float32]]] | None = None if units or trainer.step else []
        self._after_first_epoch: Network | None = None
        if trainer.step == 0:
            self._keep_sampled()

    def after_chunk(self, point: ProgressPoint) -> None:
        """Keep what a lasting snapshot needs, where one is due."""
        before, self._step = self._step, point.step
        if point.test_accuracy is not None:
            if point.epoch == 1 and self._first_epoch is not None:
                self._after_first_epoch = self._trainer.current_network()
            if point.epoch % self._epochs_apart == 0 or self._trainer.done:
                images = len(self._trainer.dataset.test_images)
                self._keep(Count(round((1 - point.test_accuracy) * images), images), lasting=True)
        elif any(before < part * self._trainer.steps_per_epoch <= point.step for part in EARLY):
            self._keep_sampled()

    def take_snapshots(self) -> list[Snapshot]:
        """Return the snapshots since the last report, and one of the network as it is now; [] if it is the same.

        The first time after the first epoch, those before are returned once more, with the units that are chosen then.
        """
        if self._reported == self._trainer.step:
            return []
        self._reported = self._trainer.step
        if not self._moments or self._moments[-1].step != self._trainer.step:
            self._keep(NOT_COUNTED, lasting=False)
        moments, self._moments = self._moments, []
        before = self._choose_again()
        self._units = self._units or choose_units(moments[-1].network, self._sample)
        return before + [snapshot for moment in moments if (snapshot := self._snapshot(moment))]

    def _choose_again(self) -> list[Snapshot]:
        """After the first epoch, choose the units for good, and return its snapshots with them; before and later []."""
        if self._first_epoch is None or self._after_first_epoch is None:
            return []
        self._units = choose_units(self._after_first_epoch, self._sample)
        before = [with_other_units(snapshot, pictures, self._units) for snapshot, pictures in self._first_epoch]
        self._first_epoch = self._after_first_epoch = None
        return before

    def _snapshot(self, moment: _Moment) -> Snapshot | None:
        step, network, counted, lasting = moment
        snapshot = take_snapshot(network, step, self._units, self._sample, counted, lasting)
        if snapshot and lasting and self._first_epoch is not None:
            self._first_epoch.append((snapshot, unit_pictures(network, self._sample)))
        return snapshot

    @property
    def _epochs_apart(self) -> int:
        return -(-self._trainer.config.epochs // MOST_EPOCHS)

    def _keep_sampled(self) -> None:
        network = self._trainer.current_network()
        self._moments.append(_Moment(self._trainer.step, network, count_mistakes(network, self._sample), lasting=True))

    def _keep(self, count: Count, lasting: bool) -> None:
        self._moments.append(_Moment(self._trainer.step, self._trainer.current_network(), count, lasting))
