"""Cached readers return the network, and its predictions, of one and the same step."""

import numpy as np
import pytest

from mnist_core.data import load_dataset
from mnist_core.network import Network
from mnist_core.runs import BulkOperations, NoNetworkYet, RunStore, State, WorkQueue
from mnist_core.runs.schema import runs
from pages.shared import services
from pages.shared.network_picker import ChosenNetwork
from tests.conftest import SMALL


@pytest.fixture
def report(store, open_page):
    """What a worker reports of the one run that there is, as `WorkQueue.record` takes it."""
    store.submit(SMALL)
    queue = WorkQueue(store)
    turn = queue.claim("worker")
    assert turn is not None
    return lambda points, checkpoint=None: queue.record(turn, points, 0.1, checkpoint)


def test_a_network_is_called_after_its_own_step_and_makes_way_for_a_newer_one(store, report, real_progress):
    """A checkpoint often comes when the run's step has long been reported, and does not move any more."""
    (first, old), (second, new) = real_progress[:2]
    (run,) = store.runs()
    report([first])
    with pytest.raises(NoNetworkYet):
        services.network(run.id)
    report([second], old)
    run = store.run(run.id)
    choice = ChosenNetwork(run, "a run")
    assert (choice.step, run.step) == (first.step, second.step)
    before = choice.test_probabilities
    report([], new)
    assert store.run(run.id).step == run.step
    later = ChosenNetwork(store.run(run.id), "a run")
    expected = Network.from_bytes(new.network).predict(load_dataset().test_images)
    right = expected.argmax(axis=1) == load_dataset().test_labels
    assert later.step == second.step
    np.testing.assert_array_equal(later.test_probabilities, expected)
    np.testing.assert_array_equal(services.right_answers(run), right)
    assert not np.array_equal(before, expected)
    assert choice.step == first.step, "what a page began with, it ends with"
    np.testing.assert_array_equal(choice.test_probabilities, before)


def test_a_network_that_is_written_while_one_reads_is_called_after_its_own_step(
    store, report, real_progress, monkeypatch
):
    (first, old), (second, new) = real_progress[:2]
    report([first], old)
    (run,) = store.runs()
    asked = RunStore.network_step

    def ask_just_before(self, run_id):
        step = asked(self, run_id)
        report([second], new)
        return step

    services._network.clear()
    monkeypatch.setattr(RunStore, "network_step", ask_just_before)
    found = services.network(run.id)
    assert found.step == second.step
    images = load_dataset().test_images[:9]
    np.testing.assert_array_equal(found.network.predict(images), Network.from_bytes(new.network).predict(images))


def test_curves_are_read_again_when_the_same_step_gets_test_values(store, report, real_progress):
    """As those of a sweep's winner do, at its end."""
    points = [point._replace(test_loss=None, test_accuracy=None) for point, _ in real_progress]
    report(points)
    (run,) = store.runs()
    assert services.history(run.id, run.updated_at).tested == ()
    report([real_progress[-1][0]])
    (run,) = store.runs()
    assert len(services.history(run.id, run.updated_at).tested) == 1


def test_the_ledger_notices_that_a_run_was_measured(store, make_run):

    make_run(State.STOPPED)
    before = BulkOperations(store).version()
    with store.writing() as connection:
        connection.execute(runs.update().values(train_accuracy=0.9))
    assert BulkOperations(store).version() != before
