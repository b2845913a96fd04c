"""A run at the default settings ends with the weights that it has always ended with, to the last bit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset, load_dataset
from mnist_core.training import Progress, Trainer, train
from mnist_core.training.backend import keras, tf
from tests.support.earlier_training import weights_of_earlier_training
from tests.support.worker_processes import fingerprint

pytestmark = pytest.mark.slow

EARLIER = {
    "activation": "relu",
    "augment": False,
    "batch_size": 128,
    "dropout": 0.0,
    "epochs": 5,
    "hidden_layers": 1,
    "hidden_units": 256,
    "learning_rate": 0.001,
    "optimizer": "rmsprop",
    "seed": 0,
    "validation_images": 0,
}
"""The default settings as version 1.0 stored them."""

RECORDED = {
    "tensorflow 2.21.0, keras 3.15.1, AuthenticAMD 26.2, avx512f, 48K 1024K 32768K": (
        "3760c156a04bb379686fb7281601a1b9b3aecbd79871eda1dfc26d483febd5bb"
    ),
}
"""SHA-256 of the weights after the five epochs of a default run, by what decides their last bits."""


def arithmetic() -> str:
    """What decides the last bits: the libraries, and the processor's instructions and caches, which set block sizes."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().split("\n\n")[0].splitlines() if cpuinfo.exists() else []
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = facts.get("flags", facts.get("Features", "")).split()
    widest = next((flag for flag in ("avx512f", "avx2", "avx") if flag in flags), "no AVX")
    caches = sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"))
    sizes = [(it / "size").read_text().strip() for it in caches if (it / "type").read_text().strip() != "Instruction"]
    model = f"{facts.get('vendor_id')} {facts.get('cpu family')}.{facts.get('model')}"
    return f"tensorflow {tf.__version__}, keras {keras.__version__}, {model}, {widest}, {' '.join(sizes)}"


@pytest.fixture(scope="module")
def last() -> Progress:
    """The end of a default run."""
    *_, last = train(TrainConfig(), load_dataset())
    return last


def test_default_settings_reach_the_classic_accuracy(last):
    assert last.test_accuracy is not None
    assert last.test_accuracy >= 0.972
    assert (last.epoch, last.step, last.steps) == (5, 5 * 469, 5 * 469)


def test_a_default_run_ends_with_the_weights_on_record(last):
    if (here := arithmetic()) not in RECORDED:
        pytest.skip(f"no record for {here}, and another processor gives other last bits")
    assert fingerprint(last.network) == RECORDED[here]


def few_images(count: int) -> Dataset:
    mnist = load_dataset()
    return replace(mnist, train_images=mnist.train_images[:count], train_labels=mnist.train_labels[:count])


@pytest.mark.parametrize(
    "changes",
    [{}, {"optimizer": "adam", "hidden_layers": 2, "hidden_units": 32, "batch_size": 64, "dropout": 0.2}],
    ids=["defaults", "two layers with dropout"],
)
def test_settings_that_version_1_0_knew_give_its_weights_on_any_processor(changes):
    """Defaults that are left out, those that are named, and those that an earlier version stored are the same."""
    values, dataset = {**EARLIER, "epochs": 1, **changes}, few_images(1100)
    config = TrainConfig.from_json(json.dumps(values))
    assert config == TrainConfig(**vars(config)) == TrainConfig(epochs=1, **changes)
    trainer = Trainer(config, dataset)
    while not trainer.done:
        trainer.train_chunk()
    earlier = weights_of_earlier_training(values, dataset)
    for ours, theirs in zip(trainer.network().weights, earlier, strict=True):
        np.testing.assert_array_equal(ours, theirs)
