"""A worker: claims the run that has waited longest, trains it for a slice, releases it, and repeats.

TensorFlow is loaded in this process, never in the web server. All data that a slice needs is in the store, so any
worker can train the next one.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.data.cache import DatasetCache
from mnist_core.errors import UserError
from mnist_core.runs import (
    DatasetStore,
    Failure,
    JobQueue,
    LeaseLost,
    RunStore,
    StoreError,
    StoreFull,
    Turn,
    WorkQueue,
)
from mnist_core.runs.claims import Lease
from mnist_core.runs.heartbeats import new_worker_name
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.sweeps.advance import advance_next_sweep
from mnist_core.text.sentence import marked, sentence, sentence_of
from mnist_core.workers.analysis_turns import AnalysisTurns
from mnist_core.workers.job_execution import run_next_job
from mnist_core.workers.maintenance import Maintenance
from mnist_core.workers.measurements import measure_next_run
from mnist_core.workers.speed import Speed
from mnist_core.workers.trainer_cache import TrainerCache
from mnist_core.workers.training_slice import TrainingSlice

NICENESS = 10
IDLE_SECONDS = 0.1
STORE_ERROR_SECONDS = 1.0
"""How long to wait after an error of the store."""
HEARTBEAT_SECONDS = 1.5
HANG_SECONDS = 180.0
"""A worker without progress for this long ends itself. The slowest step takes about 5 s, compiling it 20 s."""
MEASURE_SECONDS = 5.0
"""How often an idle worker looks for ended runs whose networks have not been measured."""


class Worker:
    """Trains the runs of one store until it is stopped."""

    def __init__(self, store: RunStore, name: str | None = None) -> None:
        """Prepare to work. Raises `UserError` if MNIST_STORE_LIMIT is invalid."""
        self.queue = WorkQueue(store)
        self.jobs = JobQueue(store)
        self.sweeps = SweepStore(store)
        self.name = name or new_worker_name()
        self.ready = False
        self.speed = Speed()
        self.stopping = threading.Event()
        self._lease: Lease | None = None
        self._last_error = ""
        self._maintenance = Maintenance(store)
        self._progress_at = self._measure_next_at = time.monotonic()
        self._not_measurable: set[int] = set()
        self._datasets = DatasetCache(DatasetStore(store).load)
        self._trainers = TrainerCache(self._datasets)
        self._analyses = AnalysisTurns(store, self.name, self._datasets.get)

    def run(self) -> None:
        """Import TensorFlow, compile the default network unless runs are waiting, then work until `stopping` is set."""
        threading.Thread(target=self._send_heartbeats, name="heartbeat", daemon=True).start()
        try:
            self._warm_up()
            self.ready = True
            while not self.stopping.is_set():
                self._work_or_wait()
        finally:
            self._analyses.put_back()
            self.stopping.set()  # ends the heartbeats as well

    def _work_or_wait(self) -> None:
        try:
            pause = 0.0 if self.work() else IDLE_SECONDS
        except StoreError as error:
            self._log(str(error))
            pause = STORE_ERROR_SECONDS
        self.stopping.wait(pause)

    def work(self, run_id: int | None = None) -> bool:
        """Do a pending job, advance a sweep and an analysis, train one slice. Return whether there was anything to do.

        The slice is that of the run that has waited longest. With `run_id`, only this run is trained.
        """
        self._should_stop()
        worked = run_id is None and run_next_job(self.jobs, self.name, self._keep_lease)
        self._should_stop()
        worked = (run_id is None and advance_next_sweep(self.sweeps, self.name, self._keep_lease)) or worked
        worked = (run_id is None and self._analyses.advance(self._should_stop)) or worked
        self._should_stop()
        turn = self.queue.claim(self.name, run_id)
        if turn is None:
            self._analyses.end_rest()
            return worked or self._analyses.unfinished or (run_id is None and self._measure_next_run())
        with self._keep_lease(turn.lease):
            self._serve_or_fail(turn)
        return True

    @contextlib.contextmanager
    def _keep_lease(self, lease: Lease) -> Iterator[None]:
        """Let the heartbeat renew this lease, besides those of analyses, while the context is open."""
        self._lease = lease
        try:
            yield
        finally:
            self._lease = None

    def _serve_or_fail(self, turn: Turn) -> None:
        try:
            self._serve(turn)
        except LeaseLost:
            pass  # another worker has the run now, and nothing was written
        except StoreFull as error:
            self._fail(turn, sentence_of(error))
        except StoreError:
            raise  # the database may be back soon: the lease expires, and the run continues from its checkpoint
        except UserError as error:
            self._fail(turn, sentence_of(error), _failure_of(error))
        except MemoryError:
            self._fail(
                turn, marked("There is not enough memory for this training. Try fewer hidden units or a smaller batch.")
            )
        except Exception as error:
            traceback.print_exc()
            what = f"{type(error).__name__}: {error}"
            self._fail(
                turn,
                sentence("The training failed in an unexpected way ({error}).", error=what),
            )

    def _serve(self, turn: Turn) -> None:
        part = TrainingSlice(self.queue, turn, self._trainers.get(turn), others=self._analyses.unfinished)
        part.run(self._should_stop)
        self.speed.measured(turn.run.config, *part.steps_and_seconds)

    def _measure_next_run(self) -> bool:
        """Measure an ended run that has not been measured, if there is one. Look for one only every few seconds."""
        if time.monotonic() < self._measure_next_at:
            return False
        if measure_next_run(self.queue.store, self._datasets.get, self._not_measurable):
            return True
        self._measure_next_at = time.monotonic() + MEASURE_SECONDS
        return False

    def _fail(self, turn: Turn, reason: str, failure: Failure = Failure.PASSING) -> None:
        with contextlib.suppress(LeaseLost):
            self.queue.fail(turn, reason, failure)

    def _warm_up(self) -> None:
        """Import TensorFlow and compile the default network before it is needed."""
        from mnist_core.training import Trainer

        if self.queue.waiting():
            return  # above all after a crash: the run of the previous worker continues at once
        config = TrainConfig()
        trainer = Trainer(config, load_dataset())
        trainer.train_chunk()  # compiles
        started, step = time.monotonic(), trainer.step
        trainer.train_chunk()
        self.speed.measured(config, trainer.step - step, time.monotonic() - started)
        self._trainers.put(trainer)

    def _should_stop(self) -> bool:
        """Whether to stop. Calling it also records that the worker makes progress."""
        self._progress_at = time.monotonic()
        return self.stopping.is_set()

    def _send_heartbeats(self) -> None:
        while not self.stopping.is_set():
            self._end_if_hung()
            try:
                held = [lease for lease in (self._lease, *self._analyses.leases) if lease is not None]
                self.queue.heartbeat(self.name, self.ready, self.speed.relative, held)
                self._last_error = ""
                self._maintenance.run_if_due()
            except StoreError as error:
                self._log(str(error))
            except Exception:  # without heartbeats, the worker would lose every lease
                self._log(traceback.format_exc())
            self.stopping.wait(HEARTBEAT_SECONDS)

    def _log(self, text: str) -> None:
        """Print an error once, for the person who started the worker."""
        if text != self._last_error:
            print(f"worker {self.name}: {text}", file=sys.stderr, flush=True)
        self._last_error = text

    def _end_if_hung(self) -> None:
        """End the process if it makes no progress, since its heartbeat would renew the lease for ever."""
        if time.monotonic() - self._progress_at < HANG_SECONDS:
            return
        print(f"worker {self.name}: nothing has moved for {HANG_SECONDS:g} seconds; it ends here:", file=sys.stderr)
        faulthandler.dump_traceback()
        os._exit(1)


def _failure_of(error: UserError) -> Failure:
    from mnist_core.training import BadCheckpoint, TrainingDiverged

    kinds = {TrainingDiverged: Failure.DIVERGED, BadCheckpoint: Failure.CHECKPOINT}
    return kinds.get(type(error), Failure.PASSING)
