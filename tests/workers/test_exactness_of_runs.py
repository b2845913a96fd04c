"""A run is a function of its settings: whatever dies meanwhile, its curves and weights are those of one left alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core.config import TrainConfig
from mnist_core.runs import STARTER
from tests.support.worker_processes import (
    assert_weights_as_undisturbed,
    finished,
    start_server,
    wait_until,
    worker_pids,
)

pytestmark = pytest.mark.slow

LONG = [
    TrainConfig(epochs=100),
    TrainConfig(epochs=100, hidden_units=48, batch_size=16, dropout=0.3, batch_normalisation=True),
    TrainConfig(epochs=100, hidden_units=48, augment=True, label_noise=0.2, schedule="cosine"),
]
SHORT = TrainConfig(epochs=1, training_images=10_000)


def test_twelve_people_train_on_two_servers_of_which_one_is_killed(store):
    """All press Train in the same moment, so that their runs are moved between the workers, turn by turn.

    The run that is paused continues the starter network.
    """
    servers = [start_server(store.url) for _ in range(2)]
    try:
        wait_until(lambda: sum(worker.ready for worker in store.workers()) == 2, "both servers' workers are ready")
        run_ids = press_train_at_once(store, LONG + 9 * [SHORT])
        long, short = run_ids[:3], run_ids[3:]
        go_on(store, run_ids)
        store.pause(long[0])
        servers[0].kill()
        wait_until(lambda: not worker_pids(servers[0]), "the killed server's worker has gone with it")
        go_on(store, long[1:])
        store.resume(long[0])
        go_on(store, run_ids)
        wait_until(lambda: all(finished(store, run_id) for run_id in short), "all short runs end")
        wait_until(lambda: any(store.run(run_id).epochs_done for run_id in long), "some are beyond their first epoch")
    finally:
        for server in servers:
            server.kill()
            server.wait()
    wait_until(lambda: not worker_pids(servers[1]), "its worker has put down what it had in hand")
    assert len(set(run_ids)) == 12
    for run_id in [*long, short[-1]]:
        assert_weights_as_undisturbed(store, run_id)


def press_train_at_once(store, configs):
    """Let somebody else train with each of these settings, all in the same moment; return the ids of their runs.

    The first run starts from the weights of the starter network.
    """
    parents = [store.parent_network(STARTER).parent, *[None] * (len(configs) - 1)]
    owners = [f"person {number}" for number in range(len(configs))]

    def press(config, owner, parent):
        return store.submit(config, owner=owner, parent=parent)

    with ThreadPoolExecutor(len(configs)) as people:
        return list(people.map(press, configs, owners, parents))


def go_on(store, run_ids):
    """Wait until each of these runs has taken further steps, or has ended."""
    before = {run_id: store.run(run_id).step for run_id in run_ids}

    def all_did():
        return all(run.step > before[run.id] or run.state.ended for run in map(store.run, run_ids))

    wait_until(all_did, "the runs go on")
