"""What the run store hands out: plain, frozen records. Times are seconds since 1970 (UTC)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST, MNIST_SHA256
from mnist_core.model.architecture import Architecture
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs.dataset_info import dataset_title

_TRAINING = "Training"


class State(StrEnum):
    """Where a run stands. ACTIVE runs take turns in the workers; the others wait for a person.

    DAMAGED is what this program says of one that it cannot read (see `damage`); no run is written so.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    DAMAGED = "damaged"

    @property
    def ended(self) -> bool:
        """Whether no worker will touch the run again unless a person asks for it."""
        return self in (State.FINISHED, State.STOPPED, State.FAILED, State.DAMAGED)

    @property
    def word(self) -> str:
        """What people read: "Training", "Paused", ...; the value is for programs."""
        return _TRAINING if self is State.ACTIVE else self.capitalize()


class Failure(StrEnum):
    """Why a run has failed, as far as it matters for what to do next."""

    PASSING = ""  # a full disk, want of memory, whatever is not known: it may go on from where it was, later
    DIVERGED = "diverged"  # with the same settings it would again
    CHECKPOINT = "checkpoint"  # there is nothing that it could go on from

    @property
    def may_pass(self) -> bool:
        """Whether resuming the run can help."""
        return self is Failure.PASSING


class JobState(StrEnum):
    """Where a job stands; see `jobs.JobQueue`."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class SweepState(StrEnum):
    """Where a sweep stands; see `sweeps.SweepStore`."""

    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    FAILED = "failed"
    DAMAGED = "damaged"  # as for runs

    @property
    def ended(self) -> bool:
        """Whether no further run will be begun."""
        return self not in (SweepState.ACTIVE, SweepState.PAUSED)

    @property
    def word(self) -> str:
        """What people read, the same words as for runs."""
        return _TRAINING if self is SweepState.ACTIVE else self.capitalize()


@dataclass(frozen=True)
class Run:
    """One training of one network, as the store knows it at the moment of reading.

    `step` counts batches over all epochs; `loss` and `accuracy` are the running means of the current epoch; the
    test values are those after the last full epoch or, once the run has ended, of the network that it has. The
    train values are how that network reads the images that it learned from; None until that is measured. `seconds`
    is time spent training. `message` is the reason of a failure and `failure` its kind, None for a run that has not
    failed. `leased` says whether a worker holds the run now. A `pinned` run never goes to make room for others.
    `imported` is the name of the file that the network came from, "" if it was trained here: of an imported one,
    only what it looks like and the test values are known: `layers` are its own, for no settings describe all there
    are, and `import_notes` say what was done to it. `dataset` is what the images are called, `dataset_sha256` which
    they are (see `data.content_sha256`). A run of a sweep has its `sweep_id` and the number of its setting there,
    `trial`; `pruned` says that the sweep ended it early.
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
    served: bool
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
    layers: Architecture | None = None
    import_notes: tuple[str, ...] = ()

    def architecture(self, classes: int) -> Architecture:
        """What its network looks like; `classes` is how many its dataset has."""
        return self.layers or Architecture.of(self.config, classes)

    @property
    def description(self) -> str:
        """The settings in words, and images other than MNIST's; or whence an imported network comes, and its looks."""
        if self.state is State.DAMAGED:
            return "what it is cannot be read"
        if not self.imported:
            images = "" if self.dataset == MNIST else f", {dataset_title(self.dataset)}"
            return self.config.describe() + images
        return f"{self.imported}, {(self.layers or Architecture.of(self.config)).describe()}"

    @property
    def status(self) -> str:
        """How the run stands, in a word: its state, or that it waits for its first step, or was imported."""
        if self.imported and self.state is not State.DAMAGED:
            return "Imported"
        return "Waiting" if self.state is State.ACTIVE and self.step == 0 else self.state.word

    @property
    def steps(self) -> int:
        """Batches in the whole run."""
        return self.steps_per_epoch * self.config.epochs

    @property
    def epochs_done(self) -> int:
        """Epochs that are complete."""
        return self.step // self.steps_per_epoch

    @property
    def epoch(self) -> int:
        """The epoch that is being trained, from 1 to the number of epochs."""
        return min(self.epochs_done + 1, self.config.epochs)


class Best(NamedTuple):
    """The highest test accuracy (0 to 1) at the end of any epoch of a run, and the first epoch that reached it."""

    accuracy: float
    epoch: int


@dataclass(frozen=True)
class History:
    """The points of a run in the order of their steps."""

    points: tuple[ProgressPoint, ...]
    steps_per_epoch: int

    def column(self, name: str) -> list[float]:
        """Return one field of every point."""
        return [getattr(point, name) for point in self.points]

    @property
    def epochs(self) -> list[float]:
        """How many epochs (with fractions) lay behind at each point."""
        return [point.step / self.steps_per_epoch for point in self.points]

    @property
    def tested(self) -> tuple[ProgressPoint, ...]:
        """The points at which the test set was read: one after each epoch."""
        return tuple(point for point in self.points if point.test_accuracy is not None)

    @property
    def validated(self) -> tuple[ProgressPoint, ...]:
        """The points at which the validation images were read: one after each epoch, if any are held out."""
        return tuple(point for point in self.points if point.validation_accuracy is not None)


class TurnStatus(NamedTuple):
    """What a worker learns when it reports: whether to go on, to which epoch, and who waits."""

    state: State
    epochs: int
    waiting: int
    deleted: bool

    @property
    def wanted(self) -> bool:
        """Whether the run should be trained further."""
        return self.state is State.ACTIVE and not self.deleted


class Lease(NamedTuple):
    """A worker's right to work on one row of a table; the number of its turn guards every write. See `leases`."""

    table: str
    id: int
    number: int
    worker: str


@dataclass(frozen=True)
class Turn:
    """A worker's right to advance one run until its lease runs out.

    `units` are those that the run's snapshots show (see `evaluation.snapshots`); () before the first snapshot.
    """

    run: Run
    lease: Lease
    checkpoint: Checkpoint | None
    waiting: int
    workers: int
    units: tuple[int, ...] = ()


class Requester(NamedTuple):
    """Who asks for a change: a browser, by its id. The person at the server may change everything."""

    owner: str
    at_server: bool = False

    def may_change(self, owner: str) -> bool:
        """Whether what this owner has is theirs to change."""
        return self.at_server or self.owner == owner


class Worker(NamedTuple):
    """A process that trains: `ready` once TensorFlow is loaded; `speed` relative to the cost model."""

    name: str
    ready: bool
    seen_at: float
    speed: float | None
