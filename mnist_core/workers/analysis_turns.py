"""The turns of analyses in a worker: an analysis is done in pieces, and the runs that wait are trained in between.

A worker keeps the lease of an analysis while it trains a slice of a run. While runs wait, analyses get at most a third
of the worker's time. It has two analyses at a time, which take turns, so that a short one need not wait for a long one.
"""

from __future__ import annotations

import contextlib
import json
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from mnist_core.analyses.analysis import Arrays, Parameters, Progress, Steps, Subject
from mnist_core.analyses.registry import analysis_named
from mnist_core.data import Dataset
from mnist_core.errors import UserError
from mnist_core.model.numpy_network import Network
from mnist_core.runs import AnalysisQueue, AnalysisRequest, Job, JobState, LeaseLost, RunStore, StoreError
from mnist_core.runs.claims import Lease
from mnist_core.runs.epoch_store import EpochStore
from mnist_core.text.sentence import marked, sentence, sentence_of

TURN_SECONDS = 0.5
"""How long an analysis goes on before the worker looks for other work. Pieces that take longer are not interrupted."""
REST = 2
"""After a turn, an analysis rests for this multiple of it while runs wait."""
MOST_AT_ONCE = 2
"""How many analyses a worker has begun at a time. With more, other workers could be left without any."""
REPORT_SECONDS = 0.3
"""How often progress is written, at most."""


class _Started(NamedTuple):
    job: Job
    steps: Steps


class AnalysisTurns:
    """Does the analyses of a store, a turn at a time."""

    def __init__(self, store: RunStore, worker: str, load: Callable[[str], Dataset]) -> None:
        """`load` returns a dataset by its sha256."""
        self.queue = AnalysisQueue(store)
        self._worker, self._load = worker, load
        self._started: tuple[_Started, ...] = ()  # the next one first; never changed in place: the heartbeat reads it
        self._reported = self._rest_until = 0.0

    @property
    def unfinished(self) -> bool:
        """Whether the worker has an analysis to continue."""
        return bool(self._started)

    @property
    def leases(self) -> list[Lease]:
        """The leases of the analyses that the worker has begun."""
        return [started.job.lease for started in self._started]

    def end_rest(self) -> None:
        """Let the next turn begin at once, since no run waits."""
        self._rest_until = 0.0

    def advance(self, stopping: Callable[[], bool]) -> bool:
        """Continue the analysis, or claim and begin one, for a turn. Return whether there was anything to do.

        A failed analysis gets a sentence that says why. Raises `StoreError` if the store cannot be used: the lease
        expires then, and the analysis is done later.
        """
        began = time.monotonic()
        if began < self._rest_until:
            return False
        self._claim_another()
        if not self._started:
            return False
        current = self._started[0]
        self._started = (*self._started[1:], current)
        self._advance_or_fail(current, began + TURN_SECONDS, stopping)
        self._rest_until = time.monotonic() + REST * (time.monotonic() - began)
        return True

    def put_back(self) -> None:
        """Let other workers do the unfinished analyses, since this one stops."""
        for started in self._started:
            self._drop(started)
            with contextlib.suppress(LeaseLost, StoreError):
                self.queue.put_back(started.job)

    def _claim_another(self) -> None:
        job = self.queue.claim(self._worker) if len(self._started) < MOST_AT_ONCE else None
        if job is not None:
            self._started = (_Started(job, self._steps(job)), *self._started)

    def _steps(self, job: Job) -> Steps:
        """Load what is analysed, and analyse it."""
        compute = analysis_named(job.analysis).compute
        network, step = self._network(job)
        self.queue.report(job, 0.0, "", step)
        self._reported = time.monotonic()
        earlier = partial(self._earlier, job, step)
        after_epoch = partial(self._after_epoch, job)
        subject = Subject(network, self._load(job.dataset_sha256), earlier, after_epoch)
        return (yield from compute(subject, json.loads(job.parameters)))

    def _advance_or_fail(self, started: _Started, end: float, stopping: Callable[[], bool]) -> None:
        try:
            self._work_until(started, end, stopping)
        except LeaseLost:
            self._drop(started)  # another worker has it now, or its run was deleted
        except StoreError:
            self._drop(started)
            raise
        except UserError as error:
            self._fail(started, sentence_of(error))
        except MemoryError:
            self._fail(started, marked("There is not enough memory for this. Try again when the machine is less busy."))
        except Exception as error:
            traceback.print_exc()
            what = f"{type(error).__name__}: {error}"
            self._fail(
                started,
                sentence("This failed in an unexpected way ({error}).", error=what),
            )

    def _earlier(self, job: Job, step: int, name: str, parameters: Parameters) -> Arrays | None:
        """Return what another analysis has found out about the network of a job, which is that of `step`."""
        request = AnalysisRequest(name, job.run_id, step, job.dataset_sha256, parameters)
        found = self.queue.find(request)
        if found is None or found.state is not JobState.DONE or found.run_step != step:
            return None
        return self.queue.result(found.id)

    def _after_epoch(self, job: Job, epoch: int) -> Network | None:
        """Return the network of a job's run after an epoch; None if it is not stored."""
        return None if job.run_id is None else EpochStore(self.queue.store).network(job.run_id, epoch)

    def _network(self, job: Job) -> tuple[Network, int]:
        """Return the newest network and its step."""
        if job.run_id is None:
            return Network.load("starter"), 0
        data, step = self.queue.store.network_and_step(job.run_id)
        return Network.from_bytes(data), step

    def _work_until(self, started: _Started, end: float, stopping: Callable[[], bool]) -> None:
        while not stopping():
            try:
                progress = next(started.steps)
            except StopIteration as over:
                self.queue.finish(started.job, over.value)
                self._drop(started)
                return
            self._report(started.job, progress)
            if time.monotonic() >= end:
                return

    def _report(self, job: Job, progress: Progress) -> None:
        if time.monotonic() - self._reported >= REPORT_SECONDS:
            self.queue.report(job, *progress)
            self._reported = time.monotonic()

    def _fail(self, started: _Started, reason: str) -> None:
        self._drop(started)
        with contextlib.suppress(LeaseLost):
            self.queue.fail(started.job, reason)

    def _drop(self, started: _Started) -> None:
        self._started = tuple(other for other in self._started if other is not started)
