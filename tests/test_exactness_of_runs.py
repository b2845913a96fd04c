"""A run is a pure function of its settings: whatever dies meanwhile, its weights are those of one left alone."""

import os
import signal
from itertools import product

import pytest

from mnist_core.config import TrainConfig
from tests.engines import finished, left_alone, start_server, stored_fingerprint, wait_until, worker_pids

EPOCHS = {16: 2, 128: 10, 8192: 20}
"""So many that each is in training for seconds, whatever the batch size."""
CONFIGS = [
    TrainConfig(hidden_units=48, batch_size=batch, epochs=EPOCHS[batch], dropout=dropout)
    for batch, dropout in product(EPOCHS, (0.0, 0.3))
] + [TrainConfig(hidden_units=48, epochs=4, augment=True)]


@pytest.fixture(scope="module")
def undisturbed():
    return [left_alone(config) for config in CONFIGS]


def test_server_and_worker_killed_in_mid_epoch_and_runs_paused(store, undisturbed):
    """All seven at once, so that they are also moved between two workers, turn by turn."""
    servers = [start_server(store.url, workers=2)]
    run_ids = [store.submit(config, owner=str(number)) for number, config in enumerate(CONFIGS)]
    try:
        wait_for_progress(store, run_ids)
        servers[-1].kill()
        assert_midway([store.run(run_id) for run_id in run_ids])
        for run_id in run_ids[::2]:
            store.pause(run_id)
        servers.append(start_server(store.url, workers=2))
        wait_until(lambda: serves(servers[-1], store), "a worker of the new server is ready")
        wait_for_progress(store, run_ids[1::2])
        os.kill(worker_pids(servers[-1])[0], signal.SIGKILL)
        assert not all(finished(store, run_id) for run_id in run_ids[1::2]), "killed too late to show anything"
        for run_id in run_ids[::2]:
            store.resume(run_id)
        wait_until(lambda: all(finished(store, run_id) for run_id in run_ids), "all runs end")
    finally:
        for server in servers:
            server.kill()
            server.wait()
    assert [stored_fingerprint(store, run_id) for run_id in run_ids] == undisturbed


def serves(server, store):
    """Whether a worker of this server is ready; those of a killed one may still live, and finish what they do."""
    return any(worker.ready and f"-{server.pid}-" in worker.name for worker in store.workers())


def wait_for_progress(store, run_ids):
    """Wait until one of the runs, and every one that had not begun, has taken steps."""
    before = {run_id: store.run(run_id).step for run_id in run_ids}

    def moved():
        steps = {run_id: store.run(run_id).step for run_id in run_ids}
        return steps != before and all(steps.values())

    wait_until(moved, "the runs move")


def assert_midway(runs):
    assert all(0 < run.step < run.steps for run in runs), "killed too late to show anything"
    assert any(run.step % run.steps_per_epoch for run in runs), "no run was in the middle of an epoch"
