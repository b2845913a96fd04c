"""A worker: in a loop, claims the run that has waited longest, trains it for a slice, writes the result, releases it.

TensorFlow is loaded in this process, never in the web server's. Everything a slice needs is in the store, so any worker
can do the next one.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.data.cache import DatasetCache
from mnist_core.errors import UserError
from mnist_core.estimate import seconds_per_step
from mnist_core.progress import ProgressPoint
from mnist_core.runs import (
    DatasetStore,
    Failure,
    JobQueue,
    LeaseLost,
    RunStore,
    State,
    StoreError,
    StoreFull,
    Turn,
    TurnStatus,
    WorkQueue,
    enforce_store_limit,
    store_limit,
)
from mnist_core.runs.heartbeats import new_worker_name
from mnist_core.runs.records import Lease
from mnist_core.runs.slices import slice_seconds
from mnist_core.runs.store import MOST_PURGED
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.runs.vacuum import Vacuum
from mnist_core.sweeps.advance import advance_next_sweep
from mnist_core.workers.jobs import run_next_job
from mnist_core.workers.measurements import measure_next_run
from mnist_core.workers.recorder import Recorder

if TYPE_CHECKING:
    from mnist_core.training import Trainer

NICENESS = 10
IDLE_SECONDS = 0.1
STORE_ERROR_SECONDS = 1.0
"""How long to wait after the store could not be used."""
HEARTBEAT_SECONDS = 1.5
REPORT_SECONDS = 0.2
"""Progress is written at most this often, so that a page sees every curve move at 2 Hz or better."""
CHECKPOINT_COST_RATIO = 20
"""While nobody waits, training goes on at least this many times as long as the last checkpoint took."""
SHORTEST_CHECKPOINT_INTERVAL = 1.0
SHORTEST_MEASUREMENT = 1.0
"""Seconds of training from which a worker's speed is told."""
HANG_SECONDS = 180.0
"""A worker that has done nothing for so long ends itself: the slowest step takes some 5 s, compiling it 20."""
MAINTENANCE_SECONDS = 30.0
"""How often a worker checks whether the store has reached its limit, or its file can be made smaller."""
VACUUM_SECONDS = 0.5
"""How much of the time between two heartbeats that takes at most, and as much for purging deleted runs."""
PURGE_REST = 0.05
"""A pause after each few purged runs, so that others can write."""
MEASURE_SECONDS = 5.0
"""How often an idle worker looks for ended runs whose networks have not been measured."""
COMPILED_SHAPES = 8
"""How many compiled networks a worker caches; each takes some 10 to 100 MB."""


