"""Synthetic runs with curves, as many as wanted, without any training. Never shipped."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np

from mnist_core.config import TrainConfig
from mnist_core.model.architecture import count_parameters
from mnist_core.runs import RunStore, State
from mnist_core.runs.schema import progress, runs
from tests.support.visits import ME

POINTS_AN_EPOCH = 18


def add_synthetic_runs(store: RunStore, count: int, owner: str = ME, epochs: int = 5) -> list[int]:
    """Put `count` ended runs with curves but without networks into the store, in one transaction; return their ids."""
    random = np.random.default_rng(1)
    with store.writing() as connection:
        first = connection.execute(
            runs.insert().values(_run(0, random, owner, epochs)).returning(runs.c.id)
        ).scalar_one()
        if count > 1:
            connection.execute(runs.insert(), [_run(number, random, owner, epochs) for number in range(1, count)])
        ids = list(range(first, first + count))
        connection.execute(progress.insert(), [point for run_id in ids for point in _points(run_id, epochs)])
    return ids


def _run(number: int, random: np.random.Generator, owner: str, epochs: int) -> dict[str, object]:
    config = TrainConfig(
        hidden_units=int(random.choice([32, 64, 128, 256, 512])),
        optimizer=str(random.choice(["rmsprop", "adam", "sgd"])),
        batch_size=int(random.choice([64, 128, 256])),
        seed=number % 3,
        epochs=epochs,
    )
    accuracy = 0.97 + 0.01 * np.log2(config.hidden_units) / 9 + random.normal(0, 0.001)
    return {
        "name": f"made up {number}",
        "owner": owner,
        "nickname": "Test data",
        "config": json.dumps(asdict(config), sort_keys=True),
        "dataset": "mnist",
        "state": State.FINISHED,
        "step": epochs * 469,
        "steps_per_epoch": 469,
        "loss": 0.05,
        "accuracy": min(1.0, accuracy + 0.01),
        "train_loss": 0.04,
        "train_accuracy": min(1.0, accuracy + 0.012),
        "test_loss": 0.09,
        "test_accuracy": accuracy,
        "seconds": count_parameters(config) / 40_000 + random.uniform(0, 1),
        **dict.fromkeys(("created_at", "updated_at", "watched_at"), 1.7e9 + number),
    }


def _points(run_id: int, epochs: int) -> list[dict[str, object]]:
    """A curve that is best one epoch before its end."""
    rows: list[dict[str, object]] = []
    for index in range(1, epochs * POINTS_AN_EPOCH + 1):
        at = index / POINTS_AN_EPOCH
        tested = 0.97 + at / 1000 - (0.002 if at == epochs else 0) if index % POINTS_AN_EPOCH == 0 else None
        rows.append(
            {
                "run_id": run_id,
                "step": round(at * 469),
                "epoch": int(np.ceil(at)),
                "loss": float(2.3 * np.exp(-2 * at) + 0.05),
                "accuracy": float(1 - 0.9 * np.exp(-2 * at)),
                "test_loss": None if tested is None else 0.09,
                "test_accuracy": tested,
                "seconds": at,
            }
        )
    return rows
