"""The threads that watch over the workers: whatever goes wrong, they try again, and say what it is."""

import errno
import subprocess
import sys
from typing import Any

import pytest

from mnist_core.config import TrainConfig
from mnist_core.runs import WorkQueue
from mnist_core.workers import problems, supervisor
from mnist_core.workers.problems import Problems
from tests.support.worker_processes import wait_until

pytestmark = pytest.mark.slow

SLEEPS = [sys.executable, "-c", "input()"]
FAILS = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture
def reported(monkeypatch):
    """A supervised worker's trouble; each thing is told apart at once."""
    monkeypatch.setattr(problems, "SHORTEST_LIFE", 0.5)
    monkeypatch.setattr(supervisor, "LONGEST_DELAY", 0.2)
    return Problems()


@pytest.fixture
def start(monkeypatch):
    """What becomes of each start of a worker, in turn: an error, or the command that it runs; the last one stays."""
    plan: list[Any] = []
    started: list[Any] = []

    def start_worker(_url, _name):
        what = plan.pop(0) if len(plan) > 1 else plan[0]
        started.append(what)
        if isinstance(what, BaseException):
            raise what
        started[-1] = subprocess.Popen(what, stdin=subprocess.PIPE)
        return started[-1]

    monkeypatch.setattr(supervisor, "start_worker", start_worker)
    return plan, started


@pytest.fixture
def supervised(store, reported):
    """A worker's supervision, which a test may start."""
    workers = supervisor.LocalWorkers(store.url, 1, reported.report)
    yield workers
    if workers._threads[0].ident is not None:
        workers.stop()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "cannot be started (Cannot allocate memory)"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "(Resource temporarily unavailable)"),
        (OSError(errno.EMFILE, "Too many open files"), "(Too many open files)"),
        (MemoryError(), "cannot be started (MemoryError)"),
        (RuntimeError("can't start new thread"), "(RuntimeError: can't start new thread)"),
    ],
)
def test_a_worker_that_cannot_be_started_is_tried_again_and_the_reason_is_said(
    supervised, start, reported, capfd, error, words
):
    plan, started = start
    plan += [error, error, error]
    supervised.start()
    wait_until(lambda: words in reported.text, "the reason is said")
    wait_until(lambda: len(started) >= 3, "it is tried again")
    plan[:] = [SLEEPS]
    wait_until(lambda: not reported.text, "it is over")
    assert isinstance(started[-1], subprocess.Popen)
    assert capfd.readouterr().err.count("No training: ") == 1, "said once on stderr"


class Ended:
    """A worker process that has ended."""

    stdin = None

    def __init__(self, status):
        self.returncode = status

    def poll(self):
        return self.returncode

    def wait(self, _seconds):
        return self.returncode


GROWING = [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


@pytest.mark.parametrize(
    ("what", "lived", "delays"),
    [
        (OSError("no"), 0.0, GROWING),
        (Ended(1), 5.0, GROWING),
        (Ended(-9), 0.0, 9 * [0.0]),
        (Ended(0), 0.0, 9 * [0.0]),
        (Ended(1), 11.0, 9 * [0.0]),
    ],
    ids=["cannot be started", "ends by itself", "killed", "stops as it was told", "ends after more than ten seconds"],
)
def test_who_fails_at_once_is_replaced_ever_later_and_who_was_killed_or_has_lived_at_once(
    store, monkeypatch, clock, what, lived, delays
):
    """Kills may be many, and the runs must go on; of failures that repeat themselves there is one each half minute."""
    waited: list[float] = []

    def start(_url, _name):
        if isinstance(what, Exception):
            raise what
        return what

    def poll():
        clock.now += lived
        return what.returncode

    def wait(delay):
        waited.append(delay)
        return len(waited) == len(delays)

    if isinstance(what, Ended):
        monkeypatch.setattr(what, "poll", poll)
    monkeypatch.setattr(problems, "time", clock)
    monkeypatch.setattr(supervisor, "start_worker", start)
    supervised = supervisor.LocalWorkers(store.url, 1, Problems().report)
    monkeypatch.setattr(supervised._stopping, "wait", wait)
    supervised._supervise("worker 0")
    assert waited == delays


def test_the_run_of_a_worker_that_died_is_free_at_once_and_the_dead_one_forgotten(store, monkeypatch, clock):
    queue, begun = WorkQueue(store), clock.now
    store.submit(TrainConfig())

    def start(_url, name):
        queue.heartbeat(name, ready=True)
        assert queue.claim(name)
        return Ended(-9)

    monkeypatch.setattr(supervisor, "start_worker", start)
    supervised = supervisor.LocalWorkers(store.url, 1, Problems().report)
    waits = iter([False, True])
    monkeypatch.setattr(supervised._stopping, "wait", lambda _delay: next(waits))
    supervised._supervise("worker 0")
    assert store.workers() == []
    assert queue.claim("another worker")
    assert clock.now == begun


def test_a_worker_that_ends_at_once_is_told_until_one_has_lived(supervised, start, reported):
    plan, started = start
    plan += [FAILS, FAILS, SLEEPS]
    supervised.start()
    wait_until(lambda: "ended soon after its start (exit status 3)" in reported.text, "the reason is said")
    wait_until(lambda: len(started) == 3 and not reported.text, "it is over")


def test_workers_that_are_killed_again_and_again_are_told(supervised, start, reported):
    plan, started = start
    plan += [[sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]] * 3 + [SLEEPS]
    supervised.start()
    wait_until(lambda: "killed soon after their start (signal 9)" in reported.text, "the reason is said")
    wait_until(lambda: len(started) == 4 and not reported.text, "it is over")


def test_one_of_two_workers_that_is_well_does_not_hide_what_is_wrong_with_the_other(reported):
    reported.report("no memory", "worker 0")
    reported.report("", "worker 1")
    assert reported.text == "no memory"
    reported.report("", "worker 0")
    assert reported.text == ""


def test_stderr_that_nobody_reads_any_more_is_no_reason_to_die(reported, monkeypatch):
    stderr = open(sys.stderr.fileno(), "w", closefd=False)  # noqa: SIM115 - closed on the next line
    stderr.close()
    monkeypatch.setattr(sys, "stderr", stderr)
    reported.report("no memory", "worker 0")
    assert reported.text == "no memory"


def test_a_slot_of_a_cluster_that_cannot_have_a_worker_says_why(store, start, reported):
    plan, _ = start
    plan += [OSError(errno.ENOMEM, "Cannot allocate memory")]
    with pytest.raises(supervisor.NoWorker, match="Cannot allocate memory"):
        supervisor.serve_slot(store.url, lambda: True)