class Worker:
    """Trains the runs of one store until it is told to stop."""

    def __init__(self, store: RunStore, name: str | None = None) -> None:
        """Prepare to work. Raises `UserError` if MNIST_STORE_LIMIT makes no sense."""
        self.queue = WorkQueue(store)
        self.jobs = JobQueue(store)
        self.sweeps = SweepStore(store)
        self.name = name or new_worker_name()
        self.ready = False
        self.speed: float | None = None
        self.stopping = threading.Event()
        self._lease: Lease | None = None
        self._said = ""
        self._limit = store_limit()
        self._vacuum = Vacuum(store)
        self._moved_at = self._maintained_at = self._measures_at = time.monotonic()
        self._not_measured: set[int] = set()
        self._trainers: OrderedDict[tuple[int, TrainConfig], Trainer] = OrderedDict()
        self._images = DatasetCache(DatasetStore(store).load)

    def run(self) -> None:
        """Import TensorFlow, compile the default network unless somebody waits, then serve until `stopping` is set."""
        threading.Thread(target=self._send_heartbeats, name="heartbeat", daemon=True).start()
        try:
            self._warm_up()
            self.ready = True
            while not self.stopping.is_set():
                self._work_or_wait()
        finally:
            self.stopping.set()  # no heartbeat of a worker that works no more

    def _work_or_wait(self) -> None:
        try:
            pause = 0.0 if self.work() else IDLE_SECONDS
        except StoreError as error:
            self._log(str(error))
            pause = STORE_ERROR_SECONDS
        self.stopping.wait(pause)

    def work(self, run_id: int | None = None) -> bool:
        """Do a job and move a sweep on, if one waits, and serve one turn; return whether there was anything to do.

        The turn is that of the longest waiting run; with `run_id`, only that of this run.
        """
        self._interrupted()
        worked = run_id is None and run_next_job(self.jobs, self.name, self._keep_lease)
        self._interrupted()
        worked = (run_id is None and advance_next_sweep(self.sweeps, self.name, self._keep_lease)) or worked
        self._interrupted()
        turn = self.queue.claim(self.name, run_id)
        if turn is None:
            return worked or (run_id is None and self._measure_next_run())
        with self._keep_lease(turn.lease):
            self._serve_or_fail(turn)
        return True

    @contextlib.contextmanager
    def _keep_lease(self, lease: Lease) -> Iterator[None]:
        """Let the heartbeat renew this lease, and no other, until the work on it is finished or given up."""
        self._lease = lease
        try:
            yield
        finally:
            self._lease = None

    def _serve_or_fail(self, turn: Turn) -> None:
        try:
            self._serve(turn)
        except LeaseLost:
            pass  # somebody else has the run now, and nothing was written
        except StoreFull as error:
            self._fail(turn, str(error))
        except StoreError:
            raise  # the database may be back soon: the lease runs out, and the run goes on from its checkpoint
        except UserError as error:
            self._fail(turn, str(error), _failure_of(error))
        except MemoryError:
            self._fail(turn, "The training needs more memory than there is. Try fewer hidden units or a smaller batch.")
        except Exception as error:
            traceback.print_exc()
            self._fail(turn, f"The training failed in an unexpected way ({type(error).__name__}: {error}).")

    def _serve(self, turn: Turn) -> None:
        trainer = self._trainer_for(turn)
        part = _Slice(self.queue, turn, trainer)
        part.run(self._interrupted)
        if part.long_enough_to_measure:
            self._measure(turn.run.config, part.seconds_per_step)

    def _trainer_for(self, turn: Turn) -> Trainer:
        """Return a trainer at the turn's checkpoint; compiled ones are kept by number of classes and shape."""
        from mnist_core.training import Trainer, shape_of

        config = turn.run.config
        dataset = self._images.get(turn.run.dataset_sha256)
        key = (len(dataset.class_names), shape_of(config))
        trainer = self._trainers.get(key)
        if trainer is None:
            trainer = self._trainers[key] = Trainer(config, dataset, turn.checkpoint)
        else:
            trainer.start(config, turn.checkpoint, dataset)
        self._trainers.move_to_end(key)
        if len(self._trainers) > COMPILED_SHAPES:
            self._trainers.popitem(last=False)
        for other in [key for key, it in self._trainers.items() if it.dataset.sha256 not in self._images]:
            del self._trainers[other]  # it would hold images that have had to make room
        trainer.tests = turn.run.sweep_id is None  # a sweep compares by the validation images, and tests only its best
        return trainer

    def _measure_next_run(self) -> bool:
        """Nobody waits: measure an ended run that has not been measured; look for one only now and then."""
        if time.monotonic() < self._measures_at:
            return False
        if measure_next_run(self.queue.store, self._images.get, self._not_measured):
            return True
        self._measures_at = time.monotonic() + MEASURE_SECONDS
        return False

    def _measure(self, config: TrainConfig, seconds: float) -> None:
        """Keep a moving average of how fast this machine is, relative to the cost model's."""
        ratio = seconds_per_step(config) / seconds
        self.speed = ratio if self.speed is None else 0.8 * self.speed + 0.2 * ratio

    def _fail(self, turn: Turn, reason: str, failure: Failure = Failure.PASSING) -> None:
        with contextlib.suppress(LeaseLost):
            self.queue.fail(turn, reason, failure)

    def _warm_up(self) -> None:
        """Import TensorFlow and compile the default network before anybody waits for it."""
        from mnist_core.training import Trainer, shape_of

        if self.queue.waiting():
            return  # after a crash, above all: the run of the worker before goes on at once
        config = TrainConfig()
        trainer = Trainer(config, load_dataset())
        trainer.train_chunk()  # compiles
        started, step = time.monotonic(), trainer.step
        trainer.train_chunk()
        self._measure(config, (time.monotonic() - started) / (trainer.step - step))
        self._trainers[len(trainer.dataset.class_names), shape_of(config)] = trainer

    def _interrupted(self) -> bool:
        """Tell whether to stop; asked between any two pieces of work, which is a sign of life."""
        self._moved_at = time.monotonic()
        return self.stopping.is_set()

    def _send_heartbeats(self) -> None:
        while not self.stopping.is_set():
            self._end_if_hung()
            try:
                self.queue.heartbeat(self.name, self.ready, self.speed, self._lease)
                self._said = ""
                self._maintain_store()
            except StoreError as error:
                self._log(str(error))
            except Exception:  # whatever it is: without heartbeats, the worker would lose each run that it takes
                self._log(traceback.format_exc())
            self.stopping.wait(HEARTBEAT_SECONDS)

    def _log(self, text: str) -> None:
        """Print what is wrong, once, for whoever started the worker."""
        if text != self._said:
            print(f"worker {self.name}: {text}", file=sys.stderr, flush=True)
        self._said = text

    def _end_if_hung(self) -> None:
        """End the process if its work makes no progress: the heartbeat would keep its lease for ever."""
        if time.monotonic() - self._moved_at < HANG_SECONDS:
            return
        print(f"worker {self.name}: nothing has moved for {HANG_SECONDS:g} seconds; it ends here:", file=sys.stderr)
        faulthandler.dump_traceback()
        os._exit(1)

    def _maintain_store(self) -> None:
        """Keep the store below its limit and its file small: a part at each heartbeat, until it is done."""
        if time.monotonic() - self._maintained_at < MAINTENANCE_SECONDS:
            return
        store = self.queue.store
        end = time.monotonic() + VACUUM_SECONDS
        while (more := store.purge() == MOST_PURGED) and time.monotonic() < end:
            time.sleep(PURGE_REST)
        more = enforce_store_limit(store, self._limit) is not None or more
        if not (self._vacuum.run_for(VACUUM_SECONDS) or more):
            self._maintained_at = time.monotonic()


