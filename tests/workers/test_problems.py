"""What keeps the workers from training is said once in the terminal, and on the pages for as long as it lasts."""

from types import SimpleNamespace

import pytest

from mnist_core.errors import UserError
from mnist_core.workers.problems import Problems, WorkerHealth


@pytest.fixture
def clock(monkeypatch):
    hand = SimpleNamespace(now=100.0)
    hand.monotonic = lambda: hand.now
    monkeypatch.setattr("mnist_core.workers.problems.time", hand)
    return hand


@pytest.fixture
def problems():
    return Problems()


@pytest.fixture
def health(clock, problems):
    return WorkerHealth("here", problems.report)


def live(health, clock, seconds, status):
    """Let a worker live for so long and end with this status; return whether the next may come at once."""
    health.started()
    clock.now += seconds
    return health.exited(status)


def test_trouble_is_said_once_until_it_is_another(problems, capsys):
    for text in ("no memory", "no memory", "no disk", "", "no disk"):
        problems.report(text)
        assert problems.text == text
    said = "No training: no memory\nNo training: no disk\nNo training: no disk\n"
    assert capsys.readouterr().err == said


def test_trouble_of_one_place_lasts_until_that_place_is_well(problems):
    problems.report("no memory", "one")
    problems.report("no disk", "other")
    problems.report("", "one")
    assert problems.text == "no disk"
    problems.report("", "other")
    assert problems.text == ""


@pytest.mark.parametrize(
    ("seconds", "status", "at_once", "told"),
    [
        (1, 1, False, "A worker ended soon after its start (exit status 1). The terminal in which the app was started"),
        (9.9, 3, False, "A worker ended soon after its start (exit status 3)."),
        (10.1, 1, True, ""),
        (1, 0, True, ""),
        (1, -9, True, ""),
    ],
)
def test_a_worker_that_ends_by_itself_within_ten_seconds_is_trouble(
    health, clock, problems, seconds, status, at_once, told
):
    assert live(health, clock, seconds, status) is at_once
    assert problems.text.startswith(told)
    assert bool(problems.text) is bool(told)


def test_three_workers_in_a_row_that_are_killed_soon_are_no_accident(health, clock, problems):
    for _ in range(2):
        assert live(health, clock, 1, -9)
        assert problems.text == ""
    assert live(health, clock, 1, -9), "those that were killed need not wait"
    assert problems.text.startswith("Workers are killed soon after their start (signal 9). Most likely the machine has")


@pytest.mark.parametrize("between", [(1, 0), (1, 1)])
def test_a_worker_that_was_not_killed_restarts_the_count(health, clock, problems, between):
    for seconds, status in ((1, -9), (1, -9), between, (1, -9), (1, -9)):
        live(health, clock, seconds, status)
    assert "killed" not in problems.text


def test_a_worker_that_lives_ends_the_trouble_and_the_count(health, clock, problems):
    for _ in range(3):
        live(health, clock, 1, -9)
    health.started()
    clock.now += 9.9
    health.still_alive()
    assert problems.text
    clock.now += 0.2
    health.still_alive()
    assert problems.text == ""
    for _ in range(2):
        live(health, clock, 1, -9)
    assert problems.text == ""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UserError("There is no such scheduler."), "There is no such scheduler."),
        (OSError(12, "Cannot allocate memory"), "A worker cannot be started (Cannot allocate memory). Most likely"),
        (MemoryError(), "A worker cannot be started (MemoryError). Most likely"),
        (ValueError("odd"), "A worker cannot be supervised (ValueError: odd). The terminal in which the app was"),
    ],
)
def test_why_no_worker_could_be_started_is_said_until_one_is(health, problems, error, told):
    health.start_failed(error)
    assert problems.text.startswith(told)
    health.started()
    assert problems.text == ""


def test_the_start_of_the_next_worker_does_not_end_other_trouble(health, clock, problems):
    live(health, clock, 1, 1)
    health.started()
    assert problems.text
