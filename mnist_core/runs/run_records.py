"""Records that the run store returns: immutable data. Times are seconds since 1970 (UTC)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST, MNIST_SHA256
from mnist_core.model.architecture import Architecture
from mnist_core.progress import ProgressPoint
from mnist_core.runs.dataset_info import dataset_title
from mnist_core.text.sentence import joined, marked, sentence

_TRAINING = marked("Training")
_WORDS = {
    "paused": marked("Paused"),
    "finished": marked("Finished"),
    "stopped": marked("Stopped"),
    "failed": marked("Failed"),
    "damaged": marked("Damaged"),
    "cancelled": marked("Cancelled"),
}
STATUSES = (_TRAINING, *_WORDS.values(), marked("Waiting"), marked("Imported"), marked("Stopped early"))
"""All words that `Run.status` and the states of sweeps have."""


class State(StrEnum):
    """The state of a run. Workers train ACTIVE runs in turns; the others wait for a person.

    DAMAGED means that this program cannot read the run (see `unreadable_rows`). It is never stored.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    DAMAGED = "damaged"

    @property
    def ended(self) -> bool:
        """Whether no worker will train the run again unless a person asks for it."""
        return self in (State.FINISHED, State.STOPPED, State.FAILED, State.DAMAGED)

    @property
    def word(self) -> str:
        """The state as people read it: "Training", "Paused", ...; the value is for programs."""
        return _TRAINING if self is State.ACTIVE else _WORDS[self.value]


class Failure(StrEnum):
    """The kind of a failure, which decides what can be done next."""

    PASSING = ""  # such as a full disk, lack of memory or an unknown error: resuming may help
    DIVERGED = "diverged"  # it would diverge again with the same settings
    CHECKPOINT = "checkpoint"  # there is no checkpoint to continue from

    @property
    def may_pass(self) -> bool:
        """Whether resuming the run can help."""
        return self is Failure.PASSING


