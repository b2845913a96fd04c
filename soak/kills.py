"""Random `kill -9` of server and workers while runs train: all runs end, with exactly the same weights."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.model.numpy_network import Network
from mnist_core.runs import RunStore, State
from mnist_core.text.words import percent
from scripts.running_app import RunningApp, running_app, wait_until
from soak.checks import check, log

WORKERS = 2
EPOCHS_PER_MINUTE = 8
"""Epochs per minute of each of eight runs: about what two workers achieve under constant kills."""
SECONDS_TO_VANISH = 30.0
SECONDS_TO_END = 1800.0
CONFIGURATIONS = (
    TrainConfig(),
    TrainConfig(dropout=0.3),
    TrainConfig(optimizer="adam"),
    TrainConfig(batch_size=16),
    TrainConfig(batch_size=8192, dropout=0.2),
    TrainConfig(hidden_units=512, optimizer="sgd", hidden_layers=2),
    TrainConfig(hidden_units=128, dropout=0.2, hidden_layers=2, activation="tanh"),
    TrainConfig(batch_size=64, activation="sigmoid"),
)


def soak(runs: int, kills: int, minutes: float, seed: int) -> None:
    """Train `runs` runs, spread `kills` kills over `minutes`, and compare the weights with undisturbed runs."""
    chance = random.Random(seed)  # noqa: S311 - which process dies is no secret
    epochs = max(1, round(EPOCHS_PER_MINUTE * minutes))
    configs = [replace(CONFIGURATIONS[index % len(CONFIGURATIONS)], epochs=epochs, seed=index) for index in range(runs)]
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), WORKERS) as app:
        app.wait_for_workers()
        ids = [app.store.submit(config) for config in configs]
        log(f"{runs} runs of {epochs} epochs; {kills} kills in {minutes:g} minutes, seed {seed}")
        _kill_at_random(app, ids, kills, minutes * 60, chance)
        wait_until(lambda: all(app.store.run(run_id).state.ended for run_id in ids), "all runs end", SECONDS_TO_END)
        states = [app.store.run(run_id).state for run_id in ids]
        check(states == [State.FINISHED] * runs, f"all {runs} runs end well ({', '.join(states)})")
        for run_id, config in zip(ids, configs, strict=True):
            exact = _weights(_stored(app.store, run_id)) == _weights(_trained_undisturbed(config))
            check(exact, f"run {run_id} ({config.describe()}) has the weights of an undisturbed run")


def _kill_at_random(app: RunningApp, ids: list[int], kills: int, seconds: float, chance: random.Random) -> None:
    """Kill `kills` times, or until all runs have ended. A killed server is started again."""
    servers = 0
    for number in range(1, kills + 1):
        time.sleep(chance.uniform(0, 2 * seconds / kills))
        if all(app.store.run(run_id).state.ended for run_id in ids):
            log(f"all runs had ended after {number - 1} kills")
            return
        victim = chance.choice([app.process.pid, *app.worker_processes()])
        if victim == app.process.pid:
            servers += 1
            _kill_server(app)
        else:
            os.kill(victim, signal.SIGKILL)
        if number % 10 == 0:
            steps = sum(app.store.run(run_id).step for run_id in ids) / sum(app.store.run(i).steps for i in ids)
            log(f"{number} kills, {servers} of them of the server; {percent(steps, 0)} of all steps are taken")


def _kill_server(app: RunningApp) -> None:
    """Kill the server, check that its workers end too, and start it again."""
    app.kill()
    wait_until(lambda: not app.worker_processes(), "no worker is left without its server", SECONDS_TO_VANISH)
    app.start()


def _stored(store: RunStore, run_id: int) -> Network:
    return Network.from_bytes(store.network_bytes(run_id))


def _trained_undisturbed(config: TrainConfig) -> Network:
    from mnist_core.training import train

    *_, last = train(config, load_dataset())
    if last.network is None:
        raise RuntimeError("a training without a network at its end")
    return last.network


def _weights(network: Network) -> str:
    return hashlib.sha256(b"".join(array.tobytes() for array in network.weights)).hexdigest()