def _failure_of(error: UserError) -> Failure:
    from mnist_core.training import BadCheckpoint, TrainingDiverged

    kinds = {TrainingDiverged: Failure.DIVERGED, BadCheckpoint: Failure.CHECKPOINT}
    return kinds.get(type(error), Failure.PASSING)


class _Slice:
    """One turn: trains chunk by chunk, reports, and releases the run when others wait or it should not go on."""

    def __init__(self, queue: WorkQueue, turn: Turn, trainer: Trainer) -> None:
        self.queue, self.turn, self.trainer = queue, turn, trainer
        self.status = TurnStatus(turn.run.state, turn.run.config.epochs, turn.waiting, deleted=False)
        self.points: list[ProgressPoint] = []
        self.recorder = Recorder(trainer, turn.units) if trainer.tests else None  # it reads test images
        self.started = self.reported = self.saved = time.monotonic()
        self.checkpoint_cost = 0.0
        self.first_step = trainer.step

    def run(self, stopping: Callable[[], bool]) -> None:
        """Train until the run ends, is unwanted, its slice is over while others wait, or the worker stops."""
        budget = slice_seconds(self.turn)
        while not self.trainer.done:
            self.points.append(self.trainer.train_chunk())
            if self.recorder:
                self.recorder.after_chunk(self.points[-1])
            now = time.monotonic()
            if now - self.reported >= REPORT_SECONDS and not self.trainer.done:
                self._report(checkpoint=self._needs_checkpoint(now), release=False)
            over = self.status.waiting > 0 and now - self.started >= budget
            if stopping() or over or not self.status.wanted:
                break
        self._report(checkpoint=True, release=True)

    @property
    def long_enough_to_measure(self) -> bool:
        """Whether the turn lasted long enough that compiling is not most of it."""
        return self.trainer.step > self.first_step and time.monotonic() - self.started > SHORTEST_MEASUREMENT

    @property
    def seconds_per_step(self) -> float:
        """How long a step took in this turn, everything included."""
        return (time.monotonic() - self.started) / max(1, self.trainer.step - self.first_step)

    def _needs_checkpoint(self, now: float) -> bool:
        interval = max(SHORTEST_CHECKPOINT_INTERVAL, CHECKPOINT_COST_RATIO * self.checkpoint_cost)
        return now - self.saved >= interval

    @property
    def _over(self) -> bool:
        """Whether the run has ended with this turn, as far as is known: then people ask what its network reads."""
        return self.trainer.done or self.status.state is State.STOPPED

    def _report(self, checkpoint: bool, release: bool) -> None:
        before = time.monotonic()
        saved = self.trainer.checkpoint() if checkpoint else None
        measured = self.trainer.measure() if release and self._over else None
        snapshots = self.recorder.take_snapshots() if self.recorder else []
        seconds = before - self.reported
        self.status = self.queue.record(self.turn, self.points, seconds, saved, release, measured, snapshots)
        self.trainer.extend(self.status.epochs)
        self.points = []
        self.reported = time.monotonic()
        if checkpoint:
            self.saved, self.checkpoint_cost = self.reported, self.reported - before


def stop_at_end_of_input(stopping: threading.Event) -> None:
    """Set `stopping` when standard input ends, as it does when the process at its other end dies; then exit.

    A worker in the middle of something long gets five seconds to finish it. Side effect: starts a thread.
    """

    def watch() -> None:
        while os.read(0, 1024):  # not sys.stdin, whose lock would be held when Python ends
            pass
        stopping.set()
        time.sleep(5.0)
        os._exit(0)

    threading.Thread(target=watch, name="end of input", daemon=True).start()