class JobState(StrEnum):
    """The state of a job; see `job_queue.JobQueue`."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class SweepState(StrEnum):
    """The state of a sweep; see `sweeps.store.SweepStore`."""

    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    FAILED = "failed"
    DAMAGED = "damaged"  # as for runs

    @property
    def ended(self) -> bool:
        """Whether no further runs will be started."""
        return self not in (SweepState.ACTIVE, SweepState.PAUSED)

    @property
    def word(self) -> str:
        """The state as people read it, in the same words as for runs."""
        return _TRAINING if self is SweepState.ACTIVE else _WORDS[self.value]


STARTER = 0
"""The number of the network that comes with the app where it is the parent of a run."""


@dataclass(frozen=True)
class Parent:
    """The network whose weights a run starts from: that of run `id` after `epochs`, or the starter network.

    `epochs` is None for networks that were not trained here. `sha256` identifies the weights: a parent may be trained
    further or deleted, but the runs that started from it keep what they started from.
    """

    id: int
    epochs: float | None
    sha256: str

    @property
    def title(self) -> str:
        """Its name: "run 12", or "the starter network"."""
        return sentence("the starter network") if self.id == STARTER else sentence("run {run}", run=self.id)

    @property
    def in_words(self) -> str:
        """Name and epoch: "run 12 after epoch 5", "run 12 after 2.5 epochs"."""
        if self.epochs is None:
            return self.title
        if self.epochs == int(self.epochs):
            return sentence("{title} after epoch {epoch:.0f}", title=self.title, epoch=self.epochs)
        return sentence("{title} after {epochs:.3g} epochs", title=self.title, epochs=self.epochs)


@dataclass(frozen=True)
class Run:
    """One training of one network, as the store knew it when it was read.

    `step` counts batches over all epochs. `loss` and `accuracy` are running means over the current epoch. The test
    values are those after the last full epoch or, once the run has ended, those of its final network. The train
    values are those of the final network on the images that it learned from; None until they are measured. `seconds` is
    the time spent training. `message` is the reason of a failure and `failure` its kind, None if it has not failed.
    `leased` says whether a worker is training the run now. A `pinned` run is never deleted to make room.

    `imported` is the file name of an imported network, "" for a run that was trained here. Of an imported network, only
    the architecture and the test values are known: `layers` is its architecture, which settings may not be able to
    describe, and `import_notes` say what the import has changed. `dataset` is the name of the dataset, `dataset_sha256`
    identifies its content (see `data.content_sha256`). A run of a sweep has its `sweep_id` and the number of its
    setting there, `trial`; `pruned` says that the sweep stopped it early. `parent` is the network whose weights it
    started from; None for random initial weights. `kept_epoch` is the epoch whose network early stopping has kept, once
    the run has finished.
    """

    id: int
    name: str
    owner: str = field(repr=False)
    nickname: str
    config: TrainConfig
    dataset: str
    state: State
    step: int
    steps_per_epoch: int
    loss: float | None
    accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    seconds: float
    message: str
    created_at: float
    updated_at: float
    deleted_at: float | None
    pinned: bool
    imported: str
    leased: bool
    notes: str = ""
    tags: tuple[str, ...] = ()
    dataset_sha256: str = MNIST_SHA256
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    sweep_id: int | None = None
    trial: int | None = None
    pruned: bool = False
    train_loss: float | None = None
    train_accuracy: float | None = None
    failure: Failure | None = None
    kept_epoch: int | None = None
    layers: Architecture | None = None
    import_notes: tuple[str, ...] = ()
    parent: Parent | None = None

    def architecture(self, classes: int) -> Architecture:
        """The architecture of its network; `classes` is the number of classes of its dataset."""
        return self.layers or Architecture.of(self.config, classes)

    @property
    def description(self) -> str:
        """Parent, settings in words, and the dataset unless it is MNIST; of an imported network, file and layers."""
        if self.state is State.DAMAGED:
            return sentence("its settings cannot be read")
        if not self.imported:
            images = [] if self.dataset == MNIST else [dataset_title(self.dataset)]
            start = [] if self.parent is None else [sentence("continues {title}", title=self.parent.in_words)]
            return joined([*start, self.config.describe(), *images])
        return f"{self.imported}, {(self.layers or Architecture.of(self.config)).describe()}"

    @property
    def status(self) -> str:
        """The status in a word or two: the state, "Waiting" before the first step, "Stopped early" or "Imported"."""
        if self.imported and self.state is not State.DAMAGED:
            return marked("Imported")
        if self.stopped_early:
            return marked("Stopped early")
        return marked("Waiting") if self.state is State.ACTIVE and self.step == 0 else self.state.word

    @property
    def steps(self) -> int:
        """The number of batches in the whole run."""
        return self.steps_per_epoch * self.config.epochs

    @property
    def stopped_early(self) -> bool:
        """Whether early stopping ended it before its last epoch."""
        return self.state is State.FINISHED and self.kept_epoch is not None and self.step < self.steps

    @property
    def fixed_length(self) -> str:
        """Why it cannot be trained for more epochs than planned; "" if it can."""
        if self.stopped_early:
            return sentence(
                "It stopped early after epoch {done}, and would do so if more epochs were planned. Instead, train a "
                "new run with a larger patience.",
                done=self.epochs_done,
            )
        return self.config.fixed_length

    @property
    def fraction(self) -> float:
        """How much of it is done, 0 to 1."""
        return 1.0 if self.state is State.FINISHED else min(1.0, self.step / self.steps)

    @property
    def kept_weights(self) -> str:
        """What early stopping has done: "stopped early after epoch 7 of 20; the weights of epoch 4 are kept".

        "" before the end, and without early stopping.
        """
        if self.state is not State.FINISHED or self.kept_epoch is None:
            return ""
        values = {"done": self.epochs_done, "epochs": self.config.epochs, "kept": self.kept_epoch}
        if self.stopped_early:
            return sentence(
                "stopped early after epoch {done} of {epochs}; the weights of epoch {kept} are kept", **values
            )
        return sentence("trained to epoch {done} of {epochs}; the weights of epoch {kept} are kept", **values)

    @property
    def epochs_done(self) -> int:
        """The number of complete epochs."""
        return self.step // self.steps_per_epoch

    @property
    def epoch(self) -> int:
        """The current epoch, from 1 to the number of epochs."""
        return min(self.epochs_done + 1, self.config.epochs)


class Best(NamedTuple):
    """The highest test accuracy (0 to 1) at the end of any epoch of a run, and the first epoch that reached it."""

    accuracy: float
    epoch: int


@dataclass(frozen=True)
class History:
    """The progress of a run: its points in the order of their steps."""

    points: tuple[ProgressPoint, ...]
    steps_per_epoch: int

    def column(self, name: str) -> list[float]:
        """Return one field of all points."""
        return [getattr(point, name) for point in self.points]

    @property
    def epochs(self) -> list[float]:
        """The number of epochs, with fractions, that were trained at each point."""
        return [point.step / self.steps_per_epoch for point in self.points]

    @property
    def learning_rates(self) -> tuple[list[float], list[float]]:
        """The epochs (with fractions) at which the learning rate is known, and the rates."""
        known = [point for point in self.points if point.learning_rate is not None]
        epochs = [point.step / self.steps_per_epoch for point in known]
        return epochs, [point.learning_rate for point in known if point.learning_rate is not None]

    @property
    def tested(self) -> tuple[ProgressPoint, ...]:
        """The points with test values: one after each epoch."""
        return tuple(point for point in self.points if point.test_accuracy is not None)

    @property
    def validated(self) -> tuple[ProgressPoint, ...]:
        """The points with validation values: one after each epoch, if images are held out."""
        return tuple(point for point in self.points if point.validation_accuracy is not None)


class Requester(NamedTuple):
    """Who requests a change: a browser, identified by its id. The person at the server may change everything."""

    owner: str
    at_server: bool = False

    def may_change(self, owner: str) -> bool:
        """Whether the requester may change what belongs to `owner`."""
        return self.at_server or self.owner == owner
