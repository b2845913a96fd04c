"""Select boxes whose value is also kept in the address or by another page: every choice counts."""

import pytest

from mnist_core.data import DIGITS
from mnist_core.runs import HandwritingStore, State
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from tests.support.sweep_steps import GRID, TINY
from tests.support.visits import ME


def choose(page, label, value):
    """Choose an option by its value; return what the box then shows."""
    box(page, label).set_value(value)
    page.rerun()
    return box(page, label).value


def box(page, label):
    return next(it for it in page.app.selectbox if it.label == label)


@pytest.fixture
def three_runs(make_run):
    return [make_run(State.FINISHED, name=f"number {number}") for number in range(3)]


@pytest.mark.parametrize("path", ["evaluate/page.py", "draw/page.py"])
def test_one_network_after_another_is_chosen(open_page, three_runs, path):
    first, second, third = three_runs
    page = open_page(path)
    for run in (second, first, third, "starter", second):
        assert choose(page, "Network", run) == run
        assert page.app.query_params.get("run") == (None if run == "starter" else str(run))


def test_a_link_to_a_run_counts_more_than_what_was_chosen_before(open_page, three_runs):
    first, second, _ = three_runs
    page = open_page("evaluate/page.py")
    choose(page, "Network", second)
    page.go_to("evaluate/page.py", run=first)
    assert box(page, "Network").value == first
    assert choose(page, "Network", second) == second


def test_a_chosen_network_stays_when_a_newer_one_comes(open_page, make_run, three_runs):
    page = open_page("evaluate/page.py")
    choose(page, "Network", three_runs[1])
    newer = make_run(State.FINISHED, name="newer")
    page.rerun()
    assert box(page, "Network").value == three_runs[1]
    assert choose(page, "Network", newer) == newer


def test_one_sweep_after_another_is_chosen(open_page, store):
    numbers = [SweepStore(store).submit(Plan(TINY, GRID), owner=ME) for _ in range(3)]
    page = open_page("compare/sweeps.py")
    for number in (*numbers, numbers[0]):
        assert choose(page, "Sweep", number) == number


def test_one_handwriting_set_after_another_is_chosen(open_page, store):
    numbers = [HandwritingStore(store).create(name, DIGITS, ME, "") for name in ("Ada", "Grace", "Hedy")]
    page = open_page("draw/handwriting.py")
    for number in (*numbers, numbers[0]):
        assert choose(page, "Handwriting set", number) == number
