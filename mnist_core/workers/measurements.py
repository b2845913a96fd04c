"""Idle workers measure the networks of ended runs that have not been measured, one at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable

from mnist_core.data import Dataset
from mnist_core.evaluation.measurement import measure
from mnist_core.model.numpy_network import Network
from mnist_core.runs import RunStore, StoreError
from mnist_core.runs.pending_measurements import next_unmeasured, store_measurement


def measure_next_run(store: RunStore, load: Callable[[str], Dataset], passed_over: set[int]) -> bool:
    """Measure one ended run that has not been measured, and return whether there was one.

    `load` returns a dataset by its sha256. A run that cannot be measured is added to `passed_over`.
    """
    run = next_unmeasured(store, passed_over)
    if run is None:
        return False
    try:
        network, step = store.network_and_step(run.id)
        last_tested = run.step == step and step % run.steps_per_epoch == 0
        tests = run.sweep_id is None and not last_tested
        found = measure(Network.from_bytes(network), run.config, load(run.dataset_sha256), tests)
        store_measurement(store, run.id, step, found)
    except StoreError:
        raise
    except Exception as error:  # nobody has asked for the measurement, so it is only logged
        print(f"run {run.id} cannot be measured: {error}", file=sys.stderr, flush=True)
        passed_over.add(run.id)
    return True
