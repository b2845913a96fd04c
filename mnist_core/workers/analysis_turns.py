"""The turns of analyses in a worker: an analysis is done in pieces, and the runs that wait are trained in between.

A worker has one analysis at a time and keeps its lease while it trains a slice of a run. While runs wait, analyses get
at most a third of the worker's time.
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

TURN_SECONDS = 0.5
"""How long an analysis goes on before the worker looks for other work. Pieces that take longer are not interrupted."""
REST = 2
"""After a turn, an analysis rests for this multiple of it while runs wait."""
REPORT_SECONDS = 0.3
"""How often progress is written, at most."""


class _Started(NamedTuple):
    job: Job
    steps: Steps


class AnalysisTurns:
    """Does the analyses of a store, one after the other, a turn at a time."""

    def __init__(self, store: RunStore, worker: str, load: Callable[[str], Dataset]) -> None:
        """`load` returns a dataset by its sha256."""
        self.queue = AnalysisQueue(store)
        self._worker, self._load = worker, load
        self._current: _Started | None = None
        self._reported = self._rest_until = 0.0
        self.lease: Lease | None = None

    @property
    def unfinished(self) -> bool:
        """Whether the worker has an analysis to continue."""
        return self._current is not None

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
        job = self._current.job if self._current else self.queue.claim(self._worker)
        if job is None:
            return False
        self.lease = job.lease
        self._advance_or_fail(job, began + TURN_SECONDS, stopping)
        self._rest_until = time.monotonic() + REST * (time.monotonic() - began)
        return True

    def put_back(self) -> None:
        """Let another worker do the unfinished analysis, since this one stops."""
        if self._current is not None:
            job = self._current.job
            self._drop()
            with contextlib.suppress(LeaseLost, StoreError):
                self.queue.put_back(job)

    def _advance_or_fail(self, job: Job, end: float, stopping: Callable[[], bool]) -> None:
        try:
            if self._current is None:
                self._begin(job)
            self._work_until(end, stopping)
        except LeaseLost:
            self._drop()  # another worker has it now, or its run was deleted
        except StoreError:
            self._drop()
            raise
        except UserError as error:
            self._fail(job, str(error))
        except MemoryError:
            self._fail(job, "There is not enough memory for this. Try again when the machine is less busy.")
        except Exception as error:
            traceback.print_exc()
            self._fail(job, f"This failed in an unexpected way ({type(error).__name__}: {error}).")

    def _begin(self, job: Job) -> None:
        compute = analysis_named(job.analysis).compute
        network, step = self._network(job)
        self.queue.report(job, 0.0, "", step)
        self._reported = time.monotonic()
        earlier = partial(self._earlier, job, step)
        subject = Subject(network, self._load(job.dataset_sha256), earlier)
        self._current = _Started(job, compute(subject, json.loads(job.parameters)))

    def _earlier(self, job: Job, step: int, name: str, parameters: Parameters) -> Arrays | None:
        """Return what another analysis has found out about the network of a job, which is that of `step`."""
        request = AnalysisRequest(name, job.run_id, step, job.dataset_sha256, parameters)
        found = self.queue.find(request)
        if found is None or found.state is not JobState.DONE or found.run_step != step:
            return None
        return self.queue.result(found.id)

    def _network(self, job: Job) -> tuple[Network, int]:
        """Return the newest network and its step."""
        if job.run_id is None:
            return Network.load("starter"), 0
        data, step = self.queue.store.network_and_step(job.run_id)
        return Network.from_bytes(data), step

    def _work_until(self, end: float, stopping: Callable[[], bool]) -> None:
        while self._current is not None and not stopping():
            job, steps = self._current
            try:
                progress = next(steps)
            except StopIteration as over:
                self._finish(job, over.value)
                return
            self._report(job, progress)
            if time.monotonic() >= end:
                return

    def _report(self, job: Job, progress: Progress) -> None:
        if time.monotonic() - self._reported >= REPORT_SECONDS:
            self.queue.report(job, *progress)
            self._reported = time.monotonic()

    def _finish(self, job: Job, arrays: Arrays) -> None:
        self.queue.finish(job, arrays)
        self._drop()

    def _fail(self, job: Job, reason: str) -> None:
        self._drop()
        with contextlib.suppress(LeaseLost):
            self.queue.fail(job, reason)

    def _drop(self) -> None:
        self._current = self.lease = None
